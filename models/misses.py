"""Misses: questions that the library did not answer, as bare words for whoever writes the next article.

Nothing here says who asked: no person, no sentence, only the day instead of the moment. A word to the editor is what
somebody chose to write for reading; long numbers in it are blotted out.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import combinations

from sqlalchemy import Column, delete
from sqlmodel import Field, Session, col, select

from models.base import Base, Instant
from models.calendar import local
from models.people import Actor, Can, require

KEPT = timedelta(days=180)
WORDS_LIMIT = REMARK_LIMIT = 200
_NUMBER = re.compile(r"\d{5,}")


class Miss(Base, table=True):
    """The words of one question that got no useful answer, in no particular order; `at` is the local midnight.

    `article_id` is the article that did not help, `remark` a word to the editor.
    """

    __tablename__ = "misses"

    id: int | None = Field(default=None, primary_key=True)
    words: str = Field(max_length=WORDS_LIMIT)
    article_id: str = Field(default="", max_length=80)
    remark: str = Field(default="", max_length=REMARK_LIMIT)
    at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that people ask and the library does not answer: telling words, and how often."""

    words: str
    times: int


def note_miss(s: Session, words: str, *, article_id: str = "", remark: str = "", now: datetime) -> None:
    """Keep the words of a question, and a word to the editor; nothing is kept when there are none."""
    said = _NUMBER.sub("＊", remark)[:REMARK_LIMIT]
    day = datetime.combine(local(now).date(), time.min, local(now).tzinfo)
    if words or said:
        s.add(Miss(words=words[:WORDS_LIMIT], article_id=article_id, remark=said, at=day))


def gaps(s: Session, who: Actor, since: datetime, limit: int = 12) -> list[Gap]:
    """Return what was asked most often without an answer since an instant: pairs of words that come together."""
    require(who, Can.EDIT)
    asked = [row.words.split() for row in _since(s, since) if row.words]
    pairs = Counter(pair for words in asked for pair in _pairs(sorted(set(words))))
    often = [Gap(" ".join(pair), times) for pair, times in pairs.most_common() if times > 1]
    return _apart(often)[:limit] or [Gap(words, times) for words, times in
                                     Counter(" ".join(words) for words in asked).most_common(limit)]  # fmt: skip


def remarks(s: Session, who: Actor, since: datetime, limit: int = 10) -> list[tuple[str, str]]:
    """Return the newest words to the editor with the article that they are about (or nothing)."""
    require(who, Can.EDIT)
    return [(row.article_id, row.remark) for row in _since(s, since) if row.remark][:limit]


def _since(s: Session, since: datetime) -> Sequence[Miss]:
    return s.exec(select(Miss).where(Miss.at >= since).order_by(col(Miss.at).desc(), col(Miss.id).desc())).all()


def _pairs(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [(words[0],)] if len(words) == 1 else list(combinations(words, 2))


def _apart(found: Sequence[Gap]) -> list[Gap]:
    """Leave out what shares both its words with gaps that are named already."""
    kept, named = [], set[str]()
    for gap in found:
        words = set(gap.words.split())
        if not words <= named:
            kept.append(gap)
            named |= words
    return kept


def forget(s: Session, *, now: datetime) -> None:
    """Remove what nobody will write an article about any more."""
    s.execute(delete(Miss).where(col(Miss.at) < now - KEPT))
