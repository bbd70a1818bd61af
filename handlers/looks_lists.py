"""How the list of the ledger and its filters look as cards."""

from bot.cards import Button, Card, bold, card
from bot.context import Context
from handlers.looks_due import due_in_words, place_button
from handlers.say import common
from handlers.say import places as say
from models import place_lists
from models.areas import Area
from models.place_lists import View
from models.places import KINDS, OPEN, RISKS, STATES, Place

A_ROW = 2


def listed(context: Context, view: View, number: int) -> Card:
    """Return a page of the ledger: where each place lies and when it is due."""
    page = context.run(place_lists.page, view, number)
    kept = view.to_json()
    told = [say.LIST_VIEW.format(view=in_words(context, view) or say.LIST_ALL)]
    if page.last:
        told.append(say.LIST_PAGE.format(page=page.number + 1, pages=page.last + 1))
    rows = [[place_button(place, _more(context, place))] for place in page.places]
    turn = ((common.PREVIOUS, page.number - 1), (common.NEXT_PAGE, page.number + 1))
    turns = [Button(label, "ledger.list", {"q": kept, "page": to}, once=False)
             for label, to in turn if 0 <= to <= page.last]  # fmt: skip
    ways = [*turns[:1], Button(say.LIST_FILTER, "ledger.filter", {"q": kept}, once=False), *turns[1:]]
    return card(bold(say.LIST_HEAD.format(n=page.total)), *told, None if page.total else say.LIST_NONE,
                buttons=[*rows, ways])  # fmt: skip


def _more(context: Context, place: Place) -> str:
    """What one sees of a place in the list: its 组, and when it is due or that it is no more."""
    due = STATES[place.status] if place.status != OPEN else ""
    if place.status == OPEN and place.next_patrol_on is not None:
        due = due_in_words(place.next_patrol_on, context.today)
    return "  ".join(part for part in (place.cluster, due) if part)


def in_words(context: Context, view: View) -> str:
    """Return what a view shows, as one says it: 青石村 · 小餐饮 · 在营 · 已逾期."""
    words = [_value(context, key, getattr(view, key)) for key in say.FILTERS]
    return " · ".join([word for word in words if word] + ([say.LIST_LATE] if view.late else []))


def _value(context: Context, key: str, value: str | int | None) -> str:
    if key == "area":
        area = context.visit.session.get(Area, value) if value is not None else None
        return area.name if area else ""
    names = {"kind": KINDS, "risk": {risk: say.RISK.format(risk=name) for risk, name in RISKS.items()},
             "state": STATES}.get(key, {})  # fmt: skip
    return names.get(str(value), str(value or ""))


def filters(context: Context, view: View) -> Card:
    """Return the filters, each with what it is set to, and how many places they leave."""
    late = context.run(place_lists.options, view, "late")[True]
    total = context.run(place_lists.count, view)
    picks = [_pick(context, view, key) for key in say.FILTERS]
    only = _to(f"{say.LIST_LATE_ONLY} {late}", view.with_(late=not view.late), is_on=view.late)
    ways = [*picks, *([only] if view.state == OPEN else [])]
    rows = [ways[i : i + A_ROW] for i in range(0, len(ways), A_ROW)]
    clear = [Button(say.LIST_CLEAR, "ledger.filter", {}, once=False)] if view != View() else []
    show = Button(say.LIST_SHOW.format(n=total), "ledger.list", {"q": view.to_json()}, once=False)
    told = say.LIST_VIEW.format(view=in_words(context, view) or say.LIST_ALL)
    return card(bold(say.LIST_FILTER_HEAD), told, buttons=[*rows, [*clear, show]])


def _to(label: str, view: View, *, is_on: bool = False) -> Button:
    shown = say.LIST_ON.format(label=label) if is_on else label
    return Button(shown, "ledger.filter", {"q": view.to_json()}, once=False)


def _pick(context: Context, view: View, key: str) -> Button:
    value = _value(context, key, getattr(view, key))
    label = say.LIST_ON.format(label=value) if value else say.FILTERS[key]
    return Button(label, "ledger.pick", {"q": view.to_json(), "key": key}, once=False)


def picking(context: Context, view: View, key: str) -> Card:
    """Return the values of one filter, each with how many places it would list."""
    found = context.run(place_lists.options, view, key)
    ways = [_to(f"{_value(context, key, value)} {n}", view.with_(**{key: value})) for value, n in found.items()]
    rows = [ways[i : i + A_ROW] for i in range(0, len(ways), A_ROW)]
    anything = _to(say.LIST_ANY, view.with_(**{key: None if key == "area" else ""}))
    back = Button(say.BACK, "ledger.filter", {"q": view.to_json()}, once=False)
    return card(bold(say.LIST_PICK.format(what=say.FILTERS[key])), buttons=[*rows, [anything, back]])
