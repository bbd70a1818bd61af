"""My data: a person reads, takes along, mends and erases what the township keeps about them."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, Paper, bold, card
from bot.context import Context
from bot.fields import Answers, Text
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, command, press
from bot.timetable import Chore
from handlers import looks, looks_basics
from handlers.say import own_data as say
from knowledge.kinds import KINDS
from models import erasure, hazards, own_data, retention, rounds
from models.audiences import TIPS
from models.calendar import local
from models.hazards import Hazard
from models.lifecycle import ACT_LABELS, STEP_LABELS, Act, Relation, Step
from models.outbox import Lane, Outgoing, notify
from models.own_data import OwnData
from models.people import Can, Person, actor_of
from models.reveals import Reveal
from models.rules import rules_of

EXPORT = "own_data.export"
SHOWN = 6


async def show(_: Update, context: Context) -> None:
    """「我的数据」: in plain words what is kept."""
    found = context.read(own_data.collect)
    reports = [_report_line(hazard) for hazard in found.reports[:SHOWN]]
    more = say.REPORTS_MORE.format(n=len(found.reports) - SHOWN) if len(found.reports) > SHOWN else None
    ways = [[Button(say.EXPORT, EXPORT, once=False), Button(say.RENAME, "own_data.rename", once=False)],
            [Button(say.MINE, "own.list", once=False), Button(say.ERASE, "own_data.erase", once=False)]]  # fmt: skip
    head, *rest = _lines(found)
    context.say(card(bold(say.HEAD), head, *rest[:3], say.REPORTS.format(n=len(found.reports)), *reports, more,
                     *rest[3:], say.RECEIPTS, say.TELEGRAM, buttons=ways))  # fmt: skip


def _lines(found: OwnData) -> list[str]:
    """Return everything but the reports, a line each; the first four are about the person."""
    looked = sum(row.opened_at is not None for _, row in found.reveals)
    counted = (
        (found.followed, say.FOLLOWED), (found.drafts, say.DRAFTS), (found.asked, say.QUIZ),
        (found.trainings, say.TRAININGS), (len(found.complaints), say.COMPLAINTS),
    )  # fmt: skip
    return [
        say.NAME.format(name=found.name), say.ROLES.format(roles=found.roles),
        say.AREA.format(area=found.area) if found.area else say.NO_AREA, _tips(found.muted),
        say.LOOKED.format(n=looked) if looked else say.LOOKED_NONE,
        *(told.format(n=n, right=found.right) for n, told in counted if n),
    ]  # fmt: skip


def _tips(muted: tuple[str, ...]) -> str:
    if TIPS in muted:
        return say.TIPS_ALL_OFF
    return say.TIPS_SOME_OFF.format(n=len(muted)) if muted else say.TIPS_ON


def _report_line(hazard: Hazard) -> str:
    return say.REPORT_LINE.format(number=hazard.number, day=_day(hazard.reported_at), level=say.LEVELS[hazard.privacy])


def _day(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d}"


async def export(_: Update, context: Context) -> None:
    """「导出一份」: a file comes as a message of its own, made away from everybody who waits."""
    notify(context.visit.session, context.actor.id, EXPORT, now=context.now, lane=Lane.REPLY)
    context.toast(say.COMING)


def export_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the file of everything that leads to this person, for this person."""
    del row
    text = "\n".join(_file(s, own_data.collect(s, actor_of(s, person)), now))
    return card(say.PAPER, paper=Paper(say.PAPER_NAME, partial(text.encode, "utf-8-sig")))


def _file(s: Session, found: OwnData, now: datetime) -> Iterator[str]:
    yield say.TXT_TITLE.format(town=rules_of(s).town, day=_day(now))
    yield from ("", say.TXT_REPORTS, *([] if found.reports else [say.NONE]))
    for hazard in found.reports:
        yield from _of_report(s, hazard)
    yield from ("", say.TXT_LOOKS, *([] if found.reveals else [say.NONE]))
    yield from (_of_look(s, hazard, row) for hazard, row in found.reveals)
    yield from ("", say.TXT_COMPLAINTS, *([] if found.complaints else [say.NONE]))
    for complaint in found.complaints:
        yield say.TXT_COMPLAINT.format(day=complaint.made_on, words=complaint.words)
        if complaint.outcome:
            yield say.TXT_ANSWER.format(words=complaint.outcome)
    yield from ("", say.TXT_REST, *_lines(found), say.RECEIPTS, say.TELEGRAM)


def _of_report(s: Session, hazard: Hazard) -> Iterator[str]:
    yield say.TXT_REPORT.format(
        number=hazard.number, kind=KINDS[hazard.kind].name, day=_day(hazard.reported_at),
        level=say.LEVELS[hazard.privacy], state=STEP_LABELS[Step(hazard.step)],
    )  # fmt: skip
    yield say.TXT_PLACE.format(place=hazard.place_text)
    yield say.TXT_WORDS.format(words=hazard.detail)
    if hazard.latitude is not None:
        yield say.TXT_POINT.format(latitude=hazard.latitude, longitude=hazard.longitude)
    for step in hazards.history(s, hazard):
        if step.by == Relation.REPORTER:
            note = f"：{step.note}" if step.note else ""
            yield say.TXT_STEP.format(day=_day(step.at), act=ACT_LABELS[Act(step.act)], note=note)
    yield say.TXT_MEDIA.format(n=own_data.media_of(s, hazard))
    if hazard.rating is not None:
        yield say.TXT_RATING.format(stars=hazard.rating, note=hazard.rating_note)


def _of_look(s: Session, hazard: Hazard, row: Reveal) -> str:
    if row.opened_at is not None:
        result = say.LOOK_RESULTS["seen"].format(when=looks.day_and_hour(row.opened_at))
    else:
        result = say.LOOK_RESULTS["waiting" if row.granted is None else "unseen" if row.granted else "refused"]
    return say.TXT_LOOK.format(
        number=hazard.number, day=_day(row.asked_at), name=looks_basics.name_of(s, row.asked_by), result=result,
        titles=looks_basics.titles_of(s, row.asked_by), reason=row.reason,
    )  # fmt: skip


async def rename(_: Update, context: Context) -> None:
    """「改称呼」."""
    context.begin("own_name")


def submit_rename(context: Context, answers: Answers) -> Card:
    """Call the person otherwise from now on."""
    return card(say.RENAMED.format(name=context.run(own_data.rename, answers["name"]).name))


async def ask_erase(_: Update, context: Context) -> None:
    """「删除我的数据」: what goes, what stays and why, and that it is for good; then once more."""
    context.read(own_data.refuse_bound)
    still = len(context.read(own_data.open_reports))
    ways = [[Button(say.EXPORT, EXPORT, once=False), Button(say.ERASE_NO, "own_data.show", once=False)],
            [Button(say.ERASE_YES, "own_data.erased")]]  # fmt: skip
    context.say(card(bold(say.ERASE_HEAD), say.ERASE_WHAT, say.ERASE_STAYS,
                     say.ERASE_OPEN.format(n=still) if still else None, say.ERASE_FINAL, buttons=ways))  # fmt: skip


async def erase(_: Update, context: Context) -> None:
    """「确定，全部删除」."""
    context.run(own_data.erase)
    context.say(card(say.ERASED))


def purge(s: Session, *, now: datetime) -> None:
    """Erase every day what has been kept long enough, a part at a time, and leave no copy in the database's log."""
    if rounds.is_done(s, "retention", now=now):
        return
    if not retention.purge(s, now=now):
        erasure.mark(s)
        rounds.mark_done(s, "retention", now=now)


FORMS = (
    Form(
        "own_name", say.RENAME_TITLE, submit=submit_rename, review=False,
        fields=(Text(key="name", label="称呼", ask=say.RENAME_ASK, at_most=own_data.NAME_LIMIT),),
    ),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    command("mydata", show, say.LABEL, can=Can.REPORT, words=("我的信息", "删除我的数据", "导出我的数据")),
    press("own_data.show", show),
    press(EXPORT, export),
    press("own_data.rename", rename),
    press("own_data.erase", ask_erase),
    press("own_data.erased", erase),
)
NOTICES: tuple[Notice, ...] = (Notice(EXPORT, export_card),)
CHORES: tuple[Chore, ...] = (Chore("retention", purge),)
