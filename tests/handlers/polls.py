"""What scenes with quiz polls share: seeing them, voting in them, and what was noted."""

from datetime import datetime
from typing import Any

from sqlmodel import select

from knowledge.quiz import bank
from models.learning import Asked
from models.rules import ZONE
from tests.town import Somebody, Township


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


async def opened(town: Township, name: str) -> Somebody:
    who = town.somebody(name)
    await who.says("/start")
    return who


def polls_of(who: Somebody) -> list[Any]:
    return [message for message in who.phone.screen if message.kind == "poll"]


def question_of(poll: Any) -> Any:
    return next(question for question in bank().questions if question.ask == poll.text)


async def votes(town: Township, who: Somebody, *, right: bool, poll: Any = None) -> Any:
    shown = poll or polls_of(who)[-1]
    question = question_of(shown)
    choice = question.right if right else (question.right + 1) % len(question.options)
    who.phone.votes(shown.id, choice)
    await town.settle()
    return question


def asked(town: Township) -> list[Asked]:
    return town.read(lambda s: list(s.exec(select(Asked).order_by(Asked.id))))
