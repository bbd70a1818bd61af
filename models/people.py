"""People and what they may do: accounts, roles in an area, and the one permission table.

Menus, help, keyboards, the gates in the operations and the test matrix all read PERMISSIONS. Unknown means denied.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, and_, bindparam
from sqlalchemy import select as select_plain
from sqlmodel import Field, Session, UniqueConstraint, select

from models.areas import Area
from models.base import Base, Instant, Refused, plain, table_of
from models.sealing import Findable


class Role(StrEnum):
    """Who somebody is to the township (SPEC section 1). Everybody is a resident."""

    RESIDENT = "resident"
    OWNER = "owner"
    GRID = "grid"
    VILLAGE = "village"
    STATION = "station"
    VOLUNTEER = "volunteer"
    POST = "post"
    DEPARTMENT = "department"
    LEADER = "leader"
    CUSTODIAN = "custodian"
    ADMIN = "admin"


ROLE_NAMES = {
    Role.RESIDENT: "居民",
    Role.OWNER: "场所负责人",
    Role.GRID: "网格员",
    Role.VILLAGE: "村（社区）消防管理干部",
    Role.STATION: "微型消防站",
    Role.VOLUNTEER: "志愿者",
    Role.POST: "镇消防管理岗",
    Role.DEPARTMENT: "镇级部门",
    Role.LEADER: "镇领导",
    Role.CUSTODIAN: "保密专员",
    Role.ADMIN: "系统管理员",
}


class Can(StrEnum):
    """One thing that a person may do; the scope (own, grid, village, town) comes from the grant's area."""

    REPORT = "report"
    ASK = "ask"
    SUBSCRIBE = "subscribe"
    SEE_HAZARDS = "see_hazards"
    ASSIGN = "assign"
    VERIFY = "verify"
    RECTIFY = "rectify"
    RECHECK = "recheck"
    REFER = "refer"
    DECIDE = "decide"
    REWARD = "reward"
    UNSEAL = "unseal"
    COUNTERSIGN = "countersign"
    PATROL = "patrol"
    SEE_PLACES = "see_places"
    KEEP_PLACES = "keep_places"
    IMPORT = "import"
    PLAN = "plan"
    SUPERVISE = "supervise"
    DO_DUTIES = "do_duties"
    SEE_DUTIES = "see_duties"
    BROADCAST = "broadcast"
    APPROVE = "approve"
    EDIT = "edit"
    TRAIN = "train"
    SEE_BOARD = "see_board"
    INVITE = "invite"
    SEE_HEALTH = "see_health"
    ALARMED = "alarmed"
    MEND = "mend"


_EVERYBODY = {Can.REPORT, Can.ASK, Can.SUBSCRIBE}
_WORKER = _EVERYBODY | {Can.SEE_HAZARDS, Can.VERIFY, Can.RECTIFY, Can.PATROL, Can.SEE_PLACES, Can.DO_DUTIES}

PERMISSIONS: dict[Role, frozenset[Can]] = {
    Role.RESIDENT: frozenset(_EVERYBODY),
    Role.OWNER: frozenset(_EVERYBODY | {Can.TRAIN, Can.MEND}),
    Role.GRID: frozenset(_WORKER | {Can.ALARMED, Can.RECHECK, Can.KEEP_PLACES}),
    Role.VILLAGE: frozenset(
        _WORKER
        | {Can.KEEP_PLACES, Can.IMPORT, Can.PLAN, Can.SUPERVISE}
        | {Can.ASSIGN, Can.RECHECK, Can.SEE_DUTIES, Can.SEE_BOARD, Can.ALARMED, Can.BROADCAST, Can.TRAIN}
    ),
    Role.STATION: frozenset(_EVERYBODY | {Can.ALARMED, Can.DO_DUTIES, Can.TRAIN}),
    Role.VOLUNTEER: frozenset(_EVERYBODY),
    Role.POST: frozenset(
        _WORKER
        | {Can.ASSIGN, Can.RECHECK, Can.REFER, Can.SEE_DUTIES, Can.SEE_BOARD, Can.ALARMED, Can.INVITE}
        | {Can.BROADCAST, Can.APPROVE, Can.EDIT, Can.TRAIN, Can.DECIDE, Can.REWARD}
        | {Can.KEEP_PLACES, Can.IMPORT, Can.PLAN, Can.SUPERVISE}
    ),
    Role.DEPARTMENT: frozenset(
        _EVERYBODY | {Can.SEE_HAZARDS, Can.RECTIFY, Can.DO_DUTIES, Can.SEE_PLACES, Can.SUPERVISE}
    ),
    Role.LEADER: frozenset(
        _EVERYBODY
        | {Can.SEE_HAZARDS, Can.SEE_BOARD, Can.SEE_DUTIES, Can.SEE_PLACES, Can.APPROVE}
        | {Can.DECIDE, Can.REWARD, Can.COUNTERSIGN}
    ),
    Role.CUSTODIAN: frozenset(_EVERYBODY | {Can.UNSEAL, Can.COUNTERSIGN}),
    Role.ADMIN: frozenset(_EVERYBODY | {Can.INVITE, Can.SEE_HEALTH}),
}


class Person(Base, table=True):
    """A Telegram account that talked to the bot. The account id is the only proof of who somebody is.

    Who it is stands sealed: a stolen file must not name everybody who ever wrote, nor the moment (`seen_at` is a day).
    """

    __tablename__ = "people"

    id: int | None = Field(default=None, primary_key=True)
    telegram_id: int = Field(sa_column=Column(Findable("people.telegram_id"), nullable=False, unique=True))
    name: str = Field(sa_column=Column(Findable("people.name"), nullable=False))
    area_id: int | None = Field(default=None, foreign_key="areas.id")
    reachable: bool = True
    large_text: bool = False
    muted: str = Field(default="", max_length=200)
    seen_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Grant(Base, table=True):
    """A role in an area, from a day on; ended grants stay as history.

    `standing_for` and `until`: held only while a colleague is away.
    """

    __tablename__ = "grants"
    __table_args__ = (UniqueConstraint("person_id", "role", "area_id", "post", "standing_for", "ended_at"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="people.id", index=True)
    role: str = Field(max_length=20)
    area_id: int = Field(foreign_key="areas.id")
    post: str = Field(default="", max_length=40)
    since: datetime = Field(sa_column=Column(Instant, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    standing_for: int | None = Field(default=None, foreign_key="people.id")
    until: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


@dataclass(frozen=True, slots=True)
class Held:
    """A role that an actor holds now, with the path of its area; `standing_for` whom, when it is only lent."""

    role: Role
    area_id: int
    path: str
    post: str = ""
    standing_for: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an immutable picture of a person and their roles, made once per update.

    `proof` is the receipt that they hold: it opens a report to which no account is linked.
    """

    id: int
    name: str
    held: tuple[Held, ...] = ()
    large_text: bool = False
    proof: str = field(default="", repr=False)

    def may(self, can: Can) -> bool:
        """Say whether any role allows this anywhere."""
        return can in PERMISSIONS[Role.RESIDENT] or any(can in PERMISSIONS[held.role] for held in self.held)

    def reaches(self, can: Can, path: str) -> bool:
        """Say whether a role allows this in the area with this path."""
        return any(can in PERMISSIONS[held.role] and path.startswith(held.path) for held in self.held)

    def paths(self, can: Can) -> list[str]:
        """Return the paths of the areas in which a role allows this; empty means nowhere."""
        return sorted({held.path for held in self.held if can in PERMISSIONS[held.role]})

    @property
    def answers_for(self) -> frozenset[int]:
        """The ids of the people whose cases are in the actor's hand: their own, and those of whom they stand in for."""
        return frozenset({self.id, *(held.standing_for for held in self.held if held.standing_for is not None)})

    def has(self, role: Role) -> bool:
        """Say whether the actor holds this role anywhere."""
        return role is Role.RESIDENT or any(held.role is role for held in self.held)

    @property
    def titles(self) -> str:
        """The roles in Chinese, for the person to read."""
        return "、".join(dict.fromkeys(ROLE_NAMES[held.role] for held in self.held)) or ROLE_NAMES[Role.RESIDENT]


def require(who: Actor, can: Can, path: str | None = None) -> None:
    """Refuse unless the actor may do this (in the area with this path)."""
    allowed = who.may(can) if path is None else who.reaches(can, path)
    if not allowed:
        raise Refused("这项操作不在您的职责范围内。需要的话，请联系镇消防管理岗。")


def actor_of(s: Session, person: Person) -> Actor:
    """Return the actor of a person: the roles held at this moment."""
    rows = s.exec(
        select(Grant, Area.path)
        .join(Area, Grant.area_id == Area.id)  # type: ignore[arg-type]
        .where(Grant.person_id == person.id, Grant.ended_at == None)  # noqa: E711
    )
    held = tuple(Held(Role(grant.role), grant.area_id, path, grant.post, grant.standing_for) for grant, path in rows)
    return Actor(person.id or 0, person.name, held, person.large_text)


_PEOPLE, _GRANTS, _AREAS = table_of(Person), table_of(Grant), table_of(Area)
_KNOWN = (
    select_plain(
        _PEOPLE.c.id, _PEOPLE.c.name, _PEOPLE.c.large_text, _PEOPLE.c.reachable,
        _GRANTS.c.role, _GRANTS.c.area_id, _AREAS.c.path, _GRANTS.c.post, _GRANTS.c.standing_for,
    )
    .select_from(_PEOPLE)
    .outerjoin(_GRANTS, and_(_GRANTS.c.person_id == _PEOPLE.c.id, _GRANTS.c.ended_at.is_(None)))
    .outerjoin(_AREAS, _AREAS.c.id == _GRANTS.c.area_id)
    .where(_PEOPLE.c.telegram_id == bindparam("telegram"))
)  # fmt: skip


def known(s: Session, telegram_id: int) -> tuple[Actor, bool] | None:
    """Return the actor behind a Telegram account and whether they counted as reachable; None for a stranger."""
    rows = plain(s, _KNOWN, {"telegram": telegram_id}).all()
    if not rows:
        return None
    held = tuple(Held(Role(r.role), r.area_id, r.path, r.post, r.standing_for) for r in rows if r.role is not None)
    return Actor(rows[0].id, rows[0].name, held, rows[0].large_text), rows[0].reachable


def areas_for(s: Session, who: Actor, can: Can) -> list[Area]:
    """Return the areas above the grid in which the actor may do this, the widest first."""
    rows = s.exec(select(Area).where(Area.level != "grid").order_by(Area.id)).all()  # type: ignore[arg-type]
    own = [area for area in rows if who.reaches(can, area.path)]
    return sorted(own, key=lambda area: area.path.count("/"))


def people_with(s: Session, can: Can, path: str) -> list[int]:
    """Return the ids of the people whose roles allow this in the area with this path, nearest area first."""
    roles = [role.value for role, allowed in PERMISSIONS.items() if can in allowed]
    rows = s.exec(
        select(Grant.person_id, Area.path)
        .join(Area, Grant.area_id == Area.id)  # type: ignore[arg-type]
        .where(Grant.role.in_(roles), Grant.ended_at == None)  # type: ignore[attr-defined]  # noqa: E711
    )
    fitting = [(path_, person) for person, path_ in rows if path.startswith(path_)]
    return _unique(person for _, person in sorted(fitting, key=lambda found: (-len(found[0]), found[1])))


def holders(s: Session, role: Role, path: str = "/") -> list[int]:
    """Return the ids of the people who hold this role in an area that covers, or lies under, this path."""
    rows = s.exec(
        select(Grant.person_id, Area.path)
        .join(Area, Grant.area_id == Area.id)  # type: ignore[arg-type]
        .where(Grant.role == role.value, Grant.ended_at == None)  # noqa: E711
        .order_by(Grant.id)  # type: ignore[arg-type]
    )
    return _unique(person for person, held in rows if path.startswith(held) or held.startswith(path))


def _unique(ids: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(ids))
