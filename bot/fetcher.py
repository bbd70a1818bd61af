"""The fetcher: gets the pictures of cases and the workbooks of officers from Telegram, one at a time.

Nothing is waited for inside a transaction: a file is claimed, fetched, kept as it came, opened by a child process
(pictures are cleaned, workbooks read), and what comes of it is kept. Whatever dies in between is claimed again when its
lease is over, and goes on where it was.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot import wire
from bot.database import Database
from bot.render import cleaning, reading
from models import imports, pictures, uploads
from models.pictures import FEW_TRIES, Job

log = structlog.get_logger(__name__)

FETCH_SECONDS = 60.0


class Fetcher:
    """Fetches, cleans and reads for one process. `clock` tells the township's time."""

    def __init__(self, database: Database, bot: ExtBot[None], *, clock: Callable[[], datetime]) -> None:
        self.database, self.bot, self._now = database, bot, clock

    async def fetch_one(self) -> bool:
        """Fetch and open the next file that is due, pictures first; False when none is."""
        job = await self.database.run(pictures.claim, now=self._now())
        if job is not None:
            await self._picture(job)
            return True
        book = await self.database.run(uploads.claim, now=self._now())
        if book is not None:
            await self._workbook(book)
        return book is not None

    async def _picture(self, job: Job) -> None:
        try:
            original = await self._original(job)
            clean = await asyncio.to_thread(cleaning.clean, original)
        except (wire.Missing, TelegramError, TimeoutError, cleaning.NotCleaned) as trouble:
            await self._failed(job, trouble)
        else:
            await self.database.run(pictures.keep_clean, job, clean)

    async def _original(self, job: Job) -> bytes:
        kept = await self.database.run(pictures.original_for, job)
        if kept is not None:
            return kept
        content = await self._download(job.file_id, cleaning.LARGEST)
        await self.database.run(pictures.keep_original, job, content)
        return content

    async def _download(self, file_id: str, largest: int) -> bytes:
        async with asyncio.timeout(FETCH_SECONDS):
            return await wire.download(self.bot, file_id, largest)

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

    async def _workbook(self, job: uploads.Job) -> None:
        try:
            content = job.content
            if content is None:
                content = await self._download(job.file_id, reading.LARGEST)
                await self.database.run(uploads.keep_content, job, content)
            pages = await asyncio.to_thread(reading.read, content)
        except (wire.Missing, TelegramError, TimeoutError) as trouble:
            await self._unread(job, uploads.LOST, type(trouble).__name__)
        except reading.NotRead as trouble:
            await self._unread(job, str(trouble), str(trouble), hopeless=trouble.hopeless)
        else:
            await self.database.run(imports.begin, job, pages, now=self._now())

    async def _unread(self, job: uploads.Job, trouble: str, error: str, *, hopeless: bool = False) -> None:
        log.warning("upload.failed", upload=job.upload_id, attempt=job.attempt, error=error)
        await self.database.run(uploads.put_back, job, trouble, hopeless=hopeless, now=self._now())
