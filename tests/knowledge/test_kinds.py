"""Kinds and severities follow the order, the exceptions and the upgrades of the domain, rule by rule."""

import pytest

from knowledge.grading import guess_of, kinds_in
from knowledge.kinds import KINDS
from knowledge.signs import Sentence, classes, rule
from knowledge.understand import kind_of, severity_of
from knowledge.words import normalise


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("有人把电瓶车推上楼充电,消火栓也没得水", ["A03", "A09"]),
        ("楼梯间堆满杂物,还有人停电瓶车充电", ["A01", "A03"]),
        ("修车铺囤了十几桶汽油,楼梯口还停起电瓶车", ["A07", "A03"]),
        ("仓库里头住了六个工人,电线也是乱拉的", ["A10", "A04"]),
        ("灭火器被货堵死了", ["A09"]),
        ("割枪割铁桶,那个桶装过柴油", ["A08"]),
        ("瘫在床上的大爷天天在床上抽烟", ["A16", "A05"]),
    ],
)
def test_the_gravest_kind_leads_and_the_others_are_tags(text, kinds):
    found = kinds_in(Sentence(normalise(text)))
    assert found[0] == kinds[0]
    assert set(kinds) <= set(found)


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("店里灭火器过期了", "ordinary"),
        ("幼儿园灭火器过期了", "serious"),
        ("敬老院插板串插板", "serious"),
        ("后门锁了", "serious"),
        ("歌厅后门锁了,晚上还在营业", "urgent"),
        ("旅馆二楼安全门焊死了", "urgent"),
        ("过道放了两盆花,不影响走路", "ordinary"),
        ("小卖部卖散装汽油,一次也就一两瓶", "serious"),
        ("门面里头囤了十几桶汽油", "urgent"),
        ("在坝子头烧谷草", "ordinary"),
        ("大风天在坝子头烧谷草", "serious"),
        ("上坟的人提着火炮进山了,还没点", "serious"),
        ("坟山上有人在烧纸", "urgent"),
        ("气罐放在卧室", "serious"),
        ("气罐接头嘶嘶响", "urgent"),
        ("仓库住了工人", "serious"),
        ("仓库住了工人,晚上反锁只有一个出口", "urgent"),
        ("独居婆婆经常忘关火", "ordinary"),
        ("坐轮椅的大爷一个人烧炭火取暖", "serious"),
    ],
)
def test_the_severity_follows_the_wordings_of_its_kind_and_the_upgrades(text, severity):
    said = normalise(text)
    kind = kind_of(said)
    assert kind is not None
    assert severity_of(kind, said) == severity


def test_nothing_becomes_urgent_by_adding_up_upgrades():
    said = normalise("学校旁边住人的店里灭火器过期,大风天,说了好几次")
    assert severity_of("A09", said) == "serious"


def test_every_class_and_every_rule_compiles():
    assert all(classes().values())
    assert all(isinstance(Sentence("试").says(kind.signs), bool) for kind in KINDS.values())


@pytest.mark.parametrize(
    ("written", "said", "holds"),
    [
        ("门 锁", "后门锁了", True),
        ("门 锁", "后门开着,抽屉锁了", False),
        ("门 +锁", "后门开着,抽屉锁了", True),
        ("门 +锁", "后门开着,没人,抽屉锁了", False),
        ("门 ~锁", "后门开着,没人,抽屉锁了", True),
        ("门 !锁", "后门锁了,前门开着", True),
        ("门 !~锁", "后门锁了,前门开着", False),
        ("door locked", "安全出口拿铁链子拴到", True),
    ],
)
def test_the_marks_of_a_rule_say_where_its_terms_must_stand(written, said, holds):
    assert rule(written).holds_in(Sentence(said)) is holds


def test_a_rule_needs_a_plain_term_to_begin_with():
    with pytest.raises(ValueError, match="plain term"):
        rule("~门 !锁")


def test_a_report_that_fits_no_rule_is_guessed_by_its_subject():
    assert kind_of("灭火器那个事情") is None
    assert guess_of("灭火器那个事情") == "A09"
    assert guess_of("今天打麻将") is None
