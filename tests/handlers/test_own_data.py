"""A person sees, takes along, mends and erases what the township keeps about them."""

from sqlmodel import Session, select

from models.people import Person
from models.vault import Identity
from tests.handlers.test_hazards import report, staff
from tests.town import Township


async def test_one_sees_what_is_kept_and_takes_it_along(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await report(wang)
    await wang.says("/mydata")
    for told in ("称呼：王婆婆", "住在：场镇社区二网格", "上报过：1 件", "吹2026-0001　2026-11-23　保密",
                 "查看过您身份的人：没有"):  # fmt: skip
        assert told in wang.last
    await wang.presses("导出一份")
    assert "您的数据都在这个文件里" in wang.last
    file = wang.phone.last.file
    assert file is not None
    assert file.name == "我的数据.txt"
    text = file.content.decode("utf-8-sig")
    for told in ("我的数据（示范镇）　2026-11-23 导出", "原话：菜市场后门被货堵死了", "地点：菜市场后门",
                 "二、申请查看我身份的记录\n没有"):  # fmt: skip
        assert told in text


async def test_one_is_called_otherwise(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await wang.says("我的数据")
    await wang.presses("改称呼")
    await wang.says("王大娘")
    assert "以后称呼您：王大娘" in wang.last
    await wang.says("/start")
    assert "王大娘，您好" in wang.last


async def test_it_is_asked_twice_with_what_goes_and_what_stays_and_then_it_is_gone(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await report(wang)
    await wang.says("我的数据")
    await wang.presses("删除我的数据")
    assert "隐患的编号、类别、地点、日期和结果" in wang.last
    assert "您还有 1 件在办" in wang.last
    await wang.presses("◀ 不删了")
    assert "上报过：1 件" in wang.last
    await wang.presses("删除我的数据")
    await wang.presses("确定，全部删除")
    assert "镇里不再知道您是谁" in wang.last

    def left(s: Session) -> tuple[list[str], list[str]]:
        known = s.exec(select(Person.name).where(Person.telegram_id == 1001)).all()
        return list(known), list(s.exec(select(Identity.alias)))

    assert town.read(left) == ([], [])
    li, zhang, _ = await staff(town)
    await li.says("/hazard 吹2026-0001")
    await li.presses("派给 张网格员")
    assert zhang.sees("派给您核查")
    assert not wang.sees("已派员核查")
    await wang.says("我的上报")
    assert "您还没有上报过隐患" in wang.last


async def test_who_serves_is_told_whom_to_ask_first(town: Township) -> None:
    li = town.somebody("李干事")
    await li.says("我的数据")
    await li.presses("删除我的数据")
    assert "先联系镇消防管理岗结束身份" in li.last


async def test_every_night_old_things_go_and_the_bot_goes_on(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await report(wang)
    await wang.presses("撤回")
    await wang.presses("确定撤回")
    await town.passes(days=1826)
    await wang.says("我的上报")
    assert "您还没有上报过隐患" in wang.last
    li, *_ = await staff(town)
    await li.says("/hazard 吹2026-0001")
    assert "地点：示范镇农贸市场" in li.last
    assert "后门被货" not in li.last
