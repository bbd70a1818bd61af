"""What runs out at a shop: written down once, told of 30, 7 and 0 days before, renewed by a tap and a picture."""

from datetime import UTC, date, datetime, timedelta

from sqlmodel import select

from models.assets import Asset, AssetEvent
from models.rules import ZONE
from tests.town import Somebody, Township


def assets_of(town: Township) -> list[Asset]:
    return town.read(lambda s: list(s.exec(select(Asset).order_by(Asset.id))))  # type: ignore[arg-type]


def events_of(town: Township) -> list[AssetEvent]:
    return town.read(lambda s: list(s.exec(select(AssetEvent).order_by(AssetEvent.id))))  # type: ignore[arg-type]


async def add(who: Somebody, kind: str, *answers: str) -> int:
    """Write one thing down from the list of the place; return how many steps it took."""
    await who.presses("登记一项")
    await who.presses(kind)
    for answer in answers:
        await (who.presses(answer) if answer in {"1", "2", "4", "本月", "跳过"} else who.says(answer))
    return 1 + len(answers)


async def opened(town: Township, name: str) -> Somebody:
    """Return somebody with the list of the noodle shop on the screen."""
    who = town.somebody(name)
    await who.says("/start")
    await who.says("我的场所" if name == "张老板" else "/place 张记面馆")
    if name == "张老板":
        await who.presses("打开")
    await who.presses("更多…")
    await who.presses("器材证照")
    return who


async def test_reminders_at_30_7_and_0_days_and_a_renewal_in_two_taps(town: Township) -> None:
    boss = await opened(town, "张老板")
    assert "还没有登记" in boss.last
    assert await add(boss, "燃气橡胶软管", "2", "2025年7月1日") == 3
    assert "燃气橡胶软管 2 根　2027年1月前换新" in boss.last
    assert await add(boss, "干粉灭火器", "1", "2019年12月", "2024年12月28日") == 4
    assert "干粉灭火器 1 具　12月28日前维修" in boss.last
    await boss.says("/mydue")
    assert "30 天内没有到期的" in boss.last
    told: list[int] = []
    for left in (31, 30, 29, 8, 7, 6, 1, 0):
        before = len(boss.phone.screen)
        await town.until(datetime(2026, 12, 28, 9, tzinfo=ZONE).astimezone(UTC) - timedelta(days=left))
        if any("器材证照该办了" in m.text and "干粉灭火器" in m.text for m in boss.phone.screen[before:]):
            told.append(left)
    assert told == [30, 7, 0]
    before = len(events_of(town))
    await boss.presses("已维修：干粉灭火器")
    await boss.sends("photo")
    assert "干粉灭火器，维修了" in boss.last
    (done,) = events_of(town)[before:]
    assert (done.act, done.done_on, len(done.media)) == ("service", date(2026, 12, 28), 1)
    assert assets_of(town)[1].due_on == date(2028, 12, 28)


async def test_the_grid_worker_has_one_line_for_a_place_and_the_card_says_what_is_late(town: Township) -> None:
    zhang = await opened(town, "张网格员")
    for kind in ("干粉灭火器", "液化气瓶"):
        assert await add(zhang, kind, "1", "2014年3月", "跳过") <= 4
    assert "换新已过期" in zhang.last
    await zhang.says("/place 张记面馆")
    assert "器材证照：2 项到期（液化气瓶、干粉灭火器）" in zhang.last
    await town.until(datetime(2026, 11, 30, 8, 30, tzinfo=ZONE).astimezone(UTC))
    digest = next(text for text in zhang.texts if "今天要办的事（11月30日）" in text)
    assert digest.count("到期办理") == 1
    sun = town.somebody("孙镇长")
    assert not any("到期办理" in text for text in sun.texts)
    await zhang.presses("看器材 张记面馆")
    await zhang.presses("已换新：液化气瓶")
    await zhang.presses("没有照片")
    assert "新的按今天出厂算" in zhang.last
    await zhang.says("/upkeep")
    assert "30 天内到期的 1 项（含已到期）" in zhang.last
    await zhang.presses("张记面馆")
    await zhang.presses("改")
    await zhang.presses("没有这一项了")
    await zhang.presses("确定撤下")
    await zhang.says("/upkeep")
    assert "30 天内没有到期的" in zhang.last


async def test_a_training_at_the_place_renews_its_line(town: Township) -> None:
    boss = await opened(town, "张老板")
    await add(boss, "员工消防培训", "2025年10月")
    assert "培训已过期" in boss.last
    await boss.says("/trainings")
    await boss.presses("开一次")
    await boss.presses("培训")
    await boss.says("灶台起火怎么办")
    if "哪里" in boss.last or "张记面馆" in boss.buttons:
        await boss.presses("张记面馆")
    await boss.presses("30 分钟")
    await boss.presses("开始")
    await boss.presses("结束，填记录")
    await boss.says("3")
    await boss.says("灭火毯、疏散")
    await boss.says("都会了")
    await boss.sends("photo")
    await boss.presses("发完了")
    await boss.presses("存档")
    (training,) = assets_of(town)
    assert (training.done_on, training.due_on) == (date(2026, 11, 23), date(2027, 11, 23))
