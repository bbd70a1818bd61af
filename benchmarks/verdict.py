"""The verdict on a broadcast: what Telegram received, held against what the bot's own rows say of it."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SENT, UNKNOWN, WAITING = "sent", "unknown", ("due", "inflight")


@dataclass(frozen=True)
class Verdict:
    """Numbers of people. `twice`, `missing` and `untold` are faults; `uncertain` are listed, some of them arrived.

    `missing`: neither received nor counted as failed or uncertain; `untold`: the row says otherwise than Telegram.
    """

    people: int
    arrived: int
    failed: int
    uncertain: int
    uncertain_arrived: int
    twice: int
    missing: int
    untold: int

    @property
    def is_clean(self) -> bool:
        """Whether everybody got it once, or is listed."""
        return not (self.twice or self.missing or self.untold)


def judge(received: Iterable[int], states: Mapping[int, str]) -> Verdict:
    """Compare the chats of the messages that were taken with the state of each person's row, by chat."""
    times = Counter(received)
    uncertain = {chat for chat, state in states.items() if state == UNKNOWN}
    sent = {chat for chat, state in states.items() if state == SENT}
    waiting = {chat for chat, state in states.items() if state in WAITING}
    return Verdict(
        people=len(states),
        arrived=len(times),
        failed=len(states) - len(uncertain) - len(sent) - len(waiting),
        uncertain=len(uncertain),
        uncertain_arrived=len(uncertain & times.keys()),
        twice=sum(count > 1 for count in times.values()),
        missing=len(waiting | (sent - times.keys())),
        untold=len(times.keys() - uncertain - sent),
    )


def busiest_second(moments: Sequence[float]) -> int:
    """Return how many of these moments (seconds, in order) fall into the fullest second, wherever it begins."""
    window: deque[float] = deque()
    most = 0
    for moment in moments:
        window.append(moment)
        while window[0] <= moment - 1.0:
            window.popleft()
        most = max(most, len(window))
    return most


def outages(moments: Sequence[float], kills: Sequence[float]) -> list[tuple[float, float]]:
    """Return each kill with the first call that came after it."""
    return [(kill, next((moment for moment in moments if moment > kill), kill)) for kill in kills]


def sustained(moments: Sequence[float], dead: Sequence[tuple[float, float]]) -> float:
    """Return the calls a second outside of the outages, each given by its begin and its end."""
    seconds, counted = 0.0, 0
    begins, ends = [-math.inf, *(back for _, back in dead)], [*(kill for kill, _ in dead), math.inf]
    for begin, end in zip(begins, ends, strict=True):
        stretch = [moment for moment in moments if begin <= moment <= end]
        if len(stretch) > 1:
            seconds += stretch[-1] - stretch[0]
            counted += len(stretch) - 1
    return counted / seconds if seconds else math.nan


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of the values does not exceed; not a number without values."""
    return sorted(values)[math.ceil(share * len(values)) - 1] if values else math.nan
