"""Standing in (请假): while somebody is away a colleague holds copies of their roles, marked and for some days only.

Whoever is away keeps their cases by name; the deputy has them in hand and gets the notices. What only the server
console gives (administrator, custodian) is never lent, and what is lent is not lent on.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import Column, ColumnElement, Index, exists, or_, text
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, col, select

from models import audit, outbox
from models.areas import Area
from models.base import NOT_FOUND, Base, Instant, Refused
from models.calendar import local
from models.people import PERMISSIONS, Actor, Can, Grant, Person, Role
from models.rules import ZONE

LONGEST_DAYS = 60
LENT = frozenset({Role.GRID, Role.VILLAGE, Role.STATION, Role.POST, Role.DEPARTMENT, Role.LEADER})
BEGUN, ENDED = "standing.begun", "standing.ended"
_OPEN = text("ended_at IS NULL")


class Absence(Base, table=True):
    """Who is away from the first to the last local day, and who stands in; `begun_at` once the roles are lent."""

    __tablename__ = "absences"
    __table_args__ = (Index("ix_absences_open", "person_id", sqlite_where=_OPEN, postgresql_where=_OPEN),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="people.id")
    deputy_id: int = Field(foreign_key="people.id")
    first_day: date
    last_day: date
    asked_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    begun_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


def absence_of(s: Session, person_id: int) -> Absence | None:
    """Return the absence of somebody that is planned or goes on, or None."""
    return s.exec(select(Absence).where(Absence.person_id == person_id, col(Absence.ended_at).is_(None))).first()


def standing_for(s: Session, person_id: int) -> list[Absence]:
    """Return the absences, planned or going on, in which somebody stands in for others."""
    mine = (Absence.deputy_id == person_id, col(Absence.ended_at).is_(None))
    return list(s.exec(select(Absence).where(*mine).order_by(col(Absence.id))))


def helpers(s: Session, who: Actor) -> list[Person]:
    """Return the colleagues who may stand in: with a role of their own in the same area, and not away themselves.

    The same area is the actor's own, one around it, or for a grid another one of its village. Never a narrower one:
    whoever works in a grid does not get the powers of the town for some days.
    """
    rows = s.exec(
        select(Person, Area.path)
        .join(Grant, col(Grant.person_id) == col(Person.id))
        .join(Area, col(Grant.area_id) == col(Area.id))
        .where(col(Grant.role).in_(_fit_for(who)), col(Grant.ended_at).is_(None))
        .where(col(Grant.standing_for).is_(None), col(Person.id) != who.id, col(Person.reachable), ~_is_away())
        .order_by(col(Area.path).desc(), col(Person.id))
    )
    near = _near(s, lendable(who))
    return list({person.id: person for person, path in rows if path in near}.values())


def _fit_for(who: Actor) -> list[str]:
    """The roles that know the work: whoever goes to look is replaced by somebody who does."""
    needed = Can.VERIFY if lendable(who).may(Can.VERIFY) else Can.SEE_HAZARDS
    return [role.value for role in LENT if needed in PERMISSIONS[role]]


def _near(s: Session, who: Actor) -> set[str]:
    """The paths of the areas that somebody works in, of those around them, and of the grids beside theirs."""
    own = {held.path for held in who.held}
    areas = s.exec(select(Area)).all()
    grids = {area.path.rsplit("/", 2)[0] for area in areas if area.path in own and area.level == "grid"}
    around = {area.path for area in areas if any(path.startswith(area.path) for path in own)}
    return around | {area.path for area in areas if area.level == "grid" and area.path.rsplit("/", 2)[0] in grids}


def _is_away() -> ColumnElement[bool]:
    return exists().where(col(Absence.person_id) == Person.id, col(Absence.ended_at).is_(None))


def be_away(s: Session, who: Actor, deputy_id: int, first: date, last: date, *, now: datetime) -> Absence:
    """「我请假」: from the first to the last day a colleague stands in, and is told; it may begin today."""
    today = local(now).date()
    if not today <= first <= last or (last - first).days >= LONGEST_DAYS:
        raise Refused(f"请假的日子要从今天或以后开始，结束不早于开始，最长 {LONGEST_DAYS} 天。请重新选日子。")
    if absence_of(s, who.id) is not None:
        raise Refused("您已经登记了请假。要改的话，请先点「销假」，再重新登记。")
    if standing_for(s, who.id):
        raise Refused("您正在替同事代班。请先结束代班，或请那位同事换人，再请假。")
    if all(person.id != deputy_id for person in helpers(s, who)):
        raise Refused("这位同事现在不能替您。请从名单中另选一位。")
    absence = Absence(person_id=who.id, deputy_id=deputy_id, first_day=first, last_day=last, asked_at=now)
    s.add(absence)
    s.flush()
    audit.record(s, who.id, "standing_in", f"absence:{absence.id}", now=now)
    _begin(s, absence, now)
    outbox.notify(s, deputy_id, BEGUN, now=now, absence=absence.id)
    return absence


def absence_for(s: Session, who: Actor, absence_id: int) -> Absence:
    """Return an absence that the actor may end; refuse otherwise, in the same words as for one that is over."""
    absence = s.get(Absence, absence_id)
    if absence is None or absence.ended_at is not None or not _may_end(s, who, absence):
        raise Refused(NOT_FOUND)
    return absence


def lendable(who: Actor) -> Actor:
    """Return the actor with only those roles that a deputy gets."""
    return replace(who, held=tuple(held for held in who.held if held.role in LENT and held.standing_for is None))


def end(s: Session, who: Actor, absence_id: int, *, now: datetime) -> Absence:
    """End it early, or call it off: whoever is away, whoever stands in, or who may invite there."""
    absence = absence_for(s, who, absence_id)
    audit.record(s, who.id, "standing_in.ended", f"absence:{absence_id}", now=now)
    _end(s, absence, now, but=who.id)
    return absence


def _may_end(s: Session, who: Actor, absence: Absence) -> bool:
    own = [path for _, path in _own_grants(s, absence.person_id)]
    return who.id in (absence.person_id, absence.deputy_id) or any(who.reaches(Can.INVITE, path) for path in own)


def turn_days(s: Session, *, now: datetime) -> None:
    """Lend the roles of those whose first day has come, and take them back when the last one is over."""
    today = local(now).date()
    due = or_(col(Absence.last_day) < today, (col(Absence.first_day) <= today) & col(Absence.begun_at).is_(None))
    for absence in s.exec(select(Absence).where(col(Absence.ended_at).is_(None), due).order_by(col(Absence.id))).all():
        if absence.last_day < today:
            _end(s, absence, now)
        else:
            _begin(s, absence, now)


def _begin(s: Session, absence: Absence, now: datetime) -> None:
    if absence.first_day > local(now).date():
        return
    absence.begun_at = now
    for grant, _ in _own_grants(s, absence.person_id):
        lent = Grant(person_id=absence.deputy_id, role=grant.role, area_id=grant.area_id, post=grant.post, since=now)
        lent.standing_for, lent.until = absence.person_id, _over(absence)
        s.add(lent)
    s.flush()


def _over(absence: Absence) -> datetime:
    """The first moment after the last day, in the township."""
    return datetime.combine(absence.last_day + timedelta(days=1), time.min, ZONE)


def _end(s: Session, absence: Absence, now: datetime, but: int | None = None) -> None:
    absence.ended_at = now
    for grant in _lent(s, absence.person_id):
        grant.ended_at = now
    s.flush()
    for person_id in (absence.person_id, absence.deputy_id):
        if person_id != but:
            outbox.notify(s, person_id, ENDED, now=now, absence=absence.id)


def mend(s: Session, person_id: int, *, now: datetime) -> None:
    """After roles ended: nobody stands in with roles that the absent one lost, nor without a role of their own."""
    held = {(grant.role, grant.area_id) for grant, _ in _own_grants(s, person_id)}
    for grant in _lent(s, person_id):
        if (grant.role, grant.area_id) not in held:
            grant.ended_at = now
    s.flush()
    absence = absence_of(s, person_id)
    moot = [] if held else [*standing_for(s, person_id), *([absence] if absence else [])]
    for found in moot:
        _end(s, found, now)


def _own_grants(s: Session, person_id: int) -> list[tuple[Grant, str]]:
    """The roles that may be lent, with the paths of their areas; what is lent to somebody is not theirs."""
    rows = s.exec(
        select(Grant, Area.path)
        .join(Area, col(Grant.area_id) == col(Area.id))
        .where(Grant.person_id == person_id, col(Grant.ended_at).is_(None), col(Grant.standing_for).is_(None))
        .where(col(Grant.role).in_([role.value for role in LENT]))
        .order_by(col(Grant.id))
    )
    return list(rows.all())


def _lent(s: Session, person_id: int) -> list[Grant]:
    return list(s.exec(select(Grant).where(Grant.standing_for == person_id, col(Grant.ended_at).is_(None))))


@dataclass(frozen=True, slots=True)
class Deputies:
    """Who stands in for whom at this moment."""

    deputy: dict[int, int]

    def instead(self, ids: Iterable[int], but: Iterable[int] = ()) -> list[int]:
        """Return whom to tell: the deputy in place of who is away, unless the deputy is one of `but`."""
        out = frozenset(but)
        told = (person if self.deputy.get(person, person) in out else self.deputy.get(person, person) for person in ids)
        return list(dict.fromkeys(told))


def deputies(s: Session) -> Deputies:
    """Return who stands in for whom; a deputy who cannot be reached stands in for nobody's notices."""
    deputy = aliased(Person)
    rows = s.exec(
        select(Absence.person_id, Absence.deputy_id)
        .join(deputy, col(Absence.deputy_id) == deputy.id)
        .where(col(Absence.begun_at).is_not(None), col(Absence.ended_at).is_(None), deputy.reachable)
    )
    return Deputies(dict(rows.all()))


def deputy_of(s: Session, person_id: int) -> Person | None:
    """Return who stands in for somebody today, or None when they are there."""
    absence = absence_of(s, person_id)
    return s.get(Person, absence.deputy_id) if absence is not None and absence.begun_at is not None else None
