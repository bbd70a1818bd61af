"""Equipment and papers of a place: the list with due days, a thing more in four steps, a renewal in two taps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, Text, bold, card
from bot.context import Context
from bot.dates import Month
from bot.fields import Answers, Field, Option, Photos, Said
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, command, press
from bot.timetable import Chore
from handlers import looks_assets as looks
from handlers.hazards import media
from handlers.place_menu import PlaceAct, for_owner
from handlers.say import assets as say
from handlers.trainings import Count
from models import assets, rounds, upkeep, upkeep_rounds
from models.assets import Told
from models.calendar import local
from models.outbox import Outgoing
from models.owners import is_time
from models.people import Actor, Can, Person, actor_of
from models.places import Place
from models.rules import rules_of
from models.upkeep import KINDS

NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Proof(Photos):
    """One picture, or a tap that there is none: either is enough."""

    at_most: int = 1
    files: bool = False

    def options(self, answers: Answers) -> Sequence[Option]:  # noqa: ARG002
        return (Option(NONE, say.NO_PICTURE),)

    def read(self, said: Said, answers: Answers) -> list[dict[str, Any]]:
        if said.choice == NONE or said.text.strip() == say.NO_PICTURE:
            return []
        return super().read(said, answers)

    def is_enough(self, value: Any) -> bool:  # noqa: ARG002
        return True


async def show(_: Update, context: Context) -> None:
    """「器材证照」 of a place."""
    _say_list(context, context.pressed["p"], int(context.pressed.get("page", 0)))


def _say_list(context: Context, place_id: int, page: int = 0, note: str = "") -> None:
    context.say(_list(context, place_id, note, page))


def _list(context: Context, place_id: int, note: str = "", page: int = 0) -> Card:
    place, found = context.read(assets.of_place, place_id)
    keeps = assets.keeps(context.actor, place)
    return looks.list_card(place, found, context.today, keeps=keeps, page=page, note=note)


async def new(_: Update, context: Context) -> None:
    """「登记一项」: what a place of this kind most likely has, or all the rest."""
    place = context.read(assets.keep, context.pressed["p"])
    wants_all = bool(context.pressed.get("all"))
    kinds = looks.all_kinds(place.kind) if wants_all else upkeep.common_at(place.kind)
    context.say(looks.kinds_card(place, kinds, more=not wants_all))


async def begin(_: Update, context: Context) -> None:
    """A kind was chosen."""
    place = context.read(assets.keep, context.pressed["p"])
    context.begin("asset.add", {"place": place.id, **_about(context, place, context.pressed["k"])})


def _about(context: Context, place: Place, kind: str) -> Answers:
    found = upkeep.kind_at(kind, place.kind, rules_of(context.visit.session).upkeep)
    return {"kind": kind, "label": found.label, "unit": found.unit, "act": found.act, "first": found.first,
            "today": context.today.isoformat()}  # fmt: skip


def submit_new(context: Context, answers: Answers) -> Card:
    """Put it on the list."""
    made = context.run(assets.add, answers["place"], _told(answers))
    return _list(context, made.place_id, say.KEPT.format(label=made.label))


def _told(answers: Answers) -> Told:
    made, done = (date.fromisoformat(answers[key]) if answers.get(key) else None for key in ("made", "done"))
    return Told(str(answers["kind"]), made, done, int(answers.get("count", 1)))


async def open_(_: Update, context: Context) -> None:
    """One thing with its history."""
    found, _place = context.read(assets.asset_for, context.pressed["a"])
    context.say(looks.asset_card(found, context.read(assets.history, found.id), context.today))


async def photos(_: Update, context: Context) -> None:
    """「看照片」."""
    events = context.read(assets.history, context.pressed["a"])
    shown = tuple((kind, file_id) for event in events for kind, file_id, _ in event.media)
    context.say(card(say.LIST if shown else say.NO_PHOTOS, media=shown), new=True)


async def edit(_: Update, context: Context) -> None:
    """「改数量和年月」."""
    found, place = context.read(assets.asset_for, context.pressed["a"])
    context.begin("asset.edit", {"asset": found.id, **_about(context, place, found.kind)})


def submit_edit(context: Context, answers: Answers) -> Card:
    """What the name plate really says."""
    found = context.run(assets.correct, answers["asset"], _told(answers))
    return _list(context, found.place_id, say.KEPT.format(label=found.label))


async def renew(_: Update, context: Context) -> None:
    """「已办理」: the first of two taps; the second is a picture, or that there is none."""
    due = date.fromisoformat(context.pressed["due"])
    found, _place = context.read(assets.due_still, context.pressed["a"], due)
    context.begin("asset.done", {"asset": found.id, "label": found.label, "due": due.isoformat()})


def submit_done(context: Context, answers: Answers) -> Card:
    """It was serviced, renewed or replaced today."""
    due = date.fromisoformat(answers["due"])
    found, _place = context.read(assets.due_still, answers["asset"], due)
    act = found.due_act
    context.run(assets.done, found.id, due, media=media(answers.get("photo")))
    told = say.RENEWED.format(label=found.label, act=KINDS[found.kind].named(act))
    return _list(context, found.place_id, told + (f"。{say.REPLACED}" if act == upkeep.SCRAP else ""))


async def ask_end(_: Update, context: Context) -> None:
    """「没有这一项了」: asked once more."""
    found, _place = context.read(assets.asset_for, context.pressed["a"])
    ways = [Button(say.END_YES, "asset.ended", {"a": found.id}),
            Button(say.BACK, "asset.list", {"p": found.place_id}, once=False)]  # fmt: skip
    context.say(card(bold(say.END_SURE.format(label=found.label)), buttons=[ways]))


async def end(_: Update, context: Context) -> None:
    """「确定撤下」."""
    found, _place = context.read(assets.asset_for, context.pressed["a"])
    context.run(assets.end, found.id)
    _say_list(context, found.place_id, note=say.ENDED.format(label=found.label))


async def due(_: Update, context: Context) -> None:
    """「到期清单」: of the own area, or of the own places."""
    tab, page = str(context.pressed.get("tab", "soon")), int(context.pressed.get("page", 0))
    day = context.today + (looks.SOON if tab == "soon" else -looks.DAY)
    total = context.read(upkeep_rounds.count_due, day)
    page = min(page, max(0, (total - 1) // looks.A_LONG_PAGE))
    found = context.read(upkeep_rounds.due_by, day, limit=looks.A_LONG_PAGE, offset=page * looks.A_LONG_PAGE)
    context.say(looks.due_card(found, total, context.today, tab, page))


def reminder(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render, for a responsible person, what is due at their places; nothing when all is done or the day is over."""
    day = local(now).date()
    if row.about["date"] != day.isoformat():
        return None
    found = upkeep_rounds.told_to(s, actor_of(s, person), day, row.about.get("missed", 0))
    return looks.reminder_card(found, day) if found else None


def remind(s: Session, *, now: datetime) -> None:
    """Once a day, from the morning's digest on: clocks follow their places, responsible people hear what is due."""
    if is_time(s, now) and not rounds.is_done(s, upkeep_rounds.ROUND, now=now):
        upkeep_rounds.settle(s, now=now)
        upkeep_rounds.queue_reminders(s, now=now)
        rounds.mark_done(s, upkeep_rounds.ROUND, now=now)


def fact(s: Session, who: Actor, place: Place, now: datetime) -> str | Text | None:
    """Tell on the card of a place what has run out there."""
    del who
    return looks.fact(assets.standing(s, place.id or 0), local(now).date())


def _sees(s: Session, who: Actor, place: Place) -> bool:
    return for_owner(s, who, place) or who.reaches(Can.SEE_PLACES, place.area_path)


def _ask_made(answers: Answers) -> str:
    return (say.MADE_ASK_PIECE if answers.get("unit") else say.MADE_ASK_PAPER).format(label=answers["label"])


def _is_old(answers: Answers) -> bool:
    """A piece whose first service should have been by now may have had one."""
    if not answers.get("unit") or answers.get("first") is None or "made" not in answers:
        return False
    due_on = upkeep.later(date.fromisoformat(answers["made"]), int(answers["first"]))
    return due_on <= date.fromisoformat(answers["today"])


DATED: tuple[Field, ...] = (
    Count(key="count", label=say.COUNT_LABEL, ask=lambda a: say.COUNT_ASK.format(**a), offered=(1, 2, 4), least=1,
          most=assets.MOST, unit="{n}", when=lambda a: bool(a.get("unit"))),
    Month(key="made", label=say.MADE_LABEL, ask=_ask_made),
    Month(key="done", label=say.DONE_LABEL, ask=lambda a: say.LAST_ASK.format(**a), optional=True, when=_is_old),
)  # fmt: skip
FORMS: tuple[Form, ...] = (
    Form("asset.add", say.FORM_ADD, DATED, submit_new, review=False),
    Form("asset.edit", say.FORM_EDIT, DATED, submit_edit, review=False),
    Form("asset.done", say.FORM_DONE, submit=submit_done, review=False, fields=(
        Proof(key="photo", label=say.PROOF_LABEL, ask=lambda a: say.PROOF_ASK.format(**a)),
    )),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    command("upkeep", due, say.UPKEEP, can=Can.SEE_PLACES, help=say.UPKEEP_HELP),
    command("mydue", due, say.MINE, can=Can.MEND, help=say.MINE_HELP),
    press("asset.due", due), press("asset.list", show), press("asset.new", new), press("asset.add", begin),
    press("asset.open", open_), press("asset.photos", photos), press("asset.edit", edit), press("asset.done", renew),
    press("asset.end", ask_end), press("asset.ended", end),
)  # fmt: skip
NOTICES: tuple[Notice, ...] = (Notice(upkeep_rounds.NOTICE, reminder, holds=True),)
CHORES: tuple[Chore, ...] = (Chore("remind_upkeep", remind),)
PLACE_ACTS = (PlaceAct(say.LIST, "asset.list", _sees),)
PLACE_FACTS = (fact,)
