"""What the tables of the machine tell about a confidential reporter: nothing that leads from the case to the person."""

from sqlalchemy import text
from sqlmodel import Session, select

from models.people import Person
from tests.town import Township


async def test_no_row_beside_the_report_names_the_reporter_or_the_moment(town: Township) -> None:
    wang = town.somebody("王婆婆")
    await wang.says("菜市场后门被货堵死了")
    await wang.presses("跳过")
    await wang.presses("提交")

    def traces(s: Session) -> tuple[list[object], int, int, int]:
        left = s.execute(text("select chat, person from inbox where chat is not null or person is not null")).all()
        moments = s.execute(text("select count(*) from keyboards k join hazards h on k.made_at = h.reported_at"))
        replies = s.execute(text("select count(*) from outgoing where chat_id is not null"))
        drafts = s.execute(text("select count(*) from drafts"))
        return list(left), moments.scalar_one(), replies.scalar_one(), drafts.scalar_one()

    assert town.read(traces) == ([], 0, 0, 0)


async def test_a_group_that_throws_the_bot_out_makes_nobody_unreachable(town: Township) -> None:
    zhang = town.somebody("张网格员")
    await zhang.says("/start")
    group = town.telegram.group("青石村网格群", [zhang.phone])
    group.sets_bot("kicked", zhang.phone)
    await town.settle()

    def reachable(s: Session) -> bool:
        return s.exec(select(Person.reachable).where(Person.telegram_id == 1003)).one()

    assert town.read(reachable)


async def test_talk_in_a_group_is_not_answered_unless_it_is_meant_for_the_bot(town: Township) -> None:
    zhang = town.somebody("张网格员")
    group = town.telegram.group("青石村网格群", [zhang.phone])
    group.sets_bot("administrator", zhang.phone)
    zhang.phone.says("明天赶场哪个去", chat=group)
    await town.settle()
    assert not zhang.phone.sees("私聊", chat=group)
    zhang.phone.says("@chuishao_demo_bot 后门堵了", chat=group)
    await town.settle()
    assert zhang.phone.sees("私聊", chat=group)
