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
from models import patrols, place_search, places
from models.people import Can
from models.place_names import sound_of
from models.places import Place

LONGEST = 500
NEAR_ENOUGH = 55
SUGGESTED = 6
_PARTS = re.compile(r"[，,。；;、！!\n]+")
_FIXED = re.compile(r"当场|现场(?:已经?)?(?:整改|改|清)|已经?(?:整改|改好|清理|清走|清运|更换|换好|搬走|挪开|移走)")
_FINE = re.compile(r"(?<![不未])(?:正常|合格)|(?:没有?|无)(?:问题|异常|隐患)|完好|齐全|良好|都好|没发现")
_LEAD = re.compile(
    r"今天|今日|上午|下午|早上|晚上|刚才|刚刚|我们?|已经?|巡查|检查|走访|入户|查看|巡检|排查|抽查|一下|这家|那家|[刚去到在巡查了完过对,]"
)
_OUTCOMES = (
    (patrols.REFUSED, re.compile(r"不让(?:检查|查|进|看)|拒绝|不配合|不准进")),
    ("moved", re.compile(r"(?:店|铺|家|已经?|都|全)?搬(?:走|家|迁)了?")),
    ("closed_down", re.compile(r"停业|歇业|关停|倒闭|不做了|不开了|已关闭")),
    ("vacant", re.compile(r"空置|空着|没有?人住|空房")),
    (patrols.LOCKED, re.compile(r"锁门|锁着门?|锁了门|关门|没开门|没有?人(?![员住居])|未开门|门锁")),
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
    heard(context, place, context.pressed["t"], context.pressed["at"], chosen=True)


def heard(context: Context, place: Place, words: str, at: str, *, chosen: bool = False) -> None:
    """Show what a sentence says about a place: failures on the paper, a closed door, all well, or nothing clear.

    When the place had to be `chosen`, the first part of the sentence was its name in other words.
    """
    parts = [part for part in _PARTS.split(words) if part.strip()]
    found, unclear = _failures(place.kind, parts), _unclear(place, parts[chosen:])
    is_fine = any(_FINE.search(part) for part in parts)
    outcome = next((o for o, sign in _OUTCOMES if sign.search(words)), None)
    if found or (is_fine and not unclear and outcome is None):
        items = checks.items_of({"kind": place.kind})
        known = checks.about(place) | {"items": {"on": [items[n].key for n in sorted(found)], "page": 0}}
        findings = {checks.finding_key(n): value for n, value in found.items()}
        more = say.LEFTOVER.format(words="，".join(unclear)) if unclear else ""
        context.begin(checks.CHECK, {**known, **findings, "at": at, "began": at, "note": words}, say.HEARD + more)
    elif outcome and not is_fine:
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
    found = context.read(place_search.find, named) if named else []
    return [place for place in found if context.actor.reaches(Can.PATROL, place.area_path)]


def _said_name(place: Place, words: str) -> str:
    return max((name for name in place.names if name in words), key=len, default="")


def _ask_which(context: Context, found: Iterable[Place], words: str, at: str) -> None:
    likely = list(found)
    offered = likely or context.run(places.due_list, limit=SUGGESTED)
    head = say.WHICH if likely else say.WHICH_NONE
    context.say(looks.pick_card(head, [(place, "") for place in offered], {"t": words, "at": at}))


def _failures(kind: str, parts: Iterable[str]) -> dict[int, dict[str, Any]]:
    """What the paper says about the items that failed, by their number; 「当场整改」 belongs to the one said last."""
    found: dict[int, dict[str, Any]] = {}
    last: dict[str, Any] | None = None
    for part in parts:
        if (n := _item(kind, part)) is not None:
            last = found.setdefault(n, {"note": "", "media": [], "end": checks.OPEN})
            last["note"] = f"{last['note']} {part}".strip()
        if last is not None and _FIXED.search(part):
            last["end"] = checks.FIXED
    return found


def _unclear(place: Place, parts: Iterable[str]) -> list[str]:
    """The parts that say neither which place, nor what failed, nor that the rest is well."""
    signs = [_FINE, _FIXED, *(sign for _, sign in _OUTCOMES)]
    rest = [part for part in parts if _item(place.kind, part) is None and not any(sign.search(part) for sign in signs)]
    return [part for part in rest if not _only_names(place, part)]


def _only_names(place: Place, part: str) -> bool:
    for name in sorted(place.names, key=len, reverse=True):
        part = part.replace(name, "")
    left = _LEAD.sub("", part).strip()
    return len(left) < 2 or any(sound_of(left) == sound_of(name) for name in place.names)


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
