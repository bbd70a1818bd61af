"""What a patrol opens: a failed line becomes a case at once, and a grave one that was put right on the spot as well.

One danger is one case: what an earlier patrol found, and nobody has put right yet, is noted there and not opened again.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, or_, select

from models import deskwork, hazards, outcomes
from models.conflicts import excluded
from models.hazard_files import first_of
from models.hazard_steps import AFTER, MORE, take, tell
from models.hazards import Hazard, Media
from models.lifecycle import Act, Severity, Step
from models.patrol_files import ChecklistItem, Patrol, PatrolItem
from models.people import Actor
from models.places import Place

STILL, RIGHT_NOW = "巡查时还没有整改", "巡查时已当场整改，请看照片"
_SEEN = frozenset({hazards.PHOTO, hazards.IMAGE})


def case_of(
    s: Session,
    who: Actor,
    place: Place,
    row: PatrolItem,
    item: ChecklistItem,
    before: Sequence[Media],
    after: Sequence[Media],
    *,
    now: datetime,
) -> Hazard:
    """Return the case of a danger that is known and still there, else a new one; `after` when it was put right."""
    known = still_open(s, place.id or 0, row.key)
    if known is not None:
        note_again(s, who, known, row, before, after, now=now)
        return known
    hazard = open_case(s, who, place, row.patrol_id, item, row.note, before, now=now)
    if after:
        put_right(s, who, hazard, row.note, after, now=now)
    return hazard


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


def still_open(s: Session, place_id: int, key: str) -> Hazard | None:
    """Return the case that an earlier patrol of the place opened for this line and that has not ended, or None.

    Of one that was merged it is the case that it went into.
    """
    goes_on = or_(col(Hazard.closed_at).is_(None), Hazard.step == Step.DUPLICATE.value)
    of_line = select(Hazard).join(PatrolItem, col(PatrolItem.hazard_id) == Hazard.id)
    here = of_line.join(Patrol, col(Patrol.id) == PatrolItem.patrol_id).where(
        Patrol.place_id == place_id, PatrolItem.key == key, goes_on
    )
    cases = (first_of(s, hazard) for hazard in s.exec(here.order_by(col(Hazard.id).desc())))
    return next((hazard for hazard in cases if hazard.closed_at is None), None)


def note_again(
    s: Session, who: Actor, hazard: Hazard, row: PatrolItem, before: Sequence[Media], after: Sequence[Media],
    *, now: datetime,
) -> None:  # fmt: skip
    """Write to an open case what a later patrol saw there; its clocks run on as they did."""
    told = "：".join(part for part in (RIGHT_NOW if after else STILL, row.note) if part)
    phase = AFTER if after else MORE
    take(s, who, hazard, Act.NOTED, note=told, media=[*(after or before)], phase=phase, now=now)
    tell(s, who, hazard, [hazard.assignee_id], "hazard.noted", now=now)


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
