"""Groups and channels that the township writes to, besides people: which they are, whose area, and whether they listen.

A chat is known from the moment the bot is let into it; it gets nothing before an officer has switched it on.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, Session, col, select

from models import audit
from models.areas import Area
from models.base import NOT_FOUND, Base, Instant, Refused
from models.outbox import Lane, Outgoing
from models.people import Actor, Can, require

CASE = "desk.case"


class Chat(Base, table=True):
    """One group or channel. `is_on`: broadcasts for its area reach it; `is_desk`: cards of new cases arrive there;
    `is_member`: the bot may write there.
    """

    __tablename__ = "chats"

    id: int | None = Field(default=None, primary_key=True)
    telegram_id: int = Field(unique=True, sa_type=BigInteger)
    title: str = Field(max_length=128)
    is_channel: bool = False
    area_id: int | None = Field(default=None, foreign_key="areas.id")
    is_on: bool = False
    is_desk: bool = False
    is_member: bool = True
    since: datetime = Field(sa_column=Column(Instant, nullable=False))


def met(s: Session, telegram_id: int, title: str, *, is_channel: bool, may_write: bool, now: datetime) -> Chat:
    """Note that the bot was let into a chat, put out of it, or had its rights there changed."""
    chat = _by_telegram(s, telegram_id)
    if chat is None:
        chat = Chat(telegram_id=telegram_id, title=title[:128], is_channel=is_channel, since=now)
        s.add(chat)
    chat.title, chat.is_member = title[:128], may_write
    s.flush()
    return chat


def switch(s: Session, who: Actor, chat_id: int, area_id: int | None, *, now: datetime) -> Chat:
    """Let broadcasts for an area reach this chat, or (None) none any more. Refused outside the actor's own areas."""
    chat = s.get(Chat, chat_id)
    if chat is None or not chat.is_member:
        raise Refused("机器人已经不在这个群里了。请先把它加回群（频道里要设为管理员），再来开通。")
    if chat.is_desk:
        raise Refused("这是办件群，不发群众的提示。请先在「办件群」里停用，或者换一个群。")
    for area in {chat.area_id if chat.is_on else area_id, area_id} - {None}:
        require(who, Can.BROADCAST, _path(s, area))
    chat.is_on, chat.area_id = area_id is not None, area_id if area_id is not None else chat.area_id
    what = "chat.on" if chat.is_on else "chat.off"
    audit.record(s, who.id, what, f"chat:{chat.id}", now=now)
    return chat


def make_desk(s: Session, who: Actor, chat_id: int, area_id: int | None, *, now: datetime) -> Chat:
    """Let the cards of an area's cases arrive in a group, or (None) no longer. Refused outside the actor's own areas.

    Where residents read the broadcasts no cases arrive, and the other way round.
    """
    chat = s.get(Chat, chat_id)
    if chat is None or not chat.is_member or chat.is_channel:
        raise Refused("机器人已经不在这个群里了。请先把它加回群，再来开通。")
    if chat.is_on:
        raise Refused("这个群在收发给群众的提示和预警。请先在「群和频道」里关掉，或者换一个工作群。")
    for area in {chat.area_id if chat.is_desk else area_id, area_id} - {None}:
        require(who, Can.ASSIGN, _path(s, area))
    chat.is_desk, chat.area_id = area_id is not None, area_id if area_id is not None else chat.area_id
    audit.record(s, who.id, "desk.on" if chat.is_desk else "desk.off", f"chat:{chat.id}", now=now)
    return chat


def desks_of(s: Session, path: str) -> list[Chat]:
    """Return the staff groups whose area lies around this path."""
    rows = s.exec(
        select(Chat, Area.path)
        .join(Area, col(Area.id) == col(Chat.area_id))
        .where(col(Chat.is_desk), col(Chat.is_member))
        .order_by(col(Chat.id))
    )
    return [chat for chat, around in rows if path.startswith(around)]


def is_desk_for(s: Session, telegram_id: int, path: str) -> bool:
    """Say whether cases with this area's path (still) arrive in this group."""
    return any(chat.telegram_id == telegram_id for chat in desks_of(s, path))


def tell_desks(
    s: Session, hazard_id: int, path: str, act: str, *, now: datetime, not_before: datetime, urgent: bool = False
) -> None:
    """Queue a card of a case to the staff groups of its area; `act` is what happened."""
    lane = Lane.URGENT if urgent else Lane.NOTICE
    for chat in desks_of(s, path):
        row = Outgoing(lane=lane, what=CASE, chat_id=chat.telegram_id, not_before=not_before, created_at=now)
        row.about = {"hazard": hazard_id, "act": act}
        s.add(row)


def known(s: Session) -> list[tuple[Chat, Area | None]]:
    """Return the chats that the bot is in, in the order in which they came, each with its area if it has one."""
    query = select(Chat, Area).outerjoin(Area, col(Area.id) == col(Chat.area_id)).where(col(Chat.is_member))
    return [(chat, area) for chat, area in s.exec(query.order_by(col(Chat.id)))]


def any_on(s: Session) -> bool:
    """Say whether any group or channel gets broadcasts."""
    return s.exec(select(Chat.id).where(col(Chat.is_on), col(Chat.is_member)).limit(1)).first() is not None


def moved(s: Session, old: int, new: int) -> None:
    """A group became a supergroup and has a new number; what was decided about it stays."""
    before, after = _by_telegram(s, old), _by_telegram(s, new)
    if before is None:
        return
    if after is None:
        before.telegram_id = new
        return
    if (before.is_on or before.is_desk) and not (after.is_on or after.is_desk):
        after.is_on, after.is_desk, after.area_id = before.is_on, before.is_desk, before.area_id
    before.is_on, before.is_desk, before.is_member = False, False, False


def lost(s: Session, telegram_id: int) -> None:
    """The bot may not write there any more."""
    if (chat := _by_telegram(s, telegram_id)) is not None:
        chat.is_member = False


def _path(s: Session, area_id: int | None) -> str:
    area = s.get(Area, area_id)
    if area is None:
        raise Refused(NOT_FOUND)
    return area.path


def _by_telegram(s: Session, telegram_id: int) -> Chat | None:
    return s.exec(select(Chat).where(Chat.telegram_id == telegram_id)).first()
