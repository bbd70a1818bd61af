"""Tips: what goes out by the calendar or by hand, how it looks, and how everybody decides what reaches them."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from os.path import commonpath

from sqlmodel import Session, col, select
from telegram import Update

from bot.cards import Button, Card, bold, card
from bot.context import Context
from bot.fields import Answers, Text
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, command, press
from bot.timetable import Chore
from handlers.say import push as say
from knowledge.answers import library
from knowledge.library import TOPICS, Article
from knowledge.season import season_topics
from models import audit, broadcasts
from models.base import Refused
from models.broadcasts import TIPS, Broadcast
from models.calendar import local
from models.outbox import DUE, INFLIGHT, SENT, Outgoing
from models.people import Actor, Can, Person, require
from models.rules import TipSlot, rules_of

STILL_TIMELY = timedelta(hours=2)
REMEMBERED = timedelta(days=90)
VARIED = 2  # so many tips in a row are about different topics
LAST = 99
A_ROW = 2


def send_tips(s: Session, *, now: datetime) -> None:
    """Send the tip of each slot whose time has just come (`launch` minds the quiet hours), not of one long missed."""
    for slot in rules_of(s).tip_slots:
        if not _is_due(slot, now):
            continue
        key = f"tip|{local(now).date().isoformat()}|{slot.at:%H:%M}|{slot.topic}"
        before = _sent_before(s, now)
        if key in {tip.slot_key for tip in before}:
            continue
        article = choose(slot.topic, before, now)
        if article is not None:
            broadcasts.launch(s, slot_key=key, article_id=article.id, title=article.title, text=article.tip,
                              topic=article.topic, now=now)  # fmt: skip


def _is_due(slot: TipSlot, now: datetime) -> bool:
    here = local(now)
    start = here.replace(hour=slot.at.hour, minute=slot.at.minute, second=slot.at.second, microsecond=0)
    return here.isoweekday() in slot.weekdays and start <= here < start + STILL_TIMELY


def _sent_before(s: Session, now: datetime) -> Sequence[Broadcast]:
    recent = select(Broadcast).where(Broadcast.created_at >= now - REMEMBERED)
    return s.exec(recent.order_by(col(Broadcast.created_at).desc(), col(Broadcast.id).desc())).all()


def choose(topic: str, before: Sequence[Broadcast], now: datetime) -> Article | None:
    """Return the tip for this day: not sent lately, not the topic of the last ones, the most seasonable first.

    `before` are the tips sent lately, the newest first; None when the library has nothing on the topic.
    """
    day = local(now).date()
    seasonable = season_topics(day)
    sent = [tip.article_id for tip in before]
    last_topics = {tip.topic for tip in before[:VARIED]}

    def worth(article: Article) -> tuple[int, bool, int]:
        how_lately = len(sent) - sent.index(article.id) if article.id in sent else 0
        rank = seasonable.index(article.topic) if article.topic in seasonable else LAST
        return how_lately, article.topic in last_topics, rank

    tips = (article for article in library().tips_for(day.month) if not topic or article.topic == topic)
    return min(tips, key=worth, default=None)


def tip_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render a tip; nothing when the person has muted its topic since."""
    del now
    tip = s.get_one(Broadcast, row.about["broadcast"])
    if tip.topic in broadcasts.topics_muted(person):
        return None
    label = say.NO_MORE_TOPIC if tip.topic else say.NO_MORE
    buttons = [Button(label, "push.mute", {"topic": tip.topic or TIPS}, once=False)]
    if tip.article_id:
        buttons.append(Button(say.MORE, "answers.open", {"id": tip.article_id, "below": True}, once=False))
    return card(bold(say.TIP.format(title=tip.title)), tip.text, buttons=[buttons])


def _settings_card(person: Person) -> Card:
    muted = broadcasts.topics_muted(person)
    if TIPS in muted:
        return card(bold(say.SETTINGS), say.ALL_OFF, buttons=[[_switch(say.SWITCH_ALL_ON, TIPS, on=True)]])
    switches = [
        _switch((say.OFF if topic in muted else say.ON).format(topic=name), topic, on=topic in muted)
        for topic, name in TOPICS.items()
    ]
    rows = [switches[i : i + A_ROW] for i in range(0, len(switches), A_ROW)]
    last = [_switch(say.SWITCH_ALL_OFF, TIPS, on=False)]
    return card(bold(say.SETTINGS), say.SETTINGS_HOW, buttons=[*rows, last])


def _switch(label: str, topic: str, *, on: bool) -> Button:
    # The button says what shall be, not "the other way round": a tap that comes twice does no harm.
    return Button(label, "push.switch", {"topic": topic, "on": on}, once=False)


async def settings(_: Update, context: Context) -> None:
    """「推送设置」: every topic with its switch."""
    context.say(_settings_card(context.visit.session.get_one(Person, context.actor.id)))


async def switch(_: Update, context: Context) -> None:
    """Turn a topic, or all tips, on or off."""
    act = broadcasts.unmute if context.pressed["on"] else broadcasts.mute
    context.say(_settings_card(context.read(act, context.pressed["topic"])))


async def stop_topic(_: Update, context: Context) -> None:
    """「不再收这类」 under a tip; the tip itself stays readable."""
    topic = str(context.pressed["topic"])
    context.read(broadcasts.mute, topic)
    told = say.TOPIC_STOPPED.format(topic=TOPICS.get(topic, topic)) if topic != TIPS else say.STOPPED
    context.say(card(told), new=True)


async def stop(_: Update, context: Context) -> None:
    """「退订」: no tips at all."""
    context.read(broadcasts.mute, TIPS)
    context.say(card(say.STOPPED))


async def go_on(_: Update, context: Context) -> None:
    """「恢复推送」: tips again, but the topics that were muted one by one stay muted."""
    context.read(broadcasts.unmute, TIPS)
    context.say(card(say.RESUMED))


async def compose(_: Update, context: Context) -> None:
    """「发布提示」: a title, a text, a look at it."""
    context.begin("push", {"slot": f"manual|{secrets.token_hex(8)}"})


def publish(context: Context, answers: Answers) -> Card:
    """Hand in the composed tip; one form goes out once, however often it is submitted."""
    title = " ".join(str(answers["title"]).split())
    tip_id = context.run(_launch, slot=str(answers["slot"]), title=title, text=str(answers["text"]))
    return _progress_card(context, tip_id)


def _launch(s: Session, who: Actor, *, slot: str, title: str, text: str, now: datetime) -> int:
    require(who, Can.BROADCAST)
    path = _reach(who.paths(Can.BROADCAST))
    tip = broadcasts.launch(s, slot_key=slot, article_id="", title=title, text=text, path=path, now=now)
    if tip is None or tip.id is None:
        raise Refused(say.PUSH_FULL.format(limit=rules_of(s).tips_a_day))
    audit.record(s, who.id, "broadcast.launched", f"broadcast:{tip.id}", now=now)
    return tip.id


def _reach(paths: list[str]) -> str:
    """The smallest area around everything that the sender may write to."""
    return f"{commonpath(paths).rstrip('/')}/"


def _progress_card(context: Context, tip_id: int) -> Card:
    tip = context.visit.session.get_one(Broadcast, tip_id)
    counts = broadcasts.progress(context.visit.session, tip_id)
    waiting = counts.pop(DUE, 0) + counts.pop(INFLIGHT, 0)
    sent, failed = counts.pop(SENT, 0), sum(counts.values())
    return card(
        bold(say.TIP.format(title=tip.title)),
        say.PUSH_PROGRESS.format(sent=sent, total=tip.audience),
        say.PUSH_WAITING.format(count=waiting) if waiting else None,
        say.PUSH_FAILED.format(count=failed) if failed else None,
        say.PUSH_AS_OF.format(clock=f"{local(context.now):%H:%M:%S}"),
        buttons=[[Button(say.REFRESH, "push.progress", {"id": tip_id}, once=False)]],
    )


async def progress(_: Update, context: Context) -> None:
    """How far a tip has come."""
    context.say(_progress_card(context, int(context.pressed["id"])))


ROUTES: tuple[Route, ...] = (
    command("push", compose, say.PUSH, can=Can.BROADCAST, help=say.PUSH_HELP),
    command("mute", settings, say.SETTINGS, can=Can.SUBSCRIBE),
    Route(stop, words=say.STOP_WORDS, can=Can.SUBSCRIBE),
    Route(go_on, words=say.RESUME_WORDS, can=Can.SUBSCRIBE),
    press("push.switch", switch, can=Can.SUBSCRIBE),
    press("push.mute", stop_topic, can=Can.SUBSCRIBE),
    press("push.progress", progress, can=Can.BROADCAST),
)
FORMS: tuple[Form, ...] = (
    Form(
        "push",
        say.PUSH,
        (
            Text(key="title", label=say.PUSH_TITLE, ask=say.PUSH_ASK_TITLE, at_most=30),
            Text(key="text", label=say.PUSH_TEXT, ask=say.PUSH_ASK_TEXT, at_most=900),
        ),
        publish,
        submit_label=say.PUSH_SUBMIT,
        remark=lambda answers: say.PUSH_PREVIEW.format(title=answers["title"], text=answers["text"]),
    ),
)
NOTICES: tuple[Notice, ...] = (Notice("tip", tip_card, repeat=False, holds=True, topic=TIPS),)
CHORES: tuple[Chore, ...] = (Chore("send_tips", send_tips),)
