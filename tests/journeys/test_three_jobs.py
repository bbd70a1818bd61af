"""The three main jobs over HTTP, by people who know only what they see: own processes, both databases, both ways in."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.phone import Exchange, Phone
from tests.journeys.processes import (
    Program,
    exchange,
    free_port,
    import_town,
    people_of_the_town,
    run,
    running,
    sandbox,
)

NUMBER = re.compile(r"吹\d{4}-\d{4}")
SECRET = "an-invented-webhook-secret-0001"


def number_in(text: str) -> str:
    """Return the number of a hazard that stands in a text."""
    found = NUMBER.search(text)
    assert found is not None, text
    return found[0]


def whistle(people: dict[str, Phone]) -> str:
    """A resident reports a blocked back door with a photo and hands it in; return the number."""
    wang = people["王婆婆"]
    wang.photo("菜市场后门被货堵死了")
    assert "菜市场后门" in wang.waits_for("请核对")
    wang.presses("提交")
    return number_in(wang.waits_for("收到了，谢谢您吹哨"))


def assign(people: dict[str, Phone], number: str) -> None:
    """The fire post sees the report and sends somebody."""
    li = people["李干事"]
    li.waits_for(number)
    li.presses("派给 张网格员", on=number)
    people["张网格员"].waits_for("派给您核查")


def find_true(people: dict[str, Phone], number: str) -> None:
    """The grid worker verifies on site and gives three days."""
    zhang = people["张网格员"]
    zhang.presses("属实，限期整改", on=number)
    zhang.waits_for("现场照片")
    zhang.presses("跳过")
    zhang.waits_for("给几天整改")
    zhang.presses("3 天")
    zhang.waits_for("整改期限")


def repair(people: dict[str, Phone], number: str) -> None:
    """The grid worker reports it repaired, with a photo."""
    zhang = people["张网格员"]
    zhang.presses("已整改，上传照片", on=number)
    zhang.waits_for("请拍整改后的照片")
    zhang.photo("货搬走了，门能开")
    zhang.waits_for("1 张")
    zhang.presses("发完了")
    zhang.waits_for("复查期限")


def close(people: dict[str, Phone], number: str) -> None:
    """Somebody else looks again and closes it."""
    zhou = people["周主任"]
    zhou.waits_for("请复查")
    zhou.presses("复查合格，销号", on=number)
    zhou.waits_for("复查照片")
    zhou.presses("跳过")
    zhou.waits_for("已销号")


def deal_with(people: dict[str, Phone], number: str) -> None:
    """Officers deal with a reported hazard until it is closed; the reporter hears of every step."""
    told = ("已派员核查", "正在整改", "等待另一人复查", "复查合格，已销号")
    for step, progress in zip((assign, find_true, repair, close), told, strict=True):
        step(people, number)
        assert number in people["王婆婆"].waits_for(progress)


def rate(people: dict[str, Phone], number: str) -> None:
    """The reporter rates the end."""
    wang = people["王婆婆"]
    wang.presses("5★", on=number)
    wang.waits_for("谢谢您的评价")


def patrol_where_all_is_well(zhang: Phone) -> None:
    """The due list, a place, all good: three taps."""
    before = zhang.acts
    zhang.presses("巡查")
    zhang.waits_for("待巡查")
    zhang.presses("示范镇卫生院", on="待巡查")
    zhang.waits_for("应巡查")
    zhang.presses("全部合格", on="示范镇卫生院")
    assert "下次巡查" in zhang.waits_for("已记录：示范镇卫生院")
    assert zhang.acts - before <= 3


def patrol_with_an_exception(people: dict[str, Phone]) -> str:
    """One item of the checklist fails and becomes a hazard of the same chain; return its number."""
    zhang, li = people["张网格员"], people["李干事"]
    zhang.presses("巡查")
    zhang.waits_for("待巡查")
    zhang.presses("示范镇农贸市场", on="待巡查")
    zhang.waits_for("应巡查")
    zhang.presses("有问题", on="示范镇农贸市场")
    zhang.waits_for("只点有问题的")
    zhang.presses(zhang.buttons()[0])
    zhang.waits_for("只点有问题的")
    zhang.presses("勾好了")
    zhang.waits_for("哪里不对")
    zhang.says("看到不对，东西还没搬开")
    zhang.waits_for("现在怎么处理")
    zhang.presses("开隐患")
    zhang.waits_for("请核对")
    zhang.presses("提交")
    number = number_in(zhang.waits_for("已开隐患"))
    li.presses("待办隐患")
    li.waits_for(number)
    return number


def start_all(people: dict[str, Phone]) -> None:
    """Everybody opens the chat."""
    for phone in people.values():
        phone.says("/start")
    for phone in people.values():
        phone.waits_for("您好")


@pytest.fixture
def telegram(tmp_path: Path) -> Iterator[Exchange]:
    """A sandbox of its own process."""
    with sandbox(tmp_path / "sandbox") as found:
        yield found


def test_jobs_one_and_two_from_the_first_word_to_the_rating(
    telegram: Exchange, database_url: str, tmp_path: Path
) -> None:
    settings = {"api_url": telegram.url, "database_url": database_url}
    import_town(tmp_path / "bot", **settings)
    people = people_of_the_town(telegram)
    with running(Program(("bot", "run"), tmp_path / "bot", settings)) as bot:
        start_all(people)
        number = whistle(people)
        deal_with(people, number)
        rate(people, number)
        patrol_where_all_is_well(people["张网格员"])
        assert patrol_with_an_exception(people) != number
        code, seconds = bot.stop()
    assert (code, seconds < 10) == (0, True)
    assert "Traceback" not in bot.log.read_text(encoding="utf-8")


def test_the_same_by_webhook(telegram: Exchange, tmp_path: Path) -> None:
    port = free_port()
    settings = {"api_url": telegram.url, "webhook_url": f"http://127.0.0.1:{port}",
                "webhook_port": port, "webhook_secret": SECRET}  # fmt: skip
    import_town(tmp_path / "bot", **settings)
    people = people_of_the_town(telegram)
    told = run(tmp_path / "bot", "webhook", **settings)
    assert (told.returncode, f":{port}/telegram" in told.stdout) == (0, True), told.stderr
    with running(Program(("bot", "run"), tmp_path / "bot", settings)):
        start_all(people)
        number = whistle(people)
        deal_with(people, number)
        rate(people, number)
    assert telegram.calls("getUpdates") == []


def test_job_three_tips_and_reminders_come_when_the_clock_says_so(tmp_path: Path) -> None:
    port = free_port()
    program = Program(("bot", "try"), tmp_path / "try", {"try_port": port, "bot_token": ""})
    with running(program), exchange(port) as found:
        everybody = found.client.get("/sandbox/people").json()
        people = {p["first_name"]: found.phone(p["first_name"]) for p in everybody}
        for phone in people.values():
            phone.waits_for("您好")
        a_tip_comes_on_tuesday_morning(people)
        number = a_repair_with_a_deadline(people)
        the_morning_digests_speak_of_it(people["张网格员"], number)
        repair(people, number)
        close(people, number)
        nothing_is_said_of_what_is_done(people, number)
    assert "Traceback" not in program.log.read_text(encoding="utf-8")


def a_tip_comes_on_tuesday_morning(people: dict[str, Phone]) -> None:
    """Nobody gets a tip before its time; one who does not want any more gets none later."""
    wang, chen = people["王婆婆"], people["陈大哥"]
    wang.clock(to="2026-11-24T08:20:00+08:00")
    assert not wang.sees("【消防提示】")
    wang.clock(to="2026-11-24T08:30:00+08:00")
    chen.waits_for("【消防提示】")
    wang.waits_for("【消防提示】")
    wang.says("退订")
    wang.waits_for("不再发消防提示")


def a_repair_with_a_deadline(people: dict[str, Phone]) -> str:
    """A hazard is found true on Tuesday and has to be repaired within three days; return its number."""
    number = whistle(people)
    assign(people, number)
    find_true(people, number)
    return number


def the_morning_digests_speak_of_it(zhang: Phone, number: str) -> None:
    """Before, on and after the day there is one digest, with the days that are left."""
    for day, left in ((26, "还有 1 天"), (27, "今天"), (30, "逾期 3 天")):
        zhang.clock(to=f"2026-11-{day}T08:31:00+08:00")
        digest = zhang.waits_for(f"今天要办的事（11月{day}日）")
        [line] = [line for line in digest.splitlines() if number in line and "整改" in line]
        assert "11月27日" in line
        assert left in line


def nothing_is_said_of_what_is_done(people: dict[str, Phone], number: str) -> None:
    """The next Tuesday has a tip for those who want it, and no digest that speaks of the closed hazard."""
    people["张网格员"].clock(to="2026-12-01T08:31:00+08:00")
    people["陈大哥"].waits_for("【消防提示】")
    people["刘网格员"].waits_for("今天要办的事（12月1日）")
    digests = [text for text in people["张网格员"].texts() if "12月1日" in text]
    assert not any(number in digest for digest in digests)
