"""The doctor: looks at everything an installation needs, and says what is wrong and what to do."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, func, select
from telegram.error import TelegramError

from bot import mail, wire
from bot.app import build_telegram, open_database, wall_clock
from bot.database import DatabaseAway
from bot.render import fonts
from bot.settings import BadSettings, Settings
from models import audit, calendar, inbox, outbox, vault
from models.areas import Area
from models.inbox import QUARANTINED, Inbox
from models.migrations import version
from models.people import Grant, Person, Role
from models.town import BadTown, Town, read_town

ENOUGH_DISK = 500 * 1024 * 1024
AT_MOST = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    ok: bool
    told: str


async def examine(settings: Settings) -> list[Finding]:
    """Return what was found, in the order in which one would mend it."""
    found = [_town(settings), _disk(settings), _year(), _font()]
    try:
        database = open_database(settings)
    except (BadSettings, BadTown) as trouble:
        return [*found, Finding("database", False, str(trouble))]
    except (DatabaseAway, DBAPIError, OSError) as trouble:
        return [*found, Finding("database", False, f"cannot be reached ({type(trouble).__name__})")]
    found.append(Finding("database", True, f"version {version(database.engine)}"))
    found += database.transaction(_inside)
    if not _is_loopback(settings.api_url):
        found.append(database.transaction(_invented, read_town(settings.town)))
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


def _font() -> Finding:
    try:
        return Finding("font", True, fonts.chinese().path.name)
    except fonts.NoFont as trouble:
        return Finding("font", False, f"large-print notices cannot be made: {trouble}")


def _inside(s: Session) -> list[Finding]:
    areas = s.exec(select(func.count()).select_from(Area)).one()
    held = select(func.count()).select_from(Grant).where(col(Grant.ended_at).is_(None))
    admins = s.exec(held.where(Grant.role == Role.ADMIN.value)).one()
    waiting, quarantined = inbox.waiting(s)
    notices = outbox.counts(s)
    counted = ", ".join(f"{n} {state}" for state, n in notices.items())
    doubtful = _doubtful(s)
    broken = audit.verify_chain(s)
    return [
        Finding("town in database", areas > 0, f"{areas} areas" if areas else "empty: run chuishao town import"),
        Finding("administrator", admins > 0, f"{admins}" if admins else "none: run chuishao invite admin"),
        Finding("inbox", quarantined == 0, f"{waiting} waiting, {quarantined} in quarantine{_quarantined(s)}"),
        Finding("notices", not doubtful, counted + doubtful),
        _vault(s),
        Finding("audit log", broken is None, "unbroken" if broken is None else f"broken at entry {broken}"),
    ]


def _vault(s: Session) -> Finding:
    former = vault.used_keys(s) - {vault.known_keys()[0]}
    told = "some identities are sealed with a former key: run chuishao rotate-vault"
    return Finding("vault", not former, told if former else "sealed with its own key")


def _quarantined(s: Session) -> str:
    query = select(Inbox.id, Inbox.received_at).where(Inbox.state == QUARANTINED).order_by(col(Inbox.id))
    return _some(f"Q{row} {calendar.local(at).date()}" for row, at in s.exec(query))


def _doubtful(s: Session) -> str:
    return _some(f"{row.id} {row.what} {calendar.local(row.created_at).date()}" for row in mail.uncertain(s))


def _some(told: Iterable[str]) -> str:
    found = list(told)
    more = [f"and {len(found) - AT_MOST} more"] if len(found) > AT_MOST else []
    return ": " + "; ".join([*found[:AT_MOST], *more]) if found else ""


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _invented(s: Session, town: Town) -> Finding:
    """The people of the demo town have small numbers, which on the real Telegram belong to somebody else."""
    numbers = [person.telegram_id for person in town.demo.people]
    live = select(Person.telegram_id).join(Grant, col(Grant.person_id) == Person.id)
    here = live.where(col(Grant.ended_at).is_(None), col(Person.telegram_id).in_(numbers))
    found = sorted(set(s.exec(here)))
    ids = " ".join(str(number) for number in found)
    told = f"invented people hold roles: set [demo] enabled = false and run chuishao revoke {ids}"
    return Finding("demo", not found, told if found else "no invented people hold roles")


async def _telegram(settings: Settings) -> list[Finding]:
    try:
        bot = build_telegram(settings).bot
        async with bot:
            hook, name = await wire.call(bot, "getWebhookInfo", {}), bot.username
    except (BadSettings, TelegramError) as trouble:
        told = str(trouble) if isinstance(trouble, BadSettings) else f"no answer ({type(trouble).__name__})"
        return [Finding("telegram", False, told)]
    wanted = bool(settings.webhook_url)
    fits = bool(hook.get("url")) == wanted
    told = f"{hook.get('pending_update_count', 0)} updates waiting" if fits else "run chuishao webhook"
    return [Finding("telegram", True, f"@{name}"), Finding("webhook" if wanted else "polling", fits, told)]
