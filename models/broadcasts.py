"""Broadcasts: a tip, a warning or a quiz for part of the town - written by one, approved by another, sent once.

What goes out by the calendar needs nobody's approval: it comes from the reviewed library. Everything else is looked at
by a second person before it reaches a thousand phones (SPEC section 3.B). The table and the look-ups are in
broadcast_files; both are offered here, so that callers know one module.
"""

from datetime import datetime, time, timedelta

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from models import audit
from models.audiences import Segment, count, everywhere, reach
from models.base import Refused
from models.broadcast_files import (
    EDITABLE,
    OPEN,
    STAGE_NAMES,
    Broadcast,
    Kind,
    Stage,
    broadcast_for,
    recent,
    to_approve,
)
from models.calendar import after_quiet, local
from models.outbox import notify, notify_all
from models.people import Actor, Can, people_with, require
from models.rules import ZONE, rules_of

__all__ = [
    "EDITABLE",
    "OPEN",
    "STAGE_NAMES",
    "Broadcast",
    "Kind",
    "Stage",
    "approve",
    "broadcast_for",
    "draft",
    "give_back",
    "launch",
    "leaves_at",
    "recent",
    "revise",
    "submit",
    "to_approve",
]

LATEST = timedelta(days=31)  # nothing is scheduled further ahead: nobody remembers what it was
A_MOMENT = timedelta(minutes=5)  # so much may pass between naming a time and handing the form in
REVISED = ("kind", "article_id", "question_id", "topic", "title", "text", "media_kind", "media_file", "segment",
           "send_at", "until")  # fmt: skip


def launch(
    s: Session, *, slot_key: str, article_id: str, title: str, text: str, topic: str, now: datetime
) -> Broadcast | None:
    """Begin the tip of a slot of the calendar, for everybody; None when this slot, or the day, is used up.

    A second call with the same slot key does nothing, also from another replica.
    """
    path, at = everywhere(s), after_quiet(now, rules_of(s))
    if _on_that_day(s, path, at) >= rules_of(s).tips_a_day:
        return None
    tip = Broadcast(slot_key=slot_key, article_id=article_id, topic=topic, title=title, text=text,
                    segment=Segment(path, chats=True).to_json(), created_at=now, send_at=at)  # fmt: skip
    return _added(s, tip)


def draft(s: Session, who: Actor, broadcast: Broadcast, *, now: datetime) -> Broadcast:
    """Keep what an officer has written; nobody gets it yet. The same form handed in twice is one draft."""
    require(who, Can.BROADCAST, broadcast.to.path)
    _not_past(broadcast, now)
    broadcast.stage, broadcast.author_id, broadcast.created_at = Stage.DRAFT, who.id, now
    known = s.exec(select(Broadcast).where(Broadcast.slot_key == broadcast.slot_key)).first()
    return known or _added(s, broadcast) or broadcast


def revise(s: Session, who: Actor, broadcast_id: int, changed: Broadcast, *, now: datetime) -> Broadcast:
    """Put other words, another audience or another time into what nobody has approved yet.

    It is a draft again, and whoever changed it is its author now: those words need another person's approval.
    """
    found = broadcast_for(s, who, broadcast_id, Can.BROADCAST, lock=True)
    _expect(found, *EDITABLE, Stage.WAITING)
    require(who, Can.BROADCAST, changed.to.path)
    _not_past(changed, now)
    for name in REVISED:
        setattr(found, name, getattr(changed, name))
    found.stage, found.author_id, found.edition = Stage.DRAFT, who.id, found.edition + 1
    return found


def submit(s: Session, who: Actor, broadcast_id: int, *, now: datetime) -> Broadcast:
    """Ask for a second person's approval; without the rule for two, it goes out at its time. Refused when full."""
    found = broadcast_for(s, who, broadcast_id, Can.BROADCAST, lock=True)
    _expect(found, *EDITABLE)
    _not_past(found, now)
    _in_time(s, found, now)
    if count(s, found.to, found.topic) == (0, 0):
        raise Refused("按现在的范围，一个人也收不到。请点「改一改」，换一片或者换一类人。")
    if not rules_of(s).broadcasts_need_two:
        return _release(s, who, found, now)
    others = [person for person in people_with(s, Can.APPROVE, found.to.path) if person != found.author_id]
    if not others:
        raise Refused("发布要有第二个人批准，可现在只有您一个人有这个权限。请管理员再请一位同事或领导加入。")
    found.stage, found.reason = Stage.WAITING, ""
    notify_all(s, [person for person in others if person != who.id], "broadcast.waiting", now=now, broadcast=found.id)
    audit.record(s, who.id, "broadcast.submitted", f"broadcast:{found.id}", now=now)
    return found


def approve(s: Session, who: Actor, broadcast_id: int, edition: int, *, now: datetime) -> Broadcast:
    """Somebody else than the author lets the words go that they have read. Refused when the day is full."""
    found = broadcast_for(s, who, broadcast_id, Can.APPROVE, lock=True)
    _expect(found, Stage.WAITING)
    if who.id == found.author_id:
        raise Refused("自己写的不能自己批准，请另一位同事或领导来点。")
    if edition != found.edition:
        raise Refused("这条后来改过，您看的是旧的。请看最新的那张卡片，再决定批不批。")
    _in_time(s, found, now)
    if found.author_id is not None:
        notify(s, found.author_id, "broadcast.approved", now=now, broadcast=found.id)
    return _release(s, who, found, now)


def give_back(s: Session, who: Actor, broadcast_id: int, reason: str, *, now: datetime) -> Broadcast:
    """The second person wants it changed, and says why (at most 300 characters)."""
    found = broadcast_for(s, who, broadcast_id, Can.APPROVE, lock=True)
    _expect(found, Stage.WAITING)
    found.stage, found.reason = Stage.RETURNED, reason
    if found.author_id is not None:
        notify(s, found.author_id, "broadcast.returned", now=now, broadcast=found.id)
    audit.record(s, who.id, "broadcast.returned", f"broadcast:{found.id}", now=now)
    return found


def leaves_at(s: Session, found: Broadcast, now: datetime) -> datetime:
    """Return when a broadcast would begin if it were released now; a warning does not wait for the morning."""
    at = max(found.send_at or now, now)
    return at if found.kind == Kind.WARNING else after_quiet(at, rules_of(s))


def _release(s: Session, who: Actor, found: Broadcast, now: datetime) -> Broadcast:
    found.stage, found.approver_id = Stage.SCHEDULED, who.id
    found.send_at = leaves_at(s, found, now)
    audit.record(s, who.id, "broadcast.released", f"broadcast:{found.id}", now=now)
    return found


def _not_past(found: Broadcast, now: datetime) -> None:
    if found.send_at is not None and found.send_at < now - A_MOMENT:
        raise Refused("定的时间已经过了。请改一下「什么时候」，或者选「批准后马上」。")


def _in_time(s: Session, found: Broadcast, now: datetime) -> None:
    at = leaves_at(s, found, now)
    if found.until is not None and found.until <= at:
        raise Refused("这条的有效时间已经过了，发出去也没有用。请写的人改了时间再提交。")
    if at > now + LATEST:
        raise Refused(f"最多提前 {LATEST.days} 天安排。请把发送时间改近一些。")
    limit = rules_of(s).tips_a_day
    if found.kind != Kind.WARNING and _on_that_day(s, found.to.path, at, but=found.id) >= limit:
        full = f"那一天的提示已经排满 {limit} 条，再发就打扰群众了。"
        raise Refused(f"{full}内容给您留着，请改到别的日子；预警不受这个限制。")


def _on_that_day(s: Session, path: str, at: datetime, but: int | None = None) -> int:
    """How many tips reach somebody in this area on the local day of `at`."""
    midnight = datetime.combine(local(at).date(), time.min, ZONE)
    when = func.coalesce(Broadcast.began_at, Broadcast.send_at)
    rows = s.exec(
        select(Broadcast).where(
            when >= midnight, when < midnight + timedelta(days=1), col(Broadcast.kind) != Kind.WARNING,
            col(Broadcast.stage).in_((Stage.SCHEDULED, Stage.SENDING, Stage.DONE)), col(Broadcast.id) != (but or 0),
        )
    )  # fmt: skip
    return sum(reach(path, row.to.path) for row in rows)


def _expect(found: Broadcast, *stages: Stage) -> None:
    if found.stage not in stages:
        raise Refused(f"这条现在是「{STAGE_NAMES[Stage(found.stage)]}」，这一步办不了。请刷新看看。")


def _added(s: Session, broadcast: Broadcast) -> Broadcast | None:
    try:
        with s.begin_nested():
            s.add(broadcast)
    except IntegrityError:
        return None
    return broadcast
