"""Permissions: one table decides, every declared way in obeys it, an invitation is good once, leaving is leaving."""

from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select
from telegram import Update

import handlers
from bot.app import TOWNSHIP
from bot.context import Context
from bot.database import Database
from bot.routes import Route
from models import invites, keyboards
from models.areas import Area, area_by_code
from models.base import Refused
from models.people import PERMISSIONS, Actor, Can, Grant, Held, Person, Role, actor_of, require
from sandbox.people import Person as Phone
from tests.bot.conftest import MORNING
from tests.bot.ways_in import tap
from tests.town import Township, close_township, open_township, prepare

EVENTS = [route for route in handlers.ROUTES if route.event]
GUARDED = [route for route in handlers.ROUTES if route.can is not None and not route.event]
EVERYBODY = PERMISSIONS[Role.RESIDENT]


def way_in(route: Route) -> str:
    """Return a name for a route."""
    return route.command or route.press or route.words[0]


def with_role(role: Role, path: str = "/county/town/") -> Actor:
    """Return somebody with one role."""
    return Actor(1, "某人", (Held(role, 1, path),))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("can", Can)
def test_the_table_decides(role: Role, can: Can) -> None:
    allowed = can in PERMISSIONS[role]
    assert with_role(role).may(can) is (allowed or can in EVERYBODY)
    assert with_role(role).reaches(can, "/county/town/east/") is allowed
    assert not with_role(role, "/county/town/east/").reaches(can, "/county/town/west/")
    assert not with_role(role, "/county/town/east/").reaches(can, "/county/town/")
    if not allowed and can not in EVERYBODY:
        with pytest.raises(Refused):
            require(with_role(role), can)


def test_every_role_has_a_row_and_without_a_role_one_is_a_resident() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert {can for can in Can if Actor(1, "某人").may(can)} == EVERYBODY


def test_there_are_ways_in_to_guard() -> None:
    assert len(GUARDED) > 20
    assert len({way_in(route) for route in GUARDED}) == len(GUARDED)


def test_what_comes_in_without_a_word_or_a_tap_is_open_to_everybody() -> None:
    # Nobody reads a refusal there, so it must never be needed: inline questions, answers to a quiz, the bot's chats.
    assert {route.event for route in EVENTS} == {"inline_query", "poll_answer", "my_chat_member"}
    assert {route.can for route in EVENTS} <= {None, *EVERYBODY}


@pytest.fixture
async def staffed(tmp_path: Path) -> AsyncIterator[tuple[Township, list[str]]]:
    """The demo town with the real routes, whose handlers only note that somebody came in."""
    came: list[str] = []

    def noting(route: Route) -> Route:
        async def note(_: Update, __: Context) -> None:
            came.append(way_in(route))

        return replace(route, run=note) if route.can is not None else route

    declared = replace(TOWNSHIP, routes=tuple(noting(route) for route in handlers.ROUTES))
    town = await open_township(f"sqlite:///{tmp_path / 'town.db'}", tmp_path, declared=declared)
    yield town, came
    await close_township(town)


def employ(town: Township, role: Role) -> tuple[Phone, int]:
    """Return somebody new with this role in the whole town, and their number."""
    phone = town.telegram.person(f"新人{role.value}", id=8_000_000_001)
    phone.chat.started = True

    def add(s: Session) -> int:
        person = Person(telegram_id=phone.id, name=phone.user.name, seen_at=MORNING)
        s.add(person)
        s.flush()
        area = s.exec(select(Area.id).where(Area.level == "town")).one()
        s.add(Grant(person_id=person.id or 0, role=role.value, area_id=area or 0, since=MORNING))
        return person.id or 0

    return phone, town.database.transaction(add)


async def comes(town: Township, phone: Phone, number: int, route: Route) -> None:
    """Take a way in: by command, by a declared word, or by a button that was made for this very person."""
    if route.press:
        button = [route.press, {}, True]
        token = town.database.transaction(keyboards.make_keyboard, number, [button], now=town.clock.now())
        tap(town, phone, f"{token}.0")  # type: ignore[arg-type]
    else:
        phone.says(f"/{route.command}" if route.command else route.words[0])
    await town.settle()


@pytest.mark.parametrize("role", Role)
async def test_every_way_in_lets_in_exactly_those_of_the_table(staffed: tuple[Township, list[str]], role: Role) -> None:
    town, came = staffed
    phone, number = employ(town, role)
    for route in GUARDED:
        assert route.can is not None
        came.clear()
        await comes(town, phone, number, route)
        allowed = route.can in PERMISSIONS[role] | EVERYBODY
        assert came == ([way_in(route)] if allowed else []), way_in(route)
        if not allowed:
            assert "职责范围" in phone.last.text, way_in(route)


@pytest.mark.parametrize("role", Role)
async def test_the_commands_show_what_one_may_do_and_nothing_else_and_the_buttons_the_most_needed(
    staffed: tuple[Township, list[str]], role: Role
) -> None:
    town, _ = staffed
    phone, _ = employ(town, role)
    phone.says("/start")
    await town.settle()
    commands = town.telegram.calls("setMyCommands")[-1].params["commands"]
    listed = {command["description"] for command in commands}
    for route in handlers.ROUTES:
        if route.label and route.can is not None:
            assert (route.label in listed) is (route.can in PERMISSIONS[role] | EVERYBODY), route.label
    words = [label for row in phone.reply_keyboard or [] for label in row]
    assert set(words[:-1]) <= listed
    assert 4 <= len(words) <= 6


async def test_who_leaves_is_a_stranger_with_the_next_update(staffed: tuple[Township, list[str]]) -> None:
    town, came = staffed
    phone, number = employ(town, Role.GRID)
    patrol = next(route for route in GUARDED if route.command == "patrol")
    button = next(route for route in GUARDED if route.press and route.can is Can.PATROL)
    await comes(town, phone, number, patrol)
    assert came == ["patrol"]
    token = town.database.transaction(keyboards.make_keyboard, number, [[button.press, {}, True]], now=MORNING)

    def leave(s: Session) -> None:
        boss = Actor(number, "岗", (Held(Role.POST, 1, "/"),))
        assert invites.end_roles(s, boss, number, now=MORNING) == 1

    town.database.transaction(leave)
    came.clear()
    await comes(town, phone, number, patrol)
    tap(town, phone, f"{token}.0")  # type: ignore[arg-type]
    await town.settle()
    assert came == []
    phone.says("/start")
    await town.settle()
    assert patrol.label not in [label for row in phone.reply_keyboard or [] for label in row]


@pytest.fixture
def town_office(database_url: str) -> Iterator[Database]:
    """A database with a town and two villages."""
    database = Database(database_url)
    prepare(database)
    with database.session() as s, s.begin():
        for code, path in (("town", "/town/"), ("east", "/town/east/"), ("west", "/town/west/")):
            s.add(Area(code=code, name=code, level="village", path=path))
    yield database
    database.close()


def newcomer(s: Session, number: int = 1) -> Person:
    """Add somebody without a role."""
    person = Person(telegram_id=number, name=f"新人{number}", seen_at=MORNING)
    s.add(person)
    s.flush()
    return person


def invited(database: Database, role: Role = Role.GRID, code: str = "east") -> str:
    """Return the code of an invitation from the server console."""

    def make(s: Session) -> str:
        area = area_by_code(s, code)
        assert area is not None
        return invites.invite(s, None, role, area.id or 0, now=MORNING)

    return database.transaction(make)


def join(database: Database, code: str, number: int = 1, after: timedelta = timedelta(0)) -> bool:
    """Try an invitation as somebody new; say whether it was good."""

    def accept(s: Session) -> None:
        person = s.exec(select(Person).where(Person.telegram_id == number)).first() or newcomer(s, number)
        invites.accept(s, person, code, now=MORNING + after)

    try:
        database.transaction(accept)
    except Refused as told:
        return "邀请链接" not in str(told)
    return True


def roles(database: Database, number: int = 1) -> list[tuple[str, str]]:
    """Return the roles that somebody holds, with the paths."""

    def held(s: Session) -> list[tuple[str, str]]:
        person = s.exec(select(Person).where(Person.telegram_id == number)).first()
        return [(h.role.value, h.path) for h in actor_of(s, person).held] if person else []

    return database.transaction(held)


def test_an_invitation_gives_its_role_in_its_area(town_office: Database) -> None:
    assert join(town_office, invited(town_office))
    assert roles(town_office) == [("grid", "/town/east/")]


def test_an_invitation_is_good_once(town_office: Database) -> None:
    code = invited(town_office)
    assert join(town_office, code, 1)
    assert not join(town_office, code, 1)
    assert not join(town_office, code, 2)
    assert roles(town_office, 2) == []


def test_an_invitation_expires(town_office: Database) -> None:
    code = invited(town_office)
    assert not join(town_office, code, after=timedelta(hours=25))
    assert roles(town_office) == []
    assert join(town_office, code, after=timedelta(hours=23))


@pytest.mark.parametrize("change", [lambda _: "", lambda c: c[:-1], lambda c: c + "x", str.swapcase, str.strip])
def test_a_wrong_code_is_no_invitation(town_office: Database, change: Any) -> None:
    code = invited(town_office)
    assert join(town_office, change(code)) is (change(code) == code)


def test_the_code_itself_is_not_kept(town_office: Database) -> None:
    code = invited(town_office)
    kept = town_office.transaction(lambda s: s.exec(select(invites.Invite.code_tag)).one())
    assert code not in kept


@pytest.mark.parametrize("role", [Role.ADMIN, Role.CUSTODIAN])
def test_the_highest_roles_come_only_from_the_server_console(town_office: Database, role: Role) -> None:
    boss = Actor(1, "管", (Held(Role.ADMIN, 1, "/town/"),))
    with pytest.raises(Refused, match="服务器"):
        town_office.transaction(lambda s: invites.invite(s, boss, role, 1, now=MORNING))
    assert join(town_office, invited(town_office, role))


def test_nobody_invites_beyond_their_own_area(town_office: Database) -> None:
    boss = Actor(1, "岗", (Held(Role.POST, 2, "/town/east/"),))
    west = town_office.transaction(lambda s: area_by_code(s, "west").id)  # type: ignore[union-attr]
    with pytest.raises(Refused):
        town_office.transaction(lambda s: invites.invite(s, boss, Role.GRID, west or 0, now=MORNING))
    with pytest.raises(Refused):
        town_office.transaction(lambda s: invites.invite(s, Actor(1, "某人"), Role.GRID, west or 0, now=MORNING))


def test_of_many_who_open_a_link_at_once_exactly_one_joins(town_office: Database) -> None:
    code = invited(town_office)
    numbers = range(1, 21)
    with ThreadPoolExecutor(4) as threads:
        won = list(threads.map(lambda n: join(town_office, code, n), numbers))
    assert sum(won) == 1
    assert [n for n in numbers if roles(town_office, n)] == [won.index(True) + 1]


def test_leaving_ends_only_the_roles_within_the_boss_s_reach(town_office: Database) -> None:
    assert join(town_office, invited(town_office, Role.GRID, "east"))
    assert join(town_office, invited(town_office, Role.GRID, "west"))
    boss = Actor(9, "岗", (Held(Role.POST, 2, "/town/east/"),))
    number = town_office.transaction(lambda s: s.exec(select(Person.id)).one())
    town_office.transaction(lambda s: invites.end_roles(s, boss, number or 0, now=MORNING))
    assert roles(town_office) == [("grid", "/town/west/")]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.CUSTODIAN])
def test_what_only_the_server_gives_only_the_server_takes(town_office: Database, role: Role) -> None:
    assert join(town_office, invited(town_office, role, "east"))
    assert join(town_office, invited(town_office, Role.GRID, "east"))
    boss = Actor(9, "岗", (Held(Role.POST, 1, "/town/"),))
    number = town_office.transaction(lambda s: s.exec(select(Person.id)).one()) or 0
    town_office.transaction(lambda s: invites.end_roles(s, boss, number, now=MORNING))
    assert roles(town_office) == [(role.value, "/town/east/")]
    for used, told in ((1, "服务器"), (2, "已经撤销")):
        with pytest.raises(Refused, match=told):
            town_office.transaction(lambda s, n=used: invites.undo(s, boss, n, now=MORNING))
    assert roles(town_office) == [(role.value, "/town/east/")]
    assert town_office.transaction(lambda s: invites.end_roles(s, None, number, now=MORNING)) == 1
    assert roles(town_office) == []


def test_nobody_takes_back_an_invitation_beyond_their_own_area(town_office: Database) -> None:
    assert join(town_office, invited(town_office, Role.GRID, "west"))
    boss = Actor(9, "岗", (Held(Role.POST, 2, "/town/east/"),))
    for number in (1, 2):
        with pytest.raises(Refused):
            town_office.transaction(lambda s, n=number: invites.undo(s, boss, n, now=MORNING))
    assert roles(town_office) == [("grid", "/town/west/")]


def test_the_list_of_staff_ends_where_the_reach_ends(town_office: Database) -> None:
    assert join(town_office, invited(town_office, Role.GRID, "east"), 1)
    assert join(town_office, invited(town_office, Role.GRID, "west"), 2)
    boss = Actor(9, "岗", (Held(Role.POST, 2, "/town/east/"),))

    def names(s: Session, who: Actor | None) -> list[str]:
        return [found.person.name for found in invites.staff(s, who)]

    assert town_office.transaction(names, boss) == ["新人1"]
    assert town_office.transaction(names, None) == ["新人1", "新人2"]
    assert town_office.transaction(names, Actor(9, "某人")) == []
    with pytest.raises(Refused):
        town_office.transaction(lambda s: invites.colleague(s, boss, 2))


def test_a_post_that_the_town_does_not_have_is_refused(town_office: Database) -> None:
    with pytest.raises(Refused, match="moon"):
        town_office.transaction(lambda s: invites.invite(s, None, Role.POST, 1, now=MORNING, post="moon"))
