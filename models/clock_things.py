"""Things that clocks run on - cases, places, duties, requests, what runs out: how they are called, who has to act."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from sqlmodel import Session, col, select

from models import tasks
from models.areas import Area
from models.deadlines import Deadline
from models.enterprises import Problem, fixer_of
from models.hazards import Hazard
from models.people import PERMISSIONS, Can, Grant, Person, Role
from models.places import Place
from models.request_files import KIND_LABELS, SHELVE, Request
from models.standing_in import deputies
from models.tasks import Duty, DutyInstance

Names = Iterable[tuple[int | None, str]]


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
        self.deputies = deputies(s)

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


# Whose work a clock is that nobody has of their own.
_ACTING = {
    "recheck": Can.RECHECK, "sample": Can.RECHECK, "referral": Can.REFER, "patrol": Can.PATROL, "upkeep": Can.PATROL,
    "gone": Can.PATROL,
}  # fmt: skip


def responsible(s: Session, deadline: Deadline, staff: Staff) -> Iterable[int]:
    """Return who has to act on a deadline by themselves or by their role; nobody when nobody serves there."""
    if deadline.owner_id is not None:
        return [deadline.owner_id]
    if deadline.thing == "duty":
        return tasks.responsible(s, s.get_one(DutyInstance, deadline.thing_id))
    if deadline.thing == "request":
        request = s.get_one(Request, deadline.thing_id)
        decides = Can.DECIDE if request.kind == SHELVE else Can.ASSIGN
        return staff.nearest(decides, deadline.area_path, but=request.by_id)
    if deadline.thing == "measure":
        fixer = fixer_of(s, s.get_one(Problem, deadline.thing_id))
        return staff.nearest(Can.SUPERVISE, deadline.area_path, but=fixer)
    can = _ACTING.get(deadline.clock, Can.ASSIGN)
    fixer_id = s.get_one(Hazard, deadline.thing_id).fixer_id if can is Can.RECHECK else None
    return staff.nearest(can, deadline.area_path, but=fixer_id)


def names_of(s: Session, due: Iterable[Deadline]) -> dict[tuple[str, int], str]:
    """Return the names of what these clocks run on, by (thing, id): number, name or title."""
    ids: dict[str, set[int]] = defaultdict(set)
    for deadline in due:
        ids[deadline.thing].add(deadline.thing_id)
    return {(thing, key or 0): name for thing, keys in ids.items() for key, name in _NAMES[thing](s, keys)}


def _cases(s: Session, ids: set[int]) -> Names:
    return s.exec(select(col(Hazard.id), col(Hazard.number)).where(col(Hazard.id).in_(ids)))


def _places(s: Session, ids: set[int]) -> Names:
    return s.exec(select(col(Place.id), col(Place.name)).where(col(Place.id).in_(ids)))


def _duties(s: Session, ids: set[int]) -> Names:
    titles = select(col(DutyInstance.id), col(Duty.title)).join(Duty, col(DutyInstance.duty_id) == col(Duty.id))
    return s.exec(titles.where(col(DutyInstance.id).in_(ids)))


def _requests(s: Session, ids: set[int]) -> Names:
    asked = select(Request, col(Hazard.number)).join(Hazard, col(Hazard.id) == col(Request.hazard_id))
    found = s.exec(asked.where(col(Request.id).in_(ids)))
    return [(request.id or 0, f"{number} {KIND_LABELS[request.kind]}申请") for request, number in found]


def _measures(s: Session, ids: set[int]) -> Names:
    listed = select(Problem, col(Place.name)).join(Place, col(Place.id) == col(Problem.place_id))
    found = s.exec(listed.where(col(Problem.id).in_(ids)))
    return [(problem.id or 0, f"{name}第{problem.number}项") for problem, name in found]


_NAMES: dict[str, Callable[[Session, set[int]], Names]] = {
    "hazard": _cases, "patrol": _places, "upkeep": _places, "duty": _duties, "request": _requests,
    "measure": _measures,
}  # fmt: skip
