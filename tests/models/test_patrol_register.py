"""The register of patrols: only one's own areas, what one is kept out of has no lines, and the latest come."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from models import audit, patrol_register, patrols
from models.audit import AuditEntry
from models.base import Refused
from models.conflicts import Conflict
from models.patrol_counts import View
from models.patrols import DONE, Checklist
from models.places import Place
from tests.models.conftest import NOW, Town

LIST = Checklist(name="餐饮", version="1", items=[
    {"key": "c-1", "text": "第1项", "severity": "ordinary", "kind": "A09"},
])  # fmt: skip


@pytest.fixture
def shops(s: Session, town: Town) -> list[Place]:
    """A shop in each of two villages, each patrolled with one thing wrong, the eastern one twice."""
    made = [Place(code=area, name=f"{area}面馆", kind="catering", created_at=NOW, area_id=town.id_of(area),
                  area_path=town.areas[area].path) for area in ("east-1", "west")]  # fmt: skip
    s.add_all(made)
    s.flush()
    for n, place in enumerate((*made, made[0])):
        patrols.log(s, town.post, place.id or 0, outcome=DONE, checklist=LIST, failures=[{"key": "c-1"}],
                    now=NOW + timedelta(minutes=n))  # fmt: skip
    s.flush()
    return made


def test_everybody_takes_their_own_areas_and_it_is_on_file(s: Session, town: Town, shops: list[Place]) -> None:
    at = NOW + timedelta(hours=1)
    for who, names in ((town.post, ["east-1面馆", "west面馆", "east-1面馆"]), (town.village, ["east-1面馆"] * 2)):
        found = patrol_register.visits(s, who, View(), now=at)
        assert [(visit.place, visit.cases, len(visit.items)) for visit in found] == [(name, 1, 1) for name in names]
        assert patrol_register.ask(s, who, View(), at, now=at) == len(names)
    with pytest.raises(Refused):
        patrol_register.ask(s, town.resident, View(), at, now=at)
    audit.write(s)
    taken = s.exec(select(AuditEntry.thing).where(AuditEntry.op == "patrols.exported").order_by(AuditEntry.id))
    assert list(taken) == ["patrols:3", "patrols:2"]
    s.add(Conflict(person_id=town.post.id, place_id=shops[0].id, why="kin", since=NOW))
    s.flush()
    found = patrol_register.visits(s, town.post, View(), now=at)
    assert [(visit.cases, len(visit.items)) for visit in found] == [(0, 0), (1, 1), (0, 0)]


@pytest.mark.usefixtures("shops")
def test_the_latest_come_when_there_are_too_many(s: Session, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patrol_register, "MOST", 2)
    found = patrol_register.visits(s, town.post, View(), now=NOW + timedelta(hours=1))
    assert [visit.place for visit in found] == ["west面馆", "east-1面馆"]
