"""The runner's side of the Telegram stand-in: start it, load it with messages, read what came of them."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answers:
    """What a load brought: monotonic times of the answers, the seconds each one took, and answers nobody asked for."""

    answered_at: list[float]
    waits: list[float]
    surplus: int


@dataclass(frozen=True)
class Stub:
    """A running stand-in."""

    port: int

    @property
    def url(self) -> str:
        """The base URL for candidates, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def load(self, messages: int, *, chats: int, latency: float = 0.0) -> None:
        """Begin a measurement: so many messages at once, and a Telegram that takes `latency` seconds a call."""
        self._control("load", messages=messages, chats=chats, latency=latency)

    def answers(self, expected: int, *, within: float) -> Answers:
        """The answers of the current load, as soon as there are so many, or those there are after `within` seconds."""
        return Answers(**self._control("results", patience=within, answers=expected, seconds=within))

    def _control(self, method: str, patience: float = 0.0, **asked: float) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience + 10)
        try:
            connection.request("POST", f"/control/{method}", json.dumps(asked))
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


@contextmanager
def running_stub() -> Iterator[Stub]:
    """A stand-in in a process of its own, gone at the end."""
    argv = [sys.executable, "-m", "benchmarks.telegram_stub"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield Stub(int(process.stdout.readline()))
        finally:
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
