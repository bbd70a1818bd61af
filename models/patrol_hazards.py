"""What a patrol opens: a failed line becomes a case at once, and a grave one that was put right on the spot as well."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from models import deskwork, hazards, outcomes
from models.conflicts import excluded
from models.hazards import Hazard, Media
from models.lifecycle import Severity
from models.patrol_files import ChecklistItem
from models.people import Actor
from models.places import Place

_SEEN = frozenset({hazards.PHOTO, hazards.IMAGE})


def open_case(
    s: Session,
    who: Actor,
    place: Place,
    patrol_id: int,
    item: ChecklistItem,
    note: str,
    media: Sequence[Media],
    *,
    now: datetime,
) -> Hazard:
    """The worker has said everything once: place, kind and severity come from the record."""
    return hazards.report(
        s,
        who,
        kind=item["kind"],
        severity=item["severity"],
        place_text=place.name,
        detail="：".join(part for part in (f"检查项“{item['text']}”不合格", note) if part),
        media=media,
        area_id=place.area_id,
        place_id=place.id,
        latitude=place.latitude,
        longitude=place.longitude,
        source="patrol",
        patrol_id=patrol_id,
        evacuation=item.get("evacuation", False),
        now=now,
    )


def is_worth_a_case(item: ChecklistItem, before: Sequence[Media], after: Sequence[Media]) -> bool:
    """Say whether what was put right at once goes through the chain: grave, with photos of before and after.

    Without them nobody could check it later; a case for every straightened extinguisher would only be paper.
    """
    is_grave = item["severity"] != Severity.ORDINARY
    return is_grave and all(any(found.kind in _SEEN for found in part) for part in (before, after))


def put_right(s: Session, who: Actor, hazard: Hazard, note: str, after: Sequence[Media], *, now: datetime) -> None:
    """立行立改: closed at once, and drawn for a second look like any other; urgent ones always.

    Who is kept out of the case (their own shop, a relative's) cannot close it: it waits for somebody else.
    """
    if who.id in excluded(s, hazard):
        return
    hazard_id = hazard.id or 0
    deskwork.claim(s, who, hazard_id, now=now)
    outcomes.fixed(s, who, hazard_id, note=note, media=after, now=now)
