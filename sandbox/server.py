"""The sandbox over HTTP: the Bot API for bots, the people API and the chat page for people. Loopback only."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from sandbox.bot_api import BotApi
from sandbox.faults import Fault
from sandbox.groups import Group
from sandbox.people_api import PeopleApi
from sandbox.telegram import Telegram

LOOPBACK = "127.0.0.1"
STATIC = Path(__file__).parent / "static"


class SandboxApp(Starlette):
    """The Starlette application with a short cut for bots."""

    bot_api: BotApi

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Bots take the short cut, everything else the routes."""
        if scope["type"] == "http" and scope["path"].startswith(("/bot", "/file/bot")):
            await self.bot_api(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(telegram: Telegram) -> SandboxApp:
    """The whole sandbox as an ASGI application."""
    controls = Controls(telegram)
    app = SandboxApp(
        routes=[
            *PeopleApi(telegram).routes(),
            *controls.routes(),
            Route("/", _page),
            Mount("/static", StaticFiles(directory=STATIC, check_dir=False)),
        ],
        exception_handlers={HTTPException: _explain},
    )
    app.bot_api = BotApi(telegram)
    return app


def server(telegram: Telegram, port: int) -> uvicorn.Server:
    """A uvicorn server on the loopback interface, quiet; run it with `await server.serve()`."""
    config = uvicorn.Config(
        create_app(telegram), host=LOOPBACK, port=port, log_level="critical", access_log=False, lifespan="off",
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    return uvicorn.Server(config)


@contextlib.asynccontextmanager
async def serving(telegram: Telegram, port: int = 0) -> AsyncIterator[str]:
    """Serve inside a running program, by default on a free port; gives the base URL, leaves signals alone."""
    with socket.create_server((LOOPBACK, port)) as listening:
        running = _Guest(server(telegram, port).config)
        task = asyncio.create_task(running.serve(sockets=[listening]))
        try:
            yield f"http://{LOOPBACK}:{listening.getsockname()[1]}"
        finally:
            telegram.updates.interrupt("the end of the sandbox")
            running.should_exit = True
            await task
            telegram.webhook.close()
            await telegram.webhook.stopped()


class _Guest(uvicorn.Server):
    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override]
        return contextlib.nullcontext()


class Controls:
    """Clock, faults, transcript, groups and files."""

    def __init__(self, tg: Telegram) -> None:
        self.tg = tg

    def routes(self) -> list[Route]:
        """For Starlette."""
        return [
            Route("/sandbox/clock", self.clock, methods=["GET"]),
            Route("/sandbox/clock", self.jump, methods=["POST"]),
            Route("/sandbox/files/{unique_id}", self.file),
            Route("/sandbox/faults", self.faults, methods=["GET"]),
            Route("/sandbox/faults", self.add_fault, methods=["POST"]),
            Route("/sandbox/faults", self.clear_faults, methods=["DELETE"]),
            Route("/sandbox/transcript", self.transcript),
            Route("/sandbox/groups", self.groups, methods=["GET"]),
            Route("/sandbox/groups", self.add_group, methods=["POST"]),
        ]

    async def clock(self, _: Request) -> JSONResponse:
        """The virtual time."""
        return JSONResponse({"now": self.tg.clock.now().isoformat()})

    async def jump(self, request: Request) -> JSONResponse:
        """Jump to an instant (ISO with zone) or by seconds."""
        given = await request.json()
        try:
            if "to" in given:
                self.tg.clock.jump(to=datetime.fromisoformat(given["to"]))
            else:
                self.tg.clock.jump(by=timedelta(seconds=float(given["by"])))
        except (KeyError, ValueError, TypeError, OverflowError) as problem:
            raise HTTPException(400, f"to (ISO with zone) or by (seconds): {problem}") from None
        return await self.clock(request)

    async def file(self, request: Request) -> Response:
        """The bytes of a file, for the chat page."""
        file = self.tg.files.by_unique_id(request.path_params["unique_id"])
        if file is None:
            raise HTTPException(404, "no such file")
        return Response(file.read(), media_type=file.mime, headers={"X-Content-Type-Options": "nosniff"})

    async def faults(self, _: Request) -> JSONResponse:
        """The rules in force."""
        return JSONResponse([asdict(fault) for fault in self.tg.faults])

    async def add_fault(self, request: Request) -> JSONResponse:
        """A new rule, with the fields of Fault."""
        try:
            fault = self.tg.faults.add(Fault(**({"method": "*"} | await request.json())))
        except (TypeError, ValueError) as problem:
            raise HTTPException(400, str(problem)) from None
        return JSONResponse(asdict(fault))

    async def clear_faults(self, _: Request) -> JSONResponse:
        """No rules any more."""
        self.tg.faults.clear()
        return JSONResponse({"ok": True})

    async def transcript(self, request: Request) -> JSONResponse:
        """The calls after a number, optionally of one method (glob)."""
        query = request.query_params
        calls = self.tg.transcript.calls(query.get("method"), int(query.get("after") or 0))
        return JSONResponse([call.as_json() for call in calls])

    async def groups(self, _: Request) -> JSONResponse:
        """All groups."""
        return JSONResponse([_group_json(group) for group in self.tg.groups.values()])

    async def add_group(self, request: Request) -> JSONResponse:
        """A new group of people (ids) and the bot."""
        given = await request.json()
        unknown = [number for number in given.get("members", []) if number not in self.tg.people_by_id]
        if unknown or not given.get("title"):
            raise HTTPException(400, f"title is missing or nobody has these ids: {unknown}")
        members = [self.tg.people_by_id[number] for number in given["members"]]
        return JSONResponse(_group_json(self.tg.group(str(given["title"]), members)))


def _group_json(group: Group) -> dict[str, Any]:
    return {"id": group.id, "title": group.title, "type": group.chat.type,
            "members": [user_id for user_id, status in group.chat.members.items() if status not in {"left", "kicked"}],
            "seq": group.chat.seq}  # fmt: skip


async def _page(_: Request) -> Response:
    return FileResponse(STATIC / "index.html")


async def _explain(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    return JSONResponse({"ok": False, "error": problem.detail}, status_code=problem.status_code)
