"""A tap goes on to the next mark, then to none, and one tap says that nothing is to be marked."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.fields import Option, Said
from bot.marks import Marked

LINES = [Option(f"k{n}", f"第{n}行") for n in range(20)]
FIELD = Marked(key="m", label="行", ask="哪些？", choices=lambda _: LINES, none="都好", marks={"bad": "❌", "na": "➖"})


def tapped(*lines: str) -> Any:
    """Return the value after these taps."""
    value: Any = None
    for line in lines:
        value = FIELD.read(Said(choice=line), {"m": value} if value else {})
    return value


def test_a_line_goes_from_none_over_every_mark_to_none() -> None:
    assert [FIELD.way(tapped(*["k3"] * n), "k3") for n in range(5)] == ["", "bad", "na", "", "bad"]
    shown = [option.label for option in FIELD.options({"m": tapped("k0", "k3", "k3")})]
    assert [label[0] for label in shown[:4]] == ["❌", "▫", "▫", "➖"]


def test_one_tap_says_that_nothing_is_marked_and_only_as_long_as_nothing_is() -> None:
    assert FIELD.options({})[-1].label == "都好"
    value = FIELD.read(Said(choice=FIELD.NOTHING), {})
    assert FIELD.is_enough(value)
    assert FIELD.read(Said("都好"), {}) == value
    assert not FIELD.is_enough(tapped("k1"))
    assert FIELD.NOTHING not in [option.value for option in FIELD.options({"m": tapped("k1")})]


def test_a_mark_from_before_there_were_several_ways_is_the_first_way() -> None:
    old = {"on": ["k2"], "page": 0}
    assert FIELD.way(old, "k2") == "bad"
    assert FIELD.way(FIELD.read(Said(choice="k2"), {"m": old}), "k2") == "na"


@given(st.lists(st.sampled_from([*(line.value for line in LINES), FIELD.TURN]), max_size=40))
def test_whatever_is_tapped_ways_and_lines_agree_and_keep_the_order_of_the_list(taps: list[str]) -> None:
    value = tapped(*taps) or {"on": []}
    expected = {line.value: taps.count(line.value) % 3 for line in LINES}
    assert value["on"] == [line for line, n in expected.items() if n]
    assert FIELD.marked(value, "bad") == [line for line, n in expected.items() if n == 1]
    assert FIELD.marked(value, "na") == [line for line, n in expected.items() if n == 2]
