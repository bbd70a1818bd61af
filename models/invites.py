"""One-time invitations: how staff join. The code is kept as a keyed hash, bound to role and area, and expires."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, update
from sqlmodel import Field, Session, col, select

from models import audit, outbox, standing_in
from models.areas import Area
from models.base import NOT_FOUND, Base, Instant, Refused
from models.people import ROLE_NAMES, Actor, Can, Grant, Person, Role, require
from models.places import MERGED, MOVED, Place, place_for
from models.rules import rules_of
from models.sealing import sealer

ONLY_BY_COMMAND = frozenset({Role.ADMIN, Role.CUSTODIAN})
USELESS = "这个邀请链接无效、已用过或已过期。请向发给您链接的人再要一个。"
HAS_OWNER = "这一家已经绑定了负责人。换人的话，请先由网格员在场所卡片上解除绑定，再要一个新链接。"
LENT = {True: "，代班", False: ""}
NOTHING_GIVEN = "这次邀请没有带来新的身份，或者已经撤销。对方的其他身份请到「同事名单」里看。"


class Invite(Base, table=True):
    """An invitation to hold a role in an area; made by nobody when it comes from the server console.

    With a place it is for whoever answers for that place, and for nobody else's.
    """

    __tablename__ = "invites"

    id: int | None = Field(default=None, primary_key=True)
    code_tag: str = Field(unique=True, max_length=64)
    role: str = Field(max_length=20)
    area_id: int = Field(foreign_key="areas.id")
    place_id: int | None = Field(default=None, foreign_key="places.id")
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
        if role in ONLY_BY_COMMAND:
            raise Refused("管理员和保密专员只能在服务器上用命令邀请。")
    posts = rules_of(s).posts
    if post and post not in posts:
        raise Refused(f"没有「{post}」这个岗位代号。已有的：" + "、".join(f"{c}（{n}）" for c, n in posts.items()))
    code = secrets.token_urlsafe(18)
    expires = now + timedelta(hours=rules_of(s).invite_hours)
    row = Invite(code_tag=_tag(code), role=role.value, area_id=area_id, post=post, made_at=now, expires_at=expires)
    row.made_by = who.id if who else None
    s.add(row)
    s.flush()
    audit.record(s, who.id if who else None, "invite", f"invite:{row.id}", now=now)
    return code


def invite_owner(s: Session, who: Actor, place_id: int, *, now: datetime) -> str:
    """Make the one-time code (shown once) with which somebody becomes the responsible person of a place."""
    place = place_for(s, who, place_id, Can.KEEP_PLACES)
    if place.owner_id is not None:
        raise Refused(HAS_OWNER)
    code = secrets.token_urlsafe(18)
    expires = now + timedelta(hours=rules_of(s).invite_hours)
    row = Invite(code_tag=_tag(code), role=Role.OWNER.value, area_id=place.area_id, made_at=now, expires_at=expires)
    row.place_id, row.made_by = place_id, who.id
    s.add(row)
    s.flush()
    audit.record(s, who.id, "invite", f"invite:{row.id}", now=now)
    return code


def accept(s: Session, person: Person, code: str, *, now: datetime) -> Invite:
    """Use an invitation; exactly one person wins. Raises Refused for an unknown, used or expired code.

    One of a place makes its responsible person, unless it has one by now or is there no longer.
    """
    found = s.exec(select(Invite).where(Invite.code_tag == _tag(code))).first()
    if found is None or found.expires_at < now:
        raise Refused(USELESS)
    taking = update(Invite).where(col(Invite.id) == found.id, col(Invite.used_by).is_(None))
    if not s.execute(taking.values(used_by=person.id, used_at=now)).rowcount:  # type: ignore[attr-defined]
        raise Refused(USELESS)
    if found.place_id is not None:
        _bind(s, person, s.get_one(Place, found.place_id))
    grant_role(s, person.id or 0, Role(found.role), found.area_id, post=found.post, now=now)
    audit.record(s, person.id, "join", f"invite:{found.id}", now=now)
    s.refresh(found)
    return found


def _bind(s: Session, person: Person, place: Place) -> None:
    if place.status in {MOVED, MERGED}:
        raise Refused(USELESS)
    if place.owner_id not in {None, person.id}:
        raise Refused(HAS_OWNER)
    place.owner_id = person.id
    s.flush()


def grant_role(s: Session, person_id: int, role: Role, area_id: int, *, now: datetime, post: str = "") -> None:
    """Let a person hold a role in an area. Holding it already changes nothing, but another post takes the old place.

    What is only lent to them while a colleague is away does not count.
    """
    held = select(Grant).where(Grant.person_id == person_id, Grant.role == role.value, Grant.area_id == area_id)
    old = s.exec(held.where(col(Grant.ended_at).is_(None), col(Grant.standing_for).is_(None))).first()
    if old is not None and post in {"", old.post}:
        return
    if old is not None:
        old.ended_at = now
    s.add(Grant(person_id=person_id, role=role.value, area_id=area_id, post=post, since=now))
    s.flush()


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody with roles: each one as the grant and its area, the widest area first."""

    person: Person
    held: tuple[tuple[Grant, Area], ...]

    @property
    def titles(self) -> list[str]:
        """The roles with their areas, for people to read."""
        return [f"{ROLE_NAMES[Role(grant.role)]}（{area.name}）{LENT[grant.standing_for is not None]}"
                for grant, area in self.held]  # fmt: skip

    @property
    def may_leave(self) -> bool:
        """Say whether there is a role that can be ended from a chat."""
        return any(Role(grant.role) not in ONLY_BY_COMMAND for grant, _ in self.held)


def staff(s: Session, who: Actor | None) -> list[Colleague]:
    """Return who holds roles in the actor's reach, the actor left out; for the server console (None) everybody."""
    rows = s.exec(
        select(Grant, Area, Person)
        .join(Area, col(Grant.area_id) == col(Area.id))
        .join(Person, col(Grant.person_id) == col(Person.id))
        .where(col(Grant.ended_at).is_(None))
        .order_by(col(Area.path), col(Person.id), col(Grant.id))
    )
    found: dict[int, Colleague] = {}
    for grant, area, person in rows:
        if who is None or (who.reaches(Can.INVITE, area.path) and person.id != who.id):
            before = found[grant.person_id].held if grant.person_id in found else ()
            found[grant.person_id] = Colleague(person, (*before, (grant, area)))
    return list(found.values())


def colleague(s: Session, who: Actor | None, person_id: int) -> Colleague:
    """Return one of the staff in the actor's reach; raise Refused for everybody else."""
    found = next((c for c in staff(s, who) if c.person.id == person_id), None)
    if found is None:
        raise Refused(NOT_FOUND)
    return found


def end_roles(s: Session, who: Actor | None, person_id: int, *, now: datetime) -> int:
    """End the roles of a person that lie in the actor's reach (离岗); it takes effect with the next update.

    What only a command can give, only a command (`who` is None) can take. Returns how many ended.
    """
    ended = 0
    rows = s.exec(select(Grant, Area.path).join(Area).where(Grant.person_id == person_id, Grant.ended_at == None))  # noqa: E711
    for grant, path in rows.all():
        if who is None or (who.reaches(Can.INVITE, path) and Role(grant.role) not in ONLY_BY_COMMAND):
            grant.ended_at = now
            ended += 1
    _mend(s, person_id, now)
    _tell_end(s, who, person_id, ended, now)
    return ended


def undo(s: Session, who: Actor, invite_id: int, *, now: datetime) -> int:
    """End only what this invitation gave (「不是本人」) and return whose role it was; what was held before stays."""
    used = s.get(Invite, invite_id)
    area = s.get(Area, used.area_id) if used else None
    if used is None or area is None or used.used_by is None:
        raise Refused(NOT_FOUND)
    require(who, Can.INVITE, area.path)
    if Role(used.role) in ONLY_BY_COMMAND:
        raise Refused("管理员和保密专员只能在服务器上用命令撤销。")
    given = select(Grant).where(Grant.person_id == used.used_by, Grant.role == used.role, Grant.since == used.used_at)
    rows = s.exec(given.where(Grant.area_id == used.area_id, col(Grant.ended_at).is_(None))).all()
    if not rows:
        raise Refused(NOTHING_GIVEN)
    for grant in rows:
        grant.ended_at = now
    _mend(s, used.used_by, now)
    _tell_end(s, who, used.used_by, len(rows), now)
    return used.used_by


def _mend(s: Session, person_id: int, now: datetime) -> None:
    s.flush()
    standing_in.mend(s, person_id, now=now)


def _tell_end(s: Session, who: Actor | None, person_id: int, ended: int, now: datetime) -> None:
    audit.record(s, who.id if who else None, "end_roles", f"person:{person_id}", now=now)
    s.flush()
    if ended:
        outbox.notify(s, person_id, "person.left", now=now)


def _tag(code: str) -> str:
    return sealer().tag("invite", code)
