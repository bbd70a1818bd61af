"""Pictures of a case: shown to officers only after they were cleaned; the reporter sees own ones as they were sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, Paper, bold, card, code
from bot.context import Context
from bot.notices import Notice
from bot.routes import Route, press
from bot.wire import Outcome
from handlers import looks
from handlers.say import pictures as say
from models import hazards, pictures
from models.base import Refused
from models.lifecycle import Act
from models.outbox import Lane, Outgoing, is_queued, notify
from models.people import Can, Person, actor_of
from models.pictures import CLEAN, Shown

SHOWN = "case.pictures"
PATIENCE = timedelta(minutes=1)  # so long what is still being cleaned is waited for; then what there is goes out


async def show(_: Update, context: Context) -> None:
    """「看照片」: they come as a new message, as soon as all are clean."""
    hazard, found = context.read(pictures.of_case, context.pressed["id"])
    s, who = context.visit.session, context.actor.id
    if not is_queued(s, who, SHOWN, hazard=hazard.id):
        notify(s, who, SHOWN, now=context.now, lane=Lane.REPLY, hazard=hazard.id)
    is_coming = any(each.state == pictures.EXPECTED for each in found)
    context.toast(say.PROCESSING if is_coming else say.COMES if found else say.NOTHING)


def wait(s: Session, row: Outgoing, now: datetime) -> bool:
    """Say whether it is worth waiting: a picture is being cleaned, and the officer has not waited long."""
    return now < row.created_at + PATIENCE and pictures.is_coming(s, row.about["hazard"])


def pictures_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render what the officer may see, oldest first, and what cannot be seen and why."""
    del now
    try:
        hazard, found = pictures.of_case(s, actor_of(s, person), row.about["hazard"])
    except Refused:
        return None
    seen = [each for each in found if each.state == CLEAN]
    back = Button(say.OPEN.format(number=hazard.number), "hazard.open", {"id": hazard.id}, once=False)
    told = [say.amount(seen) or None, say.order(seen), *say.unseen(found)]
    return card(looks.headline(hazard), *(told if found else [say.NOTHING]), buttons=[[back]], media=media(s, seen))


def media(s: Session, found: Sequence[Shown]) -> tuple[tuple[str, str | Paper], ...]:
    """Return pictures as a card shows them: by Telegram's name, or as bytes where Telegram has no clean copy yet."""
    copies = pictures.clean_copies(s, [each.evidence_id for each in found if each.file_id is None])
    return tuple((each.kind, each.file_id or _paper(each, copies[each.evidence_id])) for each in found)


def _paper(shown: Shown, content: bytes) -> Paper:
    return Paper(say.PHOTO_NAME, partial(bytes, content), kind="photo", key=str(shown.evidence_id))


def note_names(s: Session, row: Outgoing, outcome: Outcome, now: datetime) -> None:
    """Clean copies have arrived: the next officer gets them by Telegram's name."""
    del row, now
    for evidence_id, file_id in outcome.papers.items():
        pictures.has_arrived(s, int(evidence_id), file_id)


async def show_own(_: Update, context: Context) -> None:
    """「看我发的照片」: what the reporter sent, as it was sent."""
    hazard, found = context.read(pictures.own, context.pressed["id"])
    back = Button(say.BACK, "own.open", {"id": hazard.id}, once=False)
    told = say.AS_SENT if found else say.NOTHING_OWN
    sent = tuple(("document" if each.kind == hazards.IMAGE else each.kind, each.file_id) for each in found)
    context.say(card(code(hazard.number), told, buttons=[[back]], media=sent), new=True)


def failed_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render, for whoever sent it, that a picture could not be opened; silent when nothing can be added any more."""
    del now
    hazard = s.get(hazards.Hazard, row.about["hazard"])
    if hazard is None:
        return None
    relation = hazards.relation_of(s, actor_of(s, person), hazard)
    if row.alias and Act.ADDED not in hazards.moves(hazard, actor_of(s, person), relation):
        return None
    verb = "own.add" if row.alias else "hazard.open"
    label = say.ADD if row.alias else say.OPEN.format(number=hazard.number)
    ways = [Button(label, verb, {"id": hazard.id}, once=False)]
    return card(bold(say.FAILED_HEAD), say.FAILED_TEXT.format(number=hazard.number), buttons=[ways])


ROUTES: tuple[Route, ...] = (
    press("hazard.pictures", show, can=Can.SEE_HAZARDS),
    press("own.pictures", show_own),
)
NOTICES: tuple[Notice, ...] = (
    Notice(SHOWN, pictures_card, waits=wait, arrived=note_names),
    Notice(pictures.FAILED_NOTICE, failed_card, holds=True),
)
