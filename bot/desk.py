"""The desk: one raw update in, one transaction, and what is to be said out. Handlers run here, off the event loop.

PTB's handlers are coroutines but none may wait for the network: the desk drives them in the database thread, to their
end, without an event loop - so the rule is kept by construction.
"""

import re
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlmodel import Session
from telegram import CallbackQuery, ChatMember, Update, User
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop, TypeHandler

from bot.cards import TOAST_LIMIT, Card, card, clean, code, cut
from bot.context import PROOF, VISIT, App, Context, Visit, keep_replies, message_words
from bot.dialog import Dialog
from bot.routes import Handler, Routes
from models import inbox, keyboards, people
from models.base import Refused
from models.inbox import Claimed
from models.people import Actor, Person

log = structlog.get_logger(__name__)

# What a button sends comes from the client: anything else must not even reach the database.
_DATA = re.compile(r"([A-Za-z0-9_-]{1,24})\.([0-9]{1,3})")
NAME_LIMIT = 80
USELESS = "这个按钮不能用了。请发 /start 看最新的菜单。"
EVENTS = ("inline_query", "poll_answer", "my_chat_member")
GONE = frozenset({ChatMember.BANNED, ChatMember.LEFT})
Guard = Callable[[Update, Context], None]


class Malformed(Exception):
    """Telegram (or somebody else) sent something that is no update; it goes to quarantine at once."""


class Waiting(Exception):
    """A handler tried to wait for something; handlers only translate, the postman talks to the network."""


class TakenOver(Exception):
    """Another process has claimed this update meanwhile; nothing of this try may stay."""


def drive(work: Coroutine[Any, Any, Any]) -> None:
    """Run a coroutine to its end without an event loop; raise Waiting if it wants to wait."""
    try:
        work.send(None)
    except StopIteration:
        return
    work.close()
    raise Waiting


class Desk:
    """Handles claimed updates with the declared routes and forms."""

    def __init__(self, app: App, routes: Routes, dialog: Dialog, *, guard: Guard, free: Handler, holder: str) -> None:
        self.app, self.routes, self.dialog = app, routes, dialog
        self._guard, self._free, self.holder = guard, free, holder
        app.bot_data.update(routes=routes, dialog=dialog)
        groups = (self._identify, self._watch, self._fill, self._route, self._listen)
        for group, handler in enumerate(groups, start=-2):
            app.add_handler(TypeHandler(Update, handler), group=group)
        app.add_error_handler(self._remember)

    def handle(
        self, s: Session, batch: Sequence[Claimed], *, now: datetime, instead: Card | None = None
    ) -> list[Visit]:
        """Handle updates of different people in this transaction; return what happened and what is to be said.

        `instead`: after the guard has looked, only this is said (a refusal). Raises Refused, Malformed, TakenOver, or
        whatever went wrong in a handler; then nothing of this try may stay.
        """
        visits = [self._visit(s, claimed, instead, now) for claimed in batch]
        keep_replies(s, visits)
        if not inbox.finish(s, [claimed.id for claimed in batch], self.holder):
            raise TakenOver
        return visits

    def give_up(self, s: Session, claimed: Claimed, *, now: datetime, readable: bool = True) -> Visit:
        """Quarantine an update; the guard looks at it if it can be read, and the person gets a number to quote."""
        if not inbox.quarantine(s, claimed, self.holder):
            raise TakenOver
        excuse = card("对不起，这条消息系统没能处理，内容已留存，管理员会查看。请报这个编号：", code(f"Q{claimed.id}"),
                      "急事请直接打电话；着火请打 119。")  # fmt: skip
        if readable:
            visit = self._visit(s, claimed, excuse, now)
        else:
            visit = Visit(s, now, self.holder, chat=claimed.chat if claimed.chat and claimed.chat > 0 else None)
            visit.say(excuse)
        keep_replies(s, [visit])
        return visit

    def _visit(self, s: Session, claimed: Claimed, instead: Card | None, now: datetime) -> Visit:
        update = self._parse(claimed)
        visit = Visit(s, now, self.holder, instead=instead)
        token = VISIT.set(visit)
        try:
            drive(self.app.process_update(update))
        finally:
            VISIT.reset(token)
        if visit.error is not None:
            raise visit.error
        return visit

    def _parse(self, claimed: Claimed) -> Update:
        try:
            update = Update.de_json(inbox.read(claimed), self.app.bot)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, TelegramError) as trouble:
            raise Malformed(type(trouble).__name__) from None
        if update is None:
            raise Malformed("empty")
        return update

    async def _remember(self, _: object, context: Context) -> None:
        visit = VISIT.get()
        visit.error = visit.error or context.error
        raise ApplicationHandlerStop

    async def _identify(self, update: Update, context: Context) -> None:
        """Turn the Telegram account into an actor, and a tap into what its button stands for."""
        visit, user, chat = context.visit, update.effective_user, update.effective_chat
        # An anonymous administrator, who lets the bot into a group, comes as a bot.
        if user is None or (user.is_bot and update.my_chat_member is None):
            raise ApplicationHandlerStop
        visit.chat = chat.id if chat else None
        message = update.effective_message
        visit.album = message.media_group_id if message else None
        visit.actor = _passer_by(user, visit) if _event_of(update) else _actor(user, visit)
        if update.callback_query is not None:
            self._untie(update.callback_query, visit)
        elif update.my_chat_member is not None and update.my_chat_member.chat.type == "private":
            if visit.person is not None:
                visit.person.reachable = update.my_chat_member.new_chat_member.status not in GONE
            raise ApplicationHandlerStop

    def _untie(self, tap: CallbackQuery, visit: Visit) -> None:
        visit.tapped = tap.id
        visit.message_id = tap.message.message_id if tap.message else None
        found = _DATA.fullmatch(tap.data or "")
        row = visit.session.get(keyboards.Keyboard, found[1]) if found else None
        number = int(found[2]) if found else 0
        if row is None or number >= len(row.buttons) or not keyboards.may_press(row, visit.actor.id):
            visit.toast = USELESS
            raise ApplicationHandlerStop
        verb, args, once = row.buttons[number]
        visit.used = once and visit.instead is None and not keyboards.use(visit.session, row.token, now=visit.now)
        route = self.routes.by_press(verb)
        if visit.used and (route is None or route.used is None):
            visit.toast = "这一步已经办过了。"
            raise ApplicationHandlerStop
        visit.args = {"verb": verb, **args}
        visit.hold(str(args.get(PROOF, "")))

    async def _watch(self, update: Update, context: Context) -> None:
        self._guard(update, context)
        if context.visit.instead is not None:
            self._refuse(update, context.visit, context.visit.instead)
            raise ApplicationHandlerStop

    def _refuse(self, update: Update, visit: Visit, said: Card) -> None:
        """Say a refusal: under the tapped card, but in a group only to whoever tapped."""
        chat = update.effective_chat
        if visit.tapped and chat is not None and chat.type != "private":
            visit.toast, visit.alert = cut(said.text.plain, TOAST_LIMIT), True
        else:
            visit.say(said, new=True)

    async def _fill(self, update: Update, context: Context) -> None:
        """Give an open form its answer, unless the words are the name of something else."""
        verb = str(context.pressed.get("verb", ""))
        if verb.startswith("form."):
            self._form_pressed(context, verb.removeprefix("form."))
            raise ApplicationHandlerStop
        if update.message is None or update.message.chat.type != "private":
            return
        if self.routes.by_words(message_words(update)) is None and self.dialog.take(context, update):
            raise ApplicationHandlerStop

    def _form_pressed(self, context: Context, act: str) -> None:
        if act != "resume":
            self.dialog.pressed(context, act)
        elif not self.dialog.resume(context):
            context.toast("没有没填完的表。")

    async def _route(self, update: Update, context: Context) -> None:
        verb = str(context.pressed.get("verb", ""))
        if (kind := _event_of(update)) is not None:
            route = self.routes.by_event(kind)
            # Nobody waits for a refusal here: what is not theirs is just not done.
            if route is not None and route.open_to(context.actor):
                await route.run(update, context)
            raise ApplicationHandlerStop
        if verb:
            route = self.routes.by_press(verb)
            if route is None:
                context.toast(USELESS)
        elif update.message is not None and (named := self.routes.by_words(message_words(update))) is not None:
            route, context.visit.args = named[0], {"rest": named[1]}
        else:
            return
        if route is not None and (update.callback_query or update.message.chat.type == "private" or route.groups):  # type: ignore[union-attr]
            if not route.open_to(context.actor):
                raise Refused("这项操作不在您的职责范围内。发 /help 看看您能办什么。")
            await (route.used if context.visit.used and route.used else route.run)(update, context)
        raise ApplicationHandlerStop

    async def _listen(self, update: Update, context: Context) -> None:
        chat, words = update.effective_chat, message_words(update)
        # In a group only what is meant for the bot is answered; an administrator bot hears everything.
        if chat is None or chat.type == "private" or words.startswith("/") or f"@{self.app.bot.username}" in words:
            await self._free(update, context)


def _day_of(moment: datetime) -> datetime:
    # Whose first message came in the minute of a report is known by that minute.
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _event_of(update: Update) -> str | None:
    return next((kind for kind in EVENTS if getattr(update, kind) is not None), None)


def _passer_by(user: User, visit: Visit) -> Actor:
    """Who votes, asks inline or lets the bot into a group: that does not make a stranger somebody to write to."""
    known = people.known(visit.session, user.id)
    return known[0] if known else visit.actor


def _actor(user: User, visit: Visit) -> Actor:
    known = people.known(visit.session, user.id)
    if known is None:
        name = cut(clean(user.full_name).strip(), NAME_LIMIT) or "没有名字"
        person = Person(telegram_id=user.id, name=name, seen_at=_day_of(visit.now))
        visit.session.add(person)
        visit.session.flush()
        return Actor(person.id or 0, name)
    actor, reachable = known
    is_alone = visit.chat is not None and visit.chat > 0  # in a group anybody may tap whom the bot cannot write to
    if not reachable and is_alone and (back := visit.session.get(Person, actor.id)) is not None:
        back.reachable = True
    return actor
