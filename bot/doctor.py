"""The doctor: looks at everything an installation needs, and says what is wrong and what to do."""

import shutil
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, func, select
from telegram.error import TelegramError

from bot import wire
from bot.app import build_telegram, open_database, wall_clock
from bot.database import DatabaseAway
from bot.settings import BadSettings, Settings
from models import audit, calendar, inbox, outbox
from models.areas import Area
from models.migrations import version
from models.people import Grant, Role
from models.town import BadTown, read_town

ENOUGH_DISK = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    ok: bool
    told: str


async def examine(settings: Settings) -> list[Finding]:
    """Return what was found, in the order in which one would mend it."""
    found = [_town(settings), _disk(settings), _year()]
    try:
        database = open_database(settings)
    except (BadSettings, BadTown) as trouble:
        return [*found, Finding("database", False, str(trouble))]
    except (DatabaseAway, DBAPIError, OSError) as trouble:
        return [*found, Finding("database", False, f"cannot be reached ({type(trouble).__name__})")]
    found.append(Finding("database", True, f"version {version(database.engine)}"))
    found += database.transaction(_inside)
    database.close()
    return [*found, *await _telegram(settings)]


def _town(settings: Settings) -> Finding:
    try:
        town = read_town(settings.town)
    except BadTown as trouble:
        return Finding("town file", False, str(trouble))
    return Finding("town file", True, f"{town.name}，{len(town.areas)} areas")


def _disk(settings: Settings) -> Finding:
    folder = settings.data_dir if settings.data_dir.exists() else settings.data_dir.parent
    free = shutil.disk_usage(folder.resolve()).free
    return Finding("disk", free > ENOUGH_DISK, f"{free // 1024**2} MB free")


def _year() -> Finding:
    year = calendar.local(wall_clock()).year
    known = calendar.is_announced(year)
    return Finding("holidays", known, f"{year} is " + ("known" if known else "not known: update chinesecalendar"))


def _inside(s: Session) -> list[Finding]:
    areas = s.exec(select(func.count()).select_from(Area)).one()
    admins = s.exec(select(func.count()).select_from(Grant).where(Grant.role == Role.ADMIN.value)).one()
    waiting, quarantined = inbox.waiting(s)
    notices = outbox.counts(s)
    broken = audit.verify_chain(s)
    return [
        Finding("town in database", areas > 0, f"{areas} areas" if areas else "empty: run chuishao town import"),
        Finding("administrator", admins > 0, f"{admins}" if admins else "none: run chuishao invite admin"),
        Finding("inbox", quarantined == 0, f"{waiting} waiting, {quarantined} in quarantine"),
        Finding("notices", notices["unknown"] == 0, ", ".join(f"{n} {state}" for state, n in notices.items())),
        Finding("audit log", broken is None, "unbroken" if broken is None else f"broken at entry {broken}"),
    ]


async def _telegram(settings: Settings) -> list[Finding]:
    try:
        app = build_telegram(settings)
        await app.initialize()
    except (BadSettings, TelegramError) as trouble:
        told = str(trouble) if isinstance(trouble, BadSettings) else f"no answer ({type(trouble).__name__})"
        return [Finding("telegram", False, told)]
    hook = await wire.call(app.bot, "getWebhookInfo", {})
    name = app.bot.username
    await app.shutdown()
    wanted = bool(settings.webhook_url)
    fits = bool(hook.get("url")) == wanted
    told = f"{hook.get('pending_update_count', 0)} updates waiting" if fits else "run chuishao webhook"
    return [Finding("telegram", True, f"@{name}"), Finding("webhook" if wanted else "polling", fits, told)]
