"""The file of an enterprise (一企一策): opened for a place, filled line by line, led by a colleague, supervised."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models import audit, enterprise_fields
from models.base import Refused
from models.enterprises import VISITS, Enterprise, SupervisionNote, enterprise_for, may_lead, site_for, write
from models.hazard_files import Media
from models.people import Actor, Can
from models.places import Place


def open_file(s: Session, who: Actor, place_id: int, *, now: datetime) -> Enterprise:
    """Open the file of a place of any kind; who opens it leads it. One that is there stays as it is."""
    place = site_for(s, who, place_id, Can.SUPERVISE)
    found = s.get(Enterprise, place.id)
    if found is None:
        found = Enterprise(place_id=place.id or 0, fields={}, lead_id=who.id, opened_at=now, changed_at=now)
        s.add(found)
        s.flush()
        audit.record(s, who.id, "enterprise.opened", f"place:{place.id}", now=now)
    return found


def fill(s: Session, who: Actor, place_id: int, words: Mapping[str, str], *, now: datetime) -> Enterprise:
    """Write lines of the file (key: words); the other lines stay. Refused when the words do not fit a line."""
    found, place = enterprise_for(s, who, place_id, Can.SUPERVISE)
    told = {key: enterprise_fields.checked(key, said) for key, said in words.items()}
    found.fields, found.changed_at = {**found.fields, **told}, now
    s.flush()
    audit.record(s, who.id, "enterprise.filled", f"place:{place.id}", now=now)
    return found


def fields_of(s: Session, found: Enterprise, place: Place) -> dict[str, Any]:
    """Return every line of a file that is known: what the ledger of places knows counts before what was written."""
    return {**found.fields, **enterprise_fields.known(s, [place])[place.id or 0]}


def lead(s: Session, who: Actor, place_id: int, lead_id: int, *, now: datetime) -> Enterprise:
    """Say which colleague leads the whole plan; new problems are theirs unless somebody else is named."""
    found, place = enterprise_for(s, who, place_id, Can.SUPERVISE)
    may_lead(s, who, place, lead_id)
    found.lead_id, found.changed_at = lead_id, now
    s.flush()
    audit.record(s, who.id, "enterprise.lead", f"place:{place.id}", now=now)
    return found


def supervise(
    s: Session, who: Actor, place_id: int, act: str, note: str, media: Sequence[Media] = (), *, now: datetime
) -> SupervisionNote:
    """Write down what was done at the enterprise as a whole (大排查, 大约谈 …), in free words and pictures."""
    _, place = enterprise_for(s, who, place_id, Can.SUPERVISE)
    if act not in VISITS or not (note.strip() or media):
        raise Refused("请选一种督导，再写一两句或发一张照片。")
    return write(s, who, place.id or 0, act, note=note, media=media, now=now)
