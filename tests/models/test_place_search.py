"""Places are looked for as people talk: by name, by where they lie, by both; what was merged or renamed is followed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from models import place_names
from models.place_ledger import change, move, register
from models.place_names import PlaceName, normalised
from models.place_search import find, in_figures, in_words, numeral
from models.places import Place, landmark, match, names_in, nearby


@pytest.fixture
def add(s, town, now):
    """Return a function that enters an invented place, whatever else is called alike."""

    def place(name: str, area: str = "east-1", **more) -> Place:
        return register(s, town.post, name, "shop", town.id_of(area), sure=True, now=now, **more)

    return place


@pytest.fixture
def three(add) -> None:
    """Two places in 三组 of two grids, and one elsewhere."""
    add("张记面馆", cluster="三组")
    add("张记超市", "east-2", cluster="3组")
    add("李家商店", cluster="李家院子")


NOODLES, MARKET, SHOP = "张记面馆", "张记超市", "李家商店"


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("三组张记", [NOODLES, MARKET]), ("3组张记", [NOODLES, MARKET]), ("张记三组", [NOODLES, MARKET]),
        ("三组", [NOODLES, MARKET]), ("三组面馆", [NOODLES]), ("三组章记", [NOODLES, MARKET]),
        ("东村一网格张记", [NOODLES]), ("一网格 张记", [NOODLES]), ("1网格张记", [NOODLES]),
        ("东村", [NOODLES, MARKET, SHOP]), ("东村二网格", [MARKET]), ("李家院子", [SHOP]),
        ("李家院子三组", []), ("四组张记", []), ("西村张记", []),
        ("张记", [NOODLES, MARKET]), ("zjcs", [MARKET]), ("zhangjichaoshi", [MARKET]), ("zhangjichaosi", [MARKET]),
        ("ＺＪＣＳ", [MARKET]), ("张 记 超 市", [MARKET]), ("张级超是", [MARKET]), ("张记商超市", [MARKET]),
    ],
)  # fmt: skip
def test_a_village_officer_finds_by_name_by_where_and_by_both(s, town, said, found):
    names = [place.name for place in find(s, town.village, said)]
    assert names[: len(found)] == found
    assert found or not names


@pytest.mark.usefixtures("three")
def test_by_where_only_what_one_may_see_is_found(s, town):
    assert [place.name for place in find(s, town.grid_b, "三组")] == [MARKET]
    assert find(s, town.grid_b, "东村一网格") == []
    assert find(s, town.resident, "三组张记") == []
    assert [place.name for place in find(s, town.grid_a, "东村三组")] == [NOODLES], "the village is around the grid"


def test_a_code_finds_its_place_and_of_many_alike_no_more_than_asked_for_come(s, town, add):
    places = [add(f"百家超市{n}号店") for n in range(9)]
    assert find(s, town.grid_a, places[4].code)[0] == places[4]
    assert len(find(s, town.grid_a, "百家超市", limit=3)) == 3


def test_what_was_renamed_moved_or_nicknamed_is_found_as_it_is_now(s, town, now, add):
    place = add("张记面馆")
    change(s, town.post, place.id, name="李记火锅", aliases="老灶、巴适锅", now=now)
    assert find(s, town.grid_a, "张记面馆") == []
    for said in ("李记", "老灶", "bsg", "巴是锅"):
        assert find(s, town.grid_a, said) == [place], said
    move(s, town.post, place.id, town.id_of("east-2"), now=now)
    assert find(s, town.grid_a, "李记") == []
    assert find(s, town.grid_b, "李记") == [place]
    names = s.exec(select(PlaceName.name).where(PlaceName.place_id == place.id)).all()
    assert sorted(names) == sorted(["李记火锅", "老灶", "巴适锅"])


def test_a_residents_words_are_heard_with_blanks_and_other_widths(s, add):
    place = add("幸福小区 3 号楼", aliases="K歌王KTV")
    for said in ("幸福小区3号楼的楼梯堆满了", "幸福小区 ３ 号楼堆满了", "k歌王ktv后门锁了"):
        assert match(s, said) == place, said
    assert names_in(s, "幸福小区 3 号楼的楼梯堆满了") == ["幸福小区 3 号楼"]
    assert names_in(s, "东村的路上") == ["东村"]


def test_what_is_near_is_found_in_ever_wider_boxes(s, town, add):
    for n, (name, north) in enumerate([("近", 0.0003), ("不远", 0.02), ("远", 0.2), ("很远", 3.0)]):
        add(f"{name}处的店", latitude=29.9 + north, longitude=107.7 + n * 0.0001)
    found = nearby(s, town.grid_a, 29.9, 107.7)
    assert [place.name for place, _ in found] == ["近处的店", "不远处的店", "远处的店", "很远处的店"]
    assert [place.name for place, _ in nearby(s, town.grid_a, 29.9, 107.7, limit=2)] == ["近处的店", "不远处的店"]
    assert landmark(s, 32.9, 107.7)[0].name == "很远处的店"
    assert [metres for _, metres in found] == sorted(metres for _, metres in found)


@given(st.text(max_size=40))
def test_whatever_is_said_compares_the_same_when_it_is_said_again(text):
    said = normalised(text)
    assert normalised(said) == said
    assert not any(sign.isspace() for sign in said)
    assert normalised(f"  {text}\t") == said


@given(st.integers(1, 99), st.sampled_from(["组", "社", "队", "网格"]))
def test_numbers_of_groups_are_read_both_ways(n, word):
    assert in_words(f"{n}{word}") == f"{numeral(n)}{word}"
    assert in_figures(f"{numeral(n)}{word}") == f"{n}{word}"
    assert in_words(f"新街{n}号") == f"新街{n}号"


@given(st.text(alphabet="张记面馆李家超市ab1 ", max_size=12), st.text(alphabet="示范镇张记面馆", max_size=10))
def test_every_name_of_a_place_stands_once_with_how_it_begins(name, other):
    rows = place_names.rows_of(1, {"area_path": "/", "cluster": ""}, [name, other, name], "示范镇")
    names = [row["name"] for row in rows]
    assert len(set(names)) == len(names)
    assert all(len(row["name"]) > 1 and row["head"] == row["name"][:2] for row in rows)
    assert all(row["sound"].startswith(f" {row['sound_head']}") for row in rows)
