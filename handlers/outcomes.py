"""Outcomes besides repair: fixed on the spot and sampled, referred and chased, notices served, grades corrected."""

from datetime import datetime
from typing import Any

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, bold, card
from bot.context import Context
from bot.fields import Answers, Choice, Option, Photos, Text
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, press
from bot.timetable import Chore
from handlers import looks, looks_acts
from handlers.hazards import OFTEN, Kind, media
from handlers.say import hazards as hazard_sentences
from handlers.say import outcomes as say
from knowledge.kinds import KINDS
from models import hazards, outcomes, referrals, rounds
from models.calendar import not_announced
from models.hazards import Hazard
from models.lifecycle import SEVERITY_LABELS, Severity
from models.outbox import Outgoing, notify
from models.people import Can, Person, Role, holders


def _opens(form: str, can: Can, **known: Any) -> Any:
    async def begin(_: Update, context: Context) -> None:
        hazard = context.read(hazards.hazard_for, context.pressed["id"], can)
        context.begin(form, {"hazard": hazard.id, **known})

    return begin


async def begin_fixed(_: Update, context: Context) -> None:
    """「当场整改好了」: a photo of before is only asked for when the report brought none."""
    hazard = context.read(hazards.hazard_for, context.pressed["id"], Can.VERIFY)
    has_before = outcomes.has_photo_before(context.visit.session, hazard)
    context.begin("fixed", {"hazard": hazard.id, "seen": has_before})


async def begin_regraded(_: Update, context: Context) -> None:
    """「更正类别等级」: both are asked, each with the way to leave it as it is."""
    hazard = context.read(hazards.hazard_for, context.pressed["id"], Can.VERIFY, Can.ASSIGN)
    context.begin("regraded", {"hazard": hazard.id, "was": hazard.kind})


async def more(_: Update, context: Context) -> None:
    """「更多…」: what is needed less often on this case."""
    hazard = context.read(hazards.hazard_for, context.pressed["id"], Can.SEE_HAZARDS)
    back = Button(say.BACK, "hazard.open", {"id": hazard.id}, once=False)
    rows = looks_acts.more_rows(context.visit.session, context.actor, hazard, context.now)
    context.say(card(looks.headline(hazard), buttons=[*rows, [back]]))


def submit_fixed(context: Context, answers: Answers) -> Card:
    """当场整改完毕: with pictures of before and after it is closed."""
    told, before, after = str(answers.get("note") or ""), media(answers.get("before")), media(answers.get("photos"))
    return _done(context, context.run(outcomes.fixed, answers["hazard"], note=told, before=before, media=after))


def submit_sample(context: Context, answers: Answers) -> Card:
    """抽查: it stayed fixed, or goes back."""
    told, seen = str(answers.get("note") or ""), media(answers.get("photos"))
    passed = bool(answers.get("passed"))
    return _done(context, context.run(outcomes.sample, answers["hazard"], passed=passed, note=told, media=seen))


def _submits(operation: Any, *, with_media: bool = True) -> Any:
    def submit(context: Context, answers: Answers) -> Card:
        seen = {"media": media(answers.get("photos"))} if with_media else {}
        return _done(context, context.run(operation, answers["hazard"], note=str(answers.get("note") or ""), **seen))

    return submit


def submit_regraded(context: Context, answers: Answers) -> Card:
    """更正: the new kind brings its own rule for the first look."""
    kind = str(answers["kind"])
    given = {"kind": kind, "severity": str(answers["severity"]), "evacuation": KINDS[kind].is_evacuation}
    return _done(context, context.run(outcomes.regrade, answers["hazard"], note=str(answers["note"]), **given))


def _done(context: Context, hazard: Hazard) -> Card:
    return looks.card_for(context, hazard, hazard_sentences.DONE)


def _kinds(answers: Answers) -> list[Option]:
    was = str(answers.get("was"))
    others = [Option(code, KINDS[code].name) for code in OFTEN if code != was]
    return [Option(was, say.SAME_KIND.format(name=KINDS[was].name)), *others]


def _note(ask: str) -> Text:
    return Text(key="note", label="说明", ask=ask, at_most=1000)


def _photos(ask: str, key: str = "photos", *, optional: bool = True, **more: Any) -> Photos:
    return Photos(key=key, label="照片", ask=ask, optional=optional, **more)


SEVERITIES = [Option(severity.value, SEVERITY_LABELS[severity]) for severity in Severity]
FORMS = (
    Form("fixed", say.FIXED_TITLE, submit=submit_fixed, extra="note", review=False, fields=(
        _photos(say.BEFORE_PHOTOS, "before", optional=False, when=lambda a: not a.get("seen")),
        _photos(say.AFTER_PHOTOS, optional=False),
    )),
    Form("sample", say.SAMPLE_TITLE, submit=submit_sample, extra="note", review=False, fields=(
        Text(key="note", label="说明", ask=say.SAMPLE_NOTE, at_most=1000, when=lambda a: not a.get("passed")),
        _photos(say.SAMPLE_PHOTOS),
    )),
    Form("served", say.SERVED_TITLE, submit=_submits(outcomes.serve), extra="note", review=False, fields=(
        _note(say.SERVED_NOTE), _photos(say.SERVED_PHOTOS),
    )),
    Form("acknowledged", say.ACKNOWLEDGED_TITLE, submit=_submits(referrals.acknowledge), extra="note", review=False,
         fields=(_note(say.ACKNOWLEDGED_NOTE), _photos(say.PAPERS))),
    Form("settled", say.SETTLED_TITLE, submit=_submits(referrals.settle), extra="note", review=False, fields=(
        _note(say.SETTLED_NOTE), _photos(say.PAPERS),
    )),
    Form("taken_back", say.TAKEN_BACK_TITLE, submit=_submits(referrals.take_back, with_media=False), review=False,
         fields=(_note(say.TAKEN_BACK_NOTE),)),
    Form("chased", say.CHASED_TITLE, submit=_submits(referrals.chase, with_media=False), review=False,
         fields=(_note(say.CHASED_NOTE),)),
    Form("regraded", say.REGRADED_TITLE, submit=submit_regraded, review=False, fields=(
        Kind(key="kind", label="类别", ask=say.REGRADED_KIND, choices=_kinds),
        Choice(key="severity", label="等级", ask=say.REGRADED_SEVERITY, choices=SEVERITIES),
        _note(say.REGRADED_NOTE),
    )),
    Form("untold", say.UNTOLD_TITLE, submit=_submits(outcomes.untold, with_media=False), review=False,
         fields=(_note(say.UNTOLD_NOTE),)),
)  # fmt: skip

ROUTES: tuple[Route, ...] = (
    press("hazard.more", more, can=Can.SEE_HAZARDS),
    press("hazard.fixed", begin_fixed, can=Can.VERIFY),
    press("hazard.sampled", _opens("sample", Can.RECHECK, passed=True), can=Can.RECHECK),
    press("hazard.sample_failed", _opens("sample", Can.RECHECK, passed=False), can=Can.RECHECK),
    press("hazard.served", _opens("served", Can.VERIFY), can=Can.VERIFY),
    press("hazard.acknowledged", _opens("acknowledged", Can.REFER), can=Can.REFER),
    press("hazard.settled", _opens("settled", Can.REFER), can=Can.REFER),
    press("hazard.taken_back", _opens("taken_back", Can.REFER), can=Can.REFER),
    press("hazard.chased", _opens("chased", Can.REFER), can=Can.REFER),
    press("hazard.regraded", begin_regraded, can=Can.VERIFY),
    press("hazard.untold", _opens("untold", Can.VERIFY), can=Can.VERIFY),
)


def warn_of_calendar(s: Session, *, now: datetime) -> None:
    """Tell those who run the bot, once a year, that the holidays of a year are not known yet."""
    if rounds.is_done(s, "calendar", now=now):
        return
    for year in not_announced(now):
        for person_id in holders(s, Role.ADMIN):
            notify(s, person_id, "system.calendar", now=now, key=f"calendar|{year}|{person_id}", year=year)
    rounds.mark_done(s, "calendar", now=now)


def calendar_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render, for an administrator, that a year's holidays are missing; nothing once they are there."""
    del s, person
    year = row.about["year"]
    return card(bold(say.CALENDAR.format(year=year))) if year in not_announced(now) else None


NOTICES: tuple[Notice, ...] = (Notice("system.calendar", calendar_card, holds=True),)
CHORES: tuple[Chore, ...] = (Chore("warn_of_calendar", warn_of_calendar),)
