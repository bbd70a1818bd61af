"""Pitfall 5: a storm of reminders, then silence. 30 overdue x 5 people are 5 messages; closing takes a line out."""

import re

from sqlmodel import Session, select

from models import deadlines, hazards
from models.hazards import Hazard
from models.outbox import Outgoing
from models.people import Actor, Grant, Person, Role, actor_of
from tests.handlers.pushing import actor, at, opened
from tests.town import Somebody, Township

NAMES = ["张网格员", "李干事", "赵干事", "孙镇长"]


def report(s: Session, town: Township, count: int) -> None:
    """Invented reports that were given to the grid worker at once."""
    zhang = actor(s, "张网格员")
    area = next(held.area_id for held in zhang.held if held.path.endswith("/changzhen-1/"))
    for n in range(count):
        given = {"kind": "A09", "severity": "ordinary", "place_text": f"{n + 1} 号楼", "detail": "灭火器过期"}
        made = hazards.report(s, actor(s, "陈大哥"), area_id=area, now=town.clock.now(), **given)
        hazards.assign(s, actor(s, "李干事"), made.id or 0, zhang.id, now=town.clock.now())


def fifth(s: Session, town: Township) -> Actor:
    """A second leader, so that five people hear of what is late."""
    person = Person(telegram_id=91_005, name="马副镇长", seen_at=town.clock.now())
    s.add(person)
    s.flush()
    town_id = next(held.area_id for held in actor(s, "孙镇长").held)
    s.add(Grant(person_id=person.id or 0, role=Role.LEADER.value, area_id=town_id, since=town.clock.now()))
    s.flush()
    return actor_of(s, person)


def only_hazards(s: Session, town: Township) -> None:
    for clock in deadlines.open_deadlines(s):
        if clock.thing != "hazard":
            deadlines.cancel(s, clock.thing, clock.thing_id, now=town.clock.now())


def digests(who: Somebody) -> list[str]:
    return [text for text in who.texts if "今天要办的事" in text]


async def test_thirty_overdue_for_five_people_are_five_messages_whose_lines_open_their_cases(town: Township) -> None:
    town.read(fifth, town)
    people = await opened(town, *NAMES, "马副镇长")
    town.read(only_hazards, town)
    town.read(report, town, 30)
    await town.until(at(4, 8, 29, month=12))
    before = {who.phone.id: len(digests(who)) for who in people}
    await town.until(at(4, 8, 31, month=12))
    await town.passes(minutes=30)
    for who in people:
        assert len(digests(who)) == before[who.phone.id] + 1
    assert town.read(_of_the_day, "2026-12-04") == 5

    zhang = people[0]
    digest = next(message for message in reversed(zhang.phone.screen) if "今天要办的事" in message.text)
    labels = [button.text for row in digest.buttons for button in row]
    shown = re.findall(r"吹2026-\d{4}", digest.text)
    assert labels == [*(f"看 {number}" for number in shown), "看全部待办隐患"]
    count = len(digests(zhang))
    await zhang.presses(f"看 {shown[0]}")
    assert len(digests(zhang)) == count - 1, "the case takes the place of the digest"
    assert zhang.sees("核查期限：11月26日 18:00 前（已逾期）")
    assert "请督促" in digests(people[-1])[-1]


def _of_the_day(s: Session, day: str) -> int:
    keys = s.exec(select(Outgoing.key).where(Outgoing.what == "digest"))
    return sum(bool(key and key.endswith(day)) for key in keys)


async def test_what_is_closed_is_in_no_digest_any_more_and_the_last_one_silences_it(town: Township) -> None:
    (zhang,) = await opened(town, "张网格员")
    town.read(only_hazards, town)
    town.read(report, town, 2)
    await town.until(at(30, 8, 30))
    assert "吹2026-0001" in digests(zhang)[-1]
    town.read(_close, "吹2026-0001", town)
    await town.until(at(1, 8, 30, month=12))
    assert "吹2026-0001" not in digests(zhang)[-1]
    assert "吹2026-0002" in digests(zhang)[-1]
    count = len(digests(zhang))
    town.read(_close, "吹2026-0002", town)
    await town.until(at(2, 8, 30, month=12))
    assert len(digests(zhang)) == count


def _close(s: Session, number: str, town: Township) -> None:
    hazard = s.exec(select(Hazard).where(Hazard.number == number)).one()
    hazards.reject(s, actor(s, "张网格员"), hazard.id or 0, note="已经换了", now=town.clock.now())


async def test_many_that_run_out_within_hours_are_one_message_to_each(town: Township) -> None:
    li, zhou = await opened(town, "李干事", "周主任")
    town.read(_unassigned, town, 30)
    await town.until(at(23, 16, 1))
    for who in (zhou,):
        told = [text for text in who.texts if "30 件隐患已经超时" in text]
        assert len(told) == 1
        assert sum(label.startswith("看 吹") for label in who.buttons) == 30
    assert not li.sees("已经超时"), "the fire post is told in the morning when it is still not done"


def _unassigned(s: Session, town: Township, count: int) -> None:
    area = next(held.area_id for held in actor(s, "周主任").held)
    for n in range(count):
        given = {"kind": "A09", "severity": "ordinary", "place_text": f"{n + 1} 号楼", "detail": "灭火器过期"}
        hazards.report(s, actor(s, "陈大哥"), area_id=area, now=town.clock.now(), **given)
