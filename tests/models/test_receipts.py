"""Receipts: the only key to a report without an account; kept as a hash, guessed in vain, dead once replaced."""

import secrets
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from models import audit, case_cards, complaints, deadlines, hazards, levels, receipts
from models.audit import AuditEntry
from models.base import NOT_FOUND, Refused
from models.hazards import ANONYMOUS, CONFIDENTIAL, NAMED, RECEIPT, Hazard
from models.keyboards import Keyboard, make_keyboard
from models.lifecycle import Relation
from models.outbox import Outgoing
from models.people import Actor, Role
from models.vault import Identity
from tests.models.conftest import Town, notices_to
from tests.models.test_hazards import PHOTO, closed, whistle

DIGITS = "0153120653993245"


def holding(who: Actor, receipt: str) -> Actor:
    """Return the same person with a receipt in hand."""
    return Actor(who.id, who.name, who.held, proof=receipt)


def alone(s: Session, town: Town, now: datetime, **more: Any) -> Hazard:
    """Somebody reports, and nothing but the receipt leads back."""
    return whistle(s, town, now, privacy=RECEIPT, receipt=DIGITS, **more)


@given(st.lists(st.sampled_from(["", " ", "-", "—", "  ", "·"]), min_size=15, max_size=15))
def test_however_it_is_grouped_a_receipt_is_read(gaps: list[str]) -> None:
    typed = "".join(digit + gap for digit, gap in zip(DIGITS, [*gaps, ""], strict=True))
    assert receipts.read(typed) == DIGITS


@pytest.mark.parametrize("typed", ["", "0153", DIGITS + "1", DIGITS[:-1] + "x", "菜市场后门", "吹2026-0001"])
def test_what_is_no_receipt_is_not_read_as_one(typed: str) -> None:
    assert receipts.read(typed) is None


def test_full_width_digits_do_as_well() -> None:
    assert receipts.read("０１５３ １２０６ ５３９９ ３２４５") == DIGITS


def test_receipts_are_random_and_have_sixteen_digits() -> None:
    made = {receipts.new_receipt() for _ in range(200)}
    assert len(made) == 200
    assert {len(receipt) for receipt in made} == {16}


def test_neither_the_person_nor_the_receipt_is_kept(s: Session, town: Town, now: datetime) -> None:
    hazard = alone(s, town, now)
    assert hazard.reporter_alias is None
    assert hazard.receipt_tag is not None
    assert DIGITS not in hazard.receipt_tag
    assert s.exec(select(Identity)).all() == []
    assert hazards.mine(s, town.resident) == []
    assert {row.who_id for row in hazards.history(s, hazard)} == {None}
    audit.write(s)
    assert {row.who_id for row in s.exec(select(AuditEntry))} == {None}
    with pytest.raises(ValueError, match="receipt"):
        whistle(s, town, now, privacy=RECEIPT)


def test_everything_that_is_the_reporter_s_own_is_done_by_receipt(s: Session, town: Town, now: datetime) -> None:
    hazard = alone(s, town, now, evacuation=True)
    number, me = hazard.id or 0, holding(town.newcomer(s, "换了账号"), DIGITS)
    assert receipts.found(s, me, DIGITS, now=now) == hazard
    assert hazards.relation_of(s, me, hazard) is Relation.REPORTER
    assert hazards.add(s, me, number, text="又多了一堆", now=now) == hazard
    closed(s, town, hazard, now)
    assert hazards.rate(s, me, number, 1, now=now).rating == 1
    assert hazards.reopen(s, me, number, "又堵了", now=now).step == "verifying"
    assert hazards.withdraw(s, me, number, now=now).step == "withdrawn"
    assert {row.who_id for row in hazards.history(s, hazard) if row.by == Relation.REPORTER} == {None}


def test_without_it_or_with_another_one_nobody_is_the_reporter(s: Session, town: Town, now: datetime) -> None:
    number = alone(s, town, now).id or 0
    confidential = whistle(s, town, now)
    for who in (town.resident, holding(town.resident, DIGITS[::-1]), holding(town.resident, "")):
        with pytest.raises(Refused, match=NOT_FOUND[:4]):
            hazards.own_hazard(s, who, number)
    assert hazards.own_hazard(s, holding(town.resident, DIGITS), confidential.id or 0) == confidential
    with pytest.raises(Refused):
        hazards.own_hazard(s, holding(town.grid_b, DIGITS), confidential.id or 0)


def test_no_notice_goes_to_who_can_only_look_by_receipt(s: Session, town: Town, now: datetime) -> None:
    closed(s, town, alone(s, town, now), now)
    assert all(row.alias is None for row in s.exec(select(Outgoing)))


def test_after_five_wrong_ones_in_an_hour_even_the_right_one_is_no_good(s: Session, town: Town, now: datetime) -> None:
    hazard = alone(s, town, now)
    for _ in range(4):
        assert receipts.found(s, town.resident, receipts.new_receipt(), now=now) is None
    assert receipts.found(s, town.resident, DIGITS, now=now) == hazard
    assert receipts.found(s, town.resident, "0153", now=now) is None
    assert receipts.found(s, town.resident, DIGITS, now=now) is None
    assert receipts.found(s, town.grid_b, DIGITS, now=now) == hazard
    assert receipts.found(s, town.resident, DIGITS, now=now + timedelta(hours=1)) == hazard


def test_all_together_try_only_so_often(
    s: Session, town: Town, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "TRIES_OF_ALL", 7)
    alone(s, town, now)
    people = [Actor(1000 + n, "某人") for n in range(7)]
    assert [receipts.found(s, who, receipts.new_receipt(), now=now) for who in people] == [None] * 7
    assert receipts.found(s, Actor(2000, "某人"), DIGITS, now=now) is None


def test_a_new_receipt_makes_the_old_one_dead(s: Session, town: Town, now: datetime) -> None:
    hazard = alone(s, town, now)
    fresh = receipts.renew(s, holding(town.resident, DIGITS), hazard.id or 0, now=now)
    assert receipts.found(s, town.resident, DIGITS, now=now) is None
    assert receipts.found(s, town.resident, fresh, now=now) == hazard
    with pytest.raises(Refused):
        hazards.own_hazard(s, holding(town.resident, DIGITS), hazard.id or 0)
    confidential = whistle(s, town, now)
    with pytest.raises(Refused, match="不用回执"):
        receipts.renew(s, town.resident, confidential.id or 0, now=now)


def test_an_anonymous_report_opens_by_account_and_by_receipt(s: Session, town: Town, now: datetime) -> None:
    hazard = whistle(s, town, now, privacy=ANONYMOUS, receipt=DIGITS)
    assert hazards.mine(s, town.resident) == [hazard]
    assert receipts.found(s, town.grid_b, DIGITS, now=now) == hazard
    hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=now)
    assert notices_to(s, hazard.reporter_alias or "") == ["hazard.progress"]


@pytest.mark.parametrize("privacy", [ANONYMOUS, RECEIPT])
def test_colleagues_hear_of_an_anonymous_report_some_minutes_later(
    s: Session, town: Town, now: datetime, privacy: str
) -> None:
    hazard = whistle(s, town, now, privacy=privacy, receipt=DIGITS)
    me = holding(town.resident, DIGITS)
    hazards.add(s, me, hazard.id or 0, text="还有", now=now)
    hazards.withdraw(s, me, hazard.id or 0, now=now)
    waits = [row.not_before - now for row in s.exec(select(Outgoing))]
    assert len(waits) >= 3
    assert all(timedelta(minutes=5) <= wait <= timedelta(minutes=45) for wait in waits)
    assert len(set(waits)) > 1


@pytest.mark.parametrize(
    ("privacy", "severity"), [(ANONYMOUS, "urgent"), (RECEIPT, "urgent"), (CONFIDENTIAL, "serious")]
)
def test_what_is_urgent_or_confidential_does_not_wait(
    s: Session, town: Town, now: datetime, privacy: str, severity: str
) -> None:
    whistle(s, town, now, privacy=privacy, severity=severity, receipt=DIGITS)
    assert {row.not_before for row in s.exec(select(Outgoing))} == {now}


def test_the_wait_uses_all_of_its_range(s: Session, town: Town, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = 0
    monkeypatch.setattr(secrets, "randbelow", lambda below: drawn if below == 40 * 60 + 1 else 7)
    for receipt, minutes in ((DIGITS, 5), (DIGITS[::-1], 45)):
        drawn = (minutes - 5) * 60
        hazard = whistle(s, town, now, privacy=ANONYMOUS, receipt=receipt)
        newest = s.exec(select(Outgoing).order_by(Outgoing.id.desc())).first()  # type: ignore[union-attr]
        assert newest is not None
        assert newest.about == {"hazard": hazard.id}
        assert newest.not_before == now + timedelta(minutes=minutes)


@pytest.mark.parametrize("more", [{"severity": "urgent"}, {"evacuation": True}])
def test_no_clock_tells_the_minute_of_a_concealed_report(
    s: Session, town: Town, now: datetime, more: dict[str, Any]
) -> None:
    hazard = whistle(s, town, now + timedelta(minutes=7, seconds=3), **more)
    named = whistle(s, town, now + timedelta(minutes=7, seconds=3), privacy=NAMED, **more)
    shown, exact = (deadlines.running(s, "hazard", case.id or 0, "verify") for case in (hazard, named))
    assert shown is not None
    assert exact is not None
    assert (shown.due_at.minute, shown.due_at.second, shown.due_at.microsecond) == (30, 0, 0)
    assert timedelta(0) <= shown.due_at - exact.due_at < timedelta(minutes=30)
    assert exact.due_at.minute == 7


def test_a_report_is_only_lowered(s: Session, town: Town, now: datetime) -> None:
    number = whistle(s, town, now, privacy=NAMED, told="说到：后门").id or 0
    hazard, receipt = levels.lower(s, town.resident, number, CONFIDENTIAL, now=now)
    assert (hazard.privacy, receipt, hazards.words_of(hazard)) == (CONFIDENTIAL, "", "说到：后门")
    assert hazards.named_reporter(s, hazard) is None
    for level in (NAMED, CONFIDENTIAL, "nonsense"):
        with pytest.raises(Refused, match="更保密"):
            levels.lower(s, town.resident, number, level, now=now)
    with pytest.raises(Refused, match=NOT_FOUND[:4]):
        levels.lower(s, town.post, number, ANONYMOUS, now=now)
    hazard, receipt = levels.lower(s, town.resident, number, ANONYMOUS, now=now)
    assert receipts.found(s, town.resident, receipt, now=now) == hazard
    assert levels.below(hazard) == (RECEIPT,)
    assert hazards.mine(s, town.resident) == [hazard]


def test_the_last_level_destroys_what_leads_to_the_person(s: Session, town: Town, now: datetime) -> None:
    hazard, other = whistle(s, town, now), whistle(s, town, now)
    number = hazard.id or 0
    hazards.assign(s, town.post, number, town.grid_a.id, now=now)
    for thing in (number, other.id or 0):
        make_keyboard(s, town.resident.id, [["own.open", {"id": thing}, False]], now=now)
    make_keyboard(s, town.post.id, [["hazard.open", {"id": number}, False]], now=now)
    _, receipt = levels.lower(s, town.resident, number, RECEIPT, now=now)
    assert hazard.reporter_alias is None
    assert [row.alias for row in s.exec(select(Identity))] == [other.reporter_alias]
    assert [row for row in s.exec(select(Outgoing)) if row.alias] == []
    assert [row.buttons[0] for row in s.exec(select(Keyboard))].count(["own.open", {"id": number}, False]) == 0
    assert len(s.exec(select(Keyboard)).all()) == 2
    with pytest.raises(Refused):
        hazards.own_hazard(s, town.resident, number)
    hazards.confirm(s, town.grid_a, number, media=[PHOTO], now=now)
    assert [row for row in s.exec(select(Outgoing)) if row.alias] == []
    assert hazards.own_hazard(s, holding(town.resident, receipt), number) == hazard
    assert levels.below(hazard) == ()


def test_the_last_level_lets_go_of_complaints_about_it_and_their_answers_open_by_the_receipt(
    s: Session, town: Town, now: datetime
) -> None:
    hazard = whistle(s, town, now)
    number, keeper = hazard.id or 0, town.newcomer(s, "吴保密", Role.CUSTODIAN)
    row = complaints.complain(s, town.resident, number, "老板骂我", now=now)
    complaints.answer(s, keeper, row.id or 0, "下午去找他", now=now)
    levels.lower(s, town.resident, number, RECEIPT, now=now)
    assert s.exec(select(Identity)).all() == []
    assert row.alias is None
    assert [found for found in s.exec(select(Outgoing)) if found.alias] == []
    assert [found.outcome for found in complaints.of_case(s, hazard)] == ["下午去找他"]


def shown_anew(s: Session, since: int) -> list[datetime]:
    """Return when the cards of the case line are drawn anew that were queued after this row."""
    s.flush()
    rows = s.exec(select(Outgoing).where(Outgoing.what == case_cards.REDRAW, Outgoing.id > since))  # type: ignore[operator]
    return [row.not_before for row in rows]


def test_the_cards_of_the_case_line_follow_an_anonymous_reporter_some_minutes_later(
    s: Session, town: Town, now: datetime
) -> None:
    for privacy, waits in ((ANONYMOUS, True), (CONFIDENTIAL, False)):
        hazard = whistle(s, town, now, privacy=privacy, receipt=DIGITS if waits else "")
        number = hazard.id or 0
        case_cards.remember(s, number, 900, 1, town.post.id, now=now)
        closed(s, town, hazard, now)
        for act in (lambda: hazards.rate(s, town.resident, number, 1, now=now),  # noqa: B023 - called at once
                    lambda: hazards.reopen(s, town.resident, number, "又堵", now=now),  # noqa: B023
                    lambda: hazards.withdraw(s, town.resident, number, now=now)):  # noqa: B023 # fmt: skip
            since = max((row.id or 0 for row in s.exec(select(Outgoing))), default=0)
            act()
            [at] = shown_anew(s, since)
            assert (at - now >= timedelta(minutes=5)) is waits


def test_what_staff_entered_has_no_levels(s: Session, town: Town, now: datetime) -> None:
    hazard = whistle(s, town, now, who=town.grid_a, source="staff")
    assert levels.below(hazard) == ()
