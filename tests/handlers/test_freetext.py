"""Words without a command: what burns comes first, the rest is understood or asked."""

import pytest
from sqlmodel import Session, select

from models.hazards import Hazard
from models.people import Person
from tests.town import Township


async def test_a_fire_gets_119_first_wakes_those_on_duty_and_then_the_report_goes_on(town: Township) -> None:
    wang, zhang, li = town.somebody("王婆婆"), town.somebody("张网格员"), town.somebody("李干事")
    for person in (wang, zhang, li):
        await person.says("/start")
    await wang.says("菜市场后面冒烟了，快来人")
    assert wang.sees("119")
    assert wang.sees("确认安全后")
    assert zhang.sees("有人报告火情")
    assert li.sees("菜市场后面冒烟了")


async def test_a_fire_in_the_middle_of_a_form_is_heard_and_the_form_goes_on(town: Township) -> None:
    wang, li = town.somebody("王婆婆"), town.somebody("李干事")
    await li.says("/start")
    await wang.says("举报")
    assert wang.sees("哪一类")
    await wang.says("楼上燃起来了")
    assert wang.sees("119")
    assert li.sees("有人报告火情")


async def test_a_fire_told_by_somebody_who_is_refused_still_wakes_those_on_duty(town: Township) -> None:
    wang, li = town.somebody("王婆婆"), town.somebody("李干事")
    await li.says("/start")
    await wang.says("/hazard 着火了着火了，快来救人")
    assert wang.sees("119")
    assert wang.sees("不在您的职责范围")
    assert li.sees("有人报告火情")


@pytest.mark.parametrize("words", ["如果着火怎么办", "没有着火，就是问一下", "去年冒过烟"])
async def test_a_question_about_fire_wakes_nobody(town: Township, words: str) -> None:
    wang, li = town.somebody("王婆婆"), town.somebody("李干事")
    await li.says("/start")
    await wang.says(words)
    assert not li.sees("有人报告火情")


async def test_thanks_change_nothing(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await wang.says("谢谢你")
    assert wang.last == "不客气！"


async def test_words_that_could_mean_anything_are_asked_about_and_kept(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await wang.says("那个事情还是那样子")
    await wang.presses("上报隐患")
    await wang.presses("其他")
    await wang.says("青石村二组老院子")
    await wang.presses("跳过")
    assert wang.sees("那个事情还是那样子")


async def test_a_follow_up_with_an_open_report_is_offered_to_it(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await wang.says("菜市场后门被货堵死了")
    await wang.presses("跳过")
    await wang.presses("提交")
    await wang.says("那个事情还是那样子")
    await wang.presses("补充到 吹2026-0001")
    await wang.presses("跳过")
    assert wang.sees("已补充到 吹2026-0001")


async def test_a_location_without_words_begins_a_report_there(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await wang.sends("location", 30.01, 107.9)
    assert wang.sees("哪一类")


async def test_who_asks_whether_they_are_given_away_reads_who_sees_what(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await wang.says("你们会不会告诉他是我报的")
    assert all(f"{level}：" in wang.last for level in ("实名", "保密", "匿名", "只凭回执"))


async def test_progress_is_asked_in_dialect(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await wang.says("菜市场后门被货堵死了")
    await wang.presses("跳过")
    await wang.presses("提交")
    await wang.says("我举报的事查得啷个样了")
    assert wang.sees("待核查")


async def test_who_goes_on_about_a_fire_wakes_nobody_twice(town: Township) -> None:
    wang, li = town.somebody("王婆婆"), town.somebody("李干事")
    await li.says("/start")
    for words in ("着火了", "快来人，着火了", "火大了，着火了"):
        await wang.says(words)
    assert wang.sees("已同时通知")
    assert sum("有人报告火情" in text for text in li.texts) == 1


async def test_when_nobody_can_be_told_the_bot_says_so(town: Township) -> None:
    wang = town.somebody("王婆婆")
    town.read(lambda s: [setattr(person, "reachable", False) for person in s.exec(select(Person))])
    await wang.says("菜市场着火了")
    assert wang.sees("通知不到值班人员")
    assert wang.sees("12345")
    assert not wang.sees("已同时通知")


async def test_a_photo_first_and_then_a_sentence_asks_nothing_twice(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await wang.sends("photo")
    await wang.says("幸福小区楼道里头停了好多电瓶车在充电")
    assert wang.sees("请核对")
    assert wang.sees("电动自行车")
    assert wang.sees("好多电瓶车在充电")


async def test_next_door_is_no_place_that_others_could_find(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await wang.says("我屋头隔壁堆满了柴火，把楼梯堵死了")
    assert wang.sees("在哪里？")


async def test_withdrawing_is_asked_once_more(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await wang.says("菜市场后门被货堵死了")
    await wang.presses("跳过")
    await wang.presses("提交")
    await wang.presses("撤回")
    assert not wang.sees("已撤回")
    await wang.presses("确定撤回")
    assert wang.sees("已撤回")


async def test_those_on_duty_read_where_it_burns_or_that_nobody_knows(town: Township) -> None:
    wang, li = town.somebody("王婆婆"), town.somebody("李干事")
    await li.says("/start")
    await wang.says("菜市场后面冒烟了，快来人")
    assert li.sees("地点：菜市场")


async def test_long_words_that_could_mean_anything_reach_the_report_whole(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await wang.says("那个事情还是那样子" + "哎" * 3000)
    await wang.presses("上报隐患")
    await wang.presses("其他")
    await wang.says("青石村二组老院子")
    await wang.presses("跳过")
    await wang.presses("提交")

    def detail(s: Session) -> str:
        return s.exec(select(Hazard.detail)).one()

    assert len(town.read(detail)) == 3009


async def test_a_command_is_no_cry_for_help_and_what_stands_behind_one_may_be(town):
    granny, post = town.somebody("王婆婆"), town.somebody("李干事")
    await granny.says("/help")
    assert not any("请马上核实" in text for text in post.texts)
    await granny.says("/ask 我屋头厨房燃起来了")
    assert "先打 119" in "".join(granny.texts) or "119" in granny.last


async def test_an_alarm_does_not_wait_for_the_articles(town, monkeypatch):
    post = town.somebody("李干事")
    await post.says("/start")
    granny = town.somebody("王婆婆")

    def unreadable() -> None:
        raise OSError("disk")

    monkeypatch.setattr("handlers.alarms.library", unreadable)
    await granny.says("我屋头着火了，在菜市场后门")
    assert any("请马上核实" in text for text in post.texts)
    assert any("119" in text for text in granny.texts)
