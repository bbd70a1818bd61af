"""One candidate, one round: started cold on its own core, saturated, then asked by a crowd, then stopped."""

from __future__ import annotations

import math
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.candidates import Candidate
from benchmarks.stub import Answers, Stub

TOKEN = "110201543:AABenchBenchBenchBenchBenchBenchBen"
SLICE = 1.0  # seconds between two looks at whether a silent candidate is still alive
ROOT = Path(__file__).resolve().parent.parent


class NoAnswer(Exception):
    """A candidate ended or did not answer everything in time; the text says what it wrote last."""


@dataclass(frozen=True)
class Sizes:
    """How much to ask of a candidate in a round. Latency in seconds a call, patience in seconds a scene."""

    messages: int = 3000
    chats: int = 300
    warm_up: int = 200
    people: int = 200
    latency: float = 0.05
    patience: float = 60.0


@dataclass(frozen=True)
class Result:
    """Figures of one round: seconds, messages a second, MiB, and how many messages were answered in all."""

    cold_start: float
    per_second: float
    crowd_p95: float
    crowd_last: float
    memory: float
    answered: int
    surplus: int


def share_the_cores() -> int | None:
    """Keep this process and its later children off the first core, and return that core for the candidates.

    None where the system cannot pin processes, or has one core only: then everything shares what there is.
    """
    if not hasattr(os, "sched_setaffinity"):
        return None
    first, *others = sorted(os.sched_getaffinity(0))
    if not others:
        return None
    os.sched_setaffinity(0, others)
    return first


def run(candidate: Candidate, stub: Stub, sizes: Sizes, core: int | None) -> Result:
    """Measure one candidate once. Raises NoAnswer when it does not answer every message within the patience."""
    stub.load(1, chats=1)
    started_at = time.monotonic()
    with _running(candidate, stub, core) as process:

        def asked(messages: int, chats: int, latency: float = 0.0) -> Answers:
            stub.load(messages, chats=chats, latency=latency)
            return _all_answers(stub, messages, process, sizes.patience)

        first = _all_answers(stub, 1, process, sizes.patience)
        warm = asked(sizes.warm_up, sizes.chats)
        saturated = asked(sizes.messages, sizes.chats)
        crowd = asked(sizes.people, sizes.people, sizes.latency)
        scenes = (first, warm, saturated, crowd)
        return Result(
            cold_start=first.answered_at[0] - started_at,
            per_second=(sizes.messages - 1) / (saturated.answered_at[-1] - saturated.answered_at[0]),
            crowd_p95=sorted(crowd.waits)[math.ceil(0.95 * sizes.people) - 1],
            crowd_last=max(crowd.waits),
            memory=process.memory,
            answered=sum(len(scene.waits) for scene in scenes),
            surplus=sum(scene.surplus for scene in scenes),
        )


@dataclass(frozen=True)
class _Running:
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    @property
    def memory(self) -> float:
        """Resident memory in MiB; not a number where /proc is missing."""
        status = Path(f"/proc/{self.process.pid}/status")
        found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text()) if status.exists() else None
        return int(found[1]) / 1024 if found else math.nan

    @property
    def last_words(self) -> str:
        return self.log.read_text(errors="replace")[-2000:]


def _all_answers(stub: Stub, expected: int, process: _Running, patience: float) -> Answers:
    until = time.monotonic() + patience
    seen = stub.answers(expected, within=SLICE)
    while len(seen.waits) < expected:
        if process.has_ended or time.monotonic() > until:
            raise NoAnswer(f"{len(seen.waits)} of {expected} messages answered. Last words:\n{process.last_words}")
        seen = stub.answers(expected, within=SLICE)
    return seen


@contextmanager
def _running(candidate: Candidate, stub: Stub, core: int | None) -> Iterator[_Running]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        log, scratch = Path(folder, "log"), Path(folder, "scratch")
        scratch.mkdir()
        told = {"BENCH_API": stub.url, "BENCH_TOKEN": TOKEN, "BENCH_SCRATCH": str(scratch)}
        with log.open("wb") as output:
            process = subprocess.Popen(
                candidate.argv, cwd=ROOT, env=_without_proxies() | candidate.env | told, stdout=output, stderr=output
            )
        try:
            if core is not None:
                os.sched_setaffinity(process.pid, {core})
            yield _Running(process, log)
        finally:
            _stop(process)


def _without_proxies() -> dict[str, str]:
    # httpx would send even loopback requests through a proxy of the environment.
    return {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
