"""Routing: every kind at every place has a lead post and a clause; the town may differ, and gaps are said."""

from datetime import datetime
from itertools import product
from pathlib import Path

import pytest
from sqlmodel import Session

from knowledge.kinds import KINDS
from models import hazards, routing
from models.people import Actor, Role
from models.places import KINDS as PLACE_KINDS
from models.rules import RouteRule, Rules
from models.town import BadTown, read_town
from tests.models.conftest import Town, inbox_of, notices_to
from tests.models.teams import POSTS, TOWN_FILE, place, staff
from tests.models.test_conflicts import counted


@pytest.fixture
def held(s: Session, town: Town) -> dict[str, Actor]:
    """Every post of the demo town's file is held by somebody."""
    return staff(s, town)


@pytest.mark.usefixtures("held")
def test_every_kind_at_every_place_has_a_lead_post_of_the_town_and_a_clause(s: Session, town: Town) -> None:
    assert set(routing.TABLE) == set(KINDS)
    assert set(routing.TRADES) == set(PLACE_KINDS)
    places = {kind: place(s, town, kind).id for kind in PLACE_KINDS}
    for kind, where in product(routing.TABLE, [None, *places.values()]):
        found = routing.route(s, kind, where)
        assert found.lead in POSTS
        assert found.enforcement in {"", *POSTS}
        assert found.territory in POSTS
        assert found.lead in found.call
        assert f"主办 {POSTS[found.lead]}，依据《" in found.basis
        assert "条" in found.basis


@pytest.mark.parametrize(
    ("kind", "where", "lead", "basis"),
    [("A02", None, "enforcement", "《消防法》第28、60条"),
     ("A04", None, "village", "《消防法》第27、66条"),
     ("A04", "catering", "economy", "小餐饮按《安全生产法》第3条"),
     ("A17", "elderly", "welfare", "养老机构按"),
     ("A17", "residential", "fire", "《消防法》第13"),
     ("A12", "forest", "forestry", "《重庆市森林防火条例》"),
     ("A99", None, "fire", "《重庆市消防条例》")],
)  # fmt: skip
@pytest.mark.usefixtures("held")
def test_the_trade_leads_where_its_own_conduct_is_the_matter(
    s: Session, town: Town, kind: str, where: str | None, lead: str, basis: str
) -> None:
    found = routing.route(s, kind, place(s, town, where).id if where else None)
    assert found.lead == lead
    assert basis in found.basis


@pytest.mark.usefixtures("held")
def test_the_town_decides_otherwise_and_the_narrower_entry_wins(s: Session, town: Town) -> None:
    own = (RouteRule("A04", "fuel", lead="safety", basis="分工第2条"), RouteRule("A04", lead="fire", basis="分工第1条"),
           RouteRule("A04", call=("welfare",)))  # fmt: skip
    s.info["rules"] = Rules(posts=POSTS, routing=own)
    anywhere, pump = routing.route(s, "A04", None), routing.route(s, "A04", place(s, town, "fuel").id)
    assert (anywhere.lead, pump.lead) == ("fire", "safety")
    assert "第27、66条；分工第1条" in anywhere.basis
    assert "第27、66条；分工第2条" in pump.basis
    assert "welfare" in anywhere.call


def test_a_post_that_is_missing_or_empty_falls_back_to_the_fire_post_and_says_so(s: Session) -> None:
    s.info["rules"] = Rules(posts={code: name for code, name in POSTS.items() if code != "forestry"})
    assert routing.route(s, "A12", None).basis.startswith("主办 消防管理岗（农业林业岗镇里没有设，由它代办）")
    assert routing.route(s, "A16", None).basis.startswith("主办 消防管理岗（民生服务岗没有登记人员，由它代办）")


def test_a_report_carries_its_routing_and_the_lead_post_repairs_first(
    s: Session, town: Town, held: dict[str, Actor], now: datetime
) -> None:
    hazard = hazards.report(s, town.resident, now=now, kind="A04", severity="ordinary", place_text="旅馆",
                            detail="插板串插板", place_id=place(s, town, "inn").id,
                            area_id=town.id_of("east-1"))  # fmt: skip
    assert (hazard.lead, hazard.enforcement) == ("economy", "enforcement")
    assert "小旅馆按" in hazard.basis
    number, economy = hazard.id or 0, held["economy"].id
    assert hazards.candidates(s, town.post, hazard)[0].id == town.grid_a.id  # a department verifies nothing
    hazards.assign(s, town.post, number, town.grid_a.id, now=now)
    hazards.confirm(s, town.grid_a, number, now=now)
    assert hazards.candidates(s, town.post, hazard)[0].id == economy
    assert hazards.assign(s, town.post, number, economy, now=now).assignee_id == economy


def test_a_village_leads_through_its_own_people(s: Session, town: Town, now: datetime) -> None:
    staff(s, town)
    other = town.newcomer(s, "西村干部", Role.VILLAGE, "west")
    hazard = hazards.report(s, town.resident, now=now, kind="A14", severity="ordinary", place_text="柴垛",
                            detail="挨着灶", area_id=town.id_of("east-1"))  # fmt: skip
    assert hazards.candidates(s, town.post, hazard)[0].id == town.village.id
    assert other.id not in {person.id for person in hazards.candidates(s, town.post, hazard)}


def test_whom_to_send_costs_the_same_with_many_people(s: Session, town: Town, now: datetime) -> None:
    hazard = hazards.report(s, town.resident, now=now, kind="A01", severity="ordinary", place_text="后门", detail="堵",
                            area_id=town.id_of("east-1"))  # fmt: skip

    def asked() -> tuple[int, int]:
        s.expire_all()
        with counted(s) as statements:
            return len(hazards.candidates(s, town.post, hazard)), len(statements)

    few, before = asked()
    for n in range(20):
        town.newcomer(s, f"网格员{n}", Role.GRID, "east-1")
    many, after = asked()
    assert (many, after) == (few + 20, before)


def test_a_department_hears_of_what_its_post_leads_and_finds_it_in_its_queue(
    s: Session, town: Town, held: dict[str, Actor], now: datetime
) -> None:
    hazard = hazards.report(s, town.resident, now=now, kind="A08", severity="ordinary", place_text="门面",
                            detail="焊门", area_id=town.id_of("east-1"))  # fmt: skip
    assert inbox_of(s, held["economy"]) == [hazard]
    assert notices_to(s, held["economy"].id) == ["hazard.led"]
    assert inbox_of(s, held["welfare"]) == []
    assert notices_to(s, held["welfare"].id) == []


BAD = """
[[routing]]
kind = "A77"
lead = "moon"
[[routing]]
kind = "A01"
place = "castle"
lead = "fire"
[[routing]]
kind = "A01"
call = ["nobody"]
[[routing]]
kind = "A02"
"""


def test_every_problem_of_the_routing_is_told_at_once(tmp_path: Path) -> None:
    bad = tmp_path / "town.toml"
    bad.write_text(TOWN_FILE.read_text(encoding="utf-8") + BAD, encoding="utf-8")
    with pytest.raises(BadTown) as problem:
        read_town(bad)
    told = "\n".join(problem.value.problems)
    for words in ("[routing.2].kind", "[routing.2].lead", "[routing.3].place", "[routing.3].basis",
                  "[routing.4.call].1", "[routing.5].lead", "没有写交给哪个岗位"):  # fmt: skip
        assert words in told
