"""The Bot API over HTTP, as plain ASGI because it is the hot road: any client that knows Telegram can talk to it."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import parse_qsl, unquote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from sandbox.errors import BadGateway, Cut, Hang, Refusal, Unreachable
from sandbox.params import JSON, UploadedFile
from sandbox.telegram import Telegram

LARGEST_BODY = 60 * 1024 * 1024


class BotApi:
    """Answers `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

    def __init__(self, tg: Telegram) -> None:
        self.tg = tg

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        try:
            if scope["path"].startswith("/file/bot"):
                return await self._download(scope, send)
            token, _, method = scope["path"].removeprefix("/bot").partition("/")
            self.tg.check_token(unquote(token))
            values, files = await _parameters(scope, receive)
            status, body = await self.tg.call(method, values, files)
        except Refusal as refusal:
            status, body = refusal.status, refusal.body()
        except BadGateway:
            return await _respond(send, 502, BadGateway.PAGE, b"text/html")
        except Hang:
            return await _wait_until_gone(receive)
        except (Cut, Unreachable):
            return await _hang_up(receive, send)
        return await _respond(send, status, json.dumps(body, ensure_ascii=False).encode(), b"application/json")

    async def _download(self, scope: Scope, send: Send) -> None:
        token, _, path = scope["path"].removeprefix("/file/bot").partition("/")
        self.tg.check_token(unquote(token))
        await _respond(send, 200, await self.tg.download(path), b"application/octet-stream")


async def _parameters(scope: Scope, receive: Receive) -> tuple[JSON, dict[str, UploadedFile]]:
    values: JSON = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"").decode().lower()
    if kind.startswith("multipart/form-data"):
        return await _multipart(Request(scope, receive), values)
    body = await _body(receive)
    if not body:
        return values, {}
    if kind.startswith("application/json"):
        try:
            given = json.loads(body)
        except ValueError:
            given = None
        if not isinstance(given, dict):
            raise Refusal(400, "Bad Request: can't parse JSON object")
        return values | given, {}
    return values | dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)), {}


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST_BODY:
            raise Refusal(413, "Request Entity Too Large")
        if not message.get("more_body"):
            return b"".join(parts)


async def _multipart(request: Request, values: JSON) -> tuple[JSON, dict[str, UploadedFile]]:
    files: dict[str, UploadedFile] = {}
    async with request.form(max_part_size=LARGEST_BODY) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                mime = value.content_type or "application/octet-stream"
                files[name] = UploadedFile(value.filename or "file", await value.read(), mime)
            else:
                values[name] = value
    return values, files


async def _respond(send: Send, status: int, body: bytes, kind: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _wait_until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _hang_up(receive: Receive, send: Send) -> None:
    """Drop the connection without a byte where uvicorn lets us, else in the middle of the answer."""
    transport: Any = getattr(getattr(send, "__self__", None), "transport", None)
    if isinstance(transport, asyncio.Transport):
        transport.abort()
        return await _wait_until_gone(receive)
    return await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
