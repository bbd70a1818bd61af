"""Staff groups: where cards of new cases arrive; who presses is checked, not where.

A group reads number, kind, severity, village, state and who has it - never words, the place or pictures, of no case.
"""

from datetime import datetime

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, bold, card, lines
from bot.context import Context, Visit
from bot.notices import Notice
from bot.routes import Route, command, press
from handlers import looks
from handlers.letters import CASE_LINK
from handlers.notices import remember
from handlers.say import staff as say
from models import case_cards, chats, deskwork, hazards, installation
from models.areas import Area
from models.calendar import day_of
from models.chats import Chat
from models.deadlines import CLOCKS
from models.hazards import Hazard
from models.lifecycle import STEP_LABELS, Act, Step
from models.outbox import Outgoing
from models.people import Can, Person, areas_for

PAGE = 8


async def listed(_: Update, context: Context) -> None:
    """「办件群」: the groups, each with its switch."""
    context.say(_list(context, int(context.pressed.get("page", 0))))


async def choose(_: Update, context: Context) -> None:
    """Which area's cases a group gets; asked with a word about who reads there."""
    chat = int(context.pressed["id"])
    areas = context.read(areas_for, Can.ASSIGN)
    rows = [[Button(area.name, "desk.switch", {"id": chat, "area": area.id})] for area in areas]
    context.say(card(say.WHICH_AREA, buttons=[*rows, [Button(say.BACK, "desk.list", once=False)]]))


async def switch(_: Update, context: Context) -> None:
    """Make a group the desk of an area, or an ordinary group again."""
    context.run(chats.make_desk, int(context.pressed["id"]), context.pressed.get("area"))
    context.say(_list(context))


def _list(context: Context, page: int = 0) -> Card:
    known = chats.known(context.visit.session)
    found = [(chat, area) for chat, area in known if not chat.is_channel and not chat.is_on]
    shown = found[page * PAGE : (page + 1) * PAGE]
    told = [_line(chat, area) for chat, area in shown]
    rows = [[_switch(chat)] for chat, area in shown if _is_theirs(context, chat, area)]
    turns = [(say.EARLIER, page - 1)] if page else []
    turns += [(say.MORE, page + 1)] if (page + 1) * PAGE < len(found) else []
    turn = [Button(label, "desk.list", {"page": to}, once=False) for label, to in turns]
    return card(bold(say.HEAD), lines(*told) if told else say.NONE, say.HOW, buttons=[*rows, turn])


def _line(chat: Chat, area: Area | None) -> str:
    where = say.ON.format(area=area.name) if chat.is_desk and area else say.OFF
    return say.LINE.format(title=chat.title, where=where)


def _is_theirs(context: Context, chat: Chat, area: Area | None) -> bool:
    return not chat.is_desk or area is None or context.actor.reaches(Can.ASSIGN, area.path)


def _switch(chat: Chat) -> Button:
    verb, label = ("desk.switch", say.TURN_OFF) if chat.is_desk else ("desk.choose", say.TURN_ON)
    return Button(label.format(title=chat.title), verb, {"id": chat.id}, once=False)


def group_card(s: Session, hazard: Hazard, head: str = "") -> Card:
    """Return what a group reads of a case: nothing that a concealed report could be told by, not even the hour."""
    running = looks.clock_of(s, hazard)
    area = s.get(Area, hazard.area_id)
    holder = looks.holder_name(s, hazard)
    is_open = hazard.closed_at is None
    held = say.HELD.format(name=holder) if holder else say.NOBODY if is_open else None
    due = say.DUE.format(clock=CLOCKS[running.clock], day=day_of(running.due_at)) if running else None
    take = [Button(say.TAKE, "desk.claim", {"id": hazard.id}, once=False)] if hazard.step == Step.REPORTED else []
    name = installation.bot_name(s)
    opened = f"https://t.me/{name}?start={CASE_LINK}{hazard.number.removeprefix('吹')}"
    links = [Button(say.OPEN, url=opened)] if name else []
    where = say.VILLAGE.format(area=area.name if area else "")
    return card(bold(head) if head else None, looks.headline(hazard), where, held, due, buttons=[take, links])


def new_in_group(s: Session, row: Outgoing, now: datetime) -> Card | None:
    """Render a new case, or the news of an urgent one; nothing when the group is no desk any more."""
    del now
    hazard = _read_there(s, row)
    if hazard is None:
        return None
    return group_card(s, hazard, say.CASE_NEW if row.about["act"] == Act.REPORTED else say.CASE_AGAIN)


def redrawn_in_group(s: Session, row: Outgoing, now: datetime) -> Card | None:
    """Render a group's card anew: it says who did what last."""
    del now
    hazard = _read_there(s, row)
    return group_card(s, hazard, looks.last_move(s, hazard)) if hazard is not None else None


def _read_there(s: Session, row: Outgoing) -> Hazard | None:
    hazard = s.get(Hazard, row.about["hazard"])
    is_desk = hazard is not None and row.chat_id is not None and chats.is_desk_for(s, row.chat_id, hazard.area_path)
    return hazard if is_desk else None


def redrawn(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render a colleague's older card anew: it says who did what last, and what is open to them now."""
    seen = looks.seen_by(s, row.about["hazard"], person)
    if seen is None:
        return None
    who, hazard = seen
    return looks.hazard_card(s, who, hazard, now, looks.last_move(s, hazard))


def for_nobody(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """A group's card is never sent to a person."""
    del s, row, person, now
    return None


async def claim(_: Update, context: Context) -> None:
    """「我去看」 under a card in a group: a short answer there, everything else in private."""
    hazard = context.read(hazards.hazard_to, context.pressed["id"], Act.CLAIMED)
    person, s = context.visit.person, context.visit.session
    if Act.CLAIMED not in hazards.moves(hazard, context.actor):
        what = looks.last_move(s, hazard) or STEP_LABELS[Step(hazard.step)]
        context.toast(say.LATER.format(number=hazard.number, what=what), alert=True)
    elif person is None or not person.reachable:
        context.toast(say.ALONE, alert=True)
    else:
        hazard = context.run(deskwork.claim, hazard.id)
        context.toast(say.TAKEN.format(number=hazard.number))
        _tell_alone(context, person, looks.hazard_card(s, context.actor, hazard, context.now, say.IN_PRIVATE))


def _tell_alone(context: Context, person: Person, shown: Card) -> None:
    """Say something in the private chat of who tapped in a group."""
    visit = context.visit
    alone = Visit(visit.session, visit.now, visit.holder, chat=person.telegram_id, actor=visit.actor)
    alone.say(shown, new=True)
    visit.said += alone.said


NOTICES: tuple[Notice, ...] = (
    Notice(chats.CASE, for_nobody, render_in_chat=new_in_group, arrived=remember),
    Notice(case_cards.REDRAW, redrawn, render_in_chat=redrawn_in_group),
)
ROUTES: tuple[Route, ...] = (
    command("desk", listed, say.HEAD, can=Can.ASSIGN, help="把工作群设为收新隐患的地方"),
    press("desk.list", listed, can=Can.ASSIGN),
    press("desk.choose", choose, can=Can.ASSIGN),
    press("desk.switch", switch, can=Can.ASSIGN),
    press("desk.claim", claim, can=Can.VERIFY),
)
