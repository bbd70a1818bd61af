"""Corrections of a patrol after it was handed in: with a reason, and what was written before stays to be read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, update
from sqlmodel import Field, Session, col, select

from models import audit, hazards
from models.base import Base, Instant, Refused
from models.calendar import add_working_days
from models.hazard_steps import need, take, tell
from models.lifecycle import Act, Step
from models.patrols import (
    DONE,
    ENDS,
    FAIL,
    Checklist,
    ChecklistItem,
    Failure,
    Patrol,
    PatrolItem,
    checked,
    count,
    go_on,
    items_of,
    last_patrol,
    new_item,
    patrol_for,
    pictures,
    result_of,
    write_item,
)
from models.people import Actor, Can, people_with
from models.places import OPEN, Place
from models.rules import rules_of

REASON_LIMIT = 200
WAITING = frozenset({Step.REPORTED, Step.VERIFYING})


class PatrolCorrection(Base, table=True):
    """One correction; `before` is the outcome, note and exceptions as they stood."""

    __tablename__ = "patrol_corrections"

    id: int | None = Field(default=None, primary_key=True)
    patrol_id: int = Field(foreign_key="patrols.id", index=True)
    who_id: int = Field(foreign_key="people.id")
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    reason: str = Field(max_length=200)
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


def corrections_of(s: Session, patrol_id: int) -> list[PatrolCorrection]:
    """Return the corrections of a patrol, oldest first."""
    found = select(PatrolCorrection).where(PatrolCorrection.patrol_id == patrol_id)
    return list(s.exec(found.order_by(col(PatrolCorrection.id))))


def may_correct(s: Session, who: Actor, patrol: Patrol, place: Place, *, now: datetime) -> bool:
    """Say whether the actor may correct it: who wrote it for some working days, who assigns there at any time."""
    if who.reaches(Can.ASSIGN, place.area_path):
        return True
    until = add_working_days(patrol.finished_at, rules_of(s).correct_working_days, rules_of(s))
    return patrol.who_id == who.id and who.reaches(Can.PATROL, place.area_path) and now <= until


def correct(
    s: Session,
    who: Actor,
    patrol_id: int,
    *,
    outcome: str,
    failures: Iterable[Failure] = (),
    note: str = "",
    checklist: Checklist | None = None,
    reason: str,
    version: int,
    now: datetime,
) -> Patrol:
    """Write anew what a patrol found; `version` is the one that was read, so nobody's correction is overwritten.

    A line that fails now opens a hazard; the hazard of a line that does not fail any more is never removed: whoever is
    to look reads what was corrected. The list is the one of the record; `checklist` serves a record that has none.
    """
    patrol, place = patrol_for(s, who, patrol_id)
    if not may_correct(s, who, patrol, place, now=now):
        days = rules_of(s).correct_working_days
        raise Refused(f"巡查的人 {days} 个工作日内可以更正自己的记录。请村（社区）或镇消防管理岗的同事更正。")
    need(reason, "请写一句为什么更正，再提交。")
    listed: list[ChecklistItem] = patrol.checklist or (checklist["items"] if checklist else [])
    exceptions = checked(outcome, listed, failures if outcome == DONE else ())
    before = _as_it_stands(s, patrol)
    if (outcome, note.strip()) == (patrol.outcome, patrol.note) and _is_same(before["items"], exceptions):
        raise Refused("还没有改动。请点要改的那一行，改好再提交。")
    _claim(s, patrol, version, now)
    patrol.outcome, patrol.note, patrol.checklist = outcome, note.strip(), list(listed)
    results = _rewrite(s, who, place, patrol, exceptions, now)
    count(s, patrol, listed, results)
    reason = reason.strip()[:REASON_LIMIT]
    s.add(PatrolCorrection(patrol_id=patrol_id, who_id=who.id, at=now, reason=reason, before=before))
    # What the ledger says of the place since is not undone by an old record.
    is_as_left = place.status == ENDS.get(before["outcome"], OPEN)
    if outcome != before["outcome"] and is_as_left and last_patrol(s, place.id or 0) == patrol:
        go_on(s, who, place, patrol, now)
    audit.record(s, who.id, "patrol.corrected", f"patrol:{patrol_id}", now=now)
    return patrol


def _as_it_stands(s: Session, patrol: Patrol) -> dict[str, Any]:
    kept = ("key", "text", "result", "note", "media", "after", "hazard_id")
    items = [{name: getattr(row, name) for name in kept} for row in items_of(s, patrol.id or 0)]
    return {"outcome": patrol.outcome, "note": patrol.note, "score": patrol.score, "items": items}


def _is_same(items: Sequence[Mapping[str, Any]], exceptions: Iterable[tuple[ChecklistItem, Failure]]) -> bool:
    stands = {item["key"]: [item[name] for name in ("result", "note", "media", "after")] for item in items}
    wanted = {item["key"]: [result_of(said), said.get("note", "").strip(), pictures(said, "media"),
                            pictures(said, "after")] for item, said in exceptions}  # fmt: skip
    return stands == wanted


def _claim(s: Session, patrol: Patrol, version: int, now: datetime) -> None:
    """Of two who correct at once one is told."""
    same = (col(Patrol.id) == patrol.id, col(Patrol.version) == version)
    done = s.execute(update(Patrol).where(*same).values(version=version + 1, corrected_at=now))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Refused("这条记录刚才有人更正过。请取消这张表，重新打开记录再改。")
    s.refresh(patrol)


def _rewrite(
    s: Session,
    who: Actor,
    place: Place,
    patrol: Patrol,
    exceptions: Iterable[tuple[ChecklistItem, Failure]],
    now: datetime,
) -> Mapping[str, str]:
    """Write the exceptions into their rows and remove those that are none any more; return the results by key."""
    rows = {row.key: row for row in items_of(s, patrol.id or 0)}
    results = {}
    for item, failure in exceptions:
        row = rows.pop(item["key"], None) or new_item(patrol, item, failure)
        was, row.hazard_id = row.result if row.id else "", _case_of(s, row, result_of(failure))
        write_item(s, who, place, row, item, failure, now)
        results[row.key] = row.result
        if was == FAIL != row.result:
            _tell_waiting(s, who, row, now)
    for row in rows.values():
        _tell_waiting(s, who, row, now)
        s.delete(row)
    s.flush()
    return results


def _case_of(s: Session, row: PatrolItem, result: str) -> int | None:
    """The case of a line stays its case, unless it has ended and the line is told otherwise now."""
    hazard = s.get(hazards.Hazard, row.hazard_id) if row.hazard_id is not None else None
    if hazard is None or (hazard.closed_at is not None and row.result != result):
        return None
    return hazard.id


def _tell_waiting(s: Session, who: Actor, row: PatrolItem, now: datetime) -> None:
    hazard = s.get(hazards.Hazard, row.hazard_id) if row.hazard_id is not None else None
    if hazard is None or hazard.step not in WAITING:
        return
    take(s, who, hazard, Act.NOTED, note=f"巡查记录已更正：“{row.text}”不再算不合格。请核查时留意。", now=now)
    to = [hazard.assignee_id] if hazard.assignee_id else people_with(s, Can.ASSIGN, hazard.area_path)
    tell(s, who, hazard, to, "hazard.noted", now=now)
