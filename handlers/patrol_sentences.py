"""A whole patrol in one sentence: 「巡查了张记面馆，灭火器过期，其他正常」. Nothing is logged unconfirmed."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from rapidfuzz import fuzz
from telegram import Update

from bot.cards import Button, bold, card
from bot.context import Context
from handlers import checks
from handlers import looks_places as looks
from handlers.say import patrols as say
from knowledge.understand import Understanding, kind_of
from knowledge.words import normalise
from models import patrols, places
from models.people import Can
from models.places import Place

LONGEST = 500
NEAR_ENOUGH = 55
SUGGESTED = 6
_PARTS = re.compile(r"[，,。；;、！!\n]+")
_FIXED = re.compile(r"当场|现场(?:已经?)?(?:整改|改|清)|已经?(?:整改|改好|清理|清走|清运|更换|换好|搬走|挪开|移走)")
_FINE = re.compile(r"正常|合格|没有?问题|无问题|完好|齐全|良好|都好|没发现")
_OUTCOMES = (
    (patrols.REFUSED, re.compile(r"不让(?:检查|查|进|看)|拒绝|不配合|不准进")),
    ("moved", re.compile(r"(?:店|铺|家|已经?|都|全)?搬(?:走|家|迁)了?")),
    ("closed_down", re.compile(r"停业|歇业|关停|倒闭|不做了|不开了|已关闭")),
    ("vacant", re.compile(r"空置|空着|没有?人住|空房")),
    (patrols.LOCKED, re.compile(r"锁门|锁着门?|锁了门|关门|没开门|没有?人|未开门|门锁")),
)


def patrol_sentence(context: Context, text: str, understanding: Understanding, at: datetime | None = None) -> bool:
    """Make a patrol of a sentence and ask to confirm it; False when this person does not patrol.

    `at` is the moment of the message, which counts as the time of the patrol.
    """
    if not context.actor.may(Can.PATROL):
        return False
    words = text.strip()[:LONGEST]
    kept = (at or context.now).isoformat()
    found = _candidates(context, words, understanding.place)
    if len(found) == 1:
        heard(context, found[0], words, kept)
    else:
        _ask_which(context, found, words, kept)
    return True


async def which(_: Update, context: Context) -> None:
    """The place that the sentence was about."""
    place = context.read(places.place_for, context.pressed["p"], Can.PATROL)
    heard(context, place, context.pressed["t"], context.pressed["at"])


def heard(context: Context, place: Place, words: str, at: str) -> None:
    """Show what a sentence says about a place: failures on the paper, a closed door, all well, or nothing clear."""
    failures, is_fine = _read(place, words)
    outcome = None if failures else next((o for o, sign in _OUTCOMES if sign.search(words)), None)
    if failures or (is_fine and outcome is None):
        items = {"on": [key for _, key, _ in failures], "page": 0}
        found = {checks.finding_key(n): value for n, _, value in failures}
        known = checks.about(place) | {"items": items, "at": at, "began": at, "note": words}
        context.begin(checks.CHECK, known | found, say.HEARD)
    elif outcome:
        context.say(_outcome_card(context, place, outcome, words, at))
    else:
        context.say(looks.place_card(context, place, say.UNCLEAR))


def _outcome_card(context: Context, place: Place, outcome: str, words: str, at: str) -> Any:
    args = {"p": place.id, "l": looks.last_id(context, place), "o": outcome, "at": at, "t": words}
    told = bold(say.SAID_OUT.format(name=place.name, outcome=patrols.OUTCOMES[outcome]))
    submit = Button(say.SUBMIT, "patrol.shut", args)
    return card(told, buttons=[[submit, Button(say.CHANGE, "place.show", {"p": place.id}, once=False)]])


def _candidates(context: Context, words: str, named: str | None) -> list[Place]:
    """The one place that is clearly named in the actor's patrol area, else those that may be meant."""
    clear = [place for path in context.actor.paths(Can.PATROL)
             if (place := places.match(context.visit.session, words, area_path=path)) is not None]  # fmt: skip
    if clear:
        longest = max(len(_said_name(place, words)) for place in clear)
        ids = {place.id: place for place in clear if len(_said_name(place, words)) == longest}
        return list(ids.values())
    found = context.read(places.find, named) if named else []
    return [place for place in found if context.actor.reaches(Can.PATROL, place.area_path)]


def _said_name(place: Place, words: str) -> str:
    return max((name for name in place.names if name in words), key=len, default="")


def _ask_which(context: Context, found: Iterable[Place], words: str, at: str) -> None:
    likely = list(found)
    offered = likely or context.run(places.due_list, limit=SUGGESTED)
    rows = [[Button(p.name, "patrol.said", {"p": p.id, "t": words, "at": at}, once=False)] for p in offered]
    context.say(card(bold(say.WHICH if likely else say.WHICH_NONE), buttons=[*rows, [looks.find_button()]]))


def _read(place: Place, words: str) -> tuple[list[tuple[int, str, dict[str, Any]]], bool]:
    """Return the failures as (number of the item, its key, what the paper says) and whether the rest is well."""
    found: dict[int, dict[str, Any]] = {}
    last: dict[str, Any] | None = None
    for part in filter(None, _PARTS.split(words)):
        is_fixed = bool(_FIXED.search(part))
        n = _item(place.kind, part)
        if n is not None:
            last = found.setdefault(n, {"note": "", "media": [], "end": checks.OPEN})
            last["note"] = f"{last['note']} {part}".strip()
        if last is not None and is_fixed:
            last["end"] = checks.FIXED
    items = checks.items_of({"kind": place.kind})
    return [(n, items[n].key, value) for n, value in sorted(found.items())], bool(_FINE.search(words))


def _item(kind: str, part: str) -> int | None:
    """The line of the checklist that a few words are about: of the same hazard kind, the most alike in wording."""
    code = kind_of(normalise(part))
    if code is None:
        return None
    items = list(enumerate(checks.items_of({"kind": kind})))
    scored = [(fuzz.partial_ratio(part, item.text), -n, item.kind) for n, item in items]
    same = [entry for entry in scored if entry[2] == code]
    best = max(same or [entry for entry in scored if entry[0] >= NEAR_ENOUGH], default=None)
    return -best[1] if best else None
