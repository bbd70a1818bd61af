"""Registering a place: name, kind, (area,) where - four steps at most; the rest of the ledger can wait."""

from dataclasses import replace
from typing import Any, ClassVar

from telegram import Update

from bot.cards import Button, Card, card
from bot.context import Context
from bot.fields import Answers, Choice, Option, Place, Text
from bot.forms import Form, Further
from bot.routes import Route, command, press
from handlers import looks_places as looks
from handlers import place_fields as fields
from handlers.say import places as say
from models import place_ledger, places
from models.areas import Area
from models.people import Can
from models.place_values import ADDRESS_LIMIT, NAME_LIMIT

ANOTHER = "another"
LOCATED = "定位的位置"  # what a sent location is called by the field; it is no address


async def new(_: Update, context: Context) -> None:
    """「登记场所」, perhaps with the name behind the command or from a search that found nothing."""
    known = fields.areas_known(context)
    if not known["areas"]:
        context.say(card(say.NEW_NOWHERE))
        return
    name = str(context.pressed.get("rest") or context.pressed.get("name") or "").strip()[:NAME_LIMIT]
    context.begin("place.new", {**known, "name": name, "area": context.pressed.get("area") or known["area"]})


def submit(context: Context, answers: Answers) -> Card | Further:
    """Enter the place; what may be the same one is shown first."""
    s, same = context.visit.session, answers.get("same")
    if same not in (None, ANOTHER):
        return _known(context, int(same))
    given = {**where_in(answers.get("where")), "name": str(answers["name"])}
    area = s.get_one(Area, int(answers["area"]))
    spot = given.get("latitude"), given.get("longitude")
    found = [] if same else place_ledger.alike(s, given["name"], area, *spot)
    if found:
        return Further({"alike": {"of": _basis(answers), "found": [_told(context, p) for p in found]}, "same": None})
    kind = fields.kind_in(answers)
    place = context.run(place_ledger.register, kind=kind, area_id=area.id, sure=True, **given)
    shown = looks.place_card(context, place, say.NEW_DONE.format(code=place.code))
    again = Button(say.NEW_ONE_MORE, "place.new", {"area": answers["area"]}, once=False)
    return replace(shown, buttons=(*shown.buttons, (again,)))


def where_in(value: dict[str, Any] | None) -> dict[str, Any]:
    """Return the columns that an answer of where tells: a location, an address, or both."""
    told = value or {}
    found = {key: told[key] for key in ("latitude", "longitude") if told.get(key) is not None}
    return found | ({"address": told["text"]} if told.get("text") not in (None, LOCATED) else {})


def _known(context: Context, place_id: int) -> Card:
    place = context.visit.session.get_one(places.Place, place_id)
    if not context.actor.reaches(Can.SEE_PLACES, place.area_path):
        area = context.visit.session.get_one(Area, place.area_id)
        return card(say.SAME_ELSEWHERE.format(name=place.name, area=area.name))
    return looks.place_card(context, place, say.SAME_FOUND)


def _told(context: Context, place: places.Place) -> list[str]:
    area = context.visit.session.get_one(Area, place.area_id)
    where = "　".join(part for part in (area.name, place.cluster, place.address) if part)
    return [str(place.id), place.name, say.SAME_LINE.format(name=place.name, where=where)]


def _basis(answers: Answers) -> list[Any]:
    """What the question was asked about; when it changes, the question is asked anew."""
    return [answers.get(key) for key in ("name", "area", "where")]


def _is_asked(answers: Answers) -> bool:
    return bool(answers.get("alike")) and answers["alike"]["of"] == _basis(answers)


class Same(Choice):
    """Which of the places that are there it is; one long line each."""

    a_row: ClassVar[int] = 1


def _question(answers: Answers) -> str:
    return "\n".join([say.SAME_ASK, *(line for *_, line in answers["alike"]["found"])])


def _options(answers: Answers) -> list[Option]:
    same = [Option(key, say.SAME_YES.format(name=name)) for key, name, _ in answers["alike"]["found"]]
    return [*same, Option(ANOTHER, say.SAME_NO)]


FORMS: tuple[Form, ...] = (
    Form("place.new", say.NEW, submit=submit, review=False, fields=(
        Text(key="name", label="名称", ask=say.NAME_ASK, at_most=NAME_LIMIT),
        *fields.kinds(),
        *fields.areas(say.NEW_VILLAGE_ASK, say.NEW_AREA_ASK),
        Place(key="where", label="位置", ask=say.NEW_WHERE_ASK, optional=True, at_most=ADDRESS_LIMIT),
        Same(key="same", label=say.SAME_LABEL, ask=_question, choices=_options, when=_is_asked, hands_in=True),
    )),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    command("newplace", new, say.NEW, can=Can.KEEP_PLACES, help=say.NEW_HELP, words=("新场所",)),
    press("place.new", new, can=Can.KEEP_PLACES),
)
