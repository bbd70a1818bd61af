"""Job one: a resident whistles, officers deal with it, somebody else looks again, the resident rates the end."""

from tests.town import Township


async def test_a_blocked_exit_goes_all_the_way_from_the_whistle_to_the_rating(town: Township) -> None:
    wang, li = town.somebody("王婆婆"), town.somebody("李干事")
    zhang, zhou = town.somebody("张网格员"), town.somebody("周主任")
    for person in (wang, li, zhang, zhou):
        await person.says("/start")

    await wang.sends("photo", "菜市场后门被货堵死了")
    assert wang.sees("请核对")
    assert wang.sees("疏散通道")
    assert wang.sees("菜市场后门")
    await wang.presses("提交")
    assert wang.sees("吹2026-0001")
    assert wang.sees("11月24日 10:00")

    assert li.sees("新隐患")
    await li.presses("派给 张网格员")
    assert wang.sees("已派员核查")

    assert zhang.sees("派给您核查")
    await zhang.presses("属实，限期整改")
    await zhang.presses("跳过")
    await zhang.presses("3 天")
    assert wang.sees("正在整改")

    await zhang.presses("已整改，上传照片")
    await zhang.sends("photo", "货搬走了，门能开")
    await zhang.presses("发完了")
    assert zhou.sees("请复查")
    await zhou.presses("复查合格，销号")
    await zhou.presses("跳过")
    assert wang.sees("已销号")
    await wang.presses("5★")
    assert wang.sees("谢谢您的评价")
