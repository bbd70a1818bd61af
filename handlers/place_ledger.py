"""The ledger of one place: everything that is known of it, who answers for it, what happened, and changing it."""

from datetime import datetime
from typing import Any

from sqlmodel import Session
from telegram import Update

from bot.cards import Card
from bot.context import Context
from bot.fields import Answers, Choice, Option, Phone, Place, Text
from bot.forms import Form
from bot.routes import Route, press
from handlers import looks_ledger as looks
from handlers import place_fields as fields
from handlers.place_menu import PlaceAct, for_staff
from handlers.place_register import where_in
from handlers.say import places as say
from models import place_contacts, place_ledger, places
from models.people import Actor, Can
from models.place_values import ADDRESS_LIMIT, ALIASES_LIMIT, CLUSTER_LIMIT, NAME_LIMIT
from models.places import RISKS

SIZES = ("floors", "people", "square_metres")


async def open_(_: Update, context: Context) -> None:
    """「台账」."""
    context.say(looks.ledger_card(context, _place(context)))


async def history(_: Update, context: Context) -> None:
    """「全部经过」."""
    context.say(looks.history_card(context, _place(context), int(context.pressed.get("page", 0))))


async def change(_: Update, context: Context) -> None:
    """「改…」: which line."""
    context.say(looks.change_card(_place(context, Can.KEEP_PLACES)))


async def edit(_: Update, context: Context) -> None:
    """One line of the ledger."""
    place = _place(context, Can.KEEP_PLACES)
    context.begin("place.edit", {"p": place.id, "what": context.pressed["what"]})


def submit_edit(context: Context, answers: Answers) -> Card:
    """Write the change down and show the ledger."""
    place = context.run(place_ledger.change, answers["p"], **_values(answers))
    return looks.ledger_card(context, place, say.SAVED)


def _values(answers: Answers) -> dict[str, Any]:
    what = answers["what"]
    if what == "kind":
        return {"kind": fields.kind_in(answers)}
    if what == "where":
        return where_in(answers["where"])
    if what == "size":
        return {key: answers[key] for key in SIZES if key in answers}
    return {what: answers.get(what, "")}


async def contacts(_: Update, context: Context) -> None:
    """「负责人…」."""
    context.say(looks.contacts_card(context, _place(context, Can.KEEP_PLACES)))


async def contact(_: Update, context: Context) -> None:
    """A responsible person is entered, or another one takes over."""
    place = _place(context, Can.KEEP_PLACES)
    context.begin("place.contact", {"p": place.id, "role": context.pressed["role"]})


def submit_contact(context: Context, answers: Answers) -> Card:
    """Write down who answers for the place."""
    person = (answers["role"], str(answers["name"]), str(answers.get("phone") or ""))
    place = context.run(place_contacts.set_contact, answers["p"], *person)
    return looks.contacts_card(context, place, say.CONTACT_SAVED)


async def end_contact(_: Update, context: Context) -> None:
    """Nobody answers for the place in this role any more."""
    place = context.run(place_contacts.end_contact, context.pressed["p"], context.pressed["role"])
    context.say(looks.contacts_card(context, place, say.CONTACT_ENDED))


def who_answers(s: Session, who: Actor, place: places.Place, now: datetime) -> str | None:
    """Tell on the card of a place who answers for it, to those who may read that."""
    del now
    found = place_contacts.contacts_of(s, who, place)
    return "\n".join(looks.contact_line(contact) for contact in found) or None


def _place(context: Context, can: Can = Can.SEE_PLACES) -> places.Place:
    found: places.Place = context.read(places.place_for, context.pressed["p"], can)
    return found


def _is(what: str) -> fields.When:
    return lambda answers: answers["what"] == what


def _role(answers: Answers) -> str:
    return say.CONTACT_NAME_ASK.format(role=place_contacts.ROLES[answers["role"]])


_RISKS = [Option(risk, label) for risk, label in RISKS.items()]
FORMS: tuple[Form, ...] = (
    Form("place.edit", say.EDIT_TITLE, submit=submit_edit, review=False, fields=(
        Text(key="name", label="名称", ask=say.NAME_ASK, at_most=NAME_LIMIT, when=_is("name")),
        Text(key="aliases", label="别名", ask=say.ALIASES_ASK, at_most=ALIASES_LIMIT, optional=True,
             when=_is("aliases")),
        *fields.kinds(_is("kind")),
        Choice(key="risk", label="风险", ask=say.RISK_ASK, choices=_RISKS, when=_is("risk")),
        Text(key="cluster", label="组/院子", ask=say.CLUSTER_ASK, at_most=CLUSTER_LIMIT, optional=True,
             when=_is("cluster")),
        Place(key="where", label="位置", ask=say.WHERE_ASK, at_most=ADDRESS_LIMIT, when=_is("where")),
        fields.Number(key="floors", label="层数", ask=say.FLOORS_ASK, optional=True, when=_is("size")),
        fields.Number(key="people", label="住人数", ask=say.PEOPLE_ASK, optional=True, when=_is("size")),
        fields.Number(key="square_metres", label="面积", ask=say.METRES_ASK, optional=True, when=_is("size")),
    )),
    Form("place.contact", say.CONTACT_TITLE, submit=submit_contact, review=False, fields=(
        Text(key="name", label="姓名", ask=_role, at_most=place_contacts.NAME_LIMIT),
        Phone(key="phone", label="电话", ask=say.CONTACT_PHONE_ASK, optional=True),
    )),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    press("ledger.open", open_, can=Can.SEE_PLACES),
    press("ledger.history", history, can=Can.SEE_PLACES),
    press("ledger.change", change, can=Can.KEEP_PLACES),
    press("ledger.edit", edit, can=Can.KEEP_PLACES),
    press("ledger.contacts", contacts, can=Can.KEEP_PLACES),
    press("ledger.contact", contact, can=Can.KEEP_PLACES),
    press("ledger.contact_end", end_contact, can=Can.KEEP_PLACES),
)
PLACE_ACTS = (PlaceAct(say.LEDGER, "ledger.open", for_staff(Can.SEE_PLACES, closed=True)),)
PLACE_FACTS = (who_answers,)
