"""Quizzes for the town: one question sent to many, and what villages have learnt - villages only, never a person."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select
from telegram import Update

from bot.cards import Button, Card, Text, bold, card
from bot.context import Context
from bot.fields import Answers, Choice, Option
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, command, press
from bot.wire import Outcome
from handlers import composing, looks_broadcasts, tips
from handlers.learning import note_question, poll_of
from handlers.say import learning as say
from handlers.say import push
from knowledge.library import TOPICS
from knowledge.quiz import Question, bank, suggest
from models import audiences, broadcasts, chats, learning, trainings
from models.audiences import TIPS
from models.base import Refused
from models.broadcasts import Broadcast, Kind, Stage
from models.learning import VillageLearning
from models.outbox import Outgoing
from models.people import Can, Person, areas_for
from models.trainings import VillageTrainings

LATELY = timedelta(days=30)
NOT_AGAIN = timedelta(days=60)
TITLE_LIMIT = 120
MANY = 50
USED = (Stage.WAITING, Stage.SCHEDULED, Stage.SENDING, Stage.DONE)
SHARED = ("area", "who", "sites", "chats", "when")


async def compose(_: Update, context: Context) -> None:
    """「出一道题」: a topic, one of three questions, and for whom."""
    context.begin("quiz.push", {**_blank(context), "topic": context.pressed.get("topic")})


def begin_with(context: Context, found: Broadcast, **more: Any) -> None:
    """The same form filled in with a quiz: to change it (`id` among `more`), or to write another like it."""
    known = composing.answers_of(found, context.now)
    context.begin("quiz.push", {**_blank(context), **known, "question": found.question_id, **more})


def _blank(context: Context) -> dict[str, Any]:
    s, slot = context.visit.session, f"manual|{secrets.token_hex(8)}"
    blank = composing.blank(context.read(areas_for, Can.BROADCAST), has_chats=chats.any_on(s), slot=slot)
    recent = (col(Broadcast.created_at) >= context.now - NOT_AGAIN, col(Broadcast.stage).in_(USED))
    used = set(s.exec(select(Broadcast.question_id).where(Broadcast.kind == Kind.QUIZ, *recent)))
    hard = {row.question_id for row in context.read(learning.hardest, Can.BROADCAST, context.now - LATELY, MANY)}
    topics = bank().topics(context.today)
    three = {topic: [question.id for question in suggest(bank(), topic, hard, used)] for topic in topics}
    return {**blank, "topics": topics, "suggested": three}


def _suggested(answers: Answers) -> list[Question]:
    return [found for known in answers["suggested"][answers["topic"]] if (found := bank().find(known)) is not None]


def _which(answers: Answers) -> str:
    told = (f"{number}. {_in_full(question)}" for number, question in enumerate(_suggested(answers), 1))
    return "\n\n".join((say.QUESTION_ASK, *told))


def _in_full(question: Question) -> str:
    return f"{question.ask}\n{_options(question)}"


def _options(question: Question) -> str:
    marks = (say.ANSWER_MARK if number == question.right else say.OTHER_MARK for number in range(MANY))
    return "\n".join(mark + option for mark, option in zip(marks, question.options, strict=False))


def _numbered(answers: Answers) -> list[Option]:
    if "topic" not in answers:
        return []
    return [Option(question.id, say.NTH.format(number=n)) for n, question in enumerate(_suggested(answers), 1)]


def _preview(answers: Answers) -> str:
    found = bank().find(str(answers["question"]))
    return _in_full(found) if found is not None else say.GONE


def keep(context: Context, answers: Answers) -> Card:
    """The form handed in: a draft of a broadcast, which nobody gets yet."""
    found = bank().find(str(answers["question"]))
    if found is None:
        raise Refused(say.GONE)
    told = _options(found) if len(found.ask) <= TITLE_LIMIT else _in_full(found)
    words = {"title": found.ask[:TITLE_LIMIT], "text": f"{told}\n\n{found.why}", "topic": found.topic}
    written = composing.written({**answers, **words}, context.now)
    written.kind, written.question_id = Kind.QUIZ, found.id
    kept = context.run(broadcasts.revise, int(answers["id"]), written) if "id" in answers else None
    kept = kept or context.run(broadcasts.draft, written)
    return looks_broadcasts.broadcast_card(context.visit.session, context.actor, kept, context.now)


def to_person(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render a quiz broadcast as a named poll; nothing when it was cancelled or its topic was muted since."""
    found = tips.still_on(s, row, now)
    question = bank().find(found.question_id) if found is not None else None
    if found is None or question is None or found.topic in audiences.topics_muted(person):
        return None
    mute = Button(push.NO_MORE_TOPIC, "push.mute", {"topic": found.topic or TIPS}, once=False)
    return Card(Text(), ((mute,),), quiz=poll_of(question))


def to_chat(s: Session, row: Outgoing, now: datetime) -> Card | None:
    """Render a quiz broadcast for a group or a channel, where nobody is named."""
    found = tips.still_on(s, row, now)
    question = bank().find(found.question_id) if found is not None else None
    if question is None:
        return None
    return Card(Text(), tips.way_to_the_bot(s), quiz=poll_of(question, anonymous=True))


def note_poll(s: Session, row: Outgoing, outcome: Outcome, now: datetime) -> None:
    """A quiz broadcast has arrived: its answer counts like any other."""
    found = s.get(Broadcast, row.about["broadcast"])
    if found is not None:
        note_question(s, row, outcome.poll, found.question_id, now)


async def board(_: Update, context: Context) -> None:
    """「学习情况」: what villages have learnt, what is often answered wrong, and which trainings were held."""
    since, year = context.now - LATELY, context.today.year
    villages = [_village_line(found) for found in context.read(learning.by_village, since)]
    hard = [(row, found) for row in context.read(learning.hardest, Can.SEE_BOARD, since)
            if (found := bank().find(row.question_id)) is not None]  # fmt: skip
    told = [say.HARD.format(number=n, ask=found.ask, share=row.wrong / row.answered)
            for n, (row, found) in enumerate(hard, 1)]  # fmt: skip
    held = [_trainings_line(found) for found in context.read(trainings.totals, year)]
    topics = dict.fromkeys(row.topic for row, _found in hard) if context.actor.may(Can.BROADCAST) else ()
    rows = [[Button(say.OUT_OF_HARD.format(topic=TOPICS[topic]), "quiz.compose", {"topic": topic}, once=False)]
            for topic in topics]  # fmt: skip
    hardest: list[str | Text] = [bold(say.BOARD_HARD), *told] if told else []
    context.say(card(bold(say.BOARD_QUIZ), *villages, *hardest, bold(say.BOARD_TRAININGS.format(year=year)), *held,
                     buttons=rows))  # fmt: skip


def _village_line(found: VillageLearning) -> str:
    name = found.name or say.NO_VILLAGE
    if found.is_few:
        return say.BOARD_FEW.format(name=name)
    return say.BOARD_VILLAGE.format(name=name, people=found.people, answered=found.answered, share=found.share)


def _trainings_line(found: VillageTrainings) -> str:
    kinds = (say.HELD.format(kind=trainings.KINDS[kind], count=count) for kind, count in found.held.items() if count)
    held, name = "、".join(kinds), found.name or say.WHOLE_TOWN
    return (say.TRAININGS if held else say.NO_TRAININGS).format(name=name, held=held, people=found.people)


ROUTES: tuple[Route, ...] = (
    press("quiz.compose", compose, can=Can.BROADCAST),
    command("learning", board, say.BOARD, can=Can.SEE_BOARD, help=say.BOARD_HELP),
)
FORMS: tuple[Form, ...] = (
    Form(
        "quiz.push", say.PUSH_QUIZ,
        (
            Choice(key="topic", label=say.TOPIC, ask=say.TOPIC_ASK, when=lambda a: "question" not in a,
                   choices=lambda a: [Option(topic, TOPICS[topic]) for topic in a["topics"]]),
            Choice(key="question", label=say.QUESTION, ask=_which, choices=_numbered),
            *(field for field in composing.TIP if field.key in SHARED),
        ),
        keep, submit_label=push.KEEP, remark=_preview,
    ),
)  # fmt: skip
NOTICES: tuple[Notice, ...] = (
    Notice(Kind.QUIZ, to_person, repeat=False, holds=True, topic=TIPS, render_in_chat=to_chat, arrived=note_poll),
)
