"""Checklists as the township has changed them: each change is a new version, and records keep the one they used.

The list that comes with the bot is version 0 and serves until the township changes it. One installation has one list of
a kind, for all its townships.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, UniqueConstraint, col, select

from models import audit
from models.base import Base, Instant, Refused, insert_new
from models.hazard_steps import need
from models.patrols import Checklist, ChecklistItem
from models.people import Actor, Can, require

COMMON = "common"
MOST, MOST_COMMON = 35, 15
TEXT_LIMIT, REASON_LIMIT = 80, 200


class ChecklistVersion(Base, table=True):
    """The own lines of one kind of place from a moment on (kind "common": those of all); `number` counts from 1."""

    __tablename__ = "checklist_versions"
    __table_args__ = (UniqueConstraint("kind", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=20)
    number: int
    items: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    reason: str = Field(default="", max_length=200)
    by_id: int | None = Field(default=None, foreign_key="people.id")
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class BuiltIn(NamedTuple):
    """What comes with the bot for one kind of place: the common lines and its own."""

    name: str
    version: str
    common: Sequence[ChecklistItem]
    own: Sequence[ChecklistItem]


def most(kind: str) -> int:
    """Return how many lines a list may have; longer ones are not read through at a door."""
    return MOST_COMMON if kind == COMMON else MOST


def newest(s: Session, kind: str) -> ChecklistVersion | None:
    """Return the version that holds for a kind, None while it is the one that comes with the bot."""
    return next(iter(versions(s, kind, limit=1)), None)


def versions(s: Session, kind: str, limit: int = 8) -> list[ChecklistVersion]:
    """Return the versions of a kind, the newest first."""
    found = select(ChecklistVersion).where(ChecklistVersion.kind == kind)
    return list(s.exec(found.order_by(col(ChecklistVersion.number).desc()).limit(limit)))


def current(s: Session, kind: str, built_in: BuiltIn) -> Checklist:
    """Return the list by which a kind of place is patrolled now: the common lines, then its own.

    Its version is the built-in one, or `common.own` as numbers once the township has changed something.
    """
    common, own = newest(s, COMMON), newest(s, kind)
    if common is None and own is None:
        return Checklist(name=built_in.name, version=built_in.version, items=[*built_in.common, *built_in.own])
    items = [*(common.items if common else built_in.common), *(own.items if own else built_in.own)]
    version = f"{common.number if common else 0}.{own.number if own else 0}"
    return Checklist(name=built_in.name, version=version, items=items)


def revise(
    s: Session,
    who: Actor,
    kind: str,
    lines: Sequence[ChecklistItem],
    *,
    built_in: Sequence[ChecklistItem],
    base: int,
    reason: str,
    now: datetime,
) -> ChecklistVersion:
    """Make these the lines of a kind (or the common ones) from now on; records and begun papers keep theirs.

    A line with a known key keeps it, one without gets a new key; no key is ever used again. `base` is the number of
    the version that was read (0 built in): what somebody else has changed since is not overwritten.
    """
    require(who, Can.EDIT)
    need(reason, "请写一句为什么修改，再提交。")
    earlier = versions(s, kind, limit=1000)
    number = earlier[0].number if earlier else 0
    if number != base:
        raise Refused(f"刚才有同事改过这张检查表（现在是第 {number} 版）。请取消，重新打开再改。")
    before: Sequence[ChecklistItem] = earlier[0].items if earlier else built_in
    judge(kind, lines, {item["key"] for item in before})
    used = [item["key"] for each in (built_in, *(version.items for version in earlier)) for item in each]
    items = _keyed(kind, lines, used)
    if items == list(before):
        raise Refused("和现在的检查表一样，没有改动。")
    row = {"kind": kind, "number": number + 1, "items": items, "reason": reason.strip()[:REASON_LIMIT],
           "by_id": who.id, "at": now}  # fmt: skip
    if not insert_new(s, ChecklistVersion, [row]):
        raise Refused("刚才有同事改过这张检查表。请取消，重新打开再改。")
    audit.record(s, who.id, "checklist.revised", f"checklist:{kind}", now=now)
    return versions(s, kind, limit=1)[0]


def judge(kind: str, lines: Sequence[ChecklistItem], known: set[str]) -> None:
    """Refuse lines that make no list: none, too many, without words, twice, or with keys that are not `known`."""
    if not lines:
        raise Refused("检查表至少要有一项。")
    if len(lines) > most(kind):
        raise Refused(f"最多 {most(kind)} 项，太长了在现场看不过来。请先删几项。")
    texts, keys = [line["text"].strip() for line in lines], [line["key"] for line in lines if line["key"]]
    if any(not text or len(text) > TEXT_LIMIT for text in texts):
        raise Refused(f"每一项都要有文字，{TEXT_LIMIT} 个字以内。")
    if len(set(texts)) != len(texts):
        raise Refused("有两项文字一样。请改一项，或者删一项。")
    if len(set(keys)) != len(keys) or not set(keys) <= known:
        raise Refused("有一项的编号不对。请重新下载这张检查表，编号那一列不要改；新加的一项，编号留空。")


def _keyed(kind: str, lines: Iterable[ChecklistItem], used: Iterable[str]) -> list[ChecklistItem]:
    last = max((int(found[0]) for key in used if (found := re.findall(r"\d+$", key))), default=0)
    items = []
    for line in lines:
        key = line["key"]
        if not key:
            last += 1
            key = f"G{last}" if kind == COMMON else f"{kind}-{last:02}"
        items.append(ChecklistItem(key=key, text=line["text"].strip(), severity=line["severity"], kind=line["kind"],
                                   evacuation=line.get("evacuation", False)))  # fmt: skip
    return items
