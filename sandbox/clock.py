"""The virtual clock: real time plus an offset, or frozen, and it can be made to jump."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sandbox.bell import Bell


class Clock:
    """What the sandbox believes the time to be.

    It runs with real time until it is made to jump. `Clock(frozen_at=...)` stands still and only moves by `advance`.
    """

    def __init__(self, *, frozen_at: datetime | None = None) -> None:
        self.frozen = frozen_at is not None
        self.jumps = 0
        self._offset = timedelta(0)
        self._frozen_at = _aware(frozen_at) if frozen_at else None
        self._bell = Bell()
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """The virtual time, aware, in UTC."""
        base = self._frozen_at or datetime.fromtimestamp(time.time(), UTC)
        return base + self._offset

    def timestamp(self) -> int:
        """The virtual time in whole Unix seconds, as Telegram writes dates."""
        return int(self.now().timestamp())

    def jump(self, *, to: datetime | None = None, by: timedelta | None = None) -> datetime:
        """Move to an instant or by a span (also backwards) and wake every sleeper; gives the new time.

        Raises ValueError unless exactly one of the two is given.
        """
        if (to is None) == (by is None):
            raise ValueError("give either to= or by=")
        self._offset += by if by is not None else _aware(to) - self.now()
        self.jumps += 1
        self._bell.ring()
        for listener in self._listeners:
            listener()
        return self.now()

    def advance(self, by: timedelta) -> datetime:
        """Move forward by a span."""
        return self.jump(by=by)

    def on_jump(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every jump."""
        self._listeners.append(listener)

    async def sleep_until(self, instant: datetime) -> None:
        """Sleep until the virtual time reaches `instant`, whether by running or by a jump."""
        while (remaining := (instant - self.now()).total_seconds()) > 0:
            await self._bell.wait(None if self.frozen else remaining)


def _aware(instant: datetime | None) -> datetime:
    if instant is None or instant.tzinfo is None:
        raise ValueError("the clock needs an aware datetime")
    return instant.astimezone(UTC)
