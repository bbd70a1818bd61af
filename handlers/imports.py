"""Imports: an officer sends a workbook, sees row by row what would become of it, and has all of it brought in."""

from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, Paper, bold, card
from bot.context import Context
from bot.logs import where
from bot.notices import Notice
from bot.prompts import workbook
from bot.render import reading
from bot.render.orders import Sheet, make
from bot.routes import Route, command, press
from bot.timetable import Chore
from bot.wire import Outcome
from handlers import checklist_imports
from handlers.say import imports as say
from models import imports, uploads
from models.base import Refused, Stale
from models.outbox import Lane, Outgoing, notify
from models.people import Can, Person
from models.uploads import CHECKED, FAILED, Upload
from models.workbook_rows import VERDICTS, WRONG

log = structlog.get_logger(__name__)

# Its lines are judged by what is known of hazards, which the models do not see.
imports.PURPOSES["checklist"] = checklist_imports.PURPOSE

REPORT = "upload.report"
SHOWN = 5
BROKEN = "broken"


async def explain(_: Update, context: Context) -> None:
    """「导入场所」: how it goes, and the tables to fill in."""
    ways = [Button(say.BLANK, "places.blank", once=False), Button(say.LEDGER, "places.export", once=False)]
    context.say(card(bold(say.HEAD), say.HOW, say.LIMIT, buttons=[ways]))


def take(update: Update, context: Context) -> bool:
    """Take a workbook that somebody who may bring places in has sent; False when it is none, or not theirs to send."""
    sent = workbook(update)
    if sent is None or not imports.may_send(context.actor):
        return False
    name = sent.file_name or ""
    kind = name[name.rfind(".") :].lower()
    if kind in say.WRONG_KINDS:
        context.say(card(say.WRONG_KINDS[kind]), new=True)
    elif (sent.file_size or 0) > reading.LARGEST:
        context.say(card(say.TOO_LARGE), new=True)
    else:
        context.run(uploads.expect, sent.file_id, name[-60:])
    return True


def upload_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render an upload as it stands: received, so far, found, brought in, or why not."""
    del person, now
    upload = s.get(Upload, row.about["upload"])
    if upload is None:
        return card(say.EXPIRED)
    name, trouble = upload.about["name"], str(upload.about.get("trouble", ""))
    match upload.state:
        case uploads.EXPECTED:
            return card(say.GOT.format(name=name))
        case uploads.CHECKING:
            again = say.AGAIN if upload.about.get("again") else None
            return card(say.CHECKING.format(name=name), again, say.FAR.format(done=upload.done, total=upload.total))
        case uploads.CHECKED:
            return _checked(upload)
        case uploads.APPLYING:
            return card(say.APPLYING.format(name=name))
        case uploads.DONE:
            return card(bold(say.DONE.format(name=name)), *_counts(upload), say.DONE_HOW[upload.purpose])
        case uploads.FAILED:
            return card(bold(say.FAILED.format(name=name)), say.TROUBLES.get(trouble, trouble))
    return card((say.REPLACED if trouble == uploads.REPLACED else say.DROPPED).format(name=name))


def _checked(upload: Upload) -> Card:
    found, args = imports.counts(upload), {"u": upload.id}
    unread = upload.about.get("unread")
    ready = imports.is_ready(upload)
    verdict = say.BAD if found.get(WRONG) else say.FINE if ready else say.NOTHING_NEW
    ways = [Button(say.ALL, "upload.apply", args)] if ready else []
    report = Button(say.REPORT, "upload.report", args, once=False)
    return card(
        bold(say.CHECKED.format(name=upload.about["name"], total=upload.total)), *_counts(upload), verdict,
        *_problems(upload), say.UNREAD.format(heads="、".join(unread)[:200]) if unread else None,
        buttons=[[*ways, Button(say.NONE, "upload.drop", args)], [report]],
    )  # fmt: skip


def _counts(upload: Upload) -> list[str]:
    found = imports.counts(upload)
    unit = say.UNITS[upload.purpose]
    return [sentence.format(n=found[kind], unit=unit) for kind, sentence in say.COUNTS if found.get(kind)]


def _problems(upload: Upload) -> list[str]:
    wrong = [line for line in (upload.report or {})["lines"] if line[1] == WRONG]
    told = [say.LINE.format(row=row, column=column, stands=say.STANDS.format(stands=stands[:20]) if stands else "",
                            why=why, todo=todo[:60])
            for row, _, column, stands, why, todo in wrong[:SHOWN]]  # fmt: skip
    rest = len(wrong) - len(told)
    return [*told, say.MORE.format(n=rest)] if rest > 0 else told


def arrived(s: Session, row: Outgoing, outcome: Outcome, now: datetime) -> None:
    """The message about an upload has arrived: that one is edited from now on."""
    if outcome.message_id is not None and "edit" not in row.about:
        uploads.note_message(s, row.about["upload"], outcome.message_id, now=now)


async def apply(_: Update, context: Context) -> None:
    """「全部导入」; a second tap changes nothing."""
    upload = context.read(imports.order, context.pressed["u"])
    context.say(card(say.APPLYING.format(name=upload.about["name"])))


async def drop(_: Update, context: Context) -> None:
    """「不导入」."""
    upload = context.run(imports.drop, context.pressed["u"])
    if upload.state == uploads.DROPPED:
        context.say(card(say.DROPPED.format(name=upload.about["name"])))
    else:
        context.toast(say.TOO_LATE)


async def report(_: Update, context: Context) -> None:
    """「下载核对报告」: the file comes as a message of its own."""
    upload = context.read(uploads.upload_for, context.pressed["u"])
    if upload.state != CHECKED:
        raise Refused(uploads.GONE)
    notify(context.visit.session, context.actor.id, REPORT, now=context.now, lane=Lane.REPLY, upload=upload.id)
    context.toast(say.COMES)


def report_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render what was found, row by row, as an XLSX file."""
    del now
    upload = s.get(Upload, row.about["upload"])
    if upload is None or upload.who_id != person.id or upload.report is None or "lines" not in upload.report:
        return None
    heads, widths = zip(*say.REPORT_HEADS, strict=True)
    lines = tuple((line[0], VERDICTS[line[1]], *line[2:]) for line in upload.report["lines"])
    title = say.REPORT_TITLE.format(name=upload.about["name"])
    order = Sheet(title, say.REPORT_ABOUT.format(total=upload.total), heads, widths, lines)
    return card(say.REPORT_DONE, paper=Paper(say.REPORT_NAME, partial(make, order)))


def go_on(s: Session, *, now: datetime) -> None:
    """Take the next step of one upload; one that our own mistake breaks is given up, and holds nobody up."""
    upload = imports.under_way(s)
    if upload is None:
        return
    try:
        with s.begin_nested():
            imports.go_on(s, upload, now=now)
    except (SQLAlchemyError, Stale):
        raise
    except Exception as trouble:
        log.error("upload.broken", upload=upload.id, error=where(trouble))
        uploads.end(s, upload, FAILED, now=now, trouble=BROKEN)


ROUTES: tuple[Route, ...] = (
    command("import", explain, say.IMPORT, can=Can.IMPORT, help=say.HELP, words=("导入场所台账", "批量导入")),
    press("upload.apply", apply, can=Can.IMPORT),
    press("upload.drop", drop, can=Can.IMPORT),
    press("upload.report", report, can=Can.IMPORT),
)
NOTICES: tuple[Notice, ...] = (
    Notice(uploads.CARD, upload_card, arrived=arrived),
    Notice(REPORT, report_card),
)
CHORES: tuple[Chore, ...] = (Chore("imports", go_on),)
