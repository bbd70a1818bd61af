"""What reaches people without being asked for: tips, digests and nudges - once, in time, and only what they want."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, time

import pytest
from sqlmodel import Session, select

import handlers
from bot.app import build_machine, build_telegram
from bot.database import Database
from bot.machine import Machine
from bot.pace import Pace
from bot.settings import Settings
from handlers.broadcasts import choose
from models import broadcasts, deadlines, drafts, hazards, outbox, tasks
from models.broadcasts import Broadcast
from models.drafts import Draft
from models.hazards import Hazard, Media
from models.outbox import Outgoing
from models.people import Actor, Person, actor_of
from models.rules import ZONE, TipSlot
from sandbox.request import SandboxRequest
from tests.town import TOKEN, TOWN_FILE, Township

TIP = "【消防提示】"
PHOTO = [Media("photo", "file-1", "unique-1")]


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


TUESDAY = at(24, 8, 30)


async def opened(town: Township, name: str):
    """Somebody who has opened the bot; Telegram delivers to nobody else."""
    who = town.somebody(name)
    await who.says("/start")
    return who


def _actor(s: Session, name: str) -> Actor:
    return actor_of(s, s.exec(select(Person).where(Person.name == name)).one())


def tips_of(who) -> list[str]:
    return [text for text in who.texts if text.startswith(TIP)]


def digests_of(who) -> list[str]:
    return [text for text in who.texts if "今天要办的事" in text]


async def test_the_tip_comes_on_tuesday_at_half_past_eight_and_once(town):
    granny, chen = await opened(town, "王婆婆"), await opened(town, "陈大哥")
    await town.until(at(24, 8, 29))
    assert tips_of(granny) == []
    await town.until(TUESDAY)
    assert len(tips_of(granny)) == 1
    await town.passes(seconds=2)
    await town.passes(minutes=30)
    assert len(tips_of(granny)) == len(tips_of(chen)) == 1


async def test_a_bot_that_was_away_over_breakfast_makes_up_for_the_tip_but_not_in_the_evening(town):
    granny = await opened(town, "王婆婆")
    await town.until(at(24, 10, 29))
    assert len(tips_of(granny)) == 1
    await town.until(at(27, 10, 30))
    assert len(tips_of(granny)) == 1


async def test_the_next_tip_is_another_one_about_something_else(town):
    granny = await opened(town, "王婆婆")
    for day in (24, 27):
        await town.until(at(day, 8, 30))
    await town.until(at(1, 8, 30, month=12))
    sent = town.read(lambda s: [(tip.article_id, tip.topic) for tip in s.exec(select(Broadcast))])
    assert len(tips_of(granny)) == len(set(sent)) == len({topic for _, topic in sent}) == 3


async def test_nobody_is_woken_by_a_tip(town):
    town.database.rules = replace(town.database.rules, tip_slots=(TipSlot(time(5, 30)),))
    granny = await opened(town, "王婆婆")
    await town.until(at(24, 6, 59))
    assert tips_of(granny) == []
    await town.until(at(24, 7, 0))
    assert len(tips_of(granny)) == 1


async def test_who_unsubscribed_gets_no_tip_until_they_come_back(town):
    granny, chen = await opened(town, "王婆婆"), await opened(town, "陈大哥")
    await granny.says("别再发了")
    await town.until(TUESDAY)
    assert tips_of(granny) == []
    assert len(tips_of(chen)) == 1
    await granny.says("恢复推送")
    await town.until(at(27, 8, 30))
    assert len(tips_of(granny)) == 1


async def test_the_tip_itself_turns_its_topic_off_and_opens_its_article(town):
    granny = await opened(town, "王婆婆")
    await town.until(TUESDAY)
    (tip,) = tips_of(granny)
    await granny.presses("听更多")
    assert "依据：" in granny.last
    assert tip in granny.texts
    await granny.presses("不再收这类")
    topic = town.read(lambda s: s.exec(select(Broadcast)).one().topic)
    assert granny.actor.id not in town.read(broadcasts.subscribers, topic)
    assert granny.actor.id in town.read(broadcasts.subscribers, "whatever else")


async def test_a_topic_muted_while_its_tip_waits_is_respected(town):
    granny, chen = await opened(town, "王婆婆"), await opened(town, "陈大哥")
    town.clock.advance(TUESDAY - town.clock.now())
    await town.machine.beat()
    await town.machine.do_chores()
    topic = town.read(lambda s: s.exec(select(Broadcast)).one().topic)
    town.read(lambda s: broadcasts.mute(s, _actor(s, "王婆婆"), topic))
    await town.settle()
    assert tips_of(granny) == []
    assert len(tips_of(chen)) == 1


async def test_settings_show_each_topic_and_switch_it(town):
    granny = await opened(town, "王婆婆")
    await granny.says("推送设置")
    await granny.presses("✅ 电动自行车")
    assert "⭕ 电动自行车（已关）" in granny.buttons
    await granny.presses("⭕ 电动自行车（已关）")
    assert "✅ 电动自行车" in granny.buttons
    await granny.presses("全部关掉")
    assert granny.buttons == ["恢复推送"]
    await granny.presses("恢复推送")
    assert "✅ 用电" in granny.buttons


def test_a_slot_with_a_topic_keeps_to_it_and_rotates():
    before: list[Broadcast] = []
    for _ in range(6):
        article = choose("gas", before, TUESDAY)
        before.insert(0, Broadcast(slot_key="", article_id=article.id, topic="gas", title="", text="",
                                   created_at=TUESDAY))  # fmt: skip
    ids = [tip.article_id for tip in before]
    assert {tip.topic for tip in before} == {"gas"}
    assert all(one != other for one, other in itertools.pairwise(ids))
    assert choose("no such topic", [], TUESDAY) is None


async def test_the_post_publishes_a_tip_and_sees_it_arrive(town):
    post, granny = town.somebody("李干事"), await opened(town, "王婆婆")
    await post.says("发布提示")
    await post.says("今晚有大风")
    await post.says("大风天不烧灰、不烧秸秆。")
    assert "发出去就是这个样子" in post.last
    assert tips_of(granny) == []
    await post.presses("✔ 现在发布")
    assert len(tips_of(granny)) == 1
    assert "大风天不烧灰" in granny.last
    assert granny.buttons == ["不再收提示"]
    await post.presses("刷新")
    assert post.sees("已送达 2 / 共 10")
    assert post.sees("没有送达 8")  # the other eight never opened the bot


async def test_residents_cannot_publish(town):
    granny = await opened(town, "王婆婆")
    await granny.says("/help")
    assert "发布提示" not in granny.last
    await granny.says("/push")
    assert "不在您的职责范围内" in granny.last


async def test_the_third_tip_of_a_day_is_refused_and_its_text_kept(town):
    post = town.somebody("李干事")
    for title in ("第一条提示", "第二条提示", "第三条提示"):
        await post.says("/push")
        await post.says(title)
        await post.says("出门前关火、断电、关气。")
        await post.presses("✔ 现在发布")
    assert post.sees("今天的提示已经发满 2 条")
    assert town.read(lambda s: len(s.exec(select(Broadcast)).all())) == 2
    assert town.read(lambda s: s.exec(select(Draft)).one().form) == "push"


def report(s: Session, now: datetime) -> int:
    """An invented report of 陈大哥 about the market, given to 张网格员."""
    area = next(held.area_id for held in _actor(s, "张网格员").held if held.path.endswith("/changzhen-1/"))
    made = hazards.report(s, _actor(s, "陈大哥"), kind="A01", severity="serious", place_text="菜市场后门",
                          detail="货堵死了后门", area_id=area, now=now)  # fmt: skip
    hazards.assign(s, _actor(s, "李干事"), made.id, _actor(s, "张网格员").id, now=now)
    return made.id


def close(s: Session, hazard_id: int, now: datetime) -> None:
    hazards.reject(s, _actor(s, "张网格员"), hazard_id, note="现场查看，后门是通的", media=PHOTO, now=now)


async def test_a_late_hazard_is_in_the_digest_once_a_day_with_a_button(town):
    grid = await opened(town, "张网格员")
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
    grid = await opened(town, "张网格员")
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
    grid = await opened(town, "张网格员")
    town.read(report, town.clock.now())
    town.clock.advance(at(30, 8, 30) - town.clock.now())
    await town.machine.beat()
    await town.machine.do_chores()
    await town.until(at(1, 8, 30, month=12))
    assert len(digests_of(grid)) == 1
    assert "12月1日" in digests_of(grid)[0]


async def fill(who, *, whole: bool) -> None:
    await who.says("/push")
    await who.says("天干物燥")
    if whole:
        await who.says("火源要管好。")


async def test_a_form_that_only_lacks_the_last_tap_is_recalled_after_three_minutes_and_once(town):
    post = town.somebody("李干事")
    await fill(post, whole=True)
    await town.passes(minutes=2)
    assert not post.sees("还没有提交")
    await town.passes(minutes=2)
    assert post.sees("您的《发布提示》已经填好，但还没有提交")
    await town.passes(hours=1)
    assert sum("还没有提交" in text for text in post.texts) == 1
    await post.presses("接着填")
    assert post.sees("请核对")


async def test_a_half_filled_form_is_recalled_after_ten_minutes(town):
    post = town.somebody("李干事")
    await fill(post, whole=False)
    await town.passes(minutes=9)
    assert not post.sees("填到一半")
    await town.passes(minutes=2)
    assert post.sees("您有一份填到一半的《发布提示》")


async def test_the_old_card_of_a_recalled_form_still_works(town):
    post = town.somebody("李干事")
    await fill(post, whole=True)
    await town.passes(minutes=4)
    await post.presses("✔ 现在发布")
    assert town.read(lambda s: s.exec(select(Broadcast)).one().title) == "天干物燥"


async def test_who_went_on_meanwhile_is_not_recalled_in_the_morning(town):
    post = town.somebody("李干事")
    town.clock.advance(at(23, 22, 0) - town.clock.now())
    await fill(post, whole=False)
    await town.passes(minutes=15)
    assert not post.sees("填到一半")
    await post.says("火源要管好。")
    await town.until(at(24, 7, 30))
    assert not post.sees("您的《发布提示》")


async def test_duties_of_next_year_are_made_in_december(town):
    def years(s: Session) -> set[int]:
        return {turn.due_on.year for turn in s.exec(select(tasks.DutyInstance))}

    await town.until(at(30, 9))
    assert town.read(years) == {2026}
    await town.until(at(1, 9, month=12))
    assert town.read(years) == {2026, 2027}


async def test_forms_that_were_left_for_a_week_are_removed(town):
    post = town.somebody("李干事")
    await fill(post, whole=True)
    await town.passes(days=8)
    assert town.read(lambda s: s.exec(select(Draft)).all()) == []
    assert town.read(drafts.parked, post.actor.id, post.phone.id) is None


async def test_who_unsubscribes_in_the_middle_of_a_form_keeps_the_form(town):
    post = town.somebody("李干事")
    await fill(post, whole=False)
    await post.says("退订")
    assert "不再发消防提示" in post.last
    await post.says("火源要管好。")
    assert "请核对" in post.last


async def test_administrators_hear_of_what_could_not_be_handled_or_delivered(town):
    admin = await opened(town, "管理员小何")
    town.read(outbox.notify, admin.actor.id, "system.quarantined", now=town.clock.now(), row=42)
    town.read(outbox.notify, admin.actor.id, "system.unreachable", now=town.clock.now(), row=43)
    await town.settle()
    assert admin.sees("编号 Q42")
    assert admin.sees("收不到机器人的消息")


async def test_a_long_digest_names_the_most_urgent_and_counts_the_rest(town):
    grid = await opened(town, "张网格员")
    for _ in range(22):
        town.read(report, town.clock.now())
    await town.until(at(30, 8, 30))
    (digest,) = digests_of(grid)
    assert digest.count("核查期限") <= 20
    assert "请到各自的清单里看" in digest
    assert len(grid.buttons) == 6


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
    granny, grid = await opened(town, "王婆婆"), await opened(town, "张网格员")
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
