"""Casework: officers and grid workers deal with hazards - send somebody, verify, repair, look again, close."""

from typing import Any

from telegram import Update

from bot.cards import Button, Card, card
from bot.context import Context
from bot.fields import Answers, Choice, Option, Photos, Text
from bot.forms import Form
from bot.routes import Route, command, press
from handlers import looks
from handlers.hazards import media
from handlers.say import common
from handlers.say import hazards as say
from models import hazards
from models.hazards import Hazard
from models.lifecycle import Act
from models.people import Can

AUTHORITIES = ("县消防救援机构", "供电所", "燃气企业或燃气主管部门", "市场监管", "公安派出所", "林业部门")
A_PAGE = 8
DAYS = ("1", "3", "7", "15", "30")


async def waiting(_: Update, context: Context) -> None:
    """「待办隐患」: what waits for this officer, urgent first."""
    page = int(context.pressed.get("page", 0))
    found = context.read(hazards.inbox_of)
    context.say(looks.hazard_list(found, say.INBOX_HEAD, say.INBOX_NONE, ("hazard.open", "hazard.list"), page))


async def search(update: Update, context: Context) -> None:
    """`/hazard 吹2026-0001`: one hazard by its number."""
    del update
    number = str(context.pressed.get("rest") or "").strip()
    if number:
        _show(context, context.read(hazards.by_number, number))
    else:
        context.say(card("请在后面写编号，比如：/hazard 吹2026-0001"))


async def open_one(_: Update, context: Context) -> None:
    """A hazard with the acts that are open now."""
    _show(context, context.read(hazards.hazard_for, context.pressed["id"], Can.SEE_HAZARDS))


async def assign(_: Update, context: Context) -> None:
    """「派给 …」."""
    hazard = context.run(hazards.assign, context.pressed["id"], context.pressed["to"])
    people = {p.id: p.name for p in context.read(hazards.candidates, hazard)}
    _show(context, hazard, say.ASSIGNED.format(name=people.get(hazard.assignee_id or 0, "")))


async def choose(_: Update, context: Context) -> None:
    """「派给别人…」: everybody who can be sent, some a page."""
    hazard = context.read(hazards.hazard_to, context.pressed["id"], Act.ASSIGNED)
    people = [p for p in context.read(hazards.candidates, hazard) if p.id != hazard.assignee_id]
    page = max(0, min(int(context.pressed.get("page", 0)), (len(people) - 1) // A_PAGE))
    shown = people[page * A_PAGE : (page + 1) * A_PAGE]
    rows = [[Button(f"派给 {p.name}", "hazard.assign", {"id": hazard.id, "to": p.id})] for p in shown]
    back = Button("◀ 返回", "hazard.open", {"id": hazard.id}, once=False)
    ways = [*rows, _turning(hazard, page, len(people)), [back]]
    context.say(card(looks.headline(hazard), say.CHOOSE_WHO if people else say.NOBODY, buttons=ways))


def _turning(hazard: Hazard, page: int, n: int) -> list[Button]:
    ways = ((common.PREVIOUS, page - 1), (common.NEXT_PAGE, page + 1))
    return [Button(label, "hazard.choose", {"id": hazard.id, "page": to}, once=False)
            for label, to in ways if 0 <= to <= (n - 1) // A_PAGE]  # fmt: skip


async def pictures(_: Update, context: Context) -> None:
    """「看照片」: all evidence, as a new message."""
    hazard = context.read(hazards.hazard_for, context.pressed["id"], Can.SEE_HAZARDS)
    found = hazards.evidence(context.visit.session, hazard)
    context.say(card(looks.headline(hazard), media=tuple((e.kind, e.file_id) for e in found)), new=True)


async def history(_: Update, context: Context) -> None:
    """「经过」: the file of the hazard."""
    hazard = context.read(hazards.hazard_for, context.pressed["id"], Can.SEE_HAZARDS)
    back = Button("◀ 返回", "hazard.open", {"id": hazard.id}, once=False)
    context.say(card(looks.history_text(context.visit.session, hazard), buttons=[[back]]))


def _opens(form: str, **known: Any) -> Any:
    async def begin(_: Update, context: Context) -> None:
        context.begin(form, {"hazard": context.pressed["id"], **known})

    return begin


def _show(context: Context, hazard: Hazard, head: str = "") -> None:
    context.say(_shown(context, hazard, head))


def _shown(context: Context, hazard: Hazard, head: str = say.DONE) -> Card:
    return looks.hazard_card(context.visit.session, context.actor, hazard, context.now, head)


def submit_confirm(context: Context, answers: Answers) -> Card:
    """属实: open the repair with its deadline."""
    days = int(answers["days"]) if answers.get("days") else None
    told, seen = str(answers.get("note") or ""), media(answers.get("photos"))
    spot = bool(answers.get("spot"))
    hazard = context.run(hazards.confirm, answers["hazard"], note=told, media=seen, days=days, on_spot=spot)
    return _shown(context, hazard)


def submit_reject(context: Context, answers: Answers) -> Card:
    """不属实, with the reason that the reporter reads."""
    seen = media(answers.get("photos"))
    return _shown(context, context.run(hazards.reject, answers["hazard"], note=answers["note"], media=seen))


def submit_rectified(context: Context, answers: Answers) -> Card:
    """已整改: the danger is gone, here is the picture."""
    told, seen = str(answers.get("note") or ""), media(answers.get("photos"))
    return _shown(context, context.run(hazards.rectified, answers["hazard"], note=told, media=seen))


def submit_recheck(context: Context, answers: Answers) -> Card:
    """复查: passed or sent back."""
    told, seen = str(answers.get("note") or ""), media(answers.get("photos"))
    passed = bool(answers["passed"])
    return _shown(context, context.run(hazards.recheck, answers["hazard"], passed=passed, note=told, media=seen))


def submit_refer(context: Context, answers: Answers) -> Card:
    """移送, with the authority and the reason."""
    to = str(answers["to"])
    return _shown(context, context.run(hazards.refer, answers["hazard"], to=to, note=answers["note"]))


def submit_merge(context: Context, answers: Answers) -> Card:
    """并案: this one points to the other."""
    first = context.read(hazards.by_number, answers["number"])
    return _shown(context, context.run(hazards.mark_duplicate, answers["hazard"], first.id))


class Authority(Choice):
    """Where a hazard is referred to: a button or any words."""

    def read(self, said: Any, answers: Answers) -> str:
        """Take a button, or the name of another authority."""
        typed: str = said.text.strip()
        return typed[:40] if said.choice is None and typed else super().read(said, answers)


def _photos(ask: str, *, optional: bool = True) -> Photos:
    return Photos(key="photos", label="照片", ask=ask, optional=optional)


def _note(ask: str, *, optional: bool = False) -> Text:
    return Text(key="note", label="说明", ask=ask, optional=optional, at_most=1000)


DAY_OPTIONS = [Option(days, "明天" if days == "1" else f"{days} 天") for days in DAYS]
FORMS = (
    Form("confirm", "核查属实", submit=submit_confirm, extra="note", review=False, fields=(
        _photos(say.CONFIRM_PHOTOS),
        Choice(key="days", label="期限", ask=say.CONFIRM_DAYS, choices=DAY_OPTIONS, when=lambda a: not a.get("spot")),
    )),
    Form("reject", "核查不属实", submit=submit_reject, extra="note", review=False, fields=(
        _note(say.REJECT_NOTE), _photos(say.CONFIRM_PHOTOS),
    )),
    Form("rectified", "报告已整改", submit=submit_rectified, extra="note", review=False, fields=(
        _photos(say.RECTIFIED_PHOTOS, optional=False),
    )),
    Form("recheck", "复查", submit=submit_recheck, extra="note", review=False, fields=(
        Text(key="note", label="说明", ask=say.FAIL_NOTE, at_most=1000, when=lambda a: not a.get("passed")),
        _photos(say.RECHECK_PHOTOS),
    )),
    Form("refer", "移送", submit=submit_refer, review=False, fields=(
        Authority(key="to", label="单位", ask=say.REFER_TO, choices=[Option(a, a) for a in AUTHORITIES]),
        _note(say.REFER_NOTE),
    )),
    Form("merge", "并案", submit=submit_merge, review=False, fields=(
        Text(key="number", label="编号", ask=say.MERGE_INTO, at_most=20),
    )),
)  # fmt: skip

ROUTES: tuple[Route, ...] = (
    command("hazards", waiting, "待办隐患", can=Can.SEE_HAZARDS, often=1, words=("待办",)),
    command("hazard", search, can=Can.SEE_HAZARDS),
    press("hazard.list", waiting, can=Can.SEE_HAZARDS),
    press("hazard.open", open_one, can=Can.SEE_HAZARDS),
    press("hazard.assign", assign, can=Can.SEE_HAZARDS),
    press("hazard.choose", choose, can=Can.SEE_HAZARDS),
    press("hazard.pictures", pictures, can=Can.SEE_HAZARDS),
    press("hazard.history", history, can=Can.SEE_HAZARDS),
    press("hazard.confirmed", _opens("confirm"), can=Can.VERIFY),
    press("hazard.spot", _opens("confirm", spot=True), can=Can.VERIFY),
    press("hazard.rejected", _opens("reject"), can=Can.VERIFY),
    press("hazard.rectified", _opens("rectified"), can=Can.RECTIFY),
    press("hazard.passed", _opens("recheck", passed=True), can=Can.RECHECK),
    press("hazard.failed", _opens("recheck", passed=False), can=Can.RECHECK),
    press("hazard.referred", _opens("refer"), can=Can.REFER),
    press("hazard.merged", _opens("merge"), can=Can.ASSIGN),
)
