"""Exports of places: what goes out comes back unchanged, and nobody reads who they may not."""

import pytest
from sqlmodel import Session, select

from models import audit, place_exports, place_imports
from models.audit import AuditEntry
from models.base import Refused
from models.place_contacts import PlaceContact
from models.place_rows import COLUMNS
from models.places import CLOSED, MERGED, Place
from models.workbook_rows import SAME
from tests.models.conftest import NOW, Town

KEYS = [column.key for column in COLUMNS]


@pytest.fixture
def places(s: Session, town: Town) -> list[Place]:
    """Three places, one with everything, and one that was merged away."""
    full = {"aliases": "张记,老张家", "cluster": "三组", "address": "正街 1 号（后门）", "latitude": 29.90123456,
            "longitude": 107.7, "floors": 2, "people": 3, "square_metres": 80, "risk": "high"}  # fmt: skip
    made = [
        _place(town, "a", "张记面馆", "east-1", **full),
        _place(town, "b", "=HYPERLINK(1)", "west", status=CLOSED),
        _place(town, "c", "镇上的", "town"),
        _place(town, "d", "没了的", "east-1", status=MERGED),
    ]
    s.add_all(made)
    s.flush()
    s.add_all(PlaceContact(place_id=place.id or 0, role="owner", name="张三", phone="13800000000", since=NOW,
                           ended_at=ended) for place, ended in ((made[0], None), (made[1], NOW)))  # fmt: skip
    s.flush()
    return made


def _place(town: Town, code: str, name: str, area: str, **more: object) -> Place:
    return Place(code=code, name=name, kind="catering", area_id=town.id_of(area), area_path=town.areas[area].path,
                 initials=name, created_at=NOW, **more)  # fmt: skip


@pytest.mark.usefixtures("places")
def test_what_goes_out_comes_back_unchanged(s: Session, town: Town) -> None:
    rows = place_exports.rows(s, town.post)
    assert [row[0] for row in rows] == ["c", "a", "b"]
    cells = [dict(zip(KEYS, row, strict=True)) for row in rows]
    assert cells[1]["aliases"] == "张记、老张家"
    assert (cells[1]["village"], cells[1]["grid"], cells[1]["status"]) == ("东村", "东村一网格", "在营")
    assert (cells[1]["owner"], cells[1]["owner_phone"], cells[2]["owner"]) == ("张三", "13800000000", "")
    back = place_imports.check(s, town.post, list(enumerate(cells, start=4)), 0, len(cells))
    assert [(verdict.kind, verdict.problems) for verdict in back] == [(SAME, ())] * 3


@pytest.mark.usefixtures("places")
def test_only_who_brings_places_in_reads_names_and_telephones(s: Session, town: Town) -> None:
    by_officer = {who.name: place_exports.rows(s, who) for who in (town.village, town.grid_a, town.leader, town.grid_b)}
    assert [[row[0] for row in rows] for rows in by_officer.values()] == [["a"], ["a"], ["c", "a", "b"], []]
    assert ["张三" in row for rows in by_officer.values() for row in rows if row[0] == "a"] == [True, False, False]
    assert place_exports.count(s, town.grid_b) == 0


@pytest.mark.usefixtures("places")
def test_who_takes_the_ledger_out_is_on_file_once(s: Session, town: Town) -> None:
    assert [place_exports.ask(s, who, now=NOW) for who in (town.post, town.grid_b)] == [3, 0]
    place_exports.rows(s, town.post)
    audit.write(s)
    taken = s.exec(select(AuditEntry).where(AuditEntry.op == "places.exported")).all()
    assert [(entry.who_id, entry.thing) for entry in taken] == [(town.post.id, "places:3")]
    with pytest.raises(Refused):
        place_exports.ask(s, town.resident, now=NOW)


@pytest.mark.usefixtures("places")
def test_a_large_ledger_goes_out_in_parts(s: Session, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place_exports, "PART", 2)
    assert [len(place_exports.rows(s, town.post, part)) for part in range(3)] == [2, 1, 0]


def test_everybody_chooses_among_their_own_areas(s: Session, town: Town) -> None:
    options = place_exports.options(s, town.village)
    assert (options["village"], options["grid"]) == (["东村"], ["东村一网格", "东村二网格"])
    assert len(options["kind"]) == 23
    assert "已并入另一家" not in options["status"]
