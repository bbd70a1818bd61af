"""Groups and channels that the township writes to, besides people: which they are, whose area, and whether they listen.

A chat is known from the moment the bot is let into it; it gets nothing before an officer has switched it on.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, Session, col, select

from models import audit
from models.areas import Area
from models.base import NOT_FOUND, Base, Instant, Refused
from models.people import Actor, Can, require


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
    for area in {chat.area_id if chat.is_on else area_id, area_id} - {None}:
        require(who, Can.BROADCAST, _path(s, area))
    chat.is_on, chat.area_id = area_id is not None, area_id if area_id is not None else chat.area_id
    what = "chat.on" if chat.is_on else "chat.off"
    audit.record(s, who.id, what, f"chat:{chat.id}", now=now)
    return chat


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
    if before.is_on and not after.is_on:
        after.is_on, after.area_id = True, before.area_id
    before.is_on, before.is_member = False, False


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
