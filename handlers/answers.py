"""Questions: what the library knows, where it comes from, and the honesty to say that it knows nothing."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, bold, card
from bot.context import Context
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, command, press
from bot.timetable import Chore
from handlers.say import answers as say
from handlers.say import common
from knowledge.answers import ask, library
from knowledge.emergency import is_emergency
from knowledge.library import Article
from knowledge.season import season_topics
from knowledge.words import tokens
from models import misses
from models.people import Actor, Can
from models.rules import rules_of

OTHERS = 2
NEAR = 0.15  # not enough to answer, enough to ask back
SEASONABLE = 3
MANY_WORDS = 12
_HAN = re.compile(r"[一-龥]{2,8}")
_NUMERAL = re.compile(r"[零〇一二三四五六七八九十百千万两幺]+")
# What begins like a name is not kept, unless the library itself uses the word.
_NAMELIKE = re.compile(
    "[老小阿]?[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢"
    "傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戚莫孔向汤冉蒲税]"
)


def answer(context: Context, text: str) -> None:
    """Say what the library knows about this text; of what burns now the guard has shown its card before."""
    if is_emergency(text):
        return
    found = ask(text)
    words = telling_words(text)
    if not found["answered"]:
        context.run(_note_miss, words)
        near = [hit["id"] for hit in found["hits"] if hit["score"] >= NEAR][:OTHERS]
        context.say(_unsure(context, say.UNSURE, [library().by_id(article) for article in near], text))
        return
    hits = [library().by_id(hit["id"]) for hit in found["hits"]]
    first, *others = hits
    context.say(_shown(first, [article for article in others if not article.emergency][:OTHERS], words, text))


def telling_words(text: str) -> str:
    """Return the words of a question without names and numbers, sorted, so that no sentence can be read from them."""
    kept = {word for word in tokens(text) if _HAN.fullmatch(word) and not _NUMERAL.fullmatch(word)}
    harmless = (word for word in kept if word in _vocabulary() or not _NAMELIKE.match(word))
    return " ".join(sorted(harmless)[:MANY_WORDS])


@cache
def _vocabulary() -> frozenset[str]:
    said = (part for a in library().articles for part in (a.title, *a.keywords, *a.questions))
    return frozenset(word for part in said for word in tokens(part))


def _shown(article: Article, others: list[Article], words: str, asked: str = "") -> Card:
    first = bold(common.FIRE_FIRST) if article.emergency else None
    also = [[_opening(other, say.ALSO.format(title=other.title), words)] for other in others]
    useless = Button(say.USELESS, "answers.useless", {"words": words})
    source = say.source(article.source, article.reviewed)
    return card(first, bold(article.title), article.body, source, buttons=[*also, [_reporting(asked), useless]])


def _reporting(asked: str) -> Button:
    # What sounds like a question is often meant as a report: nothing has to be typed again.
    return Button(say.REPORT, "report.start", {"text": asked} if asked else {}, once=False)


def _opening(article: Article, label: str, words: str = "") -> Button:
    return Button(label, "answers.open", {"id": article.id, "words": words}, once=False)


def _unsure(context: Context, sentence: str, near: Sequence[Article] = (), asked: str = "") -> Card:
    rows = [[_opening(article, say.PERHAPS.format(title=article.title))] for article in near]
    rows.append([_reporting(asked)])
    return card(sentence, *context.read(_hotlines), say.NOT_A_QUESTION, buttons=rows)


def _hotlines(s: Session, _: Actor) -> list[str]:
    known = rules_of(s).hotlines.items()
    return [say.hotline(name, number) for name, number in known if number in say.ASKABLE]


def _note_miss(s: Session, _: Actor, words: str, *, now: datetime) -> None:
    misses.note_miss(s, words, now=now)


async def ask_(_: Update, context: Context) -> None:
    """`/ask` with the question behind it; without one, how to ask and what the season suggests."""
    question = str(context.pressed.get("rest", ""))
    if question:
        answer(context, question)
        return
    rows = [[_opening(article, article.title)] for article in _of_the_season(context)]
    context.say(card(say.HOW, *say.EXAMPLES, say.SEASON, buttons=rows))


def _of_the_season(context: Context) -> list[Article]:
    topics = season_topics(context.today)
    tips = [article for article in library().tips_for(context.today.month) if article.topic in topics]
    firsts = {article.topic: article for article in reversed(tips)}
    return [firsts[topic] for topic in topics if topic in firsts][:SEASONABLE]


async def ask_this(_: Update, context: Context) -> None:
    """A sentence that could have been a report was meant as a question."""
    answer(context, str(context.pressed.get("text", "")))


async def open_(_: Update, context: Context) -> None:
    """Show one article; in place of the card before, or below a tip that stays."""
    article = next((a for a in library().articles if a.id == context.pressed.get("id")), None)
    if article is None:
        context.toast(say.GONE)
        return
    shown = _shown(article, [], str(context.pressed.get("words", "")))
    context.say(shown, new=bool(context.pressed.get("below")))


async def useless(_: Update, context: Context) -> None:
    """The answer did not help: keep the words, offer people who can."""
    context.run(_note_miss, str(context.pressed.get("words", "")))
    context.toast(say.NOTED)
    context.say(_unsure(context, say.SORRY), new=True)


ROUTES: tuple[Route, ...] = (
    command("ask", ask_, say.ASK, can=Can.ASK, often=6),
    press("ask.start", ask_this, can=Can.ASK),
    press("answers.open", open_, can=Can.ASK),
    press("answers.useless", useless, can=Can.ASK),
)
FORMS: tuple[Form, ...] = ()
NOTICES: tuple[Notice, ...] = ()
CHORES: tuple[Chore, ...] = ()
