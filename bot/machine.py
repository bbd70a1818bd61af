"""The machine: takes updates in, has the desk handle them in order, and lets the postman deliver.

Each step is a method, so that tests and the sandbox can take the steps one by one; `run` just repeats them.
"""

import asyncio
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import structlog
from sqlmodel import Session
from telegram.ext import ExtBot

from bot.cards import card
from bot.context import Visit
from bot.database import Database, DatabaseAway
from bot.desk import Desk, Malformed, TakenOver
from bot.fetcher import Fetcher
from bot.logs import where
from bot.notices import Notice
from bot.pace import Pace
from bot.poller import Poller
from bot.postman import Postman
from bot.timetable import Chore
from models import inbox, installation, leases, outbox
from models.base import Refused
from models.inbox import Claimed
from models.people import Role, holders

log = structlog.get_logger(__name__)

ALIVE_SECONDS = 10.0
IDLE_SECONDS = 1.0
STOP_SECONDS = 8.0
TOGETHER = 16


def new_holder() -> str:
    """Return a name for this process, different at each start."""
    return secrets.token_hex(8)


class Machine:
    """One process of the bot."""

    def __init__(self, database: Database, bot: ExtBot[None], desk: Desk, *, notices: Iterable[Notice],
                 chores: Sequence[Chore], clock: Callable[[], datetime], pace: Pace | None = None) -> None:  # fmt: skip
        self.database, self.bot, self.desk, self.now = database, bot, desk, clock
        self.holder = desk.holder
        self.chores = chores
        pace = pace or Pace(asyncio.get_running_loop().time)
        self.postman = Postman(database, bot, notices, clock=clock, holder=self.holder, pace=pace)
        self.poller = Poller(bot, self.keep)
        self.fetcher = Fetcher(database, bot, clock=clock)
        self._came, self._said = asyncio.Event(), asyncio.Event()
        self._leads = self._halted = False
        self._beaten = -ALIVE_SECONDS

    async def start(self) -> None:
        """Announce this process and take up what was left by one that died."""
        await self.database.run(self._announce, alone=self.database.is_sqlite)
        await self.database.run(installation.note_bot_name, self.bot.username)
        await self.beat()

    def _announce(self, s: Session, *, alone: bool) -> None:
        if alone:
            leases.drop(s)
            inbox.release(s)

    async def beat(self) -> None:
        """Say that this process lives; whoever leads also takes over from the dead.

        After a silence (a start, a database that was away) the living get one beat to say so before they count as dead.
        """
        seconds = asyncio.get_running_loop().time()
        steady = self.database.is_sqlite or seconds - self._beaten < ALIVE_SECONDS
        self._leads = await self.database.run(_beat, self.holder)
        self._beaten = seconds
        if self._leads and steady:
            await self.postman.recover()

    async def keep(self, updates: list[dict[str, Any]]) -> int:
        """Make raw updates safe; return how many were new. Raises DatabaseAway when nothing was accepted."""
        new = await self.database.run(inbox.store, self.bot.id, updates, now=self.now())
        self._came.set()
        return new

    async def work(self) -> int:
        """Handle the updates that may be handled now; return how many."""
        claimed = await self.database.run(_claim, self.holder)
        batches = (claimed[i : i + TOGETHER] for i in range(0, len(claimed), TOGETHER))
        await asyncio.gather(*(self._handle_together(batch) for batch in batches))
        if claimed:
            self._said.set()
        return len(claimed)

    async def _handle_together(self, batch: list[Claimed]) -> None:
        """Handle several people's updates with one commit; if anything goes wrong, each for itself."""
        try:
            visits = await self.database.run(self.desk.handle, batch, now=self.now())
        except Exception as trouble:
            log.debug("batch.split", size=len(batch), error=where(trouble))
            for claimed in batch:
                await self._handle(claimed)
        else:
            for visit in visits:
                self._answer(visit)

    def _answer(self, visit: Visit) -> None:
        if visit.tapped:
            self.postman.answer_tap(visit.tapped, visit.toast, visit.alert)
        if visit.inline is not None:
            self.postman.answer_inline(visit.inline)
        self.postman.send_now(visit.replies)

    async def _handle(self, claimed: Claimed) -> None:
        try:
            visit = await self._try(claimed)
        except TakenOver:
            log.warning("update.taken_over", row=claimed.id)
        except DatabaseAway:
            log.error("database.away", row=claimed.id)
        else:
            if visit is not None:
                self._answer(visit)

    async def _try(self, claimed: Claimed) -> Visit | None:
        try:
            return (await self.database.run(self.desk.handle, [claimed], now=self.now()))[0]
        except (TakenOver, DatabaseAway):
            raise
        except Refused as refusal:
            said = card(str(refusal))
            return (await self.database.run(self.desk.handle, [claimed], now=self.now(), instead=said))[0]
        except Malformed as trouble:
            log.warning("update.malformed", row=claimed.id, error=str(trouble))
            return await self.database.run(self._give_up, claimed, readable=False)
        except Exception as trouble:
            log.error("update.failed", row=claimed.id, attempt=claimed.attempts + 1, error=where(trouble))
            return await self._fail(claimed)

    async def _fail(self, claimed: Claimed) -> Visit | None:
        if claimed.attempts + 1 < inbox.TRIES:
            await self.database.run(self._put_back, claimed)
            return None
        try:
            return await self.database.run(self._give_up, claimed, readable=True)
        except TakenOver:
            raise
        except Exception as trouble:
            log.error("update.unreadable", row=claimed.id, error=where(trouble))
            return await self.database.run(self._give_up, claimed, readable=False)

    def _put_back(self, s: Session, claimed: Claimed) -> None:
        inbox.put_back(s, claimed, self.holder, clock=leases.clock(s))

    def _give_up(self, s: Session, claimed: Claimed, *, readable: bool) -> Visit:
        for who in holders(s, Role.ADMIN):
            key = f"quarantined|{claimed.id}|{who}"
            outbox.notify(s, who, "system.quarantined", now=self.now(), key=key, row=claimed.id)
        return self.desk.give_up(s, claimed, now=self.now(), readable=readable)

    async def deliver(self) -> int:
        """Deliver due notices if this process leads; return how many were sent."""
        return await self.postman.deliver_due() if self._leads else 0

    async def fetch(self) -> bool:
        """Fetch and clean one picture if this process leads; False when none is due."""
        return self._leads and await self.fetcher.fetch_one()

    async def do_chores(self) -> None:
        """Do what the timetable asks for now, if this process leads."""
        if not self._leads:
            return
        for chore in self.chores:
            try:
                await self.database.run(chore.work, now=self.now())
            except DatabaseAway:
                raise
            except Exception as trouble:
                log.error("chore.failed", chore=chore.name, error=where(trouble))
        self._said.set()

    async def settle(self) -> None:
        """Handle and deliver until nothing is left to do now (for tests and for stopping)."""
        busy = True
        while busy:
            busy = bool(await self.poller.fetch(0))
            while await self.work():
                busy = True
            busy = bool(await self.deliver()) or busy
            await self.postman.settle()

    async def keep_working(self) -> None:
        """Handle updates for ever, at once when some came."""
        await self._repeat(self.work, self._came)

    async def keep_delivering(self) -> None:
        """Deliver for ever, at once when something was said."""
        await self._repeat(self.deliver, self._said)

    async def keep_fetching(self) -> None:
        """Fetch pictures for ever, looking every second. Cut short, it leaves nothing that is not taken up again."""
        await self._repeat(self.fetch, asyncio.Event())

    def halt(self) -> None:
        """Begin nothing new; `keep_working` and `keep_delivering` end after the step they are in."""
        self._halted = self.postman.is_stopping = True
        self._came.set()
        self._said.set()

    async def _repeat(self, step: Callable[[], Any], wake: asyncio.Event) -> None:
        while not self._halted:
            wake.clear()
            try:
                if await step():
                    continue
            except DatabaseAway:
                log.error("database.away")
            except Exception as trouble:
                log.error("step.failed", error=where(trouble))
            with suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), IDLE_SECONDS)

    async def stop(self) -> None:
        """Finish what was begun, give back what was claimed, and close."""
        try:
            await asyncio.wait_for(self.postman.settle(), STOP_SECONDS)
        except TimeoutError:
            log.warning("stop.unfinished")
        await self.database.run(_leave, self.holder)
        self.database.close()

    async def health(self) -> dict[str, Any]:
        """Return what an operator wants to know: waiting and quarantined updates, notices in doubt."""
        return await self.database.run(_health)


def _claim(s: Session, holder: str) -> list[Claimed]:
    return inbox.claim(s, holder, clock=leases.clock(s))


def _beat(s: Session, holder: str) -> bool:
    leases.hold(s, f"alive:{holder}", holder, ALIVE_SECONDS)
    return leases.hold(s, "lead", holder, ALIVE_SECONDS)


def _leave(s: Session, holder: str) -> None:
    inbox.release(s, holder)
    leases.drop(s, holder)


def _health(s: Session) -> dict[str, Any]:
    waiting, quarantined = inbox.waiting(s)
    return {"database": "ok", "inbox": waiting, "quarantined": quarantined, **outbox.counts(s)}
