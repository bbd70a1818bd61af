"""The vault: who is behind a report. The case knows a random alias; the person's id is sealed under that alias.

Nobody on a case can go from an alias to a person. The ways in are the reporter's own ("my reports"), the postman's,
and the wish to be named.
"""

import hmac
import secrets
from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import Field, Session, col, select

from models.base import Base
from models.calendar import local
from models.sealing import sealer

ALIAS_BYTES = 16


class Identity(Base, table=True):
    """One sealed reporter of one case. Only the day is kept: an exact time would point to a chat."""

    __tablename__ = "identities"

    alias: str = Field(primary_key=True, max_length=22)
    sealed: bytes
    key_id: str = Field(default="", max_length=16)
    tag: str = Field(index=True, max_length=64)
    concealed_on: date


def conceal(s: Session, person_id: int, *, now: datetime) -> str:
    """Seal a person under a new random alias (22 characters) and return it; every case gets another one."""
    alias = secrets.token_urlsafe(ALIAS_BYTES)
    sealed = sealer().seal(_purpose(alias), str(person_id).encode())
    s.add(Identity(alias=alias, sealed=sealed, tag=_tag(person_id), concealed_on=local(now).date()))
    s.flush()
    return alias


def aliases_of(s: Session, person_id: int) -> list[str]:
    """Return the aliases of a person, for the person's own list of reports. Nothing is opened."""
    return list(s.exec(select(Identity.alias).where(Identity.tag == _tag(person_id))))


def is_behind(s: Session, alias: str | None, person_id: int) -> bool:
    """Say whether this person is behind the alias: may they follow it? Nothing is opened."""
    tag = s.exec(select(Identity.tag).where(Identity.alias == alias)).first()
    return tag is not None and hmac.compare_digest(tag, _tag(person_id))


def of_different_people(s: Session, aliases: Iterable[str], but: int | None = None) -> list[str]:
    """Return the first alias of each person, without those of one person; nothing is opened."""
    wanted = list(dict.fromkeys(aliases))
    known = select(Identity.alias, Identity.tag).where(col(Identity.alias).in_(wanted))
    tags = {alias: tag for alias, tag in s.exec(known)} if wanted else {}  # noqa: C416 - rows are no plain pairs to mypy
    seen = {_tag(but)} if but is not None else set()
    kept = []
    for alias in wanted:
        if alias in tags and tags[alias] not in seen:
            seen.add(tags[alias])
            kept.append(alias)
    return kept


def deliver_to(s: Session, alias: str) -> int | None:
    """Open an alias: the person's id, or None when the alias is unknown.

    Two may call this: the postman, just before sending, and `hazards.named_reporter`, for who chose to be named. Raises
    Unreadable when the row was damaged, moved or sealed with another key.
    """
    row = s.get(Identity, alias)
    return None if row is None else int(sealer().open(_purpose(alias), row.sealed))


def _purpose(alias: str) -> str:
    return f"identity|{alias}"


def _tag(person_id: int) -> str:
    return sealer().tag("reporter", str(person_id))
