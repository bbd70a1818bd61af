"""The poller: the offset moves on only past what was committed."""

from typing import Any

import pytest
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot import poller
from bot.app import build_telegram
from bot.database import Database, DatabaseAway
from bot.poller import ALLOWED, Poller
from bot.settings import Settings
from sandbox.faults import Fault
from sandbox.request import SandboxRequest
from sandbox.telegram import Telegram
from tests.bot.conftest import TOKEN, Naps, Opener


class Kept:
    """A place to keep updates that can be away."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.away = False

    async def __call__(self, updates: list[dict[str, Any]]) -> int:
        if self.away:
            raise DatabaseAway
        self.numbers += [update["update_id"] for update in updates]
        return len(updates)


@pytest.fixture
def telegram() -> Telegram:
    """A Telegram without faults."""
    return Telegram(bot_token=TOKEN)


@pytest.fixture
def bot(telegram: Telegram) -> ExtBot[None]:
    """A bot on it."""
    return build_telegram(Settings(_env_file=None, bot_token=TOKEN), SandboxRequest(telegram)).bot


def offsets(telegram: Telegram) -> list[int | None]:
    """Return the offsets that were asked with."""
    return [call.params.get("offset") for call in telegram.calls("getUpdates")]


async def test_the_offset_moves_past_what_was_kept(telegram: Telegram, bot: ExtBot[None]) -> None:
    kept = Kept()
    reader = Poller(bot, kept)
    telegram.person("王").says("一")
    telegram.person("李").says("二")
    assert await reader.fetch(0) == 2
    assert await reader.fetch(0) == 0
    assert offsets(telegram)[1] == max(kept.numbers) + 1
    assert telegram.updates.count() == 0


async def test_while_the_database_is_away_the_offset_stays_and_nothing_is_lost(
    telegram: Telegram, bot: ExtBot[None]
) -> None:
    kept = Kept()
    reader = Poller(bot, kept)
    telegram.person("王").says("一")
    kept.away = True
    for _ in range(2):
        with pytest.raises(DatabaseAway):
            await reader.fetch(0)
    kept.away = False
    assert await reader.fetch(0) == 1
    assert len(kept.numbers) == 1
    assert offsets(telegram) == [None, None, None]


async def test_it_asks_for_its_kinds_of_updates_by_name(telegram: Telegram, bot: ExtBot[None]) -> None:
    await Poller(bot, Kept()).fetch(0)
    assert telegram.calls("getUpdates")[0].params["allowed_updates"] in (ALLOWED, str(ALLOWED).replace("'", '"'))


def answering(monkeypatch: pytest.MonkeyPatch, *answers: Any) -> None:
    """Let getUpdates give these answers, one after the other, and then stop the poller."""
    waiting = [*answers, Stopped()]

    async def call(*_: Any, **__: Any) -> Any:
        answer = waiting.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    monkeypatch.setattr(poller.wire, "call", call)


class Stopped(BaseException):
    """The end of a test."""


async def test_garbage_among_updates_is_passed_over(monkeypatch: pytest.MonkeyPatch, bot: ExtBot[None]) -> None:
    answering(monkeypatch, ["x", None, {"update_id": "7"}, {"update_id": 5}, {"no": 1}])
    kept = Kept()
    assert await Poller(bot, kept).fetch(0) == 1
    assert kept.numbers == [5]


@pytest.mark.parametrize("garbage", [["x"], {"a": 1}, [None, {"update_id": []}], "text"])
async def test_nothing_but_garbage_is_trouble_that_one_waits_for(
    garbage: Any, monkeypatch: pytest.MonkeyPatch, bot: ExtBot[None], naps: Naps
) -> None:
    answering(monkeypatch, garbage, garbage, [{"update_id": 5}])
    kept = Kept()
    with pytest.raises(Stopped):
        await Poller(bot, kept).run()
    assert naps.taken == [0.5, 1.0]
    assert kept.numbers == [5]


async def test_any_trouble_makes_it_wait_longer_but_never_give_up(
    monkeypatch: pytest.MonkeyPatch, bot: ExtBot[None], naps: Naps
) -> None:
    troubles = [NetworkError("x"), Conflict("x"), InvalidToken("x"), TelegramError("x")] * 2
    answering(monkeypatch, *troubles, [{"update_id": 9}], NetworkError("x"))
    kept = Kept()
    with pytest.raises(Stopped):
        await Poller(bot, kept).run()
    assert naps.taken == [0.5, 1, 2, 4, 8, 16, 30, 30, 0.5]
    assert kept.numbers == [9]


async def test_it_waits_as_long_as_telegram_asks(
    monkeypatch: pytest.MonkeyPatch, bot: ExtBot[None], naps: Naps
) -> None:
    answering(monkeypatch, RetryAfter(17))
    with pytest.raises(Stopped):
        await Poller(bot, Kept()).run()
    assert naps.taken == [17]


async def test_an_answer_that_was_cut_off_is_fetched_again_and_handled_once(
    file: Database, open_bench: Opener
) -> None:
    bench = await open_bench(file)
    wang = bench.somebody("王")
    bench.telegram.faults.add(Fault("getUpdates", "cut", times=1))
    wang.says("一")
    with pytest.raises(TelegramError):
        await bench.settle()
    await bench.settle()
    assert bench.texts(wang) == ["听到：一"]
