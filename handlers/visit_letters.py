"""Letters to a door that stayed shut: written, sent as a file, left there, and answered with half a day."""

from datetime import date, datetime
from functools import partial

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, Paper, bold, card
from bot.context import Context
from bot.fields import Answers, Photos
from bot.forms import Form
from bot.notices import Notice
from bot.render.orders import make
from bot.routes import Route, link, press
from handlers import looks_visits as looks
from handlers.hazards import media
from handlers.place_menu import PlaceAct
from handlers.say import visits as say
from handlers.visit_papers import number_of, paper
from models import places, visit_letters
from models.base import Refused
from models.outbox import Lane, Outgoing, notify
from models.people import Actor, Can, Person, actor_of
from models.places import Place
from models.visit_letters import TO_OWNER, TO_WORKER, VisitLetter

PAPER = "visit.paper"
MOST_PHOTOS = 3


async def write(_: Update, context: Context) -> None:
    """「开联系单」: numbered at once; the file follows."""
    letter = context.run(visit_letters.write, context.pressed["p"])
    _send(context, letter)
    _show(context, letter, say.COMES)


async def open_(_: Update, context: Context) -> None:
    """「联系单」: how far it has come."""
    _show(context, context.read(visit_letters.letter_for, context.pressed["p"]))


async def copy(_: Update, context: Context) -> None:
    """「再要一份」."""
    _send(context, context.read(visit_letters.letter_for, context.pressed["p"]))
    context.toast(say.SENDING)


async def left(_: Update, context: Context) -> None:
    """「已张贴/已送达」: one tap."""
    _show(context, context.run(visit_letters.leave, context.pressed["p"]), say.LEFT_NOW)


async def photo(_: Update, context: Context) -> None:
    """「补一张照片」: for whoever wants to keep one."""
    letter = context.read(visit_letters.letter_for, context.pressed["p"])
    context.begin("visit.photo", {"place": letter.place_id})


def submit_photo(context: Context, answers: Answers) -> Card:
    """Keep the pictures with the letter."""
    letter = context.run(visit_letters.show_left, answers["place"], media(answers["photos"]))
    return looks.letter_card(context.visit.session, _place(context, letter), letter, say.LEFT_NOW)


async def scanned(_: Update, context: Context) -> None:
    """The code on the paper: whoever holds it names half a day."""
    code = str(context.pressed.get("rest", ""))
    held = visit_letters.read(context.visit.session, code)
    if held is None:
        context.say(card(say.GONE_CODE))
        return
    letter = context.read(visit_letters.to_answer, held.place_id, code)
    context.say(looks.choose_card(_place(context, letter), code, context.now))


async def choose(_: Update, context: Context) -> None:
    """「约时间」, 「改时间」."""
    code = context.pressed.get("code", "")
    letter = context.read(visit_letters.to_answer, context.pressed["p"], code)
    context.say(looks.choose_card(_place(context, letter), code, context.now))


async def meet(_: Update, context: Context) -> None:
    """Half a day was named."""
    told, code = context.pressed, context.pressed.get("code", "")
    day = date.fromisoformat(told["day"])
    letter = context.run(visit_letters.meet, told["p"], day, morning=told["morning"], code=code)
    context.say(looks.chosen_card(_place(context, letter), letter, code))


def _show(context: Context, letter: VisitLetter, note: str = "") -> None:
    context.say(looks.letter_card(context.visit.session, _place(context, letter), letter, note))


def _place(context: Context, letter: VisitLetter) -> Place:
    return context.visit.session.get_one(Place, letter.place_id)


def _send(context: Context, letter: VisitLetter) -> None:
    notify(context.visit.session, context.actor.id, PAPER, now=context.now, lane=Lane.REPLY, letter=letter.id)


def paper_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the letter as a DOCX file; nothing for who may not visit the place any more."""
    del now
    letter = _for_worker(s, row, person)
    if letter is None:
        return None
    place = s.get_one(Place, letter.place_id)
    order = paper(s, place, letter)
    file = Paper(say.FILE.format(name=place.name), partial(make, order))
    opened = Button(say.LETTER, "visit.open", {"p": place.id}, once=False)
    left_ = Button(say.LEFT_BUTTON, "visit.left", {"p": place.id}, once=False)
    told = say.CAPTION.format(name=place.name, number=number_of(s, letter))
    return card(told, paper=file, buttons=[[left_], [opened]])


def owner_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render, for the responsible person, that the township came in vain; silent once somebody has been let in."""
    del now
    letter = s.get_one(VisitLetter, row.about["letter"])
    try:
        current = visit_letters.to_answer(s, actor_of(s, person), letter.place_id)
    except Refused:
        return None
    return looks.owner_card(s.get_one(Place, letter.place_id), letter) if current.id == letter.id else None


def answered_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render, for whoever wrote the letter, which half day was named."""
    del now
    letter = _for_worker(s, row, person)
    if letter is None or letter.met_on is None:
        return None
    place = s.get_one(Place, letter.place_id)
    opened = Button(say.OPEN_PLACE, "place.show", {"p": place.id}, once=False)
    told = say.ANSWERED.format(name=place.name, when=looks.when_met(letter))
    return card(bold(told), say.ANSWERED_HOW, buttons=[[opened]])


def _for_worker(s: Session, row: Outgoing, person: Person) -> VisitLetter | None:
    letter = s.get_one(VisitLetter, row.about["letter"])
    try:
        places.place_for(s, actor_of(s, person), letter.place_id, Can.PATROL)
    except Refused:
        return None
    return letter


def _may_write(s: Session, who: Actor, place: Place) -> bool:
    return bool(looks.letter_buttons(s, who, place))


def _has_letter(s: Session, who: Actor, place: Place) -> bool:
    visits = who.reaches(Can.PATROL, place.area_path)
    return visits and visit_letters.current(s, place.id or 0) is not None


def _may_answer(s: Session, who: Actor, place: Place) -> bool:
    return place.owner_id == who.id and visit_letters.current(s, place.id or 0) is not None


FORMS: tuple[Form, ...] = (
    Form("visit.photo", say.PHOTO_TITLE, submit=submit_photo, review=False, fields=(
        Photos(key="photos", label=say.PHOTO_LABEL, ask=say.PHOTO_ASK, at_most=MOST_PHOTOS),
    )),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    press("visit.letter", write, can=Can.PATROL),
    press("visit.open", open_, can=Can.PATROL),
    press("visit.copy", copy, can=Can.PATROL),
    press("visit.left", left, can=Can.PATROL),
    press("visit.photo", photo, can=Can.PATROL),
    press("visit.choose", choose),
    press("visit.meet", meet),
    link(visit_letters.PREFIX, scanned),
)
NOTICES: tuple[Notice, ...] = (
    Notice(PAPER, paper_card),
    Notice(TO_OWNER, owner_card, holds=True),
    Notice(TO_WORKER, answered_card, holds=True),
)
PLACE_ACTS = (
    PlaceAct(say.WRITE, "visit.letter", _may_write),
    PlaceAct(say.LETTER, "visit.open", _has_letter),
    PlaceAct(say.CHOOSE, "visit.choose", _may_answer),
)
PLACE_FACTS = (looks.fact,)
