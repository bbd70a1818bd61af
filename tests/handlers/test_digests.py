"""The morning's digest of what is due, next year's duties, and what administrators hear; each once, by one process."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from sqlmodel import Session, select

import handlers
from bot.app import build_machine, build_telegram
from bot.database import Database
from bot.machine import Machine
from bot.pace import Pace
from bot.settings import Settings
from models import deadlines, hazards, outbox, tasks
from models.hazards import Hazard, Media
from models.outbox import Outgoing
from sandbox.request import SandboxRequest
from tests.handlers.pushing import actor, at, opened, tips_of
from tests.town import TOKEN, TOWN_FILE, Township

PHOTO = [Media("photo", "file-1", "unique-1")]


def digests_of(who) -> list[str]:
    return [text for text in who.texts if "今天要办的事" in text]


def report(s: Session, now: datetime) -> int:
    """An invented report of 陈大哥 about the market, given to 张网格员."""
    area = next(held.area_id for held in actor(s, "张网格员").held if held.path.endswith("/changzhen-1/"))
    made = hazards.report(s, actor(s, "陈大哥"), kind="A01", severity="serious", place_text="菜市场后门",
                          detail="货堵死了后门", area_id=area, now=now)  # fmt: skip
    hazards.assign(s, actor(s, "李干事"), made.id, actor(s, "张网格员").id, now=now)
    return made.id


def close(s: Session, hazard_id: int, now: datetime) -> None:
    hazards.reject(s, actor(s, "张网格员"), hazard_id, note="现场查看，后门是通的", media=PHOTO, now=now)


async def test_a_late_hazard_is_in_the_digest_once_a_day_with_a_button(town):
    (grid,) = await opened(town, "张网格员")
    hazard_id = town.read(report, town.clock.now())
    number = town.read(lambda s: s.get_one(Hazard, hazard_id).number)
    await town.until(at(30, 8, 29))
    assert digests_of(grid) == []
    await town.until(at(30, 8, 30))
    (digest,) = digests_of(grid)
    assert digest.index("逾期") < digest.index(number)
    assert f"{number}　核查期限 11月26日（逾期 4 天）" in digest
    assert f"看 {number}" in grid.buttons
    await town.passes(hours=1)
    assert len(digests_of(grid)) == 1
    await town.until(at(1, 8, 30, month=12))
    assert len(digests_of(grid)) == 2


async def test_what_was_closed_before_the_digest_went_out_is_not_in_it(town):
    (grid,) = await opened(town, "张网格员")
    hazard_id = town.read(report, town.clock.now())
    town.read(_stop_other_clocks, town.clock.now())
    town.clock.advance(at(30, 8, 30) - town.clock.now())
    await town.machine.beat()
    await town.machine.do_chores()
    town.read(close, hazard_id, town.clock.now())
    await town.settle()
    assert digests_of(grid) == []
    states = town.read(lambda s: {row.state for row in s.exec(select(Outgoing).where(Outgoing.what == "digest"))})
    assert states == {"silent"}


def _stop_other_clocks(s: Session, now: datetime) -> None:
    for clock in deadlines.open_deadlines(s):
        if clock.thing != "hazard":
            deadlines.cancel(s, clock.thing, clock.thing_id, now=now)


async def test_a_digest_of_yesterday_stays_silent(town):
    (grid,) = await opened(town, "张网格员")
    town.read(report, town.clock.now())
    town.clock.advance(at(30, 8, 30) - town.clock.now())
    await town.machine.beat()
    await town.machine.do_chores()
    await town.until(at(1, 8, 30, month=12))
    assert len(digests_of(grid)) == 1
    assert "12月1日" in digests_of(grid)[0]


async def test_a_long_digest_names_the_most_urgent_and_counts_the_rest(town):
    (grid,) = await opened(town, "张网格员")
    for _ in range(22):
        town.read(report, town.clock.now())
    await town.until(at(30, 8, 30))
    (digest,) = digests_of(grid)
    assert digest.count("期限") == 12
    assert "请到各自的清单里看" in digest
    assert len(grid.buttons) == 13, "each line opens its thing, and one opens all cases"
    assert grid.buttons[-1] == "看全部待办隐患"


async def test_duties_of_next_year_are_made_in_december(town):
    def years(s: Session) -> set[int]:
        return {turn.due_on.year for turn in s.exec(select(tasks.DutyInstance))}

    await town.until(at(30, 9))
    assert town.read(years) == {2026}
    await town.until(at(1, 9, month=12))
    assert town.read(years) == {2026, 2027}


async def test_administrators_hear_of_what_could_not_be_handled_or_delivered(town):
    (admin,) = await opened(town, "管理员小何")
    town.read(outbox.notify, admin.actor.id, "system.quarantined", now=town.clock.now(), row=42)
    town.read(outbox.notify, admin.actor.id, "system.unreachable", now=town.clock.now(), row=43)
    await town.settle()
    assert admin.sees("编号 Q42")
    assert admin.sees("收不到机器人的消息")


@pytest.fixture
async def second(town: Township, tmp_path) -> AsyncIterator[Machine]:
    """A second process on the same township."""
    url = town.database.engine.url.render_as_string(hide_password=False)
    database = Database(url, town.database.rules)
    settings = Settings(_env_file=None, bot_token=TOKEN, data_dir=tmp_path, database_url=url, town=TOWN_FILE)
    app = build_telegram(settings, SandboxRequest(town.telegram))
    await app.initialize()
    machine = build_machine(app, database, clock=town.clock.now, pace=Pace(lambda: 0.0, rate=float("inf"), chat=0.0))
    yield machine
    await machine.stop()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_two_processes_send_each_tip_and_each_digest_once(town, second):
    granny, grid = await opened(town, "王婆婆", "张网格员")
    town.read(report, town.clock.now())
    await second.start()
    for day, month in ((24, 11), (27, 11), (1, 12)):
        town.clock.advance(at(day, 8, 30, month=month) - town.clock.now())
        for machine in (second, town.machine):
            await machine.beat()
            await machine.do_chores()
        # Both may believe for a moment that they lead: what is due is decided by rows.
        for chore in handlers.CHORES:
            await second.database.run(chore.work, now=town.clock.now())
        for machine in (town.machine, second):
            await machine.settle()
    assert len(tips_of(granny)) == 3
    days = [digest.splitlines()[0] for digest in digests_of(grid)]
    assert len(days) == len(set(days)) > 0
    keys = town.read(lambda s: [row.key for row in s.exec(select(Outgoing)) if row.key])
    assert len(keys) == len(set(keys))
