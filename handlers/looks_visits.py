"""Looks of letters to a door that stayed shut: for those who leave them, and for those who find them."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from bot.cards import Button, Card, bold, card
from handlers.looks_due import day_in_words, half_in_words, list_button
from handlers.say import visits as say
from handlers.visit_papers import number_of
from models import visit_letters
from models.calendar import day_and_hour, day_of, local
from models.people import Actor, Can
from models.places import OPEN, Place
from models.visit_letters import VisitLetter


def letter_buttons(s: Session, who: Actor, place: Place) -> list[Button]:
    """Return the offer to write a letter, where a place was tried in vain so often that one is due."""
    due = who.reaches(Can.PATROL, place.area_path) and visit_letters.is_due(s, place)
    return [Button(say.WRITE, "visit.letter", {"p": place.id})] if due else []


def fact(s: Session, who: Actor, place: Place, now: datetime) -> str | None:
    """Return the line on the card of a place: a letter is due, was written, was left, or an hour was agreed on."""
    del now
    if place.status != OPEN or not who.reaches(Can.PATROL, place.area_path):
        return None
    letter = visit_letters.current(s, place.id or 0)
    if letter is not None and letter.met_on is not None and letter.met_on == place.next_patrol_on:
        return say.FACT_MET.format(when=when_met(letter))
    if visit_letters.is_due(s, place):
        return say.FACT_DUE.format(n=len(visit_letters.tries(s, place.id or 0)))
    if letter is None:
        return None
    state = say.STATE_LEFT.format(day=day_of(letter.left_at)) if letter.left_at else say.STATE_MADE
    return say.FACT_LETTER.format(number=number_of(s, letter), state=state)


def letter_card(s: Session, place: Place, letter: VisitLetter, note: str = "") -> Card:
    """Return a letter with how far it has come, and what can be done with it now."""
    args = {"p": place.id}
    left = Button(say.LEFT_BUTTON, "visit.left", args, once=False)
    photo = Button(say.PHOTO, "visit.photo", args, once=False)
    return card(
        note or None, bold(say.HEAD.format(number=number_of(s, letter))), place.name,
        say.TRIED.format(moments=moments(letter.tried_at)), say.AGAIN.format(day=day_in_words(letter.again_on)),
        say.LEFT.format(day=day_of(letter.left_at)) if letter.left_at else None,
        say.PICTURES.format(n=len(letter.media)) if letter.media else None,
        say.MET.format(when=when_met(letter)) if letter.met_on else say.NOT_MET,
        buttons=[[photo if letter.left_at else left], [Button(say.COPY, "visit.copy", args, once=False)],
                 [Button(say.BACK, "place.show", args, once=False), list_button(place)]],
    )  # fmt: skip


def owner_card(place: Place, letter: VisitLetter) -> Card:
    """Return what the responsible person reads: when the township came, and how to name an hour."""
    choose = Button(say.CHOOSE, "visit.choose", {"p": place.id}, once=False)
    return card(
        bold(say.OWNER_HEAD.format(name=place.name)), say.OWNER_WHEN.format(moments=moments(letter.tried_at)),
        say.OWNER_ASK, say.OWNER_AGAIN.format(day=day_in_words(letter.again_on)), buttons=[[choose]],
    )  # fmt: skip


def choose_card(place: Place, code: str, now: datetime) -> Card:
    """Return the half days that may be named, a day a row."""
    offered = visit_letters.offered(now)
    buttons = [
        Button(f"{day_in_words(day)}{half_in_words(morning)}", "visit.meet",
               {"p": place.id, "day": day.isoformat(), "morning": morning, "code": code})
        for day, morning in offered
    ]  # fmt: skip
    rows = [buttons[n : n + 2] for n in range(0, len(buttons), 2)]
    return card(bold(say.CHOOSE_HEAD.format(name=place.name)), say.CHOOSE_HOW, buttons=rows)


def chosen_card(place: Place, letter: VisitLetter, code: str) -> Card:
    """Return the agreed half day, which may still be changed."""
    change = Button(say.CHANGE, "visit.choose", {"p": place.id, "code": code}, once=False)
    return card(say.CHOSEN.format(when=when_met(letter), name=place.name), buttons=[[change]])


def when_met(letter: VisitLetter) -> str:
    """Return the agreed half day in words; empty for none."""
    if letter.met_on is None:
        return ""
    return day_in_words(letter.met_on) + half_in_words(letter.met_morning)


def moments(tried: Iterable[datetime]) -> str:
    """Return instants as people say them, one after the other."""
    return "、".join(day_and_hour(local(moment)) for moment in tried)
