"""Fonts: a font with Chinese characters on this machine. None is shipped: a good one weighs 16 MB."""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDERS = (
    Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"), Path("/System/Library/Fonts"),
    Path("C:/Windows/Fonts"), Path.home() / ".local/share/fonts", Path.home() / ".fonts",
)  # fmt: skip
# Best first: file name without ending, and which font of a collection is the simplified Chinese one.
KNOWN = {
    "NotoSansCJK-Bold": 2, "NotoSansCJKsc-Bold": 0, "SourceHanSansSC-Bold": 0, "NotoSansCJK-Regular": 2,
    "NotoSansCJKsc-Regular": 0, "NotoSansSC-Regular": 0, "SourceHanSansSC-Regular": 0, "NotoSansCJK-VF": 0,
    "wqy-zenhei": 0, "wqy-microhei": 0, "DroidSansFallbackFull": 0, "PingFang": 0, "STHeiti Medium": 0, "msyhbd": 0,
    "msyh": 0, "simhei": 0,
}  # fmt: skip
MISSING = "no font with Chinese characters; install one (Debian, Ubuntu: apt-get install fonts-noto-cjk)"


class NoFont(Exception):
    """This machine has no font with Chinese characters."""


@dataclass(frozen=True, slots=True)
class Font:
    """A font file; `number` chooses one font of a collection."""

    path: Path
    number: int = 0


@cache
def chinese() -> Font:
    """Return the best known font of this machine. Raises NoFont when there is none."""
    found = {path.stem: path for folder in FOLDERS for path in _files(folder)}
    best = next((name for name in KNOWN if name in found), None)
    if best is None:
        raise NoFont(MISSING)
    return Font(found[best], KNOWN[best])


def _files(folder: Path) -> list[Path]:
    walked = os.walk(folder) if folder.is_dir() else ()
    names = (Path(where) / name for where, _, names in walked for name in names)
    return [path for path in names if path.suffix.lower() in {".ttc", ".ttf", ".otf"}]
