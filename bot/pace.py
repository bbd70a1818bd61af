"""The pace: Telegram takes about 30 messages a second in all, one a second per chat and 20 a minute per group.

Bulk messages keep an even pace below that. A reply to somebody who just acted does not wait; bulk makes room for it.
"""

import asyncio
from collections.abc import Callable

BULK_A_SECOND = 29.0
CHAT_SECONDS = 1.0
GROUP_SECONDS = 3.0
REMEMBERED = 4096


class Pace:
    """Says when the next bulk message may go; all of one process's sends are counted here."""

    def __init__(self, seconds: Callable[[], float], rate: float = BULK_A_SECOND, chat: float = CHAT_SECONDS) -> None:
        self._seconds, self._step, self._chat = seconds, 1.0 / rate, chat
        self._next = 0.0
        self._chats: dict[int, float] = {}

    def replied(self) -> None:
        """Count a message that did not wait."""
        self._next = max(self._next, self._seconds()) + self._step

    def pause(self, seconds: float) -> None:
        """Telegram asked for silence."""
        self._next = max(self._next, self._seconds() + seconds)

    def wait_for(self, chat: int) -> float:
        """Return how long a bulk message to this chat must wait for the chat itself (seconds, 0 when free)."""
        return max(0.0, self._chats.get(chat, 0.0) - self._seconds())

    async def slot(self) -> None:
        """Wait until the next bulk message may go."""
        while (delay := self._next - self._seconds()) > 0:  # noqa: ASYNC110 - the slot moves while one waits
            await asyncio.sleep(delay)

    def took(self, chat: int) -> None:
        """Count a bulk message to this chat."""
        now = self._seconds()
        self._next = max(self._next, now) + self._step
        self._chats[chat] = now + (self._chat if chat > 0 else GROUP_SECONDS)
        if len(self._chats) > REMEMBERED:
            self._chats = {c: until for c, until in self._chats.items() if until > now}
