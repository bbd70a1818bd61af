"""The township comes into the database: areas, places, duties, and in a demo town its invented people.

Importing the same file again changes nothing; a changed file leaves the work in progress alone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from models import patrols, place_events, place_owners, place_states, tasks
from models.areas import Area
from models.calendar import local
from models.people import Grant, Person
from models.place_contacts import PlaceContact
from models.places import Place
from models.seasons import cycle_days
from models.town_entries import AreaEntry, ContactEntry, DutyEntry, PersonEntry, PlaceEntry
from models.towncheck import BadTown, read_town
from models.townfile import Town, rules

__all__ = ["BadTown", "Imported", "Town", "import_town", "read_town", "rules"]


@dataclass(frozen=True, slots=True)
class Imported:
    """How many of each the file names, and how many turns of duties were new."""

    areas: int
    places: int
    duties: int
    people: int
    new_turns: int


def import_town(s: Session, town: Town, *, now: datetime) -> Imported:
    """Bring a checked town file in; afterwards the session follows the rules of this town."""
    s.info["rules"] = rules(town)
    areas = _import_areas(s, town)
    places = _import_places(s, town.places, areas, now)
    _import_duties(s, town.duties, areas)
    people, contacts = (town.demo.people, town.demo.contacts) if town.demo.enabled else ((), ())
    for person in people:
        _import_person(s, person, areas, places, now)
    for contact in contacts:
        _import_contact(s, contact, places[contact.place].id or 0, now)
    s.flush()
    new_turns = tasks.make_instances(s, local(now).year, now=now)
    return Imported(len(areas), len(places), len(town.duties), len(people), new_turns)


def _import_areas(s: Session, town: Town) -> dict[str, Area]:
    known = {area.code: area for area in s.exec(select(Area))}
    found: dict[str, Area] = {}
    for entry in town.areas:
        found[entry.code] = _import_area(s, entry, known.get(entry.code), found)
    s.flush()
    return found


def _import_area(s: Session, entry: AreaEntry, known: Area | None, above: dict[str, Area]) -> Area:
    path = f"{above[entry.parent].path if entry.parent else '/'}{entry.code}/"
    area = known or Area(code=entry.code, name=entry.name, level=entry.level, path=path)
    area.name, area.level, area.path = entry.name, entry.level, path
    s.add(area)
    s.flush()
    return area


def _import_places(
    s: Session, entries: tuple[PlaceEntry, ...], areas: dict[str, Area], now: datetime
) -> dict[str, Place]:
    known = {place.code: place for place in s.exec(select(Place))}
    kept = place_events.changed_in_chat(s)
    found: dict[str, Place] = {}
    per_area: dict[str, int] = {}
    for entry in entries:
        values = _described(entry, areas[entry.area])
        place = known.get(entry.code)
        if place is None:
            place = found[entry.code] = Place(created_at=now, **values)
            s.add(place)
            s.flush()
            _plan_first(s, place, per_area.get(entry.area, 0), now)
        else:
            found[entry.code], own = place, kept.get(place.id or 0, set())
            _follow(s, place, {key: value for key, value in values.items() if key not in own}, now)
        per_area[entry.area] = per_area.get(entry.area, 0) + 1
    return found


def _follow(s: Session, place: Place, values: dict[str, Any], now: datetime) -> None:
    """What has changed in the file changes in the ledger; columns that somebody changed in chat are not among it."""
    before = {key: getattr(place, key) for key, value in values.items() if getattr(place, key) != value}
    if not before:
        return
    for key in before:
        setattr(place, key, values[key])
    s.add(place)
    if "area_path" in before:
        place_states.hand_over(s, place.id or 0, place.area_path)
        place_owners.follow(s, place.owner_id, before["area_id"], place.area_id, now=now)
    place_events.write(s, place.id or 0, place_events.CHANGED, None, before=before, now=now)


def _described(entry: PlaceEntry, area: Area) -> dict[str, Any]:
    latitude, longitude = entry.at or (None, None)
    return entry.model_dump(exclude={"area", "aliases", "at"}) | {
        "aliases": ",".join(entry.aliases),
        "area_id": area.id,
        "area_path": area.path,
        "latitude": latitude,
        "longitude": longitude,
    }


def _plan_first(s: Session, place: Place, nth: int, now: datetime) -> None:
    """Spread first patrols over the cycle: a new town must not owe all its patrols on one day."""
    today = local(now).date()
    days = cycle_days(place, s.info["rules"], today)
    patrols.plan(s, place, today + timedelta(days=3 * nth % days), now=now)


def _import_duties(s: Session, entries: tuple[DutyEntry, ...], areas: dict[str, Area]) -> None:
    """Duties that left the file make no more turns; the turns they made stay."""
    known = {duty.code: duty for duty in s.exec(select(tasks.Duty))}
    for entry in entries:
        values = entry.model_dump(exclude={"area"}) | {"area_id": areas[entry.area].id, "active": True}
        duty = known.pop(entry.code, None) or tasks.Duty(**values)
        for name, value in values.items():
            setattr(duty, name, value)
        s.add(duty)
    for gone in known.values():
        gone.active = False


def _import_person(
    s: Session, entry: PersonEntry, areas: dict[str, Area], places: dict[str, Place], now: datetime
) -> None:
    person = s.exec(select(Person).where(Person.telegram_id == entry.telegram_id)).first()
    if person is None:
        home = areas[entry.area].id if entry.area else None
        person = Person(telegram_id=entry.telegram_id, name=entry.name, area_id=home, seen_at=now)
        s.add(person)
        s.flush()
    held = set(
        s.exec(
            select(Grant.role, Grant.area_id).where(
                Grant.person_id == person.id, col(Grant.ended_at).is_(None), col(Grant.standing_for).is_(None)
            )
        )
    )
    for role in entry.roles:
        area_id = areas[role.area].id or 0
        if (role.role, area_id) not in held:
            s.add(Grant(person_id=person.id or 0, role=role.role, area_id=area_id, post=role.post, since=now))
    for code in entry.owns:
        places[code].owner_id = person.id


def _import_contact(s: Session, entry: ContactEntry, place_id: int, now: datetime) -> None:
    """An invented person answers for a place, unless somebody does so or has done so in this role."""
    known = s.exec(select(PlaceContact).where(PlaceContact.place_id == place_id, PlaceContact.role == entry.role))
    if known.first() is None:
        s.add(PlaceContact(place_id=place_id, role=entry.role, name=entry.name, phone=entry.phone, since=now))
