"""Scenes of trainings and drills: a code to sign in with, the count, the record, and who may see the names."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlparse

import pytest
from sqlmodel import select

from handlers.say import trainings as say
from models import trainings
from models.base import Refused
from models.trainings import Attendance, Training
from tests.fonts import needs_font
from tests.town import Somebody, Township


async def begins(who: Somebody, title: str = "灭火器使用培训", area: str = "") -> None:
    await who.says("培训演练")
    await who.presses("➕ 开一次")
    await who.says("培训")
    await who.says(title)
    if area:
        await who.says(area)
    await who.says("村委会坝子")
    await who.says("60")
    await who.presses("✔ 开始签到")


def payload(who: Somebody) -> str:
    """What the newest code on the screen opens the bot with."""
    newest = next(text for text in reversed(who.texts) if "?start=" in text)
    address = re.search(r"https://\S+", newest)
    assert address is not None
    return parse_qs(urlparse(address[0]).query)["start"][0]


def record(town: Township) -> Training:
    return town.read(lambda s: s.exec(select(Training).order_by(Training.id.desc())).first())


async def files(who: Somebody, others: str = "3") -> None:
    await who.presses("结束，填记录")
    await who.says(others)
    await who.says("灭火器、断电、疏散")
    await who.says("大家都动手试了")
    await who.sends("album", 2)
    await who.presses("发完了")
    await who.presses("✔ 存档")


@pytest.fixture
async def zhou(town: Township) -> Somebody:
    """周主任 of the community, who has just begun a training."""
    who = town.somebody("周主任")
    await begins(who)
    return who


async def test_a_training_begins_with_a_code_to_scan_and_the_link_in_words(town, zhou):
    photo = next(message for message in zhou.phone.screen if message.kind == "photo")
    assert "灭火器使用培训" in photo.text
    assert photo.file.content.startswith(b"\x89PNG")
    assert payload(zhou).startswith("att_")
    assert zhou.sees("地点：场镇社区，村委会坝子")
    code = payload(zhou).removeprefix("att_")
    assert code not in record(town).code_tag


async def test_people_sign_in_once_by_scanning_and_the_organiser_sees_the_count_grow(town, zhou):
    code = payload(zhou)
    stranger = Somebody(town, town.telegram.person("一位从没来过的村民", id=8_000_000_001))
    for who in (town.somebody("王婆婆"), town.somebody("陈大哥"), stranger):
        await who.opens(code)
        assert "✔ 已签到" in who.last
        assert "培训：灭火器使用培训" in who.last
    again = town.somebody("王婆婆")
    await again.opens(code)
    assert say.SIGNED_BEFORE in again.last
    await zhou.presses("刷新人数")
    assert zhou.sees("扫码签到：3 人")
    await zhou.presses("看名单")
    assert zhou.sees("王婆婆、陈大哥、一位从没来过的村民"), "|".join(zhou.texts[-4:])


async def test_scanning_in_the_middle_of_a_form_keeps_the_form(town, zhou):
    chen = town.somebody("陈大哥")
    await chen.says("上报隐患")
    await chen.opens(payload(zhou))
    assert "✔ 已签到" in chen.last
    await chen.says("继续")
    assert "接着上次的填" in chen.last


async def test_it_closes_with_a_record_that_counts_those_without_a_phone(town, zhou):
    await town.somebody("王婆婆").opens(payload(zhou))
    await files(zhou)
    assert zhou.sees("到场：4 人（扫码 1 人，没用手机 3 人）")
    assert zhou.sees("练了什么：灭火器、断电、疏散")
    found = record(town)
    assert found.state == trainings.DONE
    assert len(found.photos) == 2
    await zhou.presses("看照片")
    assert [message.kind for message in zhou.phone.screen[-3:]] == ["photo", "photo", "text"]
    await zhou.says("/trainings")
    assert "2026 年培训演练：1 次，到场 4 人次" in zhou.last
    assert any("培训：灭火器使用培训（4 人）" in label for label in zhou.buttons)


async def test_nobody_signs_in_after_the_end(town, zhou):
    code = payload(zhou)
    await zhou.presses("结束，填记录")
    granny = town.somebody("王婆婆")
    await granny.opens(code)
    assert "签到已经结束" in granny.last
    await granny.opens("att_nonsense")
    assert "签到已经结束" in granny.last


async def test_pictures_are_needed_and_numbers_are_numbers(zhou):
    await zhou.presses("结束，填记录")
    await zhou.says("很多")
    assert "请写数字" in zhou.last
    await zhou.says("0 人")
    await zhou.says("疏散")
    await zhou.says("顺利")
    await zhou.says("跳过")
    assert "要有照片才能继续" in zhou.last


async def test_after_twelve_hours_the_sign_in_ends_by_itself_and_the_record_is_asked_for(town, zhou):
    code, granny = payload(zhou), town.somebody("王婆婆")
    town.clock.advance(timedelta(hours=12))
    await granny.opens(code)
    assert "签到已经结束" in granny.last, "also before the timetable has looked"
    await town.chores()
    assert not zhou.sees("已自动结束"), "not in the night"
    await town.passes(hours=10)
    assert zhou.sees("已自动结束，0 人签到。请补填记录")
    await town.passes(hours=1)
    assert sum("已自动结束" in text for text in zhou.texts) == 1
    await zhou.presses("填记录")
    await zhou.says("12")
    assert "教了什么" in zhou.last


async def test_a_new_code_makes_the_old_one_worthless(town, zhou):
    old = payload(zhou)
    await zhou.presses("换一张二维码")
    new = payload(zhou)
    assert old != new
    granny = town.somebody("王婆婆")
    await granny.opens(old)
    assert "换了新码" in granny.last
    await granny.opens(new)
    assert "✔ 已签到" in granny.last


async def test_what_was_begun_by_mistake_counts_nowhere_and_forgets_who_came(town, zhou):
    await town.somebody("王婆婆").opens(payload(zhou))
    await zhou.presses("作废")
    await zhou.presses("确定作废")
    assert zhou.sees("已作废")
    await zhou.says("/trainings")
    assert "2026 年还没有培训演练记录" in zhou.last
    assert town.read(lambda s: s.exec(select(Attendance)).all()) == []


@pytest.mark.usefixtures("zhou")
async def test_the_post_sees_the_names_and_another_shopkeeper_does_not(town):
    li, zhang = town.somebody("李干事"), town.somebody("张老板")
    await li.says("/trainings")
    await li.presses("灭火器使用培训")
    await li.presses("看名单")
    assert "还没有人签到" in li.last
    await begins(zhang, "面馆员工培训")
    assert zhang.sees("地点：场镇社区一网格，村委会坝子")
    await zhang.says("/trainings")
    assert "1 次" in zhang.last
    assert not any("灭火器使用培训" in label for label in zhang.buttons)


async def test_a_shopkeeper_trains_in_the_own_shop(town):
    zhang = town.somebody("张老板")
    await zhang.says("/trainings")
    await zhang.presses("➕ 开一次")
    await zhang.presses("演练")
    await zhang.says("疏散演练")
    await zhang.presses("张记面馆")
    await zhang.presses("30 分钟")
    await zhang.presses("✔ 开始签到")
    assert record(town).place_id is not None
    assert record(town).kind == "drill"


async def test_residents_hold_none(town):
    granny = town.somebody("王婆婆")
    await granny.says("/trainings")
    assert "不在您的职责范围内" in granny.last


async def test_the_board_counts_what_was_held_by_village(town, zhou):
    await town.somebody("王婆婆").opens(payload(zhou))
    await files(zhou)
    li = town.somebody("李干事")
    await begins(li, "全镇警示教育", area="示范镇")
    sun = town.somebody("孙镇长")
    await sun.says("学习情况")
    assert "场镇社区：培训 1 次，到场 4 人次" in sun.last
    assert "青石村：还没有记录" in sun.last
    assert "全镇：培训 1 次，到场 0 人次" in sun.last
    assert "王婆婆" not in sun.last


async def test_the_year_before_is_one_tap_away(zhou):
    await files(zhou)
    await zhou.says("/trainings")
    await zhou.presses("◀ 2025 年")
    assert zhou.sees("2025 年还没有培训演练记录")
    await zhou.presses("2026 年 ▶")
    assert zhou.sees("2026 年培训演练：1 次")


@needs_font
async def test_who_signed_in_gets_a_proof_once_the_record_is_on_file(town, zhou):
    granny = town.somebody("王婆婆")
    await granny.opens(payload(zhou))
    await granny.presses("参训证明")
    assert "还没有存档" in granny.last
    await files(zhou)
    await granny.presses("参训证明")
    assert granny.phone.last.data["document"]["file_name"] == "参训证明.pdf"


async def test_nobody_gets_a_proof_of_what_they_did_not_attend(town, zhou):
    await files(zhou)
    chen = town.somebody("陈大哥")
    with pytest.raises(Refused):
        town.read(trainings.attended, chen.actor, record(town).id)
