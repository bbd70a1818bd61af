"""The webhook: updates pushed to a loopback address, in order per queue, with retries until they expire."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp

from sandbox.errors import bad_request
from sandbox.params import JSON, Params
from sandbox.registry import bot_method
from sandbox.updates import DEFAULT_KINDS, Update

if TYPE_CHECKING:
    from sandbox.telegram import Telegram

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_ANSWER_WITHIN = aiohttp.ClientTimeout(total=60)
_LONGEST_RETRY_AFTER = 3600


class Webhook:
    """Delivers what waits in the update queue while an address is set."""

    def __init__(self, tg: Telegram) -> None:
        self.tg = tg
        self.url = ""
        self.secret = ""
        self.most_connections = 40
        self.last_error: tuple[int, str] | None = None
        self._lanes: dict[str, deque[Update]] = {}
        self._last_seen = 0
        self._postmen: set[asyncio.Task[None]] = set()
        self._leaving: set[asyncio.Task[None]] = set()
        self._dispatcher: asyncio.Task[None] | None = None
        self._random = random.Random(1)

    def open(self, url: str, secret: str, most_connections: int) -> None:
        """Start to deliver to this address; must be called in a running loop."""
        self.close()
        self.url, self.secret, self.most_connections = url, secret, most_connections
        self._dispatcher = asyncio.create_task(self._dispatch())

    def close(self) -> None:
        """Stop to deliver; what is not acknowledged waits on."""
        self.url, self.last_error = "", None
        if self._dispatcher:
            self._postmen.add(self._dispatcher)
            self._dispatcher = None
        for task in self._postmen:
            task.cancel()
        self._leaving, self._postmen = self._leaving | self._postmen, set()
        self._lanes, self._last_seen = {}, 0

    async def stopped(self) -> None:
        """Wait until everything that `close` stopped has gone."""
        leaving, self._leaving = self._leaving, set()
        await asyncio.gather(*leaving, return_exceptions=True)

    async def _dispatch(self) -> None:
        gate = asyncio.Semaphore(self.most_connections)
        async with aiohttp.ClientSession(timeout=_ANSWER_WITHIN) as session:
            while True:
                for update in self.tg.updates.newer_than(self._last_seen):
                    self._last_seen = update.id
                    self._enqueue(update, session, gate)
                await self.tg.updates.bell.wait()

    def _enqueue(self, update: Update, session: aiohttp.ClientSession, gate: asyncio.Semaphore) -> None:
        lane = self._lanes.get(update.queue)
        if lane is not None:
            lane.append(update)
            return
        lane = self._lanes[update.queue] = deque([update])
        task = asyncio.create_task(self._work_off(update.queue, lane, session, gate))
        self._postmen.add(task)
        task.add_done_callback(self._postmen.discard)

    async def _work_off(
        self, queue: str, lane: deque[Update], session: aiohttp.ClientSession, gate: asyncio.Semaphore
    ) -> None:
        while lane:
            await self._deliver(lane[0], session, gate)
            lane.popleft()
        del self._lanes[queue]

    async def _deliver(self, update: Update, session: aiohttp.ClientSession, gate: asyncio.Semaphore) -> None:
        attempt = 0
        clock = self.tg.clock
        while update.expires_at > clock.now():
            async with gate:
                pause = await self._post(update, session)
            if pause is None:
                if self.tg.updates.confirm(update):
                    return
                continue
            again_at = clock.now() + timedelta(seconds=pause or self._back_off(attempt))
            attempt += 1
            if again_at >= update.expires_at:
                break
            await clock.sleep_until(again_at)
        self.tg.updates.drop(update)

    def _back_off(self, attempt: int) -> float:
        return 0.0 if attempt == 0 else min(2.0 ** (attempt - 1), self._random.uniform(60, 120))

    async def _post(self, update: Update, session: aiohttp.ClientSession) -> int | None:
        headers = {"Content-Type": "application/json"} | ({SECRET_HEADER: self.secret} if self.secret else {})
        body = json.dumps(update.as_json(), ensure_ascii=False).encode()
        try:
            async with session.post(self.url, data=body, headers=headers, allow_redirects=False) as answer:
                content = await answer.read()
                if 200 <= answer.status < 300:
                    await self._answered_by(content)
                    return None
                self._note(f"Wrong response from the webhook: {answer.status} {answer.reason}")
                wanted = answer.headers.get("Retry-After", "")
                return min(int(wanted), _LONGEST_RETRY_AFTER) if wanted.isdigit() else 0
        except TimeoutError:
            self._note("Read timeout expired")
        except aiohttp.ClientConnectorError:
            self._note("Connection refused")
        except aiohttp.ClientError:
            self._note("Connection reset by peer")
        return 0

    async def _answered_by(self, content: bytes) -> None:
        try:
            call = json.loads(content)
        except ValueError:
            return
        if isinstance(call, dict) and isinstance(method := call.pop("method", None), str):
            await self.tg.call(method, call)

    def _note(self, error: str) -> None:
        self.last_error = self.tg.clock.timestamp(), error


@bot_method
async def set_webhook(tg: Telegram, p: Params) -> bool:
    """setWebhook: loopback addresses only, here also without TLS; an empty url deletes it."""
    if not p.has("url"):
        return delete_webhook(tg, p)
    url, secret = p.text("url"), p.text("secret_token")
    if urlsplit(url).hostname not in _LOOPBACK or urlsplit(url).scheme not in {"http", "https"}:
        raise bad_request("bad webhook: the sandbox delivers to loopback addresses only")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    if (kinds := p.json("allowed_updates")) is not None:
        tg.updates.allowed = frozenset(kinds) or DEFAULT_KINDS
    if p.flag("drop_pending_updates"):
        tg.updates.keep_last(0)
    tg.updates.interrupt("setWebhook request")
    most = p.integer("max_connections", 40)
    tg.webhook.open(url, secret, most if 1 <= most <= 100 else 40)
    return True


@bot_method
def delete_webhook(tg: Telegram, p: Params) -> bool:
    """deleteWebhook: what waits stays, unless drop_pending_updates says otherwise."""
    tg.webhook.close()
    if p.flag("drop_pending_updates"):
        tg.updates.keep_last(0)
    return True


@bot_method
def get_webhook_info(tg: Telegram, _: Params) -> JSON:
    """getWebhookInfo."""
    hook = tg.webhook
    info: JSON = {"url": hook.url, "has_custom_certificate": False, "pending_update_count": tg.updates.count()}
    if hook.url:
        info |= {"max_connections": hook.most_connections, "ip_address": "127.0.0.1"}
    if tg.updates.allowed != DEFAULT_KINDS:
        info["allowed_updates"] = sorted(tg.updates.allowed)
    if hook.last_error:
        info["last_error_date"], info["last_error_message"] = hook.last_error
    return info
