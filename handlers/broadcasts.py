"""Broadcasts: written by an officer, looked at with its audience, let go by another, and stopped when need be."""

import secrets
from typing import Any

from telegram import Update

from bot.cards import Button, Card, bold, card
from bot.context import Context
from bot.fields import Answers
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, command, press
from handlers import composing, looks_broadcasts, quizzes, suggesting
from handlers.looks_broadcasts import told_author
from handlers.say import push as say
from models import broadcasts, chats, deliveries
from models.base import Refused
from models.broadcasts import STAGE_NAMES, Broadcast, Kind, Stage
from models.outbox import notify
from models.people import Can, areas_for

AT_ONCE = 10  # buttons of what waits
NAMED = 30


async def home(_: Update, context: Context) -> None:
    """「发布提示」: what is under way, what the month suggests, and what can be written."""
    under_way = [[_opening(found)] for found in context.read(broadcasts.recent, limit=5)]
    ideas = suggesting.suggest(context.visit.session, context.actor, context.now)
    rows = [[Button(say.IDEA.format(number=n, title=i.title), "push.from", {"id": i.article}, once=False)]
            for n, i in enumerate(ideas, 1)]  # fmt: skip
    reasons = [say.IDEA_WHY.format(number=n, title=i.title, why=i.why) for n, i in enumerate(ideas, 1)]
    new = [Button(say.WRITE, "push.write", once=False), Button(say.WARN, "push.warn", once=False)]
    more = [Button(say.QUIZ_OUT, "quiz.compose", once=False), Button(say.CHATS, "chats.list", once=False)]
    context.say(card(bold(say.PUSH), say.PUSH_HOME, *reasons, buttons=[new, *rows, *under_way, more]))


def _opening(found: Broadcast) -> Button:
    label = say.UNDER_WAY.format(stage=STAGE_NAMES[Stage(found.stage)], title=found.title)
    return Button(label, "push.open", {"id": found.id}, once=False)


async def waiting(_: Update, context: Context) -> None:
    """「待批准的提示」: what waits for this person."""
    found = context.read(broadcasts.to_approve)
    told = say.TO_APPROVE if found else say.NOTHING_TO_APPROVE
    context.say(card(bold(say.APPROVALS), told, buttons=[[_opening(each)] for each in found[:AT_ONCE]]))


async def write(_: Update, context: Context) -> None:
    """「写一条」."""
    context.begin("push", _blank(context))


async def warn(_: Update, context: Context) -> None:
    """「发预警」."""
    context.begin("push.warning", _blank(context))


async def from_article(_: Update, context: Context) -> None:
    """A suggestion, or an article, as the beginning of a broadcast."""
    context.begin("push", {**_blank(context), **composing.from_article(str(context.pressed["id"]))})


def _blank(context: Context) -> dict[str, Any]:
    has_chats = chats.any_on(context.visit.session)
    slot = f"manual|{secrets.token_hex(8)}"
    return composing.blank(context.read(areas_for, Can.BROADCAST), has_chats=has_chats, slot=slot)


async def edit(_: Update, context: Context) -> None:
    """「改一改」: the same form again, filled in."""
    found = context.read(broadcasts.broadcast_for, context.pressed["id"], Can.BROADCAST)
    _begin_with(context, found, id=found.id)


async def again(_: Update, context: Context) -> None:
    """「照着再写一条」: a new broadcast that begins with the words of an old one."""
    _begin_with(context, context.read(broadcasts.broadcast_for, context.pressed["id"], Can.BROADCAST))


def _begin_with(context: Context, found: Broadcast, **more: Any) -> None:
    if found.kind == Kind.QUIZ:
        quizzes.begin_with(context, found, **more)
        return
    known = {**_blank(context), **composing.answers_of(found, context.now), **more}
    context.begin("push.warning" if found.kind == Kind.WARNING else "push", known)


def keep(context: Context, answers: Answers) -> Card:
    """The form handed in: a draft, which nobody gets yet."""
    written = composing.written(answers, context.now)
    if "id" in answers:
        found = context.run(broadcasts.revise, int(answers["id"]), written)
    else:
        found = context.run(broadcasts.draft, written)
    return _shown(context, found)


async def open_(_: Update, context: Context) -> None:
    """One broadcast with what can be done with it now."""
    context.say(_shown(context, _mine(context)))


def _mine(context: Context) -> Broadcast:
    return context.read(broadcasts.broadcast_for, context.pressed["id"], Can.BROADCAST, Can.APPROVE)


async def try_out(_: Update, context: Context) -> None:
    """「先发给我看看」."""
    found = _mine(context)
    notify(context.visit.session, context.actor.id, "broadcast.test", now=context.now, broadcast=found.id)
    context.toast(say.TRIED)


async def submit(_: Update, context: Context) -> None:
    """「提交审批」, or 「发布」 where no second person is asked for."""
    context.say(_shown(context, context.run(broadcasts.submit, context.pressed["id"])))


async def approve(_: Update, context: Context) -> None:
    """「批准发布」."""
    found = context.run(broadcasts.approve, context.pressed["id"], context.pressed["edition"])
    context.say(_shown(context, found))


async def give_back(_: Update, context: Context) -> None:
    """「退回修改」: with a reason; nobody writes one about what is decided already."""
    found = context.read(broadcasts.broadcast_for, context.pressed["id"], Can.APPROVE)
    if found.stage == Stage.WAITING:
        context.begin("push.return", {"id": found.id})
    else:
        context.say(_shown(context, found))


def handed_back(context: Context, answers: Answers) -> Card:
    """The reason handed in."""
    return _shown(context, context.run(broadcasts.give_back, int(answers["id"]), str(answers["reason"])))


async def cancel(_: Update, context: Context) -> None:
    """「停止发送」, 「不发了」, 「作废」: at once."""
    context.say(_shown(context, context.run(deliveries.cancel, context.pressed["id"])))


async def doubts(_: Update, context: Context) -> None:
    """Who may or may not have got it; nobody gets it twice."""
    names = context.read(deliveries.in_doubt, context.pressed["id"], NAMED)
    more = max(0, _mine(context).uncertain - len(names))
    rest = say.DOUBTS_REST.format(count=more) if more else None
    context.say(card(bold(say.DOUBTS), say.DOUBTS_HOW, "、".join(names) or say.NOBODY, rest), new=True)


async def paper(_: Update, context: Context) -> None:
    """「喇叭稿」 or 「大字海报」 of the same words; made and sent by the postman."""
    found, what = _mine(context), str(context.pressed["paper"])
    if found.stage not in looks_broadcasts.APPROVED:
        raise Refused(say.NOT_APPROVED)
    notify(context.visit.session, context.actor.id, what, now=context.now, broadcast=found.id)
    context.toast(say.PAPER_COMES)


def _shown(context: Context, found: Broadcast) -> Card:
    return looks_broadcasts.broadcast_card(context.visit.session, context.actor, found, context.now)


ROUTES: tuple[Route, ...] = (
    command("push", home, say.PUSH, can=Can.BROADCAST, help=say.PUSH_HELP),
    command("approve", waiting, say.APPROVALS, can=Can.APPROVE, help=say.APPROVALS_HELP),
    press("push.write", write, can=Can.BROADCAST),
    press("push.warn", warn, can=Can.BROADCAST),
    press("push.from", from_article, can=Can.BROADCAST),
    press("push.edit", edit, can=Can.BROADCAST),
    press("push.again", again, can=Can.BROADCAST),
    press("push.open", open_),
    press("push.try", try_out),
    press("push.submit", submit, can=Can.BROADCAST),
    press("push.approve", approve, can=Can.APPROVE),
    press("push.return", give_back, can=Can.APPROVE),
    press("push.cancel", cancel),
    press("push.doubts", doubts, can=Can.BROADCAST),
    press("push.paper", paper, can=Can.BROADCAST),
)
FORMS: tuple[Form, ...] = (
    Form("push", say.PUSH, composing.TIP, keep, submit_label=say.KEEP, remark=composing.preview),
    Form("push.warning", say.WARN, composing.WARNING, keep, submit_label=say.KEEP, remark=composing.preview),
    Form("push.return", say.GIVE_BACK, composing.RETURN, handed_back, review=False),
)
NOTICES: tuple[Notice, ...] = (
    Notice("broadcast.test", looks_broadcasts.tried),
    Notice("broadcast.waiting", looks_broadcasts.to_approve),
    Notice("broadcast.approved", told_author(say.APPROVED, Stage.SCHEDULED, Stage.SENDING)),
    Notice("broadcast.returned", told_author(say.RETURNED, Stage.RETURNED)),
    Notice("broadcast.stopped", told_author(say.STOPPED_EARLY, Stage.CANCELLED)),
    Notice("broadcast.done", told_author(say.DONE, Stage.DONE)),
)
