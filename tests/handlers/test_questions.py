"""An officer asks, the reporter answers in whichever way comes to hand, and both read what they need and no more."""


from datetime import datetime

import pytest
from sqlmodel import Session, select

from handlers.meaning import is_polite
from handlers.say import questions as say
from handlers.timeline import timeline
from models import hazards
from models.hazards import Hazard
from models.lifecycle import Act
from models.people import Person
from models.reveals import Reveal
from tests.town import Somebody, Township


async def report(who: Somebody, words: str = "菜市场后门被货堵死了") -> None:
    """Somebody reports a danger in words."""
    await who.says(words)
    await who.presses("跳过")
    await who.presses("提交")


async def asked(town: Township, words: str = "菜市场后门被货堵死了") -> tuple[Somebody, Somebody]:
    """Grandmother Wang has reported, and grid worker Zhang has asked her something."""
    wang, li, zhang = town.somebody("王婆婆"), town.somebody("李干事"), town.somebody("张网格员")
    for person in (li, zhang):
        await person.says("/start")
    await report(wang, words)
    await li.presses("派给 张网格员")
    await zhang.presses("问上报人")
    await zhang.presses("现在还是这样吗？")
    await zhang.presses("发给上报人")
    return wang, zhang


async def test_the_officer_reads_what_the_reporter_will_read_before_it_is_sent(town: Township) -> None:
    wang, li, zhang = town.somebody("王婆婆"), town.somebody("李干事"), town.somebody("张网格员")
    for person in (li, zhang):
        await person.says("/start")
    await report(wang)
    await li.presses("派给 张网格员")
    await zhang.presses("问上报人")
    await zhang.says("是前门还是后门？")
    assert "上报人会读到" in zhang.last
    assert "请不要写姓名和电话" in zhang.last
    assert not wang.sees("是前门还是后门")
    await zhang.presses("发给上报人")
    assert wang.sees("是前门还是后门")
    assert "请不要写姓名和电话" in wang.last
    assert "11月25日 10:00" in wang.last
    assert zhang.sees("等的时候期限暂停")
    assert zhang.sees("核查：等上报人答复，暂停计时")


async def test_free_words_are_offered_as_the_answer_and_filed_with_one_tap(town: Township) -> None:
    wang, zhang = await asked(town)
    await wang.says("菜市场后门还是堵起的，找我13800000000")
    assert "这是对 吹2026-0001 的答复吗？" in wang.last
    assert not zhang.sees("上报人答复了")
    await wang.presses("是，发给办件人员")
    assert wang.sees("已转给办件人员")
    assert "还是堵起的，找我（号码已隐去）" in zhang.last
    assert "13800000000" not in "".join(zhang.texts)
    assert "暂停" not in zhang.last


async def test_words_that_are_no_answer_become_what_they_are(town: Township) -> None:
    wang, zhang = await asked(town)
    await wang.says("灭火器多久换一次？")
    await wang.presses("不是")
    assert "灭火器" in wang.last
    await wang.says("那个事情还是那样子")
    await wang.presses("不是")
    assert wang.buttons[:2] == ["补充到 吹2026-0001 菜市场后门", "🔔 上报隐患"]
    await wang.says("幸福小区楼道里停了好多电瓶车在充电")
    await wang.presses("不是")
    assert "照片" in wang.last
    assert not zhang.sees("上报人答复了")


async def test_a_threat_is_offered_to_the_custodian_before_anybody_on_the_case(town: Township) -> None:
    wang, zhang = await asked(town)
    await wang.says("李家儿子在门口骂我，说要砸我屋头窗子")
    assert wang.buttons[:3] == ["告诉保密专员", "是，发给办件人员", "不是"]
    question = next(seen for seen in wang.phone.screen if "想问您一件事" in seen.text)
    wang.phone.says("李家儿子在门口骂我，说要砸我屋头窗子", reply_to=question.id)
    await town.settle()
    assert wang.buttons[0] == "告诉保密专员"
    assert not zhang.sees("上报人答复了")


async def test_a_reply_to_the_question_is_its_answer(town: Township) -> None:
    wang, zhang = await asked(town)
    question = next(seen for seen in wang.phone.screen if "想问您一件事" in seen.text)
    wang.phone.says("还堵着", reply_to=question.id)
    await town.settle()
    assert wang.sees("已转给办件人员")
    assert "还堵着" in zhang.last


async def test_a_reply_to_a_card_of_a_case_is_added_to_it(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await report(wang)
    await report(wang, "幸福小区楼道里停了好多电瓶车在充电")
    first = next(seen for seen in wang.phone.screen if "吹2026-0001" in seen.text)
    wang.phone.says("那里今天又多了一堆", reply_to=first.id)
    await town.settle()
    await wang.presses("跳过")
    assert wang.sees("已补充到 吹2026-0001")


async def test_the_button_takes_words_at_once_or_a_picture(town: Township) -> None:
    wang, zhang = await asked(town)
    await wang.presses("答复")
    assert "请不要写姓名和电话" in wang.last
    await wang.says("还堵着")
    assert wang.sees("已转给办件人员")
    assert "还堵着" in zhang.last
    await zhang.presses("问上报人")
    await zhang.says("能拍一张吗？")
    await zhang.presses("发给上报人")
    await wang.presses("答复")
    await wang.sends("album", 3)
    await wang.presses("跳过")
    assert "发来照片等 3 份" in zhang.last


async def test_pictures_without_a_word_are_asked_about_once_however_many_they_are(town: Township) -> None:
    wang, zhang = await asked(town)
    await wang.sends("album", 3, "就是这里")
    assert wang.buttons[:2] == ["答复 吹2026-0001 菜市场后门", "是新的隐患"]
    await wang.presses("答复 吹2026-0001")
    assert "就是这里" in zhang.last
    assert "发来照片等 3 份" in zhang.last


async def test_pictures_of_something_new_become_a_report(town: Township) -> None:
    wang, zhang = await asked(town)
    await wang.sends("photo", "幸福小区楼道里停了好多电瓶车在充电")
    await wang.presses("是新的隐患")
    await wang.presses("上报隐患")
    assert "哪一类" in wang.last or "核对" in wang.last
    assert not zhang.sees("上报人答复了")


async def test_where_nobody_can_be_asked_there_is_no_button(town: Township) -> None:
    wang, li, zhang = town.somebody("王婆婆"), town.somebody("李干事"), town.somebody("张网格员")
    for officer in (li, zhang):
        await officer.says("/start")
    await wang.says("菜市场后门被货堵死了")
    await wang.presses("跳过")
    await wang.presses("改保密")
    await wang.presses("只凭回执")
    await wang.presses("提交")
    await town.passes(minutes=45)
    await li.presses("派给 张网格员")
    assert "问上报人" not in zhang.buttons
    await zhang.presses("更多…")
    assert "问上报人" not in zhang.buttons


async def test_an_answer_stands_once_in_the_history_and_the_officers_pictures_are_not_the_reporter_s(
    town: Township,
) -> None:
    wang, zhang = await asked(town)
    await wang.says("还是堵起的")
    await wang.presses("是，发给办件人员")
    await zhang.presses("更多…")
    await zhang.presses("经过")
    assert "上报人 答复提问：还是堵起的" in zhang.last
    await zhang.says("/hazard 吹2026-0001")
    await zhang.presses("当场整改好了")
    await zhang.sends("photo", "搬走了")
    await zhang.presses("发完了")
    await wang.says("我的上报")
    await wang.presses("吹2026-0001 菜市场后门")
    assert "经过" in wang.buttons
    assert not any("我发的照片" in label for label in wang.buttons)


async def test_with_two_questions_the_bot_asks_which(town: Township) -> None:
    wang, li = town.somebody("王婆婆"), town.somebody("李干事")
    await li.says("/start")
    await report(wang, "幸福小区楼道里停了好多电瓶车在充电")
    await li.presses("更多…")
    await li.presses("问上报人")
    await li.presses("具体在哪个位置？比如几栋几单元几楼、哪扇门。")
    await li.presses("发给上报人")
    await wang.says("菜市场后门被货堵死了")
    await wang.presses("不是")
    await wang.presses("跳过")
    await wang.presses("提交")
    await li.presses("更多…")
    await li.presses("问上报人")
    await li.presses("现在还是这样吗？")
    await li.presses("发给上报人")
    await wang.says("三栋二单元楼下")
    assert "哪一件" in wang.last
    assert "都不是" in wang.buttons
    await wang.presses("答复 吹2026-0001 幸福小区")
    assert "三栋二单元楼下" in li.last
    assert "吹2026-0001" in li.last


async def test_thanks_are_no_answer_and_wake_nothing(town: Township) -> None:
    wang, zhang = await asked(town)

    def state(s: Session) -> list[tuple[str, int, int]]:
        rows = s.exec(select(Hazard)).all()
        return [(h.step, h.version, len(hazards.history(s, h))) for h in rows]

    before = (len(zhang.texts), town.read(state))
    for words in ("谢谢", "好的，收到", "收到", "谢谢你们了！", "麻烦你们了", "👍", "谢" * 4000):
        await wang.says(words)
        assert "还有一个问题等您方便时答复" in wang.last
    assert (len(zhang.texts), town.read(state)) == before


@pytest.mark.parametrize("words", ["可以", "嗯", "还好的很", "不知道", "堵着，谢谢", "", "，"])
def test_what_may_be_an_answer_is_not_taken_for_politeness(words: str) -> None:
    assert not is_polite(words)


async def test_without_an_answer_the_officer_goes_on_and_a_late_one_is_an_addition(town: Township) -> None:
    wang, zhang = await asked(town)
    await town.passes(hours=49)
    assert zhang.sees("上报人没有答复")
    await wang.presses("答复")
    await wang.says("还堵着")
    assert wang.sees("已作为补充转给办件人员")
    assert zhang.sees("上报人有补充")


async def test_the_question_is_not_shown_when_the_case_has_ended(town: Township) -> None:
    wang, zhang = await asked(town)
    await zhang.presses("不属实")
    await zhang.says("看过，后门是通的")
    await zhang.presses("跳过")
    await zhang.presses("提交")
    await wang.presses("答复")
    await wang.says("还堵着")
    assert "已经办完" in wang.last


async def test_who_does_not_want_to_hear_from_the_bot_is_seen_by_staff(town: Township) -> None:
    wang, li = town.somebody("王婆婆"), town.somebody("李干事")
    await li.says("/start")
    await report(wang)
    wang.phone.blocks()
    await town.settle()
    await li.presses("更多…")
    await li.presses("问上报人")
    await li.presses("现在还是这样吗？")
    await li.presses("发给上报人")
    await town.settle()
    told = next(text for text in li.texts if "这件的上报人收不到机器人的消息" in text)
    assert "请到现场看" in told
    assert "吹2026-0001" in told
    assert "王婆婆" not in told


async def test_the_timeline_tells_day_by_day_without_a_name(town: Township) -> None:
    wang, zhang = await asked(town)
    await wang.says("还堵着")
    await wang.presses("是，发给办件人员")
    await town.passes(hours=20)
    await zhang.presses("属实，限期整改", message=next(m for m in reversed(zhang.phone.screen) if m.buttons))
    await zhang.sends("photo", "老板说是举报人乱讲")
    await zhang.presses("发完了")
    await zhang.presses("7 天")
    await wang.says("我的上报")
    await wang.presses("吹2026-0001 菜市场后门")
    await wang.presses("经过")
    told = wang.last
    assert told.index("11月23日") < told.index("您上报") < told.index("消防管理岗派人核查") < told.index("11月24日")
    assert "网格员向您提问" in told
    assert "现在还是这样吗？" in told
    assert "您答复了" in told
    assert "下一步：整改完" in told
    assert "张网格员" not in told
    assert "李干事" not in told
    assert "乱讲" not in told
    await wang.presses("返回")
    assert "核查属实" in wang.last


async def test_a_look_at_the_identity_stands_in_the_timeline(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await report(wang)

    def told(s: Session, opened_at: datetime | None) -> str:
        now, asker = town.clock.now(), s.exec(select(Person.id)).first()
        s.add(Reveal(hazard_id=1, reason="核实线索", asked_by=asker or 0, asked_at=now, opened_at=opened_at))
        s.flush()
        return timeline(s, s.get_one(Hazard, 1), now).plain

    assert "您的身份" not in town.read(told, None)
    assert "您的身份被查看过一次" in town.read(told, town.clock.now())


def test_every_act_is_told_to_the_reporter_or_is_between_colleagues() -> None:
    among_colleagues = {Act.NOTED, Act.REQUESTED, Act.DECLINED, Act.UNTOLD}
    assert set(Act) - set(say.HAPPENED) == among_colleagues
    assert set(say.HAPPENED) >= say.WITH_REASON
