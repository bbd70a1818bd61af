"""Imports: a workbook becomes rows, the rows are judged some hundreds at a time, and written all at once or not at all.

What can be brought in is one table, PURPOSES: which columns, who may, how a row is judged, how the whole is written.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models import audit, place_imports, place_rows, uploads
from models.base import Refused
from models.cells import Page
from models.people import Actor, Can, Person, actor_of, require
from models.uploads import APPLYING, CHECKED, CHECKING, DONE, DROPPED, FAILED, Job, Upload
from models.workbook_rows import CHANGE, NEW, WRONG, Column, Table, Verdict, likeness, table_in

A_TIME = 250  # rows: so long nobody else has to wait
MOST_LINES = 10_000  # of a report; a row has as many problems as cells
Rows = Sequence[Any]  # [number, {key: cell}]
UNKNOWN = "不认识这张表，没有找到表头。请下载一张表，照它的表头填，再发一次。"
NOT_READY = "还有问题没改好，或者还没核对完，不能导入。请看最新的卡片。"


@dataclass(frozen=True, slots=True)
class Purpose:
    """Something that is brought in by file.

    `fit` refuses a table that lacks columns; `check(s, who, rows, start, stop, lock=)` judges some of the rows and
    writes nothing; `apply(s, who, verdicts, now=)` writes what all of them say.
    """

    can: Can
    columns: Sequence[Column]
    fit: Callable[[Table], None]
    check: Callable[..., list[Verdict]]
    apply: Callable[..., None]


PURPOSES: dict[str, Purpose] = {
    "places": Purpose(Can.IMPORT, place_rows.COLUMNS, place_imports.fit, place_imports.check, place_imports.apply),
}


def may_send(who: Actor) -> bool:
    """Say whether somebody may bring anything in by file."""
    return any(who.may(purpose.can) for purpose in PURPOSES.values())


def begin(s: Session, job: Job, pages: Sequence[Page], *, now: datetime) -> None:
    """The file was read: find out what it is, and let its rows be judged; or say what is wrong with its headings."""
    upload = uploads.still(s, job)
    if upload is None:
        return
    try:
        name, table = _recognised(_actor(s, upload), pages)
    except Refused as refusal:
        uploads.end(s, upload, FAILED, now=now, trouble=str(refusal))
        return
    upload.purpose, upload.state, upload.content = name, CHECKING, None
    upload.rows = [[number, cells] for number, cells in table.rows]
    upload.total = len(table.rows)
    upload.about = {**upload.about, "unread": table.unread}
    s.add(upload)
    s.flush()
    uploads.redraw(s, upload, now=now)


def _recognised(who: Actor, pages: Sequence[Page]) -> tuple[str, Table]:
    alike = {name: likeness(pages, purpose.columns) for name, purpose in PURPOSES.items()}
    name = max(alike, key=lambda each: alike[each])
    if not alike[name]:
        raise Refused(UNKNOWN)
    require(who, PURPOSES[name].can)
    table = table_in(pages, PURPOSES[name].columns)
    PURPOSES[name].fit(table)
    return name, table


def _actor(s: Session, upload: Upload) -> Actor:
    return actor_of(s, s.get_one(Person, upload.who_id))


def under_way(s: Session) -> Upload | None:
    """Return the upload that is to be gone on with, kept for this transaction; None when there is none."""
    waiting = select(Upload).where(col(Upload.state).in_((CHECKING, APPLYING)))
    return s.exec(waiting.order_by(col(Upload.id)).limit(1).with_for_update(skip_locked=True)).first()


def go_on(s: Session, upload: Upload, *, now: datetime) -> None:
    """Take the next step of an upload: judge its next rows, or bring in what its officer has ordered."""
    if upload.state == CHECKING:
        _judge_some(s, upload, now)
    else:
        _bring_in(s, upload, now)


def _judge_some(s: Session, upload: Upload, now: datetime) -> None:
    rows, start = upload.rows or [], upload.done
    purpose = PURPOSES[upload.purpose]
    found = purpose.check(s, _actor(s, upload), rows, start, start + A_TIME)
    upload.report = reported(upload.report, found)
    upload.done = min(start + A_TIME, upload.total)
    if upload.done >= upload.total:
        upload.state = CHECKED
    s.add(upload)
    s.flush()
    uploads.redraw(s, upload, now=now)


def reported(report: dict[str, Any] | None, found: Sequence[Verdict]) -> dict[str, Any]:
    """Return a report with some more rows: counts, a line for each finding, and a print of what all rests on."""
    before = report or {"counts": {}, "lines": [], "print": ""}
    counts = Counter(before["counts"]) + Counter(verdict.kind for verdict in found)
    lines = [*before["lines"], *(line for verdict in found for line in _lines(verdict))]
    return {"counts": dict(counts), "lines": lines[:MOST_LINES], "print": _print(before["print"], found)}


def _lines(verdict: Verdict) -> list[list[Any]]:
    """[row, verdict, column, what stands there, why, what to write]."""
    if verdict.kind == WRONG:
        return [[found.row, WRONG, *found[1:]] for found in verdict.problems]
    return [[verdict.row, verdict.kind, "、".join(verdict.changed), "", "", ""]]


def _print(before: str, found: Sequence[Verdict]) -> str:
    for verdict in found:
        told = json.dumps([before, verdict.row, verdict.kind, verdict.changed, verdict.seen], default=str)
        before = hashlib.sha256(told.encode()).hexdigest()
    return before


def counts(upload: Upload) -> dict[str, int]:
    """Return how many rows were judged how so far."""
    return dict((upload.report or {}).get("counts", {}))


def is_ready(upload: Upload) -> bool:
    """Say whether an upload can be brought in: everything was judged, nothing is wrong, something is new."""
    found = counts(upload)
    return upload.state == CHECKED and not found.get(WRONG) and bool(found.get(NEW, 0) + found.get(CHANGE, 0))


def order(s: Session, who: Actor, upload_id: int) -> Upload:
    """Order that everything is brought in; ordering it again changes nothing."""
    upload = uploads.upload_for(s, who, upload_id)
    if upload.state in (APPLYING, DONE):
        return upload
    if not is_ready(upload):
        raise Refused(NOT_READY)
    require(who, PURPOSES[upload.purpose].can)
    upload.state = APPLYING
    s.add(upload)
    return upload


def drop(s: Session, who: Actor, upload_id: int, *, now: datetime) -> Upload:
    """Bring nothing in: the rows are erased. What is being brought in, or has been, stays so."""
    upload = uploads.upload_for(s, who, upload_id)
    if upload.state in uploads.OPEN:
        uploads.end(s, upload, DROPPED, now=now)
    return upload


def _bring_in(s: Session, upload: Upload, now: datetime) -> None:
    """Judge everything once more and write it, in this transaction; where anything has changed, ask again."""
    who, purpose = _actor(s, upload), PURPOSES[upload.purpose]
    found = purpose.check(s, who, upload.rows or [], 0, upload.total, lock=True)
    if _print("", found) != (upload.report or {}).get("print"):
        upload.state, upload.done, upload.report = CHECKING, 0, None
        upload.about = {**upload.about, "again": True}
        s.add(upload)
        s.flush()
        uploads.redraw(s, upload, now=now)
        return
    purpose.apply(s, who, found, now=now)
    audit.record(s, who.id, f"{upload.purpose}.imported", f"upload:{upload.id}", now=now)
    uploads.end(s, upload, DONE, now=now)
