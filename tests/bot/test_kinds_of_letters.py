"""Other letters than words to a person: papers, quizzes, and what goes to groups and channels."""

from typing import Any

import pytest
from sqlmodel import Session, select

from bot.calls import EXPLANATION_LIMIT, OPTION_LIMIT, QUESTION_LIMIT, calls
from bot.cards import Card, Paper, Quiz, as_text, card
from bot.database import Database
from bot.notices import Notice
from bot.wire import Outcome
from models.chats import Chat
from models.outbox import DEAD, DUE, SENT, SILENT, Lane, Outgoing
from sandbox.faults import Fault
from sandbox.groups import Group
from tests.bot.conftest import MORNING, Bench, Naps, Opener
from tests.bot.letters import later, queue, states

ARRIVED: list[tuple[int, str]] = []


def paper(_: Session, row: Outgoing, *__: Any) -> Card:
    """A paper that can be made, or for 0 one that cannot."""
    number = row.about["n"]

    def make() -> bytes:
        if not number:
            raise OSError("菜市场后门")
        return b"%PDF-1.7 " + str(number).encode()

    return card("请打印", paper=Paper("大字海报.pdf", make))


def quiz(*_: Any) -> Card:
    """A quiz."""
    return Card(as_text(""), quiz=Quiz("电瓶车在哪里充电？", ("楼道", "室外充电点"), 1, "楼道是逃生的路。"))


def noted(_: Session, row: Outgoing, outcome: Outcome, __: Any) -> None:
    """Keep how a row arrived."""
    ARRIVED.append((row.about["n"], outcome.poll))


def to_group(_: Session, row: Outgoing, __: Any) -> Card | None:
    """A word to a group, nothing for 0."""
    return card(f"各位乡亲 {row.about['n']}") if row.about["n"] else None


NOTICES = (
    Notice("paper", paper),
    Notice("quiz", quiz, arrived=noted),
    Notice("tip", lambda *_: card("给一个人"), render_in_chat=to_group, repeat=False),
    Notice("private", lambda *_: card("给一个人")),
    Notice("system.unmade", lambda *_: card("没有做成")),
)


@pytest.fixture
async def bench(file: Database, open_bench: Opener) -> Bench:
    """A bench on a SQLite file."""
    ARRIVED.clear()
    return await open_bench(file, notices=NOTICES)


def to_chat(bench: Bench, chat_id: int, n: int = 1, what: str = "tip") -> None:
    """Queue a notice to a group or channel."""
    row = Outgoing(lane=Lane.BROADCAST, what=what, about={"n": n}, chat_id=chat_id, not_before=MORNING,
                   created_at=MORNING)  # fmt: skip
    bench.read(lambda s: s.add(row))


def group(bench: Bench) -> Group:
    """A group that the township knows."""
    found = Group.found(bench.telegram, "示范村乡亲群", [bench.somebody("王")])
    bench.read(lambda s: s.add(Chat(telegram_id=found.id, title=found.title, since=MORNING, is_on=True)))
    return found


def said(bench: Bench, village: Group) -> list[str]:
    """What the bot wrote in a group."""
    (wang,) = bench.telegram.people
    return [seen.text for seen in wang.looks_at(village) if seen.from_bot and "text" in seen.data]


async def test_a_paper_is_made_when_it_is_sent_and_keeps_its_chinese_name(bench: Bench) -> None:
    wang = bench.somebody("王")
    queue(bench, wang, 7, "paper")
    await bench.deliver()
    assert wang.last.text == "请打印"
    assert wang.last.data["document"]["file_name"] == "大字海报.pdf"
    assert states(bench) == [SENT]


async def test_a_paper_that_cannot_be_made_is_put_aside_and_the_rest_goes_on(bench: Bench) -> None:
    wang = bench.somebody("王")
    queue(bench, wang, 0, "paper")
    queue(bench, wang, 1, "paper")
    await bench.deliver()
    assert states(bench) == [DEAD, SENT, SENT]
    assert bench.texts(wang)[-1] == "没有做成"
    assert "菜市场" not in bench.outgoing()[0].outcome


async def test_a_quiz_tells_its_poll_when_it_has_arrived(bench: Bench) -> None:
    wang = bench.somebody("王")
    queue(bench, wang, 3, "quiz")
    await bench.deliver()
    poll = wang.last.data["poll"]
    assert poll["type"] == "quiz"
    assert not poll["is_anonymous"]
    assert [(3, poll["id"])] == ARRIVED


def test_a_quiz_fits_whatever_is_written() -> None:
    asked = Quiz("问" * 400, ("选" * 200, "乙"), 0, "因" * 300 + "\n\n\n", anonymous=True)
    (made,) = calls(Card(as_text(""), quiz=asked), 1, None)
    params = made["params"]
    assert len(params["question"]) == QUESTION_LIMIT
    assert len(params["options"][0]["text"]) == OPTION_LIMIT
    assert len(params["explanation"]) == EXPLANATION_LIMIT
    assert params["is_anonymous"]


async def test_a_group_gets_its_own_card_and_none_when_the_matter_has_passed(bench: Bench, naps: Naps) -> None:
    village = group(bench)
    to_chat(bench, village.id)
    await bench.deliver()
    naps.taken.append(3)
    to_chat(bench, village.id, 0)
    await bench.deliver()
    assert said(bench, village) == ["各位乡亲 1"]
    assert states(bench) == [SENT, SILENT]


async def test_what_is_for_one_person_never_goes_to_a_group(bench: Bench) -> None:
    village = group(bench)
    to_chat(bench, village.id, what="private")
    await bench.deliver()
    assert states(bench) == [DEAD]
    assert said(bench, village) == []


async def test_a_group_that_put_the_bot_out_is_remembered_as_lost(bench: Bench) -> None:
    village = group(bench)
    village.sets_bot("kicked")
    to_chat(bench, village.id)
    await bench.deliver()
    assert states(bench) == [DEAD]
    assert bench.read(lambda s: s.exec(select(Chat.is_member)).one()) is False


async def test_a_group_that_became_a_supergroup_keeps_getting_its_word(bench: Bench) -> None:
    village = group(bench)
    bigger = village.upgrades()
    to_chat(bench, village.id)
    await bench.deliver()
    assert states(bench) == [SENT]
    assert bench.read(lambda s: s.exec(select(Chat.telegram_id)).one()) == bigger.id


async def test_a_busy_group_waits_its_half_minute_and_nobody_waits_with_it(bench: Bench, naps: Naps) -> None:
    village, li = group(bench), bench.somebody("李")
    bench.telegram.faults.add(Fault("sendMessage", "429", times=1, retry_after=30))
    to_chat(bench, village.id)
    await bench.deliver()
    queue(bench, li, 1, "private")
    await bench.deliver()
    assert states(bench) == [DUE, SENT]
    naps.taken.append(30)
    later(bench, 30)
    await bench.deliver()
    assert states(bench) == [SENT, SENT]
