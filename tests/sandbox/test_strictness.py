"""The sandbox refuses what Telegram refuses, in Telegram's own words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.params import UploadedFile
from sandbox.people import Person
from sandbox.pictures import picture
from sandbox.telegram import Telegram
from sandbox.texts import as_html
from tests.sandbox.conftest import Bot

MEGABYTE = 1024 * 1024
NINE_IN_A_ROW = {"inline_keyboard": [[{"text": "好", "callback_data": "1"}] * 9]}


def button(**fields: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "好", **fields}]]}


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"text": "消" * 4097}, "message is too long"),
        ({"text": "🔥" * 2049}, "message is too long"),
        ({"text": "好", "parse_mode": "Klingon"}, "unsupported parse_mode"),
        ({"text": "好", "reply_markup": button(callback_data="")}, "BUTTON_DATA_INVALID"),
        ({"text": "好", "reply_markup": button(callback_data="消" * 22)}, "BUTTON_DATA_INVALID"),
        ({"text": "好", "reply_markup": NINE_IN_A_ROW}, "reply markup is too long"),
        ({"text": "好", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ({"text": "好", "chat_id": 5}, "chat not found"),
        ({"text": "好", "chat_id": ""}, "chat_id is empty"),
    ],
)
async def test_a_message_must_be_one_telegram_would_take(
    bot: Bot, wang: Person, params: dict[str, Any], complaint: str
) -> None:
    assert await bot.refused("sendMessage", **{"chat_id": wang.id, **params}) == f"Bad Request: {complaint}"


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<b>未完", "Can't find end tag corresponding to start tag \"b\""),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("消防<div>", 'Unsupported start tag "div" at byte offset 6'),
        ("<b>一</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
        ("一</b>", "Unexpected end tag at byte offset 3"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<span>一</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
async def test_html_that_cannot_be_parsed_names_the_byte(bot: Bot, wang: Person, source: str, complaint: str) -> None:
    said = await bot.refused("sendMessage", chat_id=wang.id, text=source, parse_mode="HTML")
    assert said == f"Bad Request: can't parse entities: {complaint}"


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("整改期限3.5天", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("*未完", "Can't find end of Bold entity at byte offset 0"),
        ("消`x", "Can't find end of Code entity at byte offset 3"),
    ],
)
async def test_markdown_that_cannot_be_parsed_says_why(bot: Bot, wang: Person, source: str, complaint: str) -> None:
    said = await bot.refused("sendMessage", chat_id=wang.id, text=source, parse_mode="MarkdownV2")
    assert said == f"Bad Request: can't parse entities: {complaint}"


async def test_html_becomes_text_and_entities_counted_in_utf16(bot: Bot, wang: Person) -> None:
    link = '<a href="https://x.cn/?a=1&amp;b=2">看</a>'
    source = f'🔥<b>危 <i>险</i></b> {link} &lt;3 <pre><code class="language-py">1</code></pre>'
    sent = await bot("sendMessage", chat_id=wang.id, text=source, parse_mode="HTML")
    assert sent["text"] == "🔥危 险 看 <3 1"
    assert sent["entities"] == [
        {"type": "bold", "offset": 2, "length": 3},
        {"type": "italic", "offset": 4, "length": 1},
        {"type": "text_link", "offset": 6, "length": 1, "url": "https://x.cn/?a=1&b=2"},
        {"type": "pre", "offset": 11, "length": 1, "language": "py"},
    ]
    assert wang.last.html.startswith('🔥<b>危 <i>险</i></b> <a href="https://x.cn/?a=1&amp;b=2"')


async def test_markdown_becomes_the_same_entities(bot: Bot, wang: Person) -> None:
    source = "*危 _险_* ~旧~ ||密|| `码` [看](https://x.cn) 3\\.5\n>引用"
    sent = await bot("sendMessage", chat_id=wang.id, text=source, parse_mode="MarkdownV2")
    assert sent["text"] == "危 险 旧 密 码 看 3.5\n引用"
    kinds = [entity["type"] for entity in sent["entities"]]
    assert kinds == ["bold", "italic", "strikethrough", "spoiler", "code", "text_link", "blockquote"]


def test_a_page_gets_safe_html_even_for_hostile_text() -> None:
    hostile = '<img src=x onerror="alert(1)">'
    entities = [
        {"type": "bold", "offset": 0, "length": 8},
        {"type": "italic", "offset": 4, "length": 8},
        {"type": "text_link", "offset": 0, "length": 4, "url": "javascript:alert(1)"},
    ]
    shown = as_html(hostile, entities)
    assert "<img" not in shown
    assert "javascript" not in shown
    assert shown.startswith("<b>&lt;img<i> src</i></b><i>")


async def test_exactly_the_limits_are_accepted_after_parsing(bot: Bot, wang: Person) -> None:
    text = "<b>" + "消" * 4096 + "</b>"
    assert await bot("sendMessage", chat_id=wang.id, text=text, parse_mode="HTML")
    assert await bot("sendMessage", chat_id=wang.id, text="好", reply_markup=button(callback_data="x" * 64))
    photo = wang.sends_photo().file
    assert photo
    assert await bot("sendPhoto", chat_id=wang.id, photo=photo.file_id, caption="消" * 1024)
    said = await bot.refused("sendPhoto", chat_id=wang.id, photo=photo.file_id, caption="消" * 1025)
    assert said == "Bad Request: message caption is too long"


async def test_edits_are_refused_when_nothing_changes_or_the_message_is_not_ours(bot: Bot, wang: Person) -> None:
    same = {"chat_id": wang.id, "text": "<b>一</b>", "parse_mode": "HTML", "reply_markup": button(callback_data="1")}
    sent = await bot("sendMessage", **same)
    edit = {"chat_id": wang.id, "message_id": sent["message_id"]}
    assert "message is not modified: specified" in await bot.refused("editMessageText", **(edit | same))
    own = edit | {"message_id": wang.says("我写的").id}
    assert "message can't be edited" in await bot.refused("editMessageText", **own, text="二")
    gone = edit | {"message_id": 999}
    assert "message to edit not found" in await bot.refused("editMessageText", **gone, text="二")
    assert "no caption" in await bot.refused("editMessageCaption", **edit, caption="二")
    await bot("editMessageText", **edit, text="二")
    assert (wang.last.text, wang.last.labels, wang.last.edited) == ("二", [], True)


async def test_a_message_with_a_reply_keyboard_cannot_be_edited(bot: Bot, wang: Person) -> None:
    sent = await bot("sendMessage", chat_id=wang.id, text="选", reply_markup={"keyboard": [["上报隐患"]]})
    said = await bot.refused("editMessageText", chat_id=wang.id, message_id=sent["message_id"], text="二")
    assert said == "Bad Request: message can't be edited"


async def test_deleting_works_for_48_hours(tg: Telegram, bot: Bot, wang: Person) -> None:
    first = (await bot("sendMessage", chat_id=wang.id, text="一"))["message_id"]
    tg.clock.advance(timedelta(hours=47, minutes=59))
    assert await bot("deleteMessage", chat_id=wang.id, message_id=first)
    assert not wang.sees("一")
    assert "message to delete not found" in await bot.refused("deleteMessage", chat_id=wang.id, message_id=first)
    second = await bot("sendMessage", chat_id=wang.id, text="二")
    tg.clock.advance(timedelta(hours=48))
    assert "can't be deleted" in await bot.refused("deleteMessage", chat_id=wang.id, message_id=second["message_id"])


async def test_a_bot_cannot_write_to_strangers_blockers_and_the_deleted(tg: Telegram, bot: Bot, wang: Person) -> None:
    stranger = tg.person("陌生人")
    assert await bot.refused("sendMessage", chat_id=stranger.id, text="您好") == "Bad Request: chat not found"
    tg.group("网格群", [wang, stranger])
    said = await bot.refused("sendMessage", chat_id=stranger.id, text="您好")
    assert said == "Forbidden: bot can't initiate conversation with a user"
    wang.blocks()
    assert await bot.refused("sendMessage", chat_id=wang.id, text="您好") == "Forbidden: bot was blocked by the user"
    wang.unblocks()
    assert await bot("sendMessage", chat_id=wang.id, text="您好")
    wang.deactivates()
    assert await bot.refused("sendMessage", chat_id=wang.id, text="您好") == "Forbidden: user is deactivated"


async def test_a_tap_is_answered_once_and_within_150_seconds(tg: Telegram, bot: Bot, wang: Person) -> None:
    await bot("sendMessage", chat_id=wang.id, text="好吗", reply_markup=button(callback_data="1"))
    await bot.updates()
    wang.presses("好")
    wang.presses("好")
    first, second = (u["callback_query"]["id"] for u in await bot.updates())
    assert "MESSAGE_TOO_LONG" in await bot.refused("answerCallbackQuery", callback_query_id=first, text="长" * 201)
    assert await bot("answerCallbackQuery", callback_query_id=first, text="收到")
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert await bot.refused("answerCallbackQuery", callback_query_id=first) == too_old
    assert await bot.refused("answerCallbackQuery", callback_query_id="7") == too_old
    tg.clock.advance(timedelta(seconds=150))
    assert await bot.refused("answerCallbackQuery", callback_query_id=second) == too_old
    assert [toast.text for toast in wang.toasts] == ["收到"]


async def test_files_are_checked_when_they_come_and_when_they_go(tg: Telegram, bot: Bot, wang: Person) -> None:
    big = wang.sends_document("监控.zip", size=21 * MEGABYTE).file
    fine = wang.sends_document("监控.zip", size=20 * MEGABYTE).file
    assert big
    assert fine
    assert await bot.refused("getFile", file_id=big.file_id) == "Bad Request: file is too big"
    assert (await bot("getFile", file_id=fine.file_id))["file_size"] == len(fine.read()) == 20 * MEGABYTE
    assert "wrong file identifier" in await bot.refused("sendPhoto", chat_id=wang.id, photo="AgAC-nobody")
    assert "type Document as Photo" in await bot.refused("sendPhoto", chat_id=wang.id, photo=fine.file_id)
    for content, complaint in (
        (picture().ljust(11 * MEGABYTE, b"\0"), "too big for a photo"),
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (b"", "file must be non-empty"),
    ):
        _, body = await tg.call("sendPhoto", {"chat_id": wang.id}, {"photo": UploadedFile("a.png", content)})
        assert complaint in body["description"]


async def test_flood_limits_hold_overall_per_chat_and_per_group(tg: Telegram, bot: Bot, wang: Person) -> None:
    tg.flood.enabled = True
    group = tg.group("网格群", [wang])
    people = [tg.person(f"居民{number}") for number in range(31)]
    for person in people:
        person.opens_link()
    for person in people[:30]:
        await bot("sendMessage", chat_id=person.id, text="提醒")
    assert await bot.refused("sendMessage", chat_id=people[30].id, text="提醒") == "Too Many Requests: retry after 1"
    tg.clock.advance(timedelta(minutes=2))
    for _ in range(20):
        await bot("sendMessage", chat_id=wang.id, text="提醒")
    assert await bot.refused("sendMessage", chat_id=wang.id, text="提醒") == "Too Many Requests: retry after 1"
    tg.clock.advance(timedelta(seconds=1))
    await bot("sendMessage", chat_id=wang.id, text="提醒")
    for _ in range(20):
        await bot("sendMessage", chat_id=group.id, text="提醒")
        tg.clock.advance(timedelta(seconds=1))
    _, body = await tg.call("sendMessage", {"chat_id": group.id, "text": "提醒"})
    assert body["parameters"] == {"retry_after": 40}
