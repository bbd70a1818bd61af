"""The installation: the fingerprint of its sealing key, so that no other key is ever used, and the bot's name."""

import hmac

from sqlmodel import Field, Session

from models.base import Base, insert_new
from models.sealing import sealer

KEY, NAME = "key", "bot"


class Installation(Base, table=True):
    """One fact about this installation."""

    __tablename__ = "installation"

    name: str = Field(primary_key=True, max_length=40)
    value: str = Field(max_length=200)


def is_own_key(s: Session) -> bool:
    """Say whether this process's key is the one of this database; the first key that comes is remembered."""
    own = sealer().tag("key", "check")
    insert_new(s, Installation, [{"name": KEY, "value": own}])
    return hmac.compare_digest(s.get_one(Installation, KEY).value, own)


def note_bot_name(s: Session, name: str) -> None:
    """Remember the bot's user name, for links in what is sent without anybody having asked."""
    insert_new(s, Installation, [{"name": NAME, "value": name}])
    s.get_one(Installation, NAME).value = name


def bot_name(s: Session) -> str:
    """Return the bot's user name; nothing before its first start."""
    found = s.get(Installation, NAME)
    return found.value if found else ""
