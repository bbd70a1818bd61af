"""Retention: each class of data is kept as long as the town file says, and not a day longer (PIPL 19, 47).

A pass does a limited amount, so that nobody waits for it; it is repeated until nothing is left for today.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, or_, select

from models import audit, erasure, vault, visit_retention
from models.alarms import Alarm
from models.complaints import Complaint
from models.enterprises import Enterprise, Problem, SupervisionNote
from models.erasure import MEDIA, OWN, WORDS
from models.followers import Follower
from models.hazard_files import ANONYMOUS, CONFIDENTIAL, RESIDENT, Hazard
from models.inbox import QUARANTINED, Inbox
from models.lifecycle import ENDS
from models.place_contacts import PlaceContact
from models.rules import rules_of
from models.self_checks import SelfCheck

A_PASS = 100
GONE = 0  # the version of a plan whose words have gone
QUARANTINE_KEPT = timedelta(days=30)


def purge(s: Session, *, now: datetime) -> int:
    """Erase what has been kept long enough; return how many things that were, 0 when today's work is done."""
    media = now - timedelta(days=rules_of(s).keep_media_days)
    ended = now - timedelta(days=rules_of(s).keep_ended_days)
    passes = (_orphans(s, now), _cases(s, ended, now), _media(s, media, now), _complaints(s, ended, now),
              _alarms(s, media), _quarantined(s, now), _contacts(s, now), _plans(s, ended), _self_checks(s, ended),
              visit_retention.end_pictures(s, media), visit_retention.end_words(s, ended))
    if any(passes):
        erasure.mark(s)
    return sum(passes)


def _cases(s: Session, before: datetime, now: datetime) -> int:
    """Ended cases lose their words and pictures, and the vault whoever was behind them or followed them."""
    found = _ended(s, col(Hazard.closed_at) < before, Hazard.erased != WORDS)
    for hazard in found:
        followers = s.exec(select(Follower).where(Follower.hazard_id == hazard.id)).all()
        for follower in followers:
            vault.destroy(s, follower.alias)
            s.delete(follower)
        if hazard.reporter_alias is not None:
            vault.destroy(s, hazard.reporter_alias)
        hazard.reporter_alias = None
        erasure.erase_media(s, hazard, now=now)
        erasure.erase_words(s, hazard, now=now)
        hazard.erased = WORDS
    s.flush()
    return len(found)


def _media(s: Session, before: datetime, now: datetime) -> int:
    found = _ended(s, col(Hazard.closed_at) < before, col(Hazard.erased).in_(("", OWN)))
    for hazard in found:
        erasure.erase_media(s, hazard, now=now)
        hazard.erased = MEDIA
    s.flush()
    return len(found)


def _orphans(s: Session, now: datetime) -> int:
    """Whoever erased their data while a concealed case was open waited with their words for its end."""
    nobody = (col(Hazard.reporter_alias).is_(None), col(Hazard.privacy).in_((CONFIDENTIAL, ANONYMOUS)))
    found = _ended(s, *nobody, Hazard.source == RESIDENT, Hazard.erased == "")
    for hazard in found:
        erasure.erase_own(s, hazard, now=now)
    return len(found)


def _ended(s: Session, *which: Any) -> Sequence[Hazard]:
    ends = col(Hazard.step).in_([step.value for step in ENDS])
    return s.exec(select(Hazard).where(ends, *which).order_by(col(Hazard.id)).limit(A_PASS)).all()


def _complaints(s: Session, before: datetime, now: datetime) -> int:
    old = (Complaint.made_on < before.date(), or_(col(Complaint.alias).is_not(None), ~col(Complaint.erased)))
    found = s.exec(select(Complaint).where(*old).limit(A_PASS)).all()
    for row in found:
        if row.alias is not None:
            vault.destroy(s, row.alias)
        row.alias, row.words, row.outcome, row.erased = None, "", "", True
        audit.record(s, None, "complaint.erased", f"complaint:{row.id}", now=now)
    return len(found)


def _alarms(s: Session, before: datetime) -> int:
    """Alarms keep their number, area and time; the words and the sender's hash go like pictures do."""
    old = (col(Alarm.raised_at) < before, col(Alarm.sender_tag) != "")
    return _count(s, update(Alarm).where(*old).values(words="", place="", more=[], sender_tag=""))


def _quarantined(s: Session, now: datetime) -> int:
    quarantined = (col(Inbox.state) == QUARANTINED, col(Inbox.received_at) < now - QUARANTINE_KEPT)
    return _count(s, delete(Inbox).where(*quarantined))


def _contacts(s: Session, now: datetime) -> int:
    """Former responsible people of places, with their telephones; the history keeps that somebody else took over."""
    before = now - timedelta(days=rules_of(s).keep_contacts_days)
    return _count(s, delete(PlaceContact).where(col(PlaceContact.ended_at) < before))


def _plans(s: Session, before: datetime) -> int:
    """Plans of enterprises that were closed long ago keep their lines; who answered and what was noted goes.

    Version 0 says that this was done, without opening what is sealed; a plan that is written anew counts on from there.
    """
    old = (col(Enterprise.closed_at) < before, col(Enterprise.version) != GONE)
    ids = s.exec(select(Enterprise.place_id).where(*old).order_by(col(Enterprise.place_id)).limit(A_PASS)).all()
    if ids:
        s.execute(update(Problem).where(col(Problem.place_id).in_(ids)).values(owner=""))
        s.execute(update(SupervisionNote).where(col(SupervisionNote.place_id).in_(ids)).values(note="", media=[]))
        s.execute(update(Enterprise).where(col(Enterprise.place_id).in_(ids)).values(fields={}, version=GONE))
    return len(ids)


def _self_checks(s: Session, before: datetime) -> int:
    """Self-checks keep their counts; what people wrote and photographed goes, with the version of the card."""
    old = (col(SelfCheck.at) < before, col(SelfCheck.version) != "")
    return _count(s, update(SelfCheck).where(*old).values(items=[], version=""))


def _count(s: Session, statement: Any) -> int:
    return int(s.execute(statement.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]
