"""Tips: what goes out by the calendar, and how a broadcast looks to whoever gets it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot.cards import Button, Card, Text, bold, card
from bot.notices import Notice
from bot.timetable import Chore
from handlers import hazards
from handlers.say import push as say
from knowledge.answers import library
from knowledge.library import Article
from knowledge.season import season_topics
from models import audiences, broadcasts, deliveries, installation
from models.audiences import TIPS
from models.broadcasts import Broadcast, Kind, Stage
from models.calendar import day_and_hour, local
from models.outbox import Outgoing
from models.people import Person
from models.rules import TipSlot, rules_of

STILL_TIMELY = timedelta(hours=2)
REMEMBERED = timedelta(days=90)
VARIED = 2  # so many tips in a row are about different topics
LAST = 99


def send_tips(s: Session, *, now: datetime) -> None:
    """Begin the tip of each slot whose time has just come (`launch` minds the quiet hours), not of one long missed."""
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
    recent = select(Broadcast).where(Broadcast.created_at >= now - REMEMBERED, col(Broadcast.article_id) != "")
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


def to_person(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render a broadcast; nothing when it was cancelled or is too late, or it is not wanted any more."""
    found = still_on(s, row, now)
    if found is None or {found.topic, TIPS} & audiences.topics_muted(person):
        return None
    return private_card(found)


def private_card(found: Broadcast) -> Card:
    """Return how a broadcast looks in a private chat."""
    buttons = []
    if found.kind != Kind.WARNING:
        label = say.NO_MORE_TOPIC if found.topic else say.NO_MORE
        buttons.append(Button(label, "push.mute", {"topic": found.topic or TIPS}, once=False))
    if found.article_id:
        buttons.append(Button(say.MORE, "answers.open", {"id": found.article_id, "below": True}, once=False))
    return card(*_words(found), buttons=[buttons], media=media_of(found))


def to_chat(s: Session, row: Outgoing, now: datetime) -> Card | None:
    """Render a broadcast for a group or a channel: nobody's buttons, but a way to the bot."""
    found = still_on(s, row, now)
    if found is None:
        return None
    return card(*_words(found), buttons=way_to_the_bot(s), media=media_of(found))


def way_to_the_bot(s: Session) -> tuple[tuple[Button, ...], ...]:
    """Return the button that leads from a group or channel into a talk with the bot."""
    name = installation.bot_name(s)
    return ((Button(say.TO_THE_BOT, url=f"https://t.me/{name}?start={hazards.REPORT_LINK}"),),) if name else ()


def _words(found: Broadcast) -> tuple[Text | str | None, ...]:
    until = say.VALID_UNTIL.format(until=day_and_hour(found.until)) if found.until else None
    return bold(headline(found)), found.text, until


def still_on(s: Session, row: Outgoing, now: datetime) -> Broadcast | None:
    """Return the broadcast of a row; nothing when it was cancelled or comes too late."""
    found = s.get(Broadcast, row.about["broadcast"])
    if found is None or found.stage != Stage.SENDING or (found.until is not None and found.until <= now):
        return None
    return found


def headline(found: Broadcast) -> str:
    """Return the first line of a broadcast, which says what it is."""
    heads = {Kind.TIP: say.TIP_HEAD, Kind.WARNING: say.WARNING_HEAD, Kind.QUIZ: say.QUIZ_HEAD}
    return str(heads[Kind(found.kind)]).format(title=found.title)


def media_of(found: Broadcast) -> tuple[tuple[str, str], ...]:
    """Return the picture of a broadcast, if it has one."""
    return ((found.media_kind, found.media_file),) if found.media_file else ()


NOTICES: tuple[Notice, ...] = (
    Notice(Kind.TIP, to_person, repeat=False, holds=True, topic=TIPS, render_in_chat=to_chat),
    Notice(Kind.WARNING, to_person, repeat=False, render_in_chat=to_chat),
)
CHORES: tuple[Chore, ...] = (Chore("send_tips", send_tips), Chore("spread", deliveries.spread))
