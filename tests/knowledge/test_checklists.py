"""Hazard kinds, and the checklists that open them."""

import pytest

from knowledge.checklists import checklist_for
from knowledge.kinds import KINDS, PRIORITY, SEVERITIES
from knowledge.understand import kind_of
from knowledge.words import normalise
from models.places import KINDS as PLACES


def test_there_are_nineteen_kinds_and_each_has_a_rank():
    assert list(KINDS) == [f"A{number:02}" for number in range(1, 20)]
    assert sorted(PRIORITY) == list(KINDS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
def test_a_kind_says_whose_it_is_and_on_what_ground(kind):
    assert kind.name
    assert kind.lead_post
    assert kind.basis
    assert kind.severity in SEVERITIES
    assert kind.rectify_days >= 0


def test_blocked_exits_and_disabled_equipment_have_the_24_hour_clock():
    assert {code for code, kind in KINDS.items() if kind.is_evacuation} == {"A01", "A02", "A09"}


@pytest.mark.parametrize("code", [code for code in KINDS if code not in ("A18", "A19")])
def test_the_examples_of_a_kind_are_recognised_as_that_kind(code):
    recognised = [kind_of(normalise(example)) for example in KINDS[code].examples]
    assert recognised == [code] * len(recognised)


def test_all_twenty_three_kinds_of_places_have_a_checklist():
    assert len(PLACES) == 23
    for site in PLACES:
        checklist = checklist_for(site)
        assert [item.key for item in checklist.items[:8]] == [f"G{number}" for number in range(1, 9)]
        assert checklist.items[8].key == f"{site}-01"
        assert len({item.key for item in checklist.items}) == len(checklist.items) >= 18
        assert {item.kind for item in checklist.items} <= set(KINDS)
        assert {item.severity for item in checklist.items} <= set(SEVERITIES)


def test_versions_differ_between_lists_and_are_stable():
    assert len({checklist_for(site).version for site in PLACES}) == 23
    assert checklist_for("shop").version == checklist_for("shop").version


def test_an_unknown_kind_of_place_is_refused():
    with pytest.raises(KeyError):
        checklist_for("spaceport")
