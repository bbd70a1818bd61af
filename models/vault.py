"""The vault: who is behind a report. The case knows a random alias; the person's id is sealed under that alias.

The vault has a key of its own, apart from the one that seals words, so that neither key alone leads from a report to a
person. Nobody on a case can go from an alias to a person. The ways in are the reporter's own ("my reports"), the
postman's, the wish to be named, and a reveal that a second person granted.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import delete
from sqlmodel import Field, Session, col, select

from models.base import Base
from models.calendar import local
from models.sealing import Sealer, Unreadable, sealer

ALIAS_BYTES = 16
DIGITS = 20  # ids are sealed at one width: the length of an envelope must not tell early accounts from late ones
A_BATCH = 500


class Identity(Base, table=True):
    """One sealed reporter of one case. Only the day is kept: an exact time would point to a chat.

    `key_id` names the key of `sealed` and of `tag`; it is empty in rows from before the vault had a key of its own.
    """

    __tablename__ = "identities"

    alias: str = Field(primary_key=True, max_length=22)
    sealed: bytes
    key_id: str = Field(default="", max_length=16)
    tag: str = Field(index=True, max_length=64)
    concealed_on: date


class Resealed(NamedTuple):
    """How one batch of a change of keys went: the last alias looked at, and how many rows moved or could not."""

    last: str
    moved: int
    stuck: int


_keys: dict[str, Sealer] = {}


def key_id(key: bytes) -> str:
    """Return the public name of a key (16 hex digits); nothing about the key follows from it."""
    return hashlib.blake2b(key, person=b"chuishao-vault", digest_size=8).hexdigest()


def use_keys(current: bytes, *older: bytes) -> None:
    """Set the keys of this process: new rows are sealed with the first, all of them open; done by the root."""
    _keys.clear()
    _keys.update({key_id(key): Sealer(key) for key in (current, *older)})


def known_keys() -> list[str]:
    """Return the names of this process's keys, the current one first."""
    return list(_keys)


def used_keys(s: Session) -> set[str]:
    """Return the names of the keys that rows of the vault are sealed with."""
    return set(s.exec(select(Identity.key_id).distinct()))


def conceal(s: Session, person_id: int, *, now: datetime) -> str:
    """Seal a person under a new random alias (22 characters) and return it; every case gets another one."""
    alias = secrets.token_urlsafe(ALIAS_BYTES)
    row = Identity(alias=alias, sealed=b"", tag="", concealed_on=local(now).date())
    _seal(row, person_id)
    s.add(row)
    s.flush()
    return alias


def aliases_of(s: Session, person_id: int) -> list[str]:
    """Return the aliases of a person, for the person's own list of reports. Nothing is opened."""
    tags = [_tag(one, person_id) for one in (sealer(), *_keys.values())]
    return list(s.exec(select(Identity.alias).where(col(Identity.tag).in_(tags))))


def is_behind(s: Session, alias: str | None, person_id: int) -> bool:
    """Say whether this person is behind the alias: may they follow it? Nothing is opened."""
    row = s.exec(select(Identity.key_id, Identity.tag).where(Identity.alias == alias)).first()
    return row is not None and row[0] in (*_keys, "") and hmac.compare_digest(row[1], _tag(_key(row[0]), person_id))


def of_different_people(s: Session, aliases: Iterable[str], but: int | None = None) -> list[str]:
    """Return the first alias of each person, without those of one person; nothing is opened."""
    wanted = list(dict.fromkeys(aliases))
    known = select(Identity.alias, Identity.tag).where(col(Identity.alias).in_(wanted))
    tags = {alias: tag for alias, tag in s.exec(known)} if wanted else {}  # noqa: C416 - rows are no plain pairs to mypy
    seen = {_tag(one, but) for one in (sealer(), *_keys.values())} if but is not None else set()
    kept = []
    for alias in wanted:
        if alias in tags and tags[alias] not in seen:
            seen.add(tags[alias])
            kept.append(alias)
    return kept


def deliver_to(s: Session, alias: str) -> int | None:
    """Open an alias: the person's id, or None when the alias is unknown.

    Three may call this: the postman, just before sending; `hazards.named_reporter`, for who chose to be named; and
    `reveals.look`, once the look is on file. Raises Unreadable when the row was damaged, moved or sealed with a key
    that this process does not have.
    """
    row = s.get(Identity, alias)
    return None if row is None else _open(row)


def destroy(s: Session, alias: str) -> None:
    """Destroy the link between an alias and a person for good; nobody can be asked or found by it any more."""
    s.execute(delete(Identity).where(col(Identity.alias) == alias))


def reseal(s: Session, after: str = "", at_most: int = A_BATCH) -> Resealed:
    """Seal the next rows, by alias, with the current key; what no key opens is left as it is and counted."""
    current = known_keys()[0]
    query = select(Identity).where(Identity.key_id != current, Identity.alias > after).order_by(Identity.alias)
    rows = s.exec(query.limit(at_most).with_for_update()).all()
    moved = sum(_moved(row) for row in rows)
    return Resealed(rows[-1].alias if rows else "", moved, len(rows) - moved)


def _moved(row: Identity) -> bool:
    try:
        person_id = _open(row)
    except Unreadable:
        return False
    _seal(row, person_id)
    return True


def _seal(row: Identity, person_id: int) -> None:
    if not _keys:
        raise RuntimeError("no vault key was set")
    row.key_id, box = next(iter(_keys.items()))
    row.sealed = box.seal(_purpose(row.alias), f"{person_id:0{DIGITS}d}".encode())
    row.tag = _tag(box, person_id)


def _open(row: Identity) -> int:
    """The one place where an envelope is opened."""
    return int(_key(row.key_id).open(_purpose(row.alias), row.sealed))


def _key(name: str) -> Sealer:
    if not name:
        return sealer()
    if name not in _keys:
        raise Unreadable(f"vault key {name}")
    return _keys[name]


def _purpose(alias: str) -> str:
    return f"identity|{alias}"


def _tag(box: Sealer, person_id: int) -> str:
    # With the vault's key: the ids of people are small numbers, so whoever has the key of a tag can try them all.
    return box.tag("reporter", str(person_id))
