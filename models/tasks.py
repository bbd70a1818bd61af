"""Duties: the work plan as a list of who does what by when, with evidence (任务清单、打表推进).

A duty is the rule, an instance is one turn of it. Progress is shown per post, never per person.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, UniqueConstraint, col, select

from models import deadlines
from models.areas import Area
from models.base import NOT_FOUND, Base, Instant, Refused
from models.calendar import add_days, local
from models.people import Actor, Can, Grant, people_with, require

MONTHLY, QUARTERLY, YEARLY, ONCE = "monthly", "quarterly", "yearly", "once"
CADENCES = {MONTHLY: "每月", QUARTERLY: "每季度", YEARLY: "每年", ONCE: "一次"}

OPEN, SUBMITTED, DONE, POSTPONED = "open", "submitted", "done", "postponed"
STATES = {OPEN: "待办", SUBMITTED: "已报待核", DONE: "已完成", POSTPONED: "已延期"}
WAITING = (OPEN, POSTPONED)


class Duty(Base, table=True):
    """One line of the task list. `month` counts within the cadence (1..3 in a quarter, 1..12 in a year)."""

    __tablename__ = "duties"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=40)
    clause: str = Field(default="", max_length=40)
    title: str = Field(max_length=120)
    cadence: str = Field(max_length=10)
    year: int | None = None
    month: int = 1
    day: int = 1
    post: str = Field(default="", max_length=40)
    area_id: int = Field(foreign_key="areas.id")
    every_village: bool = False
    evidence: str = Field(default="", max_length=120)
    active: bool = True


class DutyInstance(Base, table=True):
    """One turn of a duty in one area; without an owner the post decides who is reminded, at that moment."""

    __tablename__ = "duty_instances"
    __table_args__ = (UniqueConstraint("duty_id", "period", "area_id"),)

    id: int | None = Field(default=None, primary_key=True)
    duty_id: int = Field(foreign_key="duties.id")
    period: str = Field(max_length=10)
    due_on: date = Field(index=True)
    area_id: int = Field(foreign_key="areas.id")
    area_path: str = Field(index=True, max_length=200)
    owner_id: int | None = Field(default=None, foreign_key="people.id", index=True)
    state: str = Field(default=OPEN, max_length=10)
    evidence_text: str = Field(default="", max_length=2000)
    evidence_media: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    remark: str = Field(default="", max_length=500)
    submitted_by: int | None = Field(default=None, foreign_key="people.id")
    submitted_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    done_by: int | None = Field(default=None, foreign_key="people.id")
    done_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    version: int = 1


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one post is: counts of instances; `late` are those past their day and not submitted."""

    post: str
    total: int
    done: int
    submitted: int
    late: int


def turns(duty: Duty, year: int) -> Iterator[tuple[str, date]]:
    """Yield the periods and days of a duty in a year; a day that a month lacks becomes its last day."""
    if duty.cadence == MONTHLY:
        yield from ((f"{year}-{month:02}", _day(year, month, duty.day)) for month in range(1, 13))
    elif duty.cadence == QUARTERLY:
        yield from ((f"{year}Q{quarter + 1}", _day(year, 3 * quarter + duty.month, duty.day)) for quarter in range(4))
    elif duty.cadence == YEARLY or duty.year == year:
        yield str(year), _day(year, duty.month, duty.day)


def _day(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def make_instances(s: Session, year: int, *, now: datetime) -> int:
    """Create the missing turns of a year with their deadlines; return how many.

    Days already past are left out: a town that starts in November must not begin with ten months of overdue work.
    """
    known = set(s.exec(select(DutyInstance.duty_id, DutyInstance.period, DutyInstance.area_id)).all())
    made, today = 0, local(now).date()
    for duty in s.exec(select(Duty).where(col(Duty.active)).order_by(col(Duty.id))).all():
        for area in _areas_of(s, duty):
            for period, due_on in turns(duty, year):
                if due_on >= today and (duty.id, period, area.id) not in known:
                    _make(s, duty, area, period, due_on, now)
                    made += 1
    return made


def _areas_of(s: Session, duty: Duty) -> list[Area]:
    home = s.get_one(Area, duty.area_id)
    if not duty.every_village:
        return [home]
    inside = col(Area.path).startswith(home.path, autoescape=True)
    return list(s.exec(select(Area).where(Area.level == "village", inside).order_by(col(Area.id))))


def _make(s: Session, duty: Duty, area: Area, period: str, due_on: date, now: datetime) -> None:
    instance = DutyInstance(
        duty_id=duty.id or 0, period=period, due_on=due_on, area_id=area.id or 0, area_path=area.path
    )
    s.add(instance)
    s.flush()
    _start_clock(s, instance, duty.clause, now)


def _start_clock(s: Session, instance: DutyInstance, rule: str, now: datetime) -> None:
    deadlines.start(
        s,
        "duty",
        instance.id or 0,
        "duty",
        due_at=add_days(now, (instance.due_on - local(now).date()).days),
        area_path=instance.area_path,
        owner_id=instance.owner_id,
        rule=rule,
        now=now,
    )


def responsible(s: Session, instance: DutyInstance) -> list[int]:
    """Return who answers for an instance now: its owner, else the nearest at the post, else who assigns work."""
    if instance.owner_id is not None:
        return [instance.owner_id]
    post = s.get_one(Duty, instance.duty_id).post
    held = select(Grant.person_id, Area.path).join(Area, col(Grant.area_id) == col(Area.id))
    rows = s.exec(held.where(Grant.post == post, col(Grant.ended_at).is_(None)).order_by(col(Grant.id))) if post else ()
    covering = [(len(path), person) for person, path in rows if instance.area_path.startswith(path)]
    nearest = max((length for length, _ in covering), default=0)
    at_post = list(dict.fromkeys(person for length, person in covering if length == nearest))
    return at_post or people_with(s, Can.ASSIGN, instance.area_path)


def _mine(who: Actor, duty: Duty, instance: DutyInstance) -> bool:
    if instance.owner_id is not None:
        return instance.owner_id == who.id
    at_post = any(held.post == duty.post and instance.area_path.startswith(held.path) for held in who.held)
    return at_post if duty.post else who.reaches(Can.DO_DUTIES, instance.area_path)


def my_duties(s: Session, who: Actor) -> list[tuple[DutyInstance, Duty]]:
    """Return what waits for the actor, the nearest day first, each with its duty."""
    rows = s.exec(
        select(DutyInstance, Duty)
        .join(Duty, col(DutyInstance.duty_id) == col(Duty.id))
        .where(col(DutyInstance.state).in_(WAITING))
        .order_by(col(DutyInstance.due_on), col(DutyInstance.id))
    )
    return [(instance, duty) for instance, duty in rows if _mine(who, duty, instance)]


def duty_for(s: Session, who: Actor, instance_id: int, can: Can = Can.DO_DUTIES) -> tuple[DutyInstance, Duty]:
    """Return an instance that the actor may do this to, with its duty; doing needs the post, seeing the area."""
    instance = s.get(DutyInstance, instance_id)
    duty = s.get(Duty, instance.duty_id) if instance is not None else None
    if instance is None or duty is None:
        raise Refused(NOT_FOUND)
    if not (_mine(who, duty, instance) if can is Can.DO_DUTIES else who.reaches(can, instance.area_path)):
        raise Refused(NOT_FOUND)
    return instance, duty


def submit(
    s: Session, who: Actor, instance_id: int, *, text: str, media: Iterable[Any] = (), now: datetime
) -> DutyInstance:
    """The one responsible says that it is done and shows it; the clock stops, someone else accepts it."""
    instance, duty = duty_for(s, who, instance_id)
    if instance.state not in WAITING:
        raise Refused("这项任务已经报送过了，不用再报。需要补充材料，请联系镇消防管理岗退回。")
    shown = list(media)
    if not text.strip() and not shown:
        raise Refused(f"请附上完成情况：{duty.evidence or '一句话说明或照片'}。")
    instance.evidence_text, instance.evidence_media = text.strip(), shown
    instance.submitted_by, instance.submitted_at = who.id, now
    _move(s, instance, SUBMITTED)
    deadlines.meet(s, "duty", instance.id or 0, "duty", now=now)
    return instance


def accept(s: Session, who: Actor, instance_id: int, *, now: datetime) -> DutyInstance:
    """Someone other than the sender accepts what was submitted."""
    instance = _submitted_for(s, who, instance_id)
    instance.done_by, instance.done_at = who.id, now
    return _move(s, instance, DONE)


def send_back(s: Session, who: Actor, instance_id: int, *, reason: str, now: datetime) -> DutyInstance:
    """What was submitted is not enough: it waits again, with its old day."""
    instance = _submitted_for(s, who, instance_id)
    instance.remark = _reasoned(reason)
    _start_clock(s, instance, s.get_one(Duty, instance.duty_id).clause, now)
    return _move(s, instance, OPEN)


def postpone(s: Session, who: Actor, instance_id: int, *, until: date, reason: str, now: datetime) -> DutyInstance:
    """Give a turn a later day, with a reason; nobody postpones their own."""
    instance, duty = duty_for(s, who, instance_id, Can.SEE_DUTIES)
    if _mine(who, duty, instance) or instance.state not in WAITING or until <= instance.due_on:
        raise Refused("延期要由上一级办理，只能延未完成的任务，新的日期要晚于原定日期。请核对后再提交。")
    instance.remark, instance.due_on = _reasoned(reason), until
    _start_clock(s, instance, duty.clause, now)
    return _move(s, instance, POSTPONED)


def _submitted_for(s: Session, who: Actor, instance_id: int) -> DutyInstance:
    instance, _ = duty_for(s, who, instance_id, Can.SEE_DUTIES)
    if instance.state != SUBMITTED:
        raise Refused("这项任务还没有报送，或者已经核过了。请刷新清单再看。")
    if instance.submitted_by == who.id:
        raise Refused("报送的人不能自己核验，请换一位同事或领导核验。")
    return instance


def _reasoned(reason: str) -> str:
    if not reason.strip():
        raise Refused("请写明理由，一句话就行。")
    return reason.strip()


def _move(s: Session, instance: DutyInstance, state: str) -> DutyInstance:
    instance.state = state
    instance.version += 1
    s.add(instance)
    return instance


def board(s: Session, who: Actor, *, now: datetime) -> list[Progress]:
    """Return this year's progress per post within the actor's scope, most late first."""
    require(who, Can.SEE_DUTIES)
    today = local(now).date()
    rows = s.exec(
        select(col(Duty.post), col(DutyInstance.area_path), col(DutyInstance.state), col(DutyInstance.due_on))
        .join(Duty, col(DutyInstance.duty_id) == col(Duty.id))
        .where(col(DutyInstance.due_on).between(date(today.year, 1, 1), date(today.year, 12, 31)))
    )
    by_post: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for post, path, state, due_on in rows:
        if who.reaches(Can.SEE_DUTIES, path):
            by_post[post].append((state, state in WAITING and due_on < today))
    counted = [_progress(post, turns_) for post, turns_ in by_post.items()]
    return sorted(counted, key=lambda progress: (-progress.late, progress.post))


def _progress(post: str, found: list[tuple[str, bool]]) -> Progress:
    states = [state for state, _ in found]
    return Progress(post, len(found), states.count(DONE), states.count(SUBMITTED), sum(late for _, late in found))
