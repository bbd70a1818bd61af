"""Figures: counts that a suggestion, a board or a report is made of. No person is in them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from models.hazard_files import Hazard
from models.lifecycle import Step

NO_HAZARD = (Step.UNFOUNDED, Step.DUPLICATE, Step.WITHDRAWN)


def hazards_by_kind(s: Session, paths: Sequence[str], since: datetime, until: datetime) -> dict[str, int]:
    """Return how many hazards of each kind were reported in these areas between two instants."""
    if not paths:
        return {}
    there = or_(*(col(Hazard.area_path).startswith(path, autoescape=True) for path in paths))
    then = (Hazard.reported_at >= since, Hazard.reported_at < until)
    real = col(Hazard.step).not_in(NO_HAZARD)
    rows = s.exec(select(Hazard.kind, func.count()).where(there, *then, real).group_by(Hazard.kind))
    return dict(rows.all())
