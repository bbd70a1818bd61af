"""Pitfall 3: one chat taken for one case. A follow-up goes to the case it is meant for, and thanks wake nothing."""

from sqlmodel import Session, select

from models.hazards import Hazard, HazardStep
from tests.handlers.test_questions import report
from tests.town import Township

Acts = list[tuple[int, str, str]]


def acts(s: Session) -> Acts:
    """Return everything that ever happened to the cases."""
    rows = s.exec(select(HazardStep).order_by(HazardStep.id))  # type: ignore[arg-type]
    return [(row.hazard_id, row.act, row.note) for row in rows]


async def test_with_two_open_cases_the_bot_asks_which_one_words_are_meant_for(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await report(wang)
    await report(wang, "幸福小区楼道里停了好多电瓶车在充电")
    before = town.read(acts)
    await wang.says("那个事情还是那样子")
    assert wang.buttons[:3] == ["补充到 吹2026-0002 幸福小区", "补充到 吹2026-0001 菜市场后门", "🔔 上报隐患"]
    assert town.read(acts) == before
    await wang.presses("补充到 吹2026-0001")
    await wang.presses("跳过")
    assert town.read(acts) == [*before, (1, "added", "那个事情还是那样子")]


async def test_a_question_on_one_of_two_cases_gets_the_answer_and_the_other_case_stays_as_it_is(town: Township) -> None:
    wang, li = town.somebody("王婆婆"), town.somebody("李干事")
    await li.says("/start")
    await report(wang)
    await report(wang, "幸福小区楼道里停了好多电瓶车在充电")
    await li.presses("更多…", message=next(m for m in li.phone.screen if "吹2026-0001" in m.text))
    await li.presses("问上报人")
    await li.presses("现在还是这样吗？")
    await li.presses("发给上报人")
    before = town.read(acts)
    await wang.says("早上去看还没有搬")
    assert "这是对 吹2026-0001 的答复吗？" in wang.last
    assert town.read(acts) == before
    await wang.presses("是，发给办件人员")
    assert town.read(acts) == [*before, (1, "answered", "早上去看还没有搬")]


async def test_thanks_change_nothing_and_wake_nothing_whatever_is_open(town: Township) -> None:
    wang, li, zhang, zhou = (town.somebody(name) for name in ("王婆婆", "李干事", "张网格员", "周主任"))
    for person in (li, zhang, zhou):
        await person.says("/start")
    await report(wang)
    await report(wang, "幸福小区楼道里停了好多电瓶车在充电")
    await li.presses("派给 张网格员", message=next(m for m in li.phone.screen if "吹2026-0001" in m.text))
    await zhang.presses("属实，限期整改")
    await zhang.presses("跳过")
    await zhang.presses("3 天")
    await zhang.presses("已整改，上传照片")
    await zhang.sends("photo")
    await zhang.presses("发完了")
    await zhou.presses("复查合格，销号")
    await zhou.presses("跳过")

    def state(s: Session) -> list[tuple[str, int]]:
        return [(hazard.step, hazard.version) for hazard in s.exec(select(Hazard)).all()]

    before = (town.read(acts), town.read(state), [len(p.texts) for p in (li, zhang, zhou)])
    for words in ("谢谢", "好的", "收到", "好的，辛苦你们了", "👍"):
        await wang.says(words)
        assert wang.last in ("不客气！", "好的。")
    assert (town.read(acts), town.read(state), [len(p.texts) for p in (li, zhang, zhou)]) == before
