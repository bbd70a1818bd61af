"""Reminders: one digest per person per working day, made when it is sent, so that what is done stays silent.

Before the day, on the day, then daily until it is done; what is late too long reaches the fire post and the leader.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, select

from models import deadlines, tasks
from models.areas import Area
from models.calendar import after_quiet, is_quiet, is_working_day, local
from models.conflicts import excluded, kept_out
from models.deadlines import Deadline
from models.hazards import Hazard
from models.lifecycle import Severity
from models.outbox import Lane, Outgoing, notify
from models.people import PERMISSIONS, Can, Grant, Person, Role, people_with
from models.places import Place
from models.rules import ZONE, Rules, rules_of
from models.tasks import Duty, DutyInstance

POST_AFTER = timedelta(days=1)
LEADER_AFTER = timedelta(days=3)
DAY = timedelta(days=1)


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


class Staff:
    """Who holds which role where at this moment; one query for the whole township."""

    def __init__(self, s: Session) -> None:
        rows = s.exec(
            select(Grant.person_id, Grant.role, Area.path)
            .join(Area, col(Grant.area_id) == col(Area.id))
            .join(Person, col(Grant.person_id) == col(Person.id))
            .where(col(Grant.ended_at).is_(None), col(Person.reachable))
            .order_by(col(Grant.id))
        )
        self._held = [(person, Role(role), path) for person, role, path in rows]

    def may(self, who: int, can: Can | None = None) -> bool:
        """Say whether somebody has a role, or one that allows this."""
        return any(who == person and (can is None or can in PERMISSIONS[role]) for person, role, _ in self._held)

    def nearest(self, can: Can, path: str, but: int | None = None) -> list[int]:
        """Return the people of the smallest area around this path whose role allows this, all `but` one person."""
        allowed = ((who, at) for who, role, at in self._held if can in PERMISSIONS[role] and who != but)
        fitting = [(len(at), who) for who, at in allowed if path.startswith(at)]
        closest = max((length for length, _ in fitting), default=0)
        return [who for length, who in fitting if length == closest]

    def holding(self, role: Role, path: str) -> list[int]:
        """Return the people with this role in an area around this path."""
        return [who for who, held, at in self._held if held is role and path.startswith(at)]


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
    """Tell once, at its time and on any day, that a first look within hours is late; return how many are told.

    These clocks run out before a digest may come. Night waits for the morning unless the danger is urgent.
    """
    late = deadlines.open_deadlines(s, due_after=now - DAY, due_before=now, clock="verify")
    return sum(_tell_overdue(s, deadline, now) for deadline in late)


def _tell_overdue(s: Session, deadline: Deadline, now: datetime) -> int:
    hazard, key = s.get_one(Hazard, deadline.thing_id), f"overdue|{deadline.id}|"
    is_urgent = hazard.severity == Severity.URGENT
    told = select(Outgoing.id).where(col(Outgoing.key).startswith(key, autoescape=True))
    if not (is_urgent or hazard.evacuation) or s.exec(told).first() is not None:
        return 0
    owners = [deadline.owner_id] if deadline.owner_id and Staff(s).may(deadline.owner_id, Can.SEE_HAZARDS) else []
    out = excluded(s, hazard)
    to = [who for who in owners or people_with(s, Can.ASSIGN, deadline.area_path) if who not in out]
    lane, when = (Lane.URGENT, now) if is_urgent else (Lane.NOTICE, after_quiet(now, rules_of(s)))
    for person_id in to:
        notify(s, person_id, "hazard.overdue", now=now, lane=lane, key=f"{key}{person_id}", not_before=when,
               hazard=hazard.id)  # fmt: skip
    return len(to)


def digest_for(s: Session, person_id: int, day: date, now: datetime) -> list[DigestLine]:
    """Return what this person has to be told about this day as things stand now; empty means: stay silent."""
    return _by_person(s, day, now).get(person_id, [])


def _is_time(now: datetime, rules: Rules) -> bool:
    here = local(now)
    at_work = rules.digest_at <= here.time() < rules.afternoon[1]
    return at_work and is_working_day(here.date()) and not is_quiet(now, rules)


def _by_person(s: Session, day: date, now: datetime) -> dict[int, list[DigestLine]]:
    due = list(_due(s, day, rules_of(s)))
    names, staff = _names(s, due), Staff(s)
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
    """Open deadlines that this day speaks of. What started only today was told when it started."""
    horizon = _next_working_day(day) + timedelta(days=max(rules.remind_before_days, default=0) + 1)
    for deadline in deadlines.open_deadlines(s, due_before=datetime.combine(horizon, time.min, ZONE)):
        if local(deadline.started_at).date() < day and _is_due_on(local(deadline.due_at).date(), day, rules):
            yield deadline


def _is_due_on(due_on: date, day: date, rules: Rules) -> bool:
    """Thresholds that fall on days off are told on the working day before them; late things every day."""
    if due_on < day:
        return True
    until = _next_working_day(day)
    return any(day <= due_on - timedelta(days=before) < until for before in rules.remind_before_days)


def _next_working_day(day: date) -> date:
    day += DAY
    while not is_working_day(day):
        day += DAY
    return day


def _recipients(s: Session, deadline: Deadline, staff: Staff, now: datetime) -> dict[int, bool]:
    """Who is told, and whether it reaches them as an escalation; the responsible first, so they never count as such."""
    path, late = deadline.area_path, now - deadline.due_at
    # Who left the service hears of no case any more, even when it still bears their name.
    needed = Can.SEE_HAZARDS if deadline.thing == "hazard" else None
    responsible = [who for who in _responsible(s, deadline, staff) if staff.may(who, needed)]
    told = dict.fromkeys(responsible or staff.nearest(Can.ASSIGN, path), False)
    above = staff.holding(Role.POST, path) if late >= POST_AFTER else []
    above += staff.holding(Role.LEADER, path) if late >= LEADER_AFTER else []
    return dict.fromkeys(above, True) | told


def _responsible(s: Session, deadline: Deadline, staff: Staff) -> Iterable[int]:
    if deadline.owner_id is not None:
        return [deadline.owner_id]
    if deadline.thing == "duty":
        return tasks.responsible(s, s.get_one(DutyInstance, deadline.thing_id))
    if deadline.clock == "recheck":
        fixer_id = s.get_one(Hazard, deadline.thing_id).fixer_id
        return staff.nearest(Can.RECHECK, deadline.area_path, but=fixer_id)
    return staff.nearest(Can.PATROL if deadline.thing == "patrol" else Can.ASSIGN, deadline.area_path)


def _line(deadline: Deadline, names: dict[tuple[str, int], str], day: date, escalated: bool) -> DigestLine:
    thing = (deadline.thing, deadline.thing_id)
    days_left = (local(deadline.due_at).date() - day).days
    return DigestLine(*thing, names.get(thing, ""), deadline.clock, deadline.due_at, days_left, escalated)


def _names(s: Session, due: Iterable[Deadline]) -> dict[tuple[str, int], str]:
    """Numbers of hazards, names of places, titles of duties, for all lines at once."""
    ids: dict[str, set[int]] = defaultdict(set)
    for deadline in due:
        ids[deadline.thing].add(deadline.thing_id)
    hazards = select(col(Hazard.id), col(Hazard.number)).where(col(Hazard.id).in_(ids["hazard"]))
    places = select(col(Place.id), col(Place.name)).where(col(Place.id).in_(ids["patrol"]))
    duties = select(col(DutyInstance.id), col(Duty.title)).join(Duty, col(DutyInstance.duty_id) == col(Duty.id))
    found = {("hazard", key or 0): name for key, name in s.exec(hazards)}
    found |= {("patrol", key or 0): name for key, name in s.exec(places)}
    titles = s.exec(duties.where(col(DutyInstance.id).in_(ids["duty"])))
    return found | {("duty", key or 0): title for key, title in titles}
