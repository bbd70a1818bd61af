"""Audiences: who a broadcast is for - an area, roles, kinds of places, topics not muted - and how many that are."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_
from sqlmodel import Session, col, select

from models.areas import Area, below
from models.base import Refused
from models.chats import Chat
from models.homes import towns
from models.people import Actor, Grant, Person
from models.places import OPEN, Place

TIPS = "tips"


@dataclass(frozen=True, slots=True)
class Segment:
    """Who it is for. `roles` and `sites` empty mean everybody; `sites` are kinds of places whose owners are meant.

    `people`: private messages; `chats`: the groups and channels of the area that are switched on.
    """

    path: str = "/"
    roles: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    people: bool = True
    chats: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept with a broadcast."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Segment":
        """Return the segment of a kept broadcast."""
        return cls(str(kept.get("path", "/")), tuple(kept.get("roles", ())), tuple(kept.get("sites", ())),
                   bool(kept.get("people", True)), bool(kept.get("chats", False)))  # fmt: skip


def reach(one: str, other: str) -> bool:
    """Say whether two areas share somebody: one lies in the other."""
    return one.startswith(other) or other.startswith(one)


def everywhere(s: Session) -> str:
    """Return the path of the area that all others lie in; "/" where there is no such area."""
    paths = s.exec(select(Area.path)).all()
    top = min(paths, key=len, default="/")
    return top if all(path.startswith(top) for path in paths) else "/"


def count(s: Session, to: Segment, topic: str) -> tuple[int, int]:
    """Return how many people and how many groups and channels would get it now."""
    people = s.exec(select(func.count()).select_from(_wanted(s, to, topic).subquery())).one() if to.people else 0
    return people, len(chats_of(s, to))


def people_after(s: Session, to: Segment, topic: str, cursor: int, limit: int) -> Sequence[int]:
    """Return the next people of a segment after one of them, by number."""
    if not to.people:
        return []
    query = _wanted(s, to, topic).where(col(Person.id) > cursor).order_by(col(Person.id)).limit(limit)
    return [row[0] for row in s.execute(query)]


def chats_of(s: Session, to: Segment) -> list[Chat]:
    """Return the groups and channels of a segment: those of its area; a village's tip is not for the town's channel."""
    if not to.chats:
        return []
    there = col(Area.path).like(below(to.path), escape="\\")
    query = select(Chat).join(Area, col(Area.id) == col(Chat.area_id)).order_by(col(Chat.id))
    return list(s.exec(query.where(there, col(Chat.is_on), col(Chat.is_member))))


def _wanted(s: Session, to: Segment, topic: str) -> Select[Any]:
    """People who can be reached, want the topic, and own places, serve or live where it is meant for.

    Of whom nobody knows where they live gets what is for a whole town, not what is for one village.
    """
    query = select(Person.id).where(col(Person.reachable), *_wanting(TIPS, *([topic] if topic else [])))
    if to.sites:
        return query.where(_owning(to))
    if to.roles:
        return query.where(_serving(to))
    if to.path == "/":
        return query
    lives: ColumnElement[bool] = col(Area.path).like(below(to.path), escape="\\")
    if any(town.path.startswith(to.path) for town in towns(s)):
        lives = or_(lives, col(Person.area_id).is_(None))
    return query.outerjoin(Area, col(Area.id) == col(Person.area_id)).where(or_(lives, _serving(to)))


def _wanting(*topics: str) -> list[Any]:
    padded = "," + col(Person.muted) + ","
    return [~padded.contains(f",{topic},", autoescape=True) for topic in topics]


def _serving(to: Segment) -> Any:
    area = select(Area.id).where(col(Area.id) == Grant.area_id, col(Area.path).like(below(to.path), escape="\\"))
    held = [col(Grant.person_id) == Person.id, col(Grant.ended_at).is_(None), area.exists()]
    return exists().where(*held, *([col(Grant.role).in_(to.roles)] if to.roles else []))


def _owning(to: Segment) -> Any:
    there = col(Place.area_path).like(below(to.path), escape="\\")
    going = col(Place.status) == OPEN
    return exists().where(col(Place.owner_id) == Person.id, col(Place.kind).in_(to.sites), there, going)


def topics_muted(person: Person) -> set[str]:
    """Return the topics that a person does not want; `tips` stands for all of them."""
    return {topic for topic in person.muted.split(",") if topic}


def mute(s: Session, who: Actor, topic: str) -> Person:
    """The actor wants no more of a topic (`tips`: of no topic)."""
    return _keep_muted(s, who, topic, muted=True)


def unmute(s: Session, who: Actor, topic: str) -> Person:
    """The actor wants a topic again."""
    return _keep_muted(s, who, topic, muted=False)


def live_in(s: Session, who: Actor, area_id: int | None) -> Person:
    """The actor says in which village they live, or (None) that they would rather not say."""
    area = s.get(Area, area_id) if area_id is not None else None
    if area_id is not None and (area is None or area.level != "village"):
        raise Refused("没有这个村（社区）。请从列出的里面选一个。")
    person = s.get_one(Person, who.id)
    person.area_id = area_id
    return person


def _keep_muted(s: Session, who: Actor, topic: str, *, muted: bool) -> Person:
    if not topic or "," in topic:
        raise Refused("没有这个主题。请从列出的主题里选一个。")
    person = s.get_one(Person, who.id)
    topics = topics_muted(person) | {topic} if muted else topics_muted(person) - {topic}
    person.muted = ",".join(sorted(topics))
    s.add(person)
    return person
