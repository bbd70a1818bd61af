"""People write, press, vote and look; the bot gets what Telegram would give it, and no more."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.people import Person
from sandbox.telegram import Telegram
from tests.sandbox.conftest import Bot


def inline(*labels: str, **fields: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, **(fields or {"callback_data": label})}] for label in labels]}


async def fresh(bot: Bot) -> list[dict[str, Any]]:
    """The updates since the last look."""
    updates = await bot.updates()
    return [update for update in updates if update.get("message", {}).get("text") != "/start"]


async def test_an_album_is_separate_updates_with_one_group_and_the_caption_on_the_first(bot: Bot, wang: Person) -> None:
    wang.sends_album(3, "后门堵死了")
    messages = [update["message"] for update in await fresh(bot)]
    assert len({message["media_group_id"] for message in messages}) == 1
    assert [message.get("caption") for message in messages] == ["后门堵死了", None, None]
    assert len({message["photo"][-1]["file_unique_id"] for message in messages}) == 3


async def test_every_kind_of_message_reaches_the_bot(bot: Bot, wang: Person) -> None:
    wang.sends_document("清单.xlsx", size=500)
    wang.sends_voice(12)
    wang.sends_video(4, "看")
    wang.sends_sticker()
    wang.sends_location(30.5, 104.1)
    wang.sends_contact()
    wang.forwards("转来的")
    edited = wang.says("错字")
    wang.edits(edited.id, "改好了")
    updates = await fresh(bot)
    shown = [seen.kind for seen in wang.screen[1:]]
    assert shown == ["document", "voice", "video", "sticker", "location", "contact", "text", "text"]
    assert updates[0]["message"]["document"]["file_name"] == "清单.xlsx"
    assert updates[1]["message"]["voice"]["duration"] == 12
    assert updates[5]["message"]["contact"]["user_id"] == wang.id
    assert updates[6]["message"]["forward_origin"]["type"] == "hidden_user"
    assert (updates[7]["message"]["text"], updates[8]["edited_message"]["text"]) == ("错字", "改好了")


async def test_a_press_finds_the_newest_button_and_prefers_the_exact_label(bot: Bot, wang: Person) -> None:
    await bot("sendMessage", chat_id=wang.id, text="旧", reply_markup=inline("派给 张网格员", "提交"))
    newest = await bot("sendMessage", chat_id=wang.id, text="新", reply_markup=inline("提交并派单", "提交"))
    await bot("sendMessage", chat_id=wang.id, text="再", reply_markup=inline("取消提交"))
    await fresh(bot)
    wang.presses("提交")
    wang.presses("派给", resent=2)
    taps = [update["callback_query"] for update in await fresh(bot)]
    assert [tap["data"] for tap in taps] == ["提交", "派给 张网格员", "派给 张网格员"]
    assert taps[0]["message"]["message_id"] == newest["message_id"]
    assert len({tap["id"] for tap in taps}) == 3
    with pytest.raises(AssertionError, match="派给 张网格员"):
        wang.presses("删除")


async def test_buttons_below_the_input_write_or_send_a_place(bot: Bot, wang: Person) -> None:
    keyboard = {"keyboard": [["上报隐患"], [{"text": "发位置", "request_location": True}]], "one_time_keyboard": True}
    await bot("sendMessage", chat_id=wang.id, text="选", reply_markup=keyboard)
    assert wang.reply_keyboard == [["上报隐患"], ["发位置"]]
    wang.presses("上报隐患")
    assert wang.reply_keyboard is None
    await bot("sendMessage", chat_id=wang.id, text="选", reply_markup=keyboard)
    wang.presses("发位置")
    await bot("sendMessage", chat_id=wang.id, text="好", reply_markup={"remove_keyboard": True})
    assert wang.reply_keyboard is None
    said, sent = [update["message"] for update in await fresh(bot)]
    assert said["text"] == "上报隐患"
    assert "location" in sent


async def test_a_deep_link_button_presses_start(tg: Telegram, bot: Bot, wang: Person) -> None:
    link = f"https://t.me/{tg.bot.username}?start=join_7"
    await bot("sendMessage", chat_id=wang.id, text="加入", reply_markup=inline("打开", url=link))
    wang.presses("打开")
    assert wang.screen[-1].text == "/start join_7"


async def test_unread_counts_what_others_wrote_since_one_looked(bot: Bot, wang: Person) -> None:
    await bot("sendMessage", chat_id=wang.id, text="一")
    await bot("sendMessage", chat_id=wang.id, text="二")
    assert wang.unread == 2
    wang.marks_read()
    assert wang.unread == 0
    assert wang.last.text == "二"
    assert not wang.sees("/start")


async def test_a_quiz_is_voted_once_and_shows_its_explanation_afterwards(bot: Bot, wang: Person) -> None:
    quiz = {"question": "油锅起火先做什么", "options": ["浇水", "盖锅盖"], "type": "quiz", "correct_option_ids": [1],
            "explanation": "隔绝空气", "is_anonymous": False, "open_period": 60}  # fmt: skip
    for wrong in (
        {"options": ["一"]}, {"options": ["一"] * 13}, {"question": "长" * 301}, {"explanation": "长" * 201},
        {"explanation": "一\n二\n三\n四"}, {"options": ["长" * 101, "二"]}, {"correct_option_ids": [2]},
    ):  # fmt: skip
        assert (await bot.refused("sendPoll", chat_id=wang.id, **(quiz | wrong))).startswith("Bad Request: ")
    await bot("sendPoll", chat_id=wang.id, **quiz)
    await fresh(bot)
    assert wang.last.page_json()["poll"]["explanation"] is None
    wang.votes(wang.last.id, 1)
    poll, answer = await fresh(bot)
    assert [option["voter_count"] for option in poll["poll"]["options"]] == [0, 1]
    assert (answer["poll_answer"]["user"]["id"], answer["poll_answer"]["option_ids"]) == (wang.id, [1])
    assert wang.last.page_json()["poll"]["explanation"] == "隔绝空气"
    with pytest.raises(AssertionError, match="once"):
        wang.votes(wang.last.id, 0)
    assert (await bot("stopPoll", chat_id=wang.id, message_id=wang.last.id))["is_closed"]


async def test_privacy_mode_hides_small_talk_in_a_group(tg: Telegram, bot: Bot, wang: Person) -> None:
    li = tg.person("志强")
    group = tg.group("第三网格", [wang, li])
    sent = await bot("sendMessage", chat_id=group.id, text="今日巡查")
    await fresh(bot)
    wang.says("吃了吗", chat=group)
    wang.says("/status", chat=group)
    wang.says("/status@other_bot", chat=group)
    li.says(f"@{tg.bot.username} 在吗", chat=group)
    li.says("收到", chat=group, reply_to=sent["message_id"])
    assert [u["message"]["text"] for u in await fresh(bot)] == ["/status", f"@{tg.bot.username} 在吗", "收到"]
    group.sets_bot("administrator", wang)
    wang.says("吃了吗", chat=group)
    change, heard = await fresh(bot)
    assert change["my_chat_member"]["new_chat_member"]["status"] == "administrator"
    assert heard["message"]["text"] == "吃了吗"
    assert li.sees("今日巡查", chat=group)
    assert await bot("getChatMemberCount", chat_id=group.id) == 3


async def test_an_upgraded_group_answers_with_its_new_id(tg: Telegram, bot: Bot, wang: Person) -> None:
    old = tg.group("第三网格", [wang])
    new = old.upgrades()
    _, body = await tg.call("sendMessage", {"chat_id": old.id, "text": "提醒"})
    assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert body["parameters"] == {"migrate_to_chat_id": new.id}
    assert await bot("sendMessage", chat_id=new.id, text="提醒")
    new.sets_bot("kicked", wang)
    said = await bot.refused("sendMessage", chat_id=new.id, text="?")
    assert said == "Forbidden: bot was kicked from the supergroup chat"


async def test_commands_are_resolved_by_the_narrowest_scope(tg: Telegram, bot: Bot, wang: Person) -> None:
    li = tg.person("志强")
    for name, scope in (("start", {"type": "default"}), ("report", {"type": "all_private_chats"}),
                        ("patrol", {"type": "chat", "chat_id": wang.id})):  # fmt: skip
        await bot("setMyCommands", commands=[{"command": name, "description": "说明"}], scope=scope)
    assert tg.profile.seen_by(wang.user, wang.chat)[0]["command"] == "patrol"
    assert tg.profile.seen_by(li.user, li.chat)[0]["command"] == "report"
    await bot("deleteMyCommands", scope={"type": "all_private_chats"})
    assert tg.profile.seen_by(li.user, li.chat)[0]["command"] == "start"
    bad = [{"command": "Report!", "description": "说明"}]
    assert await bot.refused("setMyCommands", commands=bad) == "Bad Request: BOT_COMMAND_INVALID"


async def test_an_inline_query_is_answered_and_one_result_is_sent(bot: Bot, wang: Person) -> None:
    await fresh(bot)
    query = wang.asks_inline("灭火器")
    [update] = await fresh(bot)
    article = {"type": "article", "id": "1", "title": "灭火器", "input_message_content": {"message_text": "提拔握压"}}
    twice = await bot.refused("answerInlineQuery", inline_query_id=query.id, results=[article, article])
    assert twice == "Bad Request: RESULT_ID_DUPLICATE"
    await bot("answerInlineQuery", inline_query_id=update["inline_query"]["id"], results=[article])
    assert wang.chooses(query).text == "提拔握压"


async def test_blocking_is_told_to_the_bot(bot: Bot, wang: Person) -> None:
    await fresh(bot)
    wang.blocks()
    [update] = await fresh(bot)
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    with pytest.raises(AssertionError, match="blocked"):
        wang.says("在吗")


async def test_copies_have_no_origin_and_forwards_have_one(tg: Telegram, bot: Bot, wang: Person) -> None:
    li = tg.person("志强")
    li.opens_link()
    source = {"from_chat_id": wang.id, "message_id": wang.sends_photo("后门").id}
    await bot("copyMessage", chat_id=li.id, **source, caption="<i>已核</i>", parse_mode="HTML")
    assert (li.last.text, li.last.kind, "forward_origin" in li.last.data) == ("已核", "photo", False)
    await bot("forwardMessage", chat_id=li.id, **source)
    assert li.last.data["forward_origin"]["sender_user"]["id"] == wang.id
    await bot("pinChatMessage", chat_id=li.id, message_id=li.last.id)
    assert (await bot("getChat", chat_id=li.id))["pinned_message"]["caption"] == "后门"
