"""Papers: a broadcast as a loudspeaker script and as a large-print notice, and proof of having been at a training."""

from datetime import datetime
from functools import partial

from sqlmodel import Session
from telegram import Update

from bot.cards import Card, Paper, bold, card, code
from bot.context import Context
from bot.notices import Notice
from bot.render import fonts
from bot.render.orders import Certificate, Poster, make
from bot.routes import Route, press
from handlers.hazards import REPORT_LINK
from handlers.say import papers as say
from knowledge.answers import library
from knowledge.scripts import loudspeaker, seconds
from models import installation, trainings
from models.base import Refused
from models.broadcasts import Broadcast
from models.calendar import full_day, local
from models.outbox import Lane, Outgoing, notify
from models.people import Person, actor_of
from models.rules import rules_of

PROOF = "paper.proof"


def script_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the loudspeaker script of a broadcast."""
    del person, now
    found = s.get(Broadcast, row.about["broadcast"])
    if found is None:
        return None
    article = library().find(found.article_id)
    script = loudspeaker(rules_of(s).town, found.title, found.text, article)
    return card(bold(say.SCRIPT.format(seconds=seconds(script))), code(script), say.SCRIPT_HOW)


def poster_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the large-print notice of a broadcast as a PDF of one A4 page."""
    del person
    found = s.get(Broadcast, row.about["broadcast"])
    if found is None:
        return None
    # Its words are of that day, whenever it is printed.
    day = full_day(local(found.began_at or found.send_at or now))
    try:
        fonts.chinese()
    except fonts.NoFont:
        return card(say.NO_FONT)
    rules, name = rules_of(s), installation.bot_name(s)
    numbers = "　".join(f"{what} {number}" for what, number in list(rules.hotlines.items())[:3])
    poster = Poster(
        band=say.BAND.format(town=rules.town), title=found.title, text=found.text,
        foot=(numbers, say.FOOT.format(town=rules.town, day=day)),
        link=f"https://t.me/{name}?start={REPORT_LINK}" if name else "", scan=say.SCAN,
    )  # fmt: skip
    return card(say.POSTER_HOW, paper=Paper(say.POSTER_NAME.format(title=found.title), partial(make, poster)))


async def proof(_: Update, context: Context) -> None:
    """「参训证明」: for who has signed in, once the record is on file."""
    found, _number = context.read(trainings.attended, context.pressed["t"])
    notify(context.visit.session, context.actor.id, PROOF, now=context.now, lane=Lane.REPLY, training=found.id)
    context.toast(say.COMES)


def proof_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the certificate as a PDF of one A4 page."""
    del now
    try:
        found, number = trainings.attended(s, actor_of(s, person), row.about["training"])
        fonts.chinese()
    except Refused:
        return None
    except fonts.NoFont:
        return card(say.UNMADE)
    day = full_day(local(found.started_at))
    order = Certificate(person.name, found.title, trainings.KINDS[found.kind], day, rules_of(s).town,
                        say.PROOF_NUMBER.format(training=found.id, number=number))  # fmt: skip
    return card(say.PROOF_HOW, paper=Paper(say.POSTER_NAME.format(title=say.PROOF), partial(make, order)))


ROUTES: tuple[Route, ...] = (press("training.proof", proof),)
NOTICES: tuple[Notice, ...] = (
    Notice("system.unmade", lambda *_: card(say.UNMADE)),
    Notice("paper.script", script_card),
    Notice("paper.poster", poster_card),
    Notice(PROOF, proof_card),
)
