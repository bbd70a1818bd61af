"""A caller's danger is entered by staff; who called is sealed, unless the caller agrees to be called back."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, text

from models import callers, hazards
from models.base import Refused
from models.hazards import CALLER, Hazard
from models.people import Role
from tests.models.conftest import Town, notices_to

CONTACT = "冉大娘 13900001234"


def entered(s: Session, town: Town, now: datetime, contact: str = "", **given: Any) -> Hazard:
    """李岗 enters a blocked door for somebody who rang."""
    about: dict[str, Any] = {"kind": "A01", "severity": "serious", "place_text": "菜市场", "detail": "后门堵了"}
    return callers.enter(s, town.post, "phone", contact, area_id=town.id_of("east-1"), now=now, **about | given)


def test_who_called_is_for_nobody_on_the_case(s: Session, town: Town, now: datetime) -> None:
    hazard = entered(s, town, now)
    assert (hazard.source, callers.channel_of(s, hazard)) == (CALLER, "电话")
    assert callers.contact_of(s, hazard) == ""
    assert s.connection().execute(text("select contact from callers")).scalar_one() is None


def test_a_caller_may_agree_to_be_called(s: Session, town: Town, now: datetime) -> None:
    assert callers.contact_of(s, entered(s, town, now, CONTACT)) == CONTACT
    raw = s.connection().execute(text("select contact from callers")).scalar_one()
    assert b"13900001234" not in bytes(raw)


def test_staff_follow_what_they_entered_and_stand_in_its_history(s: Session, town: Town, now: datetime) -> None:
    hazard = entered(s, town, now)
    assert [step.who_id for step in hazards.history(s, hazard)] == [town.post.id]
    assert hazards.own_hazard(s, town.post, hazard.id or 0).id == hazard.id
    hazards.assign(s, town.village, hazard.id or 0, town.grid_a.id, now=now)
    assert "hazard.progress" in notices_to(s, hazard.reporter_alias or "")


def test_only_who_verifies_enters_for_others(s: Session, town: Town, now: datetime) -> None:
    for who in (town.resident, town.leader, town.newcomer(s, "部门", Role.DEPARTMENT)):
        with pytest.raises(Refused):
            callers.enter(s, who, "phone", kind="A01", severity="serious", place_text="x", detail="x", now=now)


def test_a_strange_channel_and_too_long_a_contact_are_refused(s: Session, town: Town, now: datetime) -> None:
    for channel, contact in (("pigeon", ""), ("phone", "长" * 101)):
        with pytest.raises(Refused):
            callers.enter(s, town.post, channel, contact, kind="A01", severity="serious", place_text="x", detail="x",
                          now=now)  # fmt: skip


def test_a_flood_of_one_person_is_kept_whole_and_told_once(s: Session, town: Town, now: datetime) -> None:
    given: dict[str, Any] = {"kind": "A09", "place_text": "老街", "detail": "过期", "area_id": town.id_of("east-1")}
    for n in range(15):
        hazards.report(s, town.resident, severity="ordinary", now=now + timedelta(seconds=n), **given)
    assert notices_to(s, town.post.id) == ["hazard.reported"] * 10 + ["report.many"]
    hazards.report(s, town.resident, severity="urgent", now=now, **given)
    assert notices_to(s, town.post.id)[-1] == "hazard.reported", "what is urgent is told all the same"
    hazards.report(s, town.newcomer(s, "别人"), severity="ordinary", now=now, **given)
    assert notices_to(s, town.post.id).count("hazard.reported") == 12
    hazards.report(s, town.resident, severity="ordinary", now=now + timedelta(hours=1), **given)
    assert notices_to(s, town.post.id).count("hazard.reported") == 13
    assert len(hazards.mine(s, town.resident)) == 17


def test_staff_on_a_walk_are_no_flood(s: Session, town: Town, now: datetime) -> None:
    given: dict[str, Any] = {"kind": "A09", "place_text": "老街", "detail": "过期", "area_id": town.id_of("east-1")}
    for _ in range(12):
        hazards.report(s, town.grid_a, severity="ordinary", source="staff", now=now, **given)
    assert notices_to(s, town.post.id) == ["hazard.reported"] * 12
