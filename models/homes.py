"""Homes: which town an area, or somebody, belongs to. One bot may serve several towns of a county."""

from sqlmodel import Session, col, select

from models.areas import Area
from models.people import Actor, Person


def towns(s: Session) -> list[Area]:
    """Return the towns in the order of the town file."""
    return list(s.exec(select(Area).where(Area.level == "town").order_by(col(Area.id))))


def town_of(s: Session, area: Area) -> Area | None:
    """Return the town around an area, or the area itself when it is one; None above the towns."""
    return next((town for town in towns(s) if area.path.startswith(town.path)), None)


def home_town(s: Session, who: Actor) -> Area | None:
    """Return the town that somebody lives in, else the one they work in; None when nobody knows."""
    person = s.get(Person, who.id)
    ids = [person.area_id if person else None, *(held.area_id for held in who.held)]
    areas = (s.get(Area, area_id) for area_id in ids if area_id is not None)
    return next((town for area in areas if area is not None and (town := town_of(s, area))), None)
