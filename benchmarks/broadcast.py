"""A broadcast to a whole town, measured where it is received: pace, doubles, losses, and whether talks go on meanwhile.

The bot runs as processes of their own and is killed with SIGKILL on the way; every tenth person has blocked it, every
twentieth is refused once with 429, people go on writing, and at the end an officer stops a second broadcast.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, nullcontext, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.broadcast_processes import Bot, Exchange, Talks, populated_sandbox, running_bots
from benchmarks.broadcast_telegram import OFFICER
from benchmarks.broadcast_town import TOWN, prepare, release, stage_of, states_of
from benchmarks.postgres import fresh_database, running_postgres
from benchmarks.race import TOKEN
from benchmarks.verdict import Verdict, busiest_second, judge, outages, percentile, sustained
from bot.app import open_database
from bot.database import Database
from bot.settings import Settings
from models.broadcasts import Stage

RESULTS = Path(__file__).parent / "results" / "broadcast.json"
TITLE, STOPPED_TITLE = "今晚有大风，管好火源", "这一条要停下来"
STOP, STOPPED = "停止发送", "已取消"
LOOK_SECONDS, GLANCE_SECONDS = 0.5, 0.1
STUCK_SECONDS = 60.0  # longer than a lease, a cold start and Telegram's pause together
SETTLED_SECONDS = 1.5
BEFORE_STOP = 150


class Stuck(Exception):
    """The broadcast did not go on; the text says what the bot wrote last."""


@dataclass(frozen=True)
class Plan:
    """What to do. `url`: an empty database on PostgreSQL, a SQLite file when not given; `writing`: people a second.

    Several replicas need PostgreSQL, and nobody writes to them nor stops anything: they are not given the updates.
    """

    url: str = ""
    people: int = 10_000
    kills: int = 1
    replicas: int = 1
    writing: float = 3.0
    latency: float = 0.05
    seed: int = 1
    stops: bool = True


@dataclass(frozen=True)
class Figures:
    """What came of it. Rates in calls a second as received, times in seconds, memory in MiB.

    `per_second` leaves out the outages, from a kill to the next call of the broadcast; `refused`: 429 that the bench
    did not ask for; `reply_p95_up` leaves out who wrote while the bot was dead; `stopped_after`: from an officer's
    press to the last call that still came.
    """

    verdict: Verdict
    kills: int
    per_second: float
    busiest: int
    refused: int
    took: float
    longest_outage: float
    asked: int
    unanswered: int
    reply_p50: float
    reply_p95: float
    reply_p95_up: float
    memory: float
    stopped_after: float


def measure(plan: Plan) -> Figures:
    """Send a broadcast as planned and a second one that is stopped; raise Stuck when it does not go on."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-broadcast-")))
        town = folder / "town.toml"
        town.write_text(TOWN, encoding="utf-8")
        exchange = stack.enter_context(populated_sandbox(plan.people, plan.latency))
        url = plan.url or f"sqlite:///{folder / 'town.db'}"
        api = f"http://127.0.0.1:{exchange.port}"
        settings = Settings(_env_file=None, bot_token=TOKEN, api_url=api, data_dir=folder, town=town, database_url=url)  # type: ignore[call-arg, arg-type]
        database = open_database(settings)
        stack.callback(database.close)
        prepare(database, town, plan.people)
        number = release(database, TITLE)
        bots = stack.enter_context(running_bots(folder, settings, plan.replicas))
        return _Run(plan, exchange, database, bots).figures(number)


class _Run:
    """One run on what has been prepared."""

    def __init__(self, plan: Plan, exchange: Exchange, database: Database, bots: list[Bot]) -> None:
        self.plan, self.exchange, self.database, self.bots = plan, exchange, database, bots
        self.kills: list[float] = []
        self.dice = random.Random(plan.seed)

    def figures(self, number: int) -> Figures:
        """Watch the broadcast to its end, then have another one stopped on its way."""
        several = self.plan.replicas > 1
        with Talks(self.exchange, self.plan.people, 0.0 if several else self.plan.writing) as talks:
            self._watch(number)
        time.sleep(SETTLED_SECONDS)
        calls = list(self.exchange.look())
        stopped_after = 0.0 if several or not self.plan.stops else self._stop_one()
        sent = self.exchange.of(TITLE)
        begun, ended = sent[0]["seconds"], sent[-1]["seconds"]
        moments = [call["seconds"] for call in calls if begun <= call["seconds"] <= ended]
        dead = outages([call["seconds"] for call in sent], self.kills)
        waits = talks.waits(calls)
        mute = outages(moments, self.kills)
        up = [wait for asked, wait in waits if not any(kill <= asked <= back for kill, back in mute)]
        received = (int(call["params"]["chat_id"]) for call in sent if call["status"] == 200)
        return Figures(
            verdict=judge(received, states_of(self.database, number)),
            kills=len(self.kills),
            per_second=sustained(moments, dead),
            busiest=busiest_second(moments),
            refused=sum(call["status"] == 429 and not call["fault"] for call in calls),
            took=ended - begun,
            longest_outage=max((back - kill for kill, back in dead), default=0.0),
            asked=len(talks.asked),
            unanswered=len(talks.asked) - len(waits),
            reply_p50=percentile([wait for _, wait in waits], 0.5),
            reply_p95=percentile([wait for _, wait in waits], 0.95),
            reply_p95_up=percentile(up, 0.95),
            memory=max(bot.memory for bot in self.bots),
            stopped_after=stopped_after,
        )

    def _watch(self, number: int) -> None:
        share = self.plan.people // (self.plan.kills + 1)
        while stage_of(self.database, number) != Stage.DONE:
            before = len(self.exchange.calls)
            self._until(lambda before=before: self._is_over_or_on(number, before))  # type: ignore[misc]
            for bot in self.bots:
                bot.weigh()
            if len(self.kills) < self.plan.kills and len(self.exchange.of(TITLE)) >= share * (len(self.kills) + 1):
                self._kill_one()

    def _is_over_or_on(self, number: int, before: int) -> bool:
        time.sleep(LOOK_SECONDS)
        return len(self.exchange.look()) > before or stage_of(self.database, number) == Stage.DONE

    def _kill_one(self) -> None:
        time.sleep(self.dice.uniform(0.0, 0.1))
        # The first one leads: it was started first.
        victim = self.dice.choice(self.bots) if self.kills else self.bots[0]
        victim.end(signal.SIGKILL)
        self.kills.append(time.time())
        victim.start()

    def _stop_one(self) -> float:
        """Let a second broadcast begin and an officer stop it; return the seconds until nothing came any more."""
        enough = min(BEFORE_STOP, self.plan.people // 4)
        release(self.database, STOPPED_TITLE)
        self._until(lambda: self.exchange.look() != [] and len(self.exchange.of(STOPPED_TITLE)) >= enough)
        self.exchange.says(OFFICER, "/push")
        self._press(STOPPED_TITLE)
        pressed = self._press(STOP)
        self._until(lambda: any(STOPPED in str(call["params"].get("text", "")) for call in self.exchange.look()))
        time.sleep(SETTLED_SECONDS)
        self.exchange.look()
        last: float = self.exchange.of(STOPPED_TITLE)[-1]["seconds"]
        return max(0.0, last - pressed)

    def _press(self, words: str) -> float:
        pressed: list[float] = []

        def has_pressed() -> bool:
            with suppress(LookupError):
                pressed.append(self.exchange.presses(OFFICER, words))
            return bool(pressed)

        self._until(has_pressed)
        return pressed[0]

    def _until(self, has_come: Callable[[], bool]) -> None:
        end = time.monotonic() + STUCK_SECONDS
        while not has_come():
            if time.monotonic() > end:
                raise Stuck("\n".join(bot.log.read_text(errors="replace")[-2000:] for bot in self.bots))
            time.sleep(GLANCE_SECONDS)


def lines(figures: Figures) -> list[str]:
    """The figures as one reads them at a terminal."""
    found = asdict(figures)
    verdict = found.pop("verdict")
    return [f"{name:>16}  {value:.2f}" if isinstance(value, float) else f"{name:>16}  {value}"
            for name, value in (verdict | found).items()]  # fmt: skip


def main(words: Sequence[str]) -> None:
    """`python -m benchmarks broadcast …`: measure once, print, keep; exit status 1 for a double or a loss."""
    default = Plan()
    parser = argparse.ArgumentParser(prog="python -m benchmarks broadcast", description=__doc__)
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    for name in ("people", "kills", "replicas", "writing", "latency", "seed"):
        given = getattr(default, name)
        parser.add_argument(f"--{name}", type=type(given), default=given, help=f"{given} unless told")
    asked = vars(parser.parse_args(words))
    on = asked.pop("on")
    if asked["replicas"] > 1 and on == "sqlite":
        parser.error("several replicas need --on postgresql")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with running_postgres() if on == "postgresql" else nullcontext():
        plan = Plan(url=fresh_database() if on == "postgresql" else "", **asked)
        figures = measure(plan)
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    known[f"{on}, {plan.replicas}"] = {"python": platform.python_version(), **asked, **asdict(figures)}
    RESULTS.write_text(json.dumps(known, ensure_ascii=False, indent=1))
    sys.stdout.write("\n".join([f"{on}: {asked}", *lines(figures)]) + "\n")
    if not figures.verdict.is_clean:
        sys.exit(1)
