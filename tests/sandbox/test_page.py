"""The chat page in a real Chromium: a person writes, taps, votes and jumps the clock; a bot answers over HTTP."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, FilePayload, Locator, Page, Route, ViewportSize, async_playwright, expect

from sandbox.server import create_app
from sandbox.telegram import Telegram

CHROMIUM = shutil.which("chromium")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
PHONE = ViewportSize(width=390, height=844)
DESKTOP = ViewportSize(width=1280, height=900)

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH: install Debian's chromium to test the chat page"),
]
expect.set_options(timeout=15_000)


class Stage:
    """One Telegram on a port of its own, the bot's side of it, and a browser tab that looks at it."""

    def __init__(self, url: str, token: str, http: aiohttp.ClientSession, page: Page) -> None:
        self.url = url
        self.http = http
        self.page = page
        self._bot_url = f"{url}/bot{token}"
        self._offset = 0

    async def people_join(self, **labels: str) -> dict[str, int]:
        """Adds one person per name and gives their ids, in the order of the names."""
        joined = [await self.post("/sandbox/people", first_name=name, label=label) for name, label in labels.items()]
        return {person["first_name"]: person["id"] for person in joined}

    async def post(self, path: str, **body: Any) -> Any:
        async with self.http.post(self.url + path, json=body) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def bot(self, method: str, **params: Any) -> Any:
        """The result of a Bot API call that has to succeed."""
        async with self.http.post(f"{self._bot_url}/{method}", json=params) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def bot_hears(self, kind: str) -> dict[str, Any]:
        """The next update of `kind`, e.g. "message"; updates of other kinds are passed over."""
        while True:
            updates = await self.bot("getUpdates", offset=self._offset, limit=1, timeout=10)
            assert updates, f"the bot waited in vain for {kind}"
            self._offset = updates[0]["update_id"] + 1
            if kind in updates[0]:
                return dict(updates[0][kind])

    async def become(self, name: str, first_word: str | None = None) -> None:
        """Opens the page, chooses a person, and lets them write to the bot, which reads it."""
        if self.page.url == "about:blank":
            await self.page.goto(self.url)
        await self.page.locator(".person", has_text=name).click()
        await expect(self.page.locator("#chat-subtitle")).to_contain_text(name)
        if first_word:
            await self.say(first_word)
            await self.bot_hears("message")

    async def say(self, text: str) -> None:
        box = self.page.get_by_role("textbox", name="消息", exact=True)
        await box.fill(text)
        await box.press("Enter")
        await expect(self.bubble(text)).to_be_visible()

    def bubble(self, text: str) -> Locator:
        return self.page.locator(".bubble", has_text=text)

    async def attach(self, what: str) -> Locator:
        """Opens the sheet behind an entry of the paperclip menu."""
        await self.page.get_by_role("button", name="发送附件").click()
        await self.page.get_by_role("menuitem", name=re.compile(f"^{what}")).click()
        return self.page.get_by_role("dialog")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="module")
async def stage(browser: Browser) -> AsyncIterator[Stage]:
    telegram = Telegram()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings = uvicorn.Config(create_app(telegram), log_config=None, ws="none", timeout_graceful_shutdown=1)
        server = uvicorn.Server(settings)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        tab = await browser.new_context(viewport=DESKTOP, locale="zh-CN")
        async with aiohttp.ClientSession() as http:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            yield Stage(url, telegram.bot_token, http, await tab.new_page())
        await tab.close()
        telegram.clock.jump(by=timedelta())  # ends the long polls, so that the server need not wait for them
        server.should_exit = True
        await serving


def keys(*rows: list[tuple[str, str]]) -> dict[str, Any]:
    """Inline keyboard of (text, callback data)."""
    return {"inline_keyboard": [[{"text": text, "callback_data": data} for text, data in row] for row in rows]}


async def test_a_person_writes_taps_a_button_and_sees_the_answer_change(stage: Stage) -> None:
    chen = (await stage.people_join(陈桂香="居民"))["陈桂香"]
    await stage.become("陈桂香")
    await stage.say("菜市场后门被货堵死了")
    heard = await stage.bot_hears("message")
    assert heard["text"] == "菜市场后门被货堵死了"
    assert heard["from"]["id"] == chen

    gates = keys([("后门", "b"), ("东门", "e")])
    question = await stage.bot("sendMessage", chat_id=chen, text="在哪儿？", reply_markup=gates)
    await stage.page.get_by_role("button", name="后门").click()
    tap = await stage.bot_hears("callback_query")
    assert tap["data"] == "b"

    await stage.bot("answerCallbackQuery", callback_query_id=tap["id"], text="记下了")
    await stage.bot("editMessageText", chat_id=chen, message_id=question["message_id"], text="地点：后门")
    await expect(stage.page.locator(".toast", has_text="记下了")).to_be_visible()
    await expect(stage.bubble("地点：后门")).to_contain_text("已编辑")
    await expect(stage.page.get_by_role("button", name="东门")).to_have_count(0)


async def test_an_alert_waits_until_it_is_confirmed(stage: Stage) -> None:
    chen = (await stage.people_join(陈桂香="居民"))["陈桂香"]
    await stage.become("陈桂香", "你好")
    await stage.bot("sendMessage", chat_id=chen, text="评价一下", reply_markup=keys([("满意", "5")]))
    await stage.page.get_by_role("button", name="满意").click()
    tap = await stage.bot_hears("callback_query")
    await stage.bot("answerCallbackQuery", callback_query_id=tap["id"], text="您已经评价过了", show_alert=True)
    sheet = stage.page.get_by_role("dialog", name="提示")
    await expect(sheet).to_contain_text("您已经评价过了")
    await sheet.get_by_role("button", name="知道了").click()
    await expect(sheet).to_have_count(0)


async def test_an_album_of_sample_photos_arrives_as_one_grid(stage: Stage) -> None:
    await stage.people_join(陈桂香="居民")
    await stage.become("陈桂香", "你好")
    sheet = await stage.attach("相册")
    for sample in ("后门堆货", "楼道充电", "灭火器"):
        await sheet.get_by_role("button", name=sample).click()
    await expect(sheet.locator(".preview img")).to_have_count(3)
    await sheet.get_by_role("textbox", name="说明").fill("三张照片")
    await sheet.get_by_role("button", name="发送").click()

    heard = [await stage.bot_hears("message") for _ in range(3)]
    assert len({message["media_group_id"] for message in heard}) == 1
    assert [message.get("caption") for message in heard] == ["三张照片", None, None]
    grid = stage.bubble("三张照片").locator(".album img")
    await expect(grid).to_have_count(3)
    await expect(grid.last).to_have_js_property("complete", True)
    assert await grid.evaluate_all("images => images.map(image => image.naturalWidth > 0)") == [True] * 3


async def test_an_album_of_one_is_refused_before_it_is_sent(stage: Stage) -> None:
    await stage.people_join(陈桂香="居民")
    await stage.become("陈桂香")
    sheet = await stage.attach("相册")
    await sheet.get_by_role("button", name="灭火器").click()
    await sheet.get_by_role("button", name="发送").click()
    await expect(sheet.get_by_role("alert")).to_contain_text("至少要 2 张")


async def test_a_voice_a_file_and_a_place_reach_the_bot_and_show_as_cards(stage: Stage) -> None:
    await stage.people_join(陈桂香="居民")
    await stage.become("陈桂香", "你好")
    for entry, kind, name, card in [("语音文件", "voice", "话.ogg", ".voice"), ("文件", "document", "表.csv", ".file")]:
        sheet = await stage.attach(entry)
        file = FilePayload(name=name, mimeType="audio/ogg", buffer=b"OggS")
        await sheet.locator("input[type=file]").set_input_files(file)
        await sheet.get_by_role("button", name="发送").click()
        assert kind in await stage.bot_hears("message")
        await expect(stage.page.locator(f".bubble {card}").last).to_be_visible()
    sheet = await stage.attach("位置")
    await sheet.get_by_role("button", name="张记面馆").click()
    assert (await stage.bot_hears("message"))["location"]["latitude"] == pytest.approx(29.9015)
    await expect(stage.page.locator(".place")).to_contain_text("29.9015")


async def test_a_message_to_somebody_else_raises_their_badge_until_they_look(stage: Stage) -> None:
    ids = await stage.people_join(陈桂香="居民", 赵海峰="消防管理岗")
    await stage.become("赵海峰", "/start")
    await stage.become("陈桂香")
    for text in ("新的隐患待派单", "今天的汇总"):
        await stage.bot("sendMessage", chat_id=ids["赵海峰"], text=text)
    zhao = stage.page.locator(".person", has_text="赵海峰")
    await expect(zhao.locator(".badge")).to_have_text("2")
    await zhao.click()
    await expect(stage.bubble("新的隐患待派单")).to_be_visible()
    await stage.page.locator(".person", has_text="陈桂香").click()
    await expect(stage.page.locator(".badge")).to_have_count(0)


async def test_the_clock_jumps_to_tomorrow_morning(stage: Stage) -> None:
    await stage.people_join(陈桂香="居民")
    await stage.become("陈桂香")
    panel = stage.page.get_by_role("region", name="小镇时间")
    before = await panel.locator(".clock-day").text_content()
    await panel.get_by_role("button", name="到明天早上 8:30").click()
    await expect(panel.locator(".clock-time")).to_have_text("08:30")
    await expect(panel.locator(".clock-day")).not_to_have_text(before or "")
    next_day = await panel.locator(".clock-day").text_content()
    await panel.get_by_role("button", name="一周后").click()
    await expect(panel.locator(".clock-day")).not_to_have_text(next_day or "")
    await expect(panel.locator(".clock-day")).to_contain_text((next_day or "")[-3:])


async def test_a_quiz_shows_right_and_wrong_with_its_explanation_after_the_vote(stage: Stage) -> None:
    chen = (await stage.people_join(陈桂香="居民"))["陈桂香"]
    await stage.become("陈桂香", "你好")
    await stage.bot(
        "sendPoll", chat_id=chen, question="电池在哪儿充？", type="quiz", correct_option_id=1, is_anonymous=False,
        options=[{"text": "床头"}, {"text": "楼下充电棚"}], explanation="电池不进楼。",
    )  # fmt: skip
    poll = stage.page.get_by_role("group", name="小测验")
    await expect(poll).not_to_contain_text("电池不进楼。")
    await poll.get_by_role("button", name="床头").click()
    await expect(poll).to_contain_text("电池不进楼。")
    await expect(poll.locator(".wrong")).to_contain_text("床头")
    await expect(poll.locator(".right")).to_contain_text("楼下充电棚")
    assert (await stage.bot_hears("poll_answer"))["option_ids"] == [0]


async def test_the_reply_keyboard_says_its_words_and_a_deleted_message_is_gone(stage: Stage) -> None:
    chen = (await stage.people_join(陈桂香="居民"))["陈桂香"]
    await stage.become("陈桂香", "你好")
    menu = {"keyboard": [[{"text": "我要反映"}, {"text": "我的进度"}]], "resize_keyboard": True}
    sent = await stage.bot("sendMessage", chat_id=chen, text="请选", reply_markup=menu)
    await stage.page.get_by_role("group", name="快捷键盘").get_by_role("button", name="我的进度").click()
    assert (await stage.bot_hears("message"))["text"] == "我的进度"
    await stage.bot("deleteMessage", chat_id=chen, message_id=sent["message_id"])
    await expect(stage.bubble("请选")).to_have_count(0)


async def test_the_last_own_message_can_be_corrected(stage: Stage) -> None:
    await stage.people_join(陈桂香="居民")
    await stage.become("陈桂香", "后门堵了")
    await stage.page.get_by_role("button", name="编辑这条消息").last.click()
    await stage.say("东门堵了")
    assert (await stage.bot_hears("edited_message"))["text"] == "东门堵了"
    await expect(stage.bubble("东门堵了")).to_contain_text("已编辑")
    await expect(stage.bubble("后门堵了")).to_have_count(0)


async def test_a_stopped_bot_can_be_started_again_and_a_reload_keeps_the_person(stage: Stage) -> None:
    await stage.people_join(陈桂香="居民")
    await stage.become("陈桂香", "你好")
    await stage.page.get_by_role("button", name="更多").click()
    await stage.page.get_by_role("menuitem", name="停用机器人").click()
    await expect(stage.page.get_by_text("你已停用机器人，")).to_be_visible()
    await stage.page.reload()
    await expect(stage.page.locator("#chat-subtitle")).to_contain_text("陈桂香")
    await stage.page.get_by_role("button", name="重新启用").click()
    await stage.say("又来了")


async def test_a_new_neighbour_can_be_invented_on_the_page(stage: Stage) -> None:
    await stage.page.goto(stage.url)
    await expect(stage.page).to_have_title("吹哨 · 本地试用")
    await expect(stage.page.get_by_text("演示环境，人物均为虚构")).to_be_visible()
    await stage.page.get_by_role("button", name="新居民").click()
    await stage.page.get_by_label("怎么称呼").fill("周阿姨")
    await stage.page.get_by_role("button", name="添加并开始聊").click()
    await expect(stage.page.locator("#chat-subtitle")).to_contain_text("周阿姨")
    await stage.page.get_by_role("button", name="开始", exact=True).click()
    assert (await stage.bot_hears("message"))["text"] == "/start"


async def test_markup_from_outside_never_becomes_live(stage: Stage) -> None:
    evil = "<b>粗</b><img src=x onerror='pwned=1'><script>pwned=1</script><a href='javascript:pwned=1'>链</a>"

    async def poison(route: Route) -> None:
        answer = await route.fetch()
        page = await answer.json()
        for message in page["messages"]:
            message["html"] = evil
        await route.fulfill(response=answer, json=page)

    chen = (await stage.people_join(陈桂香="居民"))["陈桂香"]
    await stage.post(f"/sandbox/chats/{chen}/text", text="随便什么")
    await stage.page.route(re.compile(r"/sandbox/chats/\d+\?after=0&wait=0$"), poison)
    await stage.become("陈桂香")
    words = stage.bubble("粗链").locator(".words")
    await expect(words.locator("b")).to_have_text("粗")
    await expect(words.locator("img, script, a")).to_have_count(0)
    assert await stage.page.evaluate("window.pwned") is None


async def test_a_server_that_is_gone_is_said_in_a_bar_that_leaves_by_itself(stage: Stage) -> None:
    await stage.people_join(陈桂香="居民")
    await stage.become("陈桂香")
    await stage.page.context.set_offline(True)
    bar = stage.page.locator("#trouble")
    await expect(bar).to_contain_text("连不上本地服务")
    await stage.page.get_by_role("button", name="立即重试").click()
    await expect(bar).to_be_visible()
    await stage.page.context.set_offline(False)
    await expect(bar).to_be_hidden()
    await stage.say("还在")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_on_a_phone_nothing_sticks_out_and_everything_can_be_hit(stage: Stage, scheme: Any) -> None:
    chen = (await stage.people_join(陈桂香="居民"))["陈桂香"]
    await stage.page.set_viewport_size(PHONE)
    await stage.page.emulate_media(color_scheme=scheme)
    await stage.page.goto(stage.url)
    await stage.page.locator(".person", has_text="陈桂香").wait_for()
    assert await what_is_wrong(stage.page) == []
    await stage.become("陈桂香", "很长的地址 https://example.org/" + "a" * 120)
    wide = keys([("一个写得特别特别特别长的按钮说明", "a"), ("第二个也不短的按钮说明", "b")], [("三", "c")])
    await stage.bot("sendMessage", chat_id=chen, text="字" * 300 + "W" * 200, reply_markup=wide)
    await expect(stage.page.get_by_role("button", name="三", exact=True)).to_be_visible()
    assert await what_is_wrong(stage.page) == []
    await stage.page.get_by_role("button", name="返回人物列表").click()
    await expect(stage.page.get_by_text("你想扮演谁？")).to_be_visible()


async def what_is_wrong(page: Page) -> list[str]:
    """Sideways scrolling, tap targets below 44 px and letters below 15 px, as words."""
    found: list[str] = await page.evaluate(
        """() => {
          const seen = (node) => node.checkVisibility() && !node.closest(".offscreen");
          const all = [...document.body.querySelectorAll("*")].filter(seen);
          const wide = document.documentElement.scrollWidth > innerWidth ? ["page scrolls sideways"] : [];
          const log = document.getElementById("thread");
          if (log.scrollWidth > log.clientWidth) wide.push("chat scrolls sideways");
          const small = all.filter((node) => node.matches("button, input, textarea, a.key") && node.offsetHeight < 44);
          const fine = all.filter((node) => node.innerText && parseFloat(getComputedStyle(node).fontSize) < 15);
          return [...wide, ...[...small, ...fine].map((node) => node.outerHTML.slice(0, 80))];
        }"""
    )
    return found
