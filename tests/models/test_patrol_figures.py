"""The figures of patrols: what is counted is what a clerk would count by hand, list by list, and nobody is in it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from itertools import count
from statistics import median_low
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from models import patrol_figures, patrol_rows, patrols
from models.base import Refused
from models.calendar import local
from models.conflicts import INVOLVED, Conflict
from models.hazards import Hazard
from models.patrol_counts import BY_KIND, BY_VILLAGE, LAST_MONTH, MONTH, QUARTER, YEAR, View, span_of
from models.patrol_figures import Cost, Line, figures
from models.patrols import OUTCOMES, Patrol
from models.people import Actor
from models.places import OPEN, Place
from models.rules import ZONE
from tests.models.conftest import NOW, Town

GRIDS = ("east-1", "east-2", "west-1", "west-2")
NUMBERS = count()


@dataclass
class Ledger:
    """A township in which places are added and patrolled."""

    s: Session
    town: Town

    def place(self, area: str = "east-1", kind: str = "shop", due: int | None = 5, **more: Any) -> Place:
        at = self.town.areas[area]
        due_on = local(NOW).date() + timedelta(days=due) if due is not None else None
        made = Place(code=f"p{next(NUMBERS)}", name="店", kind=kind, area_id=at.id or 0, area_path=at.path,
                     next_patrol_on=due_on, created_at=NOW, **more)  # fmt: skip
        self.s.add(made)
        self.s.flush()
        return made

    def patrol(self, place: Place, outcome: str = "done", ago: float = 0.5, **more: Any) -> Patrol:
        """Different people go there, one after another."""
        at = NOW - timedelta(days=ago)
        workers = (self.town.grid_a, self.town.grid_b, self.town.post)
        who_id = more.pop("who_id", workers[next(NUMBERS) % len(workers)].id)
        made = Patrol(place_id=place.id or 0, who_id=who_id, started_at=at, finished_at=at,
                      claimed_at=at + timedelta(microseconds=next(NUMBERS)), outcome=outcome, kind=place.kind,
                      area_path=place.area_path, **more)  # fmt: skip
        self.s.add(made)
        return made


@pytest.fixture
def ledger(s: Session, town: Town) -> Ledger:
    """An empty ledger."""
    return Ledger(s, town)


def of(found: patrol_figures.Figures, name: str) -> Line:
    return next(line for line in found.lines if line.name == name)


def test_a_locked_door_is_tried_not_entered_and_what_is_gone_does_not_count(ledger: Ledger) -> None:
    entered, tried = ledger.place(), ledger.place("east-2")
    ledger.place("east-1", "inn")
    gone = ledger.place(status="moved")
    ledger.place("west-1")
    for outcome in ("locked", "done", "refused"):
        ledger.patrol(entered, outcome)
    ledger.patrol(tried, "locked", late=True)
    ledger.patrol(gone)
    found = figures(ledger.s, ledger.town.post, View(), now=NOW)
    east = of(found, "东村")
    assert (east.entered, east.tried, east.never, east.patrols, east.late) == (1, 1, 1, 5, 1)
    assert [line.name for line in found.lines] == ["东村", "西村"]
    assert (found.total.places, found.total.entered, found.total.never) == (4, 1, 2)
    kinds = figures(ledger.s, ledger.town.post, View(by=BY_KIND, village=ledger.town.id_of("east")), now=NOW)
    assert [(line.name, line.places) for line in kinds.lines] == [("小商店", 2), ("小旅馆", 1)]
    assert replace(kinds.total, key=east.key, name=east.name) == east, "the sum of one is a line of the other"


def test_only_who_sees_a_board_reads_figures_and_only_of_their_own_areas(ledger: Ledger) -> None:
    s, town = ledger.s, ledger.town
    ledger.patrol(ledger.place("east-1"))
    ledger.patrol(ledger.place("west-1"))
    assert [line.name for line in figures(s, town.village, View(), now=NOW).lines] == ["东村"]
    assert figures(s, town.village, View(by=BY_KIND), now=NOW).total.patrols == 1
    assert figures(s, town.leader, View(), now=NOW).total.patrols == 2
    with pytest.raises(Refused):
        figures(s, town.village, View(village=town.id_of("west")), now=NOW)
    for who in (town.grid_a, town.resident):
        with pytest.raises(Refused):
            figures(s, who, View(), now=NOW)
        with pytest.raises(Refused):
            patrol_rows.places(s, who, View(), patrol_rows.NEVER, 0, now=NOW)


def test_the_cost_is_a_median_and_needs_five_patrols_by_three_people(ledger: Ledger) -> None:
    place, town = ledger.place(), ledger.town
    for who, taps, seconds in ((town.grid_a, 2, 59), (town.grid_b, 9, 600), (town.post, 3, 130), (town.post, 3, 61)):
        ledger.patrol(place, taps=taps, messages=0, seconds=seconds, who_id=who.id)
    ledger.patrol(place)  # nobody counted this one
    ledger.s.flush()
    assert figures(ledger.s, ledger.town.post, View(), now=NOW).total.cost is None
    ledger.patrol(place, taps=4, messages=1, seconds=180)
    ledger.s.flush()
    for by in (BY_VILLAGE, BY_KIND):
        found = figures(ledger.s, ledger.town.post, View(by=by), now=NOW)
        assert found.total.cost == found.lines[0].cost == Cost(3, 0, 2, 5)
    other = ledger.place("west-1", "inn")
    for who in (town.grid_a, town.grid_b) * 4:
        ledger.patrol(other, taps=1, messages=0, seconds=60, who_id=who.id)
    ledger.s.flush()
    for by in (BY_VILLAGE, BY_KIND):
        found = figures(ledger.s, ledger.town.post, View(by=by), now=NOW)
        assert [line.cost is None for line in found.lines] == [False, True], "two people would know it for their own"


def test_no_figure_is_about_a_person() -> None:
    assert not {"who", "who_id", "person", "worker"} & {f.name for one in (Line, Cost) for f in fields(one)}


def test_hazards_are_those_that_patrols_opened_but_for_whom_they_are_kept_from(ledger: Ledger, now: datetime) -> None:
    s, town = ledger.s, ledger.town
    item = {"key": "G1", "text": "出口畅通", "severity": "serious", "kind": "A01"}
    listed = patrols.Checklist(name="x", version="1", items=[item])  # type: ignore[list-item]
    for place in (ledger.place(), ledger.place()):
        for hours in (2, 1):  # the second time it is the same danger, which was opened already
            patrols.log(s, town.grid_a, place.id or 0, outcome="done", checklist=listed,
                        failures=[{"key": "G1", "fixed": False}], now=now - timedelta(hours=hours))  # fmt: skip
    hazard = s.exec(select(Hazard).order_by(col(Hazard.id))).first()
    assert hazard is not None
    assert figures(s, town.post, View(), now=now).total.hazards == 2
    s.add(Conflict(person_id=town.post.id, hazard_id=hazard.id, why=INVOLVED, since=now))
    s.flush()
    assert figures(s, town.post, View(), now=now).total.hazards == 1
    assert figures(s, town.leader, View(), now=now).total.hazards == 2
    seen, more = patrol_rows.hazards(s, town.post, View(), 0, now=now)
    assert (len(seen), more) == (1, False)
    assert hazard not in seen


def test_small_numbers_have_no_share() -> None:
    assert (Line("", "", entered=19).share, Line("", "", patrols=19, hazards=5).rate) == (None, None)
    assert (Line("", "", entered=10, never=10).share, Line("", "", patrols=20, hazards=5).rate) == (50, 25)
    assert Line("", "").share is None


@pytest.mark.parametrize(
    ("span", "since", "until"),
    [(MONTH, "2026-11-01", None), (LAST_MONTH, "2026-10-01", "2026-11-01"), (QUARTER, "2026-10-01", None),
     (YEAR, "2026-01-01", None)],
)  # fmt: skip
def test_spans_begin_at_a_local_midnight(span: str, since: str, until: str | None) -> None:
    begin, end = span_of(span, NOW)
    assert begin == datetime.fromisoformat(since).replace(tzinfo=ZONE)
    assert end == (datetime.fromisoformat(until).replace(tzinfo=ZONE) if until else NOW + timedelta(microseconds=1))
    january = datetime(2027, 1, 1, 0, 30, tzinfo=ZONE)
    assert span_of(LAST_MONTH, january)[0] == datetime(2026, 12, 1, tzinfo=ZONE)


VISIT = st.tuples(st.sampled_from(list(OUTCOMES)), st.floats(0, 70), st.booleans(), st.none() | st.integers(0, 9))
PLACE = st.tuples(st.sampled_from(GRIDS), st.sampled_from(["shop", "inn"]), st.none() | st.integers(-60, 9),
                  st.sampled_from([OPEN, OPEN, OPEN, "vacant"]), st.lists(VISIT, max_size=6))  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=st.lists(PLACE, max_size=12), span=st.sampled_from([MONTH, LAST_MONTH, QUARTER]),
       by=st.sampled_from([BY_VILLAGE, BY_KIND]), kind=st.sampled_from(["", "inn"]))  # fmt: skip
def test_whatever_happened_the_figures_are_those_of_a_count_by_hand(
    ledger: Ledger, world: list[Any], span: str, by: str, kind: str
) -> None:
    s, who, view = ledger.s, ledger.town.village, View(span, by, kind=kind)
    nested = s.begin_nested()
    made = [ledger.patrol(place, outcome, ago, late=late, taps=taps, messages=0, seconds=60)
            for area, of_kind, due, status, visits in world
            for place in [ledger.place(area, of_kind, due, status=status)]
            for outcome, ago, late, taps in visits]  # fmt: skip
    s.flush()
    places = s.exec(select(Place)).all()
    found = figures(s, who, view, now=NOW)
    assert found.total == by_hand(places, made, view)
    for line in found.lines:
        if by == BY_KIND:
            assert line == by_hand(places, made, view.with_(kind=line.key), line)
    for which, n in (("never", found.total.never), ("tried", found.total.tried), ("overdue", found.total.overdue)):
        assert len(list(pages(s, who, view, which))) == n
    nested.rollback()


def by_hand(places: Iterable[Place], made: Iterable[Patrol], view: View, line: Line | None = None) -> Line:
    """Count the east village as a clerk would: place by place, visit by visit."""
    path = "/county/town/east/"
    since, until = span_of(view.span, NOW)
    today = local(NOW).date()
    mine = [p for p in places if p.status == OPEN and p.area_path.startswith(path) and view.kind in ("", p.kind)]
    then = [p for p in made if since <= p.finished_at < until]
    ours = [p for p in then if p.area_path.startswith(path) and view.kind in ("", p.kind)]
    seen = {p.place_id for p in then}
    entered = {p.place_id for p in then if p.outcome == "done"}
    late = [(today - p.next_patrol_on).days for p in mine if p.next_patrol_on and p.next_patrol_on < today]
    taps = [p.taps for p in ours if p.taps is not None]
    workers = {p.who_id for p in ours if p.taps is not None}
    cost = Cost(median_low(taps), 0, 1, len(taps)) if len(taps) >= 5 and len(workers) >= 3 else None
    return Line(
        line.key if line else "", line.name if line else "", entered=sum(p.id in entered for p in mine),
        tried=sum(p.id in seen - entered for p in mine), never=sum(p.id not in seen for p in mine),
        overdue=len(late), long_overdue=sum(days > 30 for days in late), longest=max(late, default=0),
        patrols=len(ours), late=sum(p.late for p in ours), cost=cost,
    )  # fmt: skip


def pages(s: Session, who: Actor, view: View, which: str) -> Iterator[Place]:
    for page in count():
        found, more = patrol_rows.places(s, who, view, which, page, now=NOW)
        yield from found
        if not more:
            return
