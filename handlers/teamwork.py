"""Teamwork on a case: called posts report in (吹哨报到), and whoever has a conflict of interest is kept out."""

from datetime import datetime
from typing import Any

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, bold, card, lines
from bot.context import Context
from bot.fields import Answers, Option, Several
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, command, press
from handlers import looks
from handlers.notices import officers_of, to_officers
from handlers.place_menu import PlaceAct, for_staff
from handlers.say import teamwork as say
from models import calls, hazards, places, recusals, teamwork
from models.calendar import local
from models.hazards import Hazard
from models.lifecycle import OPEN, Act
from models.people import Actor, Can
from models.recusals import Recusal
from models.routing import post_name
from models.rules import rules_of

SHOWN = 10


async def menu(_: Update, context: Context) -> None:
    """「协同…」: call posts, step back, let a colleague step back."""
    hazard, args = _seen(context), {"id": context.pressed["id"]}
    acts = hazards.moves(hazard, context.actor)
    call = [Button(say.CALL, "team.call", args)] if Act.CALLED in acts else []
    sends = context.actor.reaches(Can.ASSIGN, hazard.area_path) or context.actor.reaches(Can.DECIDE, hazard.area_path)
    involve = [Button(say.INVOLVE, "team.colleagues", args, once=False)] if sends else []
    rows = [call, [Button(say.RECUSE, "team.recuse", args, once=False), *involve], [_back(hazard)]]
    context.say(card(looks.headline(hazard), say.TEAM_HEAD, buttons=rows))


async def report_in(_: Update, context: Context) -> None:
    """「报到」: one tap."""
    hazard = context.run(teamwork.report_in, context.pressed["id"])
    context.say(looks.card_for(context, hazard, say.REPORTED_IN))


async def call(_: Update, context: Context) -> None:
    """「吹哨叫人」: which posts."""
    hazard = context.read(hazards.hazard_to, context.pressed["id"], Act.CALLED)
    s = context.visit.session
    free = [[code, post_name(rules_of(s), code)] for code in teamwork.callable_posts(s, hazard)]
    if not free:
        context.say(card(looks.headline(hazard), say.CALL_NOBODY, buttons=[[_back(hazard)]]))
        return
    context.begin("whistle", {"hazard": hazard.id, "free": free})


def submit_call(context: Context, answers: Answers) -> Card:
    """Call the posts that were ticked."""
    posts = answers["posts"]["on"]
    if not posts:
        hazard = context.read(hazards.hazard_for, answers["hazard"], Can.SEE_HAZARDS)
        return looks.card_for(context, hazard, say.NOT_CALLED)
    return looks.card_for(context, context.run(teamwork.call, answers["hazard"], posts), say.CALLED)


async def ask_recuse(_: Update, context: Context) -> None:
    """「我要回避」 on a case: why."""
    hazard = _seen(context)
    reasons = [Button(label, "team.recused", {"id": hazard.id, "why": why}) for why, label in say.WHYS.items()]
    context.say(card(looks.headline(hazard), say.RECUSE_ASK, buttons=[reasons, [_back(hazard)]]))


async def recuse(_: Update, context: Context) -> None:
    """Somebody is out of a case; nothing of it is shown to them any more."""
    context.run(recusals.recuse, context.pressed["id"], context.pressed["why"])
    context.say(card(say.RECUSED))


async def ask_recuse_place(_: Update, context: Context) -> None:
    """「我要回避」 on a place: why."""
    place = context.read(places.place_for, context.pressed["p"])
    reasons = [Button(label, "team.recused_place", {"p": place.id, "why": why}) for why, label in say.WHYS.items()]
    back = Button("◀ 返回", "place.show", {"p": place.id}, once=False)
    context.say(card(bold(place.name), say.RECUSE_PLACE_ASK.format(name=place.name), buttons=[reasons, [back]]))


async def recuse_place(_: Update, context: Context) -> None:
    """Somebody is out of all cases of a place."""
    place = context.run(recusals.recuse_from_place, context.pressed["p"], context.pressed["why"])
    context.say(card(say.RECUSED_PLACE.format(name=place.name)))


async def colleagues(_: Update, context: Context) -> None:
    """「同事要回避」: which one; everybody on the case line is on the list."""
    hazard = context.read(hazards.hazard_to, context.pressed["id"], Act.ASSIGNED)
    found = context.read(recusals.involvable, hazard)
    names = [Button(person.name, "team.involved", {"id": hazard.id, "p": person.id}) for person in found]
    rows = [names[i : i + 2] for i in range(0, len(names), 2)]
    context.say(card(looks.headline(hazard), say.INVOLVE_ASK, buttons=[*rows, [_back(hazard)]]))


async def involve(_: Update, context: Context) -> None:
    """A colleague is kept out from now on."""
    hazard = context.read(hazards.hazard_to, context.pressed["id"], Act.ASSIGNED)
    found = {person.id: person.name for person in context.read(recusals.involvable, hazard)}
    context.run(recusals.involve, context.pressed["id"], context.pressed["p"])
    context.say(looks.card_for(context, hazard, say.INVOLVED.format(name=found[context.pressed["p"]])))


async def standing(_: Update, context: Context) -> None:
    """「回避名单」, for the fire post."""
    found = context.read(recusals.standing)[:SHOWN]
    if not found:
        context.say(card(bold(say.RECUSALS), say.RECUSALS_NONE))
        return
    told = [say.RECUSAL.format(name=each.person.name, what=_what(each), why=recusals.WHYS[each.conflict.why],
                               day=f"{local(each.conflict.since):%m月%d日}") for each in found]  # fmt: skip
    rows = [[Button(say.END.format(name=each.person.name, what=_what(each)), "team.end", {"c": each.conflict.id})]
            for each in found]  # fmt: skip
    context.say(card(bold(say.RECUSALS), lines(*told), buttons=rows))


async def ask_end(_: Update, context: Context) -> None:
    """「解除」: asked once more."""
    found = next((e for e in context.read(recusals.standing) if e.conflict.id == context.pressed["c"]), None)
    if found is None:
        await standing(_, context)
        return
    yes = Button(say.END_YES, "team.ended", {"c": found.conflict.id})
    back = Button("◀ 返回", "team.recusals", once=False)
    context.say(card(say.END_SURE.format(name=found.person.name, what=_what(found)), buttons=[[yes, back]]))


async def end(_: Update, context: Context) -> None:
    """Somebody may work on it again."""
    found = context.run(recusals.end, context.pressed["c"])
    back = Button("◀ " + say.RECUSALS, "team.recusals", once=False)
    context.say(card(say.ENDED.format(name=found.person.name, what=_what(found)), buttons=[[back]]))


def _what(found: Recusal) -> str:
    if found.hazard is not None:
        return found.hazard.number
    return say.PLACE.format(name=found.place.name if found.place else "")


def _seen(context: Context) -> Hazard:
    return context.read(hazards.hazard_for, context.pressed["id"], Can.SEE_HAZARDS)


def _back(hazard: Hazard) -> Button:
    return Button("◀ 返回", "hazard.open", {"id": hazard.id}, once=False)


def _is_open(s: Session, who: Actor, hazard: Hazard, now: datetime) -> bool:
    del s, who, now
    return hazard.step in OPEN


def _is_called(s: Session, who: Actor, hazard: Hazard, now: datetime) -> bool:
    return _is_open(s, who, hazard, now) and bool(calls.called_for(s, who, hazard))


def _is_missing(s: Session, who: Actor, hazard: Hazard, now: datetime) -> bool:
    waiting = [each for each in calls.calls_of(s, hazard.id or 0) if each.reported_in_at is None and each.due_at < now]
    return _is_open(s, who, hazard, now) and bool(waiting)


def _is_unassigned(s: Session, who: Actor, hazard: Hazard, now: datetime) -> bool:
    return _is_open(s, who, hazard, now) and hazard.assignee_id is None


def _posts(answers: Answers) -> list[Option]:
    return [Option(code, name) for code, name in answers["free"]]


STILL: dict[str, Any] = {
    "hazard.called": _is_called, "hazard.led": _is_open, "hazard.reported_in": _is_open,
    "hazard.uncalled": _is_missing, "hazard.recused": _is_unassigned, "hazard.risen": _is_unassigned,
}  # fmt: skip
NOTICES = tuple(Notice(what, to_officers(what, title, STILL[what]), owner=officers_of)
                for what, title in say.TITLES.items())  # fmt: skip
FORMS = (
    Form("whistle", say.CALL, submit=submit_call, review=False, fields=(
        Several(key="posts", label=say.CALL_LABEL, ask=say.CALL_ASK, choices=_posts, done=say.CALL_DONE,
                none=say.CALL_NONE, mark="✅"),
    )),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    command("recusals", standing, say.RECUSALS, can=Can.REFER, help=say.RECUSALS_HELP, words=("回避",)),
    press("team.menu", menu, can=Can.SEE_HAZARDS),
    press("team.report_in", report_in, can=Can.SEE_HAZARDS),
    press("team.call", call, can=Can.ASSIGN),
    press("team.recuse", ask_recuse, can=Can.SEE_HAZARDS),
    press("team.recused", recuse, can=Can.SEE_HAZARDS),
    press("team.recuse_place", ask_recuse_place, can=Can.SEE_HAZARDS),
    press("team.recused_place", recuse_place, can=Can.SEE_HAZARDS),
    press("team.colleagues", colleagues, can=Can.SEE_HAZARDS),
    press("team.involved", involve, can=Can.SEE_HAZARDS),
    press("team.recusals", standing, can=Can.REFER),
    press("team.end", ask_end, can=Can.REFER),
    press("team.ended", end, can=Can.REFER),
)
PLACE_ACTS = (PlaceAct(say.RECUSE, "team.recuse_place", for_staff(Can.SEE_HAZARDS, closed=True)),)
