"""What needs a font with Chinese characters can only be tested where there is one; elsewhere the tests say so."""

import pytest

from bot.render import fonts


def _is_there_one() -> bool:
    try:
        return bool(fonts.chinese())
    except fonts.NoFont:
        return False


needs_font = pytest.mark.skipif(not _is_there_one(), reason="no font with Chinese characters here (fonts-noto-cjk)")
