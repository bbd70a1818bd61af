"""How the queue, its filters, what was found and a batch look as cards."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.cards import Button, Card, Text, bold, card, lines
from handlers import looks
from handlers.say import common
from handlers.say import queue as say
from knowledge.kinds import KINDS
from models import queues
from models.areas import Area
from models.deadlines import CLOCKS
from models.hazards import Hazard
from models.lifecycle import SEVERITY_LABELS, STEP_LABELS, Severity, Step
from models.people import Actor, Can
from models.queues import ENDED, Line, Page, Section, View

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def listed(s: Session, who: Actor, view: View, number: int, now: datetime) -> Card:
    """Return a page of the queue with its filters in words."""
    page = queues.page(s, who, view, number, now=now)
    kept = {"q": view.to_json(), "page": page.number}
    rows = [[_opening(line.hazard, kept)] for line in page.lines]
    ways = [Button(say.FILTER, "queue.filter", {"q": kept["q"]}, once=False)]
    if page.lines and view.scope != ENDED:
        ways.append(Button(say.CHOOSE, "queue.choose", kept, once=False))
    told = _told(s, page, now) if page.lines else [say.NONE if view == View() else say.NONE_FITS]
    head = bold(say.HEAD.format(count=page.total))
    return card(head, say.VIEW.format(view=in_words(s, view)), *told,
                buttons=[*rows, ways, turning(page, "hazard.list", kept)])  # fmt: skip


def _opening(hazard: Hazard, kept: dict[str, Any]) -> Button:
    return Button(f"{hazard.number} {hazard.place_text}", "queue.open", {**kept, "id": hazard.id}, once=False)


def _told(s: Session, page: Page, now: datetime) -> list[Text | str]:
    told: list[Text | str] = []
    for section in Section:
        here = [line for line in page.lines if line.section is section]
        if here:
            told.append(bold(f"{say.SECTIONS[section]}（{page.counts[section]}）"))
            told += [case_line(s, line, now) for line in here]
    pages = [say.PAGE.format(page=page.number + 1, pages=page.last + 1)] if page.last else []
    return [*told, *pages]


def case_line(s: Session, line: Line, now: datetime) -> Text:
    """Return one case in the queue: number and kind, place, which clock and how long, and who has it."""
    hazard = line.hazard
    holder = looks.holder_name(s, hazard)
    who = holder or (say.NOBODY_YET if hazard.closed_at is None else None)
    facts = "　".join(fact for fact in (_clock(line, now), who) if fact)
    return lines(looks.headline(hazard), f"　{hazard.place_text}", f"　{facts}" if facts else None)


def _clock(line: Line, now: datetime) -> str:
    if line.clock is None:
        return ""
    is_late = line.clock.due_at < now
    time = _long(now - line.clock.due_at if is_late else line.clock.due_at - now)
    return CLOCKS[line.clock.clock] + (say.LATE_BY if is_late else say.LEFT).format(time=time)


def _long(span: timedelta) -> str:
    if span >= DAY:
        return say.DAYS.format(n=span // DAY)
    return say.HOURS.format(n=span // HOUR) if span >= HOUR else say.SOON


def turning(page: Page, verb: str, kept: dict[str, Any]) -> list[Button]:
    """Return the buttons to the page before and after."""
    ways = ((common.PREVIOUS, page.number - 1), (common.NEXT_PAGE, page.number + 1))
    return [Button(label, verb, {**kept, "page": to}, once=False) for label, to in ways if 0 <= to <= page.last]


def in_words(s: Session, view: View) -> str:
    """Return what a view shows, as one says it: 全部在办 · 场镇社区 · 逾期."""
    village = s.get(Area, view.village) if view.village is not None else None
    words = [
        say.SCOPES[view.scope],
        village.name if village else "",
        KINDS[view.kind].name if view.kind in KINDS else view.kind,
        SEVERITY_LABELS[Severity(view.severity)] if view.severity else "",
        STEP_LABELS[Step(view.step)] if view.step else "",
        say.SECTIONS[Section.LATE] if view.late else "",
    ]
    return " · ".join(word for word in words if word)


def filters(s: Session, who: Actor, view: View, now: datetime) -> Card:
    """Return the filters: each says how many it would show together with the others."""
    scopes = queues.options(s, who, view, "scope", now=now)
    ways = [_scope(view, scope, n) for scope, n in scopes.items()]
    late = queues.options(s, who, view, "late", now=now)[True]
    only = [_way(say.LATE_ONLY, view.with_(late=not view.late), late, is_on=view.late)] if view.scope != ENDED else []
    picks = [_picking(s, view, key) for key in say.FILTERS]
    total = scopes[view.scope]
    back = Button(say.SHOW.format(count=total), "hazard.list", {"q": view.to_json()}, once=False)
    clear = [Button(say.CLEAR, "queue.filter", {}, once=False)] if view != View() else []
    return card(bold(say.FILTER_HEAD), say.VIEW.format(view=in_words(s, view)),
                buttons=[ways[:2], [*ways[2:], *only], picks[:2], picks[2:], [*clear, back]])  # fmt: skip


def _scope(view: View, scope: str, count: int) -> Button:
    to = view.with_(scope=scope, late=view.late and scope != ENDED)  # what has ended is late no more
    return _way(say.SCOPES[scope], to, count, is_on=view.scope == scope)


def _way(label: str, to: View, count: int, *, is_on: bool) -> Button:
    shown = f"{label} {count}"
    return Button(say.CHOSEN.format(label=shown) if is_on else shown, "queue.filter", {"q": to.to_json()}, once=False)


def _picking(s: Session, view: View, key: str) -> Button:
    value = getattr(view, key)
    label = say.CHOSEN.format(label=in_words(s, View(**{key: value})).split(" · ")[-1]) if value else say.FILTERS[key]
    return Button(label, "queue.pick", {"q": view.to_json(), "key": key}, once=False)


def picking(s: Session, who: Actor, view: View, key: str, now: datetime) -> Card:
    """Return the values of one filter with their counts."""
    found = queues.options(s, who, view, key, now=now)
    ways = [
        Button(f"{in_words(s, View(**{key: value})).split(' · ')[-1]} {count}", "queue.filter",
               {"q": view.with_(**{key: value}).to_json()}, once=False)
        for value, count in found.items()
    ]  # fmt: skip
    free = view.with_(**{key: getattr(View(), key)})
    end = [Button(say.ANY, "queue.filter", {"q": free.to_json()}, once=False),
           Button(say.BACK, "queue.filter", {"q": view.to_json()}, once=False)]  # fmt: skip
    rows = [ways[i : i + 2] for i in range(0, len(ways), 2)]
    return card(bold(say.PICK.format(what=say.FILTERS[key])), buttons=[*rows, end])


def found(hazards: Sequence[Hazard], total: int, words: str, number: int) -> Card:
    """Return a page of what was found."""
    again = [Button(say.SEARCH_AGAIN, "queue.ask", once=False)]
    if not hazards:
        return card(say.NOT_FOUND, buttons=[again])
    told = [lines(looks.headline(hazard), f"　{hazard.place_text}") for hazard in hazards]
    kept = {"words": words}
    rows = [[Button(f"{h.number} {h.place_text}", "hazard.open", {"id": h.id}, once=False)] for h in hazards]
    page = Page((), {Section.REST: total}, number)
    head = bold(say.FOUND.format(count=total, words=words))
    return card(head, *told, buttons=[*rows, turning(page, "queue.found", kept), again])


def with_way_back(shown: Card, kept: dict[str, Any]) -> Card:
    """Return a case's card with the way back to the list that it was opened from."""
    back = Button(say.LIST, "hazard.list", {"q": kept.get("q"), "page": kept.get("page", 0)}, once=False)
    return replace(shown, buttons=(*shown.buttons, (back,)))


def choosing(s: Session, who: Actor, view: View, number: int, on: Sequence[int], now: datetime) -> Card:
    """Return a page of the queue with a box before each case; what is chosen lives in the buttons."""
    page = queues.page(s, who, view, number, now=now)
    kept = {"q": view.to_json(), "page": page.number, "on": list(on)}
    rows = [[_box(line.hazard, kept)] for line in page.lines]
    acts = [Button(say.BATCH_ASSIGN, "batch.who", kept, once=False)] if who.may(Can.ASSIGN) else []
    if who.may(Can.VERIFY):
        acts.append(Button(say.BATCH_CLAIM, "batch.claim", kept))
    more = [Button(say.BATCH_NOTE, "batch.note", kept, once=False),
            Button(say.BATCH_END, "hazard.list", {"q": kept["q"], "page": page.number}, once=False)]  # fmt: skip
    numbers = "、".join(h.number for h in (s.get(Hazard, one) for one in on) if h is not None)
    chosen = say.BATCH_CHOSEN.format(numbers=numbers) if on else say.BATCH_NONE
    return card(bold(say.BATCH_HEAD.format(count=len(on))), say.BATCH_HOW, chosen,
                say.VIEW.format(view=in_words(s, view)), *_told(s, page, now),
                buttons=[*rows, turning(page, "queue.choose", kept), acts, more])  # fmt: skip


def _box(hazard: Hazard, kept: dict[str, Any]) -> Button:
    on = kept["on"]
    is_on = hazard.id in on
    after = [one for one in on if one != hazard.id] if is_on else [*on, hazard.id]
    label = f"{say.ON if is_on else say.OFF} {hazard.number} {hazard.place_text}"
    return Button(label, "queue.choose", {**kept, "on": after}, once=False)


