"""Scenes of burden: three taps when all is well are three taps; a case in between and a lunch break do not count."""

from sqlmodel import Session, select

from models.burdens import Burden
from models.patrols import Patrol
from tests.town import Township


def costs(town: Township) -> list[tuple[int | None, int | None, int | None]]:
    """Return taps, messages and seconds of every patrol, oldest first."""

    def find(s: Session) -> list[tuple[int | None, int | None, int | None]]:
        return [(p.taps, p.messages, p.seconds) for p in s.exec(select(Patrol).order_by(Patrol.id))]  # type: ignore[arg-type]

    return town.read(find)


async def test_three_taps_when_all_is_well_are_three_taps_and_no_message(town: Township) -> None:
    zhang = town.somebody("张网格员")
    await zhang.says("/start")
    await zhang.presses("巡查")
    await town.passes(seconds=20)
    await zhang.presses("示范镇农贸市场")
    await town.passes(seconds=40)
    await zhang.presses("全部合格")
    await town.passes(minutes=8)  # the way to the next place
    await zhang.presses("下一家")
    await zhang.presses("全部合格")
    assert costs(town) == [(3, 0, 60), (2, 0, 0)]
    assert town.read(lambda s: s.exec(select(Burden)).all()) == []


async def test_what_is_written_and_shown_counts_and_other_work_does_not(town: Township) -> None:
    zhang = town.somebody("张网格员")
    await zhang.says("/start")
    await zhang.says("/place 张记面馆")
    await zhang.presses("有问题")
    await town.passes(minutes=1)
    await zhang.presses("灭火器")
    await zhang.says("待办隐患")  # something else, for nine minutes
    await town.passes(minutes=9)
    await zhang.presses("有问题")
    await zhang.presses("勾好了")
    await zhang.sends("photo", caption="过期半年了")
    await zhang.presses("开隐患")
    await zhang.presses("提交")
    assert costs(town) == [(6, 2, 60)], "place, photo; problem twice, item, done, open, submit"


async def test_a_sentence_is_one_message_and_one_tap_and_lunch_begins_anew(town: Township) -> None:
    zhang = town.somebody("张网格员")
    await zhang.says("巡查了张记面馆，灭火器过期，其他正常")
    await zhang.presses("提交")
    await zhang.presses("下一家")
    await town.passes(hours=1)
    await zhang.presses("全部合格")
    assert costs(town) == [(1, 1, 0), (1, 0, 0)]
