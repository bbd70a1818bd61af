"""A Bot API stand-in that is as fast as can be: hands out prepared messages, takes the answers, notes the times.

It runs as a process of its own, prints the port it listens on, and ends when its standard input is closed. It checks
nothing; the sandbox is the strict one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import re
import sys
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from aiohttp import web

DATE = 1767225600
BOT_USER = {"id": 1, "is_bot": True, "first_name": "吹哨", "username": "chuishao_bench_bot", "can_join_groups": True}
FIRST_CHAT = 100_000
RETURNS_A_MESSAGE = re.compile(r"send(?!ChatAction)|edit|forwardMessage$")

# A fixed text keeps the answer cheap: no candidate looks at the text of what it has sent.
MESSAGE = (
    '{"ok":true,"result":{"message_id":%d,"date":%d,"chat":{"id":%d,"type":"private","first_name":"试"},"text":"好"}}'
)
FIXED = {
    "getMe": BOT_USER,
    "getWebhookInfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
    "getMyCommands": [],
}


class Telegram:
    """Updates waiting to be fetched, and the answers to the messages of the current load."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[int, bytes]] = deque()
        self.next_update = 1
        self.news = asyncio.Event()
        self.begin(0.0)

    def begin(self, latency: float) -> None:
        """Forget the results so far and what nobody fetched; from now on every call takes `latency` seconds more."""
        self.latency = latency
        self.waiting.clear()
        self.expected = math.inf
        self.complete = asyncio.Event()
        self.unanswered: defaultdict[int, deque[float]] = defaultdict(deque)
        self.answered_at: list[float] = []
        self.waits: list[float] = []
        self.surplus = 0

    def inject(self, messages: int, chats: int) -> None:
        """Make that many text messages available at once, dealt out to the chats in turn."""
        fresh = [self._update(self.next_update + i, FIRST_CHAT + i % chats) for i in range(messages)]
        now = time.monotonic()
        for i in range(messages):
            self.unanswered[FIRST_CHAT + i % chats].append(now)
        self.next_update += messages
        self.waiting.extend(fresh)
        self.news.set()

    def _update(self, number: int, chat: int) -> tuple[int, bytes]:
        person = {"id": chat, "first_name": f"试{chat}"}
        message = {
            "message_id": number,
            "date": DATE,
            "chat": person | {"type": "private"},
            "from": person | {"is_bot": False, "language_code": "zh-hans"},
            "text": f"菜市场后门被货堵死了 {number}",
        }
        return number, json.dumps({"update_id": number, "message": message}).encode()

    async def fetch(self, offset: int, limit: int, seconds: float) -> bytes:
        """The body of getUpdates: forget what is below the offset, wait for news at most so long."""
        while self.waiting and self.waiting[0][0] < offset:
            self.waiting.popleft()
        if not self.waiting:
            self.news.clear()
            try:
                await asyncio.wait_for(self.news.wait(), seconds)
            except TimeoutError:
                return b'{"ok":true,"result":[]}'
        chosen = (self.waiting[i][1] for i in range(min(limit, len(self.waiting))))
        return b'{"ok":true,"result":[' + b",".join(chosen) + b"]}"

    def answer(self, chat: int) -> None:
        """Note a message to this chat as the answer to its oldest unanswered one."""
        now = time.monotonic()
        if not self.unanswered[chat]:
            self.surplus += 1
            return
        self.answered_at.append(now)
        self.waits.append(now - self.unanswered[chat].popleft())
        if len(self.waits) >= self.expected:
            self.complete.set()

    async def answers(self, expected: int) -> None:
        """Wait until there are so many answers."""
        self.expected = expected
        if len(self.waits) < expected:
            await self.complete.wait()

    def results(self) -> dict[str, Any]:
        """Times on the machine's monotonic clock, waits in seconds from injection, in order of the answers."""
        return {"answered_at": self.answered_at, "waits": self.waits, "surplus": self.surplus}


def number_in(fields: bytes, name: bytes, default: int) -> int:
    """A numeric field out of a query, a form or a JSON body, without decoding the rest."""
    found = re.search(rb'(?:^|[&"])' + name + rb'"?(?:=|:) ?"?(-?\d+)', fields)
    return int(found[1]) if found else default


class Endpoints:
    """What HTTP sees: the Bot API under any token, and /control/ for the runner."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self.sent = 0
        self.fixed = {name: json.dumps({"ok": True, "result": result}).encode() for name, result in FIXED.items()}

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """Answer one call, after the latency asked for."""
        path, _, query = request.raw_path.partition("?")
        fields = query.encode() + b"&" + await request.read()
        _, where, method = path.rsplit("/", 2)
        if where == "control":
            return web.json_response(await self.control(method, json.loads(fields[1:])))
        body = await self.call(method, fields)
        return web.Response(body=body, content_type="application/json")

    async def call(self, method: str, fields: bytes) -> bytes:
        """The body of one Bot API call."""
        if method == "getUpdates":
            seconds = number_in(fields, b"timeout", 0)
            body = await self.telegram.fetch(number_in(fields, b"offset", 0), number_in(fields, b"limit", 100), seconds)
        elif RETURNS_A_MESSAGE.match(method):
            self.sent += 1
            body = (MESSAGE % (self.sent, DATE, number_in(fields, b"chat_id", 0))).encode()
        else:
            body = self.fixed.get(method, b'{"ok":true,"result":true}')
        if self.telegram.latency:
            await asyncio.sleep(self.telegram.latency)
        if method == "sendMessage":
            self.telegram.answer(number_in(fields, b"chat_id", 0))
        return body

    async def control(self, method: str, asked: dict[str, Any]) -> dict[str, Any]:
        """`load` begins a measurement, `results` waits until so many answers are there or the time is up."""
        if method == "load":
            self.telegram.begin(asked["latency"])
            self.telegram.inject(asked["messages"], asked["chats"])
            return {}
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.telegram.answers(asked["answers"]), asked["seconds"])
        return self.telegram.results()


async def serve(announce: Callable[[int], object]) -> None:
    """Listen on a free loopback port, announce it, and go on until standard input ends."""
    server = web.ServerRunner(web.Server(Endpoints(Telegram()).handle, access_log=None))
    await server.setup()
    site = web.TCPSite(server, "127.0.0.1", 0, shutdown_timeout=0.1)
    await site.start()
    announce(server.addresses[0][1])
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin.fileno(), ended.set)
    await ended.wait()
    loop.remove_reader(sys.stdin.fileno())
    await server.cleanup()


if __name__ == "__main__":
    asyncio.run(serve(lambda port: print(port, flush=True)))  # noqa: T201 - the runner reads it
