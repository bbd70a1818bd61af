"""Groups and channels: where the bot was let in, and which of them get the broadcasts of which area."""

from telegram import ChatMember, ChatMemberAdministrator, ChatMemberRestricted, Update
from telegram.constants import ChatType

from bot.cards import Button, Card, bold, card, lines
from bot.context import Context
from bot.routes import Route, event, press
from handlers.say import chats as say
from models import chats
from models.areas import Area
from models.chats import Chat
from models.people import Can, areas_for

PAGE = 8


async def membership(update: Update, context: Context) -> None:
    """The bot was added to a group or channel, made its administrator, or put out of it."""
    change = update.my_chat_member
    if change is None or change.chat.type == ChatType.PRIVATE:
        return
    is_channel = change.chat.type == ChatType.CHANNEL
    chats.met(context.visit.session, change.chat.id, change.chat.title or "", is_channel=is_channel,
              may_write=_may_write(change.new_chat_member, is_channel=is_channel), now=context.now)  # fmt: skip


def _may_write(now: ChatMember, *, is_channel: bool) -> bool:
    if isinstance(now, ChatMemberAdministrator):
        return not is_channel or bool(now.can_post_messages)
    if isinstance(now, ChatMemberRestricted):
        return now.is_member and now.can_send_messages
    return now.status == ChatMember.OWNER or (now.status == ChatMember.MEMBER and not is_channel)


async def listed(_: Update, context: Context) -> None:
    """「群和频道」: each with its switch."""
    context.say(_list(context, int(context.pressed.get("page", 0))))


async def choose(_: Update, context: Context) -> None:
    """Which area's broadcasts a chat gets."""
    chat = int(context.pressed["id"])
    areas = context.read(areas_for, Can.BROADCAST)
    rows = [[Button(area.name, "chats.switch", {"id": chat, "area": area.id})] for area in areas]
    context.say(card(say.WHICH_AREA, buttons=[*rows, [Button(say.BACK, "chats.list", once=False)]]))


async def switch(_: Update, context: Context) -> None:
    """Switch a chat on for an area, or off."""
    context.run(chats.switch, int(context.pressed["id"]), context.pressed.get("area"))
    context.say(_list(context))


def _list(context: Context, page: int = 0) -> Card:
    found = chats.known(context.visit.session)
    shown = found[page * PAGE : (page + 1) * PAGE]
    told = [_line(chat, area) for chat, area in shown]
    rows = [[_switch(chat)] for chat, area in shown if _is_theirs(context, chat, area)]
    turns = [(say.EARLIER, page - 1)] if page else []
    turns += [(say.MORE, page + 1)] if (page + 1) * PAGE < len(found) else []
    turn = [Button(label, "chats.list", {"page": to}, once=False) for label, to in turns]
    return card(bold(say.HEAD), lines(*told) if told else say.NONE, say.HOW, buttons=[*rows, turn])


def _line(chat: Chat, area: Area | None) -> str:
    where = say.ON.format(area=area.name) if chat.is_on and area else say.OFF
    return say.LINE.format(kind=say.CHANNEL if chat.is_channel else say.GROUP, title=chat.title, where=where)


def _is_theirs(context: Context, chat: Chat, area: Area | None) -> bool:
    return not chat.is_on or area is None or context.actor.reaches(Can.BROADCAST, area.path)


def _switch(chat: Chat) -> Button:
    verb, label = ("chats.switch", say.TURN_OFF) if chat.is_on else ("chats.choose", say.TURN_ON)
    return Button(label.format(title=chat.title), verb, {"id": chat.id}, once=False)


ROUTES: tuple[Route, ...] = (
    event("my_chat_member", membership),
    press("chats.list", listed, can=Can.BROADCAST),
    press("chats.choose", choose, can=Can.BROADCAST),
    press("chats.switch", switch, can=Can.BROADCAST),
)
