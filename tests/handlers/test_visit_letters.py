"""Scenes of a door that stays shut: tried twice, a letter, an agreed hour, and in the end somebody is let in."""

from datetime import UTC, datetime

from sqlmodel import select

from models.rules import ZONE
from models.visit_letters import VisitLetter
from tests.handlers.test_documents import file_of, words_of
from tests.town import Somebody, Township


async def locked_twice(town: Township) -> Somebody:
    """Return the worker who stood twice before the same door: on a Monday morning, two days later in the afternoon."""
    zhang = town.somebody("张网格员")
    await zhang.says("检查了张记面馆，锁门没人")
    await zhang.presses("提交")
    assert "再去一次：11月25日（周三）下午" in zhang.last
    assert "📄 开联系单" not in zhang.buttons
    await town.until(datetime(2026, 11, 25, 16, tzinfo=ZONE).astimezone(UTC))
    await zhang.says("检查了张记面馆，锁门没人")
    await zhang.presses("提交")
    return zhang


async def test_locked_twice_then_a_letter_an_agreed_hour_and_in(town):
    owner = town.somebody("张老板")
    await owner.says("/start")
    zhang = await locked_twice(town)
    assert "再去一次：11月30日（周一）上午（赶场天）" in zhang.last
    await zhang.presses("开联系单")
    name, made = file_of(town, zhang)
    assert name == "消防安全巡查联系单 张记面馆.docx"
    told = words_of(made)
    for words in ("示消联〔2026〕1号", "张记面馆负责人：", "11月23日 10:00\n11月25日 16:00", "2026年11月30日前后",
                  "扫右下角的码", "经办：张网格员"):  # fmt: skip
        assert words in told
    assert not any(word in told for word in ("责令", "通知书", "罚", "逾期", "依法"))
    await zhang.presses("已张贴/已送达")
    assert "送达：11月25日" in zhang.last
    await zhang.presses("补一张照片")
    await zhang.sends("photo")
    await zhang.says("发完了")
    assert "照片：1 张" in zhang.last

    assert "没能进去" in owner.last
    await owner.presses("约时间")
    assert len(owner.buttons) == 8
    await owner.presses("11月27日（周五）上午")
    assert "约好了：11月27日（周五）上午" in owner.last
    await owner.presses("改时间")
    await owner.presses("11月27日（周五）下午")
    await town.chores()
    assert zhang.sees("「张记面馆」约好时间了：11月27日（周五）下午")

    await town.until(datetime(2026, 11, 27, 9, tzinfo=ZONE).astimezone(UTC))
    await zhang.says("/patrol")
    assert zhang.buttons[0] == "张记面馆  约好下午"
    await zhang.presses("张记面馆")
    assert "负责人约在：11月27日（周五）下午" in zhang.last
    await zhang.presses("全部合格")
    await owner.says("/start")
    await owner.presses("改时间")
    assert "不用再约" in owner.last


async def test_who_holds_the_paper_names_an_hour_and_nobody_else_does(town):
    zhang = await locked_twice(town)
    await zhang.presses("开联系单")
    row = town.telegram.calls("sendDocument")[-1]
    assert row.params["chat_id"] == zhang.phone.id
    await zhang.says("/place 张记面馆")
    assert "联系单 示消联〔2026〕1号：还没有送到" in zhang.last
    code = town.read(lambda s: s.exec(select(VisitLetter)).one().code)
    chen = town.somebody("陈大哥")
    await chen.opens(code)
    await chen.presses("11月26日（周四）上午")
    assert "约好了：11月26日（周四）上午" in chen.last
    await town.chores()
    assert zhang.sees("约好时间了：11月26日（周四）上午")
    await chen.opens(f"{code[:-1]}{'0' if code[-1] != '0' else '1'}")
    assert "这个码已经不能用了" in chen.last
