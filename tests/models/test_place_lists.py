"""The list of the ledger: pages, filters and counts agree with each other, with the due list and with the card."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models import deadlines, patrols
from models.due import due_today
from models.place_ledger import change, move, register, shut
from models.place_lists import A_PAGE, View, count, options, page
from models.places import CLOSED, OPEN, Place


@pytest.fixture
def ledger(s, town, now) -> list[Place]:
    """Twenty places in three grids of two villages: of two kinds, one of high risk, one shut."""
    kinds, areas = ("catering", "shop"), ("east-1", "east-2", "west-1")
    made = [
        register(s, town.post, f"店{n}", kinds[n % 2], town.id_of(areas[n % 3]), cluster="一组" if n % 4 else "",
                 sure=True, now=now)
        for n in range(20)
    ]  # fmt: skip
    change(s, town.post, made[0].id, risk="high", now=now)
    shut(s, town.post, made[1].id, CLOSED, "关了", now=now)
    return made


def every(s, who, view, now) -> list[str]:
    """The names of all pages."""
    last = page(s, who, view, 10**6, now=now).number
    return [place.name for n in range(last + 1) for place in page(s, who, view, n, now=now).places]


def test_pages_hold_every_place_once_by_area_and_group(s, town, now, ledger):
    names = every(s, town.post, View(), now)
    assert sorted(names) == sorted(place.name for place in ledger if place.status == OPEN)
    assert len(page(s, town.post, View(), now=now).places) == A_PAGE
    shown = [place for n in range(3) for place in page(s, town.post, View(), n, now=now).places]
    assert [(p.area_path, p.cluster, p.id) for p in shown] == sorted((p.area_path, p.cluster, p.id) for p in shown)
    assert page(s, town.post, View(), 99, now=now).number == page(s, town.post, View(), now=now).last == 2
    assert page(s, town.post, View(), -5, now=now).number == 0


@pytest.mark.usefixtures("ledger")
def test_everybody_lists_their_own_area_only(s, town, now):
    assert count(s, town.grid_a, View(state=""), now=now) == 7
    assert count(s, town.village, View(state=""), now=now) == 14
    assert count(s, town.leader, View(state=""), now=now) == 20
    assert page(s, town.resident, View(state=""), now=now).total == 0
    west = View(area=town.id_of("west"))
    assert count(s, town.village, west, now=now) == 0


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(
    "view", [View(), View(state=""), View(kind="shop"), View(area=2, risk="normal"), View(cluster="一组")]
)
def test_every_count_of_a_filter_is_what_it_lists(s, town, now, view):
    view = replace(view, area=town.id_of("east") if view.area else None)
    for key in ("area", "cluster", "kind", "risk", "state"):
        for value, n in options(s, town.post, view, key, now=now).items():
            fit = len(every(s, town.post, replace(view, **{key: value}), now))
            assert n == fit, (key, value)
    late = options(s, town.post, view, "late", now=now)[True]
    assert late == count(s, town.post, replace(view, late=True, state=OPEN), now=now)


@pytest.mark.usefixtures("ledger")
def test_the_filters_go_down_from_the_village_to_the_grid(s, town, now):
    villages = options(s, town.post, View(), "area", now=now)
    assert set(villages) == {town.id_of("east"), town.id_of("west")}
    grids = options(s, town.post, View(area=town.id_of("east")), "area", now=now)
    assert set(grids) == {town.id_of("east-1"), town.id_of("east-2")}
    assert options(s, town.post, View(area=town.id_of("east-1")), "area", now=now) == {}
    assert View(area=1, cluster="一组").with_(area=2).cluster == ""
    assert View(late=True).with_(state=CLOSED).late is False
    assert View.from_json(View(kind="shop", late=True).to_json()) == View(kind="shop", late=True)


def test_list_due_list_and_clocks_tell_the_same_number_of_overdue_places(s, town, now, ledger):
    later = now + timedelta(days=9)
    patrols.log(s, town.post, ledger[2].id, outcome="done", now=later)
    patrols.log(s, town.post, ledger[3].id, outcome="locked", now=later - timedelta(days=5))
    move(s, town.post, ledger[4].id, town.id_of("west-2"), now=later)
    for who in (town.post, town.village, town.grid_a):
        found = due_today(s, who, now=later)
        listed, late = [one.place for one in found], sum(one.is_late(later.date()) for one in found)
        assert len(listed) == len({place.id for place in listed})
        assert late == count(s, who, View(late=True), now=later) > 0
        running = [d for d in deadlines.overdue(s, path=who.held[0].path, now=later) if d.clock == "patrol"]
        assert late == len(running)
        assert sorted(every(s, who, View(late=True), later)) == sorted(place.name for place in listed)
