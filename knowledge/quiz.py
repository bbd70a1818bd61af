"""The quiz: questions with one right answer and a reason, read from `quiz/<topic>.toml`, and which one comes next.

The limits are Telegram's for quiz polls: 300 characters to ask, 100 for an option, 200 to explain.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.library import TOPICS, names_money
from knowledge.season import season_topics

QUESTIONS = Path(__file__).with_name("quiz")
AT_LEAST = 200
ASK_LIMIT, OPTION_LIMIT, WHY_LIMIT, WHY_BREAKS = 300, 100, 200, 2
FEWEST_OPTIONS, MOST_OPTIONS = 2, 4
AGAIN = timedelta(days=3)  # what was wrong comes again after so long
VARIED = 2  # so many questions in a row are about different topics
SUGGESTED = 3
LAST = 99

# Of each question that somebody was shown: when last, and whether the answer was right (None: there was none).
Seen = Mapping[str, tuple[datetime, bool | None]]


@dataclass(frozen=True)
class Question:
    """One question; `right` is the index of the right option, `article` is what to read about it."""

    id: str
    topic: str
    ask: str
    options: tuple[str, ...]
    right: int
    why: str
    article: str
    source: str

    @property
    def answer(self) -> str:
        """The right option in words."""
        return self.options[self.right]


@dataclass(frozen=True)
class Bank:
    """All questions, by topic and in the order of their files."""

    questions: tuple[Question, ...]

    def find(self, question_id: str) -> Question | None:
        """The question of that id; None when it was taken out of the bank."""
        return next((question for question in self.questions if question.id == question_id), None)

    def topics(self, day: date) -> list[str]:
        """The topics that there are questions about, those of the season first."""
        known = {question.topic for question in self.questions}
        ordered = [*season_topics(day), *TOPICS]
        return [topic for topic in dict.fromkeys(ordered) if topic in known]

    def problems(self, articles: Collection[str]) -> list[str]:
        """Everything an editor has to mend, each as `id: what`; `articles` are the ids that may be named."""
        counts = Counter(question.id for question in self.questions)
        found = [f"{question_id}: 编号重复" for question_id, count in counts.items() if count > 1]
        if len(self.questions) < AT_LEAST:
            found.append(f"题库: 至少要 {AT_LEAST} 道题，现有 {len(self.questions)} 道")
        return found + [f"{q.id}: {problem}" for q in self.questions for problem in _problems(q, articles)]


def load(folder: Path = QUESTIONS) -> Bank:
    """Read every `<topic>.toml` of `folder`. Raises ValueError naming the file when it cannot be read."""
    return Bank(tuple(question for path in sorted(folder.glob("*.toml")) for question in _read(path)))


@cache
def bank() -> Bank:
    """The questions that come with the bot."""
    return load()


def _read(path: Path) -> list[Question]:
    try:
        entries: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["question"]
        return [Question(topic=path.stem, **(entry | {"options": tuple(entry["options"])})) for entry in entries]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name}: 题目写得不对（{error}）") from error


def _problems(question: Question, articles: Collection[str]) -> Iterator[str]:
    options = question.options
    if question.topic not in TOPICS:
        yield f"没有「{question.topic}」这个话题"
    if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
        yield f"选项要 {FEWEST_OPTIONS} 到 {MOST_OPTIONS} 个，现有 {len(options)} 个"
    if len(set(options)) < len(options) or not all(option.strip() for option in options):
        yield "选项有重复或空的"
    if not 0 <= question.right < len(options):
        yield "right 不是选项的序号（从 0 数起）"
    if question.article not in articles:
        yield f"没有「{question.article}」这篇文章"
    if not question.source.strip():
        yield "没有写来源"
    yield from _length_problems(question)
    if any(names_money(said) for said in (question.ask, question.why, *options)):
        yield "不能写金额或许诺奖励"


def _length_problems(question: Question) -> Iterator[str]:
    if not question.ask.strip() or len(question.ask) > ASK_LIMIT:
        yield f"ask 要有，且不超过 {ASK_LIMIT} 字"
    if any(len(option) > OPTION_LIMIT for option in question.options):
        yield f"选项超过 {OPTION_LIMIT} 字"
    if not question.why.strip() or len(question.why) > WHY_LIMIT or question.why.count("\n") > WHY_BREAKS:
        yield f"why 要有，不超过 {WHY_LIMIT} 字，最多换 {WHY_BREAKS} 行"


def choose(
    questions: Bank, seen: Seen, now: datetime, season: Sequence[str], without: Collection[str] = ()
) -> Question:
    """Return the next question for somebody: first what was wrong some days ago, then what is new, the season first.

    After that come those left without an answer, then those answered right, the oldest first. `season`: its topics;
    `without`: topics that are not for them, as long as others are left.
    """
    topics = {question.id: question.topic for question in questions.questions}
    newest = sorted((known for known in seen if known in topics), key=lambda known: seen[known][0])[-VARIED:]
    lately = {topics[known] for known in newest}

    def turn(question: Question) -> tuple[float, ...]:
        if question.id not in seen:
            rank = season.index(question.topic) if question.topic in season else LAST
            return 1, question.topic in lately, rank
        at, was_right = seen[question.id]
        if now - at < AGAIN:
            return 4, at.timestamp()
        return 0 if was_right is False else 3 if was_right else 2, at.timestamp()

    fitting = [question for question in questions.questions if question.topic not in without]
    return min(fitting or questions.questions, key=turn)


def suggest(questions: Bank, topic: str, hard: Collection[str], used: Collection[str]) -> list[Question]:
    """Return three questions of a topic for everybody: those often answered wrong first, those used lately last."""
    mine = [question for question in questions.questions if question.topic == topic]
    return sorted(mine, key=lambda question: (question.id in used, question.id not in hard))[:SUGGESTED]
