"""A township for scenes: the real bot on the sandbox's Telegram, with invented people who say, press and see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from sqlmodel import Session, select

import sandbox.people
from bot.app import TOWNSHIP, Declared, build_machine, build_telegram
from bot.database import Database, open_engine
from bot.machine import Machine
from bot.pace import Pace
from bot.settings import Settings
from models import town as towns
from models.migrations import upgrade
from models.people import Actor, Person, actor_of
from models.rules import ZONE
from sandbox.clock import Clock
from sandbox.inline import InlineQuery
from sandbox.request import SandboxRequest
from sandbox.telegram import Telegram
from tests.postgres import give_tables

T = TypeVar("T")
TOKEN = "7000000001:SANDBOX-scene-token-0000000000000"
TOWN_FILE = Path(__file__).parent.parent / "town.toml"
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE).astimezone(UTC)


class Somebody:
    """One invented person with a phone. Every act waits until the bot has answered."""

    def __init__(self, town: "Township", phone: sandbox.people.Person) -> None:
        self.town, self.phone = town, phone

    async def says(self, text: str) -> None:
        """Write a message."""
        self.phone.says(text)
        await self.town.settle()

    async def sends(self, what: str, *args: Any, **kwargs: Any) -> None:
        """Send something else: `sends("photo", caption=…)`, `sends("album", 3)`, `sends("location", 30.1, 107.7)`…"""
        getattr(self.phone, f"sends_{what}")(*args, **kwargs)
        await self.town.settle()

    async def presses(self, label: str, **kwargs: Any) -> None:
        """Press the newest visible button with this label."""
        self.phone.presses(label, **kwargs)
        await self.town.settle()

    async def asks_inline(self, words: str) -> InlineQuery:
        """Type words after the bot's name in some chat; return what is offered."""
        query = self.phone.asks_inline(words)
        await self.town.settle()
        return query

    async def opens(self, payload: str) -> None:
        """Open the bot by a link."""
        self.phone.opens_link(payload)
        await self.town.settle()

    def sees(self, text: str) -> bool:
        """Say whether the text stands on the screen now."""
        return self.phone.sees(text)

    @property
    def last(self) -> str:
        """The text of the newest message."""
        return self.phone.last.text if self.phone.screen else ""

    @property
    def texts(self) -> list[str]:
        """The texts on the screen, newest last."""
        return [message.text for message in self.phone.screen]

    @property
    def buttons(self) -> list[str]:
        """The labels of the buttons under the newest message that has some."""
        for message in reversed(self.phone.screen):
            labels = [button.text for row in message.buttons for button in row]
            if labels:
                return labels
        return []

    @property
    def toasts(self) -> list[str]:
        """What taps were answered with."""
        return [toast.text for toast in self.phone.toasts]

    @property
    def actor(self) -> Actor:
        """The person as the township knows them."""

        def find(s: Session) -> Actor:
            return actor_of(s, s.exec(select(Person).where(Person.telegram_id == self.phone.id)).one())

        return self.town.read(find)


@dataclass
class Township:
    """The demo town of town.toml, its bot, and its clock."""

    telegram: Telegram
    clock: Clock
    database: Database
    machine: Machine

    async def settle(self) -> None:
        """Let the bot deal with everything that is there."""
        await self.machine.settle()

    async def passes(self, **time: float) -> None:
        """Let time pass: `passes(days=3)`; the bot does its chores at the end of it."""
        self.clock.advance(timedelta(**time))
        await self.chores()

    async def until(self, moment: datetime) -> None:
        """Let time pass until a moment."""
        self.clock.advance(moment - self.clock.now())
        await self.chores()

    async def fetches(self) -> None:
        """Let the bot fetch and clean every picture that is due."""
        while await self.machine.fetch():
            pass

    async def chores(self) -> None:
        """Let the bot look at its timetable."""
        await self.machine.beat()
        await self.machine.do_chores()
        await self.settle()

    def somebody(self, name: str) -> Somebody:
        """Return a person of the demo town by name, or somebody new."""

        def find(s: Session) -> int | None:
            return s.exec(select(Person.telegram_id).where(Person.name == name)).first()

        known = self.read(find)
        phones = {phone.id: phone for phone in self.telegram.people}
        phone = phones.get(known or 0) or self.telegram.person(name, id=known)
        phone.marks_read()
        return Somebody(self, phone)

    def read(self, query: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Ask the database something."""
        with self.database.session() as s, s.begin():
            return query(s, *args, **kwargs)


async def open_township(
    url: str, folder: Path, *, now: datetime = MONDAY, demo: bool = True, declared: Declared = TOWNSHIP
) -> Township:
    """Return a township with a fresh database and a frozen clock; close it with `close_township`."""
    clock = Clock(frozen_at=now)
    telegram = Telegram(clock, bot_token=TOKEN)
    telegram.flood.enabled = False
    settings = _settings(url, folder)
    read = towns.read_town(TOWN_FILE)
    database = Database(url, towns.rules(read))
    prepare(database)
    if demo:
        database.transaction(lambda s: towns.import_town(s, read, now=now))
    machine = await _started(telegram, clock, database, settings, declared)
    return Township(telegram, clock, database, machine)


async def _started(
    telegram: Telegram, clock: Clock, database: Database, settings: Settings, declared: Declared
) -> Machine:
    app = build_telegram(settings, SandboxRequest(telegram))
    await app.initialize()
    pace = Pace(lambda: clock.now().timestamp(), rate=float("inf"), chat=0.0)
    machine = build_machine(app, database, clock=clock.now, pace=pace, declared=declared)
    await machine.start()
    return machine


async def restarted(town: Township, url: str, folder: Path) -> None:
    """Stop the process and start another one on the same database."""
    await town.machine.stop()
    town.database = Database(url, towns.rules(towns.read_town(TOWN_FILE)))
    settings = _settings(url, folder)
    town.machine = await _started(town.telegram, town.clock, town.database, settings, TOWNSHIP)


def _settings(url: str, folder: Path) -> Settings:
    return Settings(_env_file=None, bot_token=TOKEN, data_dir=folder, database_url=url, town=TOWN_FILE)


def prepare(database: Database) -> None:
    """Make the tables, or give those of an earlier scene: making them takes longer than most scenes."""
    if not database.is_sqlite:
        give_tables(database.engine)
        return
    file = Path(database.engine.url.database or "")
    if file.is_file() and not file.stat().st_size:
        file.write_bytes(_empty_tables())
    else:
        upgrade(database.engine)


@cache
def _empty_tables() -> bytes:
    """Return a SQLite file with the newest tables and nothing in them."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        engine = open_engine(f"sqlite:///{file}")
        upgrade(engine)
        engine.dispose()
        return file.read_bytes()


async def close_township(town: Township) -> None:
    """Close what was opened."""
    await town.machine.stop()
