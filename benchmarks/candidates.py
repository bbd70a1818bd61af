"""Who runs: commands that poll the API BENCH_API with the token BENCH_TOKEN and answer each text with one message."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Candidate:
    """A bot to measure.

    Its command also gets BENCH_SCRATCH, a directory that is empty at the start of each round and removed after it.
    """

    name: str
    argv: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)


def module(name: str, path: str, **env: str) -> Candidate:
    """A candidate that is a module of this repository."""
    return Candidate(name, (sys.executable, "-m", path), env)


STOCK = "PTB echo"

CANDIDATES = (
    module(STOCK, "benchmarks.echo_ptb"),
    module("aiogram echo", "benchmarks.echo_aiogram"),
    module("PTB echo, our transport", "benchmarks.echo_transport"),
    module("durable, SQLite", "benchmarks.durable"),
    module("durable, PostgreSQL", "benchmarks.durable", BENCH_ON="postgresql"),
)
