"""Reminders: one digest per person per working day, made when it is sent, so that what is done stays silent.

Before the day, on the day, then on every working day until it is done; what is late too long reaches the fire post and
the leader. Clocks of hours do not wait for the morning: who is in charge hears at once, many cases in one message.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from models import deadlines
from models.calendar import is_quiet, is_working_day, local, working_days_between
from models.clock_things import Staff, names_of, responsible
from models.conflicts import excluded, kept_out
from models.deadlines import URGENT, WALL, Deadline
from models.enterprises import Problem, kept_out_of
from models.hazards import Hazard
from models.outbox import Lane, Outgoing, notify
from models.people import Can, Role
from models.places import Place
from models.request_files import Request
from models.rules import ZONE, Rules, rules_of

POST_AFTER_DAYS = 1
LEADER_AFTER_DAYS = 3
LEADER_AFTER = timedelta(hours=2)
AT_MOST_EVERY = timedelta(hours=1)
DAY = timedelta(days=1)
OVERDUE = "hazard.overdue"
# What runs out at many places for a long time: once late it is told at the beginning of a week, and never higher up.
PATIENT = frozenset({"upkeep", "gone"})


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One thing that is due: its number or name, its clock, whole local days left (negative: late)."""

    thing: str
    thing_id: int
    name: str
    clock: str
    due_at: datetime
    days_left: int
    escalated: bool


@dataclass(frozen=True, slots=True)
class Digest:
    """What one person is told on one local day, the most urgent first."""

    person_id: int
    day: date
    lines: tuple[DigestLine, ...]


def due_digests(s: Session, *, now: datetime) -> list[Digest]:
    """Return the digests of this moment's day: none on days off, before `digest_at`, after work or in quiet hours."""
    if not _is_time(now, rules_of(s)):
        return []
    day = local(now).date()
    return [Digest(person_id, day, tuple(lines)) for person_id, lines in sorted(_by_person(s, day, now).items())]


def queue_digests(s: Session, *, now: datetime) -> int:
    """Queue one digest per person and day; return how many are new. Safe to repeat and to run in every replica."""
    queued = 0
    for digest in due_digests(s, now=now):
        day = digest.day.isoformat()
        key = f"digest|{digest.person_id}|{day}"
        queued += notify(s, digest.person_id, "digest", now=now, lane=Lane.REMINDER, key=key, date=day)
    s.flush()
    return queued


def queue_overdue(s: Session, *, now: datetime) -> int:
    """Tell at once that clocks of hours have run out, on any day; return how many messages are queued.

    One message to a person tells of all of them. What is urgent rings at any hour, reaches the fire post together with
    whoever has the case, and the leader two hours later; the rest waits for the end of the quiet hours and comes at
    most once an hour. Safe in every replica: who tells of a clock has marked it first.
    """
    staff, holds = Staff(s), is_quiet(now, rules_of(s)) or _told_lately(s, now)
    lanes: dict[Lane, dict[int, list[int]]] = {Lane.URGENT: defaultdict(list), Lane.NOTICE: defaultdict(list)}
    for found in deadlines.open_deadlines(s, due_after=now - DAY, due_before=now):
        is_urgent = found.counts == URGENT
        if not is_of_hours(found) or (holds and not is_urgent):
            continue
        to = _told_at_once(s, found, staff, now)
        if to and _claim(s, found, now):
            for person_id in to:
                lanes[Lane.URGENT if is_urgent else Lane.NOTICE][person_id].append(found.id or 0)
    for lane, told in lanes.items():
        for person_id, clocks in sorted(told.items()):
            notify(s, person_id, OVERDUE, now=now, lane=lane, clocks=clocks)
    s.flush()
    return sum(len(told) for told in lanes.values())


def is_of_hours(found: Deadline) -> bool:
    """Say whether a clock runs out within hours, so that the morning's digest would come too late."""
    of_hours = found.clock == "dispatch" or (found.clock == "verify" and found.counts == WALL)
    return found.thing == "hazard" and (of_hours or found.counts == URGENT)


def _told_lately(s: Session, now: datetime) -> bool:
    lately = (col(Outgoing.what) == OVERDUE, col(Outgoing.lane) == Lane.NOTICE)
    found = select(Outgoing.id).where(*lately, col(Outgoing.created_at) > now - AT_MOST_EVERY)
    return s.exec(found).first() is not None


def _told_at_once(s: Session, found: Deadline, staff: Staff, now: datetime) -> list[int]:
    """Who hears now: those in charge the first time, the leader later when it is urgent and still not done."""
    path, to = found.area_path, list[int]()
    if found.told_at is None:
        to += _in_charge(s, found, staff)
        to += staff.holding(Role.POST, path) if found.counts == URGENT else []
    leaders_at = found.due_at + LEADER_AFTER
    if found.counts == URGENT and (found.told_at or found.due_at) < leaders_at <= now:
        to += staff.holding(Role.LEADER, path)
    out = _kept_out(s, found)
    return [person_id for person_id in dict.fromkeys(to) if person_id not in out]


def _claim(s: Session, found: Deadline, now: datetime) -> bool:
    """Mark a clock as told; False when another process was faster."""
    same = col(Deadline.told_at).is_(None) if found.told_at is None else col(Deadline.told_at) == found.told_at
    row = update(Deadline).where(col(Deadline.id) == found.id, same).values(told_at=now)
    done: CursorResult[Any] = s.execute(row.execution_options(synchronize_session="fetch"))  # type: ignore[assignment]
    return done.rowcount == 1


def digest_for(s: Session, person_id: int, day: date, now: datetime) -> list[DigestLine]:
    """Return what this person has to be told about this day as things stand now; empty means: stay silent."""
    return _by_person(s, day, now).get(person_id, [])


def _is_time(now: datetime, rules: Rules) -> bool:
    here = local(now)
    at_work = rules.digest_at <= here.time() < rules.afternoon[1]
    return at_work and is_working_day(here.date()) and not is_quiet(now, rules)


def _by_person(s: Session, day: date, now: datetime) -> dict[int, list[DigestLine]]:
    due = list(_due(s, day, rules_of(s)))
    names, staff = names_of(s, due), Staff(s)
    out = kept_out(s, (deadline.thing_id for deadline in due if deadline.thing == "hazard"))
    found: dict[int, list[DigestLine]] = defaultdict(list)
    for deadline in due:
        barred = out.get(deadline.thing_id, frozenset()) if deadline.thing == "hazard" else frozenset()
        for person_id, escalated in _recipients(s, deadline, staff, now).items():
            if person_id in barred:
                continue
            found[person_id].append(_line(deadline, names, day, escalated))
    return found


def _due(s: Session, day: date, rules: Rules) -> Iterator[Deadline]:
    """Open deadlines that this day speaks of, what can wait last. What started only today was told when it started."""
    horizon = _next_working_day(day) + timedelta(days=max(rules.remind_before_days, default=0) + 1)
    found = deadlines.open_deadlines(s, due_before=datetime.combine(horizon, time.min, ZONE))
    for deadline in sorted(found, key=lambda each: each.clock in PATIENT):
        due_on, patient = local(deadline.due_at).date(), deadline.clock in PATIENT
        if local(deadline.started_at).date() < day and _is_due_on(due_on, day, rules, patient=patient):
            yield deadline


def _is_due_on(due_on: date, day: date, rules: Rules, *, patient: bool = False) -> bool:
    """Thresholds that fall on days off are told on the working day before them; late things every day.

    What can wait is told late only on the first working day of a week.
    """
    if due_on < day:
        return not patient or not any(map(is_working_day, _week_before(day)))
    until = _next_working_day(day)
    return any(day <= due_on - timedelta(days=before) < until for before in rules.remind_before_days)


def _week_before(day: date) -> Iterator[date]:
    return (day - back * DAY for back in range(1, day.weekday() + 1))


def _next_working_day(day: date) -> date:
    day += DAY
    while not is_working_day(day):
        day += DAY
    return day


def _recipients(s: Session, deadline: Deadline, staff: Staff, now: datetime) -> dict[int, bool]:
    """Who is told, and whether it reaches them as an escalation; the responsible first, so they never count as such.

    Working days count: what ran out before a holiday reaches nobody higher up for that, and what can wait never does.
    """
    path = deadline.area_path
    late = working_days_between(local(deadline.due_at).date(), local(now).date())
    late = 0 if deadline.clock in PATIENT else late
    told = dict.fromkeys(_in_charge(s, deadline, staff), False)
    above = staff.holding(Role.POST, path) if late >= POST_AFTER_DAYS else []
    above += staff.holding(Role.LEADER, path) if late >= LEADER_AFTER_DAYS else []
    out = _kept_out(s, deadline)
    escalated = dict.fromkeys(staff.deputies.instead(above, but=out), True)
    return {who: is_escalated for who, is_escalated in (escalated | told).items() if who not in out}


def _in_charge(s: Session, deadline: Deadline, staff: Staff) -> list[int]:
    """Who has to act on a deadline; those who assign when nobody of them serves any more."""
    # Who left the service hears of no case any more, even when it still bears their name.
    needed = Can.SEE_HAZARDS if deadline.thing in ("hazard", "request") else None
    out = _kept_out(s, deadline)
    serving = [who for who in responsible(s, deadline, staff) if staff.may(who, needed) and who not in out]
    return staff.deputies.instead(serving or staff.nearest(Can.ASSIGN, deadline.area_path), but=out)


def _kept_out(s: Session, deadline: Deadline) -> frozenset[int]:
    if deadline.thing == "request":
        return excluded(s, s.get_one(Hazard, s.get_one(Request, deadline.thing_id).hazard_id))
    if deadline.thing == "measure":
        place_id = s.get_one(Problem, deadline.thing_id).place_id
        return frozenset(kept_out_of(s, s.get_one(Place, place_id)))
    return excluded(s, s.get_one(Hazard, deadline.thing_id)) if deadline.thing == "hazard" else frozenset()


def _line(deadline: Deadline, names: dict[tuple[str, int], str], day: date, escalated: bool) -> DigestLine:
    thing = (deadline.thing, deadline.thing_id)
    days_left = (local(deadline.due_at).date() - day).days
    return DigestLine(*thing, names.get(thing, ""), deadline.clock, deadline.due_at, days_left, escalated)
