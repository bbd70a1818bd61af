"""Scope: safety or something else?"""

import pytest

from knowledge.answers import ask
from knowledge.scope import confidence, scope_of
from knowledge.words import normalise


@pytest.mark.parametrize("said", ["楼道里充电着火了咋办", "烧秸秆要遭罚不", "气坛子漏气", "灭火器过期了"])
def test_talk_of_danger_is_near(said):
    scope = scope_of(normalise(said))
    assert scope.danger or scope.names_object
    assert not scope.elsewhere


@pytest.mark.parametrize("said", ["社保怎么交", "身份证在哪办", "高铁几点", "猪肉多少钱一斤", "感冒吃什么药"])
def test_talk_of_other_offices_is_elsewhere(said):
    assert scope_of(normalise(said)).elsewhere


@pytest.mark.parametrize(
    "said",
    [
        "灭火器哪里买",
        "灭火器多少钱",
        "电动车补贴怎么领",
        "液化气送货电话",
        "空调清洗服务电话",
        "热水器维修电话",
        "加油站招聘",
        "消防设施操作员考试科目",
        "摩托车上牌流程",
        "烟花什么时候发明的",
        "农家乐几点关门",
        "打火机品牌推荐",
    ],
)
def test_an_object_of_ours_does_not_make_its_price_or_its_shop_our_matter(said):
    assert scope_of(normalise(said)).elsewhere
    assert not ask(said)["answered"]


@pytest.mark.parametrize(
    "said", ["电动车防火要做到哪几点", "高压线断了怎么走开", "冬天气出不来火小得很", "违规动火罚多少钱"]
)
def test_words_of_other_offices_inside_our_own_do_not_count(said):
    assert not scope_of(normalise(said)).elsewhere


def test_confidence_grows_with_every_witness_for_it():
    here, there = scope_of("着火"), scope_of("身份证")
    assert confidence(0.5, 1, here) > confidence(0.2, 1, here) > confidence(0.2, 0.2, here)
    assert confidence(0.5, 1, here) > confidence(0.5, 1, there)
    assert 0 <= confidence(0, 0, there) <= confidence(1.2, 1, here) <= 1
