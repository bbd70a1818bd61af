"""What happens to an entry of the ledger as a whole: merged into another, given to another area, shut, opened again."""

from telegram import Update

from bot.cards import Button, Card, bold, card
from bot.context import Context
from bot.fields import Answers, Choice, Option, Text
from bot.forms import Form
from bot.routes import Route, press
from handlers import looks_ledger as looks
from handlers import place_fields as fields
from handlers.say import places as say
from models import place_ledger, place_merging, place_search, places
from models.areas import Area
from models.people import Can
from models.place_events import NOTE_LIMIT
from models.places import STATES, Place

OFFERED = 5


async def merge(_: Update, context: Context) -> None:
    """「并入…」: what is near or called alike comes first."""
    place, s = _place(context), context.visit.session
    area = s.get_one(Area, place.area_id)
    found = place_ledger.alike(s, place.name, area, place.latitude, place.longitude, OFFERED + 1)
    context.say(_candidates(context, place, found))


def submit_merge(context: Context, answers: Answers) -> Card:
    """Look for the place that it is to be merged into."""
    place = context.read(places.place_for, answers["p"], Can.KEEP_PLACES)
    return _candidates(context, place, context.read(place_search.find, str(answers["words"])))


def _candidates(context: Context, place: Place, found: list[Place]) -> Card:
    others = [p for p in found if p.id != place.id and context.actor.reaches(Can.KEEP_PLACES, p.area_path)]
    rows = [[Button(f"{other.name}  {other.address}".strip(), "ledger.merge_into", {"p": place.id, "i": other.id},
                    once=False)] for other in others[:OFFERED]]  # fmt: skip
    ways = [Button(say.MERGE_BY_NAME, "ledger.merge_find", {"p": place.id}, once=False), _back(place)]
    told = None if rows else say.MERGE_NONE
    return card(bold(say.MERGE_ASK.format(name=place.name)), told, buttons=[*rows, ways])


async def merge_find(_: Update, context: Context) -> None:
    """「按名字找」."""
    context.begin("place.merge", {"p": _place(context).id})


async def ask_merge(_: Update, context: Context) -> None:
    """Asked once more: it cannot be taken apart again."""
    old, new = _place(context), context.read(places.place_for, context.pressed["i"], Can.KEEP_PLACES)
    told = say.MERGE_SURE.format(old=old.name, old_code=old.code, new=new.name, new_code=new.code)
    yes = Button(say.MERGE_YES, "ledger.merged", {"p": old.id, "i": new.id})
    context.say(card(told, buttons=[[yes, _back(old)]]))


async def merged(_: Update, context: Context) -> None:
    """「确定并入」."""
    name = _place(context).name
    new = context.run(place_merging.merge, context.pressed["p"], context.pressed["i"])
    context.say(looks.ledger_card(context, new, say.MERGED.format(name=name)))


async def move(_: Update, context: Context) -> None:
    """「搬到…」: which area."""
    place = _place(context)
    known = fields.areas_known(context, but=place.area_id)
    if known["areas"]:
        context.begin("place.move", {**known, "p": place.id, "area": None})
    else:
        context.say(looks.ledger_card(context, place, say.MOVE_NOWHERE))


def submit_move(context: Context, answers: Answers) -> Card:
    """Give it to the other area."""
    place = context.run(place_ledger.move, answers["p"], int(answers["area"]), str(answers.get("note") or ""))
    area = context.visit.session.get_one(Area, place.area_id)
    return looks.ledger_card(context, place, say.MOVED.format(area=area.name))


async def shut(_: Update, context: Context) -> None:
    """「停止巡查」: in which way, and why."""
    context.begin("place.shut", {"p": _place(context).id})


def submit_shut(context: Context, answers: Answers) -> Card:
    """Take it off the patrols."""
    place = context.run(place_ledger.shut, answers["p"], str(answers["state"]), str(answers["reason"]))
    return looks.ledger_card(context, place, say.SHUT_DONE)


async def reopen(_: Update, context: Context) -> None:
    """「恢复巡查」: why."""
    context.begin("place.reopen", {"p": _place(context).id})


def submit_reopen(context: Context, answers: Answers) -> Card:
    """Put it back on the patrols."""
    place = context.run(place_ledger.reopen, answers["p"], str(answers["reason"]))
    return looks.ledger_card(context, place, say.REOPENED)


def _place(context: Context) -> Place:
    found: Place = context.read(places.place_for, context.pressed["p"], Can.KEEP_PLACES)
    return found


def _back(place: Place) -> Button:
    return Button(say.BACK, "ledger.open", {"p": place.id}, once=False)


_ENDS = [Option(state, STATES[state]) for state in place_ledger.ENDS]
FORMS: tuple[Form, ...] = (
    Form("place.merge", say.MERGE_TITLE, submit=submit_merge, review=False, fields=(
        Text(key="words", label="名字", ask=say.MERGE_NAME_ASK, at_most=60),
    )),
    Form("place.move", say.MOVE_TITLE, submit=submit_move, review=False, fields=(
        *fields.areas(say.MOVE_VILLAGE_ASK, say.MOVE_AREA_ASK),
        Text(key="note", label="原因", ask=say.MOVE_NOTE_ASK, at_most=NOTE_LIMIT, optional=True),
    )),
    Form("place.shut", say.SHUT_TITLE, submit=submit_shut, review=False, fields=(
        Choice(key="state", label="情况", ask=say.SHUT_STATE_ASK, choices=_ENDS),
        Text(key="reason", label="原因", ask=say.REASON_ASK, at_most=NOTE_LIMIT),
    )),
    Form("place.reopen", say.REOPEN_TITLE, submit=submit_reopen, review=False, fields=(
        Text(key="reason", label="原因", ask=say.REASON_ASK, at_most=NOTE_LIMIT),
    )),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    press("ledger.merge", merge, can=Can.KEEP_PLACES),
    press("ledger.merge_find", merge_find, can=Can.KEEP_PLACES),
    press("ledger.merge_into", ask_merge, can=Can.KEEP_PLACES),
    press("ledger.merged", merged, can=Can.KEEP_PLACES),
    press("ledger.move", move, can=Can.KEEP_PLACES),
    press("ledger.shut", shut, can=Can.KEEP_PLACES),
    press("ledger.reopen", reopen, can=Can.KEEP_PLACES),
)
