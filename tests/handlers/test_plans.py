"""Scenes of plans: a campaign from its first tap to its last day, and a walk that begins where somebody stands."""

from datetime import UTC, date, datetime

from sqlmodel import Session, select

from models.campaigns import Campaign
from models.places import Place
from models.rules import ZONE
from tests.town import Somebody, Township


def at(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZONE).astimezone(UTC)


async def begun(town: Township) -> Somebody:
    """Return the village officer who has begun a campaign of fifteen days."""
    zhou = town.somebody("周主任")
    await zhou.says("专项行动")
    assert "现在没有专项行动" in zhou.last
    await zhou.presses("开一个")
    await zhou.says("冬春九小场所排查")
    await zhou.presses("九小场所")
    await zhou.presses("15 天后")
    assert "场镇社区，九小场所，共 8 家" in zhou.last
    await zhou.presses("开始")
    return zhou


async def walks_the_first_day(zhang: Somebody) -> None:
    """The worker finds the campaign on the due list, enters one place and stands before another in vain."""
    await zhang.says("/patrol")
    assert "专项行动「冬春九小场所排查」：12月8日前都要进去一次" in zhang.last
    assert "待巡查 8 家" in zhang.last, "four by their cycle, four only by the campaign"
    asked = [label for label in zhang.buttons if "专项 12月8日前" in label]
    assert {label.split("  ")[0] for label in asked} == {"张记面馆", "鸿运火锅", "百家超市", "小太阳幼儿园"}
    await zhang.presses("张记面馆")
    assert "专项行动「冬春九小场所排查」：12月8日前要进去一次" in zhang.last
    await zhang.presses("全部合格")
    await zhang.says("检查了鸿运火锅，锁门没人")
    await zhang.presses("提交")
    await zhang.says("/patrol")
    assert not any("张记面馆" in label or "鸿运火锅" in label for label in zhang.buttons)


async def test_a_campaign_from_start_to_end(town):
    zhang, liu = town.somebody("张网格员"), town.somebody("刘网格员")
    for who in (zhang, liu):
        await who.says("/start")
    zhou = await begun(town)
    assert "专项行动开始了" in zhou.last
    assert "11月23日到12月8日（还有 15 天）" in zhou.last
    assert "共 8 家：进去了 0，去过没进去 0，还没去过 8" in zhou.last

    await walks_the_first_day(zhang)
    await zhang.says("专项行动")
    assert "➕ 开一个" not in zhang.buttons
    await zhang.presses("冬春九小场所排查（12月8日止）")
    assert "· 场镇社区　进去 1 / 8，没进去 1，没去过 6" in zhang.last
    assert "提前结束" not in zhang.buttons
    await zhang.presses("还没进去的场所")
    assert "还没进去的 3 家" in zhang.last
    assert "鸿运火锅  去过没进去" in zhang.buttons

    await town.passes(hours=5)
    for name in ("百家超市", "鸿运火锅", "小太阳幼儿园"):
        await zhang.says(f"检查了{name}，全部正常")
        await zhang.presses("提交")
    await town.until(at(5, 9, 12))
    assert "您这一片还有 4 家没进去过" in liu.last
    assert not zhang.sees("没进去过"), "nothing of theirs is missing"
    await liu.presses("还没进去的场所")
    assert "还没进去的 4 家" in liu.last

    await town.until(at(8, 23, 12))
    assert not zhou.sees("已自动结束")
    await town.until(at(9, 9, 12))
    ended = next(text for text in zhou.texts if "「冬春九小场所排查」到期，已自动结束" in text)
    assert "共 8 家：进去了 4，去过没进去 0，还没去过 4" in ended
    await liu.says("/patrol")
    assert "专项行动" not in liu.last


async def test_a_campaign_is_ended_early_with_a_reason_by_those_who_may(town):
    zhou = await begun(town)
    await zhou.presses("提前结束")
    await zhou.says("县里统一安排到下个月")
    assert "11月23日提前结束：县里统一安排到下个月" in zhou.last
    assert "还没进去的场所" not in zhou.buttons, "the ledger goes on, the result does not"
    assert town.read(lambda s: s.exec(select(Campaign)).one()).ended_at is not None
    await zhou.says("/campaigns")
    assert "冬春九小场所排查（已结束）" in zhou.buttons
    await zhou.presses("开一个")
    await zhou.says("厂房")
    await zhou.presses("自己选")
    await zhou.presses("翻页")
    await zhou.presses("厂房库房")
    await zhou.presses("选好了")
    await zhou.says("12月3日")
    assert "没有这几类在营的场所" in zhou.last
    resident = town.somebody("陈大哥")
    await resident.says("/campaigns")
    assert "不在您的职责范围内" in resident.last


async def test_the_walk_begins_where_somebody_stands(town):
    await town.passes(days=20)
    zhang = town.somebody("张网格员")
    await zhang.sends("location", 29.8980, 107.6995)
    await zhang.presses("从这里排今天的顺序")
    assert zhang.buttons[0].startswith("幸福小区 3 号楼")
    assert "顺序：场镇新街" in zhang.last
    assert all("米" in label for label in zhang.buttons[1:8])
    first = zhang.buttons[:8]
    await zhang.presses("下一页")
    await zhang.presses("上一页")
    assert zhang.buttons[:8] == first
    await zhang.presses(first[0])
    await zhang.presses("全部合格")
    assert f"下一家：{first[1].split('  ')[0]}" in zhang.buttons


async def test_on_the_first_day_of_a_season_what_lies_far_away_comes_nearer(town):
    zhang = town.somebody("张网格员")

    def put_off(s: Session) -> None:
        s.exec(select(Place).where(Place.code == "baishu-fenshan")).one().next_patrol_on = date(2027, 6, 1)

    town.database.transaction(put_off)
    await town.until(datetime(2026, 12, 31, 9, tzinfo=ZONE).astimezone(UTC))
    await zhang.says("/place 坟山")
    assert "应巡查：6月1日（周二）前" in zhang.last
    await town.passes(days=1)
    await zhang.says("/place 坟山")
    assert "应巡查：1月2日（周六）前" in zhang.last
    assert "森林防火期：7 天巡查一次（《重庆市森林防火条例》" in zhang.last
