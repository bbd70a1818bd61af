"""Scenes play in the demo town, on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.town import Township, close_township, open_township


@pytest.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[Township]:
    """The demo town of town.toml on a Monday morning, with its bot."""
    opened = await open_township(database_url, tmp_path)
    yield opened
    await close_township(opened)
