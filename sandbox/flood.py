"""Flood limits: 30 messages a second overall, about one a second per private chat, 20 a minute per group."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.errors import too_many_requests
from sandbox.rooms import Chat


@dataclass
class Flood:
    """Counts what the bot sends, in virtual seconds; off unless `enabled`."""

    enabled: bool = False
    per_second: int = 30
    private_burst: int = 20
    per_group_minute: int = 20
    _all: deque[float] = field(default_factory=deque)
    _private: dict[int, tuple[float, float]] = field(default_factory=dict)
    _groups: defaultdict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def check(self, chat: Chat, clock: Callable[[], float], count: int = 1) -> None:
        """Count `count` messages to a chat. Raises Refusal (429 with retry_after) when that is too many."""
        if not self.enabled:
            return
        now = clock()
        wait = max(self._overall_wait(now, count), self._chat_wait(chat, now, count))
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        self._all.extend([now] * count)
        if chat.is_private:
            spent, since = self._private.get(chat.id, (0.0, now))
            self._private[chat.id] = (max(0.0, spent - (now - since)) + count, now)
        else:
            self._groups[chat.id].extend([now] * count)

    def _overall_wait(self, now: float, count: int) -> float:
        return _window_wait(self._all, now, 1.0, self.per_second, count)

    def _chat_wait(self, chat: Chat, now: float, count: int) -> float:
        if not chat.is_private:
            return _window_wait(self._groups[chat.id], now, 60.0, self.per_group_minute, count)
        spent, since = self._private.get(chat.id, (0.0, now))
        left = max(0.0, spent - (now - since))
        return left + count - max(self.private_burst, count)


def _window_wait(sent: deque[float], now: float, span: float, most: int, count: int) -> float:
    while sent and (sent[0] <= now - span or sent[0] > now):
        sent.popleft()
    surplus = len(sent) + count - max(most, count)
    return sent[surplus - 1] + span - now if surplus > 0 else 0.0
