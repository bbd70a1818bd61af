"""Custody: what the custodian does with a concealed report - reads the original words and restates them for the case.

One dedicated keeper of the original, a rewritten sheet for everybody else (RELIABILITY section 0, item 12). The
custodian never learns here who reported, and nobody on a case ever gets here.
"""

import re
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, or_, select

from models import audit
from models.areas import below
from models.base import Refused
from models.conflicts import excluded
from models.hazard_files import NAMED, RESIDENT, Hazard, hazard_for, history, is_concealed
from models.lifecycle import ENDS, Relation
from models.people import Actor, Can, require

_NUMBER = re.compile(r"\d{7,}")


class Original(NamedTuple):
    """What a reporter wrote: the report, and what was added later, oldest first."""

    detail: str
    later: tuple[str, ...]


def concealed_cases(s: Session, who: Actor) -> list[Hazard]:
    """Return the open reports in the custodian's areas whose reporter is concealed, the newest first."""
    require(who, Can.UNSEAL)
    areas = [col(Hazard.area_path).like(below(path), escape="\\") for path in who.paths(Can.UNSEAL)]
    is_open = col(Hazard.step).not_in([step.value for step in ENDS])
    query = select(Hazard).where(or_(*areas), is_open, Hazard.source == RESIDENT, Hazard.privacy != NAMED)
    found = s.exec(query.order_by(col(Hazard.id).desc())).all()
    return [hazard for hazard in found if who.id not in excluded(s, hazard)]


def concealed_case(s: Session, who: Actor, hazard_id: int) -> Hazard:
    """Return a concealed case in the custodian's areas; the original words are not in what this is for."""
    hazard = hazard_for(s, who, hazard_id, Can.UNSEAL)
    if not is_concealed(hazard):
        raise Refused("这件是实名上报的，原话在案卷里，不用保密专员处理。")
    return hazard


def read_original(s: Session, who: Actor, hazard_id: int, *, now: datetime) -> Original:
    """Return the reporter's own words; that somebody read them is on file."""
    hazard = concealed_case(s, who, hazard_id)
    audit.record(s, who.id, "hazard.original_read", f"hazard:{hazard.id}", now=now)
    notes = (step.note for step in history(s, hazard) if step.by == Relation.REPORTER and step.note)
    return Original(hazard.detail, tuple(notes))


def restate(s: Session, who: Actor, hazard_id: int, words: str, *, now: datetime) -> Hazard:
    """Put other words before those on the case; refuse words by which the reporter could be found."""
    hazard = concealed_case(s, who, hazard_id)
    if not words.strip():
        raise Refused("请写一句办件人员要看到的情况，再提交。")
    if _NUMBER.search(words):
        raise Refused("转述里有一长串数字，可能是电话。请去掉号码再提交。")
    hazard.told = words.strip()
    audit.record(s, who.id, "hazard.restated", f"hazard:{hazard.id}", now=now)
    s.flush()
    return hazard
