"""Groups and channels: met when the bot is let in, switched on by an officer, written to, followed, and lost."""

import pytest
from sqlmodel import Session, select

from models.chats import Chat
from models.outbox import Outgoing
from sandbox.rooms import Chat as Room
from tests.handlers.pushing import APPROVE, NEXT, SUBMIT, TIP, at, fill, opened, publish, tips_of
from tests.town import Township

CHANNEL = -1_009_000_000_001


def said_in(room) -> list[dict]:
    """What the bot wrote into a group or channel."""
    return [m.data for m in room.messages.values() if m.data.get("from", {}).get("is_bot") and "text" in m.data]


async def met(town: Township, title: str = "场镇群"):
    """A group into which 陈大哥 has let the bot."""
    (chen,) = await opened(town, "陈大哥")
    group = town.telegram.group(title, [chen.phone])
    await town.settle()
    return group


async def switched_on(town: Township, who, area: str = "示范镇", title: str = "场镇群"):
    """The same group, switched on for an area."""
    group = await met(town, title)
    await who.says("/push")
    await who.presses("群和频道")
    await who.presses(f"开通「{title}」")
    await who.presses(area)
    return group


def chat(town: Township) -> Chat:
    """The only chat that the township knows."""
    return town.read(lambda s: s.exec(select(Chat)).one())


async def test_a_group_is_silent_until_an_officer_switches_it_on(town):
    post, leader = await opened(town, "李干事", "孙镇长")
    group = await met(town)
    await publish(post, leader)
    await town.chores()
    assert said_in(group.chat) == []
    await post.says("/push")
    await post.presses("群和频道")
    assert "群「场镇群」：没开通" in post.last
    await post.presses("开通「场镇群」")
    await post.presses("场镇社区")
    assert "已开通，收场镇社区的" in post.last
    await post.presses("关掉「场镇群」")
    assert "没开通" in post.last


async def test_a_group_gets_the_tip_once_without_anybody_s_buttons_and_with_a_way_to_the_bot(town):
    post, leader = await opened(town, "李干事", "孙镇长")
    group = await switched_on(town, post)
    await fill(post)
    assert "群和频道  发" in post.last
    await post.presses(NEXT)
    assert "1 个群或频道" in post.last
    await post.presses(SUBMIT)
    await leader.presses(APPROVE)
    for _ in range(2):
        await town.chores()
    (shown,) = said_in(group.chat)
    assert shown["text"].startswith(TIP)
    ((button,),) = shown["reply_markup"]["inline_keyboard"]
    assert button["url"].endswith("?start=report")
    assert "callback_data" not in button


async def test_the_link_under_a_tip_leads_into_a_report(town):
    (chen,) = await opened(town, "陈大哥")
    await chen.opens("report")
    assert "上报隐患" in chen.last


async def test_what_is_for_workers_is_not_read_out_in_a_group_and_a_tip_may_be_for_groups_only(town):
    post, leader, grid = await opened(town, "李干事", "孙镇长", "张网格员")
    group = await switched_on(town, post)
    await fill(post)
    await post.presses("改发给谁")
    await post.presses("网格员和村干部")
    assert "群和频道" not in post.last, "it is not even asked"
    for way in (NEXT, SUBMIT):
        await post.presses(way)
    await leader.presses(APPROVE)
    await publish(post, leader, "只发群里", 群和频道="只发群和频道")
    await town.chores()
    assert len(tips_of(grid)) == 1
    (shown,) = said_in(group.chat)
    assert "只发群里" in shown["text"]


async def test_a_village_officer_neither_sees_a_switch_of_the_town_s_group_nor_writes_into_it(town):
    post, village, leader = await opened(town, "李干事", "周主任", "孙镇长")
    group = await switched_on(town, post)
    await village.says("/push")
    await village.presses("群和频道")
    assert "关掉「场镇群」" not in village.buttons
    await publish(village, leader)
    await town.chores()
    assert said_in(group.chat) == []


async def test_a_group_that_became_a_supergroup_gets_it_under_its_new_number(town):
    post, leader = await opened(town, "李干事", "孙镇长")
    group = await switched_on(town, post)
    new = group.upgrades()
    await town.settle()
    await publish(post, leader)
    await town.chores()
    assert len(said_in(new.chat)) == 1
    assert (chat(town).telegram_id, chat(town).is_on) == (new.id, True)


async def test_a_group_that_put_the_bot_out_is_dropped_and_counted_as_not_reached(town):
    post, leader = await opened(town, "李干事", "孙镇长")
    group = await switched_on(town, post)
    group.chat.members[town.telegram.bot.id] = "kicked"  # Telegram has not told the bot yet
    await publish(post, leader, 群和频道="只发群和频道")
    for _ in range(2):
        await town.chores()
    assert post.sees("送达 0 / 1，没送到 1")
    assert not chat(town).is_member


async def test_being_put_out_is_heard_and_being_let_in_again_too(town):
    post, chen = await opened(town, "李干事", "陈大哥")
    group = await switched_on(town, post)
    for status, is_member in (("kicked", False), ("member", True)):
        group.sets_bot(status, chen.phone)
        await town.settle()
        assert chat(town).is_member is is_member


@pytest.mark.parametrize(("member", "may_write"), [
    ({"status": "administrator", "can_post_messages": True}, True),
    ({"status": "administrator", "can_post_messages": False}, False),
    ({"status": "member"}, False),
    ({"status": "left"}, False),
])  # fmt: skip
async def test_in_a_channel_only_an_administrator_who_may_post_can_write(town, member, may_write):
    (post,) = await opened(town, "李干事")
    await let_into_channel(town, post, member)
    assert (chat(town).is_channel, chat(town).is_member) == (True, may_write)


RIGHTS = ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
          "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
          "can_edit_stories", "can_delete_stories")  # fmt: skip


async def let_into_channel(town: Township, who, member: dict) -> None:
    bot = town.telegram.bot.as_json()
    rights = dict.fromkeys(RIGHTS, False) if member["status"] == "administrator" else {}
    change = {"chat": {"id": CHANNEL, "type": "channel", "title": "示范镇消防"}, "from": who.phone.user.as_json(),
              "date": town.clock.timestamp(), "old_chat_member": {"status": "left", "user": bot},
              "new_chat_member": {"user": bot, **rights, **member}}  # fmt: skip
    await town.machine.keep([{"update_id": 5_000_000, "my_chat_member": change}])
    await town.settle()


async def test_a_channel_gets_the_calendar_s_tip(town):
    (post,) = await opened(town, "李干事")
    room = Room(CHANNEL, "channel", "示范镇消防", members={town.telegram.bot.id: "administrator"})
    town.telegram.chats[CHANNEL] = room
    await let_into_channel(town, post, {"status": "administrator", "can_post_messages": True})
    await post.says("/push")
    await post.presses("群和频道")
    assert "频道「示范镇消防」" in post.last
    await post.presses("开通「示范镇消防」")
    await post.presses("示范镇")
    await town.until(at(24, 8, 30))
    rows = town.read(lambda s: s.exec(select(Outgoing).where(Outgoing.key.like("%|chat|%"))).all())
    assert [row.state for row in rows] == ["sent"]


async def test_many_groups_are_shown_page_by_page(town):
    (post,) = await opened(town, "李干事")
    town.read(_many_groups)
    await post.says("/push")
    await post.presses("群和频道")
    await post.presses("后面的 ▶")
    await post.presses("后面的 ▶")
    assert "村民群19" in post.last
    assert "后面的 ▶" not in post.buttons
    await post.presses("◀ 前面的")
    assert "村民群8" in post.last


def _many_groups(s: Session) -> None:
    for n in range(20):
        s.add(Chat(telegram_id=-n - 1, title=f"村民群{n}" + "长" * 100, since=at(23, 9)))
