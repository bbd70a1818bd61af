"""Scenes of quizzes for the town: what officers see of the villages, and one question that goes to many."""

from sqlmodel import Session, select

from handlers.say import learning as say
from knowledge.quiz import bank
from models.areas import area_by_code
from models.broadcasts import Broadcast, Kind, Stage
from models.learning import Asked
from models.people import Person
from tests.handlers.polls import asked, at, opened, polls_of, votes
from tests.town import Somebody, Township


def answers(s: Session, village: str, people: int, *, wrong: int = 0, question: str = "basics-02") -> None:
    """So many invented people of a village answer one question, the first of them wrong."""
    area = area_by_code(s, village)
    for number in range(people):
        telegram = 6_000_000_000 + len(s.exec(select(Person.id)).all())
        person = Person(telegram_id=telegram, name="答题人", area_id=area.id, seen_at=at(23, 9))
        s.add(person)
        s.flush()
        given = {"asked_at": at(23, 9), "answered_at": at(23, 9), "chosen": 0, "is_right": number >= wrong}
        s.add(Asked(poll_id=f"{village}{number}", person_id=person.id or 0, question_id=question, topic="basics",
                    right=1, **given))  # fmt: skip


async def test_officers_see_villages_and_of_few_only_that_they_are_few(town):
    town.read(answers, "qingshi", 5, wrong=1)
    town.read(answers, "baishu", 4)
    li = town.somebody("李干事")
    await li.says("学习情况")
    assert "青石村：5 人，5 题，答对 80%" in li.last
    assert "柏树村：少于5人" in li.last
    assert "答题人" not in li.last
    assert f"1. {bank().find('basics-02').ask}（答错 11%）" in li.last


async def test_a_village_sees_itself_only_and_residents_nothing(town):
    town.read(answers, "qingshi", 6)
    town.read(answers, "changzhen-1", 5)
    zhou, granny = town.somebody("周主任"), town.somebody("王婆婆")
    await zhou.says("/learning")
    assert "场镇社区：5 人" in zhou.last
    assert "青石村" not in zhou.last
    await granny.says("/learning")
    assert "不在您的职责范围内" in granny.last


async def test_what_is_often_answered_wrong_becomes_the_topic_of_a_quiz_for_all(town):
    town.read(answers, "qingshi", 5, wrong=4)
    li = town.somebody("李干事")
    await li.says("/learning")
    await li.presses("就「消防常识」出一道题")
    assert "选哪一道" in li.last
    assert li.last.index(bank().find("basics-02").ask) < li.last.index("2. ")


async def quiz_for_all(town: Township) -> Somebody:
    li = town.somebody("李干事")
    await li.says("/push")
    await li.presses("❓ 出一道题")
    await li.says("通道逃生")
    await li.says("2")
    await li.presses("✔ 下一步")
    return li


async def approved(town: Township, li: Somebody) -> None:
    zhao = await opened(town, "赵干事")
    await li.presses("提交审批")
    await zhao.presses("批准发布")


async def let_go(town: Township, li: Somebody) -> None:
    await approved(town, li)
    await town.chores()
    await town.chores()


async def test_a_quiz_for_all_is_looked_at_approved_and_answered_like_any_other(town):
    granny = await opened(town, "王婆婆")
    li = await quiz_for_all(town)
    question = [q for q in bank().questions if q.topic == "exits"][1]
    assert li.sees(question.ask)
    assert polls_of(granny) == []
    await let_go(town, li)
    (poll,) = polls_of(granny)
    assert poll.text == question.ask
    await votes(town, granny, right=True)
    assert say.RIGHT in granny.last
    await granny.says("我的答题")
    assert granny.sees("一共答了 1 题，答对 1 题")


async def test_a_group_gets_the_quiz_without_names(town):
    li = town.somebody("李干事")
    group = town.telegram.group("青石村微信群转来的人", [li.phone])
    await town.settle()
    await li.says("/push")
    await li.presses("群和频道")
    await li.presses("开通")
    await li.presses("示范镇")
    await let_go(town, await quiz_for_all(town))
    (poll,) = [message for message in li.phone.looks_at(group) if message.kind == "poll"]
    assert poll.data["poll"]["is_anonymous"]
    assert all(row.person_id for row in asked(town))


async def test_who_muted_the_topic_is_not_asked_about_it(town):
    granny = await opened(town, "王婆婆")
    li = await quiz_for_all(town)
    await granny.says("/mute")
    await granny.presses("✅ 通道逃生")
    await let_go(town, li)
    assert polls_of(granny) == []


async def test_a_quiz_that_was_stopped_in_time_asks_nobody(town):
    granny = await opened(town, "王婆婆")
    await approved(town, await quiz_for_all(town))
    await town.machine.beat()
    await town.machine.do_chores()

    def stop(s: Session) -> None:
        found = s.exec(select(Broadcast)).one()
        assert found.stage == Stage.SENDING
        found.stage = Stage.CANCELLED

    town.read(stop)
    await town.settle()
    assert polls_of(granny) == []


async def test_a_quiz_that_is_changed_stays_a_quiz(town):
    li = await quiz_for_all(town)
    await li.presses("改一改")
    await li.presses("改题目")
    await li.presses("第 3 题")
    await li.presses("✔ 下一步")
    found = town.read(lambda s: s.exec(select(Broadcast)).one())
    question = [q for q in bank().questions if q.topic == "exits"][2]
    assert (found.kind, found.question_id, found.topic) == (Kind.QUIZ, question.id, "exits")
    assert li.sees(question.ask)
