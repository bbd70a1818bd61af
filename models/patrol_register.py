"""The register of patrols: every visit of a span within somebody's board, one by one and never added up for people."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models import audit
from models.conflicts import is_open_to
from models.patrol_counts import PATROLS, View, scope
from models.patrols import Patrol, PatrolItem
from models.people import Actor, Person
from models.places import Place

MOST = 5000


@dataclass(frozen=True, slots=True)
class Visit:
    """A patrol with the names of its place and of who made it, the exceptions that the reader may see, its cases."""

    patrol: Patrol
    place: str
    by: str
    items: Sequence[PatrolItem]

    @property
    def cases(self) -> int:
        """How many cases it opened, of those that the reader may see."""
        return sum(item.hazard_id is not None for item in self.items)


def ask(s: Session, who: Actor, view: View, at: datetime, *, now: datetime) -> int:
    """Return how many patrols the register of a view as of `at` has; that somebody asks for it is on file."""
    within = scope(s, who, view, now=at)
    found: int = s.exec(select(func.count()).select_from(PATROLS).where(*within.made)).one()
    if found:
        audit.record(s, who.id, "patrols.exported", f"patrols:{found}", now=now)
    return found


def visits(s: Session, who: Actor, view: View, *, now: datetime) -> list[Visit]:
    """Return the latest patrols of a view, at most `MOST`, in the order of the visits. Raises Refused."""
    within = scope(s, who, view, now=now)
    rows = select(Patrol, Place.name, Person.name).join(Place, col(Place.id) == col(Patrol.place_id))
    rows = rows.join(Person, col(Person.id) == col(Patrol.who_id)).where(*within.made)
    latest = rows.order_by(col(Patrol.claimed_at).desc(), col(Patrol.id).desc()).limit(MOST)
    found = s.exec(latest).all()[::-1]
    items: dict[int, list[PatrolItem]] = defaultdict(list)
    of_view = select(PatrolItem).join(Patrol, col(Patrol.id) == col(PatrolItem.patrol_id)).where(*within.made)
    shown = is_open_to(who.id, col(PatrolItem.hazard_id), col(Patrol.place_id))
    for item in s.exec(of_view.where(shown).order_by(col(PatrolItem.id))):
        items[item.patrol_id].append(item)
    return [Visit(patrol, place, by, items[patrol.id or 0]) for patrol, place, by in found]
