"""A small machine for one test: a bot on the sandbox's Telegram, with what the test declares."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select
from telegram import Update

import sandbox.people
from bot.app import build_telegram
from bot.context import Context
from bot.database import Database
from bot.desk import Desk
from bot.dialog import Dialog
from bot.forms import Form
from bot.machine import Machine
from bot.notices import Notice
from bot.pace import Pace
from bot.routes import Route, Routes
from bot.settings import Settings
from models.inbox import Inbox
from models.outbox import Outgoing
from models.people import Person
from models.rules import ZONE
from sandbox.clock import Clock
from sandbox.request import SandboxRequest
from sandbox.telegram import Telegram
from tests.town import prepare

TOKEN = "7000000001:SANDBOX-bench-token-0000000000000"
MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE).astimezone(UTC)


@dataclass
class Naps:
    """Every wait of the bot, taken at once: what was waited for, and the seconds that have passed by waiting."""

    taken: list[float] = field(default_factory=list)

    def seconds(self) -> float:
        """The seconds that have passed."""
        return sum(self.taken)


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> Naps:
    """Nobody really sleeps in a test."""
    naps, sleep = Naps(), asyncio.sleep

    async def nap(seconds: float) -> None:
        naps.taken.append(seconds)
        await sleep(0)

    monkeypatch.setattr("bot.postman.asyncio.sleep", nap)
    return naps


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database; a test that asks for it runs on both kinds."""
    opened = Database(database_url)
    prepare(opened)
    yield opened
    opened.close()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Database]:
    """A migrated SQLite file, for tests that are about no particular database."""
    opened = Database(f"sqlite:///{tmp_path / 'town.db'}")
    prepare(opened)
    yield opened
    opened.close()


def silent(_: Update, __: Context) -> None:
    """A guard that lets everything pass."""


async def echo(update: Update, context: Context) -> None:
    """Answer free words with themselves."""
    from bot.cards import card

    message = update.effective_message
    context.say(card(f"听到：{message.text if message else ''}"))


@dataclass
class Bench:
    """One process of the bot and the Telegram it talks to."""

    telegram: Telegram
    clock: Clock
    database: Database
    machine: Machine

    def somebody(self, name: str) -> sandbox.people.Person:
        """Return somebody who has opened the chat and is known to the township."""
        phone = self.telegram.person(name)
        phone.chat.started = True
        self.database.transaction(lambda s: s.add(Person(telegram_id=phone.id, name=name, seen_at=self.clock.now())))
        return phone

    def id_of(self, phone: sandbox.people.Person) -> int:
        """Return the township's number of a person."""
        return self.read(lambda s: s.exec(select(Person.id).where(Person.telegram_id == phone.id)).one()) or 0

    def person(self, phone: sandbox.people.Person) -> Person:
        """Return the township's row of a person."""
        return self.read(lambda s: s.exec(select(Person).where(Person.telegram_id == phone.id)).one())

    def read(self, query: Callable[[Session], Any]) -> Any:
        """Ask the database something."""
        return self.database.transaction(query)

    def outgoing(self) -> list[Outgoing]:
        """Return the outgoing rows, oldest first."""
        return self.read(lambda s: list(s.exec(select(Outgoing).order_by(Outgoing.id))))

    def inbox(self) -> list[Inbox]:
        """Return the inbox rows, oldest first."""
        return self.read(lambda s: list(s.exec(select(Inbox).order_by(Inbox.id))))

    def texts(self, phone: sandbox.people.Person) -> list[str]:
        """Return what somebody got from the bot, oldest first."""
        return [seen.text for seen in phone.screen if seen.from_bot]

    async def settle(self) -> None:
        """Let the bot deal with what is there; whatever is to be tried again is tried now."""
        await self.machine.settle()
        while any(row.state == "new" for row in self.inbox()):
            self.read(lambda s: s.execute(sa.update(Inbox).values(leased_until=0.0)))
            await self.machine.settle()

    async def deliver(self) -> None:
        """Deliver what is due until nothing is."""
        while await self.machine.deliver():
            await self.machine.postman.settle()


Opener = Callable[..., Awaitable[Bench]]


@pytest.fixture
async def open_bench(naps: Naps, tmp_path: Path) -> AsyncIterator[Opener]:
    """Return a function that opens a bench on a database."""
    opened: list[Bench] = []

    async def open_(
        database: Database, *, routes: tuple[Route, ...] = (), forms: dict[str, Form] | None = None,
        notices: tuple[Notice, ...] = (), free: Any = echo, holder: str = "one", telegram: Telegram | None = None,
    ) -> Bench:  # fmt: skip
        clock = telegram.clock if telegram else Clock(frozen_at=MORNING)
        telegram = telegram or Telegram(clock, bot_token=TOKEN)
        settings = Settings(_env_file=None, bot_token=TOKEN, data_dir=tmp_path)
        app = build_telegram(settings, SandboxRequest(telegram))
        await app.initialize()
        desk = Desk(app, Routes(routes), Dialog(forms or {}), guard=silent, free=free, holder=holder)
        pace = Pace(naps.seconds, rate=float("inf"), chat=0.0)
        machine = Machine(database, app.bot, desk, notices=notices, chores=(), clock=clock.now, pace=pace)
        await machine.start()
        opened.append(Bench(telegram, clock, database, machine))
        return opened[-1]

    yield open_
    for bench in opened:
        await bench.machine.postman.settle()
