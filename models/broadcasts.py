"""Broadcasts: a tip of the day, sent once to everybody who wants it. One outgoing row per person, made in one go."""

from collections import Counter
from datetime import datetime, time, timedelta

from sqlalchemy import Column, func, insert, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, col, select

from models.areas import Area, below
from models.base import Base, Instant, Refused
from models.calendar import after_quiet, local
from models.outbox import DUE, Lane, Outgoing
from models.people import Actor, Person
from models.rules import ZONE, rules_of

TIPS = "tips"


class Broadcast(Base, table=True):
    """One tip that went out. `slot_key` names the moment of the schedule, so it can go out only once."""

    __tablename__ = "broadcasts"

    id: int | None = Field(default=None, primary_key=True)
    slot_key: str = Field(unique=True, max_length=80)
    article_id: str = Field(max_length=80)
    topic: str = Field(default="", max_length=40)
    title: str = Field(max_length=120)
    text: str = Field(max_length=4000)
    audience: int = 0
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))


def topics_muted(person: Person) -> set[str]:
    """Return the topics that a person does not want; `tips` stands for all of them."""
    return {topic for topic in person.muted.split(",") if topic}


def subscribers(s: Session, topic: str = "", path: str = "/") -> list[int]:
    """Return the ids of the reachable people who muted neither the topic nor tips as a whole.

    With a path only those who live there, and those of whom nobody knows where they live.
    """
    wanted = select(Person.id, Person.muted).where(col(Person.reachable)).order_by(col(Person.id))
    if path != "/":
        lives = or_(col(Person.area_id).is_(None), col(Area.path).like(below(path), escape="\\"))
        wanted = wanted.outerjoin(Area, col(Area.id) == col(Person.area_id)).where(lives)
    rows, unwanted = s.exec(wanted), {TIPS, topic or TIPS}
    return [person_id or 0 for person_id, muted in rows if not muted or unwanted.isdisjoint(muted.split(","))]


def launch(
    s: Session,
    *,
    slot_key: str,
    article_id: str,
    title: str,
    text: str,
    topic: str = "",
    path: str = "/",
    now: datetime,
) -> Broadcast | None:
    """Send a tip to its subscribers in an area, after the quiet hours; None when this slot, or the day, is used up.

    At most `rules.tips_a_day` a day; a second call with the same slot key does nothing, also from another replica.
    """
    if _slot_used(s, slot_key) or _sent_today(s, now) >= rules_of(s).tips_a_day:
        return None
    to = subscribers(s, topic, path)
    tip = Broadcast(
        slot_key=slot_key, article_id=article_id, topic=topic, title=title, text=text, audience=len(to), created_at=now
    )
    try:
        with s.begin_nested():
            s.add(tip)
    except IntegrityError:
        return None
    _queue(s, tip, to, now)
    return tip


def _slot_used(s: Session, slot_key: str) -> bool:
    return s.exec(select(Broadcast.id).where(Broadcast.slot_key == slot_key)).first() is not None


def _sent_today(s: Session, now: datetime) -> int:
    midnight = datetime.combine(local(now).date(), time.min, ZONE)
    today = (col(Broadcast.created_at) >= midnight, col(Broadcast.created_at) < midnight + timedelta(days=1))
    return s.exec(select(func.count()).select_from(Broadcast).where(*today)).one()


def _queue(s: Session, tip: Broadcast, to: list[int], now: datetime) -> None:
    """One statement for all rows: ten thousand people must not mean ten thousand round trips."""
    same = {
        "lane": Lane.BROADCAST.value,
        "what": "tip",
        "about": {"broadcast": tip.id},
        "state": DUE,
        "attempts": 0,
        "repeated": False,
        "outcome": "",
        "not_before": after_quiet(now, rules_of(s)),
        "created_at": now,
    }
    rows = [same | {"person_id": person_id, "key": delivery_key(tip.id or 0, person_id)} for person_id in to]
    if rows:
        s.connection().execute(insert(Outgoing.__table__), rows)  # type: ignore[attr-defined]


def delivery_key(broadcast_id: int, person_id: int) -> str:
    """Return the unique key of the one delivery of a tip to a person."""
    return f"broadcast|{broadcast_id}|{person_id}"


def progress(s: Session, broadcast_id: int) -> dict[str, int]:
    """Return how many deliveries of a tip are in which state of the outbox."""
    ours = col(Outgoing.key).startswith(f"broadcast|{broadcast_id}|", autoescape=True)
    rows = s.exec(select(Outgoing.state, func.count()).where(ours).group_by(col(Outgoing.state)))
    return dict(Counter(dict(rows.all())))


def mute(s: Session, who: Actor, topic: str) -> Person:
    """The actor wants no more of a topic (`tips`: of no topic)."""
    return _keep_muted(s, who, topic, muted=True)


def unmute(s: Session, who: Actor, topic: str) -> Person:
    """The actor wants a topic again."""
    return _keep_muted(s, who, topic, muted=False)


def _keep_muted(s: Session, who: Actor, topic: str, *, muted: bool) -> Person:
    if not topic or "," in topic:
        raise Refused("没有这个主题。请从列出的主题里选一个。")
    person = s.get_one(Person, who.id)
    topics = topics_muted(person) | {topic} if muted else topics_muted(person) - {topic}
    person.muted = ",".join(sorted(topics))
    s.add(person)
    return person
