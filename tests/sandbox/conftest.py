"""A frozen Telegram, a bot that calls it, and a real server on a free port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.people import Person
from sandbox.server import serving
from sandbox.telegram import Telegram

MORNING = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)


class Bot:
    """A bot that speaks the raw Bot API in-process."""

    def __init__(self, tg: Telegram) -> None:
        self.tg = tg
        self.offset = 0

    async def __call__(self, method: str, **params: Any) -> Any:
        """The result; AssertionError with Telegram's text when the call is refused."""
        status, body = await self.tg.call(method, params)
        assert status == 200, body["description"]
        return body["result"]

    async def refused(self, method: str, **params: Any) -> str:
        """The description of the error that this call must give."""
        status, body = await self.tg.call(method, params)
        assert status == body["error_code"] != 200
        return str(body["description"])

    async def updates(self, **params: Any) -> list[dict[str, Any]]:
        """The waiting updates, confirmed by the next call."""
        updates: list[dict[str, Any]] = await self("getUpdates", offset=self.offset, **params)
        self.offset = updates[-1]["update_id"] + 1 if updates else self.offset
        return updates


@pytest.fixture
def tg() -> Telegram:
    """A Telegram whose clock stands still."""
    return Telegram(Clock(frozen_at=MORNING))


@pytest.fixture
def bot(tg: Telegram) -> Bot:
    """The raw bot."""
    return Bot(tg)


@pytest.fixture
def wang(tg: Telegram) -> Person:
    """王秀兰, invented, who has started the bot."""
    person = tg.person("秀兰", label="居民")
    person.opens_link()
    return person


@pytest.fixture
async def live() -> AsyncIterator[tuple[Telegram, str]]:
    """A running Telegram and its base URL."""
    tg = Telegram()
    async with serving(tg) as base:
        yield tg, base


async def until(tg: Telegram, condition: Callable[[], Any]) -> None:
    """Wait until something is so, at most ten seconds."""
    async with asyncio.timeout(10):
        while not condition():
            await tg.changed.wait(0.05)
