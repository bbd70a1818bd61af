"""Learning: which quiz questions people were shown, what they answered, and who wants one every day.

An answer belongs to the person alone. Officers see villages, and of a village with few participants only that they are
few (SPEC section 3.L: private by default).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Column, case, delete, func, or_, update
from sqlmodel import Field, Session, col, select

from models import leases
from models.areas import Area, villages
from models.audiences import TIPS
from models.base import Base, Instant, insert_new, table_of
from models.calendar import local
from models.outbox import DUE, INFLIGHT, Lane, Outgoing
from models.people import Actor, Can, Person, require
from models.rules import ZONE

QUESTION, DAILY, QUIZ = "quiz.question", "quiz.daily", "quiz"
POLLS = (QUESTION, DAILY, QUIZ)  # the notices that show a named quiz poll
FEW = 5  # of fewer people nothing is told
KEPT_UNANSWERED = timedelta(days=60)

# Of each question that a person was shown: when last, and whether that answer was right (None: there was none).
Seen = Mapping[str, tuple[datetime, bool | None]]


class NotYetNoted(Exception):
    """An answer came before the poll that it belongs to was noted; the update is to be tried again."""


class Asked(Base, table=True):
    """One question shown to one person as a poll, with the answer once it is given; `right` is the right option."""

    __tablename__ = "quiz_asked"

    id: int | None = Field(default=None, primary_key=True)
    poll_id: str = Field(unique=True, max_length=64)
    person_id: int = Field(foreign_key="people.id", index=True)
    question_id: str = Field(max_length=80)
    topic: str = Field(max_length=40)
    right: int
    asked_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    chosen: int | None = None
    is_right: bool | None = None
    answered_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True, index=True))


class DailyWish(Base, table=True):
    """Somebody wants a question every day; `last_on` is the local day for which one was queued last."""

    __tablename__ = "quiz_daily"

    person_id: int = Field(primary_key=True, foreign_key="people.id", sa_column_kwargs={"autoincrement": False})
    since: datetime = Field(sa_column=Column(Instant, nullable=False))
    last_on: date | None = Field(default=None, index=True)


@dataclass(frozen=True, slots=True)
class Mine:
    """A person's own numbers: answers in all, right ones, and answers of this month."""

    answered: int
    right: int
    this_month: int


@dataclass(frozen=True, slots=True)
class VillageLearning:
    """What a village has learnt; `is_few` leaves every number at zero. Without a name: people of no known village."""

    name: str
    people: int = 0
    answered: int = 0
    right: int = 0
    is_few: bool = False

    @property
    def share(self) -> float:
        """The share of right answers, 0 to 1."""
        return self.right / self.answered if self.answered else 0.0


@dataclass(frozen=True, slots=True)
class Hard:
    """A question that is often answered wrong."""

    question_id: str
    topic: str
    answered: int
    wrong: int


def note_shown(
    s: Session, person_id: int, poll_id: str, question_id: str, topic: str, right: int, *, now: datetime
) -> None:
    """Remember which question a poll asks of whom; noting the same poll again does nothing."""
    row = {"poll_id": poll_id, "person_id": person_id, "question_id": question_id, "topic": topic, "right": right}
    insert_new(s, Asked, [row | {"asked_at": now}])


def answer(s: Session, who: Actor, poll_id: str, option: int, *, now: datetime) -> Asked | None:
    """Keep the answer to a poll that was shown to the actor; None for any other poll, and when it came before.

    Raises NotYetNoted while a poll is on its way to the actor: this may be its answer.
    """
    mine = (col(Asked.poll_id) == poll_id, col(Asked.person_id) == who.id)
    found = s.exec(select(Asked).where(*mine)).first()
    if found is None:
        if _is_on_its_way(s, who.id):
            raise NotYetNoted
        return None
    given = {"chosen": option, "is_right": option == found.right, "answered_at": now}
    first = update(Asked).where(*mine, col(Asked.answered_at).is_(None)).values(**given)
    if not s.execute(first.execution_options(synchronize_session=False)).rowcount:  # type: ignore[attr-defined]
        return None
    s.refresh(found)
    return found


def _is_on_its_way(s: Session, person_id: int) -> bool:
    # What a process that died had in flight will never be noted: waiting for it would end in quarantine.
    sent = (col(Outgoing.state) == INFLIGHT, col(Outgoing.holder).in_(leases.living(s)))
    query = select(Outgoing.id).where(Outgoing.person_id == person_id, col(Outgoing.what).in_(POLLS), *sent)
    return s.exec(query).first() is not None


def is_coming(s: Session, person_id: int) -> bool:
    """Say whether a question that a person asked for is still on its way."""
    waiting = (Outgoing.what == QUESTION, col(Outgoing.state).in_((DUE, INFLIGHT)))
    return s.exec(select(Outgoing.id).where(Outgoing.person_id == person_id, *waiting)).first() is not None


def seen_by(s: Session, people: Sequence[int]) -> dict[int, Seen]:
    """Return what each of these people was shown, of each question the last time."""
    newest = select(func.max(Asked.id)).where(col(Asked.person_id).in_(people))
    newest = newest.group_by(col(Asked.person_id), col(Asked.question_id))
    found: dict[int, dict[str, tuple[datetime, bool | None]]] = {person: {} for person in people}
    for row in s.exec(select(Asked).where(col(Asked.id).in_(newest))):
        found[row.person_id][row.question_id] = (row.asked_at, row.is_right)
    return dict(found)


def numbers_of(s: Session, who: Actor, *, now: datetime) -> Mine:
    """Return the actor's own numbers."""
    first = datetime.combine(local(now).date().replace(day=1), time.min, ZONE)
    columns = (func.count(), _rights(), func.sum(case((col(Asked.answered_at) >= first, 1), else_=0)))
    given = (Asked.person_id == who.id, col(Asked.answered_at).is_not(None))
    answered, right, this_month = s.execute(select(*columns).where(*given)).one()
    return Mine(answered, right or 0, this_month or 0)


def want_daily(s: Session, who: Actor, *, now: datetime) -> None:
    """The actor wants a question every day; today's does not come any more when its hour has passed."""
    insert_new(s, DailyWish, [{"person_id": who.id, "since": now, "last_on": None}])


def stop_daily(s: Session, who: Actor, *, now: datetime) -> None:
    """The actor wants no more daily questions."""
    del now
    s.execute(delete(DailyWish).where(col(DailyWish.person_id) == who.id))


def wants_daily(s: Session, person_id: int) -> bool:
    """Say whether a person wants a question every day."""
    return s.get(DailyWish, person_id) is not None


def without_daily(s: Session, moment: datetime, limit: int) -> Sequence[int]:
    """Return the next people whose question of the day (due at this moment) is not queued, by number.

    Left out: who cannot be reached, who wants nothing at all just now, and who asked for it only after that moment.
    """
    muted = ("," + col(Person.muted) + ",").contains(f",{TIPS},")
    open_today = or_(col(DailyWish.last_on).is_(None), col(DailyWish.last_on) < local(moment).date())
    query = select(DailyWish.person_id).join(Person, col(Person.id) == col(DailyWish.person_id))
    query = query.where(open_today, col(DailyWish.since) <= moment, col(Person.reachable), ~muted)
    return s.exec(query.order_by(col(DailyWish.person_id)).limit(limit)).all()


def queue_daily(s: Session, questions: Mapping[int, str], day: date, *, now: datetime) -> int:
    """Queue the question of a day for these people; return how many are new, which is none the second time."""
    same: dict[str, Any] = {
        "lane": Lane.REMINDER.value, "what": DAILY, "state": DUE, "attempts": 0, "repeated": False, "outcome": "",
        "not_before": now, "created_at": now,
    }  # fmt: skip
    rows = [
        same | {"person_id": person, "key": f"{DAILY}|{day.isoformat()}|{person}",
                "about": {"question": question, "day": day.isoformat()}}
        for person, question in questions.items()
    ]  # fmt: skip
    done = update(DailyWish).where(col(DailyWish.person_id).in_(list(questions))).values(last_on=day)
    s.execute(done.execution_options(synchronize_session=False))
    return insert_new(s, Outgoing, rows) if rows else 0


def by_village(s: Session, who: Actor, since: datetime) -> list[VillageLearning]:
    """Return what the villages in the actor's areas have learnt since an instant, and last the people of no village.

    There is no sum: from it and the others one could tell what a village of few is meant to keep.
    """
    require(who, Can.SEE_BOARD)
    every = villages(s)
    homes = [village for village in every if who.reaches(Can.SEE_BOARD, village.path)]
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for path, *numbers in _answers_by_home(s, since):
        home = next((village.path for village in every if path and path.startswith(village.path)), "")
        sums[home] = [a + b for a, b in zip(sums[home], numbers, strict=True)]
    found = [_told(village.name, sums[village.path]) for village in homes]
    sees_all = all(who.reaches(Can.SEE_BOARD, path) for path in s.exec(select(Area.path)))
    return [*found, _told("", sums[""])] if sees_all and sums[""][0] else found


def _answers_by_home(s: Session, since: datetime) -> list[tuple[Any, ...]]:
    columns = (Area.path, func.count(func.distinct(Asked.person_id)), func.count(), _rights())
    query = select(*columns).select_from(Asked).join(Person, col(Person.id) == col(Asked.person_id))
    query = query.outerjoin(Area, col(Area.id) == col(Person.area_id)).where(col(Asked.answered_at) >= since)
    return [tuple(row) for row in s.execute(query.group_by(Area.path))]


def _told(name: str, numbers: list[int]) -> VillageLearning:
    people, answered, right = numbers
    return VillageLearning(name, is_few=True) if people < FEW else VillageLearning(name, people, answered, right)


def hardest(s: Session, who: Actor, can: Can, since: datetime, limit: int = 5) -> list[Hard]:
    """Return the questions that people of the actor's areas answered wrong most often, the hardest first.

    Only those that enough people have answered: of few nothing is told.
    """
    require(who, can)
    paths = who.paths(can)
    wrong = func.count() - _rights()
    query = select(Asked.question_id, Asked.topic, func.count(), wrong).select_from(Asked)
    query = query.join(Person, col(Person.id) == col(Asked.person_id)).join(Area, col(Area.id) == col(Person.area_id))
    query = query.where(col(Asked.answered_at) >= since, _within(paths))
    query = query.group_by(col(Asked.question_id), col(Asked.topic))
    query = query.having(func.count(func.distinct(Asked.person_id)) >= FEW, wrong > 0)
    rows = [Hard(*row) for row in s.execute(query)]
    return sorted(rows, key=lambda row: (-row.wrong / row.answered, row.question_id))[:limit]


def _within(paths: Sequence[str]) -> Any:
    return or_(*(col(Area.path).startswith(path, autoescape=True) for path in paths))


def _rights() -> Any:
    return func.sum(case((table_of(Asked).c.is_right, 1), else_=0))


def forget(s: Session, *, now: datetime) -> None:
    """Remove questions that nobody will answer any more."""
    old = (col(Asked.answered_at).is_(None), col(Asked.asked_at) < now - KEPT_UNANSWERED)
    s.execute(delete(Asked).where(*old))


def erase(s: Session, person_id: int) -> None:
    """Remove everything that a person was asked, has answered and wished for here."""
    s.execute(delete(Asked).where(col(Asked.person_id) == person_id))
    s.execute(delete(DailyWish).where(col(DailyWish.person_id) == person_id))
