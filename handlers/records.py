"""Records of patrols: reading them with their pictures, correcting one with a reason, entering a missed one."""

from datetime import datetime

from telegram import Update

from bot.cards import Card, card
from bot.context import Context
from bot.dates import Earlier
from bot.fields import Answers, Choice, Text
from bot.forms import Form, Further
from bot.routes import Route, press
from handlers import checks, looks_records
from handlers.place_menu import PlaceAct, for_staff
from handlers.say import records as say
from models import patrol_corrections, patrols, places
from models.base import Refused
from models.people import Can
from models.rules import ZONE

CORRECT, LATE = "patrol.correct", "patrol.late"


async def listed(_: Update, context: Context) -> None:
    """「看巡查记录」 of a place."""
    place = context.read(places.place_for, context.pressed["p"])
    context.say(looks_records.records_card(context, place))


async def show(_: Update, context: Context) -> None:
    """One record."""
    patrol, place = context.read(patrols.patrol_for, context.pressed["r"])
    context.say(looks_records.record_card(context, patrol, place))


async def pictures(_: Update, context: Context) -> None:
    """「看照片」 of a record, as a message of its own."""
    patrol, place = context.read(patrols.patrol_for, context.pressed["r"])
    found = patrols.items_of(context.visit.session, patrol.id or 0)
    media = looks_records.pictures_of(context, found)
    context.say(card(say.PICTURES_HEAD.format(name=place.name, n=len(media)), media=media), new=True)


async def correct(_: Update, context: Context) -> None:
    """「更正」: the paper as it was handed in; what is to be changed is tapped, the reason is asked at the end."""
    patrol, place = context.read(patrols.patrol_for, context.pressed["r"])
    s = context.visit.session
    known = checks.about(s, place)
    if patrol.checklist:
        known["list"] = patrols.Checklist(
            name=patrol.checklist_name, version=patrol.checklist_version, items=patrol.checklist
        )
    rows = {item.key: item for item in patrols.items_of(s, patrol.id or 0)}
    known |= checks.standing(checks.items_of(known), rows)
    known |= {"patrol": patrol.id, "version": patrol.version, "outcome": patrol.outcome}
    context.begin(CORRECT, known | {"note": patrol.note or say.NO_NOTE})


def submit_correction(context: Context, answers: Answers) -> Card | Further:
    """Ask why, then write it anew."""
    if not answers.get("reason"):
        return Further({"asks": True})
    note = str(answers["note"])
    patrol = context.run(
        patrol_corrections.correct, answers["patrol"], outcome=answers["outcome"], failures=checks.failures(answers),
        note="" if note == say.NO_NOTE else note, checklist=checks.list_in(answers), reason=str(answers["reason"]),
        version=answers["version"],
    )  # fmt: skip
    return looks_records.record_card(context, *context.read(patrols.patrol_for, patrol.id), say.DONE)


async def late(_: Update, context: Context) -> None:
    """「补录以前的巡查」: when it was comes first, the rest is the same paper."""
    place = context.read(places.place_for, context.pressed["p"], Can.PATROL)
    context.begin(LATE, checks.about(context.visit.session, place))


def submit_late(context: Context, answers: Answers) -> Card:
    """Log it at the moment that was said; the record says when it really came."""
    at = datetime.fromisoformat(str(answers["at"])).replace(tzinfo=ZONE)
    if at > context.now:
        raise Refused(say.NOT_YET)
    return checks.submit(context, {**answers, "at": at.isoformat()})


FORMS: tuple[Form, ...] = (
    Form(CORRECT, say.TITLE, (
        Choice(key="outcome", label=say.OUTCOME, ask=say.OUTCOME_ASK, choices=checks.outcomes),
        *checks.PAPER,
        Text(key="note", label=say.NOTE_LABEL, ask=say.NOTE_ASK, at_most=1000),
        Text(key="reason", label=say.REASON, ask=say.REASON_ASK, at_most=patrol_corrections.REASON_LIMIT,
             when=lambda a: bool(a.get("asks")), hands_in=True),
    ), submit_correction, remark=checks.remark, submit_label=say.CORRECT_SUBMIT),
    Form(LATE, say.LATE_TITLE, (
        Earlier(key="at", label=say.AT, ask=lambda a: say.AT_ASK.format(name=a["name"])),
        Choice(key="outcome", label=say.OUTCOME, ask=say.LATE_OUTCOME_ASK, choices=checks.outcomes),
        *checks.PAPER,
    ), submit_late, remark=checks.remark),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    press("patrol.records", listed, can=Can.SEE_PLACES),
    press("patrol.record", show, can=Can.SEE_PLACES),
    press("patrol.pictures", pictures, can=Can.SEE_PLACES),
    press("patrol.correct", correct, can=Can.SEE_PLACES),
    press("patrol.late", late, can=Can.PATROL),
)
PLACE_ACTS = (
    PlaceAct(say.RECORDS, "patrol.records", for_staff(Can.SEE_PLACES, closed=True)),
    PlaceAct(say.LATE_BUTTON, "patrol.late", for_staff(Can.PATROL)),
)
