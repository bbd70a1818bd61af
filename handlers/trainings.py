"""Trainings and drills: begun in the chat, signed in to by a code, filed with a few words and pictures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, Paper, bold, card, code
from bot.context import Context
from bot.fields import Answers, Choice, Field, NotUnderstood, Option, Photos, Place, Said, Text
from bot.forms import Form
from bot.notices import Notice
from bot.render.qr import code_png
from bot.routes import Route, command, link, press
from bot.timetable import Chore
from handlers import looks_trainings as looks
from handlers.say import common
from handlers.say import trainings as say
from models import installation, trainings
from models.outbox import Lane, Outgoing, notify
from models.people import Can, Person
from models.trainings import KINDS, LONGEST_DAY, OPEN, Plan, Report, Training

LINK = "att_"
QR = "training.qr"
A_PAGE = 8
MINUTES = (30, 45, 60, 90, 120)
MOST_OTHERS = 5000
MOST_PHOTOS = 6


@dataclass(frozen=True, kw_only=True)
class Count(Field):
    """A number, typed or one of a few on buttons; its unit may stand behind it."""

    offered: Sequence[int]
    least: int = 0
    most: int
    unit: str

    def options(self, answers: Answers) -> Sequence[Option]:  # noqa: ARG002
        return [Option(str(n), self.unit.format(n=n)) for n in self.offered]

    def read(self, said: Said, answers: Answers) -> int:  # noqa: ARG002
        found = re.fullmatch(r"(\d{1,6})\s*(?:人|个|分钟|分|具|只|根|台|床)?", (said.choice or said.text).strip())
        if found is None or not self.least <= int(found[1]) <= self.most:
            raise NotUnderstood(say.A_NUMBER.format(most=self.most))
        return int(found[1])

    def show(self, value: int, answers: Answers) -> str:  # noqa: ARG002
        return self.unit.format(n=value)


async def home(_: Update, context: Context) -> None:
    """`/trainings`: the records of a year in the own area, the newest first."""
    year = int(context.pressed.get("year", context.today.year))
    found = context.read(trainings.of_year, year)
    context.say(looks.year_card(found, year, context.today.year, int(context.pressed.get("page", 0)), A_PAGE))


async def begin(_: Update, context: Context) -> None:
    """「开一次」."""
    areas = [[str(area.id), area.name] for area in context.read(trainings.areas_of)]
    own = [place.name for place in context.read(trainings.places_of)]
    only = areas[0][0] if len(areas) == 1 else None
    context.begin("training.start", {"areas": areas, "own": own, "area": only})


def start(context: Context, answers: Answers) -> Card:
    """The form handed in: the code is on its way."""
    spot = str((answers.get("spot") or {}).get("text", ""))[: looks.SPOT_LIMIT]
    place = context.read(trainings.place_named, spot) if spot else None
    plan = Plan(str(answers["kind"]), " ".join(str(answers["title"]).split()), int(answers["area"]),
                int(answers["minutes"]), spot, place.id if place else None)  # fmt: skip
    made, secret = context.run(trainings.start, plan)
    address = _send_code(context, made, secret)
    return looks.record_card(context.visit.session, made, context.now, say.LINK, code(address))


def _send_code(context: Context, found: Training, secret: str) -> str:
    s = context.visit.session
    notify(s, context.actor.id, QR, now=context.now, lane=Lane.REPLY, training=found.id, code=secret)
    return _address(s, secret)


def _address(s: Session, secret: str) -> str:
    return f"https://t.me/{installation.bot_name(s)}?start={LINK}{secret}"


async def attend(_: Update, context: Context) -> None:
    """The code at a training was scanned: signed in, once."""
    found, is_first = context.run(trainings.attend, str(context.pressed["rest"]).removeprefix(LINK))
    kind = say.RECORD.format(kind=KINDS[found.kind], title=found.title)
    head = bold(say.SIGNED if is_first else say.SIGNED_BEFORE)
    where = looks.where(context.visit.session, found)
    context.say(card(head, kind, where, say.SIGNED_PRIVATE, "", common.GREETING,
                     buttons=[[Button(say.QUIZ, "quiz.next", once=False),
                               Button(say.PROOF, "training.proof", {"t": found.id}, once=False)]]))  # fmt: skip


async def open_(_: Update, context: Context) -> None:
    """One record with what can be done with it now; the count is as of this moment."""
    _show(context, context.read(trainings.training_for, context.pressed["t"]))


def _show(context: Context, found: Training) -> None:
    context.say(looks.record_card(context.visit.session, found, context.now))


async def names(_: Update, context: Context) -> None:
    """「看名单」."""
    found = context.read(trainings.attendees, context.pressed["t"])
    told = "、".join(found) if found else say.NAMES_NOBODY
    back = Button(say.BACK, "training.open", {"t": context.pressed["t"]}, once=False)
    context.say(card(bold(say.NAMES_HEAD.format(count=len(found))), told, say.NAMES_PRIVATE, buttons=[[back]]))


async def pictures(_: Update, context: Context) -> None:
    """「看照片」."""
    found = context.read(trainings.training_for, context.pressed["t"])
    context.say(card(found.title, media=tuple((kind, file_id) for kind, file_id, _ in found.photos)))


async def new_code(_: Update, context: Context) -> None:
    """「换一张二维码」: the old one may have got lost, or gone too far."""
    secret = context.run(trainings.renew_code, context.pressed["t"])
    _send_code(context, context.read(trainings.training_for, context.pressed["t"]), secret)
    context.toast(say.CODE_COMES)


async def close(_: Update, context: Context) -> None:
    """「结束，填记录」: nobody signs in any more; then the form."""
    found = context.read(trainings.training_for, context.pressed["t"])
    if found.state == OPEN:
        found = context.run(trainings.end, found.id)
    if found.state == trainings.ENDED:
        context.begin("training.report", {"training": found.id})
    else:
        _show(context, found)


def file(context: Context, answers: Answers) -> Card:
    """The record handed in."""
    photos = [[m["kind"], m["file_id"], m["unique_id"]] for m in answers["photos"]]
    report = Report(int(answers["others"]), str(answers["practised"]), str(answers["summary"]), photos)
    done = context.run(trainings.finish, int(answers["training"]), report)
    return looks.record_card(context.visit.session, done, context.now)


async def ask_drop(_: Update, context: Context) -> None:
    """「作废」: asked once more."""
    found = context.read(trainings.training_for, context.pressed["t"])
    ways = [Button(say.DROP_YES, "training.drop", {"t": found.id}),
            Button(say.BACK, "training.open", {"t": found.id}, once=False)]  # fmt: skip
    context.say(card(bold(found.title), say.DROP_SURE, buttons=[ways]))


async def drop(_: Update, context: Context) -> None:
    """「确定作废」."""
    found = context.run(trainings.cancel, context.pressed["t"])
    context.say(card(say.DROPPED.format(title=found.title), buttons=[[looks.to_list()]]))


def code_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the code to scan as a picture, with the link; nothing once nobody may sign in any more."""
    del person
    found = s.get(Training, row.about["training"])
    if found is None or found.state != OPEN or found.closes_at <= now:
        return None
    address = _address(s, row.about["code"])
    head = bold(say.RECORD.format(kind=KINDS[found.kind], title=found.title))
    paper = Paper(say.QR_NAME, partial(code_png, address), kind="photo")
    return card(head, say.QR_HOW, code(address), paper=paper)


def ended_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render, for the organiser, that the sign-in has ended by itself; nothing once the record is there."""
    del person, now
    found = s.get(Training, row.about["training"])
    if found is None or found.state != trainings.ENDED:
        return None
    told = say.ENDED.format(title=found.title, count=trainings.signed_in(s, found.id or 0))
    return card(told, buttons=[[Button(say.FILL, "training.close", {"t": found.id}, once=False)]])


START: tuple[Field, ...] = (
    Choice(key="kind", label=say.KIND, ask=say.KIND_ASK, choices=[Option(k, name) for k, name in KINDS.items()]),
    Text(key="title", label=say.TITLE, ask=say.TITLE_ASK, at_most=40),
    Choice(key="area", label=say.AREA, ask=say.AREA_ASK, choices=lambda a: [Option(n, name) for n, name in a["areas"]]),
    Place(key="spot", label=say.SPOT, ask=say.SPOT_ASK, optional=True, at_most=looks.SPOT_LIMIT,
          choices=lambda a: [Option(name, name) for name in a.get("own", ())]),
    Count(key="minutes", label=say.MINUTES, ask=say.MINUTES_ASK, offered=MINUTES, least=5, most=LONGEST_DAY,
          unit=say.IN_MINUTES),
)  # fmt: skip
REPORT: tuple[Field, ...] = (
    Count(key="others", label=say.OTHERS, ask=say.OTHERS_ASK, offered=(0,), most=MOST_OTHERS, unit=say.OTHERS_UNIT),
    Text(key="practised", label=say.PRACTISED_LABEL, ask=say.PRACTISED_ASK, at_most=300),
    Text(key="summary", label=say.SUMMARY_LABEL, ask=say.SUMMARY_ASK, at_most=1000),
    Photos(key="photos", label=say.PHOTOS_LABEL, ask=say.PHOTOS_ASK, at_most=MOST_PHOTOS, files=False),
)
ROUTES: tuple[Route, ...] = (
    command("trainings", home, say.TRAININGS, can=Can.TRAIN, help=say.TRAININGS_HELP),
    link(LINK, attend),
    press("training.list", home, can=Can.TRAIN),
    press("training.start", begin, can=Can.TRAIN),
    press("training.open", open_, can=Can.TRAIN),
    press("training.names", names, can=Can.TRAIN),
    press("training.pictures", pictures, can=Can.TRAIN),
    press("training.code", new_code, can=Can.TRAIN),
    press("training.close", close, can=Can.TRAIN),
    press("training.ask_drop", ask_drop, can=Can.TRAIN),
    press("training.drop", drop, can=Can.TRAIN),
)
FORMS: tuple[Form, ...] = (
    Form("training.start", say.FORM_TITLE, START, start, submit_label=say.BEGIN),
    Form("training.report", say.REPORT_TITLE, REPORT, file, submit_label=say.FILE),
)
NOTICES: tuple[Notice, ...] = (Notice(QR, code_card), Notice("training.ended", ended_card, holds=True))
CHORES: tuple[Chore, ...] = (Chore("close_trainings", trainings.close_old),)
