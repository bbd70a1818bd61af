"""The ledger: what a figure counts its rows list, in one's own area, and nothing in it leads to a reporter."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from models import hazards, ledger
from models.base import Refused
from models.hazards import Hazard, Media
from tests.models.conftest import Town

SINCE, UNTIL = date(2026, 11, 1), date(2026, 11, 30)
SECRET = "我就住隔壁三楼看得清清楚楚"
PHOTO = [Media("photo", "f", "u")]


def whistle(s: Session, town: Town, now: datetime, area: str = "east-1", **more: str) -> Hazard:
    return hazards.report(
        s, town.resident, kind="A01", severity="serious", place_text="后门", detail=SECRET, told="说到：后门",
        area_id=town.id_of(area), now=now, **more,
    )  # type: ignore[arg-type]  # fmt: skip


def test_a_case_from_report_to_end_in_one_line(s: Session, town: Town, now: datetime) -> None:
    hazard = whistle(s, town, now)
    key = hazard.id or 0
    hazards.assign(s, town.post, key, town.grid_a.id, now=now)
    hazards.confirm(s, town.grid_a, key, note="属实", media=PHOTO, now=now + timedelta(days=1))
    hazards.rectified(s, town.grid_a, key, note="清走了", media=PHOTO, now=now + timedelta(days=2))
    hazards.recheck(s, town.post, key, passed=True, now=now + timedelta(days=3))
    (line,) = ledger.ledger(s, town.post, SINCE, UNTIL, now=now)
    assert (line.sender, line.holder, line.checker) == ("李岗", "张网格", "李岗")
    assert (line.finding, line.measure, line.check) == ("属实", "清走了", "合格")
    assert [line.looked_on, line.repaired_on, line.checked_on] == [date(2026, 11, d) for d in (24, 25, 26)]
    assert (line.before, line.after) == (1, 1)
    assert line.area == "东村 东村一网格"


def test_nothing_leads_to_a_concealed_reporter(s: Session, town: Town, now: datetime) -> None:
    whistle(s, town, now)
    (line,) = ledger.ledger(s, town.post, SINCE, UNTIL, now=now)
    assert line.words == "说到：后门"
    told = {key: str(getattr(line, key)) for key in line.__slots__ if key != "hazard"}
    assert not any(town.resident.name in words or SECRET in words for words in told.values())


@pytest.mark.parametrize("who", ["post", "village", "leader"])
def test_what_is_counted_is_listed(s: Session, town: Town, now: datetime, who: str) -> None:
    for area in ("east-1", "east-2", "west-1"):
        whistle(s, town, now, area)
    whistle(s, town, now - timedelta(days=40))
    whistle(s, town, datetime(2026, 11, 30, 15, 59, tzinfo=now.tzinfo))
    actor = getattr(town, who)
    lines = ledger.ledger(s, actor, SINCE, UNTIL, now=now)
    assert len(lines) == ledger.count(s, actor, SINCE, UNTIL) == (3 if who == "village" else 4)
    assert [line.hazard.id for line in lines] == sorted(line.hazard.id or 0 for line in lines)


def test_what_was_late_is_named_by_its_clock(s: Session, town: Town, now: datetime) -> None:
    hazard = whistle(s, town, now)
    hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=now)
    (line,) = ledger.ledger(s, town.post, SINCE, UNTIL, now=now + timedelta(days=9))
    assert "verify" in line.late


def test_who_sees_no_board_gets_no_ledger(s: Session, town: Town, now: datetime) -> None:
    for who in (town.resident, town.grid_a):
        with pytest.raises(Refused):
            ledger.ledger(s, who, SINCE, UNTIL, now=now)
        with pytest.raises(Refused):
            ledger.count(s, who, SINCE, UNTIL)


def test_a_long_ledger_asks_the_database_as_often_as_a_short_one(s: Session, town: Town, now: datetime) -> None:
    def asked() -> int:
        s.flush()
        s.expire_all()
        seen: list[str] = []

        def note(*found: Any) -> None:
            seen.append(found[2])

        bind = s.connection()
        event.listen(bind, "before_cursor_execute", note)
        ledger.ledger(s, town.post, SINCE, UNTIL, now=now)
        event.remove(bind, "before_cursor_execute", note)
        return len(seen)

    whistle(s, town, now)
    short = asked()
    for _ in range(30):
        whistle(s, town, now)
    assert asked() == short
