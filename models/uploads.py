"""Uploads: a workbook that an officer sent, from its name at Telegram to what stands in its rows.

expected -> checking -> checked -> applying -> done, or failed (cannot be read), or dropped (not wanted, or another one
came). Nothing is brought in before its officer says so, and then all of it in one transaction. Content and rows are
sealed, and erased at the end.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Column, delete
from sqlmodel import Field, Session, col, select

from models import erasure, outbox
from models.base import Base, Instant, Refused
from models.people import Actor
from models.sealing import SealedBytes, SealedJSON

EXPECTED, CHECKING, CHECKED, APPLYING = "expected", "checking", "checked", "applying"
DONE, DROPPED, FAILED = "done", "dropped", "failed"
REPLACED = "replaced"
OPEN = (EXPECTED, CHECKING, CHECKED)
CARD = "upload.card"
LOST = "lost"
GONE = "这个文件已经过期，没有导入。请把文件再发一次。"
TRIES = 5
WAITS = (5, 20, 60, 300)  # seconds after the first, second, … try
LEASE = timedelta(minutes=2)  # longer than fetching and reading can take
KEPT = timedelta(days=1)


class Upload(Base, table=True):
    """One file; `purpose` is what is to be brought in, "" until it was read. `done` of `total` rows were looked at.

    `about` has Telegram's `file_id`, the file's `name`, the `message` that shows how far it is, and what is to be said
    of it: `trouble`, `unread` headings, `again`. `rows` are [number, {key: cell}], `report` what was found so far.
    """

    __tablename__ = "uploads"

    id: int | None = Field(default=None, primary_key=True)
    who_id: int = Field(foreign_key="people.id", index=True)
    purpose: str = Field(max_length=20)
    state: str = Field(max_length=10, index=True)
    attempts: int = 0
    not_before: datetime = Field(sa_column=Column(Instant, nullable=False))
    came_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    about: dict[str, Any] = Field(default_factory=dict, sa_column=Column(SealedJSON("uploads.about"), nullable=False))
    content: bytes | None = Field(default=None, sa_column=Column(SealedBytes("uploads.content"), nullable=True))
    rows: list[Any] | None = Field(default=None, sa_column=Column(SealedJSON("uploads.rows"), nullable=True))
    report: dict[str, Any] | None = Field(default=None, sa_column=Column(SealedJSON("uploads.report"), nullable=True))
    done: int = 0
    total: int = 0


class Job(NamedTuple):
    """A file that somebody fetches and reads now; `attempt` counts from 1 and tells late answers apart."""

    upload_id: int
    file_id: str
    attempt: int
    content: bytes | None


def expect(s: Session, who: Actor, file_id: str, name: str, *, now: datetime) -> Upload:
    """Note that a file has to be fetched and read; what the same officer sent before it is not wanted any more."""
    before = select(Upload).where(Upload.who_id == who.id, col(Upload.state).in_(OPEN))
    for older in s.exec(before.with_for_update()):
        end(s, older, DROPPED, now=now, trouble=REPLACED)
    about = {"file_id": file_id, "name": name}
    upload = Upload(who_id=who.id, purpose="", state=EXPECTED, about=about, not_before=now, came_at=now)
    s.add(upload)
    s.flush()
    outbox.notify(s, who.id, CARD, now=now, lane=outbox.Lane.REPLY, upload=upload.id)
    return upload


def upload_for(s: Session, who: Actor, upload_id: int) -> Upload:
    """Return an own upload, kept as it is until the end of the transaction; nobody else's is found."""
    found = s.exec(select(Upload).where(Upload.id == upload_id).with_for_update()).first()
    if found is None or found.who_id != who.id:
        raise Refused(GONE)
    return found


def claim(s: Session, *, now: datetime) -> Job | None:
    """Take the next file that is to be fetched; it is nobody else's for LEASE."""
    query = select(Upload).where(Upload.state == EXPECTED, Upload.not_before <= now)
    query = query.order_by(col(Upload.not_before), col(Upload.id)).limit(1)
    found = s.exec(query.with_for_update(skip_locked=True)).first()
    if found is None:
        return None
    found.attempts, found.not_before = found.attempts + 1, now + LEASE
    s.add(found)
    return Job(found.id or 0, found.about["file_id"], found.attempts, found.content)


def keep_content(s: Session, job: Job, content: bytes) -> None:
    """Keep the file as it came, so that another try need not fetch it."""
    upload = still(s, job)
    if upload is not None:
        upload.content = content
        s.add(upload)


def still(s: Session, job: Job) -> Upload | None:
    """Return the upload of a job, None when the job is not ours any more."""
    found = s.exec(select(Upload).where(Upload.id == job.upload_id).with_for_update()).first()
    mine = found is not None and (found.state, found.attempts) == (EXPECTED, job.attempt)
    return found if mine else None


def put_back(s: Session, job: Job, trouble: str, *, hopeless: bool = False, now: datetime) -> None:
    """Try again later, each time after a longer pause; tell the officer when there is no hope, or after some tries."""
    upload = still(s, job)
    if upload is None:
        return
    if hopeless or job.attempt >= TRIES:
        end(s, upload, FAILED, now=now, trouble=trouble)
    else:
        upload.not_before = now + timedelta(seconds=WAITS[min(job.attempt, len(WAITS)) - 1])
        s.add(upload)


def end(s: Session, upload: Upload, state: str, *, now: datetime, trouble: str = "") -> None:
    """End an upload and erase what it held; its card says how it ended."""
    upload.state, upload.content, upload.rows = state, None, None
    counts = (upload.report or {}).get("counts", {})
    upload.report = {"counts": counts} if state == DONE else None
    kept = {key: upload.about[key] for key in ("name", "message") if key in upload.about}
    upload.about = kept | ({"trouble": trouble} if trouble else {})
    s.add(upload)
    s.flush()
    erasure.mark(s)
    redraw(s, upload, now=now)


def redraw(s: Session, upload: Upload, *, now: datetime) -> None:
    """Queue that the one message about an upload shows it as it stands; nothing to do before it has arrived."""
    message = upload.about.get("message")
    about: dict[str, Any] = {"upload": upload.id, "edit": message}
    if message is not None and not outbox.is_queued(s, upload.who_id, CARD, **about):
        outbox.notify(s, upload.who_id, CARD, now=now, lane=outbox.Lane.REPLY, **about)


def note_message(s: Session, upload_id: int, message_id: int, *, now: datetime) -> None:
    """The message about an upload has arrived: from now on it is edited; first with what has happened meanwhile."""
    upload = s.exec(select(Upload).where(Upload.id == upload_id).with_for_update()).first()
    if upload is None or upload.about.get("message") == message_id:
        return
    upload.about = {**upload.about, "message": message_id}
    s.add(upload)
    s.flush()
    redraw(s, upload, now=now)


def forget(s: Session, *, now: datetime) -> None:
    """Erase what was sent a day ago or earlier, however far it came; what was brought in stands in the ledger."""
    gone = s.execute(delete(Upload).where(col(Upload.came_at) < now - KEPT))
    if gone.rowcount:  # type: ignore[attr-defined]
        erasure.mark(s)
