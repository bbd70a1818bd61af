"""Pictures: what came with a case is fetched, cleaned of metadata and kept before anybody sees it.

expected -> clean | failed (cannot be opened) | lost (Telegram did not give it), and erased when its time has come.
Cleaned is every picture of a reporter, of a follower or of a place's
owner, and whatever anybody sent as a file; a photo that staff send was drawn anew by Telegram itself.

Films and voices cannot be cleaned by drawing anew: a film may carry place and device, and in a village the voice
alone says who it is. So the case line gets those of a reporter who is not named, and of a follower, at no time; they
stay with the custodian, by reference, and the case line reads that they exist. Everybody else's are passed on as they
are.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Column, case, update
from sqlmodel import Field, Session, col, select

from models.base import Base, Instant
from models.hazard_files import (
    IMAGE,
    PHOTO,
    VIDEO,
    VOICE,
    Evidence,
    Hazard,
    HazardStep,
    Media,
    hazard_for,
    is_concealed,
    is_hidden,
    is_reporters,
    own_hazard,
)
from models.lifecycle import Relation
from models.outbox import notify
from models.people import Actor, Can
from models.sealing import SealedBytes, SealedJSON

EXPECTED, CLEAN, FAILED, LOST, ERASED = "expected", "clean", "failed", "lost", "erased"
SEALED = "sealed"  # not a state of a picture: what the case line reads of a film or voice that stays with the custodian
FAILED_NOTICE = "picture.failed"
TRIES, FEW_TRIES = 8, 3
WAITS = (10, 30, 120, 600, 1800, 3600)  # seconds after the first, second, … try
LEASE = timedelta(minutes=2)  # longer than fetching and cleaning can take


class Picture(Base, table=True):
    """A file that came with a case: the original as it came and the cleaned copy, both sealed.

    `file_id` is the cleaned copy as Telegram knows it, once it has been sent there.
    """

    __tablename__ = "pictures"

    evidence_id: int = Field(primary_key=True, foreign_key="evidence.id", sa_column_kwargs={"autoincrement": False})
    state: str = Field(default=EXPECTED, max_length=10, index=True)
    attempts: int = 0
    not_before: datetime = Field(sa_column=Column(Instant, nullable=False))
    original: bytes | None = Field(default=None, sa_column=Column(SealedBytes("pictures.original"), nullable=True))
    clean: bytes | None = Field(default=None, sa_column=Column(SealedBytes("pictures.clean"), nullable=True))
    file_id: str | None = Field(default=None, sa_column=Column(SealedJSON("pictures.file_id"), nullable=True))


class Job(NamedTuple):
    """A picture that somebody fetches and cleans now; `attempt` counts from 1 and tells late answers apart."""

    evidence_id: int
    file_id: str
    attempt: int


class Shown(NamedTuple):
    """A piece of evidence as the case line may have it: `file_id` only when Telegram may show it by that."""

    evidence_id: int
    kind: str
    phase: str
    state: str
    file_id: str | None


def expect(s: Session, came: Sequence[Evidence], relation: Relation, *, now: datetime) -> None:
    """Note that these have to be fetched and cleaned; the rows must be flushed."""
    always = relation in {Relation.REPORTER, Relation.FOLLOWER, Relation.OWNER}
    wanted = [found for found in came if found.kind == IMAGE or (always and found.kind == PHOTO)]
    s.add_all(Picture(evidence_id=found.id or 0, not_before=now) for found in wanted)


def claim(s: Session, *, now: datetime) -> Job | None:
    """Take the next picture that is due; it is nobody else's for LEASE."""
    due = (Picture.state == EXPECTED, Picture.not_before <= now)
    query = select(Picture.evidence_id, Picture.attempts, Evidence.file_id)
    query = query.join(Evidence, col(Evidence.id) == Picture.evidence_id).where(*due)
    query = query.order_by(col(Picture.not_before), col(Picture.evidence_id)).limit(1)
    found = s.exec(query.with_for_update(skip_locked=True, of=Picture)).first()
    if found is None:
        return None
    evidence_id, attempts, file_id = found
    job = Job(evidence_id, file_id, attempts + 1)
    _note(s, job._replace(attempt=attempts), attempts=job.attempt, not_before=now + LEASE)
    return job


def original_for(s: Session, job: Job) -> bytes | None:
    """Return the original when an earlier try has fetched it already."""
    return s.exec(select(Picture.original).where(Picture.evidence_id == job.evidence_id)).first()


def keep_original(s: Session, job: Job, content: bytes) -> bool:
    """Keep the picture as it came; False when the job is not ours any more."""
    return _note(s, job, original=content)


def keep_clean(s: Session, job: Job, content: bytes) -> bool:
    """Keep the cleaned copy: from now on it may be seen. False when the job is not ours any more."""
    return _note(s, job, clean=content, state=CLEAN)


def put_back(s: Session, job: Job, *, now: datetime, tries: int = TRIES) -> None:
    """Try again later, each time after a longer pause; give up after so many tries."""
    if job.attempt >= tries:
        give_up(s, job, now=now)
    else:
        _note(s, job, not_before=now + timedelta(seconds=WAITS[min(job.attempt, len(WAITS)) - 1]))


def give_up(s: Session, job: Job, *, now: datetime) -> None:
    """No clean copy will come of it: the card says so, and whoever sent it is asked for another one, once a message."""
    if not _note(s, job, state=case((col(Picture.original).is_(None), LOST), else_=FAILED)):
        return
    found = select(HazardStep, Hazard).join(Hazard, col(Hazard.id) == HazardStep.hazard_id)
    of_evidence = select(Evidence.step_id).where(Evidence.id == job.evidence_id).scalar_subquery()
    step, hazard = s.exec(found.where(HazardStep.id == of_evidence)).one()
    to = hazard.reporter_alias if step.by == Relation.REPORTER else step.who_id
    if to is not None:
        notify(s, to, FAILED_NOTICE, now=now, key=f"{FAILED_NOTICE}|{step.id}", hazard=hazard.id)


def _note(s: Session, job: Job, **values: object) -> bool:
    mine = (Picture.evidence_id == job.evidence_id, Picture.state == EXPECTED, Picture.attempts == job.attempt)
    noted = update(Picture).where(*mine).values(**values).execution_options(synchronize_session=False)  # type: ignore[arg-type]
    return bool(s.execute(noted).rowcount)  # type: ignore[attr-defined]


def of_case(s: Session, who: Actor, hazard_id: int) -> tuple[Hazard, list[Shown]]:
    """Return a hazard that the actor may see, with its evidence as the case line may have it."""
    hazard = hazard_for(s, who, hazard_id, Can.SEE_HAZARDS)
    return hazard, shown(s, hazard)


def shown(s: Session, hazard: Hazard) -> list[Shown]:
    """Return the evidence of a hazard as the case line may have it, oldest first; never a concealed original."""
    query = select(Evidence, HazardStep, Picture.state, Picture.file_id)
    query = query.join(HazardStep, col(HazardStep.id) == Evidence.step_id)
    query = query.outerjoin(Picture, col(Picture.evidence_id) == Evidence.id).where(Evidence.hazard_id == hazard.id)
    rows = s.exec(query.order_by(col(Evidence.id)))
    return [_shown(found, is_hidden(hazard, step), state, kept) for found, step, state, kept in rows]


def _shown(found: Evidence, concealed: bool, state: str | None, kept: str | None) -> Shown:
    kind = PHOTO if found.kind == IMAGE else found.kind
    if state is None:
        passed_on = not concealed and found.kind != IMAGE
        state, kept = (CLEAN, found.file_id) if passed_on else (SEALED, None)
    return Shown(found.id or 0, kind, found.phase, state, kept)


def stays_sealed(hazard: Hazard, came: Iterable[Media | Evidence], relation: Relation = Relation.REPORTER) -> bool:
    """Say whether some of what a resident sends stays with the custodian, so that they are told."""
    hidden = relation is Relation.FOLLOWER or is_concealed(hazard)
    return hidden and any(each.kind in {VIDEO, VOICE} for each in came)


def is_coming(s: Session, hazard_id: int) -> bool:
    """Say whether a picture of this hazard is still being fetched and cleaned."""
    query = select(Picture.evidence_id).join(Evidence, col(Evidence.id) == Picture.evidence_id)
    found = s.exec(query.where(Evidence.hazard_id == hazard_id, Picture.state == EXPECTED)).first()
    return found is not None


def clean_copies(s: Session, evidence_ids: Sequence[int]) -> dict[int, bytes]:
    """Return the cleaned copies of these, by their number."""
    query = select(Picture.evidence_id, Picture.clean)
    rows = s.exec(query.where(col(Picture.evidence_id).in_(evidence_ids), Picture.state == CLEAN))
    return {number: content for number, content in rows if content is not None}


def has_arrived(s: Session, evidence_id: int, file_id: str) -> None:
    """Note by which name Telegram knows the cleaned copy, so that it is not sent there again."""
    same = (Picture.evidence_id == evidence_id, Picture.state == CLEAN)
    noted = update(Picture).where(*same).values(file_id=file_id).execution_options(synchronize_session=False)  # type: ignore[arg-type]
    s.execute(noted)


def own(s: Session, who: Actor, hazard_id: int) -> tuple[Hazard, list[Evidence]]:
    """Return an own report with what its reporter sent, as it was sent."""
    hazard = own_hazard(s, who, hazard_id)
    query = select(Evidence, HazardStep).join(HazardStep, col(HazardStep.id) == Evidence.step_id)
    rows = s.exec(query.where(Evidence.hazard_id == hazard.id).order_by(col(Evidence.id)))
    return hazard, [found for found, step in rows if is_reporters(step) and found.file_id]


def kept_from_the_case(s: Session, hazard: Hazard) -> list[Evidence]:
    """Return the originals that only the custodian may have: hidden ones, and pictures that could not be cleaned."""
    query = select(Evidence, HazardStep, Picture.state).join(HazardStep, col(HazardStep.id) == Evidence.step_id)
    query = query.outerjoin(Picture, col(Picture.evidence_id) == Evidence.id)
    rows = s.exec(query.where(Evidence.hazard_id == hazard.id).order_by(col(Evidence.id)))
    return [found for found, step, state in rows if found.file_id and (state == FAILED or is_hidden(hazard, step))]
