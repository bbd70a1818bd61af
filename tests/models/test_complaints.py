"""Who is given trouble for a report reaches the custodian past everybody on the case, and is answered."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from models import complaints, deadlines, hazards, vault
from models.base import Refused
from models.complaints import Complaint
from models.hazards import Hazard
from models.outbox import Outgoing
from models.people import Actor, Role
from tests.models.conftest import Town, notices_to

WORDS = "老板到我家门口骂我"


@pytest.fixture
def hazard(s: Session, town: Town, now: datetime) -> Hazard:
    """A case of the resident in east-1."""
    return report(s, town, now)


def report(s: Session, town: Town, now: datetime, **more: str) -> Hazard:
    """Return a report of the resident."""
    given = {"kind": "A01", "severity": "serious", "place_text": "后门", "detail": "堵了", **more}
    return hazards.report(s, town.resident, area_id=town.id_of("east-1"), now=now, **given)  # type: ignore[arg-type]


@pytest.fixture
def keeper(s: Session, town: Town) -> Actor:
    """The custodian."""
    return town.newcomer(s, "吴保密", Role.CUSTODIAN)


def heard(s: Session, what: str) -> set[int]:
    """Return who was told of this."""
    s.flush()
    return {row.person_id or 0 for row in s.exec(select(Outgoing).where(Outgoing.what == what))}


def test_it_goes_to_the_custodian_and_to_nobody_on_the_case(
    s: Session, town: Town, hazard: Hazard, keeper: Actor, now: datetime
) -> None:
    before = hazards.history(s, hazard), deadlines.deadlines_of(s, "hazard", hazard.id or 0), hazard.version
    row = complaints.complain(s, town.resident, hazard.id, WORDS, now=now)
    assert heard(s, "complaint.made") == {keeper.id}
    assert complaints.complaint_for(s, keeper, row.id or 0).words == WORDS
    for who in (town.post, town.grid_a, town.village, town.leader, town.resident):
        with pytest.raises(Refused, match="没有找到"):
            complaints.complaint_for(s, who, row.id or 0)
    after = hazards.history(s, hazard), deadlines.deadlines_of(s, "hazard", hazard.id or 0), hazard.version
    assert after == before


def test_the_answer_reaches_the_complainant_through_an_alias_of_its_own(
    s: Session, town: Town, hazard: Hazard, keeper: Actor, now: datetime
) -> None:
    row = complaints.complain(s, town.resident, hazard.id, WORDS, now=now)
    assert row.alias not in (None, hazard.reporter_alias)
    assert vault.deliver_to(s, row.alias or "") == town.resident.id
    complaints.answer(s, keeper, row.id or 0, "今天下午去找他谈", now=now)
    complaints.answer(s, keeper, row.id or 0, "已经谈过", now=now)
    assert notices_to(s, row.alias or "") == ["complaint.answered"] * 2
    assert row.outcome == "今天下午去找他谈\n已经谈过"
    assert row.handled_by == keeper.id
    assert [one.id for one in complaints.of_person(s, town.resident)] == [row.id]
    assert complaints.waiting_for(s, keeper) == []


def test_only_the_reporter_complains_about_a_case_and_says_something(
    s: Session, town: Town, hazard: Hazard, now: datetime
) -> None:
    with pytest.raises(Refused, match="没有找到"):
        complaints.complain(s, town.grid_b, hazard.id, WORDS, now=now)
    with pytest.raises(Refused, match="110"):
        complaints.complain(s, town.resident, hazard.id, "  ", now=now)
    assert complaints.complain(s, town.grid_b, None, WORDS, now=now).area_path == "/county/town/"


def test_a_case_with_only_a_receipt_gets_no_alias(
    s: Session, town: Town, keeper: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    nameless = report(s, town, now, privacy=hazards.RECEIPT, receipt="1234567890123456")
    monkeypatch.setattr(complaints, "own_hazard", lambda s, _who, number: s.get_one(Hazard, number))  # receipt in hand
    row = complaints.complain(s, town.resident, nameless.id, WORDS, now=now)
    assert row.alias is None
    assert complaints.of_person(s, town.resident) == []
    assert complaints.answer(s, keeper, row.id or 0, "请打 12345", now=now).outcome == "请打 12345"
    assert [one.outcome for one in complaints.of_case(s, nameless)] == ["请打 12345"]


def test_without_a_custodian_it_goes_to_the_leaders_and_who_is_on_the_case_never_gets_it(
    s: Session, town: Town, hazard: Hazard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = complaints.complain(s, town.resident, hazard.id, WORDS, now=now)
    assert complaints.keepers_of(s, row) == [town.leader.id]
    complaints.answer(s, town.leader, row.id or 0, "我来处理", now=now)
    hazard.assignee_id = town.leader.id
    assert complaints.keepers_of(s, row) == []
    hazard.assignee_id = None
    monkeypatch.setattr(complaints, "excluded", lambda *_: frozenset({town.leader.id}))
    assert complaints.keepers_of(s, row) == []


def test_the_leader_hears_of_a_late_answer_once_and_only_then(
    s: Session, town: Town, hazard: Hazard, keeper: Actor, now: datetime
) -> None:
    first, second = (complaints.complain(s, town.resident, hazard.id, WORDS, now=now) for _ in range(2))
    due = complaints.due_at(s, first)  # Monday: until Tuesday, six in the evening
    assert due - now == timedelta(days=1, hours=8)
    complaints.answer(s, keeper, second.id or 0, "在办", now=now)
    complaints.escalate(s, now=due)
    assert heard(s, "complaint.late") == set()
    for hours in (1, 30):
        complaints.escalate(s, now=due + timedelta(hours=hours))
    assert notices_to(s, town.leader.id).count("complaint.late") == 1
    late = s.exec(select(Outgoing).where(Outgoing.what == "complaint.late")).one()
    assert late.about == {"complaint": first.id}


def test_the_month_is_counted(s: Session, town: Town, hazard: Hazard, keeper: Actor, now: datetime) -> None:
    first = complaints.complain(s, town.resident, hazard.id, WORDS, now=now)
    complaints.complain(s, town.resident, None, WORDS, now=now)
    complaints.answer(s, keeper, first.id or 0, "在办", now=now)
    assert complaints.in_month(s, 2026, 11) == (2, 1)
    assert complaints.in_month(s, 2026, 10) == (0, 0)


def test_a_stolen_row_says_neither_what_nor_who(s: Session, town: Town, hazard: Hazard, now: datetime) -> None:
    complaints.complain(s, town.resident, hazard.id, WORDS, now=now)
    raw = s.connection().exec_driver_sql("select * from complaints").mappings().one()
    assert WORDS.encode() not in bytes(raw["words"])
    assert type(s.exec(select(Complaint.made_on)).one()) is not datetime
