"""The timetable: what runs when. APScheduler is only the clock; what is due is decided by rows (DESIGN, Time)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.database import DatabaseAway

log = structlog.get_logger(__name__)

BEAT_SECONDS = 3
CHORE_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Chore:
    """Something that is looked at every few seconds, by one process only."""

    name: str
    work: Callable[..., object]


def timetable(beat: Callable[[], Awaitable[None]], chores: Callable[[], Awaitable[None]]) -> AsyncIOScheduler:
    """Return a scheduler that beats and does the chores; a late or missed run is done once, never dropped."""
    defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    scheduler = AsyncIOScheduler(timezone="Asia/Shanghai", job_defaults=defaults)
    scheduler.add_job(_calmly, "interval", args=[beat], seconds=BEAT_SECONDS)
    scheduler.add_job(_calmly, "interval", args=[chores], seconds=CHORE_SECONDS)
    return scheduler


async def _calmly(work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except DatabaseAway:
        log.error("database.away")
