"""The order of a day's walk: nothing is lost, what is late comes first, and the way is never longer than it was."""

from hypothesis import given, settings
from hypothesis import strategies as st

from models.walking import MOST, Stop, group_of, in_order, length

# A township is a few kilometres wide.
POINTS = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda at: (29.9 + at[0] / 1000, 107.7 + at[1] / 1000))
STOPS = st.lists(
    st.tuples(st.integers(0, 3), st.none() | POINTS, st.sampled_from(["", "一组", "二组", "老街"])), max_size=MOST + 8
).map(lambda rows: [Stop(n, *row) for n, row in enumerate(rows)])


def street(*numbers: int, band: int = 1, group: str = "") -> list[Stop]:
    """Return stops along one street, a hundred metres apart by their number."""
    return [Stop(n, band, (29.9, 107.7 + n / 1000), group) for n in numbers]


def ids(stops: list[Stop]) -> list[int]:
    return [stop.id for stop in stops]


@settings(deadline=None)
@given(STOPS, st.none() | POINTS)
def test_the_order_is_a_permutation_by_bands_never_longer_and_always_the_same(stops, start):
    found = in_order(stops, start)
    assert sorted(ids(found)) == ids(stops)
    assert [stop.band for stop in found] == sorted(stop.band for stop in stops)
    assert found == in_order(stops, start)
    unordered = sorted(stops, key=lambda stop: stop.band)
    assert length(found, start) <= length(unordered, start)


@settings(deadline=None)
@given(st.permutations(range(9)))
def test_along_one_street_nobody_turns_round(order):
    assert ids(in_order(street(*order), (29.9, 107.699))) == [*range(9)]


def test_without_a_start_the_walk_begins_at_the_first_of_the_list():
    assert ids(in_order(street(5, 9, 7, 6, 8))) == [5, 6, 7, 8, 9]


def test_the_nearest_is_not_always_first_where_the_way_gets_longer_by_it():
    assert ids(in_order(street(10, -15, 40), (29.9, 107.7))) == [-15, 10, 40]


def test_what_is_late_does_not_wait_for_a_shorter_way():
    found = in_order([*street(1, 2), *street(8, band=0)], (29.9, 107.7))
    assert ids(found) == [8, 2, 1]


def test_who_has_no_position_is_visited_after_the_neighbours():
    known = [*street(1, 2, group="老街"), *street(5, 6, group="新街")]
    lost = [Stop(20, 1, None, "新街"), Stop(21, 1, None, "老街"), Stop(22, 1, None, "山上"), Stop(23, 1)]
    assert ids(in_order([*lost, *known], (29.9, 107.7))) == [1, 2, 21, 5, 6, 20, 23, 22]


def test_neighbours_are_known_by_their_yard_or_by_their_street():
    assert group_of("", "场镇正街 18 号") == "场镇正街"
    assert group_of("三组李家院子", "场镇正街 18 号") == "三组李家院子"
    assert group_of("", "柏树村二组") == "柏树村二组"
    assert group_of("", "") == ""
