"""The installation: the fingerprints of its two keys, so that no other keys are ever used, and the bot's name."""

import hmac

from sqlmodel import Field, Session

from models import vault
from models.base import Base, insert_new
from models.sealing import sealer

KEY, VAULT, NAME = "key", "vault", "bot"


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


def has_vault_key(s: Session) -> bool:
    """Say whether the vault of this database was begun with some key."""
    return s.get(Installation, VAULT) is not None


def is_own_vault(s: Session) -> bool:
    """Say whether this process has the vault's keys: the one it was begun with (or changed to), and all that rows need.

    The first key that comes is remembered.
    """
    known = vault.known_keys()
    insert_new(s, Installation, [{"name": VAULT, "value": known[0]}])
    return {s.get_one(Installation, VAULT).value, *vault.used_keys(s)} <= {*known, ""}


def vault_key(s: Session) -> str:
    """Return the name of the key that the vault was begun with or last changed to."""
    return s.get_one(Installation, VAULT).value


def note_vault_key(s: Session) -> None:
    """Remember the current key of this process as the vault's: every row that can be was sealed with it."""
    s.get_one(Installation, VAULT).value = vault.known_keys()[0]


def note_bot_name(s: Session, name: str) -> None:
    """Remember the bot's user name, for links in what is sent without anybody having asked."""
    insert_new(s, Installation, [{"name": NAME, "value": name}])
    s.get_one(Installation, NAME).value = name


def bot_name(s: Session) -> str:
    """Return the bot's user name; nothing before its first start."""
    found = s.get(Installation, NAME)
    return found.value if found else ""
