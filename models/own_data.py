"""Own data: what the township keeps about a person, and how that person takes it along, mends it or erases it.

After PIPL 44 to 50. What duty demands stays, without anything that leads to the person: a case keeps its number, kind,
dates and results.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from models import audit, complaints, drafts, erasure, inbox, keyboards, learning, outbox, reveals, trainings, vault
from models.areas import Area
from models.audiences import topics_muted
from models.base import Refused
from models.complaints import Complaint
from models.drafts import Draft
from models.followers import Follower
from models.hazard_files import Hazard, HazardStep, evidence, is_concealed, mine
from models.learning import Asked
from models.lifecycle import ENDS, Relation, Step
from models.people import Actor, Person
from models.places import Place
from models.reveals import Reveal
from models.trainings import Attendance

GONE = "已注销"
NAME_LIMIT = 80


@dataclass(frozen=True, slots=True)
class OwnData:
    """Everything that leads to one person. Reports with only a receipt are not among it: nothing leads there."""

    name: str
    area: str
    muted: tuple[str, ...]
    roles: str
    reports: tuple[Hazard, ...]
    followed: int
    drafts: int
    asked: int
    right: int
    trainings: int
    complaints: Sequence[Complaint]
    reveals: tuple[tuple[Hazard, Reveal], ...]


def collect(s: Session, who: Actor) -> OwnData:
    """Return what is kept about the actor, for the actor alone."""
    person = s.get_one(Person, who.id)
    area = s.get(Area, person.area_id) if person.area_id is not None else None
    reports = mine(s, who)
    right = func.count().filter(col(Asked.is_right).is_(True))
    asked = s.exec(select(func.count(), right).where(Asked.person_id == who.id)).one()
    return OwnData(
        name=person.name, area=area.name if area else "", muted=tuple(sorted(topics_muted(person))), roles=who.titles,
        reports=tuple(reports), followed=len(_followed(s, vault.aliases_of(s, who.id))),
        drafts=s.exec(select(func.count()).where(Draft.person_id == who.id)).one(), asked=asked[0], right=asked[1],
        trainings=s.exec(select(func.count()).where(Attendance.person_id == who.id)).one(),
        complaints=complaints.of_person(s, who),
        reveals=tuple((hazard, row) for hazard in reports for row in reveals.of_case(s, hazard)),
    )  # fmt: skip


def media_of(s: Session, hazard: Hazard) -> int:
    """Return how many pictures, films and voices on an own report came from its reporter."""
    steps = select(HazardStep.id).where(HazardStep.hazard_id == hazard.id, HazardStep.by == Relation.REPORTER.value)
    own = set(s.exec(steps))
    return sum(shown.step_id in own for shown in evidence(s, hazard))


def rename(s: Session, who: Actor, name: str, *, now: datetime) -> Person:
    """The actor is called otherwise (PIPL 46)."""
    if not name.strip():
        raise Refused("请写一个称呼，比如：王婆婆。")
    if len(name.strip()) > NAME_LIMIT:
        raise Refused(f"称呼请控制在 {NAME_LIMIT} 个字以内。")
    person = s.get_one(Person, who.id)
    person.name = name.strip()
    audit.record(s, who.id, "own_data.renamed", f"person:{who.id}", now=now)
    return person


def open_reports(s: Session, who: Actor) -> list[Hazard]:
    """Return the actor's reports that still go on: after an erasure no news of them can reach anybody."""
    return [hazard for hazard in mine(s, who) if Step(hazard.step) not in ENDS]


def refuse_bound(s: Session, who: Actor) -> None:
    """Refuse while the actor holds a role or answers for a place: their acts are the township's records."""
    if who.held or s.exec(select(Place.id).where(Place.owner_id == who.id)).first() is not None:
        raise Refused("您还有工作身份（或负责的场所），暂时不能删除。请先联系镇消防管理岗结束身份，再来删除。")


def erase(s: Session, who: Actor, *, now: datetime) -> None:
    """Shred who the actor was, and everything of theirs that no duty demands (PIPL 47).

    Ended concealed cases lose the reporter's own words and pictures at once, open ones when they end (`retention`).
    """
    refuse_bound(s, who)
    person = s.get_one(Person, who.id)
    aliases = vault.aliases_of(s, who.id)
    for hazard in mine(s, who):
        hazard.reporter_alias = None
        if Step(hazard.step) in ENDS and is_concealed(hazard):
            erasure.erase_own(s, hazard, now=now)
    for row in complaints.of_person(s, who):
        row.alias, row.words, row.outcome, row.erased = None, "", "", True
    for follower in _followed(s, aliases):
        s.delete(follower)
    s.flush()
    for alias in aliases:
        vault.destroy(s, alias)
    drafts.erase(s, who.id)
    keyboards.erase(s, who.id)
    outbox.erase(s, who.id, aliases, person.telegram_id)
    inbox.erase(s, person.telegram_id)
    learning.erase(s, who.id)
    trainings.erase(s, who.id)
    person.name, person.telegram_id, person.area_id = GONE, -who.id, None
    person.muted, person.reachable, person.large_text = "", False, False
    audit.record(s, None, "own_data.erased", f"person:{who.id}", now=now)
    erasure.mark(s)
    s.flush()


def _followed(s: Session, aliases: list[str]) -> Sequence[Follower]:
    return s.exec(select(Follower).where(col(Follower.alias).in_(aliases))).all()
