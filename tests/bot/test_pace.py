"""The pace: no more than Telegram takes, and bulk makes room for those who act."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from bot.pace import A_SECOND, GROUP_SECONDS, SILENCE_AFTER, Pace
from bot.wire import End, Outcome

DONE = Outcome(End.DONE)
STEPS = 20  # so often everything may go on before the time does


class Time:
    """A time that passes only when everybody waits, so that waits side by side take as long as the longest."""

    def __init__(self) -> None:
        self.now = 0.0
        self._count = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._yield = asyncio.sleep

    def seconds(self) -> float:
        """The seconds that have passed."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        waking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._count), waking))
        await waking

    async def during(self, *work: Coroutine[Any, Any, Any]) -> None:
        """Let time pass until all of this is done."""
        done = asyncio.gather(*work)
        while not done.done():
            for _ in range(STEPS):
                await self._yield(0)
            if not done.done():
                self.now, _, waking = heapq.heappop(self._sleepers)
                waking.set_result(None)
        done.result()


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """Nobody really sleeps in a test."""
    time = Time()
    monkeypatch.setattr("bot.pace.asyncio.sleep", time.sleep)
    return time


@dataclass
class Telegram:
    """Notes when each call is received: `there` seconds after it was made, the answer comes `back` seconds later."""

    time: Time
    there: float = 0.0
    back: float = 0.0
    received: list[float] = field(default_factory=list)

    async def call(self) -> Outcome:
        """Take a message."""
        await self.time.sleep(self.there)
        self.received.append(self.time.now)
        await self.time.sleep(self.back)
        return DONE

    def busiest_second(self) -> int:
        """Return how many calls the fullest second holds, wherever it begins."""
        return max(sum(first <= each < first + 1.0 for each in self.received) for first in self.received)


@pytest.fixture
def telegram(time: Time) -> Telegram:
    """A Telegram that is right here."""
    return Telegram(time)


async def send(pace: Pace, telegram: Telegram, times: int, lost: Callable[[int], float] = lambda _: 0.0) -> None:
    """Send bulk messages to different chats, as the postman does; `lost(n)` seconds go to the database before each."""
    calls = []
    for chat in range(1, times + 1):
        await pace.slot()
        if lost(chat):
            await telegram.time.sleep(lost(chat))
        pace.took(chat)
        calls.append(asyncio.create_task(pace.bulk(telegram.call)))
    await asyncio.gather(*calls)


def refusal(seconds: float) -> Callable[[], Awaitable[Outcome]]:
    """Return a call that Telegram answers with 429."""

    async def call() -> Outcome:
        return Outcome(End.LATER, seconds=seconds)

    return call


async def test_bulk_comes_near_thirty_in_a_second_and_never_above(time: Time, telegram: Telegram) -> None:
    await time.during(send(Pace(time.seconds), telegram, 300))
    assert telegram.busiest_second() <= A_SECOND
    assert 300 / time.now > 28.5


async def test_a_burst_is_held_back_until_there_is_room(time: Time, telegram: Telegram) -> None:
    pace = Pace(time.seconds)
    await time.during(*(pace.bulk(telegram.call) for _ in range(100)))
    assert telegram.busiest_second() == A_SECOND


async def test_calls_that_reach_telegram_late_and_together_still_fit_into_its_second(time: Time) -> None:
    pace, late, prompt = Pace(time.seconds), Telegram(time, there=5.0), Telegram(time)
    await time.during(*(pace.bulk(late.call) for _ in range(A_SECOND)), send(pace, prompt, 60))
    late.received += prompt.received
    assert late.busiest_second() == A_SECOND


@pytest.mark.parametrize("way", [0.01, 0.1])
async def test_a_long_but_steady_way_costs_nothing(time: Time, way: float) -> None:
    telegram, pace = Telegram(time, there=way, back=way), Pace(time.seconds)
    await time.during(send(pace, telegram, 100))
    begun = time.now
    await time.during(send(pace, telegram, 300))
    assert telegram.busiest_second() <= A_SECOND
    assert 300 / (time.now - begun - 2 * way) > 28.5


async def test_a_chat_is_free_again_after_a_second_and_a_group_after_three(time: Time) -> None:
    pace = Pace(time.seconds)
    pace.took(7)
    pace.took(-7)
    assert pace.wait_for(7) == 1.0
    assert pace.wait_for(-7) == GROUP_SECONDS
    assert pace.wait_for(8) == 0
    time.now = 1.0
    assert pace.wait_for(7) == 0
    assert pace.wait_for(-7) == GROUP_SECONDS - 1


async def test_replies_take_their_share_out_of_the_bulk(time: Time, telegram: Telegram) -> None:
    pace = Pace(time.seconds)
    await time.during(*(pace.reply(telegram.call) for _ in range(A_SECOND)))
    assert time.now == 0
    await time.during(pace.slot())
    assert time.now >= 1.0


async def test_a_reply_during_a_broadcast_hardly_waits_and_does_not_overfill_the_second(
    time: Time, telegram: Telegram
) -> None:
    pace = Pace(time.seconds)
    waits = []

    async def somebody(at: float) -> None:
        await time.sleep(at)
        begun = time.now
        await pace.reply(telegram.call)
        waits.append(time.now - begun)

    await time.during(send(pace, telegram, 300), *(somebody(2.0 + n / 4) for n in range(30)))
    assert max(waits) < 0.1
    assert telegram.busiest_second() <= A_SECOND


async def test_a_waiting_reply_goes_before_waiting_bulk(time: Time, telegram: Telegram) -> None:
    pace, order = Pace(time.seconds), []

    async def noted(who: str) -> Outcome:
        order.append(who)
        return await telegram.call()

    await time.during(send(pace, telegram, A_SECOND))
    await time.during(pace.bulk(lambda: noted("bulk")), pace.reply(lambda: noted("reply")))
    assert order == ["reply", "bulk"]


async def test_a_crowd_that_acts_during_a_broadcast_is_answered_within_the_second(
    time: Time, telegram: Telegram
) -> None:
    pace = Pace(time.seconds)
    await time.during(send(pace, telegram, 60))
    begun = time.now
    await time.during(*(pace.reply(telegram.call) for _ in range(200)))
    assert time.now - begun < 1.0


async def test_bulk_is_silent_when_telegram_asked_for_it_several_times_in_a_row(time: Time) -> None:
    pace = Pace(time.seconds)
    for _ in range(SILENCE_AFTER):
        await pace.bulk(refusal(17))
    await time.during(pace.slot())
    assert time.now >= 17


async def test_one_chat_that_wants_silence_does_not_stop_the_others(time: Time, telegram: Telegram) -> None:
    pace = Pace(time.seconds)
    for call in (refusal(17), telegram.call, refusal(17), refusal(17), telegram.call):
        await time.during(pace.bulk(call))
    await time.during(pace.slot())
    assert time.now == 0


async def test_a_call_that_fails_for_our_own_fault_does_not_count_for_ever(time: Time, telegram: Telegram) -> None:
    async def broken() -> Outcome:
        raise ValueError

    pace = Pace(time.seconds)
    for _ in range(A_SECOND):
        with pytest.raises(ValueError, match=r"^$"):
            await pace.bulk(broken)
    await time.during(pace.bulk(telegram.call))
    assert 1.0 <= time.now < 1.1


async def test_time_lost_to_a_slow_database_is_made_up_for(time: Time, telegram: Telegram) -> None:
    pace = Pace(time.seconds)
    await time.during(send(pace, telegram, 300, lost=lambda n: 0.06 if n % 20 == 0 else 0.005))
    assert 300 / time.now > 28.5


async def test_a_broadcast_after_a_quiet_time_begins_evenly(time: Time, telegram: Telegram) -> None:
    pace = Pace(time.seconds)
    await time.during(send(pace, telegram, 1))
    time.now += 60.0
    await time.during(send(pace, telegram, 10))
    assert telegram.received[-1] - telegram.received[1] > 8 / A_SECOND


async def test_forgotten_chats_do_not_pile_up(time: Time) -> None:
    pace = Pace(time.seconds)
    for chat in range(1, 5000):
        pace.took(chat)
        if chat == 4000:
            time.now += 2.0
    assert len(pace._chats) <= 4096


async def test_replies_of_a_process_that_sends_no_bulk_do_not_pile_up(time: Time, telegram: Telegram) -> None:
    pace = Pace(time.seconds)
    for _ in range(100):
        await time.during(pace.reply(telegram.call))
        time.now += 1.0
    assert len(pace._over) < 3
