"""Retention of what visits leave behind: pictures first, then words; outcomes, counts and scores stay.

Of patrols, their corrections, letters at a door and what was done to equipment. A case that a patrol opened keeps its
own pictures and words by its own rules.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, update
from sqlmodel import Session, col, or_, select

from models.assets import AssetEvent
from models.base import Base
from models.patrol_corrections import PatrolCorrection
from models.patrols import Patrol, PatrolItem
from models.visit_letters import VisitLetter

A_PASS = 100
PICTURES = ("media", "after")


def end_pictures(s: Session, before: datetime) -> int:
    """Remove pictures of visits before that moment; return of how many things, 0 when none is left."""
    old_items = select(PatrolItem.id).join(Patrol, col(Patrol.id) == col(PatrolItem.patrol_id))
    old_items = old_items.where(col(Patrol.finished_at) < before, or_(*map(_is_full, _pictures(PatrolItem))))
    events = select(AssetEvent.id).where(col(AssetEvent.at) < before, _is_full(AssetEvent.media))
    left = select(VisitLetter.id).where(col(VisitLetter.at) < before, _is_full(VisitLetter.media))
    return sum((
        _empty(s, PatrolItem, old_items, media=[], after=[]), _empty(s, AssetEvent, events, media=[]),
        _empty(s, VisitLetter, left, media=[]), _corrections(s, before, pictures_only=True),
    ))  # fmt: skip


def end_words(s: Session, before: datetime) -> int:
    """Remove what was written on patrols before that moment; return on how many things, 0 when none is left."""
    visits = select(Patrol.id).where(col(Patrol.finished_at) < before, col(Patrol.note) != "")
    old_items = select(PatrolItem.id).join(Patrol, col(Patrol.id) == col(PatrolItem.patrol_id))
    old_items = old_items.where(col(Patrol.finished_at) < before, col(PatrolItem.note) != "")
    return sum((
        _empty(s, Patrol, visits, note=""), _empty(s, PatrolItem, old_items, note=""),
        _corrections(s, before, pictures_only=False),
    ))  # fmt: skip


def _corrections(s: Session, before: datetime, *, pictures_only: bool) -> int:
    """A correction always had a reason, so an empty one says that its words have gone."""
    said = cast(col(PatrolCorrection.before), String)
    shown = or_(*(said.contains(f'"{name}": [[') for name in PICTURES))  # inside a note the quotes would be escaped
    waits = shown if pictures_only else col(PatrolCorrection.reason) != ""
    old = select(PatrolCorrection).where(col(PatrolCorrection.at) < before, waits).limit(A_PASS)
    found = s.exec(old).all()
    nothing: dict[str, Any] = {name: [] for name in PICTURES} | ({} if pictures_only else {"note": ""})
    for row in found:
        row.before = _without(row.before, nothing)
        if not pictures_only:
            row.reason = ""
    s.flush()
    return len(found)


def _without(before: Mapping[str, Any], nothing: Mapping[str, Any]) -> dict[str, Any]:
    note = nothing.get("note", before["note"])
    return {**before, "note": note, "items": [{**item, **nothing} for item in before["items"]]}


def _pictures(model: type[PatrolItem]) -> list[Any]:
    return [getattr(model, name) for name in PICTURES]


def _is_full(column: Any) -> Any:
    """A list in JSON has no equality on PostgreSQL; its text has."""
    return cast(column, String) != "[]"


def _empty(s: Session, model: type[Base], wanted: Any, **nothing: Any) -> int:
    ids = s.exec(wanted.limit(A_PASS)).all()
    if ids:
        s.execute(update(model).where(model.id.in_(ids)).values(**nothing))  # type: ignore[attr-defined]
    return len(ids)
