"""Spelling: what sounds like a word of the subject is put right, everything else stays as it was typed."""

import pytest

from knowledge.spelling import mend, sound

KNOWN = {"煤气", "中毒", "消火栓", "缓降器", "楼道", "堵塞", "鞭炮", "泡"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("煤气中独", "煤气中毒"), ("肖火栓没水", "消火栓没水"), ("缓将器", "缓降器"), ("楼道赌塞", "楼道堵塞")],
)
def test_a_misspelt_word_is_put_right(typed, meant):
    assert mend(typed, KNOWN) == meant


@pytest.mark.parametrize("typed", ["煤气中毒", "今天天气怎么样", "三楼", "边跑边喊", "abc 123", "", "!!!"])
def test_everything_else_stays(typed):
    assert mend(typed, KNOWN) == typed


def test_a_word_the_library_does_not_use_is_not_offered():
    assert mend("煤气中独", set()) == "煤气中独"


def test_sounds_that_are_confused_here_are_the_same():
    assert sound("灾") == sound("摘")
    assert sound("南") == sound("兰")
    assert sound("星") == sound("新")
    assert sound("灰") == sound("飞")
    assert sound("火") != sound("水")
