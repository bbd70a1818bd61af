"""Numbers of places: the area's code, the year and a number of that year - changzhen-1-260001."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.areas import Area
from models.calendar import local
from models.counters import next_numbers
from models.places import Place

SERIES = "place"


def new_codes(s: Session, areas: Sequence[Area], *, now: datetime) -> list[str]:
    """Return a code that no place has for each of these areas."""
    year = local(now).year
    numbers = next_numbers(s, SERIES, year, len(areas))
    codes = [f"{area.code[:30]}-{year % 100:02d}{number:04d}" for area, number in zip(areas, numbers, strict=True)]
    taken = set(s.exec(select(Place.code).where(col(Place.code).in_(codes))))
    once_more = [area for area, code in zip(areas, codes, strict=True) if code in taken]
    again = iter(new_codes(s, once_more, now=now) if once_more else ())
    return [next(again) if code in taken else code for code in codes]
