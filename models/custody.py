"""Custody: what the custodian does with what residents said in confidence - reads, hears and restates it for the case.

One dedicated keeper of the original, a rewritten sheet for everybody else (RELIABILITY section 0, item 12). The
custodian never learns here who reported, and nobody on a case ever gets here.
"""

import re
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, and_, col, or_, select

from models import audit, pictures
from models.areas import below
from models.base import Refused
from models.conflicts import excluded
from models.hazard_files import (
    NAMED,
    RESIDENT,
    Evidence,
    Hazard,
    HazardStep,
    hazard_for,
    history,
    is_concealed,
    is_hidden,
    is_reporters,
)
from models.lifecycle import ENDS, Relation
from models.people import Actor, Can, require
from models.pictures import Picture

_NUMBER = re.compile(r"\d{7,}")


class Original(NamedTuple):
    """What residents wrote: the report, and what its reporter and its followers added later, oldest first."""

    detail: str
    later: tuple[str, ...]


def sealed_cases(s: Session, who: Actor) -> list[Hazard]:
    """Return the open cases in the custodian's areas of which something is for them alone, the newest first."""
    require(who, Can.UNSEAL)
    areas = [col(Hazard.area_path).like(below(path), escape="\\") for path in who.paths(Can.UNSEAL)]
    is_open = col(Hazard.step).not_in([step.value for step in ENDS])
    concealed = and_(col(Hazard.source) == RESIDENT, col(Hazard.privacy) != NAMED)
    followed = select(HazardStep.hazard_id).where(HazardStep.by == Relation.FOLLOWER.value)
    failed = select(Evidence.hazard_id).join(Picture, col(Picture.evidence_id) == col(Evidence.id))
    failed = failed.where(Picture.state == pictures.FAILED)
    sealed = or_(concealed, col(Hazard.id).in_(followed), col(Hazard.id).in_(failed))
    query = select(Hazard).where(or_(*areas), is_open, sealed)
    found = s.exec(query.order_by(col(Hazard.id).desc())).all()
    return [hazard for hazard in found if who.id not in {*excluded(s, hazard), *works_on(hazard)}]


def works_on(hazard: Hazard) -> set[int | None]:
    """Return who is to look at the danger or to repair it: a custodian who does is no custodian of this case."""
    return {hazard.assignee_id, hazard.fixer_id}


def sealed_case(s: Session, who: Actor, hazard_id: int) -> Hazard:
    """Return a case in the custodian's areas of which something is for them alone; never one that they work on."""
    hazard = hazard_for(s, who, hazard_id, Can.UNSEAL)
    if who.id in works_on(hazard):
        raise Refused("这件由您在办，原话和原件不能给您看。请另一位保密专员处理。")
    if not (is_concealed(hazard) or _added_unseen(s, hazard) or pictures.kept_from_the_case(s, hazard)):
        raise Refused("这件是实名上报的，原话在案卷里，不用保密专员处理。")
    return hazard


def read_original(s: Session, who: Actor, hazard_id: int, *, now: datetime) -> Original:
    """Return the residents' own words; that somebody read them is on file."""
    hazard = sealed_case(s, who, hazard_id)
    audit.record(s, who.id, "hazard.original_read", f"hazard:{hazard.id}", now=now)
    notes = (step.note for step in history(s, hazard) if step.note and (is_reporters(step) or is_hidden(hazard, step)))
    return Original(hazard.detail, tuple(notes))


def open_originals(s: Session, who: Actor, hazard_id: int, *, now: datetime) -> list[Evidence]:
    """Return the pictures, films and voices as they came that the case does not get; each stands in the audit log."""
    hazard = sealed_case(s, who, hazard_id)
    found = pictures.kept_from_the_case(s, hazard)
    if not found:
        raise Refused("这件现在没有原件：没有发过照片、语音、视频，或者已按保存期限删除。")
    for each in found:
        audit.record(s, who.id, "picture.original", f"evidence:{each.id}", now=now)
    return found


def restate(s: Session, who: Actor, hazard_id: int, words: str, *, now: datetime) -> Hazard:
    """Put other words before those on the case; refuse words by which the reporter could be found."""
    hazard = sealed_case(s, who, hazard_id)
    if not is_concealed(hazard):
        raise Refused("这件是实名上报的，办件人员看得到原话，不用改写。")
    if not words.strip():
        raise Refused("请写一句办件人员要看到的情况，再提交。")
    if _NUMBER.search(words):
        raise Refused("转述里有一长串数字，可能是电话。请去掉号码再提交。")
    hazard.told = words.strip()
    audit.record(s, who.id, "hazard.restated", f"hazard:{hazard.id}", now=now)
    s.flush()
    return hazard


def _added_unseen(s: Session, hazard: Hazard) -> bool:
    return any(is_hidden(hazard, step) for step in history(s, hazard))
