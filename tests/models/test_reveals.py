"""Nobody learns who reported without a reason, a second person, a record before it, and the reporter's knowing."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from models import audit, hazards, levels, reveals, vault
from models.audit import AuditEntry
from models.base import Refused
from models.hazards import Hazard
from models.people import Actor, Grant, Role
from models.reveals import Reveal
from models.vault import Identity
from tests.models.conftest import Town, notices_to

WHY = "上报人说有人被锁在里面，要当面核实"
TEN_MINUTES = timedelta(minutes=10)


@dataclass
class Scene:
    """A concealed case, its custodian, and somebody who may countersign besides the leader."""

    town: Town
    hazard: Hazard
    custodian: Actor
    second: Actor

    @property
    def number(self) -> int:
        """The id of the case."""
        return self.hazard.id or 0


def report(s: Session, town: Town, who: Actor, now: datetime, **more: str) -> Hazard:
    """Return a report of this person in east-1."""
    given = {"kind": "A01", "severity": "serious", "place_text": "后门", "detail": "堵了", **more}
    return hazards.report(s, who, area_id=town.id_of("east-1"), now=now, **given)  # type: ignore[arg-type]


@pytest.fixture
def scene(s: Session, town: Town, now: datetime) -> Scene:
    """A resident reported in confidence in east-1."""
    hazard = report(s, town, town.resident, now)
    custodian = town.newcomer(s, "吴保密", Role.CUSTODIAN)
    return Scene(town, hazard, custodian, town.newcomer(s, "郑保密", Role.CUSTODIAN))


@pytest.fixture
def openings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every envelope of the vault that is opened."""
    opened: list[str] = []
    real = vault._open

    def counting(row: Identity) -> int:
        opened.append(row.alias)
        return real(row)

    monkeypatch.setattr(vault, "_open", counting)
    return opened


def on_file(s: Session, op: str) -> int:
    """Return how many entries of this kind the audit log has."""
    audit.write(s)
    return len(s.exec(select(AuditEntry).where(AuditEntry.op == op)).all())


def granted(s: Session, scene: Scene, asker: Actor, now: datetime) -> int:
    """Return a request of this person that the leader has granted."""
    row = reveals.ask(s, asker, scene.number, WHY, now=now)
    reveals.decide(s, scene.town.leader, row.id or 0, True, now=now)
    return row.id or 0


def test_reason_second_person_record_look_and_the_reporter_knows(
    s: Session, scene: Scene, now: datetime, openings: list[str]
) -> None:
    row = reveals.ask(s, scene.custodian, scene.number, WHY, now=now)
    assert "reveal.asked" in notices_to(s, scene.town.leader.id)
    assert "reveal.asked" in notices_to(s, scene.second.id)
    assert "reveal.asked" not in notices_to(s, scene.custodian.id)
    reveals.decide(s, scene.town.leader, row.id or 0, True, now=now)
    assert notices_to(s, scene.custodian.id) == ["reveal.decided"]
    assert openings == []
    person = reveals.look(s, scene.custodian, row.id or 0, now=now + TEN_MINUTES)
    assert person is not None
    assert person.name == "王居民"
    assert openings == [scene.hazard.reporter_alias]
    assert on_file(s, "reveal.looked") == 1
    assert "reveal.told" in notices_to(s, scene.hazard.reporter_alias or "")
    assert [(looked.asked_by, looked.decided_by) for looked in reveals.looks_at(s, scene.hazard)] == [
        (scene.custodian.id, scene.town.leader.id)
    ]
    assert audit.verify_chain(s) is None


@pytest.mark.parametrize("column", ["assignee_id", "fixer_id"])
def test_a_custodian_who_works_on_the_case_neither_asks_nor_looks(
    s: Session, scene: Scene, now: datetime, column: str
) -> None:
    number = granted(s, scene, scene.custodian, now)
    setattr(scene.hazard, column, scene.custodian.id)
    assert not reveals.may_ask(s, scene.custodian, scene.hazard)
    with pytest.raises(Refused, match="没有找到"):
        reveals.look(s, scene.custodian, number, now=now)
    with pytest.raises(Refused, match="由您在办"):
        reveals.ask(s, scene.custodian, scene.number, WHY, now=now)


@pytest.mark.parametrize("words", ["", "想知道", "     太短了      "])
def test_a_reason_is_written_out(s: Session, scene: Scene, now: datetime, words: str) -> None:
    with pytest.raises(Refused, match="10 个字"):
        reveals.ask(s, scene.custodian, scene.number, words, now=now)


@pytest.mark.parametrize("who", ["post", "village", "grid_a", "grid_b", "resident", "leader"])
def test_others_do_not_ask(s: Session, scene: Scene, now: datetime, who: str) -> None:
    with pytest.raises(Refused):
        reveals.ask(s, getattr(scene.town, who), scene.number, WHY, now=now)


def test_whoever_asks_does_not_decide_and_nobody_decides_twice(s: Session, scene: Scene, now: datetime) -> None:
    row = reveals.ask(s, scene.custodian, scene.number, WHY, now=now)
    number = row.id or 0
    for who in (scene.custodian, scene.town.post, scene.town.grid_a, scene.town.resident):
        with pytest.raises(Refused, match="没有找到"):
            reveals.decide(s, who, number, True, now=now)
    reveals.decide(s, scene.second, number, False, now=now)
    with pytest.raises(Refused, match="已经有人批过"):
        reveals.decide(s, scene.town.leader, number, True, now=now)
    with pytest.raises(Refused, match="没有获得批准"):
        reveals.look(s, scene.custodian, number, now=now)


def test_who_reported_never_decides_about_themselves(s: Session, scene: Scene, now: datetime) -> None:
    own = report(s, scene.town, scene.town.leader, now)
    row = reveals.ask(s, scene.custodian, own.id or 0, WHY, now=now)
    assert "reveal.asked" not in notices_to(s, scene.town.leader.id)
    assert "reveal.asked" in notices_to(s, scene.second.id)
    with pytest.raises(Refused, match="没有找到"):
        reveals.decide(s, scene.town.leader, row.id or 0, True, now=now)


def test_who_is_kept_out_of_the_case_neither_asks_nor_decides_nor_looks(
    s: Session, scene: Scene, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = granted(s, scene, scene.custodian, now)
    out = {scene.town.leader.id, scene.custodian.id, scene.town.post.id}
    for module in ("models.reveals", "models.hazard_files"):
        monkeypatch.setattr(f"{module}.excluded", lambda *_: frozenset(out))
    with pytest.raises(Refused, match="没有找到"):
        reveals.look(s, scene.custodian, number, now=now)
    with pytest.raises(Refused, match="没有找到"):
        reveals.ask(s, scene.town.post, scene.number, WHY, now=now)
    third = scene.town.newcomer(s, "孔保密", Role.CUSTODIAN)
    row = reveals.ask(s, third, scene.number, WHY, now=now)
    with pytest.raises(Refused, match="没有找到"):
        reveals.decide(s, scene.town.leader, row.id or 0, True, now=now)
    assert reveals.deciders_of(s, scene.hazard, third.id) == [scene.second.id]


def test_without_a_second_person_nothing_is_asked(s: Session, scene: Scene, now: datetime) -> None:
    for grant in s.exec(select(Grant).where(Grant.role.in_(["leader", "custodian"]))):  # type: ignore[attr-defined]
        if grant.person_id != scene.custodian.id:
            grant.ended_at = now
    with pytest.raises(Refused, match="第二个人"):
        reveals.ask(s, scene.custodian, scene.number, WHY, now=now)


def test_no_answer_tells_that_the_only_second_person_is_the_reporter(s: Session, scene: Scene, now: datetime) -> None:
    for grant in s.exec(select(Grant).where(Grant.person_id == scene.second.id)):
        grant.ended_at = now
    own = report(s, scene.town, scene.town.leader, now)
    row = reveals.ask(s, scene.custodian, own.id or 0, WHY, now=now)
    assert reveals.deciders_of(s, own, scene.custodian.id) == []
    assert "reveal.asked" not in notices_to(s, scene.town.leader.id)
    with pytest.raises(Refused, match="没有找到"):
        reveals.decide(s, scene.town.leader, row.id or 0, True, now=now)


def test_only_the_asker_looks_once_and_within_a_quarter_of_an_hour(s: Session, scene: Scene, now: datetime) -> None:
    first = granted(s, scene, scene.custodian, now)
    for who in (scene.second, scene.town.leader, scene.town.post):
        with pytest.raises(Refused, match="没有找到"):
            reveals.look(s, who, first, now=now)
    assert reveals.look(s, scene.custodian, first, now=now + reveals.WINDOW) is not None
    with pytest.raises(Refused, match="只能看一次"):
        reveals.look(s, scene.custodian, first, now=now + reveals.WINDOW)
    late = granted(s, scene, scene.custodian, now)
    with pytest.raises(Refused, match="15 分钟"):
        reveals.look(s, scene.custodian, late, now=now + reveals.WINDOW + timedelta(seconds=1))
    assert reveals.ask(s, scene.custodian, scene.number, WHY, now=now + timedelta(hours=1)).id != late


def test_who_has_lost_the_role_looks_no_more(s: Session, scene: Scene, now: datetime) -> None:
    number = granted(s, scene, scene.custodian, now)
    with pytest.raises(Refused, match="没有找到"):
        reveals.look(s, Actor(scene.custodian.id, "吴保密"), number, now=now)


def test_one_asks_once_at_a_time_and_an_old_request_is_void(s: Session, scene: Scene, now: datetime) -> None:
    row = reveals.ask(s, scene.custodian, scene.number, WHY, now=now)
    with pytest.raises(Refused, match="已经申请过"):
        reveals.ask(s, scene.custodian, scene.number, WHY, now=now)
    assert [one.id for one in reveals.waiting_for(s, scene.town.leader, now=now)] == [row.id]
    later = now + timedelta(days=8)
    with pytest.raises(Refused, match="作废"):
        reveals.decide(s, scene.town.leader, row.id or 0, True, now=later)
    assert reveals.waiting_for(s, scene.town.leader, now=later) == []
    assert reveals.ask(s, scene.custodian, scene.number, WHY, now=later).id != row.id


def test_what_has_nobody_behind_it_cannot_be_asked_about(s: Session, scene: Scene, now: datetime) -> None:
    receipt = {"privacy": hazards.RECEIPT, "receipt": "1234567890123456"}
    for given, told in ((receipt, "没有可以查看"), ({"privacy": hazards.NAMED}, "不是保密上报")):
        found = report(s, scene.town, scene.town.resident, now, **given)
        with pytest.raises(Refused, match=told):
            reveals.ask(s, scene.custodian, found.id or 0, WHY, now=now)
    for unknown in (0, 9999):
        with pytest.raises(Refused, match="没有找到"):
            reveals.ask(s, scene.custodian, unknown, WHY, now=now)
        with pytest.raises(Refused, match="没有找到"):
            reveals.look(s, scene.custodian, unknown, now=now)


def test_a_damaged_envelope_shows_nobody_and_the_look_stays_on_file(s: Session, scene: Scene, now: datetime) -> None:
    number = granted(s, scene, scene.custodian, now)
    s.get_one(Identity, scene.hazard.reporter_alias).sealed = b"\x01damaged"
    assert reveals.look(s, scene.custodian, number, now=now) is None
    assert on_file(s, "reveal.looked") == 1


def test_as_many_openings_as_there_are_entries_and_none_without(
    s: Session, scene: Scene, now: datetime, openings: list[str]
) -> None:
    town = scene.town
    people = [scene.custodian, scene.second, town.post, town.village, town.leader, town.grid_a, town.resident]
    for who in people:
        tried(reveals.ask, s, who, scene.number, WHY, now=now)
    rows = [row.id or 0 for row in s.exec(select(Reveal))]
    for act in (lambda who, row: reveals.decide(s, who, row, True, now=now),
                *[lambda who, row: reveals.look(s, who, row, now=now)] * 2):  # fmt: skip
        for who in people:
            for row in (*rows, 0, 999):
                tried(act, who, row)
    looks = len(openings)
    assert looks == 2  # two custodians asked, one other said yes, each looked once
    assert looks == on_file(s, "reveal.looked") == len(reveals.looks_at(s, scene.hazard))
    assert looks == notices_to(s, scene.hazard.reporter_alias or "").count("reveal.told")


def tried(act: Callable[..., object], *args: object, **kwargs: object) -> None:
    """Try something that may be refused."""
    with suppress(Refused):
        act(*args, **kwargs)


def test_the_month_is_counted_without_saying_whom(s: Session, scene: Scene, now: datetime) -> None:
    number = granted(s, scene, scene.custodian, now)
    reveals.look(s, scene.custodian, number, now=now)
    reveals.ask(s, scene.second, scene.number, WHY, now=now)
    assert reveals.in_month(s, 2026, 11) == (2, 1, 1)
    assert reveals.in_month(s, 2026, 11, "/county/town/west/") == (0, 0, 0)
    assert reveals.in_month(s, 2026, 12) == (0, 0, 0)


@pytest.mark.parametrize("privacy", [hazards.ANONYMOUS, hazards.RECEIPT])
def test_nobody_can_even_ask_who_is_behind_an_anonymous_report(
    s: Session, scene: Scene, now: datetime, privacy: str
) -> None:
    hazard, _ = levels.lower(s, scene.town.resident, scene.number, privacy, now=now)
    for who in (scene.custodian, scene.second):
        assert not reveals.may_ask(s, who, hazard)
        with pytest.raises(Refused, match=r"匿名上报|没有保存"):
            reveals.ask(s, who, hazard.id or 0, WHY, now=now)


def test_who_lowers_their_report_after_a_yes_is_not_looked_at(s: Session, scene: Scene, now: datetime) -> None:
    row = reveals.ask(s, scene.custodian, scene.number, WHY, now=now)
    reveals.decide(s, scene.second, row.id or 0, True, now=now)
    levels.lower(s, scene.town.resident, scene.number, hazards.ANONYMOUS, now=now)
    with pytest.raises(Refused):
        reveals.look(s, scene.custodian, row.id or 0, now=now)
