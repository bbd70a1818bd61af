"""Pitfall 4: clocks that do not live with people. Nights, weekends, holidays, make-up days, waiting for an answer."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from models import deadlines
from models.calendar import is_quiet, local
from models.hazards import Hazard
from models.outbox import SENT, Lane, Outgoing
from models.rules import DEFAULTS, ZONE
from tests.town import Somebody, Township, close_township, open_township

# The eve of National Day (seven days off, a make-up Saturday after it), and a Sunday that works for a Friday.
EVE, MAKE_UP = datetime(2026, 9, 30, 17, 50, tzinfo=ZONE), datetime(2026, 9, 20, 10, 0, tzinfo=ZONE)


@pytest.fixture(params=[EVE, MAKE_UP], ids=["the eve of National Day", "a make-up Sunday"])
async def autumn(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> AsyncIterator[Township]:
    """The demo town on one of the two days."""
    opened = await open_township(database_url, tmp_path, now=request.param)
    yield opened
    await close_township(opened)


async def report(town: Township, words: str = "老街电线老化了") -> tuple[Somebody, Somebody]:
    wang, li = town.somebody("王婆婆"), town.somebody("李干事")
    await li.says("/start")
    await wang.says(words)
    await wang.presses("跳过")
    await wang.presses("提交")
    return wang, li


def due(town: Township) -> dict[str, str]:
    def find(s: Session) -> dict[str, str]:
        number = s.exec(select(Hazard.id)).one() or 0
        return {found.clock: f"{local(found.due_at):%m-%d %H:%M}" for found in deadlines.open_of(s, "hazard", number)}

    return town.read(find)


async def test_a_report_late_before_the_holiday_or_on_a_make_up_sunday_is_due_when_people_work(
    autumn: Township,
) -> None:
    is_eve = local(autumn.clock.now()).month == 9 and local(autumn.clock.now()).day == 30
    wang, _ = await report(autumn)
    if is_eve:  # 14:50 by the clock, told as a half hour: the minute would tell when a confidential report came
        assert due(autumn) == {"dispatch": "10-08 15:00", "verify": "10-10 18:00"}
        assert wang.sees("10月10日 18:00")
    else:
        assert due(autumn) == {"dispatch": "09-20 16:00", "verify": "09-23 18:00"}


async def test_over_the_holiday_and_at_night_nobody_is_reminded(autumn: Township) -> None:
    await report(autumn)
    start = autumn.clock.now()
    for hours in range(6, 24 * 12, 6):
        await autumn.until(start + timedelta(hours=hours))
    rows = autumn.read(lambda s: s.exec(select(Outgoing).where(Outgoing.lane == Lane.REMINDER)).all())
    sent = [local(row.done_at) for row in rows if row.state == SENT and row.done_at]
    assert sent
    assert not [at for at in sent if is_quiet(at, DEFAULTS)]
    assert not [at for at in sent if (at.month, at.day) in {(9, 25), (9, 26), (9, 27), *((10, d) for d in range(1, 8))}]


async def test_while_the_reporter_is_asked_the_clock_stands_still_and_says_so(town: Township) -> None:
    _, li = await report(town)
    number = town.read(lambda s: s.exec(select(Hazard.id)).one() or 0)
    before = due(town)
    town.read(lambda s: deadlines.pause(s, "hazard", number, now=town.clock.now()))
    await li.says("/hazard 吹2026-0001")
    assert "暂停计时" in li.last
    await town.passes(days=1)
    town.read(lambda s: deadlines.resume(s, "hazard", number, now=town.clock.now()))
    assert due(town) == {"dispatch": "11-24 16:00", "verify": "11-27 18:00"}
    assert before == {"dispatch": "11-23 16:00", "verify": "11-26 18:00"}


async def test_an_urgent_danger_that_nobody_looked_at_rings_at_night_and_others_wait(town: Township) -> None:
    wang, li = town.somebody("王婆婆"), town.somebody("李干事")
    await li.says("/start")
    await town.until(datetime(2026, 11, 23, 22, 0, tzinfo=ZONE))
    await wang.says("菜市场后门被货堵死了")
    await wang.presses("跳过")
    await wang.presses("提交")
    town.read(_make_urgent)
    await town.passes(hours=2, minutes=1)
    assert li.sees("核查已经超时")
    row = town.read(lambda s: s.exec(select(Outgoing).where(Outgoing.what == "hazard.overdue")).first())
    assert row is not None
    assert row.lane == Lane.URGENT


def _make_urgent(s: Session) -> None:
    hazard = s.exec(select(Hazard)).one()
    hazard.severity = "urgent"
    for found in deadlines.open_of(s, "hazard", hazard.id or 0):
        found.counts = "urgent"
        if found.clock == "verify":
            found.due_at = hazard.reported_at + timedelta(hours=2)
        else:
            found.met_at = hazard.reported_at
