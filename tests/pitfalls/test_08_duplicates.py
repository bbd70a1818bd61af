"""Pitfall 8: duplicates handled badly - too little shown, no way back, cases taken by a merge, followers not told.

PEERS section 5: the hint shows place, age, kind and photo; a merge is reversible and keeps both reporters and the order
in which they came; followers are told.
"""

import pytest
from sqlmodel import Session, select

from bot.render.qr import code_png
from models import merging
from models.hazards import Evidence, Hazard
from models.pictures import CLEAN, Picture
from tests.town import MONDAY, Somebody, Township

DOOR = "菜市场后门被货堵死了"


@pytest.fixture
async def people(town: Township) -> dict[str, Somebody]:
    """Three residents and the fire post, who have the bot open."""
    found = {name: town.somebody(name) for name in ("王婆婆", "陈大哥", "张老板", "李干事")}
    for person in found.values():
        await person.says("/start")
    return found


async def report(who: Somebody) -> None:
    """Somebody reports the blocked back door with a photo, up to handing it in."""
    await who.sends("photo", DOOR)
    await who.presses("提交")


def cleaned(s: Session) -> None:
    """Let the first photo have its cleaned copy."""
    evidence = s.exec(select(Evidence).order_by(Evidence.id)).first()
    assert evidence is not None
    picture = s.get(Picture, evidence.id) or Picture(evidence_id=evidence.id or 0, not_before=MONDAY)
    picture.state, picture.clean, picture.file_id = CLEAN, code_png("cleaned"), None
    s.add(picture)


def first_reporter(s: Session, number: str) -> str | None:
    """Return the number of the first effective report behind a case."""
    first = merging.first_reporter(s, s.exec(select(Hazard).where(Hazard.number == number)).one())
    return first.number if first else None


async def test_the_hint_shows_enough_to_decide(town: Township, people: dict[str, Somebody]) -> None:
    await report(people["王婆婆"])
    town.database.transaction(cleaned)
    await town.passes(days=2)
    await report(people["陈大哥"])
    chen = people["陈大哥"]
    assert any("疏散通道安全出口　示范镇农贸市场" in text and "2 天前报的" in text for text in chen.texts)
    assert chen.sees("那一件的现场照片")


async def test_a_merge_keeps_both_reporters_and_their_order_and_can_be_undone(
    town: Township, people: dict[str, Somebody]
) -> None:
    li = people["李干事"]
    for name in ("王婆婆", "陈大哥"):
        await report(people[name])
    await people["陈大哥"].presses("不是，照常上报")
    await li.says("/hazard 吹2026-0001")  # the earlier one is merged into the later one
    await li.presses("可能重复 1 件")
    await li.presses("并入 吹2026-0002")
    assert people["王婆婆"].sees("并在一起办")
    assert [town.read(first_reporter, f"吹2026-000{n}") for n in (1, 2)] == ["吹2026-0001"] * 2
    await li.presses("取消并案")
    assert "单独办理" in people["王婆婆"].last
    assert [town.read(first_reporter, f"吹2026-000{n}") for n in (1, 2)] == ["吹2026-0001", "吹2026-0002"]


async def test_followers_and_merged_reporters_hear_of_each_step_once(people: dict[str, Somebody]) -> None:
    li, chen, yang = people["李干事"], people["陈大哥"], people["张老板"]
    await report(people["王婆婆"])
    await report(chen)
    await chen.presses("就是这个，我也关注")
    await report(yang)
    await yang.presses("不是，照常上报")
    await li.presses("可能重复 1 件")
    await li.presses("并入 吹2026-0001")
    before = {person: len(person.texts) for person in (chen, yang)}
    await li.says("/hazard 吹2026-0001")
    await li.presses("派给 张网格员")
    assert {person: len(person.texts) - before[person] for person in (chen, yang)} == {chen: 1, yang: 1}
    assert "已派员核查" in chen.last
    assert "已派员核查" in yang.last


async def test_a_merge_takes_no_case_out_of_sight(people: dict[str, Somebody]) -> None:
    li = people["李干事"]
    await report(people["王婆婆"])
    await report(people["陈大哥"])
    await people["陈大哥"].presses("不是，照常上报")
    await li.presses("更多…")
    await li.presses("并案")
    await li.says("吹2026-0001")
    await li.presses("并入 吹2026-0001")
    await li.says("/hazard 吹2026-0001")
    await li.presses("移送")
    await li.presses("供电所")
    await li.says("线路归供电所管")
    await li.presses("提交")
    await li.says("/hazard 吹2026-0002")  # still there, and it can be taken up again
    assert "取消并案" in li.buttons
    assert people["陈大哥"].sees("已移送有关单位")
    third = people["张老板"]
    await report(third)
    assert third.sees("吹2026-0003")  # nobody is sent to a case that is over
    await li.presses("更多…")
    await li.presses("并案")
    await li.says("吹2026-0001")
    assert "已经办结，不能再并进去" in li.last
