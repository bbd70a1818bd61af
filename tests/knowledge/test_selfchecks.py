"""Self-checks: every kind of place has its ten things, each with a known kind of hazard and one line how to mend it."""

import pytest

from knowledge.kinds import KINDS, SEVERITIES
from knowledge.selfchecks import ITEMS, list_for, promise, sites
from models import places
from models.self_checks import PROMISE_LIMIT


def test_every_kind_of_place_has_a_list():
    assert set(sites()) == set(places.KINDS)
    with pytest.raises(KeyError):
        list_for("palace")


@pytest.mark.parametrize("site", places.KINDS)
def test_ten_plain_things_that_fit_on_a_button(site):
    found = list_for(site)
    assert len(found.items) == ITEMS
    assert len({item.ok for item in found.items}) == len({item.key for item in found.items}) == ITEMS
    for item in found.items:
        assert item.kind in KINDS
        assert item.severity in set(SEVERITIES) - {"urgent"}, "what burns is not ticked on a card: it is called in"
        assert 4 <= len(item.ok) <= 18, item.ok
        assert 6 <= len(item.mend) <= 40, item.mend
        assert item.mend.endswith("。")


def test_a_noodle_shop_is_asked_about_its_kitchen_and_a_village_about_its_firewood():
    assert any("灶" in item.ok for item in list_for("catering").items)
    assert any("柴草" in item.ok for item in list_for("village").items)
    assert list_for("catering").version != list_for("village").version
    for site, about in (("forest", "火种"), ("ministation", "水带")):
        told = "".join(item.ok for item in list_for(site).items)
        assert about in told
        assert "防盗窗" not in told
        assert "独居老人" not in told


def test_the_promise_is_short_enough_to_be_kept_and_to_hang_on_a_wall():
    assert 5 <= len(promise()) <= 10
    assert len("\n".join(promise())) <= PROMISE_LIMIT
    assert any("119" in line for line in promise())
