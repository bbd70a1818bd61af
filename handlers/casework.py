"""Casework: officers and grid workers deal with hazards - send somebody, verify, repair, look again, close."""

from typing import Any

from telegram import Update

from bot.cards import Button, Card, card
from bot.context import Context
from bot.fields import Answers, Choice, Option, Photos, Text
from bot.forms import Form
from bot.routes import Route, press
from handlers import looks, looks_acts, prepared, similar
from handlers.hazards import media
from handlers.prepared import ClosingPhotos, Prepared
from handlers.say import common
from handlers.say import hazards as say
from handlers.say import queue as say_queue
from models import case_cards, hazards
from models.hazards import Hazard
from models.lifecycle import Act
from models.people import Can

AUTHORITIES = ("县消防救援机构", "供电所", "燃气企业或燃气主管部门", "市场监管", "公安派出所", "林业部门")
A_PAGE = 8
DAYS = ("0", "1", "3", "7", "15", "30")


async def open_one(_: Update, context: Context) -> None:
    """A hazard with the acts that are open now."""
    _show(context, context.read(hazards.hazard_for, context.pressed["id"], Can.SEE_HAZARDS))


def stale(context: Context, hazard: Hazard) -> None:
    """The card was older than the case: show it as it stands, and say what has happened since."""
    what = looks.last_move(context.visit.session, hazard)
    context.toast(say_queue.STALE.format(what=what) if what else say_queue.STALE_PLAIN)
    _show(context, hazard, what)


async def fresh(_: Update, context: Context) -> None:
    """A tap on a card that was used up: it becomes the case as it stands."""
    hazard = context.read(hazards.hazard_for, context.pressed["id"], Can.SEE_HAZARDS)
    context.toast(say_queue.STALE_PLAIN)
    _show(context, hazard)


async def assign(_: Update, context: Context) -> None:
    """「派给 …」; where somebody was quicker, it is said who."""
    seen = context.read(hazards.hazard_for, context.pressed["id"], Can.SEE_HAZARDS)
    was = context.pressed.get("was")
    if not _may(context, seen, Act.ASSIGNED, Act.HANDED_OVER) or was != seen.assignee_id:
        stale(context, seen)
        return
    hazard = context.run(hazards.assign, context.pressed["id"], context.pressed["to"])
    people = {p.id: p.name for p in context.read(hazards.candidates, hazard)}
    _show(context, hazard, say.ASSIGNED.format(name=people.get(hazard.assignee_id or 0, "")))


async def carry_on(_: Update, context: Context) -> None:
    """「仍要核查」: the reporter took it back, the township looks all the same."""
    _show(context, context.run(hazards.carry_on, context.pressed["id"]), say.CARRIED_ON)


async def choose(_: Update, context: Context) -> None:
    """「派给别人…」: everybody who can be sent, some a page."""
    hazard = context.read(hazards.hazard_to, context.pressed["id"], Act.ASSIGNED)
    people = [p for p in context.read(hazards.candidates, hazard) if p.id != hazard.assignee_id]
    page = max(0, min(int(context.pressed.get("page", 0)), (len(people) - 1) // A_PAGE))
    shown = people[page * A_PAGE : (page + 1) * A_PAGE]
    rows = [[looks_acts.assign_button(hazard, p)] for p in shown]
    back = Button("◀ 返回", "hazard.open", {"id": hazard.id}, once=False)
    ways = [*rows, _turning(hazard, page, len(people)), [back]]
    context.say(card(looks.headline(hazard), say.CHOOSE_WHO if people else say.NOBODY, buttons=ways))


def _turning(hazard: Hazard, page: int, n: int) -> list[Button]:
    ways = ((common.PREVIOUS, page - 1), (common.NEXT_PAGE, page + 1))
    return [Button(label, "hazard.choose", {"id": hazard.id, "page": to}, once=False)
            for label, to in ways if 0 <= to <= (n - 1) // A_PAGE]  # fmt: skip


async def history(_: Update, context: Context) -> None:
    """「经过」: the file of the hazard."""
    hazard = context.read(hazards.hazard_for, context.pressed["id"], Can.SEE_HAZARDS)
    back = Button("◀ 返回", "hazard.open", {"id": hazard.id}, once=False)
    context.say(card(looks.history_text(context.visit.session, hazard), buttons=[[back]]))


def _may(context: Context, hazard: Hazard, *acts: Act) -> bool:
    relation = context.read(hazards.relation_of, hazard)
    return bool({*acts} & {*hazards.moves(hazard, context.actor, relation)})


def _opens(form: str, act: Act, **known: Any) -> Any:
    async def begin(_: Update, context: Context) -> None:
        hazard = context.read(hazards.hazard_for, context.pressed["id"], Can.SEE_HAZARDS)
        if _may(context, hazard, act):
            context.begin(form, {"hazard": hazard.id, **known, **prepared.known(context, hazard, act)})
        else:
            stale(context, hazard)

    return begin


def _show(context: Context, hazard: Hazard, head: str = "") -> None:
    context.say(looks.card_for(context, hazard, head))


async def confirmed(_: Update, context: Context) -> None:
    """「属实，限期整改」: what has come back may only be given half the days."""
    hazard = context.read(hazards.hazard_for, context.pressed["id"], Can.SEE_HAZARDS)
    if _may(context, hazard, Act.CONFIRMED):
        most = hazards.longest_period(context.visit.session, hazard)
        context.begin("confirm", {"hazard": hazard.id, "most": most})
    else:
        stale(context, hazard)


def _handed_in(context: Context, hazard: Hazard) -> Card:
    """The result of a form; the card that the form was begun from is shown anew as well."""
    case_cards.redraw_for(context.visit.session, hazard.id or 0, context.actor.id, now=context.now)
    return looks.card_for(context, hazard, say.DONE)


def submit_confirm(context: Context, answers: Answers) -> Card:
    """属实: open the repair with its deadline."""
    days = int(answers["days"]) if answers.get("days") else None
    told, seen = str(answers.get("note") or ""), media(answers.get("photos"))
    hazard = context.run(hazards.confirm, answers["hazard"], note=told, media=seen, days=days)
    return _handed_in(context, hazard)


def submit_reject(context: Context, answers: Answers) -> Card:
    """不属实, with the reason that the reporter reads."""
    seen = media(answers.get("photos"))
    return _handed_in(context, context.run(hazards.reject, answers["hazard"], note=answers["note"], media=seen))


def submit_rectified(context: Context, answers: Answers) -> Card:
    """已整改: the danger is gone, here is the picture."""
    told, seen = str(answers.get("note") or ""), media(answers.get("photos"))
    return _handed_in(context, context.run(hazards.rectified, answers["hazard"], note=told, media=seen))


def submit_recheck(context: Context, answers: Answers) -> Card:
    """复查: passed or sent back."""
    told, seen = str(answers.get("note") or ""), media(answers.get("photos"))
    passed = bool(answers["passed"])
    return _handed_in(context, context.run(hazards.recheck, answers["hazard"], passed=passed, note=told, media=seen))


def submit_refer(context: Context, answers: Answers) -> Card:
    """移送, with the authority and the reason."""
    to = str(answers["to"])
    return _handed_in(context, context.run(hazards.refer, answers["hazard"], to=to, note=answers["note"]))


def submit_merge(context: Context, answers: Answers) -> Card:
    """并案 by a typed number: one wrong digit names a stranger's case, so the other one is looked at first."""
    other = context.read(hazards.by_number, answers["number"])
    first = context.read(hazards.merge_target, answers["hazard"], other.id or 0)
    hazard = context.read(hazards.hazard_for, answers["hazard"], Can.ASSIGN)
    return similar.confirm_card(context.visit.session, hazard, first)


class Authority(Choice):
    """Where a hazard is referred to: a button or any words."""

    def read(self, said: Any, answers: Answers) -> str:
        """Take a button, or the name of another authority."""
        typed: str = said.text.strip()
        return typed[:40] if said.choice is None and typed else super().read(said, answers)


def _photos(ask: str, *, optional: bool = True) -> Photos:
    return Photos(key="photos", label="照片", ask=ask, optional=optional)


def _is_read(answers: Answers) -> bool:
    """Whether the reporter will read words of a second look: then they are shown before."""
    return bool(answers.get("passed") and answers.get("note"))


def _recheck_note(answers: Answers) -> str:
    return say_queue.CLOSING if answers.get("passed") else say.FAIL_NOTE


def _day_options(answers: Answers) -> list[Option]:
    near = {"0": "今天", "1": "明天"}
    return [Option(days, near.get(days, f"{days} 天")) for days in DAYS if int(days) <= int(answers["most"])]


FORMS = (
    Form("confirm", "核查属实", submit=submit_confirm, extra="note", review=False, fields=(
        _photos(say.CONFIRM_PHOTOS),
        Choice(key="days", label="期限", ask=say.CONFIRM_DAYS, choices=_day_options),
    )),
    Form("reject", "核查不属实", submit=submit_reject, extra="note", remark=prepared.remark, fields=(
        Prepared(key="note", label="理由", ask=say.REJECT_NOTE, at_most=1000), _photos(say.CONFIRM_PHOTOS),
    )),
    Form("rectified", "报告已整改", submit=submit_rectified, extra="note", review=False, fields=(
        _photos(say.RECTIFIED_PHOTOS, optional=False),
    )),
    Form("recheck", "复查", submit=submit_recheck, extra="note", remark=prepared.remark, review=_is_read, fields=(
        Prepared(key="note", label="说明", ask=_recheck_note, at_most=1000,
                 when=lambda a: not a.get("passed") or bool(a.get("closing"))),
        ClosingPhotos(key="photos", label="照片", ask=say.RECHECK_PHOTOS, optional=True),
    )),
    Form("refer", "移送", submit=submit_refer, extra="note", remark=prepared.remark, fields=(
        Authority(key="to", label="单位", ask=say.REFER_TO, choices=[Option(a, a) for a in AUTHORITIES]),
        Prepared(key="note", label="理由", ask=say.REFER_NOTE, at_most=1000),
    )),
    Form("merge", "并案", submit=submit_merge, review=False, fields=(
        Text(key="number", label="编号", ask=say.MERGE_INTO, at_most=20),
    )),
)  # fmt: skip

ROUTES: tuple[Route, ...] = (
    press("hazard.open", open_one, can=Can.SEE_HAZARDS),
    press("hazard.assign", assign, can=Can.SEE_HAZARDS, used=fresh),  # who assigns or decides: the operation looks
    press("hazard.choose", choose, can=Can.SEE_HAZARDS),
    press("hazard.carried", carry_on, can=Can.ASSIGN),
    press("hazard.history", history, can=Can.SEE_HAZARDS),
    press("hazard.confirmed", confirmed, can=Can.VERIFY, used=fresh),
    press("hazard.rejected", _opens("reject", Act.REJECTED), can=Can.VERIFY, used=fresh),
    press("hazard.rectified", _opens("rectified", Act.RECTIFIED), can=Can.RECTIFY, used=fresh),
    press("hazard.passed", _opens("recheck", Act.PASSED, passed=True), can=Can.RECHECK, used=fresh),
    press("hazard.failed", _opens("recheck", Act.FAILED, passed=False), can=Can.RECHECK, used=fresh),
    press("hazard.referred", _opens("refer", Act.REFERRED), can=Can.REFER, used=fresh),
    press("hazard.merged", _opens("merge", Act.MERGED), can=Can.ASSIGN, used=fresh),
)
