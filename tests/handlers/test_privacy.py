"""Privacy in talk: the level is one line and one tap, lowering is final, and a receipt opens what no account does."""

import re

from tests.handlers.test_hazards import staff
from tests.town import Somebody, Township

WORDS = "菜市场后门被货堵死了嘛，张老板那个背时的，我住三楼"
HEARD = "说到：菜市场、后门、货物、堵"


async def report(who: Somebody, level: str = "", words: str = WORDS) -> str:
    """Somebody reports at this level; return the receipt when there is one."""
    await who.says(words)
    await who.presses("跳过")
    if level:
        await who.presses("改保密")
        await who.presses(level)
    await who.presses("提交")
    found = re.search(r"回执：(\d{4}(?: \d{4}){3})", who.last)
    return found[1] if found else ""


async def test_the_summary_says_in_one_line_who_sees_what_and_one_tap_changes_it(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await wang.says(WORDS)
    await wang.presses("跳过")
    assert "保密  是。办件人员看不到您是谁，也看不到原话。" in wang.last
    assert f"办件人员会看到：地点 菜市场后门；{HEARD}" in wang.last
    await wang.presses("改保密")
    for level in ("实名", "保密", "匿名", "只凭回执"):
        assert f"\n{level}：" in wang.last
        assert level in wang.buttons
    assert wang.last.count("比如") == 4
    assert "Telegram 仍然知道是哪个账号" in wang.last
    await wang.says("实名")
    assert "保密  否，实名。" in wang.last
    assert "办件人员会看到您的原话。" in wang.last
    await wang.presses("提交")
    li = town.somebody("李干事")
    await li.says("/hazard 吹2026-0001")
    assert "王婆婆（实名）" in li.last
    assert WORDS in li.last


async def test_without_a_question_it_is_confidential_and_the_officer_reads_other_words(town: Township) -> None:
    wang = town.somebody("王婆婆")
    li, zhang, _ = await staff(town)
    await report(wang)
    assert f"（转述）{HEARD}" in li.last
    await li.presses("派给 张网格员")
    await wang.says("我的上报")
    await wang.presses("吹2026-0001 菜市场后门")
    await wang.presses("补充")
    await wang.says("硬是遭不住，又堆了两桶汽油")
    await wang.presses("跳过")
    assert "办件人员会看到：还像是：易燃易爆危险品" in wang.last
    assert zhang.sees("上报人有补充")
    await zhang.presses("更多…")
    await zhang.presses("经过")
    assert "11月23日 上报人 补充情况：还像是：易燃易爆危险品；说到：汽油柴油、堵、反复；数量：2 桶" in zhang.last
    assert "11月23日 10:00 李干事 派员核查" in zhang.last
    for seen in [*li.texts, *zhang.texts]:
        assert not any(own in seen for own in ("背时", "遭不住", "张老板", "三楼", "王婆婆"))


async def test_who_asks_for_it_in_words_reports_anonymously_and_is_heard_of_later(town: Township) -> None:
    wang = town.somebody("王婆婆")
    li, zhang, _ = await staff(town)
    receipt = await report(wang, words="我要匿名举报，菜市场后门被货堵死了")
    assert receipt
    assert not li.sees("新隐患")
    await town.passes(minutes=45)
    assert li.sees("新隐患")
    await li.presses("派给 张网格员")
    assert wang.sees("已派员核查")
    chen = town.somebody("陈大哥")
    await chen.says(receipt)
    assert "已派员核查" in chen.last
    assert zhang.sees("派给您核查")


async def test_the_receipt_is_the_only_key_and_opens_everything_that_is_the_reporter_s_own(town: Township) -> None:
    wang = town.somebody("王婆婆")
    li, zhang, _ = await staff(town)
    receipt = await report(wang, "只凭回执")
    await wang.presses("复制回执")
    assert wang.phone.copied == [receipt]
    assert "丢了谁也补不了" in wang.last
    assert "我没法通知您" in wang.last
    assert "最迟 11月24日 10:00" in wang.last
    await wang.says("我的上报")
    assert "还没有上报过" in wang.last
    await wang.says("/hazard 吹2026-0001")
    assert "吹2026-0001" not in wang.last
    await town.passes(minutes=45)
    assert "通知不到" in li.last
    before = len(wang.texts)
    await li.presses("派给 张网格员")
    assert len(wang.texts) == before
    await wang.says(receipt.replace(" ", "-"))
    assert "已派员核查" in wang.last
    await wang.presses("补充")
    await wang.says("还堆了三桶汽油")
    await wang.presses("跳过")
    assert zhang.sees("派给您核查")
    await li.says("/hazard 吹2026-0001")
    await li.presses("更多…")
    await li.presses("经过")
    assert "11月23日 上报人 补充情况" in li.last


async def test_by_receipt_the_end_is_rated_reopened_and_taken_back(town: Township) -> None:
    wang = town.somebody("王婆婆")
    li, zhang, _ = await staff(town)
    receipt = await report(wang, "只凭回执")
    await town.passes(minutes=45)
    await li.presses("派给 张网格员")
    await zhang.presses("当场整改好了")
    await zhang.sends("photo")
    await zhang.presses("发完了")
    await zhang.sends("photo", "搬走了")
    await zhang.presses("发完了")
    await wang.says("凭回执查")
    await wang.says(f"回执：{receipt}")
    assert "已销号" in wang.last
    await wang.presses("1★")
    await wang.presses("要求重新处理")
    await wang.says("又堵上了")
    await wang.presses("跳过")
    assert wang.sees("会再次派人核查")
    await wang.says(receipt)
    await wang.presses("撤回")
    await wang.presses("确定撤回")
    assert wang.sees("已撤回")
    await li.says("/hazard 吹2026-0001")
    assert "已撤回" in li.last


async def test_whoever_does_not_want_to_be_named_is_not_named_by_the_word(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await wang.says("我不想实名，菜市场后门被货堵死了")
    await wang.presses("跳过")
    assert "保密  是。办件人员看不到您是谁" in wang.last


async def test_wrong_unknown_and_too_often_read_the_same(town: Township) -> None:
    wang, chen = town.somebody("王婆婆"), town.somebody("陈大哥")
    receipt = await report(wang, "只凭回执")
    answers = []
    wrong = ("0000 0000 0000 0000", "1111222233334444", "回执 9999-9999-9999-9999", "/receipt 12", "5" * 16)
    for typed in (*wrong, receipt):
        await chen.says(typed)
        answers.append(chen.last)
    assert len(set(answers)) == 1
    assert "一小时最多试 5 次" in answers[0]
    await town.passes(hours=1)
    await chen.says(receipt)
    assert "吹2026-0001" in chen.last


async def test_the_question_for_the_receipt_says_what_it_wants_and_can_be_tried_again(town: Township) -> None:
    wang = town.somebody("王婆婆")
    receipt = await report(wang, "匿名")
    await wang.presses("看进度")
    await wang.says("/receipt")
    assert "16 位回执号" in wang.last
    await wang.says("记不得了")
    assert "没有查到" in wang.last
    await wang.presses("再输一次")
    await wang.says(receipt)
    assert "吹2026-0001" in wang.last


async def test_a_receipt_that_is_typed_into_an_open_form_does_not_become_an_answer(town: Township) -> None:
    wang = town.somebody("王婆婆")
    receipt = await report(wang, "只凭回执")
    await wang.says("楼道里有人充电瓶车")
    assert "在哪里" in wang.last
    await wang.says(receipt)
    assert "吹2026-0001" in wang.last
    await wang.says("幸福小区3栋2单元")
    await wang.presses("跳过")
    assert "地点  幸福小区3栋2单元" in wang.last
    assert receipt not in wang.last


async def test_a_new_receipt_kills_the_old_one_and_the_old_buttons(town: Township) -> None:
    wang = town.somebody("王婆婆")
    receipt = await report(wang, "只凭回执")
    old = wang.phone.screen[-1]
    await wang.says(receipt)
    await wang.presses("谁能看到我")
    assert "已经是最保密的了" in wang.last
    await wang.presses("换新回执")
    fresh = re.search(r"\d{4}(?: \d{4}){3}", wang.last)
    assert fresh is not None
    assert fresh[0] != receipt
    await wang.says(receipt)
    assert "没有查到" in wang.last
    await wang.presses("看进度", message=old.id)
    assert "没有找到" in wang.last
    await wang.says(fresh[0])
    assert "吹2026-0001" in wang.last


async def test_the_reporter_lowers_the_level_step_by_step_and_the_last_one_is_asked_twice(town: Township) -> None:
    wang, li = town.somebody("王婆婆"), town.somebody("李干事")
    await li.says("/start")
    await report(wang, "实名")
    await wang.presses("看进度")
    await wang.presses("谁能看到我")
    assert "现在是实名" in wang.last
    assert "没法让他忘记" in wang.last
    await wang.presses("改成保密")
    assert "改好了" in wang.last
    await li.says("/hazard 吹2026-0001")
    assert "王婆婆" not in li.last
    assert WORDS not in li.last
    assert HEARD in li.last
    await wang.presses("看进度")
    await wang.presses("谁能看到我")
    assert "改成实名" not in wang.buttons
    await wang.presses("改成匿名")
    assert "回执：" in wang.last
    await wang.presses("看进度")
    await wang.presses("谁能看到我")
    await wang.presses("改成只凭回执")
    assert "没法通知您" in wang.last
    await wang.presses("确定，给我回执")
    receipt = re.search(r"\d{4}(?: \d{4}){3}", wang.last)
    assert receipt is not None
    await wang.says("我的上报")
    assert "还没有上报过" in wang.last
    await wang.says(receipt[0])
    assert "吹2026-0001" in wang.last
    await li.presses("更多…")
    await li.presses("经过")
    assert "上报人提高保密程度" in li.last


async def test_where_only_a_point_was_sent_officers_read_a_place_and_a_distance(town: Township) -> None:
    wang, li = town.somebody("王婆婆"), town.somebody("李干事")
    await li.says("/start")
    await wang.sends("location", 29.9018, 107.7028)
    await wang.presses("疏散通道安全出口")
    await wang.says("楼道堆了杂物")
    await wang.presses("跳过")
    await wang.presses("提交")
    assert "地点：张记面馆附近，约 40 米" in li.last
    assert "29.90" not in li.last


async def test_far_from_everything_the_distance_is_a_rough_one(town: Township) -> None:
    wang, li = town.somebody("王婆婆"), town.somebody("李干事")
    await li.says("/start")
    await wang.sends("location", 30.2, 107.7)
    await wang.presses("柴草可燃物堆放")
    await wang.says("路边堆了好多柴")
    await wang.presses("跳过")
    await wang.presses("提交")
    assert re.search(r"地点：离\S+约 \d+ 公里", li.last)


async def test_a_place_with_a_name_and_a_number_in_it_is_read_without_them(town: Township) -> None:
    wang, li = town.somebody("王婆婆"), town.somebody("李干事")
    await li.says("/start")
    await wang.says("楼道里有人充电瓶车")
    await wang.says("幸福小区3栋，我是李秀英 13812345678")
    await wang.presses("跳过")
    assert "地点 幸福小区3栋" in wang.last
    await wang.presses("提交")
    assert "地点：幸福小区3栋\n" in li.last
    assert not li.sees("李秀英")
    assert not li.sees("13812345678")


async def test_after_a_receipt_was_looked_up_the_next_words_are_heard_as_what_they_are(town: Township) -> None:
    receipt = await report(town.somebody("王婆婆"), "匿名")
    chen = town.somebody("陈大哥")
    for before in (("/receipt", receipt.replace(" ", "")), ("/receipt", f"/receipt {receipt}"), ("/receipt",)):
        for said in before:
            await chen.says(said)
        await chen.says("青石村一组的楼道堆满了纸箱子")
        assert "上报隐患" in chen.last
        await chen.presses("取消")
    await chen.says("/receipt")
    await chen.says("1234 5678")
    assert "请核对 16 个数字" in chen.last
