"""Workbooks are fetched and read once, whatever Telegram does and whoever dies; nothing of them stands in the logs."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.database import Database
from bot.render import reading
from models import uploads
from models.areas import Area
from models.people import Grant, Person, Role, actor_of
from models.uploads import CHECKING, EXPECTED, FAILED, Upload
from sandbox.faults import Fault
from tests.bot.conftest import TOKEN, Bench, Opener
from tests.workbooks import XLSX, shop, xlsx

CANARY = "13800000000"
BOOK = xlsx([shop(1, 责任人="张三", 责任人电话=CANARY)])


@pytest.fixture
async def bench(file: Database, open_bench: Opener) -> Bench:
    """A bench on SQLite."""
    return await open_bench(file)


def sends(bench: Bench, content: bytes = BOOK, name: str = "张三的店.xlsx") -> None:
    """An officer sends a table."""
    phone = bench.somebody("李干事")
    sent = phone.sends_document(name, mime=XLSX, content=content).file
    assert sent is not None

    number = bench.id_of(phone)

    def expect(s: Session) -> None:
        area = Area(code="town", name="镇", level="town", path="/town/")
        s.add(area)
        s.flush()
        s.add(Grant(person_id=number, role=Role.POST, area_id=area.id or 0, since=bench.clock.now()))
        s.flush()
        who = actor_of(s, s.get_one(Person, number))
        uploads.expect(s, who, sent.file_id, name, now=bench.clock.now())

    bench.read(expect)


def kept(bench: Bench) -> Upload:
    """Return the upload as the database has it."""
    found: Upload = bench.read(lambda s: s.exec(select(Upload)).one())
    return found


async def fetches(bench: Bench, **time: float) -> str:
    """Let time pass and the bot fetch what is due; return the state of the upload."""
    bench.clock.advance(timedelta(**time))
    while await bench.machine.fetch():
        pass
    return kept(bench).state


async def test_a_table_is_fetched_and_read_and_the_file_is_not_kept(bench: Bench) -> None:
    sends(bench)
    assert await fetches(bench) == CHECKING
    upload = kept(bench)
    assert upload.rows is not None
    assert upload.rows[0][1]["owner_phone"] == CANARY
    assert (upload.content, upload.total) == (None, 1)


async def test_whatever_telegram_does_it_is_tried_again_and_given_up_in_the_end(bench: Bench) -> None:
    sends(bench)
    bench.telegram.faults.add(Fault("download", "502 html", times=2))
    assert await fetches(bench) == EXPECTED
    assert await fetches(bench, minutes=1) == EXPECTED
    assert await fetches(bench, minutes=1) == CHECKING


async def test_what_telegram_does_not_give_is_told(bench: Bench) -> None:
    sends(bench)
    bench.telegram.faults.add(Fault("getFile", "unreachable"))
    states = [await fetches(bench, minutes=10) for _ in range(uploads.TRIES)]
    assert states == [EXPECTED] * (uploads.TRIES - 1) + [FAILED]
    assert kept(bench).about["trouble"] == "lost"


async def test_who_dies_between_fetching_and_reading_has_fetched_for_the_next(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(_: bytes) -> Any:
        raise SystemExit

    sends(bench)
    monkeypatch.setattr(reading, "read", dies)
    with pytest.raises(SystemExit):
        await bench.machine.fetcher.fetch_one()
    monkeypatch.undo()
    assert kept(bench).content == BOOK
    assert await fetches(bench) == EXPECTED
    assert await fetches(bench, minutes=2) == CHECKING
    assert len(bench.telegram.calls("getFile")) == 1


async def test_nothing_of_a_file_stands_in_the_logs(
    bench: Bench, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    sends(bench, BOOK[:-50])
    assert await fetches(bench) == FAILED
    told = caplog.text + capsys.readouterr().out
    assert "upload.failed" in told
    for secret in (TOKEN, CANARY, "张三", "新店1"):
        assert secret not in told


def test_the_lease_is_longer_than_fetching_and_reading_can_take() -> None:
    from bot.fetcher import FETCH_SECONDS

    assert uploads.LEASE.total_seconds() > FETCH_SECONDS + reading.SECONDS + 10
