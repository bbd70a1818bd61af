"""A whole patrol in one sentence: 「巡查了张记面馆，灭火器过期，其他正常」. Nothing is logged unconfirmed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rapidfuzz import fuzz
from telegram import Update

from bot.cards import Button, bold, card
from bot.context import Context
from bot.fields import Answers
from handlers import checks
from handlers import looks_places as looks
from handlers.check_fields import CHECK, FIXED, OPEN
from handlers.say import patrols as say
from knowledge.understand import Understanding, kind_of
from knowledge.words import normalise
from models import due, patrols, place_search, places
from models.patrols import ChecklistItem
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


def heard_one(context: Context, words: str, understanding: Understanding, at: str) -> None:
    """Make a patrol of a sentence about one place and ask to confirm it, or ask which place is meant."""
    found = _candidates(context, words, understanding.place)
    if len(found) == 1:
        heard(context, found[0], words, at)
    else:
        _ask_which(context, found, words, at)


async def which(_: Update, context: Context) -> None:
    """The place that the sentence was about."""
    place = context.read(places.place_for, context.pressed["p"], Can.PATROL)
    heard(context, place, context.pressed["t"], context.pressed["at"], chosen=True)


def heard(context: Context, place: Place, words: str, at: str, *, chosen: bool = False) -> None:
    """Show what a sentence says about a place: failures on the paper, a closed door, all well, or nothing clear.

    When the place had to be `chosen`, the first part of the sentence was its name in other words.
    """
    parts = parts_of(words)
    known = checks.about(context.visit.session, place)
    items = checks.items_of(known)
    found, unclear = _failures(items, parts), _unclear(items, place, parts[chosen:])
    is_fine, outcome = _is_fine(parts), _outcome(words)
    if found or (is_fine and not unclear and outcome is None):
        more = say.LEFTOVER.format(words="，".join(unclear)) if unclear else ""
        context.begin(CHECK, {**known, **_findings(items, found), "at": at, "began": at, "note": words},
                      say.HEARD + more)  # fmt: skip
    elif outcome and not is_fine:
        context.say(_outcome_card(context, place, outcome, words, at))
    else:
        context.say(looks.place_card(context, place, say.UNCLEAR))


def verdict(context: Context, place: Place, parts: Sequence[str], at: str) -> tuple[str, Answers]:
    """Return what parts of a sentence say of one place of several: an outcome, or "" with what its paper knows."""
    known = checks.about(context.visit.session, place)
    items = checks.items_of(known)
    found, unclear = _failures(items, parts), _unclear(items, place, parts)
    is_fine, outcome = _is_fine(parts), _outcome("，".join(parts))
    if not found and not unclear and is_fine != bool(outcome):
        return outcome or patrols.DONE, {}
    told = _findings(items, found) if found else {}
    return "", {**known, **told, "at": at, "began": at, "note": "，".join(parts)}


def parts_of(words: str) -> list[str]:
    """Return the parts of a sentence between commas and full stops."""
    return [part for part in _PARTS.split(words) if part.strip()]


def without_lead(part: str) -> str:
    """Return a part without the words by which people begin: 今天去检查了."""
    return _LEAD.sub("", part).strip()


def says_something(part: str) -> bool:
    """Say whether anything is left of a part once names and lead words are out: 都正常, 锁门了, 灭火器过期."""
    return len(without_lead(part).strip("都也和跟两三家")) > 1


def _is_fine(parts: Iterable[str]) -> bool:
    return any(_FINE.search(part) for part in parts)


def _outcome(words: str) -> str | None:
    return next((outcome for outcome, sign in _OUTCOMES if sign.search(words)), None)


def _findings(items: Sequence[ChecklistItem], found: Mapping[int, dict[str, Any]]) -> Answers:
    """What the paper knows of the items that failed; whether none did is its own answer too."""
    ticks = {"on": [items[n]["key"] for n in sorted(found)], "page": 0}
    return {"items": ticks, **{checks.finding_key(n): value for n, value in found.items()}}


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
    offered = likely or [one.place for one in context.run(due.due_today, limit=SUGGESTED)]
    head = say.WHICH if likely else say.WHICH_NONE
    context.say(looks.pick_card(head, [(place, "") for place in offered], {"t": words, "at": at}))


def _failures(items: Sequence[ChecklistItem], parts: Iterable[str]) -> dict[int, dict[str, Any]]:
    """What the paper says about the items that failed, by their number; 「当场整改」 belongs to the one said last."""
    found: dict[int, dict[str, Any]] = {}
    last: dict[str, Any] | None = None
    for part in parts:
        if (n := _item(items, part)) is not None:
            last = found.setdefault(n, {"note": "", "media": [], "end": OPEN})
            last["note"] = f"{last['note']} {part}".strip()
        if last is not None and _FIXED.search(part):
            last["end"] = FIXED
    return found


def _unclear(items: Sequence[ChecklistItem], place: Place, parts: Iterable[str]) -> list[str]:
    """The parts that say neither which place, nor what failed, nor that the rest is well."""
    signs = [_FINE, _FIXED, *(sign for _, sign in _OUTCOMES)]
    rest = [part for part in parts if _item(items, part) is None and not any(sign.search(part) for sign in signs)]
    return [part for part in rest if not _only_names(place, part)]


def _only_names(place: Place, part: str) -> bool:
    for name in sorted(place.names, key=len, reverse=True):
        part = part.replace(name, "")
    left = _LEAD.sub("", part).strip()
    return len(left) < 2 or any(sound_of(left) == sound_of(name) for name in place.names)


def _item(items: Sequence[ChecklistItem], part: str) -> int | None:
    """The line of the checklist that a few words are about: of the same hazard kind, the most alike in wording."""
    code = kind_of(normalise(part))
    if code is None:
        return None
    scored = [(fuzz.partial_ratio(part, item["text"]), -n, item["kind"]) for n, item in enumerate(items)]
    same = [entry for entry in scored if entry[2] == code]
    best = max(same or [entry for entry in scored if entry[0] >= NEAR_ENOUGH], default=None)
    return -best[1] if best else None
