"""The responsible person of a place (场所负责人): what to repair there, 「已整改」, more time, 「不是我负责」."""

from datetime import datetime

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, Text, bold, card
from bot.context import Context
from bot.fields import Answers, Photos
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, command, press
from bot.timetable import Chore
from handlers import looks, looks_owners, requests
from handlers.hazards import media
from handlers.notices import officers_of
from handlers.say import owners as say
from handlers.say import requests as wishes
from models import hazards, owners, rounds
from models.base import Refused
from models.calendar import local
from models.hazards import Hazard
from models.lifecycle import Step
from models.outbox import Outgoing
from models.people import Can, Person, actor_of
from models.requests import EXTEND, RETURN

AT_MOST = 8


async def mine(_: Update, context: Context) -> None:
    """「我的场所隐患」: what is to be repaired first."""
    found = context.read(owners.place_hazards)[:AT_MOST]
    if not found:
        context.say(card(say.NONE))
        return
    s = context.visit.session
    told = [looks.headline(h) + f"\n　{looks_owners.place_of(s, h).name}" for h in found]
    rows = [[Button(f"{h.number} {looks_owners.place_of(s, h).name}", "place.hazard", {"id": h.id}, once=False)]
            for h in found]  # fmt: skip
    context.say(card(bold(f"{say.LIST}（{len(found)}）"), *told, buttons=rows))


async def open_one(_: Update, context: Context) -> None:
    """One hazard at one's own place."""
    hazard = context.read(owners.place_hazard, context.pressed["id"])
    context.say(looks_owners.place_card(context.visit.session, hazard, context.now))


async def pictures(_: Update, context: Context) -> None:
    """「看照片」: what colleagues photographed, as a new message."""
    hazard = context.read(owners.place_hazard, context.pressed["id"])
    found = looks_owners.pictures_for(context.visit.session, hazard)
    context.say(card(looks.headline(hazard), media=tuple((e.kind, e.file_id) for e in found)), new=True)


async def mended(_: Update, context: Context) -> None:
    """「已整改，上传照片」."""
    hazard = context.read(owners.place_hazard, context.pressed["id"])
    context.begin("place.mended", {"hazard": hazard.id})


def submit_mended(context: Context, answers: Answers) -> Card:
    """Show that the danger is gone; somebody else will look."""
    seen, told = media(answers.get("photos")), str(answers.get("note") or "")
    hazard = context.run(hazards.rectified, answers["hazard"], note=told, media=seen)
    return looks_owners.place_card(context.visit.session, hazard, context.now, bold(say.THANKS))


async def more_time(_: Update, context: Context) -> None:
    """「申请延期」."""
    hazard = context.read(owners.place_hazard, context.pressed["id"])
    requests.begin(context, EXTEND, hazard.id or 0)


async def not_mine(_: Update, context: Context) -> None:
    """「不是我负责」."""
    hazard = context.read(owners.place_hazard, context.pressed["id"])
    requests.begin(context, RETURN, hazard.id or 0, wishes.NOT_MINE)


def told(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render, for the owner, that something is to be repaired, repaired again, or well; silent when it has moved on."""
    hazard = _of(s, row, person)
    if hazard is None or hazard.step != row.about["step"]:
        return None
    step = Step(hazard.step)
    head = say.TITLE_AGAIN if owners.still_wrong(s, hazard) else say.TITLES[step]
    return looks_owners.place_card(s, hazard, now, bold(head))


def due(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render, for the owner, that the repair is due soon or late; silent when it is done or has more time."""
    hazard = _of(s, row, person)
    clock = looks.clock_of(s, hazard) if hazard is not None else None
    if hazard is None or clock is None or hazard.step != Step.RECTIFYING or clock.paused_at is not None:
        return None
    return looks_owners.place_card(s, hazard, now, _left((local(clock.due_at).date() - local(now).date()).days))


def _left(days: int) -> Text:
    if days < 0:
        return bold(say.OVERDUE.format(days=-days))
    return bold(say.SOON.format(days=days) if days else say.TODAY)


def _of(s: Session, row: Outgoing, person: Person) -> Hazard | None:
    try:
        return owners.place_hazard(s, actor_of(s, person), row.about["hazard"])
    except Refused:
        return None


def remind(s: Session, *, now: datetime) -> None:
    """Remind the owners once a day, from the morning's digest on."""
    if owners.is_time(s, now) and not rounds.is_done(s, "owners", now=now):
        owners.queue_reminders(s, now=now)
        rounds.mark_done(s, "owners", now=now)


FORMS = (
    Form("place.mended", say.MENDED_TITLE, submit=submit_mended, extra="note", review=False, fields=(
        Photos(key="photos", label="照片", ask=say.PHOTOS),
    )),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    command("myplace", mine, say.LIST, can=Can.MEND, often=1, help=say.LIST_HELP, words=("场所隐患",)),
    press("place.hazards", mine, can=Can.MEND),
    press("place.hazard", open_one, can=Can.MEND),
    press("place.pictures", pictures, can=Can.MEND),
    press("place.mended", mended, can=Can.MEND),
    press("place.extend", more_time, can=Can.MEND),
    press("place.return", not_mine, can=Can.MEND),
)
NOTICES: tuple[Notice, ...] = (
    Notice("place.hazard", told, owner=officers_of),
    Notice(owners.REMINDER, due, holds=True, owner=officers_of),
)
CHORES: tuple[Chore, ...] = (Chore("remind_owners", remind),)
