"""Several places in one sentence: 「张记、鸿运都正常，百家超市锁门」. One card confirms all; unclear is never well."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.cards import card
from bot.context import Context
from handlers import patrol_sentences as one
from handlers import streets
from handlers.say import streets as say
from knowledge.understand import Understanding
from models.patrols import DONE
from models.people import Can
from models.places import Place
from models.streets import MOST, begun_with, beyond, said_in

_SHORT = 2


@dataclass
class _Told:
    """Some places, and the parts of the sentence that say how it is there."""

    places: list[Place]
    parts: list[str] = field(default_factory=list)


def patrol_sentence(context: Context, text: str, understanding: Understanding, at: datetime | None = None) -> bool:
    """Make patrols of a sentence and ask to confirm them; False when this person does not patrol.

    `at` is the moment of the message, which counts as the time of the patrol.
    """
    if not context.actor.may(Can.PATROL):
        return False
    words, kept = text.strip()[: one.LONGEST], (at or context.now).isoformat()
    if not _heard_several(context, words, kept):
        one.heard_one(context, words, understanding, kept)
    if outside := context.read(beyond, words):
        context.say(card(say.BEYOND.format(names="、".join(outside))), new=True)
    return True


def _heard_several(context: Context, words: str, at: str) -> bool:
    """Ask to confirm a sentence about two places or more; False when it is about one, or about none that is known."""
    told = _told(context, words)
    found = {place.id: place for group in told for place in group.places}
    if not 1 < len(found) <= MOST:
        return False
    answers: dict[str, Any] = {"marks": {"on": [], "how": {}, "page": 0}, "outs": {}, "said": {}}
    for group in told:
        for place in group.places:
            _mark(context, answers, place, group.parts, at)
    stops = streets.stops_of(context, found.values())
    context.begin(streets.STREET, {"title": say.HEARD_TITLE, "stops": stops, "at": at, "note": words, **answers})
    return True


def _mark(context: Context, answers: dict[str, Any], place: Place, parts: Sequence[str], at: str) -> None:
    """All well is what was said to be so and nothing else; what is not clear becomes a paper to fill in."""
    outcome, known = one.verdict(context, place, parts, at)
    if outcome == DONE:
        return
    key, way = str(place.id), streets.SHUT if outcome else streets.BAD
    answers["marks"]["on"].append(key)
    answers["marks"]["how"][key] = way
    if outcome:
        answers["outs"][key] = outcome
    else:
        answers["said"][key] = known


def _told(context: Context, words: str) -> list[_Told]:
    """The sentence in groups: places that are named, and what is said until others are named."""
    candidates = context.read(said_in, words)
    groups: list[_Told] = []
    for part in one.parts_of(words):
        named, rest = _named(context, part, candidates)
        if named and (not groups or groups[-1].parts):
            groups.append(_Told([]))
        if groups:
            groups[-1].places += named
            groups[-1].parts += [rest] if one.says_something(rest) else []
    return groups


def _named(context: Context, part: str, candidates: Sequence[Place]) -> tuple[list[Place], str]:
    """The places that a part names, the longest names first, and what is left of it; the first two characters will do.

    A beginning that fits several places names none: then it is asked as ever.
    """
    found = []
    by_name = sorted(((name, place) for place in candidates for name in place.names if len(name) >= _SHORT),
                     key=lambda pair: -len(pair[0]))  # fmt: skip
    for name, place in by_name:
        if name in part:
            found.append(place)
            part = part.replace(name, "")
    if not found:
        begun = one.without_lead(part)
        like = context.read(begun_with, begun[:_SHORT]) if len(begun) >= _SHORT else None
        if like is not None:
            return [like], re.sub(f"^{re.escape(_shared(begun, like.name))}", "", begun)
    return found, part


def _shared(words: str, name: str) -> str:
    n = next((n for n, (a, b) in enumerate(zip(words, name, strict=False)) if a != b), min(len(words), len(name)))
    return words[:n]
