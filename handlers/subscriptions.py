"""Subscriptions: everybody decides what reaches them - each topic with its switch, and a word that stops everything."""

from telegram import Update

from bot.cards import Button, Card, bold, card
from bot.context import Context
from bot.routes import Route, command, press
from handlers.say import push as say
from knowledge.library import TOPICS
from models import audiences
from models.areas import Area, villages
from models.audiences import TIPS
from models.people import Can, Person

A_ROW = 2


def _settings_card(person: Person) -> Card:
    muted = audiences.topics_muted(person)
    if TIPS in muted:
        return card(bold(say.SETTINGS), say.ALL_OFF, buttons=[[_switch(say.SWITCH_ALL_ON, TIPS, on=True)]])
    switches = [
        _switch((say.OFF if topic in muted else say.ON).format(topic=name), topic, on=topic in muted)
        for topic, name in TOPICS.items()
    ]
    rows = [switches[i : i + A_ROW] for i in range(0, len(switches), A_ROW)]
    last = [_switch(say.SWITCH_ALL_OFF, TIPS, on=False)]
    return card(bold(say.SETTINGS), say.SETTINGS_HOW, buttons=[*rows, last, [_home_button()]])


def _home_button() -> Button:
    return Button(say.HOME, "push.home", once=False)


def _switch(label: str, topic: str, *, on: bool) -> Button:
    # The button says what shall be, not "the other way round": a tap that comes twice does no harm.
    return Button(label, "push.switch", {"topic": topic, "on": on}, once=False)


async def settings(_: Update, context: Context) -> None:
    """「推送设置」: every topic with its switch."""
    context.say(_settings_card(context.visit.session.get_one(Person, context.actor.id)))


async def switch(_: Update, context: Context) -> None:
    """Turn a topic, or all tips, on or off."""
    act = audiences.unmute if context.pressed["on"] else audiences.mute
    context.say(_settings_card(context.read(act, context.pressed["topic"])))


async def home(_: Update, context: Context) -> None:
    """「我住哪个村」: so that the tips of one's own village come, and no others."""
    s = context.visit.session
    person = s.get_one(Person, context.actor.id)
    rows = [[Button(say.HOME_HERE.format(name=area.name) if area.id == person.area_id else area.name, "push.live",
                    {"area": area.id}, once=False)] for area in villages(s)]  # fmt: skip
    context.say(card(say.HOME_ASK, buttons=[*rows, [Button(say.HOME_NONE, "push.live", once=False)]]))


async def live(_: Update, context: Context) -> None:
    """A village was chosen, or none."""
    person = context.read(audiences.live_in, context.pressed.get("area"))
    area = context.visit.session.get(Area, person.area_id) if person.area_id else None
    context.say(card(say.HOME_KEPT.format(name=area.name) if area else say.HOME_FORGOTTEN))


async def stop_topic(_: Update, context: Context) -> None:
    """「不再收这类」 under a tip; the tip itself stays readable."""
    topic = str(context.pressed["topic"])
    context.read(audiences.mute, topic)
    told = say.TOPIC_STOPPED.format(topic=TOPICS.get(topic, topic)) if topic != TIPS else say.STOPPED
    context.say(card(told), new=True)


async def stop(_: Update, context: Context) -> None:
    """「退订」: no tips at all."""
    context.read(audiences.mute, TIPS)
    context.say(card(say.STOPPED))


async def go_on(_: Update, context: Context) -> None:
    """「恢复推送」: tips again, but the topics that were muted one by one stay muted."""
    context.read(audiences.unmute, TIPS)
    context.say(card(say.RESUMED))


ROUTES: tuple[Route, ...] = (
    command("mute", settings, say.SETTINGS, can=Can.SUBSCRIBE),
    Route(stop, words=say.STOP_WORDS, can=Can.SUBSCRIBE),
    Route(go_on, words=say.RESUME_WORDS, can=Can.SUBSCRIBE),
    press("push.switch", switch, can=Can.SUBSCRIBE),
    press("push.mute", stop_topic, can=Can.SUBSCRIBE),
    press("push.home", home, can=Can.SUBSCRIBE),
    press("push.live", live, can=Can.SUBSCRIBE),
)
