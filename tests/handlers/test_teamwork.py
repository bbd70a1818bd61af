"""Called posts report in with one tap; whoever has a conflict of interest is out of it, and somebody is always left."""

from tests.town import Somebody, Township

STAFF = ("李干事", "赵干事", "孙镇长", "周主任", "冯队长", "钱干事", "张网格员")


async def staff(town: Township) -> dict[str, Somebody]:
    """Everybody who works for the town has the bot open."""
    found = {name: town.somebody(name) for name in STAFF}
    for person in found.values():
        await person.says("/start")
    return found


async def report(town: Township, words: str = "菜市场后门被货堵死了") -> Somebody:
    """王婆婆 reports in words."""
    wang = town.somebody("王婆婆")
    await wang.says(words)
    await wang.presses("跳过")
    await wang.presses("提交")
    return wang


async def test_a_called_post_reports_in_with_one_tap_and_the_card_says_so(town: Township) -> None:
    people = await staff(town)
    li, feng = people["李干事"], people["冯队长"]
    await report(town)
    assert "主办 消防管理岗，依据《消防法》第28、60条" in li.last
    assert "综合行政执法岗 未报到（11月23日 16:00 前）" in li.last
    assert "吹哨：请您的岗位报到" in feng.last
    await feng.says("待办隐患")
    assert "吹2026-0001" in feng.last
    await feng.presses("报到")
    assert feng.sees("已报到。请和承办人一起办。")
    assert feng.sees("综合行政执法岗 ✓ 冯队长 11月23日")
    await feng.says("待办隐患")
    assert "没有等您办的" in feng.last


async def test_an_officer_whistles_by_hand_and_hears_who_comes(town: Township) -> None:
    people = await staff(town)
    li, qian = people["李干事"], people["钱干事"]
    await report(town)
    assert not qian.sees("吹2026-0001")
    await li.presses("更多…")
    await li.presses("协同…")
    await li.presses("吹哨叫人")
    await li.presses("经济发展岗")
    await li.presses("吹哨（1 项）")
    assert "已吹哨" in li.last
    assert "请您的岗位报到" in qian.last
    await qian.presses("报到")
    assert "有岗位报到了" in li.last
    assert "经济发展岗 ✓ 钱干事" in li.last


async def test_whoever_does_not_report_in_is_listed_as_a_post_not_as_a_person(town: Township) -> None:
    people = await staff(town)
    li, sun = people["李干事"], people["孙镇长"]
    await report(town)
    await town.passes(hours=6, minutes=1)
    assert li.sees("还有岗位没报到")
    await sun.says("逾期清单")
    assert "吹哨后没报到 2 个岗位" in sun.last
    assert "综合行政执法岗　吹2026-0001　菜市场后门" in sun.last
    assert "冯队长" not in sun.last


async def test_the_lead_post_hears_of_an_ordinary_case_and_its_people_are_offered_the_repair_first(
    town: Township,
) -> None:
    people = await staff(town)
    li, qian, zhang = people["李干事"], people["钱干事"], people["张网格员"]
    await report(town, "张记面馆的插板串插板")
    assert "由您的岗位主办" in qian.last
    assert "小餐饮按《安全生产法》第3条" in qian.last
    await li.presses("派给 张网格员")
    await zhang.presses("属实，限期整改")
    await zhang.presses("跳过")
    await zhang.presses("7 天")
    await li.says("/hazard 吹2026-0001")
    await li.presses("换人整改")
    assert li.buttons[0] == "派给 钱干事"
    await li.presses("派给 钱干事")
    assert "转给您整改" in qian.last


async def test_who_steps_back_finds_nothing_any_more_and_the_others_send_somebody(town: Township) -> None:
    people = await staff(town)
    li, zhang = people["李干事"], people["张网格员"]
    await report(town)
    await li.presses("派给 张网格员")
    await zhang.presses("更多…")
    await zhang.presses("协同…")
    await zhang.presses("我要回避")
    assert "只有镇消防管理岗能解除" in zhang.last
    await zhang.presses("是亲友、熟人的")
    assert "谢谢您主动说明" in zhang.last
    await zhang.says("/hazard 吹2026-0001")
    assert "没有找到，或者不归您办" in zhang.last
    assert "有同事回避" in li.last
    assert "派给 张网格员" not in li.buttons
    await li.presses("派给 周主任")
    assert "派给您核查" in people["周主任"].last


async def test_a_colleague_whom_the_report_is_about_is_taken_out_by_name(town: Township) -> None:
    people = await staff(town)
    li, zhao, zhou = people["李干事"], people["赵干事"], people["周主任"]
    await report(town)
    await li.presses("更多…")
    await li.presses("协同…")
    await li.presses("同事要回避")
    await li.presses("周主任")
    assert "周主任 看不到这件了" in li.last
    await zhou.says("待办隐患")
    assert "吹2026-0001" not in zhou.last
    await zhao.says("回避名单")
    assert "周主任　吹2026-0001（被反映到，11月23日起）" in zhao.last
    await zhao.presses("解除：周主任 吹2026-0001")
    await zhao.presses("确定解除")
    assert "已解除" in zhao.last
    await zhou.says("待办隐患")
    assert "吹2026-0001" in zhou.last
    await zhou.says("回避名单")
    assert "不在您的职责范围" in zhou.last


async def test_stepping_back_from_a_place_keeps_one_out_of_what_comes(town: Township) -> None:
    people = await staff(town)
    zhou = people["周主任"]
    await zhou.says("/place 张记面馆")
    await zhou.presses("更多…")
    await zhou.presses("我要回避")
    await zhou.presses("是亲友、熟人的")
    assert "张记面馆 的隐患不再由您经办" in zhou.last
    await report(town, "张记面馆的后门被货物堵死了")
    assert not zhou.sees("吹2026-0001")
    assert people["李干事"].sees("吹2026-0001")
    assert "派给 周主任" not in people["李干事"].buttons


async def test_when_nobody_may_send_anybody_the_leader_does(town: Township) -> None:
    people = await staff(town)
    sun = people["孙镇长"]
    await report(town)
    for name in ("李干事", "赵干事", "周主任"):
        await people[name].presses("更多…")
        await people[name].presses("协同…")
        await people[name].presses("我要回避")
        await people[name].presses("是我自己的")
    assert "能派人的同事都要回避，请您派人" in sun.last
    await sun.presses("派给 张网格员")
    assert "派给您核查" in people["张网格员"].last
