"""Duties: what waits for me, handing in that it is done, and how far the posts are - never how far a person is."""

from typing import Any

from sqlmodel import Session, col, select
from telegram import Update

from bot.cards import Button, Card, bold, card, lines, quote
from bot.context import Context
from bot.fields import Answers, Photos, Text
from bot.forms import Form
from bot.routes import Route, command, press
from handlers.looks_due import day_in_words
from handlers.say import tasks as say
from models import tasks
from models.areas import Area
from models.calendar import day_name
from models.people import Actor, Can
from models.rules import rules_of
from models.tasks import Duty, DutyInstance, Progress

MOST = 12
Turn = tuple[DutyInstance, Duty]


async def mine(_: Update, context: Context) -> None:
    """`/tasks`: the turns that wait for me, the nearest day first."""
    found = context.read(tasks.my_duties)
    head = bold(say.MINE_HEAD.format(n=len(found))) if found else say.MINE_NONE
    rows = [[_turn_button(context, turn, "task.show")] for turn in found[:MOST]]
    context.say(card(head, say.MINE_HOW if found else None, buttons=rows))


async def show(_: Update, context: Context) -> None:
    """One of my turns: what is asked, by when, and handing it in."""
    context.say(_turn_card(context, *context.read(tasks.duty_for, context.pressed["t"])))


async def submit(_: Update, context: Context) -> None:
    """「提交完成情况」; what somebody at the same post has handed in already is shown instead."""
    instance, duty = context.read(tasks.duty_for, context.pressed["t"])
    if instance.state in tasks.WAITING:
        context.begin("task.submit", {"turn": instance.id, "title": duty.title})
    else:
        context.say(_turn_card(context, instance, duty))


async def board(_: Update, context: Context) -> None:
    """`/board`: counts per post, and what waits to be checked by somebody else than its sender."""
    counted = context.run(tasks.board)
    waiting = context.read(_to_check)
    rows = [[_turn_button(context, turn, "task.check")] for turn in waiting[:MOST]]
    head = bold(say.BOARD_HEAD.format(year=context.today.year)) if counted else say.BOARD_NONE
    more = say.CHECK_HEAD.format(n=len(waiting)) if waiting else None
    context.say(card(head, *(_progress_line(context, found) for found in counted), more, buttons=rows))


async def check(_: Update, context: Context) -> None:
    """What was handed in, with its pictures on request."""
    instance, duty = context.read(tasks.duty_for, context.pressed["t"], Can.SEE_DUTIES)
    args = {"t": instance.id}
    ways = [Button(say.ACCEPT, "task.accept", args), Button(say.RETURN, "task.return", args)]
    pictures = [Button(say.PICTURES, "task.pictures", args, once=False)] if instance.evidence_media else []
    told = lines(say.CHECK_WHAT, quote(instance.evidence_text))
    context.say(card(*_told(context, instance, duty), told, buttons=[ways, [*pictures, _board_button()]]))


async def pictures(_: Update, context: Context) -> None:
    """The pictures of a turn."""
    instance, duty = context.read(tasks.duty_for, context.pressed["t"], Can.SEE_DUTIES)
    media = tuple((kind, file_id) for kind, file_id, _ in instance.evidence_media)
    context.say(card(duty.title, media=media))


async def accept(_: Update, context: Context) -> None:
    """「核验通过」."""
    instance = context.run(tasks.accept, context.pressed["t"])
    duty = context.visit.session.get_one(Duty, instance.duty_id)
    context.say(card(bold(say.ACCEPTED.format(title=duty.title)), buttons=[[_board_button()]]))


async def give_back(_: Update, context: Context) -> None:
    """「退回」: with a reason."""
    instance, duty = context.read(tasks.duty_for, context.pressed["t"], Can.SEE_DUTIES)
    context.begin("task.return", {"turn": instance.id, "title": duty.title})


def _turn_button(context: Context, turn: Turn, verb: str) -> Button:
    instance, duty = turn
    late = (context.today - instance.due_on).days
    when = say.LATE.format(n=late) if late > 0 else day_name(instance.due_on)
    area = f"（{_area(context, instance)}）" if duty.every_village else ""
    return Button(f"{when}  {duty.title}{area}", verb, {"t": instance.id}, once=False)


def _turn_card(context: Context, instance: DutyInstance, duty: Duty) -> Card:
    ways = [Button(say.SUBMIT, "task.submit", {"t": instance.id})] if instance.state in tasks.WAITING else []
    back = Button(say.LIST, "task.mine", once=False)
    told = _told(context, instance, duty)
    return card(*told, say.STATE.get(instance.state), buttons=[ways, [back]])


def _board_button() -> Button:
    return Button(say.BOARD, "task.board", once=False)


def _area(context: Context, instance: DutyInstance) -> str:
    return context.visit.session.get_one(Area, instance.area_id).name


def _told(context: Context, instance: DutyInstance, duty: Duty) -> list[Any]:
    late = (context.today - instance.due_on).days
    left = say.LATE.format(n=late) if late > 0 else say.SOON.format(n=-late) if late else say.TODAY
    remark = say.POSTPONED if instance.state == tasks.POSTPONED else say.SENT_BACK
    return [
        bold(duty.title) + (f"  {duty.clause}" if duty.clause else ""),
        say.AREA.format(area=_area(context, instance)),
        say.DUE.format(day=day_in_words(instance.due_on)) + f"，{left}",
        say.EVIDENCE.format(evidence=duty.evidence) if duty.evidence else None,
        remark.format(reason=instance.remark) if instance.remark else None,
    ]


def _progress_line(context: Context, found: Progress) -> Any:
    post = rules_of(context.visit.session).posts.get(found.post, found.post or say.NO_POST)
    counts = say.BOARD_LINE.format(total=found.total, done=found.done, submitted=found.submitted)
    late = say.BOARD_LATE.format(late=found.late) if found.late else ""
    return bold(post) + f"\n　{counts}{late}"


def _to_check(s: Session, who: Actor) -> list[Turn]:
    """What was handed in by others and lies in the actor's scope, the oldest first."""
    rows = s.exec(
        select(DutyInstance, Duty)
        .join(Duty, col(DutyInstance.duty_id) == col(Duty.id))
        .where(DutyInstance.state == tasks.SUBMITTED, DutyInstance.submitted_by != who.id)
        .order_by(col(DutyInstance.submitted_at))
    )
    return [(instance, duty) for instance, duty in rows if who.reaches(Can.SEE_DUTIES, instance.area_path)]


def _hand_in(context: Context, answers: Answers) -> Card:
    media = [[m["kind"], m["file_id"], m["unique_id"]] for m in answers.get("photos", ())]
    context.run(tasks.submit, answers["turn"], text=str(answers["text"]), media=media)
    back = Button(say.LIST, "task.mine", once=False)
    return card(bold(say.SUBMITTED.format(title=answers["title"])), say.SUBMITTED_NEXT, buttons=[[back]])


def _hand_back(context: Context, answers: Answers) -> Card:
    context.run(tasks.send_back, answers["turn"], reason=str(answers["reason"]))
    return card(bold(say.RETURNED.format(title=answers["title"])), buttons=[[_board_button()]])


def _ask_text(answers: Answers) -> str:
    return say.TEXT_ASK.format(title=answers["title"])


def _ask_reason(answers: Answers) -> str:
    return say.REASON_ASK.format(title=answers["title"])


ROUTES: tuple[Route, ...] = (
    command("tasks", mine, say.LIST, can=Can.DO_DUTIES, often=3, help="责任清单里等我办的事"),
    command("board", board, say.BOARD, can=Can.SEE_DUTIES, often=4, help="各岗位任务办到哪一步"),
    press("task.mine", mine, can=Can.DO_DUTIES),
    press("task.show", show, can=Can.DO_DUTIES),
    press("task.submit", submit, can=Can.DO_DUTIES),
    press("task.board", board, can=Can.SEE_DUTIES),
    press("task.check", check, can=Can.SEE_DUTIES),
    press("task.pictures", pictures, can=Can.SEE_DUTIES),
    press("task.accept", accept, can=Can.SEE_DUTIES),
    press("task.return", give_back, can=Can.SEE_DUTIES),
)
FORMS: tuple[Form, ...] = (
    Form(
        "task.submit", say.FORM_TITLE,
        (Text(key="text", label=say.TEXT_LABEL, ask=_ask_text, at_most=2000),
         Photos(key="photos", label=say.PHOTOS_LABEL, ask=say.PHOTOS_ASK, optional=True, files=False)),
        _hand_in,
    ),
    Form("task.return", say.RETURN_TITLE,
         (Text(key="reason", label=say.REASON_LABEL, ask=_ask_reason, at_most=500),), _hand_back,
         submit_label=say.RETURN),
)  # fmt: skip
