"""The in-process road from python-telegram-bot to the sandbox: a transport without sockets."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote, urlsplit

from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from sandbox.errors import BadGateway, Cut, Hang, Refusal, Unreachable
from sandbox.params import UploadedFile
from sandbox.telegram import Telegram


class SandboxRequest(BaseRequest):
    """Give it to `Application.builder().request(...)` and `.get_updates_request(...)`; any base URL does.

    A "hang" or a "cut" becomes TimedOut at once, without waiting; a refused connection becomes NetworkError.
    """

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram

    @property
    def read_timeout(self) -> float | None:
        """As long as PTB's own transport waits."""
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self,
        url: str,
        method: str,  # noqa: ARG002 - Telegram takes GET and POST alike
        request_data: RequestData | None = None,
        *_timeouts: Any,
        **_more_timeouts: Any,
    ) -> tuple[int, bytes]:
        """Answer as the HTTP server would."""
        parts = urlsplit(url).path.lstrip("/").split("/")
        try:
            if parts[0] == "file":
                self.telegram.check_token(unquote(parts[1].removeprefix("bot")))
                return 200, await self.telegram.download(unquote("/".join(parts[2:])))
            self.telegram.check_token(unquote(parts[-2].removeprefix("bot")))
            values = request_data.json_parameters if request_data else {}
            status, body = await self.telegram.call(parts[-1], values, _files(request_data))
        except Refusal as refusal:
            status, body = refusal.status, refusal.body()
        except BadGateway:
            return 502, BadGateway.PAGE
        except (Hang, Cut):
            raise TimedOut from None
        except Unreachable:
            raise NetworkError("sandbox: connection refused") from None
        return status, json.dumps(body).encode()


def _files(request_data: RequestData | None) -> dict[str, UploadedFile]:
    if request_data is None or not request_data.contains_files:
        return {}
    files = {}
    for field, (name, content, mime) in request_data.multipart_data.items():
        raw = content if isinstance(content, bytes) else content.read()
        files[field] = UploadedFile(name, raw, mime)
    return files
