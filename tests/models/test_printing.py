"""Which places get their codes printed: by area and kind, those without a code first, file by file."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from models import place_links, printing
from models.base import Refused
from models.place_links import PlaceLink
from models.places import Place
from models.printing import Choice
from tests.models.conftest import Town


@pytest.fixture
def places(s: Session, town: Town, now: datetime) -> dict[str, Place]:
    """Two shops and an inn in the east, one shop in the west, one that has moved away."""
    wanted = (("a", "shop", "east-1"), ("b", "shop", "east-2"), ("inn", "inn", "east-2"), ("w", "shop", "west-1"))
    found = {code: Place(code=code, name=code, kind=kind, area_id=town.id_of(area), area_path=town.areas[area].path,
                         created_at=now) for code, kind, area in (*wanted, ("gone", "shop", "east-1"))}  # fmt: skip
    found["gone"].status = "moved"
    s.add_all(found.values())
    s.flush()
    return found


def names(s: Session, files: list[list[int]]) -> list[str]:
    return [s.get_one(Place, one).code for ids in files for one in ids]


def test_what_was_printed_is_not_printed_again_unless_asked(
    s: Session, town: Town, places: dict[str, Place], now: datetime
) -> None:
    place_links.make(s, town.post, places["a"].id or 0, now=now)  # a code that nobody has printed yet
    east = Choice(area=town.id_of("east"))
    assert printing.count(s, town.village, east) == 3
    assert names(s, printing.order(s, town.village, east, now=now)) == ["a", "b", "inn"]
    assert {link.printed_at for link in s.exec(select(PlaceLink))} == {now}
    with pytest.raises(Refused, match="没有要印的"):
        printing.order(s, town.village, east, now=now)
    assert names(s, printing.order(s, town.post, Choice(), now=now)) == ["w"]
    later = now + timedelta(days=1)
    again = east.with_(unprinted=False, kind="shop")
    assert names(s, printing.order(s, town.village, again, now=later)) == ["a", "b"]
    place_links.renew(s, town.post, places["b"].id or 0, now=later)
    assert printing.count(s, town.post, Choice()) == 1, "a new code was never printed"


def test_choices_end_where_the_reach_ends(s: Session, town: Town, places: dict[str, Place]) -> None:
    assert [a.code for a in printing.areas(s, town.post, Choice())] == ["east", "west"]
    assert [a.code for a in printing.areas(s, town.village, Choice())] == ["east"]
    assert [a.code for a in printing.areas(s, town.village, Choice(town.id_of("east")))] == ["east-1", "east-2"]
    assert printing.kinds(s, town.post, Choice(kind="inn")) == {"shop": 3, "inn": 1}
    assert printing.kinds(s, town.village, Choice(area=town.id_of("east-1"))) == {"shop": 1}
    with pytest.raises(Refused):
        printing.count(s, town.village, Choice(area=town.id_of("west-1")))
    for who in (town.grid_a, town.resident, town.leader):
        assert printing.count(s, who, Choice()) == 0
    assert len(places) == 5


def test_a_large_order_comes_in_files_and_goes_on_where_it_ended(
    s: Session, town: Town, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "A_FILE", 3)
    monkeypatch.setattr(printing, "FILES", 2)
    area = town.areas["east-1"]
    s.add_all(Place(code=f"{n:02}", name="店", kind="shop", area_id=area.id or 0, area_path=area.path, created_at=now)
              for n in range(8))  # fmt: skip
    s.flush()
    assert [len(ids) for ids in printing.order(s, town.post, Choice(), now=now)] == [3, 3]
    assert [len(ids) for ids in printing.order(s, town.post, Choice(), now=now)] == [2]


def test_what_was_revoked_after_the_order_is_left_out(
    s: Session, town: Town, places: dict[str, Place], now: datetime
) -> None:
    (ids,) = printing.order(s, town.post, Choice(), now=now)
    place_links.revoke(s, town.post, places["b"].id or 0, now=now)
    assert [place.code for place, _ in printing.links_of(s, ids)] == ["a", "inn", "w"]
    assert [place.code for place, _ in printing.links_of(s, [places["a"].id or 0] * 2)] == ["a", "a"]
