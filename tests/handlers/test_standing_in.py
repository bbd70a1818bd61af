"""Standing in, in the chat: somebody goes away, a colleague takes over, both know, and it ends."""

from sqlmodel import select

from models.people import Grant, Person
from tests.handlers.test_queue import opened, reports
from tests.town import Somebody, Township


async def goes_away(who: Somebody, deputy: str, last: int = 2) -> None:
    """Fill the form: from today, until one of the offered days."""
    await who.says("我请假")
    await who.presses(deputy)
    await who.presses("今天")
    await who.presses([label for label in who.buttons if "月" in label][last])
    assert "不会转给对方" in who.last
    await who.presses("提交")


async def test_the_deputy_takes_over_cases_and_notices_until_the_last_day_is_over(town: Township) -> None:
    li, zhang, liu = await opened(town, "李干事", "张网格员", "刘网格员")
    await reports(town, "菜市场后门被货堵死了")
    await li.presses("派给 张网格员")
    await goes_away(zhang, "刘网格员")
    assert "登记好了：11月23日到11月25日，由 刘网格员 替您" in zhang.last
    assert "张网格员 请假，11月23日到11月25日由您代班：网格员" in liu.last
    await liu.says("待办")
    await liu.presses("吹2026-0001")
    assert "承办：张网格员（刘网格员代）" in liu.last
    await reports(town, "场镇社区2栋楼下堆满纸箱", "陈大哥")
    await li.says("/hazard 2")
    await li.presses("派给 张网格员")
    assert liu.sees("派给您核查")
    assert not any("吹2026-0002" in text for text in zhang.texts)
    await liu.says("/hazard 1")
    await liu.presses("属实，限期整改")
    await liu.presses("跳过")
    await liu.presses("7 天")
    await li.says("/hazard 1")
    await li.presses("更多…")
    await li.presses("经过")
    assert "刘网格员 核查属实" in li.last, "the file names who did it"
    await town.passes(days=3)
    assert zhang.sees("刘网格员 不再替您")
    assert liu.sees("您不用再替 张网格员 了")
    await liu.says("待办")
    assert "没有等您办的" in liu.last
    await li.says("/hazard 1")
    assert "承办：张网格员\n" in li.last


async def test_coming_back_early_is_asked_once_and_told(town: Township) -> None:
    zhang, liu = await opened(town, "张网格员", "刘网格员")
    await goes_away(zhang, "刘网格员")
    await zhang.says("销假")
    assert "您已登记请假" in zhang.last
    await zhang.presses("销假")
    await zhang.presses("◀ 返回")
    await zhang.presses("销假")
    await zhang.presses("确定")
    assert "已结束代班" in zhang.last
    assert liu.sees("您不用再替 张网格员 了")


async def test_the_deputy_gives_it_back(town: Township) -> None:
    zhang, liu = await opened(town, "张网格员", "刘网格员")
    await goes_away(zhang, "刘网格员")
    await liu.says("我请假")
    assert "您替 张网格员" in liu.last
    await liu.presses("不替 张网格员 了")
    await liu.presses("确定")
    assert zhang.sees("刘网格员 不再替您")
    lent = select(Grant).where(Grant.standing_for.is_not(None), Grant.ended_at.is_(None))
    assert town.read(lambda s: s.exec(lent).all()) == []


async def test_who_invites_there_sees_it_in_the_list_and_ends_it(town: Township) -> None:
    he, zhang, liu = await opened(town, "管理员小何", "张网格员", "刘网格员")
    await goes_away(zhang, "刘网格员")
    await he.says("同事名单")
    await he.presses("刘网格员")
    assert "网格员（场镇社区一网格），代班" in he.last
    assert "张网格员 请假，由 刘网格员 代班" in he.last
    await he.presses("结束 张网格员 的代班")
    assert "已结束代班" in he.last
    assert zhang.sees("刘网格员 不再替您")
    assert liu.sees("您不用再替 张网格员 了")


async def test_a_day_is_typed_as_well_and_an_impossible_one_is_asked_again(town: Township) -> None:
    zhang, _ = await opened(town, "张网格员", "刘网格员")
    await zhang.says("请假")
    await zhang.says("刘网格员")
    await zhang.says("12月1日")
    await zhang.says("11月25日")
    assert "请点一个日子" in zhang.last
    await zhang.says("12月3日")
    assert "12月1日" in zhang.last
    await zhang.presses("提交")
    assert zhang.sees("12月1日到12月3日，由 刘网格员 替您")


async def test_where_nobody_can_stand_in_it_is_said_whom_to_ask(town: Township) -> None:
    (zhang,) = await opened(town, "张网格员")

    def unreachable(s):
        for person in s.exec(select(Person)):
            person.reachable = person.name == "张网格员"

    town.read(unreachable)
    await zhang.says("我请假")
    assert "请联系镇消防管理岗安排" in zhang.last
