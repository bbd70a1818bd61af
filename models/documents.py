"""Documents of a case: notices, results of a second look and letters of referral, numbered per year without gaps.

What stands on a paper was written for whoever reads it: a report's own words never get there (DOMAIN 8.3-8.5).
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, Session, UniqueConstraint, col, select

from models import audit, deadlines
from models.base import NOT_FOUND, Base, Instant, Refused
from models.calendar import local
from models.counters import next_number
from models.hazard_files import Hazard, HazardStep, hazard_for, hazard_to, history
from models.lifecycle import Act, Step
from models.people import Actor, Can, Person
from models.referrals import Referral
from models.sealing import SealedJSON

NOTICE, RECHECK, REFERRAL = "notice", "recheck", "referral"
LABELS = {NOTICE: "整改告知书", RECHECK: "复查意见书", REFERRAL: "移送函"}
ACTS = {NOTICE: Act.SERVED, RECHECK: Act.PASSED, REFERRAL: Act.REFERRED}


class Document(Base, table=True):
    """One numbered paper; `fields` are what stands on it, so that it can be printed again just as it was."""

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("kind", "year", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=10)
    year: int
    number: int
    hazard_id: int = Field(foreign_key="hazards.id", index=True)
    fields: dict[str, Any] = Field(sa_column=Column(SealedJSON("documents.fields"), nullable=False))
    made_by: int = Field(foreign_key="people.id")
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))


def issue(
    s: Session, who: Actor, hazard_id: int, kind: str, *, unit: str, address: str, facts: str, basis: str,
    now: datetime,
) -> Document:  # fmt: skip
    """Number a paper for the unit (or person) and address given; `facts` is what was found, in the office's own words.

    `basis` is the law and nothing else: who works on it, and why, is the office's own matter.

    A paper that would say just the same as the last one of its kind is that one again: no number is used up for a
    second copy. Refused while the case gives no ground for it.
    """
    hazard = hazard_to(s, who, hazard_id, ACTS[kind])
    given = {"unit": unit.strip(), "address": address.strip(), "facts": facts.strip()}
    if not all(given.values()):
        raise Refused("单位（个人）、地址和存在的问题都要写。请补上再开。")
    said = {**given, **_CONTENT[kind](s, hazard), "hazard": hazard.number, "basis": basis}
    last = next(iter(of_case(s, who, hazard_id, kind)), None)
    if last is not None and last.fields == said:
        return last
    year = local(now).year
    number = next_number(s, f"paper.{kind}", year)
    made = Document(kind=kind, year=year, number=number, hazard_id=hazard_id, fields=said, made_by=who.id, made_at=now)
    s.add(made)
    s.flush()
    audit.record(s, who.id, f"document.{kind}", f"document:{made.id}", now=now)
    return made


def of_case(s: Session, who: Actor, hazard_id: int, kind: str | None = None) -> list[Document]:
    """Return the papers of a case (of one kind) that the actor may see, the newest first."""
    hazard_for(s, who, hazard_id, Can.SEE_HAZARDS)
    wanted = select(Document).where(Document.hazard_id == hazard_id)
    if kind is not None:
        wanted = wanted.where(Document.kind == kind)
    return list(s.exec(wanted.order_by(col(Document.id).desc())))


def document(s: Session, who: Actor, document_id: int) -> Document:
    """Return one paper of a case that the actor may see."""
    found = s.get(Document, document_id)
    if found is None:
        raise Refused(NOT_FOUND)
    hazard_for(s, who, found.hazard_id, Can.SEE_HAZARDS)
    return found


def may_issue(s: Session, hazard: Hazard) -> list[str]:
    """Return the kinds of papers that the case gives ground for now."""
    found = []
    for kind, content in _CONTENT.items():
        try:
            content(s, hazard)
        except Refused:
            continue
        found.append(kind)
    return found


def last_of(s: Session, hazard: Hazard, *acts: Act) -> HazardStep | None:
    """Return the newest step of a case with one of these acts."""
    return next((step for step in reversed(history(s, hazard)) if step.act in acts), None)


def _notice(s: Session, hazard: Hazard) -> dict[str, Any]:
    found = last_of(s, hazard, Act.CONFIRMED)
    due = deadlines.running(s, "hazard", hazard.id or 0, "rectify")
    if hazard.step != Step.RECTIFYING or found is None or due is None:
        raise Refused("核查属实、正在限期整改的隐患才能开整改告知书。请先核查。")
    return {"found_on": _day(found.at), "due_on": _day(due.due_at), "checker": _name(s, found.who_id)}


def _recheck(s: Session, hazard: Hazard) -> dict[str, Any]:
    looked = last_of(s, hazard, Act.PASSED, Act.FAILED)
    if looked is None:
        raise Refused("还没有复查过。请复查以后再开复查意见书。")
    notices = select(Document).where(Document.hazard_id == hazard.id, Document.kind == NOTICE)
    notice = s.exec(notices.order_by(col(Document.id).desc())).first()
    due = deadlines.running(s, "hazard", hazard.id or 0, "rectify")
    return {
        "looked_on": _day(looked.at), "passed": looked.act == Act.PASSED, "note": looked.note,
        "checker": _name(s, looked.who_id), "notice": [notice.year, notice.number] if notice else None,
        "due_on": _day(due.due_at) if due is not None and looked.act == Act.FAILED else "",
    }  # fmt: skip


def _referral(s: Session, hazard: Hazard) -> dict[str, Any]:
    sent = s.exec(
        select(Referral).where(Referral.hazard_id == hazard.id).order_by(col(Referral.id).desc())
    ).first()
    if hazard.step != Step.REFERRED or sent is None:
        raise Refused("还没有移送。请先在卡片上点「移送」，再开移送函。")
    found = last_of(s, hazard, Act.CONFIRMED, Act.FAILED)
    answer = deadlines.running(s, "hazard", hazard.id or 0, "referral")
    return {
        "authority": sent.authority, "reason": sent.reason, "sent_on": _day(sent.sent_at),
        "found_on": _day(found.at if found else hazard.reported_at), "answer_by": _day(answer.due_at) if answer else "",
    }  # fmt: skip


_CONTENT: Mapping[str, Callable[[Session, Hazard], dict[str, Any]]] = {
    NOTICE: _notice, RECHECK: _recheck, REFERRAL: _referral,
}  # fmt: skip


def _day(moment: datetime) -> str:
    return local(moment).date().isoformat()


def _name(s: Session, person_id: int | None) -> str:
    person = s.get(Person, person_id) if person_id else None
    return person.name if person else ""
