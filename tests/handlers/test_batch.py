"""Several cases at once: chosen over pages, done each for itself, told in one card."""

from sqlmodel import Session, select

from models.audit import AuditEntry
from models.hazards import Hazard, history
from tests.handlers.test_queue import hazard, opened, reports
from tests.town import Somebody, Township


async def many(town: Township, count: int) -> None:
    """Residents report many small things in the market town."""
    for n in range(count):
        await reports(town, f"场镇社区{n}栋楼下堆满纸箱", "陈大哥" if n % 2 else "王婆婆")


def held(town: Township) -> dict[str, int | None]:
    """Return who has which case."""
    return town.read(lambda s: {h.number: h.assignee_id for h in s.exec(select(Hazard)).all()})


async def chooses(who: Somebody, *numbers: int) -> None:
    """Tick cases on the page that is shown."""
    for number in numbers:
        await who.presses(f"吹2026-{number:04}")


async def test_what_is_chosen_survives_turning_pages_and_is_sent_out_in_one_go(town: Township) -> None:
    (li,) = await opened(town, "李干事")
    zhang = town.somebody("张网格员")
    await many(town, 10)
    await li.says("待办隐患")
    await li.presses("☑ 多选")
    assert "先点前面的方框" in li.last
    await chooses(li, 1, 3)
    await li.presses("下一页")
    await chooses(li, 10)
    assert "多选（已选 3 件）" in li.last
    await li.presses("上一页")
    assert "☑ 吹2026-0003" in "".join(li.buttons)
    await chooses(li, 3)
    assert "☐ 吹2026-0003" in "".join(li.buttons), "a second tap takes it away again"
    await li.presses("一起派给")
    assert "这 2 件派给谁" in li.last
    await li.presses("派给 张网格员")
    assert li.last.startswith("办好 2 件。\n吹2026-0001、吹2026-0010")
    given = [number for number, who in held(town).items() if who == zhang.actor.id]
    assert given == ["吹2026-0001", "吹2026-0010"]
    await li.presses("◀ 看列表")
    assert "待办隐患（8）" in li.last


async def test_who_was_quicker_is_named_for_the_case_that_could_not_be_done(town: Township) -> None:
    li, zhou = await opened(town, "李干事", "周主任")
    await many(town, 3)
    await li.says("待办隐患")
    await li.presses("多选")
    await chooses(li, 1, 2, 3)
    await zhou.says("待办")
    await zhou.presses("吹2026-0002")
    await zhou.presses("我去看")
    await li.presses("我都去看")
    assert "办好 2 件，1 件没办成。" in li.last
    assert "吹2026-0002 已由 周主任 认领核查" in li.last
    assert held(town)["吹2026-0002"] == zhou.actor.id


async def test_every_case_of_a_batch_has_its_own_act_and_its_own_audit_entry(town: Township) -> None:
    (zhou,) = await opened(town, "周主任")
    wang = town.somebody("王婆婆")
    await many(town, 2)
    await zhou.says("待办")
    await zhou.presses("多选")
    await chooses(zhou, 1, 2)
    await zhou.presses("我都去看")

    def entries(s: Session) -> list[str]:
        return [row.thing for row in s.exec(select(AuditEntry).where(AuditEntry.op == "hazard.claimed"))]

    assert town.read(entries) == ["hazard:1", "hazard:2"]
    assert wang.sees("已派员核查"), "the reporters are told as if it had been done one by one"


async def test_a_note_goes_to_all_that_are_chosen(town: Township) -> None:
    (li,) = await opened(town, "李干事")
    await many(town, 2)
    await li.says("待办")
    await li.presses("多选")
    await chooses(li, 1, 2)
    await li.presses("一起写备注")
    await li.says("周五一起去看")
    assert "办好 2 件" in li.last
    notes = town.read(lambda s: [history(s, h)[-1].note for h in s.exec(select(Hazard)).all()])
    assert notes == ["周五一起去看"] * 2


async def test_nothing_chosen_does_nothing_and_one_leaves_without_harm(town: Township) -> None:
    (li,) = await opened(town, "李干事")
    await many(town, 1)
    await li.says("待办")
    await li.presses("多选")
    for act in ("一起派给", "一起写备注"):
        await li.presses(act)
        assert li.toasts[-1] == "先点前面的方框选上，再办。"
    await chooses(li, 1)
    await li.presses("一起派给")
    await li.presses("◀ 返回")
    assert "多选（已选 1 件）" in li.last
    await li.presses("不选了")
    assert "待办隐患（1）" in li.last
    assert hazard(town).step == "reported"


async def test_who_may_not_assign_is_not_offered_it_and_nothing_is_judged_in_a_batch(town: Township) -> None:
    li, zhang = await opened(town, "李干事", "张网格员")
    await many(town, 2)
    await li.says("待办")
    await li.presses("多选")
    await chooses(li, 1, 2)
    await li.presses("一起派给")
    await li.presses("派给 张网格员")
    await zhang.says("待办")
    await zhang.presses("多选")
    words = " ".join(zhang.buttons)
    assert not any(word in words for word in ("派给", "属实", "销号", "复查", "移送"))


async def test_only_who_works_in_both_villages_is_offered_for_cases_of_both(town: Township) -> None:
    (li,) = await opened(town, "李干事")
    await many(town, 1)
    await reports(town, "青石村木器厂里面乱拉电线")
    await li.says("待办")
    await li.presses("多选")
    await chooses(li, 1, 2)
    await li.presses("一起派给")
    offered = {label for label in li.buttons if label.startswith("派给")}
    assert offered == {"派给 刘网格员", "派给 李干事", "派给 赵干事"}
