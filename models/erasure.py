"""Erasure: words and pictures of a case are emptied when their time has come or their writer wishes it.

The history is append-only, so this is the one way past that: the sealed columns are set to a sealed nothing; number,
kind, dates and results stay for the ledger, and the audit log says that it was done (PIPL 19, 47).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from models import audit
from models.areas import Area
from models.base import Base
from models.callers import Caller
from models.hazard_files import Evidence, Hazard, HazardStep
from models.lifecycle import Relation
from models.pictures import ERASED, Picture
from models.places import Place
from models.questions import Question
from models.referrals import Referral
from models.requests import Request
from models.reveals import Reveal

OWN, MEDIA, WORDS = "own", "media", "words"
_MARK = "erased"


def mark(s: Session) -> None:
    """Note that this transaction erases: after its commit the database's log must not keep a copy either."""
    s.info[_MARK] = True


def take_mark(s: Session) -> bool:
    """Say whether this session has erased something since this was asked last."""
    return bool(s.info.pop(_MARK, False))


def erase_media(s: Session, hazard: Hazard, *, of_reporter: bool = False, now: datetime) -> None:
    """Empty the pictures, films and voices of a case; only those that its reporter sent when asked so."""
    shown = select(Evidence.id).where(*_steps(Evidence, hazard, of_reporter))
    _note_pieces(s, s.exec(shown).all(), now)
    _empty(s, Picture, [col(Picture.evidence_id).in_(shown)], original=None, clean=None, file_id=None, state=ERASED)
    _empty(s, Evidence, _steps(Evidence, hazard, of_reporter), file_id="", unique_id="")
    _note(s, hazard, MEDIA, now)


def erase_words(s: Session, hazard: Hazard, *, of_reporter: bool = False, now: datetime) -> None:
    """Empty what was written on a case, only by its reporter when asked so; the place becomes that of the ledger.

    What was restated for the case line stays as long as the case's own words do.
    """
    hazard.detail = hazard.rating_note = ""
    hazard.latitude = hazard.longitude = hazard.spot = None
    hazard.place_text = _place_of(s, hazard)
    _empty(s, HazardStep, _steps(HazardStep, hazard, of_reporter), note="")
    if not of_reporter:
        hazard.told = ""
        _empty(s, HazardStep, [HazardStep.hazard_id == hazard.id], told="")
        _empty(s, Question, [Question.hazard_id == hazard.id], ask="")
        _empty(s, Request, [Request.hazard_id == hazard.id], reason="", measures="", answer="")
        _empty(s, Caller, [Caller.hazard_id == hazard.id], contact=None)
        _empty(s, Referral, [Referral.hazard_id == hazard.id], reason="", answer="")
        _empty(s, Reveal, [Reveal.hazard_id == hazard.id], reason="")
    _note(s, hazard, WORDS, now)


def erase_own(s: Session, hazard: Hazard, *, now: datetime) -> None:
    """Empty everything on a case that came from its reporter; what officers wrote and showed stays."""
    erase_media(s, hazard, of_reporter=True, now=now)
    erase_words(s, hazard, of_reporter=True, now=now)
    hazard.erased = hazard.erased or OWN
    s.flush()


def _place_of(s: Session, hazard: Hazard) -> str:
    place = s.get(Place, hazard.place_id) if hazard.place_id is not None else None
    return place.name if place is not None else s.get_one(Area, hazard.area_id).name


def _steps(model: type[Evidence | HazardStep], hazard: Hazard, of_reporter: bool) -> list[Any]:
    here = model.hazard_id == hazard.id
    if not of_reporter:
        return [here]
    own = select(HazardStep.id).where(HazardStep.hazard_id == hazard.id, HazardStep.by == Relation.REPORTER.value)
    return [here, col(HazardStep.id if model is HazardStep else Evidence.step_id).in_(own)]


def _empty(s: Session, model: type[Base], where: list[Any], **nothing: Any) -> None:
    """A plain update: the mapper, which refuses to change a history, is not asked."""
    s.execute(update(model).where(*where).values(**nothing).execution_options(synchronize_session="fetch"))


def _note_pieces(s: Session, ids: Sequence[int | None], now: datetime) -> None:
    """A film or a voice has no row of its own; it needs one, so that the card says that it was erased."""
    known = set(s.exec(select(Picture.evidence_id).where(col(Picture.evidence_id).in_(ids))))
    s.add_all(Picture(evidence_id=each, not_before=now) for each in ids if each is not None and each not in known)
    s.flush()


def _note(s: Session, hazard: Hazard, what: str, now: datetime) -> None:
    audit.record(s, None, f"hazard.erased_{what}", f"hazard:{hazard.id}", now=now)
    mark(s)
