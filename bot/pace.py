"""The pace: Telegram takes about 30 messages a second in all, one a second per chat and 20 a minute per group.

Bulk messages keep an even pace below that. A reply to somebody who just acted goes first, and hardly ever waits.
"""

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable

from bot.wire import End, Outcome

A_SECOND = 30
BULK_A_SECOND = 29.5
CHAT_SECONDS = 1.0
GROUP_SECONDS = 3.0
REMEMBERED = 4096
CATCH_UP = 4  # steps
SILENCE_AFTER = 3
REPLY_PATIENCE = 0.5  # a crowd that acts at once is worth a refusal by Telegram: the answers come within a second
A_WHILE = 1.01  # seconds; a second, and what two clocks may differ by in it
TRIPS, FEW_TRIPS = 300, 20
GLANCE = 0.01


class Pace:
    """Says when the next bulk message may go; all of one process's sends are counted here.

    Bulk goes at an even `rate`. A call counts from its beginning until a second after it surely was received, so that
    whatever one sees at the other end, no second holds more than `A_SECOND` (of a steady way there and back nothing is
    lost: the shortest trip of late is taken off). A single 429 is that chat's own matter; only `SILENCE_AFTER` in a
    row mean that Telegram wants silence from everybody.
    """

    def __init__(self, seconds: Callable[[], float], rate: float = BULK_A_SECOND, chat: float = CHAT_SECONDS) -> None:
        self._seconds, self._step, self._chat = seconds, 1.0 / rate, chat
        self._most = A_SECOND if math.isfinite(rate) else math.inf
        self._next = 0.0
        self._under_way = 0
        self._over: deque[float] = deque()  # when the calls that were answered stop counting
        self._trips: deque[float] = deque(maxlen=TRIPS)
        self._replies_waiting = 0
        self._last_bulk = -math.inf
        self._refused = 0
        self._chats: dict[int, float] = {}

    def wait_for(self, chat: int) -> float:
        """Return how long a bulk message to this chat must wait for the chat itself (seconds, 0 when free)."""
        return max(0.0, self._chats.get(chat, 0.0) - self._seconds())

    async def slot(self) -> None:
        """Wait until the next bulk message may go."""
        while (delay := max(self._next - self._seconds(), self._full_for(bulk=True))) > 0:  # noqa: ASYNC110 - it moves
            await asyncio.sleep(delay)

    def took(self, chat: int) -> None:
        """Count a bulk message to this chat."""
        now = self._seconds()
        self._step_on(now)
        self._last_bulk = now
        self._chats[chat] = now + (self._chat if chat > 0 else GROUP_SECONDS)
        if len(self._chats) > REMEMBERED:
            self._chats = {c: until for c, until in self._chats.items() if until > now}

    async def bulk(self, call: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """Make a call of a bulk message as soon as there is room for it."""
        while (delay := self._full_for(bulk=True)) > 0:  # noqa: ASYNC110 - replies go first
            await asyncio.sleep(delay)
        outcome = await self._count(call)
        self._refused = self._refused + 1 if outcome.end is End.LATER else 0
        if self._refused >= SILENCE_AFTER:
            self._next = max(self._next, self._seconds() + outcome.seconds)
        return outcome

    async def reply(self, call: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """Make a call that answers somebody: at once, or when bulk has filled the second, as soon as it makes room."""
        self._step_on(self._seconds())
        self._replies_waiting += 1
        try:
            await self._room_after_bulk()
        finally:
            self._replies_waiting -= 1
        return await self._count(call)

    async def _room_after_bulk(self) -> None:
        now = self._seconds()
        if not self._is_busy(now):
            return
        until = now + REPLY_PATIENCE
        while (delay := min(self._full_for(bulk=False), until - self._seconds())) > 0:  # noqa: ASYNC110 - as above
            await asyncio.sleep(delay)

    async def _count(self, call: Callable[[], Awaitable[Outcome]]) -> Outcome:
        begun, trip = self._seconds(), math.inf
        self._under_way += 1
        try:
            outcome = await call()
            trip = self._seconds() - begun if outcome.end is End.DONE else math.inf
            return outcome
        finally:
            self._under_way -= 1
            if math.isfinite(trip):
                self._trips.append(trip)
            now = self._seconds()
            self._forget(now)
            self._over.append(max(begun, now - self._steady()) + A_WHILE)

    def _forget(self, now: float) -> None:
        while self._over and self._over[0] <= now:
            self._over.popleft()

    def _steady(self) -> float:
        """How long (seconds) the way to Telegram and back takes at least; nothing before enough trips are known."""
        return min(self._trips) if len(self._trips) >= FEW_TRIPS else 0.0

    def _step_on(self, now: float) -> None:
        # What was lost while one waited for the database is made up for, but only a little at once.
        lost = CATCH_UP * self._step if self._is_busy(now) else 0.0
        self._next = max(self._next, now - lost) + self._step

    def _is_busy(self, now: float) -> bool:
        return now - self._last_bulk < 1.0

    def _full_for(self, *, bulk: bool) -> float:
        """How long (seconds) there is no room for one more; a glance when that hangs on answers that are still out."""
        now = self._seconds()
        self._forget(now)
        surplus = self._under_way + len(self._over) + (self._replies_waiting if bulk else 0) + 1 - self._most
        if surplus <= 0:
            return 0.0
        return self._over[int(surplus) - 1] - now if surplus <= len(self._over) else GLANCE
