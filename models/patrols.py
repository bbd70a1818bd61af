"""Patrols: somebody went to a place, looked at the list of its kind, and wrote down what was wrong.

Only exceptions are written; what failed and was not put right on the spot becomes a hazard in the same breath. The
tables and look-ups are in patrol_files; all are offered here, so that callers know one module.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from models import burdens, deadlines, hazards, patrol_hazards, place_events, place_states, plans, revisits
from models.base import Refused
from models.calendar import local
from models.patrol_files import (
    DONE,
    ENDS,
    FAIL,
    FIXED,
    LOCKED,
    NA,
    OUTCOMES,
    REFUSED,
    RESULTS,
    Checklist,
    ChecklistItem,
    Failure,
    Patrol,
    PatrolItem,
    items_of,
    last_patrol,
    patrol_for,
    patrols_of,
    pictures,
    result_of,
)
from models.patrol_scores import score
from models.people import Actor, Can
from models.places import OPEN, Place, place_for
from models.rules import rules_of

__all__ = [
    "DONE", "ENDS", "FAIL", "FIXED", "LOCKED", "NA", "OUTCOMES", "REFUSED", "RESULTS", "SHUT", "Checklist",
    "ChecklistItem", "Failure", "Patrol", "PatrolItem", "checked", "count", "go_on", "items_of", "last_patrol",
    "log", "new_item", "patrol_for", "patrols_of", "pictures", "plan", "result_of", "tries_at", "write_item",
]  # fmt: skip
SHUT = (LOCKED, REFUSED)

LATE = timedelta(minutes=30)
RULE = "巡查周期（本镇设定）"


def log(
    s: Session,
    who: Actor,
    place_id: int,
    *,
    outcome: str,
    checklist: Checklist | None = None,
    failures: Iterable[Failure] = (),
    note: str = "",
    claimed_at: datetime | None = None,
    started_at: datetime | None = None,
    now: datetime,
) -> Patrol:
    """Write down a whole patrol: the record, its hazards, the state of the place and the next day to come.

    The same person, place and claimed time a second time gives the first record again, so a repeated tap is harmless;
    a paper begun at `started_at` is refused when its writer has logged the place another way since.
    """
    place = place_for(s, who, place_id, Can.PATROL)
    claimed = min(claimed_at or now, now)
    again = select(Patrol).where(Patrol.place_id == place.id, Patrol.who_id == who.id, Patrol.claimed_at == claimed)
    if (known := s.exec(again).first()) is not None:
        return known
    _refuse_second_paper(s, who, place.id or 0, started_at)
    listed = checklist or Checklist(name="", version="", items=[])
    exceptions = checked(outcome, listed["items"], failures)
    patrol = _visit(place, who, outcome, listed, note, started_at, claimed, now)
    count(s, patrol, listed["items"], {item["key"]: result_of(failure) for item, failure in exceptions})
    s.add(patrol)
    s.flush()
    for item, failure in exceptions:
        row = new_item(patrol, item, failure)
        write_item(s, who, place, row, item, failure, now)
    if not _ledger_says_otherwise(s, patrol):
        go_on(s, who, place, patrol, now)
    burdens.close(s, who, patrol, now=now)
    return patrol


def _refuse_second_paper(s: Session, who: Actor, place_id: int, started_at: datetime | None) -> None:
    if started_at is None:
        return
    since = (Patrol.place_id == place_id, Patrol.who_id == who.id, Patrol.finished_at > started_at)
    again = s.exec(select(Patrol.id).where(*since).limit(1)).first()
    if again is not None:
        raise Refused(f"这一家您刚才已经记过了（记录 {again}）。要改那一次，请取消这张表，到「看记录」里点「更正」。")


def _visit(
    place: Place,
    who: Actor,
    outcome: str,
    listed: Checklist,
    note: str,
    started_at: datetime | None,
    claimed: datetime,
    now: datetime,
) -> Patrol:
    return Patrol(
        place_id=place.id or 0,
        who_id=who.id,
        started_at=min(started_at or claimed, claimed),
        finished_at=now,
        claimed_at=claimed,
        late=now - claimed > LATE,
        outcome=outcome,
        checklist_name=listed["name"],
        checklist_version=listed["version"],
        checklist=list(listed["items"]),
        note=note.strip(),
        kind=place.kind,
        area_path=place.area_path,
    )


def checked(
    outcome: str, listed: Iterable[ChecklistItem], failures: Iterable[Failure]
) -> list[tuple[ChecklistItem, Failure]]:
    """Return the exceptions with their lines; refuse an unknown outcome and lines that are not on the list."""
    if outcome not in OUTCOMES:
        raise Refused("请先选巡查结果：" + "、".join(OUTCOMES.values()) + "。")
    items = {item["key"]: item for item in listed}
    by_key = {failure["key"]: failure for failure in failures}
    if not by_key.keys() <= items.keys():
        raise Refused("有一项不在这张检查表里。请重新打开检查表再选。")
    return [(items[key], failure) for key, failure in by_key.items()]


def new_item(patrol: Patrol, item: ChecklistItem, failure: Failure) -> PatrolItem:
    """Return an empty row for an exception; `write_item` fills it."""
    return PatrolItem(patrol_id=patrol.id or 0, key=item["key"], text=item["text"], result=result_of(failure))


def write_item(
    s: Session, who: Actor, place: Place, row: PatrolItem, item: ChecklistItem, failure: Failure, now: datetime
) -> None:
    """Write an exception into its row; what is left to be done opens a hazard, unless there is an open one already.

    Something grave that was put right at once, with a photo of before and of after, goes through the chain as well, so
    that somebody else may be sent to look whether it stayed so; small things and those without photos stay a line.
    """
    row.result, row.note = result_of(failure), failure.get("note", "").strip()
    row.media, row.after = pictures(failure, "media"), pictures(failure, "after")
    before, after = ([hazards.Media(*found) for found in part] for part in (row.media, row.after))
    is_proven = row.result == FIXED and patrol_hazards.is_worth_a_case(item, before, after)
    if row.hazard_id is None and (row.result == FAIL or is_proven):
        right = after if is_proven else []
        row.hazard_id = patrol_hazards.case_of(s, who, place, row, item, before, right, now=now).id
    s.add(row)


def count(s: Session, patrol: Patrol, listed: Iterable[ChecklistItem], exceptions: Mapping[str, str]) -> None:
    """Set how many lines failed and the score; `exceptions` are the results by key. Nothing checked has no score."""
    gravity = {item["key"]: item["severity"] for item in listed}
    by_result: dict[str, list[str]] = {FAIL: [], FIXED: [], NA: []}
    for key, result in exceptions.items():
        by_result[result].append(gravity[key])
    patrol.failed = len(by_result[FAIL]) + len(by_result[FIXED])
    asked = len(gravity) - len(by_result[NA]) if patrol.outcome == DONE else 0
    patrol.score = score(by_result[FAIL], by_result[FIXED], asked, rules_of(s).deductions)


def go_on(s: Session, who: Actor, place: Place, patrol: Patrol, now: datetime) -> None:
    """What the outcome means for the place: the next cycle, another try at another hour, or a look after a long time.

    `who` says so: the worker, or whoever corrected it. Days count from when the record arrived; one that was entered
    late and overtaken by a newer visit changes nothing.
    """
    if not _is_newest(s, patrol):
        return
    rules, came = rules_of(s), local(patrol.finished_at).date()
    if patrol.outcome != LOCKED:  # behind a locked door nobody sees whether somebody has come back
        place_states.turn(s, place, ENDS.get(patrol.outcome, OPEN), who.id, now=now)
    if place.status != OPEN or patrol.outcome == DONE:
        plan(s, place, plans.next_day(s, place, came), now=now)
    else:
        tries = len(tries_at(s, place.id or 0))
        due_at = revisits.again_at(place.kind, tries, patrol.claimed_at, rules, now=patrol.finished_at)
        plan(s, place, local(due_at).date(), now=now, due_at=due_at)


def _is_newest(s: Session, patrol: Patrol) -> bool:
    later = (Patrol.place_id == patrol.place_id, Patrol.claimed_at > patrol.claimed_at)
    return s.exec(select(Patrol.id).where(*later).limit(1)).first() is None


def _ledger_says_otherwise(s: Session, patrol: Patrol) -> bool:
    """Say whether the ledger gave the place another state after this visit, by any other way than another visit."""
    events = place_events.events_of(s, [patrol.place_id])
    told = {event.at for event in events if event.at > patrol.claimed_at and "status" in event.before}
    if not told:
        return False
    said = or_(col(Patrol.finished_at).in_(told), col(Patrol.corrected_at).in_(told))
    visits = select(Patrol.finished_at, Patrol.corrected_at).where(Patrol.place_id == patrol.place_id, said)
    return bool(told.difference(*s.exec(visits)))


def tries_at(s: Session, place_id: int) -> list[Patrol]:
    """Return the vain visits since somebody last got in (or found the place gone), oldest first.

    Of one half of a day the first one counts: who knocks twice within the hour has tried once.
    """
    of_place = (col(Patrol.place_id) == place_id,)
    inside = s.exec(select(func.max(col(Patrol.claimed_at))).where(*of_place, col(Patrol.outcome).not_in(SHUT))).one()
    since = select(Patrol).where(*of_place, *([] if inside is None else [col(Patrol.claimed_at) > inside]))
    halves: dict[tuple[date, bool], Patrol] = {}
    for patrol in s.exec(since.order_by(col(Patrol.claimed_at), col(Patrol.id))):
        half = local(patrol.claimed_at).date(), revisits.is_morning(patrol.claimed_at, rules_of(s))
        halves.setdefault(half, patrol)
    return list(halves.values())


def plan(s: Session, place: Place, day: date | None, *, now: datetime, due_at: datetime | None = None) -> None:
    """Set the day of the next patrol (None: no more) and let its deadline take the place of the last one."""
    place.next_patrol_on = day
    s.add(place)
    for clock in deadlines.open_of(s, "patrol", place.id or 0):
        clock.met_at = now
    if day is not None:
        plans.reschedule(s, place, day, RULE, due_at=due_at, now=now)


