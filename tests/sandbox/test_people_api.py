"""What the chat page relies on: the people API over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.pictures import picture
from sandbox.telegram import Telegram

Live = tuple[Telegram, str]


class Page:
    """A client of the people API."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self.session = session
        self.base = base

    async def get(self, path: str, **query: Any) -> Any:
        async with self.session.get(f"{self.base}/sandbox/{path}", params=query) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def post(self, path: str, status: int = 200, form: aiohttp.FormData | None = None, **body: Any) -> Any:
        kind: dict[str, Any] = {"data": form} if form else {"json": body}
        async with self.session.post(f"{self.base}/sandbox/{path}", **kind) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()


@pytest.fixture
async def page(live: Live) -> AsyncIterator[Page]:
    async with aiohttp.ClientSession() as session:
        yield Page(session, live[1])


async def test_a_person_is_made_writes_presses_and_sees_the_answer(live: Live, page: Page) -> None:
    tg, _ = live
    wang = await page.post("people", first_name="秀兰", label="居民")
    chat = f"chats/{wang['id']}"
    await page.post(f"{chat}/text", text="<b>你好")
    markup = {"inline_keyboard": [[{"text": "提交", "callback_data": "1"}, {"text": "说明", "url": "https://x.cn"}]]}
    bold = {"text": "<b>好</b>", "parse_mode": "HTML"}
    await tg.call("sendMessage", {"chat_id": wang["id"], **bold, "reply_markup": markup})
    seen = await page.get(chat)
    mine, answer = seen["messages"]
    assert (mine["from"], mine["html"]) == ("me", "&lt;b&gt;你好")
    assert (answer["from"], answer["html"], answer["kind"]) == ("bot", "<b>好</b>", "text")
    assert [button["kind"] for button in answer["inline"][0]] == ["callback", "url"]
    assert (await page.get("people"))[0]["unread"] == 1
    await page.post(f"{chat}/press", message_id=answer["id"], row=0, col=0)
    tap = tg.updates.first()[-1].payload
    await tg.call("answerCallbackQuery", {"callback_query_id": tap["id"], "text": "收到", "show_alert": True})
    await tg.call("editMessageText", {"chat_id": wang["id"], "message_id": answer["id"], "text": "已提交"})
    later = await page.get(chat, after=seen["seq"])
    [edited] = later["messages"]
    assert (edited["id"], edited["text"], edited["edited"], edited["inline"]) == (answer["id"], "已提交", True, None)
    assert [(toast["text"], toast["alert"]) for toast in later["toasts"]] == [("收到", True)]
    assert (await page.get(chat, after=later["seq"]))["messages"] == []


async def test_a_waiting_page_wakes_for_news_and_for_a_jump_of_the_clock(live: Live, page: Page) -> None:
    tg, _ = live
    wang = tg.person("秀兰")
    seq = (wang.opens_link(), (await page.get(f"chats/{wang.id}"))["seq"])[1]
    waiting = asyncio.create_task(page.get(f"chats/{wang.id}", after=seq, wait=25))
    await asyncio.sleep(0.01)
    await tg.call("sendMessage", {"chat_id": wang.id, "text": "醒醒"})
    news = await waiting
    assert [message["text"] for message in news["messages"]] == ["醒醒"]
    waiting = asyncio.create_task(page.get(f"chats/{wang.id}", after=news["seq"], wait=25))
    await asyncio.sleep(0.01)
    moved = await page.post("clock", by=86_400)
    assert (await waiting)["now"][:10] == moved["now"][:10] == (await page.get("clock"))["now"][:10]
    await page.post("clock", status=400, to="2026-01-01T08:30:00")


async def test_pictures_papers_and_places_can_be_sent(live: Live, page: Page) -> None:
    tg, base = live
    wang = tg.person("秀兰")
    form = aiohttp.FormData({"caption": "两张"})
    for tint in (1, 2):
        form.add_field("files[]", picture(tint=tint), filename="a.png", content_type="image/png")
    await page.post(f"chats/{wang.id}/photos", form=form)
    voice = aiohttp.FormData()
    voice.add_field("file", b"OggS", filename="v.ogg", content_type="audio/ogg")
    await page.post(f"chats/{wang.id}/voice", form=voice)
    for deed in ("location", "contact", "sticker"):
        await page.post(f"chats/{wang.id}/{deed}")
    messages = (await page.get(f"chats/{wang.id}"))["messages"]
    assert [m["kind"] for m in messages] == ["photo", "photo", "voice", "location", "contact", "sticker"]
    assert messages[0]["media_group_id"] == messages[1]["media_group_id"]
    async with page.session.get(base + messages[1]["media"]["url"]) as answer:
        assert (await answer.read(), answer.content_type) == (picture(tint=2), "image/png")


async def test_what_cannot_be_done_is_explained(live: Live, page: Page) -> None:
    tg, _ = live
    wang = tg.person("秀兰")
    assert "sees no button" in (await page.post(f"chats/{wang.id}/press", status=409, label="提交"))["error"]
    await page.post(f"chats/{wang.id}/block", blocked=True)
    await page.post(f"chats/{wang.id}/text", status=409, text="在吗")
    await page.post("chats/5/text", status=404, text="在吗")
    await page.post("faults", status=400, kind="meteor")
    await page.post("groups", status=400, title="群", members=[5])


async def test_faults_transcript_and_groups_are_within_reach(live: Live, page: Page) -> None:
    tg, _ = live
    wang = tg.person("秀兰")
    group = await page.post("groups", title="第三网格", members=[wang.id])
    await page.post(f"chats/{wang.id}/text", text="/status", chat=group["id"])
    await page.post("faults", method="send*", kind="429", times=1, retry_after=3)
    await tg.call("sendMessage", {"chat_id": str(group["id"]), "text": "一"})
    await tg.call("sendMessage", {"chat_id": str(group["id"]), "text": "二"})
    calls = await page.get("transcript", method="sendMessage")
    assert [(call["status"], call["params"]["chat_id"]) for call in calls] == [(429, group["id"]), (200, group["id"])]
    shown = await page.get(f"chats/{wang.id}", chat=group["id"])
    assert [m["text"] for m in shown["messages"]][-2:] == ["/status", "二"]
    async with page.session.delete(f"{page.base}/sandbox/faults") as answer:
        assert answer.status == 200
    assert await page.get("faults") == []
