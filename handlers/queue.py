"""The officers' desk: the queue with filters, looking for a case, taking it, and words for colleagues only."""

from collections.abc import Iterable

from telegram import Update

from bot.cards import Card
from bot.context import Context
from bot.fields import Answers, Text
from bot.forms import Form
from bot.routes import Route, command, press
from handlers import looks, looks_own, looks_queue
from handlers.casework import fresh, stale
from handlers.say import queue as say
from knowledge.kinds import KINDS
from knowledge.understand import kind_of
from knowledge.words import normalise
from models import case_search, deskwork, hazards
from models.base import Refused
from models.hazards import Hazard
from models.lifecycle import Act
from models.people import Can
from models.queues import View

SHORTEST_WORD = 2


async def waiting(_: Update, context: Context) -> None:
    """「待办隐患」: a page of what waits for this officer, or of what the filters say."""
    number = int(context.pressed.get("page", 0))
    context.say(looks_queue.listed(context.visit.session, context.actor, _view(context), number, context.now))


def _view(context: Context) -> View:
    return View.from_json(context.pressed.get("q"))


async def filters(_: Update, context: Context) -> None:
    """「筛选」: what can be combined, with counts."""
    context.say(looks_queue.filters(context.visit.session, context.actor, _view(context), context.now))


async def pick(_: Update, context: Context) -> None:
    """One filter: its values with counts."""
    key = str(context.pressed["key"])
    context.say(looks_queue.picking(context.visit.session, context.actor, _view(context), key, context.now))


async def open_listed(_: Update, context: Context) -> None:
    """A case from the list, with the way back to it."""
    hazard = context.read(hazards.hazard_for, context.pressed["id"], Can.SEE_HAZARDS)
    shown = looks.card_for(context, hazard)
    context.say(looks_queue.with_way_back(shown, context.pressed))


async def search(_: Update, context: Context) -> None:
    """「查隐患」, or `/hazard` with a number, a place or a word."""
    words = str(context.pressed.get("rest") or "").strip()
    if words:
        context.say(found(context, words))
    else:
        context.begin("search")


async def turn_found(_: Update, context: Context) -> None:
    """Another page of what was found."""
    context.say(found(context, str(context.pressed["words"]), int(context.pressed["page"])))


def submit_search(context: Context, answers: Answers) -> Card:
    """Look for what was typed."""
    return found(context, str(answers["words"]))


def found(context: Context, words: str, number: int = 0) -> Card:
    """Return the one case that is meant, or a page of those that may be; nothing tells what one may not see."""
    kinds = _kinds(words)
    seen, total = case_search.search(context.visit.session, context.actor, words, kinds, number)
    if total == 1 and seen:
        return looks.card_for(context, seen[0])
    own = None if total else _own(context, words)
    if own is not None:
        return looks_own.own_card(context.visit.session, own, context.now)
    return looks_queue.found(seen, total, words, number)


def _kinds(words: str) -> list[str]:
    said = words.strip()
    if len(said) < SHORTEST_WORD or case_search.is_number(said):
        return []
    plain = normalise(said)
    known = kind_of(plain)
    return [code for code, kind in KINDS.items() if code == known or said in kind.name or _is_topic(plain, kind.words)]


def _is_topic(said: str, words: Iterable[str]) -> bool:
    return any(said in word or (len(word) >= SHORTEST_WORD and word in said) for word in words)


def _own(context: Context, number: str) -> Hazard | None:
    """What the officer reported as a resident is found by its whole number, and looks as it does to a resident."""
    try:
        return context.read(hazards.by_number, number)
    except Refused:
        return None


async def claim(_: Update, context: Context) -> None:
    """「我去看」: whoever taps first gets it, the other reads who has it."""
    hazard = context.read(hazards.hazard_for, context.pressed["id"], Can.SEE_HAZARDS)
    if Act.CLAIMED not in hazards.moves(hazard, context.actor):
        stale(context, hazard)
        return
    hazard = context.run(deskwork.claim, hazard.id)
    context.toast(say.CLAIMED)
    context.say(looks.card_for(context, hazard, say.CLAIMED))


async def note(_: Update, context: Context) -> None:
    """「内部备注」."""
    hazard = context.read(hazards.hazard_for, context.pressed["id"], Can.SEE_HAZARDS)
    context.begin("note", {"hazard": hazard.id})


def submit_note(context: Context, answers: Answers) -> Card:
    """Keep the words for colleagues."""
    hazard = context.run(deskwork.note, answers["hazard"], str(answers["text"]))
    return looks.card_for(context, hazard, say.NOTED)


FORMS = (
    Form("search", "查隐患", submit=submit_search, review=False, fields=(
        Text(key="words", label="查什么", ask=say.ASK, at_most=case_search.LONGEST_QUERY),
    )),
    Form("note", say.NOTE_TITLE, submit=submit_note, review=False, fields=(
        Text(key="text", label="备注", ask=say.NOTE, at_most=deskwork.NOTE_LIMIT),
    )),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    command("hazards", waiting, "待办隐患", can=Can.SEE_HAZARDS, often=1, words=("待办",)),
    command("hazard", search, "查隐患", can=Can.SEE_HAZARDS, help="后面写编号、地点或者类别"),
    press("hazard.list", waiting, can=Can.SEE_HAZARDS),
    press("hazard.claimed", claim, can=Can.VERIFY, used=fresh),
    press("hazard.noted", note, can=Can.SEE_HAZARDS, used=fresh),
    press("queue.open", open_listed, can=Can.SEE_HAZARDS),
    press("queue.filter", filters, can=Can.SEE_HAZARDS),
    press("queue.pick", pick, can=Can.SEE_HAZARDS),
    press("queue.ask", search, can=Can.SEE_HAZARDS),
    press("queue.found", turn_found, can=Can.SEE_HAZARDS),
)
