"""The transcript: every call the bot made, in order."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatch
from typing import Any

from sandbox.params import JSON, UploadedFile

_NO_ANSWER = 0
_DECODED = frozenset({
    "chat_id", "from_chat_id", "message_id", "message_ids", "reply_markup", "media", "commands", "scope", "options",
    "reply_parameters", "show_alert", "disable_notification", "protect_content", "timeout", "offset", "limit",
    "allowed_updates", "results", "entities", "caption_entities", "correct_option_id", "correct_option_ids",
    "link_preview_options", "latitude", "longitude", "is_anonymous",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """One call: when (virtual time), what, and how it ended; status 0 means that no answer was sent."""

    number: int
    at: datetime
    method: str
    raw: JSON
    files: tuple[str, ...]
    status: int
    body: JSON
    fault: str = ""

    @property
    def ok(self) -> bool:
        """Whether the bot was told that it worked."""
        return self.status == 200

    @property
    def params(self) -> JSON:
        """The parameters; what a client wrote as a JSON string is decoded."""
        return {name: _decoded(value) if name in _DECODED else value for name, value in self.raw.items()}

    @property
    def result(self) -> Any:
        """The result, None for an error."""
        return self.body.get("result")

    @property
    def message_ids(self) -> list[int]:
        """The ids of the messages in the result."""
        results = self.result if isinstance(self.result, list) else [self.result]
        return [r["message_id"] for r in results if isinstance(r, dict) and "message_id" in r]

    def as_json(self) -> JSON:
        """For the people API: everything but the full result."""
        return {
            "number": self.number, "at": self.at.isoformat(), "method": self.method, "params": self.params,
            "files": list(self.files), "status": self.status, "message_ids": self.message_ids,
            "description": self.body.get("description", ""), "fault": self.fault,
        }  # fmt: skip


def _decoded(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


class Transcript:
    """The last calls, capped."""

    def __init__(self, cap: int = 20_000) -> None:
        self._calls: deque[Call] = deque(maxlen=cap)
        self._count = 0

    def add(
        self, at: datetime, method: str, params: JSON, files: dict[str, UploadedFile],
        status: int = _NO_ANSWER, body: JSON | None = None, fault: str = "",
    ) -> None:  # fmt: skip
        """Write down a call."""
        self._count += 1
        self._calls.append(Call(self._count, at, method, params, tuple(files), status, body or {}, fault))

    def calls(self, method: str | None = None, after: int = 0) -> list[Call]:
        """The calls whose method fits the glob, with a number above `after`, oldest first."""
        return [c for c in self._calls if c.number > after and (method is None or fnmatch(c.method, method))]
