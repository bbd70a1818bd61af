"""Boss Zhang checks his noodle shop himself: the month's card, two findings, the merit, the promise on the wall."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from bot.render.orders import Poster
from handlers import commitments
from models import self_checks
from models.hazards import Hazard
from models.places import Place
from models.rules import ZONE
from tests.town import Somebody, Township

FIRST = datetime(2026, 12, 1, 8, 30, tzinfo=ZONE).astimezone(UTC)


def shop(town: Township) -> int:
    return town.read(lambda s: s.exec(select(Place.id).where(Place.code == "zhangji")).one() or 0)


def own_cases(town: Township) -> list[Hazard]:
    return town.read(lambda s: list(s.exec(select(Hazard).where(Hazard.source == "self"))))


async def test_the_month_s_card_is_done_in_two_taps_and_reminded_of_once(town: Township) -> None:
    boss, zhang = town.somebody("张老板"), town.somebody("张网格员")
    await boss.says("/start")
    await zhang.says("/start")
    await town.until(FIRST)
    cards = [text for text in boss.texts if "12月自查" in text]
    assert len(cards) == 1
    await zhang.says("/place 张记面馆")
    assert "本月自查：未做" in zhang.last
    await town.passes(days=9)
    assert sum("12月自查" in text for text in boss.texts) == 1
    await town.passes(days=1)
    assert sum("12月自查还没做" in text for text in boss.texts) == 1
    await town.passes(days=5)
    assert sum("12月自查" in text for text in boss.texts) == 2, "once is enough"
    await boss.presses("自查 张记面馆")
    await boss.presses("都做到了")
    assert boss.sees("十项都做到了")
    await zhang.says("/place 张记面馆")
    assert "本月自查：已做（12月16日）" in zhang.last


async def ticks(boss: Somebody, *labels: str) -> None:
    """Open the month's card and tick what is not so."""
    await boss.says("我的场所")
    for label in ("自查 张记面馆", "有没做到的", *labels):
        await boss.presses(label)


async def test_two_findings_one_put_right_the_other_is_a_case_that_counts_as_a_merit(town: Township) -> None:
    boss, li, zhang, zhou = (town.somebody(name) for name in ("张老板", "李干事", "张网格员", "周主任"))
    for person in (boss, li, zhang, zhou):
        await person.says("/start")
    await ticks(boss, "灭火器在原位", "软管没老化")
    await boss.sends("photo", caption="买了新的")
    assert "先点出没做到的" in boss.last, "it could be of either"
    await boss.presses("点好了（2 项）")
    assert "15 天内改好" in boss.buttons
    assert "怎么改：放回门口" in boss.last
    await boss.sends("photo", caption="买了新的")
    await boss.presses("已经改好")
    assert "怎么改：关气换新管" in boss.last
    await boss.presses("7 天内改好")
    await boss.presses("提交")
    assert "自己查出 2 处：已改好 1 处，还要改 1 处" in boss.last
    assert "今年自查发现并整改 1 处" in boss.last
    (case,) = own_cases(town)
    assert (case.kind, case.place_text, case.relapse_of) == ("A06", "张记面馆", None)
    assert "软管没老化" in case.detail
    assert "7 天内改好" in case.detail
    assert li.sees("负责人自查发现的")
    await li.presses("派给 张网格员")
    await zhang.presses("属实，限期整改")
    await zhang.presses("跳过")
    await zhang.presses("7 天")
    assert sum(case.number in text and "请整改" in text for text in boss.texts) == 1, "told once, not as reporter too"
    await boss.presses("已整改，上传照片")
    await boss.sends("photo")
    await boss.presses("发完了")
    await zhou.presses("复查合格，销号")
    await zhou.presses("跳过")
    await zhang.says("/place 张记面馆")
    assert "今年自查发现并整改 2 处" in zhang.last
    await boss.says("我的场所")
    await boss.presses("自查 张记面馆")
    assert "交过一次" in boss.last
    await boss.presses("都做到了")
    await zhou.says("/selfchecks")
    assert "绑定负责人 1 家，本月已自查 1 家；今年自查发现并整改 2 处" in zhou.last


async def test_a_blocked_way_out_is_mended_now_or_today_and_an_officer_sets_the_date(town: Township) -> None:
    boss = town.somebody("张老板")
    await boss.says("/start")
    await ticks(boss, "出口、过道没堆东西", "点好了（1 项）")
    assert "整改期限由来看的同事定" in boss.last
    assert {"已经改好", "今天就改"} <= set(boss.buttons)
    assert not any("天内改好" in label for label in boss.buttons)
    await boss.says("15 天内改好")
    assert not own_cases(town)
    await boss.presses("今天就改")
    await boss.presses("提交")
    (case,) = own_cases(town)
    assert "没做到，今天就改" in case.detail


async def test_the_promise_is_agreed_to_by_one_tap_and_names_nobody_who_does_not_say_so(
    town: Township, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders: list[Poster] = []

    def noted(order: Poster) -> bytes:
        orders.append(order)
        return b"%PDF-1.4 a page"

    monkeypatch.setattr(commitments, "make", noted)
    boss, zhou = town.somebody("张老板"), town.somebody("周主任")
    await boss.says("/start")
    await boss.says("我的场所")
    await boss.presses("打开")
    await boss.presses("更多…")
    await boss.presses("公开承诺")
    assert "出口、过道、楼梯畅通" in boss.last
    await boss.presses("我承诺")
    assert "已承诺（11月23日）" in boss.last
    await boss.presses("不写名字")
    assert boss.sees("承诺书，A4 一页")
    (page,) = orders
    assert (page.title, page.band) == ("张记面馆", "2026 年消防安全公开承诺")
    assert page.link == "", "a place without a code prints none"
    assert "张老板" not in "".join(page.foot)
    await boss.presses("写我的名字")
    assert "承诺人：张老板" in orders[1].foot
    kept = town.read(self_checks.commitment_of, shop(town), 2026)
    assert kept is not None
    assert kept.words.startswith("负责人负总责")
    await zhou.says("/selfchecks")
    assert "公开承诺 1 家" in zhou.last


