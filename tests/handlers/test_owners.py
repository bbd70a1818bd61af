"""Boss Zhang of the noodle shop: hears of a confirmed hazard, repairs it, asks for time, or is not the one."""

from tests.town import Somebody, Township

SECRET = "灶台边上煤气罐漏气，是我昨天在那里吃面闻到的"


async def confirmed(town: Township) -> tuple[Somebody, Somebody, Somebody]:
    """A guest has reported the noodle shop and grid worker Zhang found it true."""
    wang, boss, li, zhang = (town.somebody(name) for name in ("王婆婆", "张老板", "李干事", "张网格员"))
    for person in (boss, li, zhang, town.somebody("周主任")):
        await person.says("/start")
    await wang.says("张记面馆" + SECRET)
    await wang.presses("跳过")
    await wang.presses("提交")
    await li.presses("派给 张网格员")
    assert not boss.sees("吹2026-0001")
    await zhang.presses("属实，限期整改")
    await zhang.sends("photo", "举报的人说得对")
    await zhang.presses("发完了")
    await zhang.presses("7 天")
    return boss, zhang, wang


async def test_the_owner_hears_what_to_repair_and_nothing_of_who_said_so(town: Township) -> None:
    boss, _, wang = await confirmed(town)
    told = boss.last
    assert "您的场所有一处火灾隐患" in told
    assert "张记面馆" in told
    assert "11月30日" in told
    everything = "".join(boss.texts)
    for secret in (SECRET, "吃面", "举报", "王婆婆", "张网格员", "10:00"):
        assert secret not in everything, secret
    assert boss.buttons == ["已整改，上传照片", "申请延期", "不是我负责", "看照片", "◀ 我的场所隐患"]
    await boss.presses("看照片")
    await boss.says("我的场所隐患")
    assert "我的场所隐患（1）" in boss.last
    await boss.says("/hazard 吹2026-0001")
    assert "不在您的职责范围" in boss.last
    await wang.says("我的场所隐患")
    assert "不在您的职责范围" in wang.last


async def test_the_owner_repairs_it_and_somebody_else_says_whether_it_is_well(town: Township) -> None:
    boss, _, wang = await confirmed(town)
    zhou = town.somebody("周主任")
    await boss.presses("已整改，上传照片")
    await boss.sends("photo", "换了新的")
    await boss.presses("发完了")
    assert "会有另一个人来复查" in boss.last
    assert "等待另一人复查" in wang.last
    await zhou.presses("不合格，退回")
    await zhou.says("接头还在漏")
    await zhou.presses("跳过")
    assert "复查没通过" in boss.last
    assert "接头还在漏" in boss.last
    await boss.presses("已整改，上传照片")
    await boss.sends("photo")
    await boss.presses("发完了")
    await zhou.presses("复查合格，销号")
    await zhou.presses("跳过")
    assert "复查合格，已销号" in boss.last
    await wang.presses("经过")
    assert "场所负责人报告已经改好" in wang.last
    assert "张老板" not in wang.last


async def test_the_owner_is_reminded_with_the_act_at_hand_and_asks_for_more_time(town: Township) -> None:
    boss, _, wang = await confirmed(town)
    await town.passes(days=4)
    reminder = next(seen for seen in boss.phone.screen if "整改还有 3 天到期" in seen.text)
    labels = [button.text for row in reminder.buttons for button in row]
    assert labels[:3] == ["已整改，上传照片", "申请延期", "不是我负责"]
    await boss.presses("申请延期")
    await boss.presses("12月3日")
    await boss.says("师傅下周才来")
    await boss.presses("提交申请")
    assert "没批之前，原来的期限不变" in boss.last
    assert "申请延期" not in boss.buttons
    zhou = town.somebody("周主任")
    assert "张老板（场所负责人）" in zhou.last
    await zhou.presses("批准")
    assert "延期批准了，改到 12月3日" in boss.last
    assert "师傅下周才来" in wang.last


async def test_who_is_not_responsible_is_let_off_when_somebody_agrees(town: Township) -> None:
    boss, _, _ = await confirmed(town)
    await boss.presses("不是我负责")
    await boss.presses("是房东（业主）的责任")
    await boss.presses("提交申请")
    await town.somebody("周主任").presses("批准")
    assert "这件不用您办了" in boss.last
    await boss.says("我的场所隐患")
    assert "没有要整改的隐患" in boss.last
