"""Who may do what with a broadcast: every button, for every role, in the own village, in another, in the whole town."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from models import chats, keyboards
from models.areas import Area, area_by_code
from models.audiences import Segment
from models.broadcasts import Broadcast, Stage
from models.people import PERMISSIONS, Can, Grant, Person, Role
from sandbox.people import Person as Phone
from tests.bot.conftest import MORNING
from tests.bot.ways_in import tap
from tests.town import Township, close_township, open_township

OWN, OTHER, TOWN = "changzhen", "qingshi", "town"
WRITES, APPROVES = frozenset({Can.BROADCAST}), frozenset({Can.APPROVE})
BOTH = WRITES | APPROVES
# A button, the stage it is for, and what somebody needs in the area of the broadcast to press it.
BUTTONS = [
    ("push.open", Stage.WAITING, BOTH), ("push.try", Stage.DRAFT, BOTH), ("push.paper", Stage.DONE, WRITES),
    ("push.edit", Stage.DRAFT, WRITES), ("push.again", Stage.DONE, WRITES), ("push.submit", Stage.DRAFT, WRITES),
    ("push.approve", Stage.WAITING, APPROVES), ("push.return", Stage.WAITING, APPROVES),
    ("push.cancel", Stage.DRAFT, WRITES), ("push.cancel", Stage.SENDING, BOTH), ("push.doubts", Stage.DONE, WRITES),
]  # fmt: skip


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Township]:
    """The demo town with its real handlers."""
    opened = await open_township(f"sqlite:///{tmp_path / 'town.db'}", tmp_path)
    yield opened
    await close_township(opened)


def employ(town: Township, role: Role) -> tuple[Phone, int]:
    """Return somebody new with this role in one village, and their number."""
    phone = town.telegram.person("新人", id=8_000_000_001)
    phone.chat.started = True

    def add(s: Session) -> int:
        person = Person(telegram_id=phone.id, name="新人", seen_at=MORNING)
        s.add(person)
        s.flush()
        s.add(Grant(person_id=person.id or 0, role=role.value, area_id=area_of(s, OWN), since=MORNING))
        return person.id or 0

    return phone, town.read(add)


def area_of(s: Session, code: str) -> int:
    """Return the number of an area of the demo town."""
    area = area_by_code(s, code)
    assert area is not None
    return area.id or 0


def broadcast(s: Session, code: str, stage: Stage) -> int:
    """Return the number of a colleague's broadcast."""
    author = s.exec(select(Person.id).where(Person.name == "李干事")).one()
    number, path = len(s.exec(select(Broadcast)).all()), s.get_one(Area, area_of(s, code)).path
    made = Broadcast(slot_key=f"form-{number}", title=f"第 {number} 条", text="管好火源。", stage=stage,
                     author_id=author, segment=Segment(path).to_json(), created_at=MORNING)  # fmt: skip
    s.add(made)
    s.flush()
    return made.id or 0


async def presses(town: Township, phone: Phone, number: int, verb: str, args: dict[str, Any]) -> bool:
    """Press a button that was made for this very person; say whether it did not turn them away."""
    token = town.read(keyboards.make_keyboard, number, [[verb, args, False]], now=town.clock.now())
    before = phone.last.id if phone.screen else 0
    tap(town, phone, f"{token}.0")  # type: ignore[arg-type]
    await town.settle()
    return not any("职责范围" in seen.text for seen in phone.screen if seen.from_bot and seen.id > before)


def may(role: Role, cans: frozenset[Can], code: str) -> bool:
    """Say what the table says: the role has it, and only in the own village."""
    return bool(cans & PERMISSIONS[role]) and code == OWN


@pytest.mark.parametrize("role", Role)
async def test_every_button_of_a_broadcast_obeys_the_table_in_every_area(town: Township, role: Role) -> None:
    phone, number = employ(town, role)
    for verb, stage, cans in BUTTONS:
        for code in (OWN, OTHER, TOWN):
            args = {"id": town.read(broadcast, code, stage), "edition": 1, "paper": "broadcast.test"}
            assert await presses(town, phone, number, verb, args) is may(role, cans, code), (verb, stage, code)


@pytest.mark.parametrize("role", Role)
async def test_a_group_is_switched_only_for_the_own_area(town: Township, role: Role) -> None:
    phone, number = employ(town, role)
    chat = town.read(lambda s: chats.met(s, -1, "群", is_channel=False, may_write=True, now=MORNING).id)
    for code in (OTHER, TOWN, OWN):
        args = {"id": chat, "area": town.read(area_of, code)}
        assert await presses(town, phone, number, "chats.switch", args) is may(role, WRITES, code), code
    assert town.read(chats.any_on) is may(role, WRITES, OWN)
