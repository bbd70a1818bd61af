"""Where: the longest phrase that names a place, in the speaker's words, and nothing when none is named."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.whereabouts import place_in
from knowledge.words import clean


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("新院子村五组陈家院子楼梯间堆满了柴和化肥", "新院子村五组陈家院子"),
        ("场镇社区一网格李二娃家外墙拉了根电线充电", "场镇社区一网格李二娃家外墙"),
        ("幸福小区 3 号楼 2 单元楼道停满电瓶车", "幸福小区3号楼2单元"),
        ("就在滨河路12号，防盗窗焊死了", "滨河路12号"),
        ("我要反映和平巷消防通道遭堵了", "和平巷"),
        ("有人在林子边边烧田坎，火都点起了，石板沟", "石板沟"),
        ("看到两个人提起火炮从五里坡进山", "五里坡"),
        ("灭火器过期了，向阳花园2栋6楼", "向阳花园2栋6楼"),
        ("福星楼四楼过道堆满装修渣渣", "福星楼四楼"),
        ("卫生院后头那条消防通道遭堵了一半", "卫生院后头"),
        ("菜市场后门被货堵死了", "菜市场后门"),
        ("匿名报：后街五金店门口电瓶车飞线充电", "后街五金店门口"),
        ("匿名举报后街五金店门口电瓶车飞线充电", "后街五金店门口"),
        ("气罐放在地下室，靓点烫染", "靓点烫染"),
        ("三组那边有人烧渣渣", "三组"),
    ],
)
def test_the_longest_phrase_that_says_where(text, place):
    assert place_in(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "屋头隔壁有人充电",
        "隔壁电表箱有点火星子，前两天看到的",
        "楼上楼下都在充电",
        "",
        "。。。",
        "车库里有人充电",
        "电线老化，用了二三十年",
        "楼梯间堆满柴，过都过不到身",
    ],
)
def test_nowhere_in_particular(text):
    assert place_in(text) is None


def test_hillsides_are_places_only_for_fires():
    assert place_in("坡上冒烟了") is None
    assert place_in("坡上冒烟了", allow_wild=True) == "坡上"


def test_names_of_the_town_are_found_first_and_without_what_stands_before_them():
    assert place_in("昨晚看到好运来门口堆柴") is None
    assert place_in("昨晚看到好运来门口堆柴", known=["好运来"]) == "好运来门口"
    assert place_in("菜市场对面那家歌声里又锁门", known=["歌声里", "青石村"]) == "歌声里"
    assert place_in("青石村三组的车库", known=["青石村"]) == "青石村三组"


def test_unknown_names_of_the_town_change_nothing():
    assert place_in("菜市场后门被货堵死了", known=["", "店", "没有提到的地方"]) == "菜市场后门"


@given(
    st.text(alphabet=st.sampled_from("新院子村五组陈家楼道店3号 栋路,。的在坡上堆柴门口后头好运来"), max_size=60)
    | st.text()
)
def test_a_place_is_a_part_of_what_was_said(text):
    place = place_in(text, allow_wild=True, known=["好运来"])
    assert place is None or place.replace(" ", "") in clean(text).replace(" ", "")


@pytest.mark.parametrize("piece", ["村五组", "楼", "店", "3号", "家", "坡上", "在", "甲乙丙", "一家"])
def test_long_text_takes_no_longer_than_short(piece):
    started = time.process_time()
    place_in(piece * 2000, known=["好运来"])
    assert time.process_time() - started < 0.25
