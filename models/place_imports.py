"""Imports of places: a whole table is held against the ledger, and then written into it - all of it, or nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, func, insert, or_, update
from sqlmodel import Session, col, select

from models import place_owners, place_states, plans
from models.areas import Area
from models.base import Refused, plain, table_of
from models.calendar import add_days, local
from models.cells import Cell
from models.deadlines import Deadline
from models.enterprises import Problem
from models.patrols import RULE
from models.people import Actor, Can
from models.place_contacts import PlaceContact
from models.place_events import IMPORTED, PlaceEvent
from models.place_judging import Ledger, firsts, judge, village_path
from models.place_names import initials_of
from models.place_numbers import new_codes
from models.place_rows import CODE, GRID, HEADS, KIND, NAME, STATUS, VILLAGE
from models.places import MERGED, OPEN, Place
from models.rules import rules_of
from models.seasons import cycle_days
from models.workbook_rows import CHANGE, NEW, Table, Verdict, shown, squeezed

_SPREAD = 3  # days between the first patrols of an area's new places
Rows = Sequence[tuple[int, Mapping[str, Cell]]]
PATROL, NOTE = "patrol", "导入表格"


def fit(table: Table) -> None:
    """Refuse a table that can tell no place: neither which one it is, nor enough for a new one."""
    have = set(table.keys)
    missing = [key for key in (NAME, KIND) if key not in have]
    if not {VILLAGE, GRID} & have:
        missing.append(VILLAGE)
    if missing and CODE not in have:
        names = "、".join(HEADS[key] for key in missing)
        raise Refused(f"表里缺这几列：{names}。请照「下载空表」的表头补上，再发一次。")


def check(s: Session, who: Actor, rows: Rows, start: int, stop: int, *, lock: bool = False) -> list[Verdict]:
    """Return what becomes of the rows from `start` to `stop`; `lock` keeps what they change as it is until the end."""
    some = rows[start:stop]
    ledger, first = ledger_for(s, who, some, lock=lock), firsts(rows)
    return [judge(number, cells, ledger, first) for number, cells in some]


def ledger_for(s: Session, who: Actor, rows: Rows, *, lock: bool = False) -> Ledger:
    """Return what of the ledger these rows may be about."""
    areas = list(s.exec(select(Area).order_by(col(Area.id))))
    codes = {squeezed(shown(cells.get(CODE))) for _, cells in rows} - {""}
    coded = select(Place).where(func.lower(Place.code).in_(codes)).order_by(col(Place.id))
    by_code = {squeezed(place.code): place for place in s.exec(coded.with_for_update() if lock else coded)}
    letters = {initials_of(shown(cells.get(NAME))) for _, cells in rows} | {p.initials for p in by_code.values()}
    named = select(Place.area_path, Place.name, Place.code).where(
        col(Place.initials).in_(letters), Place.status != MERGED
    )
    names = {(village_path(path, areas), squeezed(name)): code for path, name, code in s.exec(named)}
    contacts = contacts_of(s, [place.id or 0 for place in by_code.values()])
    return Ledger(areas, lambda path: who.reaches(Can.IMPORT, path), by_code, contacts, names)


def contacts_of(s: Session, place_ids: Sequence[int]) -> dict[int, dict[str, tuple[str, str]]]:
    """Return who answers for these places now: (name, telephone) by place and role."""
    found: dict[int, dict[str, tuple[str, str]]] = defaultdict(dict)
    query = select(PlaceContact.place_id, PlaceContact.role, PlaceContact.name, PlaceContact.phone)
    query = query.where(col(PlaceContact.place_id).in_(place_ids), col(PlaceContact.ended_at).is_(None))
    for place_id, role, name, phone in s.exec(query.order_by(col(PlaceContact.id))):
        found[place_id][role] = (name, phone)
    return found


def apply(s: Session, who: Actor, verdicts: Sequence[Verdict], *, now: datetime) -> None:
    """Write everything that was judged new or changed, in this transaction, a few statements for all of it."""
    new = [verdict for verdict in verdicts if verdict.kind == NEW]
    changed = [verdict for verdict in verdicts if verdict.kind == CHANGE]
    places = [*_add(s, new, now), *_change(s, who, changed, now)]
    s.flush()
    _write_contacts(s, zip(places, [*new, *changed], strict=True), now)
    rows = [_event(who, place, verdict, now) for place, verdict in zip(places, [*new, *changed], strict=True)]
    if rows:
        plain(s, insert(table_of(PlaceEvent)), rows)


def _add(s: Session, new: Sequence[Verdict], now: datetime) -> list[Place]:
    if not new:
        return []
    nth, places = Counter[int](), []
    codes = new_codes(s, [verdict.values["area"] for verdict in new], now=now)
    for verdict, code in zip(new, codes, strict=True):
        area, values = verdict.values["area"], verdict.values["place"]
        place = Place(code=code, area_id=area.id, area_path=area.path, created_at=now, **values)
        if place.status == OPEN:
            place.next_patrol_on = _first_day(s, place, nth[area.id], now)
            nth[area.id] += 1
        places.append(place)
    s.add_all(places)
    s.flush()
    _start_patrols(s, places, now)
    return places


def _first_day(s: Session, place: Place, nth: int, now: datetime) -> date:
    """First patrols are spread over the cycle, from tomorrow on: a list of new places must not be owed on one day."""
    today = local(now).date()
    return today + timedelta(days=1 + _SPREAD * nth % cycle_days(place, rules_of(s), today))


def _start_patrols(s: Session, places: Iterable[Place], now: datetime) -> None:
    today = local(now).date()
    rows = [
        {"thing": PATROL, "clock": plans.clock_of(place),
         "thing_id": place.id, "started_at": now, "area_path": place.area_path, "rule": RULE,
         "due_at": add_days(now, (place.next_patrol_on - today).days), "counts": "wall"}
        for place in places if place.next_patrol_on is not None
    ]  # fmt: skip
    if rows:
        plain(s, insert(table_of(Deadline)), rows)


def _change(s: Session, who: Actor, changed: Sequence[Verdict], now: datetime) -> list[Place]:
    ids = [verdict.values["id"] for verdict in changed]
    known = {place.id: place for place in s.exec(select(Place).where(col(Place.id).in_(ids)))}
    planned, moved, nth = list[Place](), list[Place](), Counter[int]()
    for verdict in changed:
        place, area = known[verdict.values["id"]], verdict.values["area"]
        values = dict(verdict.values["place"])
        status = values.pop(STATUS, place.status)
        for key, value in values.items():
            setattr(place, key, value)
        if area is not None:
            left, place.area_id, place.area_path = place.area_id, area.id, area.path
            place_owners.follow(s, place.owner_id, left, area.id, now=now)
            moved.append(place)
        if status != place.status:
            place_states.turn(s, place, status, who.id, NOTE, now=now)
            place.next_patrol_on = _day_after_turn(s, place, nth, now)
            planned.append(place)
        elif _is_too_late(s, place, now):
            place.next_patrol_on = plans.next_day(s, place, local(now).date())
            planned.append(place)
    _stop_patrols(s, [place.id or 0 for place in planned], now)
    _move(s, moved)
    _start_patrols(s, planned, now)
    return [known[verdict.values["id"]] for verdict in changed]


def _day_after_turn(s: Session, place: Place, nth: Counter[int], now: datetime) -> date:
    if place.status != OPEN:
        return plans.next_day(s, place, local(now).date())
    nth[place.area_id] += 1
    return _first_day(s, place, nth[place.area_id] - 1, now)


def _is_too_late(s: Session, place: Place, now: datetime) -> bool:
    """A kind or risk that is patrolled more often brings the next patrol forward."""
    if place.status != OPEN or place.next_patrol_on is None:
        return False
    return place.next_patrol_on > plans.next_day(s, place, local(now).date())


def _stop_patrols(s: Session, place_ids: Sequence[int], now: datetime) -> None:
    running = (col(Deadline.thing) == PATROL, col(Deadline.thing_id).in_(place_ids),
               col(Deadline.met_at).is_(None), col(Deadline.cancelled_at).is_(None))  # fmt: skip
    s.flush()
    s.execute(update(Deadline).where(*running).values(cancelled_at=now).execution_options(synchronize_session=False))


def _move(s: Session, places: Sequence[Place]) -> None:
    """The clocks of a place, and of its measures, count in its area."""
    if not places:
        return
    clocks = table_of(Deadline)
    at: BindParameter[int] = bindparam("place")
    measures = select(Problem.id).where(Problem.place_id == at).scalar_subquery()
    theirs = or_(*(and_(clocks.c.thing == thing, clocks.c.thing_id == at) for thing in place_states.CLOCKS),
                 and_(clocks.c.thing == place_states.MEASURES, clocks.c.thing_id.in_(measures)))  # fmt: skip
    open_ones = (theirs, clocks.c.met_at.is_(None), clocks.c.cancelled_at.is_(None))
    move = update(clocks).where(*open_ones).values(area_path=bindparam("path"))
    plain(s, move, [{"place": place.id, "path": place.area_path} for place in places])


def _write_contacts(s: Session, written: Iterable[tuple[Place, Verdict]], now: datetime) -> None:
    """Former contacts stay as history; who comes new stands beside them."""
    pairs = [(place, role, *who) for place, verdict in written for role, who in verdict.values["contacts"].items()]
    if not pairs:
        return
    contacts = table_of(PlaceContact)
    same = (contacts.c.place_id == bindparam("place"), contacts.c.role == bindparam("as"),
            contacts.c.ended_at.is_(None))  # fmt: skip
    plain(s, update(contacts).where(*same).values(ended_at=now), [{"place": p.id, "as": role} for p, role, *_ in pairs])
    rows = [{"place_id": place.id, "role": role, "name": name, "phone": phone, "since": now, "ended_at": None}
            for place, role, name, phone in pairs if name]  # fmt: skip
    if rows:
        plain(s, insert(contacts), rows)


def _event(who: Actor, place: Place, verdict: Verdict, now: datetime) -> dict[str, Any]:
    """What stood there before; of people only that they changed."""
    before = dict(verdict.values.get("before", {}))
    if "id" in verdict.values and verdict.values["contacts"]:
        before["contacts"] = sorted(verdict.values["contacts"])
    return {"place_id": place.id, "act": IMPORTED, "who_id": who.id, "at": now, "note": "", "before": before}
