"""The webhook: raw updates by HTTP into the inbox. 200 means committed; database trouble means 503, no false 200."""

import asyncio
import hmac
import json
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.database import DatabaseAway
from bot.poller import Keep
from models.inbox import is_update

PATH = "/telegram"
LARGEST = 1024 * 1024
SLOWEST_SECONDS = 20.0
HEADER = "X-Telegram-Bot-Api-Secret-Token"


def create_app(secret: str, keep: Keep, healthy: Any) -> Starlette:
    """Return the web application: `POST /telegram` for Telegram and `GET /healthz` for the operator."""

    async def receive(request: Request) -> Response:
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=403)
        try:
            async with asyncio.timeout(SLOWEST_SECONDS):
                body = await _body(request)
        except TimeoutError:
            return Response(status_code=408)
        if body is None:
            return Response(status_code=413)
        update = _update(body)
        if update is None:
            return Response(status_code=200)
        try:
            await keep([update])
        except DatabaseAway:
            return Response(status_code=503, headers={"Retry-After": "5"})
        return Response(status_code=200)

    async def health(_: Request) -> Response:
        try:
            return JSONResponse(await healthy())
        except DatabaseAway:
            return JSONResponse({"database": "away"}, status_code=503)

    return Starlette(routes=[Route(PATH, receive, methods=["POST"]), Route("/healthz", health)])


async def _body(request: Request) -> bytes | None:
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > LARGEST:
                return None
            parts.append(part)
    except ClientDisconnect:
        return None
    return b"".join(parts)


def _update(body: bytes) -> dict[str, Any] | None:
    # What is no update at all can only come from a broken sender; a retry would not mend it, so it is acknowledged.
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if is_update(found) else None
