"""One-time invitations: how staff join. The code is kept as a keyed hash, bound to role and area, and expires."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Column, update
from sqlmodel import Field, Session, col, select

from models import audit
from models.areas import Area
from models.base import NOT_FOUND, Base, Instant, Refused
from models.people import Actor, Can, Grant, Person, Role, require
from models.rules import rules_of
from models.sealing import sealer

USELESS = "这个邀请链接无效、已用过或已过期。请向发给您链接的人再要一个。"


class Invite(Base, table=True):
    """An invitation to hold a role in an area; made by nobody when it comes from the server console."""

    __tablename__ = "invites"

    id: int | None = Field(default=None, primary_key=True)
    code_tag: str = Field(unique=True, max_length=64)
    role: str = Field(max_length=20)
    area_id: int = Field(foreign_key="areas.id")
    post: str = Field(default="", max_length=40)
    made_by: int | None = Field(default=None, foreign_key="people.id")
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    used_by: int | None = Field(default=None, foreign_key="people.id")
    used_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


def invite(s: Session, who: Actor | None, role: Role, area_id: int, *, now: datetime, post: str = "") -> str:
    """Make an invitation and return its code (shown once). `who` is None on the server console, which may do all."""
    area = s.get(Area, area_id)
    if area is None:
        raise Refused(NOT_FOUND)
    if who is not None:
        require(who, Can.INVITE, area.path)
        if role in {Role.ADMIN, Role.CUSTODIAN}:
            raise Refused("管理员和保密专员只能在服务器上用命令邀请。")
    code = secrets.token_urlsafe(18)
    expires = now + timedelta(hours=rules_of(s).invite_hours)
    row = Invite(code_tag=_tag(code), role=role.value, area_id=area_id, post=post, made_at=now, expires_at=expires)
    row.made_by = who.id if who else None
    s.add(row)
    s.flush()
    audit.record(s, who.id if who else None, "invite", f"invite:{row.id}", now=now)
    return code


def accept(s: Session, person: Person, code: str, *, now: datetime) -> Invite:
    """Use an invitation; exactly one person wins. Raises Refused for an unknown, used or expired code."""
    found = s.exec(select(Invite).where(Invite.code_tag == _tag(code))).first()
    if found is None or found.expires_at < now:
        raise Refused(USELESS)
    taking = update(Invite).where(col(Invite.id) == found.id, col(Invite.used_by).is_(None))
    if not s.execute(taking.values(used_by=person.id, used_at=now)).rowcount:  # type: ignore[attr-defined]
        raise Refused(USELESS)
    grant_role(s, person.id or 0, Role(found.role), found.area_id, post=found.post, now=now)
    audit.record(s, person.id, "join", f"invite:{found.id}", now=now)
    s.refresh(found)
    return found


def grant_role(s: Session, person_id: int, role: Role, area_id: int, *, now: datetime, post: str = "") -> None:
    """Let a person hold a role in an area; holding it already changes nothing."""
    held = select(Grant).where(Grant.person_id == person_id, Grant.role == role.value, Grant.area_id == area_id)
    if s.exec(held.where(Grant.ended_at == None)).first() is None:  # noqa: E711
        s.add(Grant(person_id=person_id, role=role.value, area_id=area_id, post=post, since=now))
        s.flush()


def end_roles(s: Session, who: Actor, person_id: int, *, now: datetime) -> int:
    """End every role of a person that lies in the actor's reach (离岗); it takes effect with the next update."""
    ended = 0
    rows = s.exec(select(Grant, Area.path).join(Area).where(Grant.person_id == person_id, Grant.ended_at == None))  # noqa: E711
    for grant, path in rows.all():
        if who.reaches(Can.INVITE, path):
            grant.ended_at = now
            s.add(grant)
            ended += 1
    audit.record(s, who.id, "end_roles", f"person:{person_id}", now=now)
    return ended


def _tag(code: str) -> str:
    return sealer().tag("invite", code)
