"""Learning: a quiz question whenever somebody likes, or one a day, and what came of it - for their own eyes only."""

from datetime import datetime

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, Quiz, Text, bold, card
from bot.context import Context
from bot.notices import Notice
from bot.routes import Route, command, event, press
from bot.timetable import Chore
from bot.wire import Outcome
from handlers.say import learning as say
from knowledge.answers import library
from knowledge.quiz import Question, bank, choose
from knowledge.season import season_topics
from models import audiences, learning, rounds
from models.audiences import TIPS
from models.calendar import is_quiet, local
from models.outbox import Lane, Outgoing, notify
from models.people import Can, Person, actor_of
from models.rules import ZONE, rules_of

A_TIME = 100  # daily questions queued at once: each is chosen for its person
OFFICE_TOPICS = ("township", "places", "law")  # what a resident need not know by heart
ANSWERED = "quiz.answered"


async def ask(_: Update, context: Context) -> None:
    """`/quiz`, 「再来一题」: the question that this person should get next, as a poll."""
    s, who = context.visit.session, context.actor
    if learning.is_coming(s, who.id):
        return
    seen, without = learning.seen_by(s, [who.id])[who.id], _not_for(s, who.id)
    found = choose(bank(), seen, context.now, season_topics(context.today), without)
    notify(s, who.id, learning.QUESTION, now=context.now, lane=Lane.REPLY, question=found.id)


def _not_for(s: Session, person_id: int) -> set[str]:
    """Topics that are not for somebody: what they muted, and the township's own affairs for who does not work there."""
    person = s.get_one(Person, person_id)
    works = bool(actor_of(s, person).held)
    return audiences.topics_muted(person) | (set() if works else set(OFFICE_TOPICS))


async def answered(update: Update, context: Context) -> None:
    """Somebody has voted in a named quiz poll; a vote that was taken back changes nothing."""
    vote = update.poll_answer
    if vote is None or not vote.option_ids:
        return
    found = context.run(learning.answer, vote.poll_id, vote.option_ids[0])
    if found is not None:
        notify(context.visit.session, context.actor.id, ANSWERED, now=context.now, lane=Lane.REPLY,
               key=f"{ANSWERED}|{found.poll_id}", asked=found.id)  # fmt: skip


async def mine(_: Update, context: Context) -> None:
    """「我的答题」: the person's own numbers, and the switch of the daily question."""
    context.say(_mine_card(context))


async def switch_daily(_: Update, context: Context) -> None:
    """Turn the daily question on or off: in the quiz card, or below the question under which the button stands."""
    context.run(learning.want_daily if context.pressed["on"] else learning.stop_daily)
    context.say(_mine_card(context), new=bool(context.pressed.get("below")))


def _mine_card(context: Context) -> Card:
    s, who = context.visit.session, context.actor
    numbers, wants = context.run(learning.numbers_of), learning.wants_daily(s, who.id)
    told = say.NUMBERS.format(answered=numbers.answered, right=numbers.right, this_month=numbers.this_month)
    daily = (say.DAILY_IS_ON if wants else say.DAILY_IS_OFF).format(at=f"{rules_of(s).quiz_at:%H:%M}")
    silent = wants and TIPS in audiences.topics_muted(s.get_one(Person, who.id))
    return card(
        bold(say.MINE), told if numbers.answered else None, say.kindly(numbers), say.ONLY_YOU, "", daily,
        say.DAILY_SILENT if silent else None, buttons=[[_more(), daily_switch(wants=wants)]],
    )  # fmt: skip


def _more() -> Button:
    return Button(say.MORE, "quiz.next", once=False)


def daily_switch(*, wants: bool, below: bool = False) -> Button:
    """Return the button that turns the daily question off or on."""
    label = say.DAILY_OFF if wants else say.DAILY_ON
    # The button says what shall be: a tap that comes twice does no harm.
    return Button(label, "quiz.daily", {"on": not wants, "below": below}, once=False)


def poll_of(question: Question, *, anonymous: bool = False) -> Quiz:
    """Return the quiz poll of a question."""
    return Quiz(question.ask, question.options, question.right, question.why, anonymous)


def question_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render a question that somebody asked for."""
    del now
    found = bank().find(row.about["question"])
    if found is None:
        return None
    switch = daily_switch(wants=learning.wants_daily(s, person.id or 0), below=True)
    return Card(Text(), ((switch,),), quiz=poll_of(found))


def daily_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the question of the day; nothing when the day is over or it is not wanted any more."""
    is_today = row.about["day"] == local(now).date().isoformat()
    return question_card(s, row, person, now) if is_today and learning.wants_daily(s, person.id or 0) else None


def note_poll(s: Session, row: Outgoing, outcome: Outcome, now: datetime) -> None:
    """A question has arrived: remember which poll asks it."""
    note_question(s, row, outcome.poll, str(row.about["question"]), now)


def note_question(s: Session, row: Outgoing, poll_id: str, question_id: str, now: datetime) -> None:
    """Remember the poll that asks a person this question; one that nobody in particular was asked is left out."""
    found = bank().find(question_id)
    if found is not None and row.person_id is not None and poll_id:
        learning.note_shown(s, row.person_id, poll_id, found.id, found.topic, found.right, now=now)


def answered_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render what became of an answer, with what to read about it and the way to the next question."""
    del person, now
    asked = s.get(learning.Asked, row.about["asked"])
    if asked is None:
        return None
    found = bank().find(asked.question_id)
    told = (say.RIGHT,) if asked.is_right else _wrong(found)
    ways = [_more()]
    if found is not None and library().find(found.article) is not None:
        ways.insert(0, Button(say.READ, "answers.open", {"id": found.article, "below": True}, once=False))
    return card(*told, buttons=[ways, [Button(say.MINE, "quiz.mine", once=False)]])


def _wrong(found: Question | None) -> tuple[str, ...]:
    return (say.WRONG.format(answer=found.answer), found.why) if found else (say.WRONG_GONE,)


def send_daily(s: Session, *, now: datetime) -> None:
    """Queue the question of the day for the next people who want one, from its hour on and not in the night."""
    rules, here = rules_of(s), local(now)
    moment = datetime.combine(here.date(), rules.quiz_at, ZONE)
    if here < moment or is_quiet(now, rules):
        return
    people = learning.without_daily(s, moment, A_TIME)
    if people:
        seen, season = learning.seen_by(s, people), season_topics(here.date())
        asked = {person: choose(bank(), seen[person], now, season, _not_for(s, person)) for person in people}
        questions = {person: question.id for person, question in asked.items()}
        learning.queue_daily(s, questions, here.date(), now=now)


def tidy(s: Session, *, now: datetime) -> None:
    """Forget once a day the questions that nobody will answer any more."""
    if not rounds.is_done(s, "quiz", now=now):
        learning.forget(s, now=now)
        rounds.mark_done(s, "quiz", now=now)


ROUTES: tuple[Route, ...] = (
    command("quiz", ask, say.QUIZ, can=Can.ASK, help=say.QUIZ_HELP, words=say.QUIZ_WORDS),
    Route(mine, words=say.MINE_WORDS, can=Can.ASK),
    press("quiz.next", ask, can=Can.ASK),
    press("quiz.mine", mine, can=Can.ASK),
    press("quiz.daily", switch_daily, can=Can.SUBSCRIBE),
    event("poll_answer", answered, can=Can.ASK),
)
NOTICES: tuple[Notice, ...] = (
    Notice(learning.QUESTION, question_card, arrived=note_poll),
    Notice(learning.DAILY, daily_card, repeat=False, holds=True, topic=TIPS, arrived=note_poll),
    Notice(ANSWERED, answered_card),
)
CHORES: tuple[Chore, ...] = (Chore("send_daily", send_daily), Chore("tidy_quiz", tidy))
