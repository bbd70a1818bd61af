"""Questions to the reporter, through the bot and with a limit; while one waits, the clock of the case stands still."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Column, Index, text, update
from sqlmodel import Field, Session, col, select

from models import deadlines
from models.base import NOT_FOUND, Base, Instant, Refused
from models.hazard_files import RECEIPT, Hazard, Media, hazard_to, is_concealed, own_hazard
from models.hazard_steps import SYSTEM, THING, heard_at, take, tell
from models.lifecycle import ENDS, Act, Relation, Severity
from models.masking import masked
from models.outbox import notify
from models.people import Actor, Can, people_with
from models.rules import rules_of
from models.sealing import SealedJSON
from models.vault import aliases_of, is_behind

LONGEST = 300
_NO_LINK = "上报人只留了回执，没有留下可以联系的方式，问不到。请到现场核实。"
_ERASED = "上报人已经删除了自己的资料，联系不上，问不到。请到现场核实。"
_OPEN = text("answered_at IS NULL AND lapsed_at IS NULL")


class Question(Base, table=True):
    """One question on a case. Neither answered nor lapsed: it is open, and at most one of a case is."""

    __tablename__ = "questions"
    __table_args__ = (Index("uq_questions_open", "hazard_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),)

    id: int | None = Field(default=None, primary_key=True)
    hazard_id: int = Field(foreign_key="hazards.id", index=True)
    asker_id: int = Field(foreign_key="people.id")
    ask: str = Field(sa_column=Column(SealedJSON("questions.ask"), nullable=False))
    asked_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    due_at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))
    answered_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    lapsed_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


def ask(s: Session, who: Actor, hazard_id: int, words: str, *, now: datetime) -> Question:
    """An officer asks the reporter; the clocks stand still until the answer or the limit, but never of an urgent case.

    One question at a time and so many on a case (`questions_a_case`), each at most 300 characters and waiting
    `question_hours`: asking is no way to stop a clock for good (PEERS section 5, pitfall 4).
    """
    hazard = hazard_to(s, who, hazard_id, Act.ASKED)
    if not words.strip() or len(words.strip()) > LONGEST:
        raise Refused(f"请写清楚要问什么，{LONGEST} 个字以内，一次只问一件事。")
    alias, rules = reporter_to_ask(s, who, hazard), rules_of(s)
    _refuse_too_many(s, hazard, rules.questions_a_case)
    take(s, who, hazard, Act.ASKED, note=words, now=now)
    due_at = now + timedelta(hours=rules.question_hours)
    question = Question(hazard_id=hazard_id, asker_id=who.id, ask=words.strip(), asked_at=now, due_at=due_at)
    s.add(question)
    s.flush()
    if hazard.severity != Severity.URGENT:
        deadlines.pause(s, THING, hazard_id, now=now)
    notify(s, alias, "question.asked", now=now, hazard=hazard_id)
    return question


def answer(
    s: Session, who: Actor, question_id: int, *, words: str = "", media: Sequence[Media] = (), now: datetime
) -> Question:
    """The reporter answers: those on the case read it as written but for numbers, and the clocks go on.

    What comes after the limit is filed as an addition. Once the case has ended there is nothing to answer any more.
    """
    question = s.get(Question, question_id)
    if question is None:
        raise Refused(NOT_FOUND)
    hazard = own_hazard(s, who, question.hazard_id)
    if hazard.step in ENDS:
        raise Refused("这件已经办完，不用再答复了。如果还有危险，请重新上报。")
    if not words.strip() and not media:
        raise Refused("没有收到答复。请打字说，或者发照片。")
    in_time = _close(s, question, answered_at=now)
    act, what = (Act.ANSWERED, "hazard.answered") if in_time else (Act.ADDED, "hazard.added")
    take(s, who, hazard, act, note=words, told=masked(words), media=media, relation=Relation.REPORTER, now=now)
    if in_time:
        deadlines.resume(s, THING, question.hazard_id, rounded=is_concealed(hazard), now=now)
    _tell_line(s, who, question, hazard, what, now, heard_at(hazard, now))
    return question


def lapse(s: Session, *, now: datetime) -> int:
    """End the questions that got no answer in time; the clocks go on from the limit, and the asker is told.

    What waits on a case that has ended meanwhile is closed without a word. Returns how many have lapsed.
    """
    waiting = select(Question, Hazard).join(Hazard, col(Question.hazard_id) == col(Hazard.id)).where(_OPEN)
    lapsed = 0
    for question, hazard in s.exec(waiting.order_by(col(Question.id))).all():
        is_over = hazard.step in ENDS
        if not (is_over or question.due_at <= now) or not _close(s, question, lapsed_at=now) or is_over:
            continue
        take(s, SYSTEM, hazard, Act.LAPSED, relation=Relation.SYSTEM, now=now)
        deadlines.resume(s, THING, question.hazard_id, now=question.due_at)
        _tell_line(s, SYSTEM, question, hazard, "hazard.lapsed", now, now)
        lapsed += 1
    return lapsed


def questions_of(s: Session, hazard_id: int) -> list[Question]:
    """Return the questions on a case that the actor got from one of the gates, oldest first."""
    return list(s.exec(select(Question).where(Question.hazard_id == hazard_id).order_by(col(Question.id))))


def open_question(s: Session, hazard: Hazard) -> Question | None:
    """Return the question that waits for the reporter of this case."""
    if hazard.step in ENDS:
        return None
    return s.exec(select(Question).where(Question.hazard_id == hazard.id, _OPEN)).first()


def open_to(s: Session, who: Actor) -> list[tuple[Question, Hazard]]:
    """Return the questions that wait for the actor as a reporter, the newest case first."""
    own = col(Hazard.reporter_alias).in_(aliases_of(s, who.id))
    waiting = select(Question, Hazard).join(Hazard, col(Question.hazard_id) == col(Hazard.id)).where(_OPEN, own)
    found = s.exec(waiting.order_by(col(Hazard.id).desc())).all()
    return [(question, hazard) for question, hazard in found if hazard.step not in ENDS]


def reporter_to_ask(s: Session, who: Actor, hazard: Hazard) -> str:
    """Return the alias that a question goes to; refuse, with the reason, when nobody can be asked."""
    if hazard.reporter_alias is None:
        raise Refused(_NO_LINK if hazard.privacy == RECEIPT else _ERASED)
    if is_behind(s, hazard.reporter_alias, who.id):
        raise Refused("这件是您自己报的，不用提问。有情况请在「我的上报」里补充。")
    return hazard.reporter_alias


def _refuse_too_many(s: Session, hazard: Hazard, at_most: int) -> None:
    if open_question(s, hazard) is not None:
        raise Refused("上一个问题还在等上报人答复，一次只能问一个。请等答复，或者先到现场看。")
    if len(questions_of(s, hazard.id or 0)) >= at_most:
        raise Refused(f"这件已经问过 {at_most} 次，不再打扰上报人。请到现场核实。")


def _close(s: Session, question: Question, **moment: datetime) -> bool:
    """Close an open question; False when somebody else, or the clock, was faster."""
    closing = update(Question).where(col(Question.id) == question.id, _OPEN).values(**moment)
    closed = bool(s.execute(closing).rowcount)  # type: ignore[attr-defined]
    s.refresh(question)
    return closed


def _tell_line(
    s: Session, who: Actor, question: Question, hazard: Hazard, what: str, now: datetime, heard: datetime
) -> None:
    line = [hazard.assignee_id] if hazard.assignee_id is not None else people_with(s, Can.ASSIGN, hazard.area_path)
    tell(s, who, hazard, [question.asker_id, *line], what, now=now, not_before=heard)
