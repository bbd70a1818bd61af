"""Scenes of patrols: three taps when all is well, exceptions with pictures, closed doors, and a process that stops."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot.app import build_machine, build_telegram
from bot.database import Database
from bot.pace import Pace
from bot.settings import Settings
from models import patrols
from models import town as towns
from models.hazards import Hazard, evidence
from models.patrols import Patrol, PatrolItem
from models.places import Place
from sandbox.request import SandboxRequest
from tests.town import TOKEN, TOWN_FILE, Somebody, Township


async def taps(who: Somebody, *labels: str) -> int:
    for label in labels:
        await who.presses(label)
    return len(labels)


def logged(town: Township, name: str) -> list[Patrol]:
    def find(s: Session) -> list[Patrol]:
        rows = select(Patrol).join(Place, col(Place.id) == col(Patrol.place_id)).where(Place.name == name)
        return list(s.exec(rows.order_by(col(Patrol.id))))

    return town.read(find)


def items(town: Township, patrol: Patrol) -> dict[str, PatrolItem]:
    return {item.key: item for item in town.read(patrols.items_of, patrol.id)}


def place(town: Township, name: str) -> Place:
    return town.read(lambda s: s.exec(select(Place).where(Place.name == name)).one())


async def reopened(town: Township, url: str, folder: Path) -> None:
    """Stop the process and start another one on the same database."""
    await town.machine.stop()
    settings = Settings(_env_file=None, bot_token=TOKEN, data_dir=folder, database_url=url, town=TOWN_FILE)
    town.database = Database(url, towns.rules(towns.read_town(TOWN_FILE)))
    app = build_telegram(settings, SandboxRequest(town.telegram))
    await app.initialize()
    pace = Pace(lambda: 0.0, rate=float("inf"), chat=0.0)
    town.machine = build_machine(app, town.database, clock=town.clock.now, pace=pace)
    await town.machine.start()


@pytest.fixture
async def zhang(town: Township) -> Somebody:
    """张网格员 with the menu on the screen."""
    who = town.somebody("张网格员")
    await who.says("/start")
    return who


async def test_three_taps_when_all_is_well(town, zhang):
    assert await taps(zhang, "巡查", "示范镇农贸市场", "全部合格") == 3
    assert "已记录：示范镇农贸市场" in zhang.last
    assert "下次巡查：12月8日" in zhang.last
    (patrol,) = logged(town, "示范镇农贸市场")
    assert (patrol.outcome, patrol.failed, patrol.late) == ("done", 0, False)
    assert patrol.checklist_version


async def test_the_next_place_is_one_tap_away_until_all_is_done(zhang):
    await taps(zhang, "巡查", "示范镇农贸市场", "全部合格")
    for _ in range(3):
        await taps(zhang, "下一家", "全部合格")
    assert "都巡查完了" in zhang.last
    await zhang.says("/patrol")
    assert "没有要巡查的场所" in zhang.last


async def test_the_longest_overdue_comes_first_and_pages_turn(town, zhang):
    await town.passes(days=20)
    await zhang.says("巡查清单")
    assert "待巡查 14 家" in zhang.last
    assert zhang.buttons[0].endswith("逾期 20 天")
    first = zhang.buttons[:8]
    await zhang.presses("下一页")
    assert "◀ 上一页" in zhang.buttons
    assert not set(first) & set(zhang.buttons)
    await zhang.presses("上一页")
    assert zhang.buttons[:8] == first


async def test_two_problems_one_opens_a_hazard_the_other_was_put_right(town, zhang):
    await taps(zhang, "巡查", "示范镇卫生院", "有问题")
    card = zhang.phone.last.id
    await taps(zhang, "灭火器", "翻页", "氧气瓶间", "勾好了")
    assert zhang.phone.last.id == card, "ticking edits one card"
    await zhang.sends("photo", caption="过期半年了")
    await zhang.presses("开隐患")
    await zhang.says("旁边堆了纸箱")
    await zhang.sends("album", 2)
    await zhang.presses("已当场整改")
    assert "其余 19 项合格" in zhang.last
    await zhang.presses("提交")
    assert zhang.sees("2 项有问题")
    assert zhang.sees("吹2026-0001")
    (patrol,) = logged(town, "示范镇卫生院")
    found = items(town, patrol)
    assert {key: (item.result, item.note, len(item.media)) for key, item in found.items()} == {
        "G2": ("fail", "过期半年了", 1),
        "hospital-03": ("fixed", "旁边堆了纸箱", 2),
    }
    hazard = town.read(lambda s: s.get_one(Hazard, found["G2"].hazard_id))
    assert (hazard.kind, hazard.source, hazard.place_text) == ("A09", "patrol", "示范镇卫生院")
    assert len(town.read(evidence, hazard)) == 1


async def test_the_paper_survives_a_restart_in_the_middle(town, zhang, database_url, tmp_path):
    await taps(zhang, "巡查", "示范镇卫生院", "有问题", "灭火器", "应急灯", "勾好了")
    await zhang.says("压力不够")
    await reopened(town, database_url, tmp_path)
    await zhang.presses("已当场整改")
    assert "应急灯和疏散指示牌能亮" in zhang.last
    await reopened(town, database_url, tmp_path)
    await zhang.says("不亮")
    await taps(zhang, "开隐患", "提交")
    (patrol,) = logged(town, "示范镇卫生院")
    assert {key: item.result for key, item in items(town, patrol).items()} == {"G2": "fixed", "G3": "fail"}


async def test_an_item_needs_a_word_or_a_picture(zhang):
    await taps(zhang, "巡查", "示范镇卫生院", "有问题", "灭火器", "勾好了")
    assert "开隐患" not in zhang.buttons
    await zhang.sends("location", 29.9, 107.7)
    assert zhang.sees("先发一张照片，或者打一句话说明")
    await zhang.says("压力不够")
    assert "开隐患" in zhang.buttons


async def test_going_back_keeps_the_ticks_and_unticking_drops_the_finding(town, zhang):
    await taps(zhang, "巡查", "示范镇卫生院", "有问题", "灭火器", "应急灯", "勾好了", "返回")
    assert [label for label in zhang.buttons if label.startswith("❌")][1].startswith("❌ 3 应急灯")
    await zhang.presses("勾好了")
    await zhang.says("压力不够")
    await zhang.presses("开隐患")
    await zhang.says("不亮")
    await taps(zhang, "开隐患", "改有问题的", "❌ 2", "勾好了", "提交")
    (patrol,) = logged(town, "示范镇卫生院")
    assert list(items(town, patrol)) == ["G3"]


async def test_pressing_problem_twice_opens_one_paper(zhang):
    await taps(zhang, "巡查", "示范镇卫生院", "有问题", "灭火器")
    await zhang.presses("有问题")
    assert zhang.sees("接着上次的填")
    assert "勾好了（1 项）" in zhang.buttons


async def test_a_locked_door_is_tried_again_at_another_hour(town, zhang):
    assert await taps(zhang, "巡查", "示范镇农贸市场", "没进去", "锁门没人") == 4
    assert "再去一次：11月25日" in zhang.last
    (patrol,) = logged(town, "示范镇农贸市场")
    assert patrol.outcome == "locked"


async def test_who_moved_away_leaves_the_list_and_a_slip_can_be_mended(town, zhang):
    await taps(zhang, "巡查", "示范镇农贸市场", "没进去", "已搬走")
    assert "以后不再安排巡查" in zhang.last
    assert place(town, "示范镇农贸市场").next_patrol_on is None
    await town.passes(minutes=1)
    await taps(zhang, "回到这一家", "全部合格")
    assert place(town, "示范镇农贸市场").status == "open"


async def test_a_double_tap_and_an_old_card_log_nothing_twice(town, zhang):
    await taps(zhang, "巡查", "示范镇农贸市场")
    old = zhang.phone.last
    await zhang.says("/place 菜市场")
    await zhang.presses("全部合格", resent=2)
    await town.passes(minutes=5)
    await zhang.presses("全部合格", message=old)
    assert zhang.sees("刚才已经记过了")
    assert len(logged(town, "示范镇农贸市场")) == 1


@pytest.mark.parametrize(
    ("sentence", "place_name", "results"),
    [
        ("巡查了张记面馆,灭火器过期,其他正常", "张记面馆", {"G2": "fail"}),
        ("今天巡查了张纪面馆，应急灯不亮已当场整改，其他正常", "张记面馆", {"G3": "fixed"}),
        ("刚才检查了中心校，全部正常", "示范镇中心小学", {}),
    ],
)
async def test_one_sentence_is_a_whole_patrol_after_one_tap(town, zhang, sentence, place_name, results):
    await zhang.says(sentence)
    assert not logged(town, place_name), "nothing is logged before it was confirmed"
    await zhang.presses("提交")
    (patrol,) = logged(town, place_name)
    assert {key: item.result for key, item in items(town, patrol).items()} == results
    assert patrol.note == sentence


async def test_a_sentence_about_a_locked_door(town, zhang):
    await zhang.says("检查了鸿运火锅，锁门没人")
    assert "鸿运火锅：锁门没人。对吗？" in zhang.last
    await zhang.presses("提交")
    assert [patrol.outcome for patrol in logged(town, "鸿运火锅")] == ["locked"]


@pytest.mark.parametrize(
    "sentence",
    [
        "巡查了张记面馆，厨房太乱了，其他正常",
        "检查了张记面馆，收银台没人，其他正常",
        "检查了张记面馆，卫生不合格",
        "检查了张记面馆",
    ],
)
async def test_words_that_fit_no_item_are_not_taken_for_all_well(zhang, sentence):
    await zhang.says(sentence)
    assert "没听出是哪一项有问题" in zhang.last
    assert "✔ 全部合格" in zhang.buttons


async def test_an_unknown_place_is_asked_for_and_the_sentence_is_kept(town, zhang):
    await zhang.says("检查了那家店，灭火器过期，其他正常")
    assert "没听出是哪一家" in zhang.last
    await zhang.presses("按名字找")
    await zhang.says("hyhg")
    await taps(zhang, "鸿运火锅", "提交")
    (patrol,) = logged(town, "鸿运火锅")
    assert list(items(town, patrol)) == ["G2"]


async def test_what_is_confirmed_long_after_it_was_said_is_marked_as_late(town, zhang):
    await zhang.says("巡查了张记面馆,灭火器过期,其他正常")
    await town.passes(minutes=40)
    await zhang.presses("提交")
    assert zhang.sees("补录")
    (patrol,) = logged(town, "张记面馆")
    assert patrol.late
    assert patrol.finished_at - patrol.claimed_at >= timedelta(minutes=40)
    assert patrol.claimed_at == datetime(2026, 11, 23, 2, tzinfo=UTC)


async def test_a_location_shows_what_is_near(town, zhang):
    await zhang.sends("location", 29.9015, 107.7025)
    assert "离您最近的场所" in zhang.last
    assert zhang.buttons[0] == "张记面馆  0 米"
    await taps(zhang, "张记面馆", "全部合格")
    assert len(logged(town, "张记面馆")) == 1


async def test_far_from_every_place_it_offers_to_find_one_by_name(zhang):
    await zhang.sends("location", 30.28, 119.94)
    assert "附近 3 公里内没有登记的场所" in zhang.last
    assert zhang.buttons == ["🔍 按名字找"]


async def test_a_place_is_found_by_nickname_initials_and_a_wrong_character(zhang):
    for words in ("中心校", "zjmg", "张纪面馆"):
        await zhang.says("查场所")
        await zhang.says(words)
        assert "✔ 全部合格" in zhang.buttons, words
    await zhang.says("/place 没有这家")
    assert "没有找到「没有这家」" in zhang.last


async def test_places_of_others_and_patrols_of_residents_stay_closed(town):
    liu, leader, resident = (town.somebody(name) for name in ("刘网格员", "孙镇长", "陈大哥"))
    await liu.says("/place 张记面馆")
    assert "没有找到" in liu.last
    await leader.says("/place 张记面馆")
    assert "小餐饮" in leader.last
    assert leader.buttons == ["我要回避", "器材证照"]
    await resident.says("/patrol")
    assert "不在您的职责范围内" in resident.last
