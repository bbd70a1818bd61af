"""Looks of the ledger: all that is known of a place, its history, who answers for it, and what can be changed."""

from collections.abc import Sequence
from typing import Any

from bot.cards import Button, Card, Text, bold, card, code, lines
from bot.context import Context
from handlers.say import common
from handlers.say import places as say
from models import place_contacts, place_events, place_ledger
from models.areas import Area
from models.calendar import day_of
from models.people import Can, Person
from models.place_contacts import ROLES, PlaceContact
from models.place_events import PlaceEvent
from models.places import KINDS, OPEN, RISKS, STATES, Place

LATELY, A_PAGE = 3, 8


def ledger_card(context: Context, place: Place, note: str = "") -> Card:
    """Return everything that the ledger knows of a place, with what the actor may do to it."""
    s = context.visit.session
    found = context.read(place_ledger.history_of, place.id)[::-1][:LATELY]
    lately = lines(say.LATELY, *(event_line(context, event) for event in found)) if found else None
    return card(
        note or None, bold(place.name) + f"  {KINDS[place.kind]}　" + say.RISK.format(risk=RISKS[place.risk]),
        say.CODE + code(place.code), _also(place), "　".join(_where(s.get(Area, place.area_id), place)),
        _size(place), None if place.status == OPEN else say.STATE.format(state=STATES[place.status]),
        *contact_lines(context, place), lately, buttons=_ways(context, place),
    )  # fmt: skip


def _also(place: Place) -> str | None:
    names = "、".join(place.names[1:])
    return say.ALSO.format(names=names) if names else None


def _where(area: Area | None, place: Place) -> Sequence[str]:
    on_map = say.NOT_ON_MAP if place.latitude is None else say.ON_MAP
    return [part for part in (area.name if area else "", place.cluster, place.address, on_map) if part]


def _size(place: Place) -> str | None:
    sizes = ((say.FLOORS, place.floors), (say.PEOPLE, place.people), (say.METRES, place.square_metres))
    told = [how.format(n=n) for how, n in sizes if n is not None]
    return "　".join(told) or None


def contact_lines(context: Context, place: Place) -> list[str]:
    """Return who answers for a place with telephone, for those who may read that."""
    if not context.actor.reaches(Can.SEE_PLACES, place.area_path):
        return []
    found = context.read(place_contacts.contacts_of, place)
    return [contact_line(contact) for contact in found] or [say.NO_CONTACT]


def contact_line(contact: PlaceContact) -> str:
    """Return one responsible person in a line."""
    return say.CONTACT.format(role=ROLES[contact.role], name=contact.name, phone=contact.phone or say.NO_PHONE)


def _ways(context: Context, place: Place) -> list[list[Button]]:
    history, back = _way(say.HISTORY, "ledger.history", place), _way(say.BACK, "place.show", place)
    if not context.actor.reaches(Can.KEEP_PLACES, place.area_path):
        return [[history, back]]
    turn = (say.SHUT, "ledger.shut") if place.status == OPEN else (say.REOPEN, "ledger.reopen")
    return [[_way(say.CHANGE, "ledger.change", place), _way(say.CONTACTS, "ledger.contacts", place)],
            [_way(say.MERGE, "ledger.merge", place), _way(say.MOVE, "ledger.move", place)],
            [_way(*turn, place), history], [back]]  # fmt: skip


def _way(label: str, verb: str, place: Place, **more: Any) -> Button:
    return Button(label, verb, {"p": place.id, **more}, once=False)


def event_line(context: Context, event: PlaceEvent) -> str:
    """Return one change: when, by whom, what, and what stood there before."""
    s = context.visit.session
    person = s.get(Person, event.who_id) if event.who_id is not None else None
    was = "、".join(_was(context, column, value) for column, value in event.before.items() if say.COLUMNS.get(column))
    told = say.EVENT.format(day=day_of(event.at), who=person.name if person else say.TOWN_FILE,
                            act=place_events.ACTS[event.act])  # fmt: skip
    return told + (f"（{event.note}）" if event.note else "") + (say.WAS.format(what=was) if was else "")


def _was(context: Context, column: str, value: Any) -> str:
    if column == "latitude":
        return say.COLUMNS[column] + (say.NOT_ON_MAP if value is None else say.ON_MAP)
    names: dict[str, dict[str, str]] = {"kind": KINDS, "risk": RISKS, "status": STATES}
    if column == "area_id":
        area = context.visit.session.get(Area, value)
        value = area.name if area else ""
    shown = names.get(column, {}).get(str(value), value)
    return say.WAS_ONE.format(column=say.COLUMNS[column], value=say.EMPTY if shown in (None, "") else shown)


def history_card(context: Context, place: Place, number: int) -> Card:
    """Return a page of everything that happened to a place, the newest first."""
    found = context.read(place_ledger.history_of, place.id)[::-1]
    last = max(0, len(found) - 1) // A_PAGE
    number = min(max(0, number), last)
    shown: list[str | Text] = [event_line(context, e) for e in found[number * A_PAGE : (number + 1) * A_PAGE]]
    turn = ((common.PREVIOUS, number - 1), (common.NEXT_PAGE, number + 1))
    turns = [_way(label, "ledger.history", place, page=to) for label, to in turn if 0 <= to <= last]
    head = bold(say.HISTORY_HEAD.format(name=place.name))
    return card(head, say.HISTORY_PAGE.format(page=number + 1, pages=last + 1), *shown,
                buttons=[turns, [_way(say.BACK, "ledger.open", place)]])  # fmt: skip


def change_card(place: Place) -> Card:
    """Return what can be changed, each a button."""
    ways = [_way(label, "ledger.edit", place, what=what) for what, label in say.PARTS.items()]
    rows = [ways[i : i + 2] for i in range(0, len(ways), 2)]
    return card(bold(say.CHANGE_ASK.format(name=place.name)), buttons=[*rows, [_way(say.BACK, "ledger.open", place)]])


def contacts_card(context: Context, place: Place, note: str = "") -> Card:
    """Return who answers for a place, and the ways to change that."""
    taken = {contact.role for contact in context.read(place_contacts.contacts_of, place)}
    rows = [
        [_way((say.NEW_CONTACT if role in taken else say.SET_CONTACT).format(role=name), "ledger.contact", place,
              role=role),
         *([_way(say.END_CONTACT.format(role=name), "ledger.contact_end", place, role=role)] if role in taken else [])]
        for role, name in ROLES.items()
    ]  # fmt: skip
    return card(note or None, bold(say.CONTACTS_ASK.format(name=place.name)), *contact_lines(context, place),
                buttons=[*rows, [_way(say.BACK, "ledger.open", place)]])  # fmt: skip
