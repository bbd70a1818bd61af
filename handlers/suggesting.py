"""Suggesting: which topic is worth a broadcast now, and why: warnings, local hazards, market day, the season."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from handlers.say import suggesting as say
from knowledge import season, warnings
from knowledge.answers import library
from knowledge.library import TOPICS, Article
from models import figures
from models.audiences import reach
from models.broadcasts import Broadcast, Kind, Stage
from models.calendar import is_market_day, local
from models.people import Actor, Can
from models.rules import rules_of

AT_MOST = 3
COMPARED = timedelta(days=30)
NOT_AGAIN = timedelta(days=60)
FEW = 3  # fewer hazards of a kind than this are no reason


@dataclass(frozen=True, slots=True)
class Idea:
    """An article worth sending, and the evidence."""

    article: str
    title: str
    why: str


def suggest(s: Session, who: Actor, now: datetime) -> list[Idea]:
    """Return at most three ideas for the actor's areas, the most pressing first, each about another topic."""
    paths = who.paths(Can.BROADCAST)
    sent = set(s.exec(select(Broadcast.article_id).where(Broadcast.created_at >= now - NOT_AGAIN)))
    ideas: dict[str, Idea] = {}
    for topic, why in _reasons(s, paths, now):
        article = _fresh(topic, local(now).date(), sent) if topic not in ideas else None
        if article is not None and len(ideas) < AT_MOST:
            ideas[topic] = Idea(article.id, article.title, why)
    return list(ideas.values())


def _fresh(topic: str, day: date, sent: set[str]) -> Article | None:
    tips = (article for article in library().tips_for(day.month) if article.topic == topic)
    return next((article for article in tips if article.id not in sent), None)


def _reasons(s: Session, paths: list[str], now: datetime) -> Iterator[tuple[str, str]]:
    """Topics with their evidence, the most pressing first."""
    day = local(now).date()
    yield from _warned(s, paths, now)
    yield from _found(s, paths, now)
    rules = rules_of(s)
    for name, when in ((say.TODAY, day), (say.TOMORROW, day + timedelta(days=1))):
        if is_market_day(when, rules):
            yield from ((topic, say.MARKET.format(when=name)) for topic in season.market_topics())
            break
    for feast in season.feasts(day):
        yield from ((topic, season.until(feast)) for topic in feast.topics)
    named = "、".join(season.spans(day))
    yield from ((topic, named or say.MONTH.format(month=day.month)) for topic in season.season_topics(day))


def _warned(s: Session, paths: list[str], now: datetime) -> Iterator[tuple[str, str]]:
    """Topics of the warnings that hold now."""
    current = (col(Broadcast.until) > now, col(Broadcast.stage).in_((Stage.SENDING, Stage.DONE)))
    for found in s.exec(select(Broadcast).where(Broadcast.kind == Kind.WARNING, *current)):
        sort = found.topic.removeprefix(say.WARNING_TOPIC)
        if sort in warnings.SORTS and any(reach(path, found.to.path) for path in paths):
            yield from ((topic, say.WARNED.format(title=found.title)) for topic in warnings.topics(sort))


def _found(s: Session, paths: list[str], now: datetime) -> Iterator[tuple[str, str]]:
    """Topics of the kinds of hazard that were found most often lately, compared with the time before."""
    lately, before = (Counter[str](), Counter[str]())
    for counter, until in ((lately, now), (before, now - COMPARED)):
        for kind, count in figures.hazards_by_kind(s, paths, until - COMPARED, until).items():
            counter[season.topic_of_hazard(kind)] += count
    for topic, count in lately.most_common():
        if topic and count >= FEW:
            yield topic, say.found(TOPICS[topic], count, before[topic])
