"""Casework in the chat: whom a hazard can be given to, however many they are, and what a refused form leaves."""

from sqlmodel import Session, select

from models.areas import Area
from models.audit import verify_chain
from models.hazards import Hazard
from models.people import Grant, Person, Role
from tests.town import Somebody, Township

COLLEAGUES = [f"测试网格员{n:02}" for n in range(20)]


def join(s: Session, town: Township) -> None:
    """Let many grid workers join the same grid."""
    grid = s.exec(select(Area.id).where(Area.code == "changzhen-1")).one()
    now = town.clock.now()
    for n, name in enumerate(COLLEAGUES):
        person = Person(telegram_id=90_000 + n, name=name, seen_at=now)
        s.add(person)
        s.flush()
        s.add(Grant(person_id=person.id, role=Role.GRID, area_id=grid, since=now))


async def reported(town: Township) -> Somebody:
    """Return the officer of the fire post with a reported hazard on the screen."""
    li = town.somebody("李干事")
    await li.says("/start")
    wang = town.somebody("王婆婆")
    await wang.says("菜市场后门被货堵死了")
    await wang.presses("跳过")
    await wang.presses("提交")
    await li.says("待办隐患")
    await li.presses("吹2026-0001")
    return li


def offered(li: Somebody) -> set[str]:
    """Return whom the card on the screen offers."""
    return {label.removeprefix("派给 ") for label in li.buttons if label.startswith("派给 ")}


async def test_everybody_who_can_be_sent_is_found_by_turning_pages(town: Township) -> None:
    town.read(join, town)
    li = await reported(town)
    await li.presses("派给别人")
    found = offered(li)
    assert "◀ 上一页" not in li.buttons
    while "下一页 ▶" in li.buttons:
        await li.presses("下一页")
        assert not offered(li) & found
        found |= offered(li)
    assert found >= {*COLLEAGUES, "张网格员"}
    await li.presses("上一页")
    await li.presses(f"派给 {sorted(offered(li))[0]}")
    assert town.read(lambda s: s.exec(select(Hazard)).one()).assignee_id is not None


async def test_a_wrong_number_is_asked_for_again_and_the_form_can_be_left(town: Township) -> None:
    li = await reported(town)
    await li.presses("并案")
    await li.says("吹2026-9999")
    assert "没有找到" in li.last
    assert "✖ 取消" in li.buttons
    await li.says("取消")
    await li.says("待办隐患")
    assert "吹2026-0001" in li.last
    assert town.read(verify_chain) is None
