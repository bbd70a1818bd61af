"""The ledger of places (场所台账): a place is entered, changed, moved to another area, shut and opened again.

Every change keeps what stood there before (models.place_events), so that a mistake can be explained and put right.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from models import patrols, place_events, place_names, place_owners, place_states, plans
from models.areas import Area, villages
from models.base import Refused
from models.calendar import local
from models.people import Actor, Can, require
from models.place_events import PlaceEvent
from models.place_names import PlaceName
from models.place_numbers import new_codes
from models.place_values import CHANGES
from models.places import CLOSED, MERGED, MOVED, OPEN, VACANT, Place, around, family, metres_between, place_for

SEEN_WITHIN = timedelta(days=7)  # a place that is new in the ledger, or open again, is looked at within a week
SAME_SPOT = 30  # metres
ALIKE, COMPARED = 72, 20  # of 90, see place_names.likeness; how many names are looked at
ENDS = (CLOSED, MOVED, VACANT)
BAD_AREA = "这个区域没有找到，或者不归您管。请重新选一个村（社区）或网格。"
BAD_REASON = "请用一句话写明原因，以后查得到为什么。"
BAD_STATE = "请选已关闭、已搬走或者空置。"
DUPLICATE = "这里可能已经登记过：{names}。请先看看是不是同一家。"
SAME_AREA = "它已经在{area}了，请选另一个区域。"


def register(
    s: Session, who: Actor, name: str, kind: str, area_id: int, *, sure: bool = False, now: datetime, **more: Any
) -> Place:
    """Enter a new place; `more` are other columns that CHANGES knows. It is looked at within a week.

    One that looks like a place that is there is refused, unless the officer is `sure` that it is another one.
    """
    area = area_to_keep(s, who, area_id)
    given = {"name": name, "kind": kind, **more}
    values = {column: CHANGES[column](value) for column, value in given.items()}
    found = [] if sure else alike(s, values["name"], area, more.get("latitude"), more.get("longitude"))
    if found:
        raise Refused(DUPLICATE.format(names="、".join(place.name for place in found)))
    [code] = new_codes(s, [area], now=now)
    place = Place(code=code, area_id=area.id or 0, area_path=area.path, created_at=now, **values)
    s.add(place)
    s.flush()
    place_events.write(s, place.id or 0, place_events.REGISTERED, who.id, now=now)
    _plan(s, place, now)
    return place


def alike(
    s: Session, name: str, area: Area, latitude: float | None = None, longitude: float | None = None, limit: int = 4
) -> list[Place]:
    """Return the places that a new one may be the same as: a like name in its village, or within 30 metres of it."""
    at_once = _on_the_spot(s, latitude, longitude) if latitude is not None and longitude is not None else []
    found = {place.id: place for place in (*at_once, *_called_alike(s, name, area, limit))}
    return [place for place in found.values() if place.status not in (MERGED, MOVED)][:limit]


def _called_alike(s: Session, name: str, area: Area, limit: int) -> list[Place]:
    said, here = place_names.normalised(name), col(PlaceName.area_path).startswith(_village(area), autoescape=True)
    few = [*place_names.clearly(s, said, here, limit=COMPARED), *place_names.nearly(s, said, here, limit=COMPARED)]
    rows = s.exec(select(PlaceName).where(col(PlaceName.place_id).in_(few)).order_by(col(PlaceName.id)))
    ids = list(dict.fromkeys(row.place_id for row in rows if _is_alike(said, row)))[:limit]
    named = {place.id: place for place in s.exec(select(Place).where(col(Place.id).in_(ids)))}
    return [named[place_id] for place_id in ids]


def _village(area: Area) -> str:
    """The path around a grid: the next grid may know the place already."""
    return area.path.removesuffix(f"{area.code}/") if area.level == "grid" else area.path


def _is_alike(said: str, known: PlaceName) -> bool:
    """The same sound, more than half of the other name, or nearly all of its characters or syllables."""
    shorter, longer = sorted((said, known.name), key=len)
    if shorter in longer and len(shorter) * 2 > len(longer):
        return True
    same = place_names.sound_of(said) == known.sound
    return same or place_names.likeness(said, known.name, known.sound) >= ALIKE


def _on_the_spot(s: Session, latitude: float, longitude: float) -> list[Place]:
    rows = s.exec(select(Place).where(*around(latitude, longitude, SAME_SPOT)))
    apart = [(metres_between(latitude, longitude, p.latitude or 0.0, p.longitude or 0.0), p.id or 0, p) for p in rows]
    return [place for metres, _, place in sorted(apart, key=lambda found: found[:2]) if metres <= SAME_SPOT]


def change(s: Session, who: Actor, place_id: int, *, now: datetime, **values: Any) -> Place:
    """Change columns of a place (those of CHANGES); what stays the same is no change. Raises Refused.

    A kind or risk that is patrolled more often brings the next patrol forward.
    """
    place = place_for(s, who, place_id, Can.KEEP_PLACES)
    new = {column: CHANGES[column](value) for column, value in values.items()}
    before = {column: getattr(place, column) for column, value in new.items() if getattr(place, column) != value}
    if not before:
        return place
    for column in before:
        setattr(place, column, new[column])
    s.add(place)
    place_events.write(s, place.id or 0, place_events.CHANGED, who.id, before=before, now=now)
    if before.keys() & {"kind", "risk"}:
        plans.bring_forward(s, place, plans.next_day(s, place, local(now).date()), patrols.RULE, now=now)
    return place


def move(s: Session, who: Actor, place_id: int, area_id: int, note: str = "", *, now: datetime) -> Place:
    """Give a place to another area, in both of which the actor keeps the ledger; open cases stay with theirs.

    Its responsible person has their role there from now on.
    """
    place = place_for(s, who, place_id, Can.KEEP_PLACES)
    area = area_to_keep(s, who, area_id)
    if area.id == place.area_id:
        raise Refused(SAME_AREA.format(area=area.name))
    before: dict[str, Any] = {"area_id": place.area_id, "area_path": place.area_path}
    place.area_id, place.area_path = area.id or 0, area.path
    s.add(place)
    place_states.hand_over(s, place.id or 0, area.path)
    place_owners.follow(s, place.owner_id, before["area_id"], place.area_id, now=now)
    place_events.write(s, place.id or 0, place_events.MOVED_ON, who.id, before=before, note=note, now=now)
    return place


def shut(s: Session, who: Actor, place_id: int, status: str, reason: str, *, now: datetime) -> Place:
    """Take a place off the patrols because it was closed, moved away or stands empty; the door is looked at once more
    after a long time. Raises Refused.
    """
    place = place_for(s, who, place_id, Can.KEEP_PLACES)
    if status not in ENDS:
        raise Refused(BAD_STATE)
    place_states.turn(s, place, status, who.id, _reason(reason), now=now)
    patrols.plan(s, place, plans.next_day(s, place, local(now).date()), now=now)
    return place


def reopen(s: Session, who: Actor, place_id: int, reason: str, *, now: datetime) -> Place:
    """Put a place back on the patrols. Raises Refused."""
    place = place_for(s, who, place_id, Can.KEEP_PLACES)
    if place.status != OPEN:
        place_states.turn(s, place, OPEN, who.id, _reason(reason), now=now)
        _plan(s, place, now)
    return place


def history_of(s: Session, who: Actor, place_id: int) -> list[PlaceEvent]:
    """Return what happened to a place and to those that were merged into it, oldest first. Raises Refused."""
    place = place_for(s, who, place_id)
    return place_events.events_of(s, family(s, place.id or 0))


def area_to_keep(s: Session, who: Actor, area_id: int) -> Area:
    """Return an area in which the actor keeps the ledger; refuse any other."""
    require(who, Can.KEEP_PLACES)
    area = s.get(Area, area_id)
    if area is None or not who.reaches(Can.KEEP_PLACES, area.path):
        raise Refused(BAD_AREA)
    return area


def areas_to_keep(s: Session, who: Actor) -> list[Area]:
    """Return the smallest areas in which the actor keeps the ledger: grids, and villages without any."""
    areas = s.exec(select(Area).order_by(col(Area.path))).all()
    above = {area.path.removesuffix(f"{area.code}/") for area in areas}
    return [area for area in areas if area.path not in above and who.reaches(Can.KEEP_PLACES, area.path)]


def villages_of(s: Session, areas: Iterable[Area]) -> list[Area]:
    """Return the villages in which these areas lie, or which they are."""
    paths = [area.path for area in areas]
    return [village for village in villages(s) if any(path.startswith(village.path) for path in paths)]


def _plan(s: Session, place: Place, now: datetime) -> None:
    patrols.plan(s, place, local(now + SEEN_WITHIN).date(), now=now)


def _reason(text: str) -> str:
    if not text.strip():
        raise Refused(BAD_REASON)
    return text
