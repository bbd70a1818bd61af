"""Scenes of colleagues: who is there, who comes with which post, who leaves and what is left to them."""

from dataclasses import replace

import pytest
from sqlmodel import Session, select

from models import tasks
from models.areas import Area
from models.invites import invite
from models.people import Can, Grant, Role
from tests.town import Somebody, Township

OFFICER = "赵干事"


@pytest.fixture
def li(town: Township) -> Somebody:
    """李干事 of the fire post, who may invite in the whole town."""
    return town.somebody("李干事")


def newcomer_to(town: Township, n: int = 0) -> Somebody:
    """Return somebody whom the town does not know yet."""
    return Somebody(town, town.telegram.person(f"新人{n}", id=8_000_000_001 + n))


async def invites(who: Somebody, role: str, area: str, post: str | None = None) -> str:
    """Make a link through the form and return what one opens."""
    await who.says("邀请同事")
    await who.presses(role)
    await who.presses(area)
    if post:
        await who.presses(post)
    return who.last.split("?start=")[1].split()[0]


def commands_of(town: Township, who: Somebody) -> set[str]:
    """Return the list of commands that was shown last in somebody's chat."""
    calls = [call.params for call in town.telegram.calls("setMyCommands")]
    mine = [params["commands"] for params in calls if params["scope"]["chat_id"] == who.phone.id]
    return {command["command"] for command in mine[-1]}


async def finds(who: Somebody, name: str) -> str:
    """Turn the pages of the list until somebody stands there; return the button."""
    await who.says("同事名单")
    while not (found := [label for label in who.buttons if label.startswith(name)]):
        await who.presses("下一页 ▶")
    return found[0]


def grants_of(town: Township, who: Somebody) -> list[tuple[str, str]]:
    """Return role and post of everything that somebody holds now."""
    live = select(Grant.role, Grant.post).where(Grant.person_id == who.actor.id, Grant.ended_at.is_(None))
    return [tuple(row) for row in town.read(lambda s: s.exec(live).all())]


async def test_the_list_names_colleagues_in_reach_with_their_roles_and_not_oneself(li):
    await li.says("同事名单")
    assert "同事名单（10 人）" in li.last
    assert any(label.startswith("孙镇长  镇领导（示范镇）") for label in li.buttons)
    assert any(label.startswith("张网格员") and label.endswith("等 3 项") for label in li.buttons)
    assert not any("李干事" in label or "王婆婆" in label for label in li.buttons)


async def test_a_long_list_is_turned_page_by_page(town, li):
    for n in range(3):
        await newcomer_to(town, n).opens(await invites(li, "志愿者", "青石村"))
    await li.says("同事名单")
    assert "第 1/2 页" in li.last
    first = li.buttons
    await li.presses("下一页 ▶")
    assert "第 2/2 页" in li.last
    assert len(first) == 9, "eight people and a way on"
    assert len(li.buttons) == 6, "the rest and a way back"


async def test_who_has_no_way_to_invite_sees_no_list(town):
    grid = town.somebody("张网格员")
    await grid.says("同事名单")
    assert "职责范围" in grid.last


async def test_leaving_is_asked_once_takes_effect_at_once_and_is_told_kindly(town, li):
    grid = town.somebody("张网格员")
    await grid.opens("")
    assert "patrol" in commands_of(town, grid)
    await li.presses(await finds(li, "张网格员"))
    assert "网格员（场镇社区一网格）" in li.last
    await li.presses("离岗")
    assert "确定让 张网格员 离岗吗" in li.last
    assert grid.actor.held, "asking ends nothing"
    await li.presses("确定离岗")
    assert "已离岗" in li.last
    assert grid.actor.held == ()
    assert "您的工作身份已结束，居民功能照常可用" in grid.last
    assert "patrol" not in commands_of(town, grid)
    assert "report" in commands_of(town, grid)
    await grid.says("/patrol")
    assert "职责范围" in grid.last
    await li.presses("同事名单")
    assert not any("张网格员" in label for label in li.buttons)


async def test_an_administrator_cannot_be_sent_away_from_a_chat(li):
    await li.presses(await finds(li, "管理员小何"))
    assert "只能在服务器上" in li.last
    assert "离岗" not in li.buttons


async def test_a_link_for_a_post_carries_the_post(town, li):
    newcomer = newcomer_to(town)
    await newcomer.opens(await invites(li, "镇消防管理岗", "示范镇", "经济发展岗"))
    assert grants_of(town, newcomer) == [("post", "economy")]


async def test_a_grid_worker_is_asked_for_no_post_and_a_post_may_be_left_open(town, li):
    await invites(li, "网格员", "青石村")
    newcomer = newcomer_to(town)
    await newcomer.opens(await invites(li, "镇级部门", "示范镇", "跳过"))
    assert grants_of(town, newcomer) == [("department", "")]


async def test_not_them_takes_back_that_invitation_and_nothing_else(town, li):
    officer = town.somebody(OFFICER)
    before = grants_of(town, officer)
    await town.passes(minutes=5)
    await officer.opens(await invites(li, "志愿者", "青石村"))
    assert len(grants_of(town, officer)) == len(before) + 1
    await li.presses("不是本人，撤销")
    assert grants_of(town, officer) == before
    assert officer.sees("您的一部分工作身份已结束")
    assert officer.actor.reaches(Can.INVITE, "/town/qingshi/")


async def test_not_them_leaves_a_role_that_was_held_before(town, li):
    officer = town.somebody(OFFICER)
    before = grants_of(town, officer)
    await town.passes(minutes=5)
    await officer.opens(await invites(li, "镇消防管理岗", "示范镇", "消防管理岗"))
    await li.presses("不是本人，撤销")
    assert grants_of(town, officer) == before
    assert li.sees("没有带来新的身份") or "没有带来新的身份" in li.toasts[-1]


async def test_who_is_invited_to_another_post_changes_to_it(town, li):
    officer = town.somebody(OFFICER)
    await officer.opens(await invites(li, "镇消防管理岗", "示范镇", "平安综治岗"))
    assert grants_of(town, officer) == [("post", "safety")]


async def test_an_administrator_s_link_from_the_server_brings_no_button_into_a_chat(town, li):
    def make(s: Session) -> str:
        area = s.exec(select(Area.id).where(Area.code == "town")).one()
        return invite(s, None, Role.ADMIN, area, now=town.clock.now())

    newcomer = newcomer_to(town)
    await newcomer.opens(f"i_{town.database.transaction(make)}")
    assert newcomer.actor.has(Role.ADMIN)
    assert not li.sees("不是本人")


async def test_the_progress_names_posts_as_the_town_does(town, li):
    town.database.rules = replace(town.database.rules, posts={"fire": "消防专干"})
    town.read(tasks.make_instances, 2026, now=town.clock.now())
    await li.says("/board")
    assert "消防专干" in li.last
    assert "消防管理岗" not in li.last
