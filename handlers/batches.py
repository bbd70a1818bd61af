"""Several cases at once: choosing them in the list, then sending somebody, taking them, or a note - each for itself."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, bold, card
from bot.context import Context
from bot.fields import Answers, Text
from bot.forms import Form
from bot.routes import Route, press
from handlers import looks, looks_queue
from handlers.say import common
from handlers.say import queue as say
from models import deskwork, hazards
from models.base import Refused
from models.deskwork import Batch
from models.people import Actor, Can, Person
from models.queues import View

A_PAGE = 8


async def choose(_: Update, context: Context) -> None:
    """「多选」: the list with boxes; a tap on one, or on another page, comes here again with what is chosen."""
    view, page, on = _kept(context)
    context.say(looks_queue.choosing(context.visit.session, context.actor, view, page, on, context.now))


def _kept(context: Context) -> tuple[View, int, list[int]]:
    kept = context.pressed
    return View.from_json(kept.get("q")), int(kept.get("page", 0)), list(kept.get("on", ()))


def _is_empty(context: Context) -> bool:
    if not context.pressed.get("on"):
        context.toast(say.BATCH_NONE)
        return True
    return False


async def who(_: Update, context: Context) -> None:
    """「一起派给…」: those who can be sent to every one of them."""
    if _is_empty(context):
        return
    kept, on = _args(context), context.pressed["on"]
    people = context.read(_for_all, on)
    page = max(0, min(int(context.pressed.get("p", 0)), (len(people) - 1) // A_PAGE))
    rows = [[Button(f"派给 {p.name}", "batch.assign", {**kept, "to": p.id})]
            for p in people[page * A_PAGE : (page + 1) * A_PAGE]]  # fmt: skip
    ways = ((common.PREVIOUS, page - 1), (common.NEXT_PAGE, page + 1))
    turns = [Button(label, "batch.who", {**kept, "p": to}, once=False)
             for label, to in ways if 0 <= to <= (len(people) - 1) // A_PAGE]  # fmt: skip
    back = Button(say.BACK, "queue.choose", kept, once=False)
    told = say.BATCH_WHO.format(count=len(on)) if people else say.BATCH_NOBODY
    context.say(card(bold(told), buttons=[*rows, turns, [back]]))


def _args(context: Context) -> dict[str, Any]:
    return {key: context.pressed[key] for key in ("q", "page", "on") if key in context.pressed}


def _for_all(s: Session, who: Actor, ids: Sequence[int]) -> list[Person]:
    """Who can be sent to each of the cases; one that the actor may not assign (any more) does not count."""
    found: list[list[Person]] = []
    for hazard_id in ids:
        try:
            hazard = hazards.hazard_for(s, who, hazard_id, Can.ASSIGN)
            found.append(hazards.candidates(s, who, hazard))
        except Refused:
            continue
    common_ids = set.intersection(*({p.id for p in people} for people in found)) if found else set()
    return [person for person in (found[0] if found else []) if person.id in common_ids]


async def assign(_: Update, context: Context) -> None:
    """「派给 …」 for all that are chosen."""
    done = context.run(deskwork.assign_all, context.pressed["on"], context.pressed["to"])
    context.say(_result(context, done, _args(context)))


async def claim(_: Update, context: Context) -> None:
    """「我都去看」."""
    done = context.run(deskwork.claim_all, context.pressed.get("on", ()))
    context.say(_result(context, done, _args(context)))


async def note(_: Update, context: Context) -> None:
    """「一起写备注」."""
    if not _is_empty(context):
        context.begin("notes", {"on": context.pressed["on"], "kept": _args(context)})


def submit_notes(context: Context, answers: Answers) -> Card:
    """Write the same words to all that are chosen."""
    done = context.run(deskwork.note_all, answers["on"], str(answers["text"]))
    return _result(context, done, answers["kept"])


def _result(context: Context, batch: Batch, kept: dict[str, Any]) -> Card:
    """Say how many are done and which are not, and why; in one card, whatever their number."""
    s = context.visit.session
    told = [say.BATCH_DONE.format(count=len(batch.done))] if batch.done or not batch.failed else []
    if batch.failed:
        told.append(say.BATCH_FAILED.format(count=len(batch.failed)))
    why = [say.BATCH_UNSEEN if hazard is None
           else say.BATCH_WHY.format(number=hazard.number, why=looks.last_move(s, hazard) or reason)
           for hazard, reason in batch.failed]  # fmt: skip
    back = Button(say.LIST, "hazard.list", {"q": kept.get("q"), "page": kept.get("page", 0)}, once=False)
    done = "、".join(hazard.number for hazard in batch.done)
    return card(bold("，".join(told) + "。"), done or None, *why, buttons=[[back]])


FORMS = (
    Form("notes", say.NOTE_TITLE, submit=submit_notes, review=False, fields=(
        Text(key="text", label="备注", ask=say.NOTE, at_most=deskwork.NOTE_LIMIT),
    )),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    press("queue.choose", choose, can=Can.SEE_HAZARDS),
    press("batch.who", who, can=Can.ASSIGN),
    press("batch.assign", assign, can=Can.ASSIGN),
    press("batch.claim", claim, can=Can.VERIFY),
    press("batch.note", note, can=Can.SEE_HAZARDS),
)
