"""The fetcher: each picture is fetched once, whatever Telegram does and whoever dies, and the token goes nowhere."""

import asyncio
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.app import build_telegram
from bot.database import Database
from bot.render import cleaning
from bot.render.cleaning import NotCleaned
from bot.settings import Settings
from bot.wire import Missing, download
from models import hazards, pictures
from models.areas import Area
from models.hazards import Media
from models.people import Person, actor_of
from models.pictures import CLEAN, EXPECTED, FAILED, LOST, Picture
from sandbox.clock import Clock
from sandbox.faults import Fault
from sandbox.server import serving
from sandbox.telegram import Telegram
from tests.bot.conftest import MORNING, TOKEN, Bench, Opener
from tests.pictures import CANARY, phone_photo, saved, scene

PHOTO = phone_photo()


@pytest.fixture
async def bench(database: Database, open_bench: Opener) -> Bench:
    """A bench on both databases."""
    return await open_bench(database)


def sends(bench: Bench, content: bytes, name: str = "照片.jpg", mime: str = "image/jpeg") -> str:
    """Somebody sends a picture as a file, and it came with a report; return its file id."""
    phone = next(iter(bench.telegram.people), None) or bench.somebody("王婆婆")
    sent = phone.sends_document(name, mime=mime, content=content).file
    assert sent is not None
    bench.read(lambda s: reported(s, phone.id, sent.file_id, bench))
    return sent.file_id


def reported(s: Session, telegram_id: int, file_id: str, bench: Bench) -> None:
    """Report something with this picture."""
    area = s.exec(select(Area)).first() or Area(code="town", name="镇", level="town", path="/town/")
    s.add(area)
    s.flush()
    who = actor_of(s, s.exec(select(Person).where(Person.telegram_id == telegram_id)).one())
    media = [Media("image", file_id, file_id[-20:])]
    hazards.report(s, who, kind="A01", severity="serious", place_text="后门", detail="堵", media=media,
                   area_id=area.id, now=bench.clock.now())  # fmt: skip


def kept(bench: Bench) -> list[Picture]:
    """Return the pictures as the database has them."""
    return list(bench.read(lambda s: list(s.exec(select(Picture).order_by(Picture.evidence_id)))))


async def fetches(bench: Bench, **time: float) -> str:
    """Let time pass and the bot fetch what is due; return the state of the first picture."""
    bench.clock.advance(timedelta(**time))
    while await bench.machine.fetch():
        pass
    return kept(bench)[0].state


def attempts(bench: Bench) -> int:
    """Return how often Telegram was asked for a file."""
    return len(bench.telegram.calls("getFile"))


async def test_a_picture_is_fetched_and_kept_as_it_came_and_clean(bench: Bench) -> None:
    sends(bench, PHOTO)
    assert await fetches(bench) == CLEAN
    [picture] = kept(bench)
    assert picture.original == PHOTO
    assert cleaning.is_bare(picture.clean or b"")
    assert not await bench.machine.fetch()
    assert attempts(bench) == 1


async def test_what_it_is_its_bytes_say_and_not_its_name(bench: Bench) -> None:
    sends(bench, saved(scene(), "PNG"), "照片.jpg", "image/jpeg")
    sends(bench, saved(scene(), "WEBP"), "x.png", "image/png")
    sends(bench, b"PK\x03\x04" + b"\x00" * 500)
    await fetches(bench)
    assert [picture.state for picture in kept(bench)] == [CLEAN, CLEAN, FAILED]
    assert kept(bench)[2].original is not None


@pytest.mark.parametrize(
    ("method", "kind"),
    [("getFile", "500"), ("getFile", "429"), ("getFile", "hang"), ("download", "hang"), ("download", "502 html"),
     ("download", "unreachable"), ("download", "cut"), ("download", "404"), ("getFile", "404")],
)  # fmt: skip
async def test_whatever_telegram_does_it_is_tried_again(bench: Bench, method: str, kind: str) -> None:
    sends(bench, PHOTO)
    bench.telegram.faults.add(Fault(method, kind, times=2))
    assert await fetches(bench) == EXPECTED
    assert await fetches(bench, seconds=9) == EXPECTED
    assert attempts(bench) == 1
    assert await fetches(bench, seconds=1) == EXPECTED
    assert await fetches(bench, seconds=30) == CLEAN


async def test_an_hour_without_telegram_loses_nothing(bench: Bench) -> None:
    sends(bench, PHOTO)
    bench.telegram.faults.add(Fault("getFile", "unreachable"))
    for _ in range(12):
        assert await fetches(bench, minutes=5) == EXPECTED
    bench.telegram.faults.clear()
    assert await fetches(bench, hours=1) == CLEAN


async def test_a_file_that_telegram_does_not_know_any_more_is_given_up(bench: Bench) -> None:
    sends(bench, PHOTO)
    bench.telegram.files._by_id.clear()
    assert await fetches(bench) == EXPECTED
    assert await fetches(bench, minutes=1) == EXPECTED
    assert await fetches(bench, minutes=1) == LOST
    [picture] = kept(bench)
    assert picture.original is None


async def test_what_telegram_says_is_too_large_is_not_fetched(bench: Bench) -> None:
    phone = bench.somebody("王婆婆")
    file = phone.sends_document("照片.jpg", cleaning.LARGEST + 1, "image/jpeg", content=PHOTO).file
    assert file is not None
    with pytest.raises(Missing):
        await download(bench.machine.bot, file.file_id, cleaning.LARGEST)
    small = phone.sends_document("照片.jpg", mime="image/jpeg", content=PHOTO).file
    assert small is not None
    with pytest.raises(Missing):
        await download(bench.machine.bot, small.file_id, 100)
    assert len(await download(bench.machine.bot, small.file_id, small.size)) == small.size


async def test_who_dies_between_fetching_and_cleaning_has_fetched_for_the_next(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    sends(bench, PHOTO)

    def dies(_: bytes) -> bytes:
        raise SystemExit

    monkeypatch.setattr(cleaning, "clean", dies)
    with pytest.raises(SystemExit):
        await bench.machine.fetcher.fetch_one()
    monkeypatch.undo()
    assert kept(bench)[0].original == PHOTO
    assert await fetches(bench) == EXPECTED
    assert await fetches(bench, minutes=2) == CLEAN
    assert attempts(bench) == 1


async def test_a_child_that_was_killed_gets_some_more_tries(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    sends(bench, PHOTO)

    def killed(_: bytes) -> bytes:
        raise NotCleaned("killed", hopeless=False)

    monkeypatch.setattr(cleaning, "clean", killed)
    assert await fetches(bench) == EXPECTED
    assert await fetches(bench, minutes=1) == EXPECTED
    assert await fetches(bench, minutes=1) == FAILED
    assert attempts(bench) == 1


async def test_two_who_both_think_that_they_lead_fetch_each_once(database: Database, open_bench: Opener) -> None:
    one = await open_bench(database)
    two = await open_bench(database, holder="two", telegram=one.telegram)
    for _ in range(6):
        sends(one, PHOTO)
    one.telegram.faults.add(Fault("download", "slow", seconds=0.01))

    async def all_of(bench: Bench) -> int:
        count = 0
        while await bench.machine.fetcher.fetch_one():
            count += 1
        return count

    assert sum(await asyncio.gather(all_of(one), all_of(two))) == 6
    assert attempts(one) == 6
    assert {picture.state for picture in kept(one)} == {CLEAN}


async def test_who_does_not_lead_fetches_nothing(database: Database, open_bench: Opener) -> None:
    one = await open_bench(database)
    two = await open_bench(database, holder="two", telegram=one.telegram)
    for bench in (one, two):
        await bench.machine.beat()
        sends(one, PHOTO)
    assert sorted([await one.machine.fetch(), await two.machine.fetch()]) == [False, True]


async def test_nothing_personal_and_no_token_stands_in_the_logs_or_in_the_errors(
    bench: Bench, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    file_id = sends(bench, PHOTO)
    for kind in ("404", "502 html", "hang", "unreachable"):
        bench.telegram.faults.add(Fault("download", kind, times=1))
        await fetches(bench, hours=1)
    with pytest.raises(Missing) as trouble:
        await download(bench.machine.bot, "nobody", cleaning.LARGEST)
    told = caplog.text + capsys.readouterr().out + repr(trouble.value) + repr(trouble.value.__cause__)
    assert "picture.failed" in told
    for secret in (TOKEN, file_id, CANARY, "王婆婆"):
        assert secret not in told


async def test_it_works_over_http_too(tmp_path: Path) -> None:
    telegram = Telegram(Clock(frozen_at=MORNING), bot_token=TOKEN)
    phone = telegram.person("王婆婆")
    file = phone.sends_document("照片.jpg", mime="image/jpeg", content=PHOTO).file
    assert file is not None
    async with serving(telegram) as url:
        app = build_telegram(Settings(_env_file=None, bot_token=TOKEN, data_dir=tmp_path, api_url=url))
        await app.initialize()
        assert await download(app.bot, file.file_id, cleaning.LARGEST) == PHOTO  # type: ignore[arg-type]
        telegram.faults.add(Fault("download", "404", times=1))
        with pytest.raises(Missing) as gone:
            await download(app.bot, file.file_id, cleaning.LARGEST)  # type: ignore[arg-type]
        assert_silent(gone.value)
        await app.shutdown()


def assert_silent(trouble: BaseException | None) -> None:
    """No exception of the chain speaks of the token."""
    seen: list[Any] = []
    while trouble is not None:
        seen.append(repr(trouble))
        trouble = trouble.__cause__
    assert TOKEN not in "".join(seen)


def test_the_lease_is_longer_than_fetching_and_cleaning_can_take() -> None:
    from bot.fetcher import FETCH_SECONDS

    assert pictures.LEASE.total_seconds() > FETCH_SECONDS + cleaning.SECONDS + 10
