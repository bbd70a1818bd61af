"""The webhook: secret, order per queue, retries by the virtual clock, expiry, and no polling meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.people import Person
from sandbox.telegram import Telegram
from tests.sandbox.conftest import Bot

BUTTON = {"inline_keyboard": [[{"text": "提交", "callback_data": "1"}]]}


class Receiver:
    """A bot's web server that notes what arrives and answers as it is told."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.secrets: set[str | None] = set()
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.reply: dict[str, Any] | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def handle(self, request: web.Request) -> web.Response:
        self.got.append(await request.json())
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        await self.gate.wait()
        status, headers = self.answers.pop(0) if self.answers else (200, {})
        return web.json_response(self.reply, status=status, headers=headers)

    def texts(self) -> list[str]:
        return [u["message"]["text"] if "message" in u else "tap" for u in self.got]

    async def until(self, condition: Callable[[], Any]) -> None:
        async with asyncio.timeout(10):
            while not condition():  # noqa: ASYNC110 - what is watched is on the other side of a socket
                await asyncio.sleep(0.002)


@pytest.fixture
async def hook(tg: Telegram, bot: Bot) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    await bot("setWebhook", url=str(server.make_url("/hook")), secret_token="s3cret_-")
    yield receiver
    receiver.gate.set()
    await bot("deleteWebhook")
    await tg.webhook.stopped()
    await server.close()


async def test_updates_arrive_with_the_secret_and_are_confirmed(tg: Telegram, bot: Bot, hook: Receiver) -> None:
    wang = tg.person("秀兰")
    wang.says("一")
    wang.says("二")
    await hook.until(lambda: tg.updates.count() == 0)
    assert hook.texts() == ["一", "二"]
    assert hook.secrets == {"s3cret_-"}
    assert "webhook is active" in await bot.refused("getUpdates")


async def test_one_update_per_queue_is_in_flight_but_a_tap_may_overtake(bot: Bot, tg: Telegram, hook: Receiver) -> None:
    wang, li = tg.person("秀兰"), tg.person("志强")
    wang.says("/start")
    await bot("sendMessage", chat_id=wang.id, text="?", reply_markup=BUTTON)
    await hook.until(lambda: tg.updates.count() == 0)
    hook.gate.clear()
    wang.says("一")
    wang.says("二")
    wang.presses("提交")
    li.says("别的聊天")
    await hook.until(lambda: len(hook.got) == 4)
    assert sorted(hook.texts()[1:]) == ["tap", "一", "别的聊天"]
    hook.gate.set()
    await hook.until(lambda: tg.updates.count() == 0)
    assert hook.texts()[-1] == "二"


async def test_a_failure_holds_back_the_chat_and_is_retried_at_once_then_later(
    tg: Telegram, bot: Bot, hook: Receiver
) -> None:
    hook.answers = [(500, {}), (503, {}), (200, {})]
    wang = tg.person("秀兰")
    wang.says("一")
    wang.says("二")
    await hook.until(lambda: len(hook.got) == 2)
    info = await bot("getWebhookInfo")
    assert info["pending_update_count"] == 2
    assert info["last_error_message"].startswith("Wrong response from the webhook: 5")
    await hook.until(lambda: not hook.answers[1:])
    tg.clock.advance(timedelta(seconds=1))
    await hook.until(lambda: tg.updates.count() == 0)
    assert hook.texts() == ["一", "一", "一", "二"]


async def test_retry_after_is_honoured(tg: Telegram, hook: Receiver) -> None:
    hook.answers = [(503, {"Retry-After": "30"})]
    tg.person("秀兰").says("一")
    await hook.until(lambda: not hook.answers)
    tg.clock.advance(timedelta(seconds=29))
    await asyncio.sleep(0.02)
    assert hook.texts() == ["一"]
    tg.clock.advance(timedelta(seconds=1))
    await hook.until(lambda: tg.updates.count() == 0)
    assert hook.texts() == ["一", "一"]


async def test_a_tap_that_cannot_be_delivered_in_150_seconds_is_gone_a_message_is_not(
    tg: Telegram, bot: Bot, hook: Receiver
) -> None:
    wang: Person = tg.person("秀兰")
    wang.says("/start")
    await bot("sendMessage", chat_id=wang.id, text="?", reply_markup=BUTTON)
    await hook.until(lambda: tg.updates.count() == 0)
    hook.answers = [(503, {"Retry-After": "149"}), (503, {"Retry-After": "149"})]
    wang.presses("提交")
    wang.says("留言")
    await hook.until(lambda: not hook.answers)
    hook.answers = [(503, {"Retry-After": "60"})] * 2
    tg.clock.advance(timedelta(seconds=149))
    await hook.until(lambda: not hook.answers)
    tg.clock.advance(timedelta(seconds=60))
    await hook.until(lambda: tg.updates.count() == 0)
    assert hook.texts().count("tap") == 2
    assert hook.texts().count("留言") == 3


async def test_the_answer_to_a_webhook_may_be_a_call(tg: Telegram, hook: Receiver) -> None:
    wang = tg.person("秀兰")
    hook.reply = {"method": "sendMessage", "chat_id": wang.id, "text": "直接回复"}
    wang.says("一")
    await hook.until(lambda: wang.sees("直接回复"))


async def test_what_waits_survives_deleting_the_webhook(tg: Telegram, bot: Bot, hook: Receiver) -> None:
    hook.answers = [(500, {})] * 9
    tg.person("秀兰").says("一")
    await hook.until(lambda: len(hook.got) >= 2)
    await bot("deleteWebhook")
    assert [u["message"]["text"] for u in await bot.updates()] == ["一"]


async def test_only_loopback_addresses_and_proper_secrets_are_taken(bot: Bot) -> None:
    assert "loopback" in await bot.refused("setWebhook", url="https://example.org/hook")
    said = await bot.refused("setWebhook", url="http://127.0.0.1:9/", secret_token="有汉字")
    assert said == "Bad Request: secret token contains unallowed characters"
