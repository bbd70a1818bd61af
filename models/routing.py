"""Routing: which post leads, who enforces, who else is called, and why - by the kind of the hazard and of the place.

The table is DOMAIN 2.2; whoever is in charge of a trade is in charge of its safety (《安全生产法》 article 3). A town
says in [[routing]] of its file where it differs. A post that the town does not have, or that nobody holds, falls back
to the fire post, and the reason says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from sqlmodel import Session, col, select

from models.areas import Area
from models.people import Actor, Grant, Held, Person, Role
from models.places import KINDS as PLACE_KINDS
from models.places import Place
from models.rules import Rules, rules_of

FIRE, ECONOMY, SAFETY, ENFORCEMENT = "fire", "economy", "safety", "enforcement"
WELFARE, FORESTRY, VILLAGE = "welfare", "forestry", "village"
# What a post is called where the town file does not name it.
POST_NAMES: Mapping[str, str] = MappingProxyType({
    FIRE: "消防管理岗", ECONOMY: "经济发展岗", SAFETY: "平安综治岗", ENFORCEMENT: "综合行政执法岗",
    WELFARE: "民生服务岗", FORESTRY: "农业林业岗", VILLAGE: "村（社区）消防管理干部",
})  # fmt: skip
# Two posts are roles of their own: whoever holds the role holds the post, also without its code in the grant.
ROLE_POSTS: Mapping[Role, str] = MappingProxyType({Role.POST: FIRE, Role.VILLAGE: VILLAGE})

# In whose charge a trade is; the village looks after what is no trade.
TRADES: Mapping[str, str] = MappingProxyType({
    **dict.fromkeys(("shop", "catering", "inn", "entertainment", "netbar", "beauty", "workshop", "market", "factory",
                     "selfbuilt", "streetshop", "construction", "fuel", "express"), ECONOMY),
    **dict.fromkeys(("school_small", "school", "clinic", "hospital", "elderly"), WELFARE),
    "forest": FORESTRY, "village": VILLAGE, "residential": VILLAGE, "ministation": FIRE,
})  # fmt: skip
LONGEST = 200
TRADE_BASIS = "《安全生产法》第3条（管行业必须管安全）"


class Row(NamedTuple):
    """Who leads and who enforces a kind of hazard, who else is called, and the clause; `by_trade`: the trade leads."""

    lead: str
    enforcement: str
    call: tuple[str, ...]
    basis: str
    by_trade: bool = False


TABLE: Mapping[str, Row] = MappingProxyType({
    "A01": Row(FIRE, ENFORCEMENT, (), "《消防法》第28、60条"),
    "A02": Row(ENFORCEMENT, ENFORCEMENT, (SAFETY,), "《消防法》第28、60条"),
    "A03": Row(VILLAGE, ENFORCEMENT, (), "《消防法》第28条、《高层民用建筑消防安全管理规定》第37、47条"),
    "A04": Row(VILLAGE, ENFORCEMENT, (), "《消防法》第27、66条", by_trade=True),
    "A05": Row(VILLAGE, "", (SAFETY,), "《消防法》第5条、村（居）防火公约"),
    "A06": Row(VILLAGE, ENFORCEMENT, (), "《城镇燃气管理条例》第27、28、49条、《消防法》第27条", by_trade=True),
    "A07": Row(ENFORCEMENT, ENFORCEMENT, (ECONOMY, SAFETY), "《消防法》第19、23、61、62条"),
    "A08": Row(ECONOMY, ENFORCEMENT, (SAFETY,), "《消防法》第21、63、67条", by_trade=True),
    "A09": Row(FIRE, ENFORCEMENT, (), "《消防法》第16、28、60条"),
    "A10": Row(FIRE, ENFORCEMENT, (), "《消防法》第19、61条"),
    "A11": Row(ENFORCEMENT, ENFORCEMENT, (), "《消防法》第26、28、60条"),
    "A12": Row(FORESTRY, ENFORCEMENT, (SAFETY,), "《重庆市森林防火条例》第27至32、46条"),
    "A13": Row(ENFORCEMENT, ENFORCEMENT, (FORESTRY,), "《大气污染防治法》第77、119条"),
    "A14": Row(VILLAGE, "", (), "《消防法》第31、32条、村（居）防火公约"),
    "A15": Row(VILLAGE, ENFORCEMENT, (SAFETY,), "《重庆市燃放烟花爆竹管理条例》第6、10、18条"),
    "A16": Row(WELFARE, "", (), "《消防法》第31、32条"),
    "A17": Row(FIRE, ENFORCEMENT, (), "《消防法》第13、15、16、17、58、67条", by_trade=True),
    "A18": Row(FIRE, "", (SAFETY,), "《消防法》第44条"),
    "A19": Row(FIRE, "", (), "《重庆市消防条例》第15条（乡镇督促整改隐患）"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Routing:
    """Post codes of the town file and the reason with its clause, as an officer reads it.

    `territory` is the post that answers for the ground; `call` are all posts that a whistle calls together.
    """

    lead: str = ""
    enforcement: str = ""
    basis: str = ""
    territory: str = VILLAGE
    call: tuple[str, ...] = ()


def route(s: Session, kind: str, place_id: int | None) -> Routing:
    """Return who leads and who enforces for a kind of hazard at a place, who is called, and on what ground.

    An unknown kind is led by the fire post like A19.
    """
    rules, place = rules_of(s), s.get(Place, place_id) if place_id is not None else None
    row, reasons = _row(rules, kind, place.kind if place else "")
    staffed = _staffed(s)
    lead, instead = _held(rules, row.lead, staffed)
    enforcement, _ = _held(rules, row.enforcement, staffed) if row.enforcement else ("", "")
    called = (lead, enforcement, *(post for post in row.call if post in staffed), VILLAGE)
    basis = f"主办 {post_name(rules, lead)}{instead}，依据{'；'.join((row.basis, *reasons))}"
    return Routing(lead, enforcement, basis[:LONGEST], VILLAGE, tuple(dict.fromkeys(post for post in called if post)))


def _row(rules: Rules, kind: str, place_kind: str) -> tuple[Row, tuple[str, ...]]:
    """The default row, then what the town says of the kind, then what it says of the kind at such places; and why."""
    row = TABLE.get(kind, TABLE["A19"])
    reasons: tuple[str, ...] = ()
    trade = TRADES.get(place_kind, VILLAGE)
    if row.by_trade and trade != VILLAGE:
        row, reasons = row._replace(lead=trade), (f"{PLACE_KINDS[place_kind]}按{TRADE_BASIS}",)
    fitting = [rule for rule in rules.routing if rule.kind == kind and rule.place in ("", place_kind)]
    for rule in sorted(fitting, key=lambda found: bool(found.place)):
        row = row._replace(
            lead=rule.lead or row.lead, enforcement=rule.enforcement or row.enforcement, call=rule.call or row.call
        )
        reasons = (rule.basis,) if rule.lead else reasons
    return row, reasons


def _held(rules: Rules, post: str, staffed: frozenset[str]) -> tuple[str, str]:
    """The post itself, or the fire post and why."""
    if post in {FIRE, VILLAGE} or post in staffed:
        return post, ""
    missing = "没有登记人员" if post in rules.posts else "镇里没有设"
    return FIRE, f"（{post_name(rules, post)}{missing}，由它代办）"


def post_name(rules: Rules, post: str) -> str:
    """Return what a post is called in this town."""
    return rules.posts.get(post) or POST_NAMES.get(post, post)


def posts_of(held: Held) -> frozenset[str]:
    """Return the posts that somebody fills by a role: the one of the grant, and the one that goes with the role."""
    return frozenset(post for post in (held.post, ROLE_POSTS.get(held.role, "")) if post)


def holds(who: Actor, post: str, path: str) -> bool:
    """Say whether somebody fills this post for an area."""
    return any(post in posts_of(held) and path.startswith(held.path) for held in who.held)


def people_of(s: Session, post: str, path: str) -> list[int]:
    """Return the ids of the people who fill this post for an area, nearest area first; only who can be reached."""
    rows = s.exec(
        select(Grant, Area.path)
        .join(Area, col(Grant.area_id) == col(Area.id))
        .join(Person, col(Grant.person_id) == col(Person.id))
        .where(col(Grant.ended_at).is_(None), col(Person.reachable))
        .order_by(col(Grant.id))
    )
    held = [(grant.person_id, Held(Role(grant.role), grant.area_id, at, grant.post)) for grant, at in rows]
    found = [(-len(on.path), person) for person, on in held if post in posts_of(on) and path.startswith(on.path)]
    return list(dict.fromkeys(person for _, person in sorted(found, key=lambda each: each[0])))


def _staffed(s: Session) -> frozenset[str]:
    """Return the posts that somebody fills anywhere."""
    rows = s.exec(select(Grant.role, Grant.post).where(col(Grant.ended_at).is_(None)).distinct())
    return _posts(Held(Role(role), 0, "", post) for role, post in rows)


def _posts(held: Iterable[Held]) -> frozenset[str]:
    return frozenset().union(*(posts_of(each) for each in held))
