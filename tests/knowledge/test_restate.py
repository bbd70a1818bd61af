"""Restating: only known words in a fixed order pass; no name, no number of a telephone, no order, no style."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.kinds import KINDS, SEVERITIES
from knowledge.restate import NOTHING, SOMEWHERE, restate, restate_place, vocabulary
from knowledge.whereabouts import LONGEST

SETS = Path(__file__).parent / "sets"
REPORTS = [line.split("\t")[0] for line in (SETS / "reports.tune.tsv").read_text(encoding="utf-8").splitlines()]
NAMES = st.sampled_from(["李秀英", "张老板", "王婆婆", "背时的", "遭不住", "13812345678", "我住三楼", "@wang_popo"])
SAID = st.lists(st.one_of(st.sampled_from(vocabulary()), st.sampled_from(REPORTS), NAMES, st.text(max_size=12)))
KNOWN = {*vocabulary(), *(kind.name for kind in KINDS.values()), *SEVERITIES.values()}
HEADS = {"还像是", "说到", "楼层", "数量"}
COUNT = re.compile(r"\d{1,2}(?: [辆瓶罐桶箱处户人米])?")


@settings(max_examples=300, deadline=None)
@given(SAID, st.sampled_from(["", "，", " "]))
def test_no_word_outside_the_vocabulary_and_no_long_number_survives(pieces: list[str], gap: str) -> None:
    told = restate(gap.join(pieces))
    if told in ("", NOTHING):
        return
    assert not re.search(r"\d{3}", told)
    for part in told.split("；"):
        head, _, words = part.partition("：")
        assert head in HEADS
        assert all(word in KNOWN or COUNT.fullmatch(word) for word in words.split("、")), told


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(vocabulary()), min_size=1, max_size=8))
def test_the_order_of_the_words_tells_nothing(words: list[str]) -> None:
    told, other = restate("，".join(words)), restate("，".join(reversed(words)))
    assert told == other


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_a_place_is_short_and_holds_no_telephone_number(text: str) -> None:
    place = restate_place(text + " 13812345678")
    assert len(place) <= LONGEST
    assert "13812345678" not in place


def test_what_is_told_helps_whoever_goes_there() -> None:
    told = restate("菜市场后门被货堵死了嘛，张老板那个背时的堆了三桶汽油", "A07", "urgent")
    assert told == "还像是：疏散通道安全出口；说到：菜市场、后门、货物、汽油柴油、堵；数量：3 桶"


def test_two_ways_of_saying_it_read_the_same() -> None:
    rough = restate("背时哦！后门遭那家的货堵得死死的", "A01")
    polite = restate("您好，请问后门堆放货物堵塞，是否可以处理？", "A01")
    assert rough == polite == "说到：后门、货物、堵"


def test_where_somebody_lives_themselves_is_not_passed_on() -> None:
    assert "楼层" not in restate("我住三楼，楼道里有人充电瓶车")
    assert "楼层：4" in restate("我住三楼，四楼楼道里有人充电瓶车")


@pytest.mark.parametrize(("said", "told"), [("二十三楼堆柴", "楼层：23"), ("3楼和2楼堆柴", "楼层：2、3"),
                                            ("两辆电瓶车", "数量：2 辆"), ("十二桶汽油", "数量：12 桶")])  # fmt: skip
def test_floors_and_counts_are_read(said: str, told: str) -> None:
    assert told in restate(said)


@pytest.mark.parametrize("said", ["13800000000个", "138 0000 0003 楼", "一三八零零零零零零零三楼", "七八辆车"])
def test_what_is_no_count_is_not_read_as_one(said: str) -> None:
    assert "数量" not in restate(said)
    assert "楼层" not in restate(said)


def test_a_graver_sound_is_named_unless_it_stands_above_anyway() -> None:
    words = "电瓶发烫又鼓起来，还在充电"
    assert "紧急" in restate(words, "A03", "serious")
    assert "紧急" not in restate(words, "A03", "urgent")


def test_nothing_said_is_nothing_and_nothing_known_says_so() -> None:
    assert restate(" ") == ""
    assert restate("那个哈") == NOTHING


def test_most_reports_of_the_tuning_set_say_something() -> None:
    assert sum("说到" in restate(words) for words in REPORTS) >= 0.95 * len(REPORTS)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("张记面馆", "张记面馆"),
        ("新桥村三组李家院子", "新桥村三组李家院子"),
        ("示范镇正街菜市场后门，我是李秀英 电话13812345678", "示范镇正街菜市场后门"),
        ("我家隔壁新桥村三组", "隔壁新桥村三组"),
        ("我家隔壁", "隔壁"),
        ("我是李秀英", SOMEWHERE),
        ("13812345678", SOMEWHERE),
        ("青石村三组 138-1234-5678 找我", "青石村三组"),
    ],
)
def test_a_place_reads_without_what_somebody_says_of_themselves(said: str, read: str) -> None:
    assert restate_place(said) == read
