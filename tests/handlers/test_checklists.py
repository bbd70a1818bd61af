"""Scenes of checklists: edited by the office in chat, while somebody is filling in the old one; what never fails."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from handlers import checks
from models import checklist_versions, patrols
from models.places import Place
from tests.handlers.test_patrols import items, logged, taps
from tests.handlers.test_patrols import place as place_called
from tests.town import Somebody, Township


@pytest.fixture
async def li(town: Township) -> Somebody:
    """李干事 of the fire post."""
    who = town.somebody("李干事")
    await who.says("/start")
    return who


async def answers(who: Somebody, *words: str) -> None:
    for each in words:
        await who.says(each)


async def test_the_office_changes_a_list_while_somebody_fills_in_the_old_one(town, li):
    zhang = town.somebody("张网格员")
    await zhang.says("/place 张记面馆")
    await taps(zhang, "有问题", "翻页", "软管")
    await li.says("检查表")
    await taps(li, "小餐饮", "改这张表", "改文字")
    await answers(li, "20", "2", "软管没有老化")
    await taps(li, "加一项")
    await answers(li, "灶台边有灭火毯", "一般", "A09")
    await answers(li, "挪位置", "14", "1", "删一项", "2", "改等级", "1", "较大")
    assert "1. 灶台边有灭火毯（较大）" in li.last
    assert "2. 软管没有老化（较大）" in li.last
    await taps(li, "改好了")
    await li.says("按今年的标准")
    assert "＋ 灶台边有灭火毯（较大）" in li.last
    assert "－ 气瓶没放地下室" in li.last
    assert "改：软管完好" in li.last
    await taps(li, "生效", "历次修改")
    assert "第 1 版" in li.last
    assert "李干事：按今年的标准" in li.last
    await taps(zhang, "勾好了")
    await zhang.says("裂了")
    await taps(zhang, "开隐患", "提交")
    (old,) = logged(town, "张记面馆")
    assert {key: item.text for key, item in items(town, old).items()}["catering-02"].startswith("软管完好")
    assert old.checklist_version != "0.1"
    await zhang.says("/place 鸿运火锅")
    await taps(zhang, "有问题", "翻页", "灭火毯", "勾好了")
    await zhang.says("没有")
    await taps(zhang, "开隐患", "提交")
    (new,) = logged(town, "鸿运火锅")
    assert (new.checklist_version, list(items(town, new))) == ("0.1", ["catering-14"])
    await taps(li, "返回", "下载")
    assert town.telegram.calls("sendDocument")
    await zhang.says("/checklists")
    assert "不在您的职责范围内" in zhang.last


def year(s: Session, who, place: Place, now) -> None:
    """Sixty patrols of which every second found the extinguisher wrong."""
    listed = checks.list_of(s, place.kind)
    quiet = {**listed, "items": [item for item in listed["items"] if item["key"] in ("G2", "catering-01")]}
    for n in range(60):
        at = now - timedelta(days=n + 1)
        failed = [{"key": "G2", "fixed": True}] if n % 2 else []
        patrols.log(s, who, place.id or 0, outcome="done", checklist=quiet, failures=failed, now=at)


async def test_a_line_that_never_fails_is_offered_and_goes_only_when_somebody_confirms(town, li):
    zhang, noodles = town.somebody("张网格员").actor, place_called(town, "张记面馆")
    town.database.transaction(lambda s: year(s, zhang, s.merge(noodles), town.clock.now()))
    await li.says("检查表")
    await taps(li, "从没查出问题的项")
    assert "从没查出问题的（1 项）" in li.last
    assert "小餐饮：气瓶没放地下室" in li.last
    assert "（查了 60 次）" in li.last
    assert "通用：灭火器在原位" in li.last
    assert "（30 次，查了 60 次）" in li.last
    await taps(li, "删：气瓶没放地下室")
    assert "近一年查了 60 次，从没查出问题" in li.last
    assert town.read(checklist_versions.newest, "catering") is None
    await taps(li, "生效")
    lines = town.read(checklist_versions.newest, "catering").items
    assert "catering-01" not in [line["key"] for line in lines]
    await li.says("检查表")
    await taps(li, "从没查出问题的项")
    assert "没有「查过 50 次以上" in li.last
