"""Fire now: whatever somebody sends, wherever they stand in the bot, 119 comes first and those on duty hear of it."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from sqlmodel import Session, select

from models.alarms import Alarm, course
from models.hazards import Hazard
from models.rules import ZONE
from tests.town import Somebody, Township

CRY = "粮站后面的仓库燃起来了，快来人"
ON_DUTY = ("李干事", "赵干事", "周主任", "张网格员", "刘网格员")
Deed = Callable[[Somebody], Awaitable[None]]


async def writes(who: Somebody, content: dict[str, object]) -> None:
    """Send a message that has no verb of its own on the phone."""
    who.phone.writes(content)
    await who.town.settle()


async def forwards(who: Somebody) -> None:
    who.phone.forwards(CRY)
    await who.town.settle()


async def edits(who: Somebody) -> None:
    first = who.phone.says("粮站后面的仓库")
    await who.town.settle()
    who.phone.edits(first.id, CRY)
    await who.town.settle()


async def replies(who: Somebody) -> None:
    prompt = next((message.id for message in reversed(who.phone.screen) if message.from_bot), None)
    who.phone.says(CRY, reply_to=prompt)
    await who.town.settle()


async def points(who: Somebody) -> None:
    await who.sends("location", 29.9012, 107.7021)
    await who.says(CRY)


SPOT = {"latitude": 29.9, "longitude": 107.7}
POLL = {
    "id": "1", "question": CRY, "total_voter_count": 0, "is_closed": False, "is_anonymous": True, "type": "regular",
    "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
    "options": [{"text": word, "voter_count": 0, "persistent_id": word} for word in ("去", "不去")],
}  # fmt: skip
CONTENTS: dict[str, Deed] = {
    "text": lambda who: who.says(CRY),
    "command": lambda who: who.says(f"/ask {CRY}"),
    "photo": lambda who: who.sends("photo", CRY),
    "album": lambda who: who.sends("album", 3, CRY),
    "video": lambda who: who.sends("video", caption=CRY),
    "voice": lambda who: who.sends("voice", caption=CRY),
    "document": lambda who: who.sends("document", caption=CRY),
    "location": points,
    "venue": lambda who: writes(who, {"location": SPOT, "venue": {"location": SPOT, "title": CRY, "address": "场镇"}}),
    "poll": lambda who: writes(who, {"poll": POLL}),
    "forwarded": forwards,
    "edited": edits,
    "reply": replies,
}


async def begins(who: Somebody, *steps: str) -> None:
    for step in steps:
        await who.says(step)


STATES: dict[str, Deed] = {
    "no form": lambda who: begins(who, "/start"),
    "kind": lambda who: begins(who, "上报隐患"),
    "place": lambda who: begins(who, "楼道里堆满了纸箱子"),
    "photos": lambda who: begins(who, "楼道里堆满了纸箱子", "青石村二组"),
    "summary": lambda who: begins(who, "楼道里堆满了纸箱子", "青石村二组", "跳过"),
    "parked": lambda who: begins(who, "楼道里堆满了纸箱子", "先存着"),
    "editor": lambda who: begins(who, "/ask 大熊猫吃什么"),
}


@pytest.mark.parametrize("what", CONTENTS)
async def test_a_cry_is_heard_whatever_it_comes_in_and_wherever_one_stands(town: Township, what: str) -> None:
    li = town.somebody("李干事")
    await li.says("/start")
    for n, state in enumerate(STATES):
        who = town.somebody(f"路人{state}")
        await STATES[state](who)
        await CONTENTS[what](who)
        assert who.sees("119"), state
        assert any("打 119 时这样说地点：粮站" in text for text in who.texts), state
        assert sum("请马上核实" in text and "粮站后面的仓库" in text for text in li.texts) == n + 1, state


@pytest.mark.parametrize("what", ["sticker", "contact", "location"])
async def test_what_has_no_words_wakes_nobody(town: Township, what: str) -> None:
    li, wang = town.somebody("李干事"), town.somebody("王婆婆")
    await li.says("/start")
    await wang.sends(what)
    assert not li.sees("请马上核实")


async def report(who: Somebody) -> None:
    await who.says("菜市场后门被货堵死了")
    await who.presses("跳过")
    await who.presses("提交")


async def test_a_cry_never_becomes_the_reason_on_an_officer_s_paper_unless_he_says_so(town: Township) -> None:
    li, zhang, wang = (town.somebody(name) for name in ("李干事", "张网格员", "王婆婆"))
    for person in (li, zhang):
        await person.says("/start")
    await report(wang)
    await li.presses("派给 张网格员")
    await zhang.presses("不属实")
    await zhang.says("粮站那边燃起来了，快来人")
    assert li.sees("粮站那边燃起来了")
    assert "为什么不属实" in zhang.last
    assert "这份表没有动" in zhang.last
    await zhang.presses("就填这句话")
    assert "为什么不属实" not in zhang.last


async def test_an_own_report_takes_the_cry_up_and_goes_on(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await begins(wang, "楼道里堆满了纸箱子")
    await wang.says("幸福小区 3 号楼烧起来了！")
    assert "也记进了说明" in wang.last
    await wang.says("跳过")
    assert "幸福小区3号楼" in wang.last
    assert "纸箱子" in wang.last
    assert "烧起来了" in wang.last


async def test_a_picture_with_a_cry_stays_with_the_report(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await begins(wang, "楼道里堆满了纸箱子")
    await wang.sends("photo", "三楼燃起来了")
    assert "1 张照片" in wang.last


async def test_in_the_middle_of_the_night_it_rings(town: Township) -> None:
    li, wang = town.somebody("李干事"), town.somebody("王婆婆")
    await li.says("/start")
    await town.until(datetime(2026, 11, 24, 2, 0, tzinfo=ZONE))
    await wang.says(CRY)
    assert li.sees("请马上核实")
    sent = [call.params for call in town.telegram.calls("sendMessage") if "请马上核实" in call.params["text"]]
    assert sent
    assert not any(params.get("disable_notification") for params in sent)


async def on_duty(town: Township) -> list[Somebody]:
    found = [town.somebody(name) for name in ON_DUTY]
    for person in found:
        await person.says("/start")
    return found


async def test_who_goes_and_that_it_is_over_is_seen_by_all_and_the_times_are_kept(town: Township) -> None:
    li, zhao, _, zhang, _ = await on_duty(town)
    wang = town.somebody("王婆婆")
    await wang.says(CRY)
    assert "还没有人说去" in zhang.last
    await town.passes(seconds=40)
    await zhang.presses("我去")
    assert "去的人：张网格员" in zhang.last
    assert "张网格员 正在赶过去" in li.last
    await town.passes(seconds=120)
    await zhang.presses("我到了")
    assert "张网格员 已经到场" in zhao.last
    await zhang.presses("已解除")
    assert not li.sees("火情已解除")
    await zhang.presses("◀ 返回")
    await zhang.presses("已解除")
    await zhang.presses("确定解除")
    assert "火情已解除" in zhang.last
    assert "张网格员 说火情已解除" in li.last
    await zhao.presses("我去")
    assert any("已经解除" in text for text in (*zhao.toasts, zhao.last))

    def measured(s: Session) -> tuple[float | None, ...]:
        return course(s, s.exec(select(Alarm)).one())

    assert town.read(measured) == (0, 40, 160, 160)


async def test_what_is_said_next_follows_and_thanks_do_not(town: Township) -> None:
    li, *_ = await on_duty(town)
    wang = town.somebody("王婆婆")
    await wang.says("燃起来了，快来人！")
    assert any("在哪里？马上再发一句" in text for text in wang.texts)
    assert "地点不明" in li.last
    await wang.says("幸福小区3号楼")
    assert li.sees("幸福小区3号楼")
    await wang.sends("location", 29.9012, 107.7021)
    assert "定位：29.90120，107.70210" in li.last
    assert "示范镇农贸市场" in li.last
    await wang.sends("contact", "13900001234")
    assert "13900001234" in li.last
    await wang.sends("photo", "这个样子")
    assert "这个样子" in li.last
    before = len(li.texts)
    for words in ("谢谢你", "跳过", "我的上报"):
        await wang.says(words)
    assert len(li.texts) == before
    await wang.says("没事了，扑灭了")
    assert "对方说没事了" in li.last
    await li.presses("我去")
    assert "幸福小区3号楼" in li.last
    assert not li.sees("王婆婆")


async def test_after_ten_minutes_words_are_no_longer_passed_on(town: Township) -> None:
    li, *_ = await on_duty(town)
    wang = town.somebody("王婆婆")
    await wang.says(CRY)
    before = len(li.texts)
    await town.passes(minutes=11)
    await wang.says("青石村二组老院子")
    assert len(li.texts) == before


async def test_the_place_given_in_the_report_before_belongs_to_the_cry(town: Township) -> None:
    li, *_ = await on_duty(town)
    wang = town.somebody("王婆婆")
    await begins(wang, "楼道里堆满了纸箱子", "青石村二组老院子")
    await wang.says("哎呀燃起来了，快来人")
    assert "地点：青石村二组老院子" in li.last


async def test_a_second_fire_somewhere_else_alarms_again(town: Township) -> None:
    li, *_ = await on_duty(town)
    wang = town.somebody("王婆婆")
    for words in ("菜市场着火了", "老菜市那边火好大，快点", "青石村二组也着火了"):
        await wang.says(words)
    assert sum("请马上核实" in text for text in li.texts) == 2


async def test_only_those_called_can_answer(town: Township) -> None:
    await on_duty(town)
    sun, wang = town.somebody("孙镇长"), town.somebody("王婆婆")
    await sun.says("/start")
    await wang.says(CRY)
    assert not sun.sees("请马上核实")
    assert "我去" not in wang.buttons


async def test_a_cry_in_a_group_is_answered_there(town: Township) -> None:
    li, *_ = await on_duty(town)
    wang = town.somebody("王婆婆")
    group = town.telegram.group("示范镇大院群", [wang.phone])
    wang.phone.says(f"@{town.telegram.bot.username} {CRY}", chat=group)
    await town.settle()
    assert wang.phone.sees("119", chat=group)
    assert "粮站" in li.last


async def test_the_report_after_a_cry_is_still_there_to_be_handed_in(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await wang.says(CRY)
    await wang.presses("跳过")
    await wang.presses("提交")
    assert "收到了" in wang.last
    assert [h.kind for h in town.read(lambda s: s.exec(select(Hazard)).all())] == ["A18"]
