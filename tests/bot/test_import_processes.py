"""Several processes: whoever takes a step of an import takes it alone, and everything comes in once."""

from concurrent.futures import ThreadPoolExecutor

from sqlmodel import Session, func, select

from bot.database import Database
from models import imports, uploads
from models.areas import Area
from models.cells import Cell, Page
from models.imports import A_TIME
from models.people import Actor, Grant, Person, Role, actor_of
from models.places import Place
from models.uploads import Upload
from tests.bot.conftest import MORNING

ROWS = 2 * A_TIME + 1


def begin(s: Session) -> Actor:
    """An officer has sent a table of new shops, and it was read."""
    area, person = Area(code="east", name="东村", level="village", path="/east/"), Person(
        telegram_id=7, name="李干事", seen_at=MORNING)  # fmt: skip
    s.add_all([area, person])
    s.flush()
    s.add(Grant(person_id=person.id or 0, role=Role.POST, area_id=area.id or 0, since=MORNING))
    s.flush()
    who = actor_of(s, person)
    uploads.expect(s, who, "file", "场所.xlsx", now=MORNING)
    job = uploads.claim(s, now=MORNING)
    heads: list[Cell] = ["名称", "类别", "村"]
    shops: list[list[Cell]] = [[f"新店{n}", "小商店", "东村"] for n in range(ROWS)]
    assert job is not None
    imports.begin(s, job, [Page("表", list(enumerate([heads, *shops], start=1)))], now=MORNING)
    return who


def step(s: Session) -> None:
    """Take one step, as the clock of a process does."""
    if (upload := imports.under_way(s)) is not None:
        imports.go_on(s, upload, now=MORNING)


def both_go_on(database: Database, steps: int) -> None:
    """Two processes take so many steps each, at the same time."""
    with ThreadPoolExecutor(2) as processes:
        list(processes.map(lambda _: [database.transaction(step) for _ in range(steps)], range(2)))


def test_two_processes_judge_and_write_each_row_once(database: Database) -> None:
    who = database.transaction(begin)
    both_go_on(database, 4)
    upload = database.transaction(lambda s: s.exec(select(Upload)).one())
    assert (upload.state, imports.counts(upload)) == ("checked", {"new": ROWS})
    for _ in range(2):
        database.transaction(imports.order, who, upload.id or 0)
    both_go_on(database, 2)
    assert database.transaction(lambda s: s.exec(select(func.count()).select_from(Place)).one()) == ROWS
    assert database.transaction(lambda s: s.exec(select(Upload.state)).one()) == "done"
