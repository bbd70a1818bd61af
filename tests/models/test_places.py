"""Places are found as people say them, and only by those whom they concern."""

from datetime import datetime

import pytest
from sqlmodel import Session

from models.base import Refused
from models.people import Can, Role
from models.place_names import initials_of
from models.place_search import find
from models.places import Place, match, metres_between, nearby, place_for
from tests.models.conftest import Town


@pytest.fixture
def add(s: Session, town: Town, now: datetime):
    """Return a function that adds an invented place."""

    def place(name: str, area: str = "east-1", kind: str = "shop", **more) -> Place:
        at = town.areas[area]
        row = Place(
            code=f"p-{name}", name=name, initials=initials_of(name), kind=kind,
            area_id=at.id, area_path=at.path, created_at=now, **more,
        )  # fmt: skip
        s.add(row)
        s.flush()
        return row

    return place


@pytest.fixture
def noodles(add) -> Place:
    return add("张记面馆", kind="catering", latitude=29.9015, longitude=107.7025)


@pytest.fixture
def market(add) -> Place:
    return add("示范镇农贸市场", kind="market", aliases="菜市场,老菜市", latitude=29.9012, longitude=107.7021)


HEARD = ["张记面馆", "张记", "面馆", "zjmg", "ZJ", "zhangji", "zhang ji", "张纪面馆", "张记面官"]


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize("said", HEARD)
def test_a_worker_finds_the_noodle_shop_whatever_they_type(s, town, noodles, said):
    assert find(s, town.grid_a, said)[0] == noodles


@pytest.mark.usefixtures("noodles", "market")
@pytest.mark.parametrize("said", ["", "   ", "飞机场", "q", "？？", "😀😀", "%", "_"])
def test_what_is_like_nothing_finds_nothing(s, town, said):
    assert find(s, town.grid_a, said) == []


def test_the_best_come_first_and_no_more_than_asked_for(s, town, add):
    for n in range(9):
        add(f"百家超市{n}号店")
    exact = add("百家超市")
    found = find(s, town.grid_a, "百家超市", limit=3)
    assert found[0] == exact
    assert len(found) == 3


def test_places_of_another_grid_are_not_found(s, town, noodles):
    assert find(s, town.grid_b, "张记面馆") == []
    assert find(s, town.village, "张记面馆") == [noodles]


@pytest.mark.usefixtures("market")
def test_a_resident_finds_only_their_own_place(s, town, noodles):
    boss = town.newcomer(s, "张老板", Role.OWNER, "east-1")
    assert find(s, boss, "张记面馆") == []
    noodles.owner_id = boss.id
    assert find(s, boss, "张记面馆") == [noodles]
    assert place_for(s, boss, noodles.id, Can.SEE_PLACES) == noodles
    with pytest.raises(Refused, match="没有找到"):
        place_for(s, boss, noodles.id, Can.PATROL)


def test_a_foreign_place_is_refused_in_the_words_for_an_unknown_one(s, town, noodles):
    assert place_for(s, town.grid_a, noodles.id, Can.PATROL) == noodles
    with pytest.raises(Refused) as foreign:
        place_for(s, town.grid_b, noodles.id, Can.PATROL)
    with pytest.raises(Refused) as unknown:
        place_for(s, town.grid_b, 987_654, Can.PATROL)
    assert str(foreign.value) == str(unknown.value)


@pytest.mark.usefixtures("noodles", "market")
@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("菜市场后门被货堵死了", "示范镇农贸市场"),
        ("农贸市场里头有人充电", "示范镇农贸市场"),
        ("张记面馆灭火器过期", "张记面馆"),
        ("张纪面馆灭火器过期", "张记面馆"),
        ("楼梯间堆满了柴", None),
        ("", None),
    ],
)
def test_a_residents_words_name_a_place_or_none(s, said, name):
    found = match(s, said)
    assert (found.name if found else None) == name


def test_two_places_that_fit_alike_are_no_match_but_the_area_decides(s, town, add):
    east, west = add("百家超市", "east-1"), add("幸福超市", "west-1")
    east.aliases = west.aliases = "超市"
    assert match(s, "超市门口堵了") is None
    assert match(s, "超市门口堵了", area_path=town.areas["west"].path) == west
    assert match(s, "百家超市门口堵了") == east


def test_a_place_that_moved_away_is_not_matched(s, noodles):
    noodles.status = "moved"
    assert match(s, "张记面馆") is None


@pytest.mark.usefixtures("noodles", "market")
def test_nearby_gives_metres_and_leaves_out_places_without_a_position(s, town, add):
    add("没有坐标的店")
    found = nearby(s, town.grid_a, 29.9015, 107.7025, limit=5)
    assert [place.name for place, _ in found] == ["张记面馆", "示范镇农贸市场"]
    assert found[0][1] == 0
    assert 40 <= found[1][1] <= 60


def test_one_degree_north_is_111_kilometres():
    assert round(metres_between(29, 107, 30, 107) / 1000) == 111


def test_initials_keep_latin_letters_and_digits():
    assert initials_of("K歌王KTV 2号店") == "kgwktv2hd"
