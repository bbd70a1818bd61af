"""One plan per enterprise (一企一策): the list, the counts, one enterprise with its problems, supervision notes."""

from datetime import datetime

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, bold, card
from bot.context import Context
from bot.fields import Answers, Choice, Option, Photos, Text
from bot.forms import Form
from bot.routes import Route, command, press
from handlers import looks_enterprises as looks
from handlers.hazards import media
from handlers.looks_problems import supervises
from handlers.place_menu import PlaceAct, for_staff
from handlers.say import enterprises as say
from models import enterprise_files, enterprise_ledger, enterprises
from models.calendar import day_name
from models.enterprises import VISITS, Enterprise
from models.people import Actor, Can
from models.places import Place

OFFERED = 6
MOST_PHOTOS = 6
MOST_SHOWN = 10


async def home(_: Update, context: Context) -> None:
    """`/enterprises`: the plans of the own area, what is late first."""
    context.say(looks.list_card(context, context.run(enterprise_ledger.plans), context.pressed.get("page", 0)))


async def more(_: Update, context: Context) -> None:
    """「更多…」 under the list: the register, the counts, and factories that have no file yet."""
    n = len(context.read(enterprise_ledger.without_plan))
    rows = [[Button(say.REGISTER, "enterprise.register", once=False)]]
    if context.actor.may(Can.SEE_BOARD):
        rows.append([Button(say.FIGURES, "enterprise.figures", once=False)])
    if n:
        rows.append([Button(say.WITHOUT.format(n=n), "enterprise.without", once=False)])
    context.say(card(bold(say.TITLE), say.MORE_ASK, buttons=[*rows, [Button(say.BACK, "enterprise.list", once=False)]]))


async def figures(_: Update, context: Context) -> None:
    """「各村汇总」: counts, never a ranking of people."""
    rows = context.run(enterprise_ledger.counts)
    keys = ("plans", "open", "late", "closed")
    told = [say.FIGURES_LINE.format(name=row.name, **{key: getattr(row, key) for key in keys}) for row in rows]
    total = say.FIGURES_ALL.format(**{key: sum(getattr(row, key) for row in rows) for key in keys})
    head = bold(say.FIGURES_HEAD.format(day=day_name(context.today)))
    context.say(card(head, *told, total, buttons=[[Button(say.BACK, "enterprise.list", once=False)]]))


async def without(_: Update, context: Context) -> None:
    """「还没建档的厂房库房」: one tap opens a file."""
    found = context.read(enterprise_ledger.without_plan)[:OFFERED]
    rows = [[Button(place.name, "enterprise.open", {"p": place.id}, once=False)] for place in found]
    told = say.WITHOUT_HOW if found else say.WITHOUT_NONE
    back = Button(say.BACK, "enterprise.list", once=False)
    context.say(card(bold(say.WITHOUT_HEAD), told, buttons=[*rows, [back]]))


async def show(_: Update, context: Context) -> None:
    """One enterprise; a place without a file offers to open one."""
    place = context.read(enterprises.site_for, context.pressed["p"])
    if context.visit.session.get(Enterprise, place.id) is not None:
        context.say(plan_card(context, place.id or 0))
        return
    way = [Button(say.OPEN_FILE, "enterprise.open", {"p": place.id}, once=False)]
    back = [Button(say.BACK, "place.show", {"p": place.id}, once=False)]
    rows = [way, back] if supervises(context.actor, place) else [back]
    context.say(card(bold(place.name), say.NOT_OPENED, buttons=rows))


def plan_card(context: Context, place_id: int, head: str = "") -> Card:
    """Return the card of an enterprise as it stands now."""
    s = context.visit.session
    found = context.read(enterprises.enterprise_for, place_id)
    plan = enterprise_ledger.plan_of(s, context.actor, *found, now=context.now)
    return looks.plan_card(s, context.actor, plan, context.now, head)


async def open_file(_: Update, context: Context) -> None:
    """「建档」."""
    context.run(enterprise_files.open_file, context.pressed["p"])
    context.say(plan_card(context, context.pressed["p"], say.OPENED))


async def problems(_: Update, context: Context) -> None:
    """「全部 n 项」."""
    s = context.visit.session
    found = context.read(enterprises.enterprise_for, context.pressed["p"])
    plan = enterprise_ledger.plan_of(s, context.actor, *found, now=context.now)
    context.say(looks.problems_card(s, plan, context.pressed.get("page", 0), context.now))


async def notes(_: Update, context: Context) -> None:
    """「督导记录」."""
    place = context.read(enterprises.site_for, context.pressed["p"])
    found, page = context.read(enterprises.notes_of, place.id), context.pressed.get("page", 0)
    context.say(looks.notes_card(context.visit.session, context.actor, place, found, page))


async def pictures(_: Update, context: Context) -> None:
    """「看照片」: the newest ones of the whole plan, as a new message."""
    place = context.read(enterprises.site_for, context.pressed["p"])
    found = context.read(enterprises.notes_of, place.id)
    shown = [(kind, file_id) for note in found for kind, file_id, _ in note.media][:MOST_SHOWN]
    context.say(card(bold(place.name), media=tuple(shown)), new=True)


async def note(_: Update, context: Context) -> None:
    """「记督导」."""
    place = context.read(enterprises.enterprise_for, context.pressed["p"], Can.SUPERVISE)[1]
    context.begin("enterprise.note", {"p": place.id})


def submit_note(context: Context, answers: Answers) -> Card:
    """What was done at the enterprise as a whole."""
    told, shown = str(answers.get("words") or ""), media(answers.get("photos"))
    context.run(enterprise_files.supervise, answers["p"], str(answers["act"]), told, shown)
    return card(bold(say.NOTED), buttons=[[Button(say.NOTES, "enterprise.notes", {"p": answers["p"]}, once=False)]])


def fact(s: Session, who: Actor, place: Place, now: datetime) -> str | None:
    """Tell staff of the area on the card of a place how its plan stands."""
    found = s.get(Enterprise, place.id)
    sees = who.reaches(Can.SEE_PLACES, place.area_path) and who.id not in enterprises.kept_out_of(s, place)
    if found is None or not sees:
        return None
    return say.FACT.format(state=looks.state_of(enterprise_ledger.plan_of(s, who, found, place, now=now)))


FORMS: tuple[Form, ...] = (
    Form("enterprise.note", say.NOTE_TITLE, submit=submit_note, review=False, fields=(
        Choice(key="act", label=say.VISIT, ask=say.VISIT_ASK, choices=[Option(*each) for each in VISITS.items()]),
        Text(key="words", label=say.WORDS, ask=say.WORDS_ASK, at_most=500),
        Photos(key="photos", label=say.PHOTOS, ask=say.PHOTOS_ASK, at_most=MOST_PHOTOS, optional=True, files=False),
    )),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    command("enterprises", home, say.TITLE, can=Can.SEE_PLACES, help=say.HELP, words=("企业台账",)),
    press("enterprise.list", home, can=Can.SEE_PLACES),
    press("enterprise.more", more, can=Can.SEE_PLACES),
    press("enterprise.figures", figures, can=Can.SEE_BOARD),
    press("enterprise.without", without, can=Can.SUPERVISE),
    press("enterprise.show", show, can=Can.SEE_PLACES),
    press("enterprise.open", open_file, can=Can.SUPERVISE),
    press("enterprise.problems", problems, can=Can.SEE_PLACES),
    press("enterprise.notes", notes, can=Can.SEE_PLACES),
    press("enterprise.note", note, can=Can.SUPERVISE),
    press("enterprise.pictures", pictures, can=Can.SEE_PLACES),
)
PLACE_ACTS = (PlaceAct(say.TITLE, "enterprise.show", for_staff(Can.SUPERVISE)),)
PLACE_FACTS = (fact,)
