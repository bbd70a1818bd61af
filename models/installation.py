"""The installation: a fingerprint of the sealing key, so that a database is never worked on with another key."""

import hmac

from sqlmodel import Field, Session

from models.base import Base, insert_new
from models.sealing import sealer

KEY = "key"


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
