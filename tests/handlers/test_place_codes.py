"""Scenes of codes: printed for one door or for a whole village, scanned by whoever comes by, taken away again."""

from sqlmodel import Session, select

from models import place_links
from models.hazards import Hazard
from models.places import CLOSED, MERGED, Place
from tests.fonts import needs_font
from tests.town import MONDAY, Somebody, Township


def link_of(town: Township, code: str = "zhangji", *, renew: bool = False) -> str:
    """Return what the poster of a place carries."""
    li = town.somebody("李干事").actor

    def make(s: Session) -> str:
        number = s.exec(select(Place.id).where(Place.code == code)).one() or 0
        return (place_links.renew if renew else place_links.make)(s, li, number, now=MONDAY).payload

    return town.database.transaction(make)


def change(town: Township, code: str, **values: object) -> Place:
    """Change a place behind everybody's back."""

    def do(s: Session) -> Place:
        found = s.exec(select(Place).where(Place.code == code)).one()
        for name, value in values.items():
            setattr(found, name, value)
        s.flush()
        s.refresh(found)
        s.expunge(found)
        return found

    return town.database.transaction(do)


def file_of(town: Township, who: Somebody) -> tuple[str, bytes]:
    """Return name and bytes of the newest file that somebody got."""
    sent = next(m for m in reversed(who.phone.screen) if m.data.get("document"))
    kept = town.telegram.files.by_id(sent.data["document"]["file_id"])
    assert kept is not None
    return kept.name, kept.read()


async def test_a_resident_who_scans_is_asked_what_is_wrong_and_not_where(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await wang.opens(link_of(town))
    assert "张记面馆" in wang.last
    assert "我的上报" in wang.last
    await wang.says("灭火器过期了没人换")
    await wang.presses("跳过")
    assert "张记面馆" in wang.last
    await wang.presses("提交")
    [hazard] = town.read(lambda s: s.exec(select(Hazard)).all())
    assert hazard.place_id == town.read(lambda s: s.exec(select(Place.id).where(Place.code == "zhangji")).one())


async def test_the_same_code_lets_a_grid_worker_patrol_and_report(town: Township) -> None:
    zhang = town.somebody("张网格员")
    await zhang.opens(link_of(town))
    assert "您扫的是「张记面馆」的码" in zhang.last
    assert {"✔ 全部合格", "有问题", "没进去", "🔔 报这里的隐患"} <= set(zhang.buttons)
    await zhang.presses("🔔 报这里的隐患")
    assert "是哪一类" in zhang.last
    await zhang.says("取消")
    await zhang.opens(link_of(town))
    await zhang.presses("全部合格")
    assert "已记录：张记面馆" in zhang.last


async def test_whoever_works_there_or_answers_for_it_gets_its_card_and_others_report(town: Township) -> None:
    payload = link_of(town)
    for name, patrols in (("周主任", True), ("李干事", True), ("孙镇长", False), ("张老板", False)):
        who = town.somebody(name)
        await who.opens(payload)
        assert "您扫的是「张记面馆」的码" in who.last, name
        assert ("✔ 全部合格" in who.buttons) is patrols, name
        await who.presses("🔔 报这里的隐患")
        assert "是哪一类" in who.last, name
    liu = town.somebody("刘网格员")  # of another grid
    await liu.opens(payload)
    assert "是哪一类" in liu.last


async def test_a_code_that_is_no_good_says_what_to_do(town: Township) -> None:
    wang, old = town.somebody("王婆婆"), link_of(town)
    for payload in ("p_1_000000000000000000000000", "p_", "p_abc", old[:-1]):
        await wang.opens(payload)
        assert "直接发一句话或一张照片" in wang.last
    link_of(town, renew=True)
    await wang.opens(old)
    assert "直接发一句话或一张照片" in wang.last
    assert not wang.sees("张记面馆")


async def test_the_code_of_a_place_that_is_gone_tells_and_of_a_merged_one_leads_on(town: Township) -> None:
    wang, zhang = town.somebody("王婆婆"), town.somebody("张网格员")
    payload = link_of(town)
    change(town, "zhangji", status=CLOSED)
    await wang.opens(payload)
    assert "「张记面馆」已关闭" in wang.last
    assert "直接发一句话或一张照片" in wang.last
    await zhang.opens(payload)
    assert "已关闭" in zhang.last
    into = town.read(lambda s: s.exec(select(Place.id).where(Place.code == "hongyun-huoguo")).one())
    change(town, "zhangji", status=MERGED, merged_into_id=into)
    await zhang.opens(payload)
    assert "您扫的是「鸿运火锅」的码" in zhang.last
    await wang.opens(payload)
    assert "您扫的是「鸿运火锅」的码" in wang.last


@needs_font
async def test_one_place_is_printed_renewed_and_taken_away(town: Township) -> None:
    li, wang = town.somebody("李干事"), town.somebody("王婆婆")
    await li.says("/place 张记面馆")
    if "更多…" in li.buttons:
        await li.presses("更多…")
    await li.presses("场所码")
    assert "现在没有码" in li.last
    assert "作废" not in li.buttons
    await li.presses("一张 A4 大码")
    name, made = file_of(town, li)
    assert name == "场所码 张记面馆.pdf"
    assert made.startswith(b"%PDF")
    await li.presses("发图片")
    assert li.phone.last.data.get("photo")
    old = link_of(town)
    assert li.sees(f"码尾号 {old[-4:].upper()}，11月23日印过")
    await li.presses("换新码")
    assert li.sees("旧码就不能用了")
    await li.presses("换新码")
    assert li.sees("还没有印过")
    await wang.opens(old)
    assert "张记面馆" not in wang.last
    new = link_of(town)
    await li.presses("作废")
    await li.presses("作废")
    assert li.sees("已作废")
    await wang.opens(new)
    assert "张记面馆" not in wang.last


@needs_font
async def test_a_village_is_printed_in_one_go_and_only_once(town: Township) -> None:
    li, zhou = town.somebody("李干事"), town.somebody("周主任")
    await li.says("打印场所码")
    assert "要印 25 家" in li.last
    await li.presses("换片区")
    await li.presses("青石村")
    await li.presses("换类型")
    assert "厂房库房 1" in li.buttons
    await li.presses("全部类型")
    assert "片区：青石村" in li.last
    await li.presses("一页十二家")
    name, made = file_of(town, li)
    assert name == "场所码 2026-11-23-1.pdf"
    assert made.startswith(b"%PDF")
    assert li.sees("没有要印的")
    assert "一页四家" not in li.buttons
    await li.presses("改成：印过的也印")
    assert li.sees("要印 4 家")
    await zhou.says("/codes")
    assert "要印 16 家" in zhou.last, "only the own village"
