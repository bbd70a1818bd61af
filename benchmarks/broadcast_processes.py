"""The processes of the broadcast bench: the sandbox, the bots that are killed, and the people who write meanwhile."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from benchmarks.broadcast_telegram import FIRST, is_talking
from benchmarks.race import ROOT, TOKEN
from bot.settings import Settings

HEADLINE = "【消防提示】"
QUESTIONS = ("你好", "电瓶车能不能在楼道里充电", "灭火器几年换一次", "液化气瓶放在哪里安全", "高楼起火怎么逃生")
TALKERS = 200
SECRET = "bench-secret-0123456789"
END_SECONDS = 20.0
APART_SECONDS = 3.0  # enough for the first replica to lead


@dataclass
class Exchange:
    """The sandbox over HTTP: acts of people, and the calls that it received from the bot."""

    port: int
    calls: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, path: str, given: object | None = None) -> Any:
        """GET, or POST of JSON; raises AssertionError for anything but 200."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            body = None if given is None else json.dumps(given)
            connection.request("POST" if body else "GET", path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            content = answer.read()
            assert answer.status == 200, content.decode()
            return json.loads(content)
        finally:
            connection.close()

    def says(self, person: int, text: str) -> float:
        """Somebody writes; return when (seconds of the machine's clock, which is the sandbox's too)."""
        at = time.time()
        self.ask(f"/sandbox/chats/{person}/text", {"text": text})
        return at

    def look(self) -> list[dict[str, Any]]:
        """Return the calls so far that show somebody a message, with their `seconds`, oldest first."""
        after = self.calls[-1]["number"] if self.calls else 0
        for call in self.ask(f"/sandbox/transcript?method=*Message*&after={after}"):
            self.calls.append(call | {"seconds": datetime.fromisoformat(call["at"]).timestamp()})
        return self.calls

    def of(self, title: str) -> list[dict[str, Any]]:
        """Return the calls that carry the broadcast of this title."""
        return [call for call in self.calls if _text(call).startswith(HEADLINE + title)]

    def pressable(self, person: int, part: str) -> str:
        """Return the label of the newest button that somebody sees and that has these words; raises LookupError."""
        messages = self.ask(f"/sandbox/chats/{person}")["messages"]
        labels = (str(b["text"]) for m in reversed(messages) for row in m["inline"] or () for b in row)
        found = next((label for label in labels if part in label), None)
        if found is None:
            raise LookupError(part)
        return found

    def presses(self, person: int, part: str) -> float:
        """Somebody presses the newest button with these words; return when. Raises LookupError when there is none."""
        label, at = self.pressable(person, part), time.time()
        self.ask(f"/sandbox/chats/{person}/press", {"label": label})
        return at


def _text(call: dict[str, Any]) -> str:
    return str(call["params"].get("text", ""))


@contextmanager
def populated_sandbox(people: int, latency: float) -> Iterator[Exchange]:
    """Serve a sandbox with so many people as a process of its own, gone at the end."""
    asked = ("--people", str(people), "--token", TOKEN, "--latency", str(latency))
    argv = [sys.executable, "-m", "benchmarks.broadcast_telegram", *asked]
    with subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield Exchange(int(process.stdout.readline()))
        finally:
            process.stdin.close()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


@dataclass
class Bot:
    """One process of the bot, that can be ended and started again; `memory` is the most it had (MiB resident)."""

    folder: Path
    env: dict[str, str]
    memory: float = 0.0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        with self.log.open("ab") as log:
            argv = [sys.executable, "-m", "bot", "run"]
            self.process = subprocess.Popen(argv, cwd=self.folder, env=self.env, stdout=log, stderr=log)

    @property
    def log(self) -> Path:
        """What it wrote."""
        return self.folder / "bot.log"

    def end(self, number: signal.Signals) -> None:
        """End it with a signal and wait until it has ended."""
        process, self.process = self.process, None
        if process is not None:
            process.send_signal(number)
            process.wait(END_SECONDS)

    def weigh(self) -> None:
        """Note its memory when it is more than before."""
        status = Path(f"/proc/{self.process.pid}/status") if self.process else None
        found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text()) if status and status.exists() else None
        self.memory = max(self.memory, int(found[1]) / 1024 if found else 0.0)


@contextmanager
def running_bots(folder: Path, settings: Settings, replicas: int) -> Iterator[list[Bot]]:
    """Start the bot; several replicas wait for a webhook that never comes, since only one process may poll."""
    bots = []
    for number in range(replicas):
        own = folder / f"bot{number}"
        own.mkdir()
        bots.append(Bot(own, _environment(settings, webhook=replicas > 1)))
    try:
        for number, bot in enumerate(bots):
            time.sleep(APART_SECONDS if number else 0.0)
            bot.start()
        yield bots
    finally:
        for bot in bots:
            bot.end(signal.SIGKILL)


def _environment(settings: Settings, *, webhook: bool) -> dict[str, str]:
    given = {
        "bot_token": TOKEN, "api_url": settings.api_url, "data_dir": settings.data_dir, "town": settings.town,
        "database_url": settings.database, "log_level": "WARNING",
    }  # fmt: skip
    if webhook:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        given |= {"webhook_url": "https://bot.example.org", "webhook_secret": SECRET, "webhook_port": port}
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    ours = {f"CHUISHAO_{name.upper()}": str(value) for name, value in given.items()}
    return kept | ours | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "NO_PROXY": "*"}


class Talks:
    """People who write one after the other, so many a second, until told to stop. Nobody writes at 0 a second."""

    def __init__(self, exchange: Exchange, people: int, a_second: float) -> None:
        self.exchange, self.pause = exchange, 1.0 / a_second if a_second else 0.0
        self.asked: list[tuple[int, float]] = []
        self._talkers = [FIRST + number for number in range(people) if is_talking(number)][:TALKERS]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._talk, daemon=True)

    def __enter__(self) -> Talks:
        if self.pause:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self.pause:
            self._thread.join()

    def _talk(self) -> None:
        while not self._over.wait(self.pause):
            count = len(self.asked)
            person = self._talkers[count % len(self._talkers)]
            self.asked.append((person, self.exchange.says(person, QUESTIONS[count % len(QUESTIONS)])))

    def waits(self, calls: Sequence[dict[str, Any]]) -> list[tuple[float, float]]:
        """Return when each one wrote and how long the answer took (seconds); who got none is left out."""
        answers: dict[int, list[float]] = {}
        for call in calls:
            if call["status"] == 200 and not _text(call).startswith(HEADLINE):
                answers.setdefault(int(call["params"]["chat_id"]), []).append(call["seconds"])
        first = {(chat, asked): next((at for at in answers.get(chat, ()) if at >= asked), None)
                 for chat, asked in self.asked}  # fmt: skip
        return [(asked, at - asked) for (_, asked), at in first.items() if at is not None]
