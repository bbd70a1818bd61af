"""The poller: raw updates from getUpdates into the inbox. The offset moves on only past committed rows."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot import wire
from bot.database import DatabaseAway
from models.inbox import is_update

log = structlog.get_logger(__name__)

# What the bot wants to hear of; everything else would only be stored and thrown away.
ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member", "inline_query", "poll_answer"]
HOLD_SECONDS = 25
LONGEST_PAUSE = 30.0

Keep = Callable[[list[dict[str, Any]]], Awaitable[int]]


class Poller:
    """Asks for updates; `keep(updates)` returns only when they are safe."""

    def __init__(self, bot: ExtBot[None], keep: Keep) -> None:
        self._bot, self._keep = bot, keep
        self._offset: int | None = None

    async def fetch(self, hold: int = HOLD_SECONDS) -> int:
        """Ask once, keep what came, and only then move the offset. Return how many came."""
        params = {"timeout": hold, "offset": self._offset, "limit": 100, "allowed_updates": ALLOWED}
        updates = await wire.call(self._bot, "getUpdates", params, seconds=hold + 10)
        found = [u for u in updates if is_update(u)] if isinstance(updates, list) else []
        if updates and not found:
            raise TelegramError("no update in the answer")
        if found:
            await self._keep(found)
            self._offset = max(u["update_id"] for u in found) + 1
        return len(found)

    async def run(self) -> None:
        """Ask for ever; trouble means waiting a little, never giving up and never skipping."""
        pause = 0.5
        while True:
            try:
                await self.fetch()
                pause = 0.5
            except RetryAfter as wait:
                seconds = wait.retry_after
                await asyncio.sleep(seconds if isinstance(seconds, int | float) else seconds.total_seconds())
            except (TelegramError, DatabaseAway) as trouble:
                _complain(trouble)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)


def _complain(trouble: Exception) -> None:
    if isinstance(trouble, Conflict):
        log.error("poll.conflict", hint="another program polls with the same token, or a webhook is set")
    elif isinstance(trouble, InvalidToken):
        log.error("poll.token", hint="Telegram does not accept CHUISHAO_BOT_TOKEN any more")
    else:
        log.warning("poll.trouble", error=type(trouble).__name__)
