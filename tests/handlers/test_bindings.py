"""A shopkeeper without an account is bound to the shop by the grid worker's link, once, and let go again."""

from tests.town import Somebody, Township


def link_of(texts: list[str]) -> str:
    found = next(text for text in reversed(texts) if "?start=o_" in text)
    return found.split("?start=")[1].split()[0]


async def test_the_link_binds_whoever_opens_it_first_and_the_grid_worker_can_end_it(town: Township) -> None:
    zhang = town.somebody("张网格员")
    shopkeeper, other = (Somebody(town, town.telegram.person(n, id=i)) for n, i in (("罗老板", 5001), ("过路人", 5002)))
    await zhang.says("/start")
    await zhang.says("/place 示范镇农贸市场")
    assert "还没有负责人在手机上绑定" in zhang.last
    await zhang.presses("更多…")
    await zhang.presses("负责人绑定")
    await zhang.presses("生成绑定码")
    code = link_of(zhang.texts)
    assert zhang.sees("请负责人本人扫码")
    await shopkeeper.opens(code)
    assert shopkeeper.sees("您已绑定为「示范镇农贸市场」的负责人")
    await shopkeeper.presses("本月自查")
    await shopkeeper.presses("都做到了")
    await town.chores()
    assert zhang.sees("罗老板 已绑定为「示范镇农贸市场」的负责人")
    await other.opens(code)
    assert not other.sees("负责人")
    assert other.sees("已用过")
    await zhang.says("/place 示范镇农贸市场")
    assert "本月自查：已做" in zhang.last
    await zhang.presses("更多…")
    await zhang.presses("负责人绑定")
    assert "罗老板" in zhang.last
    await zhang.presses("解除绑定")
    await zhang.presses("确定解除")
    assert shopkeeper.sees("您不再是「示范镇农贸市场」的负责人")
    await shopkeeper.says("我的场所")
    assert "不在您的职责范围" in shopkeeper.last
