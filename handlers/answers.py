"""Questions: what the library knows, where it comes from, and the honesty to say that it knows nothing."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, Suggestion, bold, card, lines
from bot.context import Context
from bot.fields import Answers, Text
from bot.forms import Form
from bot.routes import Route, command, event, link, press
from handlers.say import answers as say
from handlers.say import common
from knowledge import shelf
from knowledge.answers import ask, library, searcher
from knowledge.emergency import is_emergency
from knowledge.library import Article
from knowledge.season import season_topics
from knowledge.words import LIMIT, tokens
from models import misses
from models.people import Actor, Can
from models.rules import rules_of

OTHERS = 2
NEAR = 0.3  # not enough to answer, enough to ask back
SEASONABLE = 3
MANY_WORDS = 12
LINKED = "ask"  # what the link from an inline list carries
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
    context.say(_shown(context, first, [article for article in others if not article.emergency][:OTHERS], words, text))


def telling_words(text: str) -> str:
    """Return the words of a question without names and numbers, sorted, so that no sentence can be read from them."""
    kept = {word for word in tokens(text) if _HAN.fullmatch(word) and not _NUMERAL.fullmatch(word)}
    known = shelf.current().vocabulary
    harmless = (word for word in kept if word in known or not _NAMELIKE.match(word))
    return " ".join(sorted(harmless)[:MANY_WORDS])


def _shown(context: Context, article: Article, others: list[Article], words: str, asked: str = "") -> Card:
    first = bold(common.FIRE_FIRST) if article.emergency else None
    also = [[_opening(other, say.ALSO.format(title=other.title), words)] for other in others]
    useless = Button(say.USELESS, "answers.useless", {"words": words, "id": article.id})
    source = say.source(article.source, article.reviewed)
    # What goes on with a form is no matter for a group.
    ways = [_reporting(asked), useless] if is_private(context) else []
    return card(first, bold(article.title), article.body, source, buttons=[*also, ways])


def is_private(context: Context) -> bool:
    """Say whether this is a talk between two; groups and channels have negative numbers."""
    return (context.visit.chat or 0) > 0


def _related(article: Article) -> list[Article]:
    """What one may want to ask next: the nearest articles that are no emergency cards."""
    near = (hit.article for hit in searcher().search(article.title, OTHERS + 3))
    return [other for other in near if other.id != article.id and not other.emergency][:OTHERS]


def _reporting(asked: str) -> Button:
    # What sounds like a question is often meant as a report: nothing has to be typed again.
    return Button(say.REPORT, "report.start", {"text": asked} if asked else {}, once=False)


def _opening(article: Article, label: str, words: str = "") -> Button:
    return Button(label, "answers.open", {"id": article.id, "words": words}, once=False)


def _unsure(context: Context, sentence: str, near: Sequence[Article] = (), asked: str = "") -> Card:
    rows = [[_opening(article, say.PERHAPS.format(title=article.title))] for article in near]
    if not is_private(context):
        return card(sentence, *context.read(_hotlines), buttons=rows)
    rows.append([_reporting(asked)])
    return card(sentence, *context.read(_hotlines), say.NOT_A_QUESTION, buttons=rows)


def _hotlines(s: Session, _: Actor) -> list[str]:
    known = rules_of(s).hotlines.items()
    return [say.hotline(name, number) for name, number in known if number in say.ASKABLE]


def _note_miss(s: Session, _: Actor, words: str, *, now: datetime, **more: str) -> None:
    misses.note_miss(s, words, now=now, **more)


async def ask_(_: Update, context: Context) -> None:
    """`/ask` with the question behind it; without one, how to ask and what the season suggests."""
    question = str(context.pressed.get("rest", ""))
    if question and question != LINKED:
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
    article = library().find(str(context.pressed.get("id")))
    if article is None:
        context.toast(say.GONE)
        return
    shown = _shown(context, article, _related(article), str(context.pressed.get("words", "")))
    context.say(shown, new=bool(context.pressed.get("below")))


async def useless(_: Update, context: Context) -> None:
    """The answer did not help: keep the words, offer people who can, and a word to the editor."""
    told = {"words": str(context.pressed.get("words", "")), "id": str(context.pressed.get("id", ""))}
    context.run(_note_miss, told["words"], article_id=told["id"])
    context.toast(say.NOTED)
    shown = _unsure(context, say.SORRY)
    word = Button(say.WORD, "answers.word", told, once=False)
    context.say(replace(shown, buttons=(*shown.buttons, (word,))), new=True)


async def word(_: Update, context: Context) -> None:
    """「告诉编辑」: what was missing, in one's own words."""
    context.begin("answers.word", {"id": str(context.pressed.get("id", ""))})


def told_editor(context: Context, answers: Answers) -> Card:
    """The word to the editor handed in."""
    context.run(_note_miss, "", article_id=str(answers.get("id", "")), remark=str(answers["word"]))
    return card(say.WORD_KEPT)


async def found_inline(update: Update, context: Context) -> None:
    """`@bot words` in any chat: the articles that fit, to be sent there."""
    query = update.inline_query
    if query is None:
        return
    words = query.query.strip()[:LIMIT]
    found = ask(words) if words else None
    ids = [hit["id"] for hit in found["hits"]] if found and found["answered"] else []
    articles = [library().by_id(each) for each in ids] if words else _of_the_season(context)
    context.suggest(query.id, [_suggestion(article) for article in articles], say.INLINE_MORE)


def _suggestion(article: Article) -> Suggestion:
    text = lines(bold(article.title), article.body, say.source(article.source, article.reviewed))
    return Suggestion(article.id, article.title, article.tip, text)


ROUTES: tuple[Route, ...] = (
    command("ask", ask_, say.ASK, can=Can.ASK, often=6, groups=True),
    link("ask", ask_),
    event("inline_query", found_inline, can=Can.ASK),
    press("answers.word", word, can=Can.ASK),
    press("ask.start", ask_this, can=Can.ASK),
    press("answers.open", open_, can=Can.ASK),
    press("answers.useless", useless, can=Can.ASK),
)
FORMS: tuple[Form, ...] = (
    Form(
        "answers.word",
        say.WORD,
        (Text(key="word", label=say.WORD_LABEL, ask=say.WORD_ASK, at_most=200),),
        told_editor,
        review=False,
    ),
)
