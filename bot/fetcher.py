"""The fetcher: gets the pictures of cases from Telegram and has them cleaned, one at a time.

Nothing is waited for inside a transaction: a picture is claimed, fetched, kept as it came, cleaned by a child process,
and kept clean. Whatever dies in between is claimed again when its lease is over, and goes on where it was.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot import wire
from bot.database import Database
from bot.render import cleaning
from models import pictures
from models.pictures import FEW_TRIES, Job

log = structlog.get_logger(__name__)

FETCH_SECONDS = 60.0


class Fetcher:
    """Fetches and cleans for one process. `clock` tells the township's time."""

    def __init__(self, database: Database, bot: ExtBot[None], *, clock: Callable[[], datetime]) -> None:
        self.database, self.bot, self._now = database, bot, clock

    async def fetch_one(self) -> bool:
        """Fetch and clean the next picture that is due; False when none is."""
        job = await self.database.run(pictures.claim, now=self._now())
        if job is None:
            return False
        try:
            original = await self._original(job)
            clean = await asyncio.to_thread(cleaning.clean, original)
        except (wire.Missing, TelegramError, TimeoutError, cleaning.NotCleaned) as trouble:
            await self._failed(job, trouble)
        else:
            await self.database.run(pictures.keep_clean, job, clean)
        return True

    async def _original(self, job: Job) -> bytes:
        kept = await self.database.run(pictures.original_for, job)
        if kept is not None:
            return kept
        async with asyncio.timeout(FETCH_SECONDS):
            content = await wire.download(self.bot, job.file_id, cleaning.LARGEST)
        await self.database.run(pictures.keep_original, job, content)
        return content

    async def _failed(self, job: Job, trouble: Exception) -> None:
        """Only the kind of trouble is said: what Telegram or the file say of themselves may name somebody."""
        hopeless = isinstance(trouble, cleaning.NotCleaned) and trouble.hopeless
        log.warning("picture.failed", evidence=job.evidence_id, attempt=job.attempt, error=type(trouble).__name__)
        if hopeless:
            await self.database.run(pictures.give_up, job, now=self._now())
        elif isinstance(trouble, wire.Missing | cleaning.NotCleaned):
            await self.database.run(pictures.put_back, job, now=self._now(), tries=FEW_TRIES)
        else:
            await self.database.run(pictures.put_back, job, now=self._now())
