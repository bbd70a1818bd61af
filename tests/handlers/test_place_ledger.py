"""Scenes of the ledger: a place is entered in four steps, found, changed, merged, moved, shut, and listed."""

from datetime import date

from sqlmodel import select

from models.places import Place
from tests.town import Somebody, Township


def place(town: Township, name: str) -> Place:
    """The place of this name."""
    return town.read(lambda s: s.exec(select(Place).where(Place.name == name)).one())


async def does(who: Somebody, *acts: str) -> None:
    """Press what is a button, say anything else."""
    for act in acts:
        if any(label == act or label.startswith(act) for label in who.buttons):
            await who.presses(act)
        else:
            await who.says(act)


async def opens_ledger(who: Somebody, name: str) -> None:
    """Find a place and open its ledger."""
    await who.says(f"/place {name}")
    if "更多…" in who.buttons:
        await who.presses("更多…")
    await who.presses("台账")


async def test_a_place_is_entered_in_four_steps_and_patrolled_at_once(town):
    zhang = town.somebody("张网格员")
    await zhang.says("登记场所")
    steps = 0
    for act in ("王婆小吃店", "小餐饮", "柏树村二网格"):
        await does(zhang, act)
        steps += 1
    await zhang.sends("location", 29.93, 107.66)
    assert steps + 1 <= 4
    assert zhang.sees("已登记，编号 baishu-2-260001")
    made = place(town, "王婆小吃店")
    assert (made.kind, made.latitude, made.address) == ("catering", 29.93, "")
    await zhang.presses("全部合格")
    assert zhang.sees("已记录：王婆小吃店")
    await opens_ledger(zhang, "王婆")
    assert "编号 baishu-2-260001" in zhang.last
    assert "张网格员 登记" in zhang.last


async def test_a_search_that_finds_nothing_offers_to_enter_it_and_a_like_one_is_shown_first(town):
    zhang, zhao = town.somebody("张网格员"), town.somebody("赵干事")
    await zhang.says("/place 孙家豆花饭庄")
    assert "没有找到" in zhang.last
    await does(zhang, "＋ 登记「孙家豆花饭庄」", "小餐饮", "场镇社区一网格", "跳过")
    assert place(town, "孙家豆花饭庄").area_path.endswith("/changzhen-1/")
    await does(zhang, "＋ 再登记一家", "张纪面馆", "小餐饮", "跳过")
    assert "是不是这一家" in zhang.last
    await does(zhang, "就是：张记面馆")
    assert "没有重复登记" in zhang.last
    await does(zhang, "/newplace 张记面馆", "小餐饮", "场镇社区一网格", "正街 99 号", "不是，照常登记")
    assert zhang.sees("已登记，编号 changzhen-1-260002")
    await zhao.says("/newplace 孙家老屋")
    assert "哪一类" in zhao.last
    await does(zhao, "其他类别", "连片村寨", "青石村一网格", "一组")
    assert (place(town, "孙家老屋").kind, place(town, "孙家老屋").address) == ("village", "一组")
    resident = town.somebody("陈大哥")
    await resident.says("/newplace 我的店")
    assert "职责范围" in resident.last


async def test_the_ledger_of_a_place_is_changed_line_by_line_and_remembers(town):
    zhang, leader = town.somebody("张网格员"), town.somebody("孙镇长")
    await opens_ledger(zhang, "鸿运火锅")
    await does(zhang, "改…", "名称", "鸿福火锅")
    assert "已改好" in zhang.last
    assert "名称「鸿运火锅」" in zhang.last
    await does(zhang, "改…", "风险", "高", "改…", "组/院子", "3组", "改…", "类别", "小餐饮")
    await does(zhang, "改…", "层数", "3层", "不知道", "8", "跳过", "改…", "别名", "老灶、巴适锅")
    assert place(town, "鸿福火锅").aliases == "老灶,巴适锅"
    assert (place(town, "鸿福火锅").floors, place(town, "鸿福火锅").people) == (3, 8)
    await does(zhang, "改…", "地址和定位")
    await zhang.sends("location", 29.95, 107.75)
    assert (place(town, "鸿福火锅").latitude, place(town, "鸿福火锅").address) == (29.95, "场镇正街 31 号")
    await does(zhang, "负责人…", "登记责任人", "火锅店老板", "12345")
    assert "电话号码" in zhang.last
    await does(zhang, "02300000031")
    assert "责任人：火锅店老板　02300000031" in zhang.last
    await does(zhang, "换责任人", "接手的老板", "跳过")
    assert "火锅店老板" not in zhang.last
    await does(zhang, "◀ 返回", "全部经过")
    assert zhang.last.count("负责人有变动（责任人）") == 2
    assert "风险「一般」" in zhang.last
    assert "02300000031" not in zhang.last
    await leader.says("/place 老灶")
    assert "责任人：接手的老板" in leader.last, "who answers for it stands on the card of the place"
    await opens_ledger(leader, "老灶")
    assert set(leader.buttons) == {"全部经过", "◀ 返回"}
    resident = town.somebody("陈大哥")
    await resident.says("/place 老灶")
    assert "接手的老板" not in resident.last


async def test_a_second_entry_is_merged_and_leads_to_the_one_that_stays(town):
    zhang, li = town.somebody("张网格员"), town.somebody("李干事")
    await does(zhang, "/newplace 张记面馆分店", "小餐饮", "场镇社区一网格", "跳过", "不是，照常登记", "✔ 全部合格")
    await zhang.says("/place 张记面馆分店")
    old = zhang.phone.last
    await opens_ledger(li, "张记面馆分店")
    await li.presses("并入…")
    await does(li, "🔍 按名字找", "鸿运火锅", "◀ 返回", "并入…", "张记面馆  场镇正街")
    assert "并了不能再分开" in li.last
    await li.presses("确定并入")
    assert "已把「张记面馆分店」并进来" in li.last
    assert "李干事 并进来一家（张记面馆分店）" in li.last
    await zhang.says("/place 张记面馆分店")
    assert zhang.last.startswith("张记面馆")
    assert "上次：11月23日（周一） 全部合格" in zhang.last, "the patrol of the other entry is read here"
    await zhang.presses("台账", message=old)
    assert zhang.sees("编号 zhangji")
    await zhang.presses("全部经过", message=old)
    assert zhang.sees("李干事 并入另一家（张记面馆）")
    assert zhang.sees("张网格员 登记")


async def test_a_place_changes_its_area_is_shut_and_comes_back(town):
    zhang, liu, li = (town.somebody(name) for name in ("张网格员", "刘网格员", "李干事"))
    await opens_ledger(li, "邻里快递站")
    await does(li, "搬到…", "场镇社区二网格", "网格重新划过")
    assert "已划到场镇社区二网格" in li.last
    await zhang.says("/place 邻里快递站")
    assert "没有找到" in zhang.last
    await opens_ledger(liu, "邻里快递站")
    assert "李干事 换了区域（网格重新划过），原来区域「场镇社区一网格」" in liu.last
    await does(liu, "停止巡查", "已关闭", "快递站不做了")
    assert "现在：已关闭" in liu.last
    assert place(town, "邻里快递站").next_patrol_on == date(2027, 5, 22), "a last look after half a year"
    await does(liu, "恢复巡查", "又开起来了")
    assert "停止巡查" in liu.buttons
    await liu.says("/place 邻里快递站")
    assert "应巡查：11月30日" in liu.last


async def test_the_list_is_filtered_counted_and_paged_and_agrees_with_the_due_list(town):
    li, zhang = town.somebody("李干事"), town.somebody("张网格员")
    await town.passes(days=20)
    await li.says("场所台账")
    assert "第 1/" in li.last
    first = li.buttons[:8]
    await li.presses("下一页")
    assert not set(first) & set(li.buttons[:8])
    await does(li, "筛选", "村和网格", "场镇社区", "类别", "小餐饮")
    assert "看的是：场镇社区 · 小餐饮 · 在营" in li.last
    shown = next(label for label in li.buttons if label.startswith("看 "))
    await li.presses(shown)
    assert f"场所台账：{shown.split()[1]} 家" in li.last
    await does(li, "筛选", "不筛了", "状态", "不限")
    await zhang.says("/patrol")
    late = zhang.last.split("其中 ")[1].split(" 家")[0]
    await does(zhang, "/places", "筛选", f"只看逾期 {late}", f"看 {late} 家")
    assert f"场所台账：{late} 家" in zhang.last
    assert "已逾期" in zhang.last
    await zhang.says("/place 一组青石")
    assert "没有找到" in zhang.last
    await li.says("/place 一组")
    assert {label.split("  ")[0] for label in li.buttons} >= {"青石木器厂", "青石摩托修理铺"}
