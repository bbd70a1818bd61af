"""Requests on a case that need somebody else's yes: more time, sending it back, shelving it.

Whoever asks never decides. What is granted takes its step in the lifecycle, and those concerned read the reason.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from models import deadlines
from models.base import NOT_FOUND, Refused
from models.calendar import add_working_days, day_name, local
from models.granting import GRANTED, in_words, resume, resume_due
from models.hazard_files import Hazard, hazard_to
from models.hazard_steps import THING, take, tell
from models.lifecycle import LIFECYCLE, Act, Severity, Step
from models.outbox import notify
from models.owners import reach
from models.people import Actor, Can, people_with
from models.request_files import EXTEND, KIND_LABELS, RETURN, SHELVE, Request, is_released, open_request, requests_of
from models.rules import Rules, rules_of

__all__ = [
    "CLOCK",
    "EXTEND",
    "KIND_LABELS",
    "RETURN",
    "SHELVE",
    "Request",
    "ask",
    "decline",
    "drop_moot",
    "grant",
    "is_released",
    "latest_until",
    "may_decide",
    "open_request",
    "request_for",
    "requests_of",
    "resume",
    "resume_due",
    "window",
]  # fmt: skip

GRANTS = {EXTEND: Act.EXTENDED, RETURN: Act.RETURNED, SHELVE: Act.SHELVED}
CLOCK = "request"
LONGEST = 500


def ask(
    s: Session,
    who: Actor,
    hazard_id: int,
    kind: str,
    *,
    reason: str,
    until: date | None = None,
    measures: str = "",
    now: datetime,
) -> Request:
    """Ask for more time (`until`), to give the case back, or to shelve it (`until`, with interim `measures`).

    Whoever works on it may, and the owner of the place. It appears in the deciders' digest after one working day.
    """
    hazard, relation = reach(s, who, hazard_id, Act.REQUESTED)
    if not reason.strip() or len(reason) > LONGEST:
        raise Refused(f"请写一句理由，{LONGEST} 个字以内，再提交。")
    days = _checked(s, hazard, kind, until, measures, now)
    drop_moot(s, now=now)
    if open_request(s, hazard_id) is not None:
        raise Refused("这件已经有一个申请在等批复。请等批复以后再提。")
    note = in_words(kind, reason, until, measures)
    take(s, who, hazard, Act.REQUESTED, note=note, relation=relation, now=now)
    request = Request(hazard_id=hazard_id, kind=kind, reason=reason.strip(), measures=measures.strip(), until=until,
                      days=days, by_id=who.id, at=now)  # fmt: skip
    s.add(request)
    s.flush()
    due_at = add_working_days(now, 1, rules_of(s))
    deadlines.start(s, CLOCK, request.id or 0, CLOCK, due_at=due_at, area_path=hazard.area_path,
                    rule="申请 1 个工作日内批复", now=now)  # fmt: skip
    tell(s, who, hazard, _deciders(s, hazard, kind), "request.asked", now=now)
    return request


def grant(s: Session, who: Actor, request_id: int, *, now: datetime) -> Request:
    """Say yes: the case gets its time, goes back to be sent out anew, or is shelved. Never one's own request."""
    request = s.get(Request, request_id)
    if request is None:
        raise Refused(NOT_FOUND)
    act = GRANTS[request.kind]
    hazard = hazard_to(s, who, request.hazard_id, act)
    _refuse_own(who, request)
    if request.until is not None and request.until <= local(now).date():
        raise Refused("申请的日期已经到了，批不了。请点「不批准」，让对方重新申请。")
    if hazard.step not in LIFECYCLE[act].start:
        raise Refused("这件隐患已经办到下一步，这个申请用不上了。请打开它看最新进展。")
    _decide(s, who, request, now, granted=True)
    GRANTED[request.kind](s, who, hazard, request, now)
    notify(s, request.by_id, "request.decided", now=now, hazard=hazard.id)
    return request


def decline(s: Session, who: Actor, request_id: int, reason: str, *, now: datetime) -> Request:
    """Say no, with a reason that whoever asked reads; the case and its clock stay as they are."""
    request = s.get(Request, request_id)
    if request is None:
        raise Refused(NOT_FOUND)
    hazard = hazard_to(s, who, request.hazard_id, Act.DECLINED)
    _refuse_own(who, request)
    if not reason.strip():
        raise Refused("请写明不批准的理由，再提交。")
    _decide(s, who, request, now, granted=False, answer=reason.strip())
    take(s, who, hazard, Act.DECLINED, note=f"{KIND_LABELS[request.kind]}：{reason.strip()}", now=now)
    notify(s, request.by_id, "request.decided", now=now, hazard=hazard.id)
    return request


def drop_moot(s: Session, *, now: datetime) -> int:
    """Close the requests that nobody can grant any more because the case has gone on; return how many."""
    waiting = select(Request, Hazard).join(Hazard, col(Request.hazard_id) == col(Hazard.id))
    rows = s.exec(waiting.where(col(Request.decided_at).is_(None))).all()
    moot = [request for request, hazard in rows if hazard.step not in LIFECYCLE[GRANTS[request.kind]].start]
    for request in moot:
        request.decided_at = now
        deadlines.cancel(s, CLOCK, request.id or 0, now=now)
    s.flush()
    return len(moot)


def request_for(s: Session, who: Actor, request_id: int) -> tuple[Request, Hazard]:
    """Return a request and its case for whoever may decide it or sees the case anyhow."""
    request = s.get(Request, request_id)
    if request is None:
        raise Refused(NOT_FOUND)
    return request, hazard_to(s, who, request.hazard_id, Act.NOTED)


def may_decide(who: Actor, request: Request, hazard: Hazard) -> bool:
    """Say whether the actor may say yes to a request: it is open, not their own, and theirs to decide."""
    is_open = request.decided_at is None and hazard.step in LIFECYCLE[GRANTS[request.kind]].start
    cans = LIFECYCLE[GRANTS[request.kind]].cans
    return is_open and request.by_id != who.id and any(who.reaches(can, hazard.area_path) for can in cans)


def window(s: Session, who: Actor, hazard_id: int, kind: str, *, now: datetime) -> tuple[date, date]:
    """Return the day after which and the last day until which time may be asked for; refuse what nobody could grant."""
    hazard, _ = reach(s, who, hazard_id, Act.REQUESTED)
    return _window(s, hazard, kind, now)


def latest_until(s: Session, hazard: Hazard, kind: str, *, now: datetime) -> date:
    """Return the last day that may be asked for: of an extension within both limits, of a shelf within `shelf_days`."""
    rules = rules_of(s)
    if kind == SHELVE:
        return local(now).date() + timedelta(days=rules.shelf_days)
    left = rules.extend_days_in_all - sum(found.days for found in requests_of(s, hazard.id or 0) if found.granted)
    return _due_on(s, hazard) + timedelta(days=min(rules.extend_days, max(0, left)))


def _checked(s: Session, hazard: Hazard, kind: str, until: date | None, measures: str, now: datetime) -> int:
    """Refuse what cannot be granted; return by how many days an extension moves the deadline."""
    if kind == RETURN:
        return 0
    first, last = _window(s, hazard, kind, now)
    if kind == SHELVE and not measures.strip():
        raise Refused("请写明挂账期间怎么保证安全，比如「每天巡查、停用这条线路」，再提交。")
    if until is None or not first < until <= last:
        after = f"{day_name(first)}之后，最晚 {day_name(last)}"
        raise Refused(f"日期请选在{after}。")
    return (until - _due_on(s, hazard)).days if kind == EXTEND else 0


def _window(s: Session, hazard: Hazard, kind: str, now: datetime) -> tuple[date, date]:
    if hazard.step != Step.RECTIFYING:
        raise Refused(f"核查属实、正在整改的隐患才能申请{KIND_LABELS[kind]}。")
    if kind == SHELVE and hazard.severity == Severity.URGENT:
        raise Refused("紧急隐患不能挂账，危险就在眼前。需要时间的话，请先消除危险，再申请延期。")
    first = local(now).date() if kind == SHELVE else max(local(now).date(), _due_on(s, hazard))
    last = latest_until(s, hazard, kind, now=now)
    if last <= first:
        raise Refused(_used_up(rules_of(s)))
    return first, last


def _used_up(rules: Rules) -> str:
    return f"一件隐患加起来最多延 {rules.extend_days_in_all} 天，已经用完了。实在改不了，可以申请挂账，或请镇领导协调。"


def _due_on(s: Session, hazard: Hazard) -> date:
    clock = deadlines.running(s, THING, hazard.id or 0, "rectify")
    return local(clock.due_at).date() if clock is not None else date.min


def _deciders(s: Session, hazard: Hazard, kind: str) -> list[int]:
    """A village officer decides the small things; shelving is for who may decide, and so is what nobody else can."""
    decide = people_with(s, Can.DECIDE, hazard.area_path)
    return decide if kind == SHELVE else people_with(s, Can.ASSIGN, hazard.area_path) or decide


def _refuse_own(who: Actor, request: Request) -> None:
    if request.by_id == who.id:
        raise Refused("自己提的申请不能自己批。请由另一位同事决定。")


def _decide(s: Session, who: Actor, request: Request, now: datetime, *, granted: bool, answer: str = "") -> None:
    """Note the decision; of two who decide at once, one is refused."""
    decision = {"decided_by": who.id, "decided_at": now, "granted": granted, "answer": answer}
    deciding = update(Request).where(col(Request.id) == request.id, col(Request.decided_at).is_(None))
    if not s.execute(deciding.values(**decision)).rowcount:  # type: ignore[attr-defined]
        raise Refused("这个申请已经有结果了，不用再办。")
    s.refresh(request)
    deadlines.meet(s, CLOCK, request.id or 0, CLOCK, now=now)
