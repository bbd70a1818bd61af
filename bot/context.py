"""What a handler gets: who acts, the update's one transaction, and a way to say cards. It never waits for the network.

A visit is one update in one transaction; what is said becomes outgoing rows of that same transaction.
"""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import insert
from sqlmodel import Session
from telegram import Update
from telegram.ext import Application, CallbackContext, ExtBot

from bot import calls, cards
from bot.cards import Card, Suggestion
from models import keyboards
from models.base import plain, table_of
from models.outbox import INFLIGHT, Lane, Outgoing
from models.people import Actor, Person
from models.rules import ZONE

T = TypeVar("T")
PROOF = "proof"  # the argument of a button, or the answer in a form, that holds a receipt
PROMPT = 0  # stands for "the message that shows this draft", when its number is only known once it was sent
Nothing = dict[Any, Any]
Shows = int | str  # what a message goes on showing: a draft, by its number, or late pictures, by the tag of their album


@dataclass(frozen=True, slots=True)
class Reply:
    """A call that goes out right after the commit; `row` is its outgoing row."""

    row: int
    chat: int
    call: dict[str, Any]
    draft: Shows | None = None
    what: str = "reply"


@dataclass(frozen=True, slots=True)
class Aside:
    """Words that were dealt with beside the open form: its question stands as it was.

    `note` says so on the form's card, `known` are answers that the words hold for it, `keep` puts them into its
    remarks; otherwise a question for free words offers them for a tap.
    """

    note: str
    known: Nothing = field(default_factory=dict)
    keep: bool = False


@dataclass
class Visit:
    """One update being handled: its session, its moment, who came, and what will be said."""

    session: Session
    now: datetime
    holder: str
    chat: int | None = None
    message_id: int | None = None
    actor: Actor = field(default_factory=lambda: Actor(0, ""))
    args: dict[str, Any] = field(default_factory=dict)
    said: list[dict[str, Any]] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    toast: str = ""
    alert: bool = False
    tapped: str | None = None
    inline: dict[str, Any] | None = None
    error: Exception | None = None
    edited: bool = False
    used: bool = False
    album: str | None = None
    instead: Card | None = None
    aside: Aside | None = None

    @property
    def person(self) -> Person | None:
        """The row of the person who came."""
        return self.session.get(Person, self.actor.id) if self.actor.id else None

    def hold(self, receipt: str) -> None:
        """From here on the actor acts with this receipt in hand, and the buttons that they are shown carry it on."""
        self.actor = replace(self.actor, proof=receipt)

    def say(self, shown: Card, *, new: bool = False, draft: Shows | None = None, over: int | None = None) -> None:
        """Show a card to the person who acted: in place of the tapped one, or as a new message.

        `over` names another message to replace (a form's prompt); `draft` remembers the message as its prompt (or as
        the line that counts the late pictures of an album).
        """
        if self.chat is None:
            return
        tapped = self.message_id if self.tapped and not self.edited else None
        edit = None if new or shown.media or shown.menu else tapped if over is None else over
        self.edited = self.edited or edit is not None
        markup = self._markup(shown, edit is not None)
        for call in calls.calls(shown, self.chat, markup, edit):
            self._reply(call, draft if "text" in call["params"] else None, "receipt" if shown.receipt else "reply")

    def tell_commands(self, commands: list[dict[str, str]]) -> None:
        """Show this person their own list of commands (display only: every way in checks for itself)."""
        scope = {"type": "chat", "chat_id": self.chat}
        self._reply({"method": "setMyCommands", "params": {"commands": commands, "scope": scope}}, None, "reply")

    def _markup(self, shown: Card, editing: bool) -> dict[str, Any] | None:
        if shown.menu is not None:
            return calls.word_keyboard(shown.menu)
        if not shown.buttons:
            return {"inline_keyboard": []} if editing else None
        kept = calls.pressable(shown.buttons)
        person = self.actor.id or None
        if self.actor.proof:
            # The receipt opens the case, whoever presses; whose card it is must not stand beside it.
            person, kept = None, [[verb, {**args, PROOF: self.actor.proof}, once] for verb, args, once in kept]
        token = keyboards.make_keyboard(self.session, person, kept, now=self.now) if kept else ""
        return {"inline_keyboard": calls.inline_keyboard(shown.buttons, token)}

    def _reply(self, call: dict[str, Any], draft: Shows | None, what: str) -> None:
        row = {
            "lane": Lane.REPLY, "what": what, "about": {"draft": draft} if draft else {}, "chat_id": self.chat,
            "call": call, "state": INFLIGHT, "not_before": self.now, "created_at": self.now, "holder": self.holder,
            "attempts": 1, "repeated": False, "outcome": "",
        }  # fmt: skip
        self.said.append(row)


_OUTGOING = table_of(Outgoing)
_KEEP = insert(_OUTGOING).returning(_OUTGOING.c.id, sort_by_parameter_order=True)


def keep_replies(s: Session, visits: Sequence[Visit]) -> None:
    """Keep what was said in these visits as outgoing rows, in one statement; from now on they are to be sent."""
    rows = [row for visit in visits for row in visit.said]
    if not rows:
        return
    ids = iter(plain(s, _KEEP, rows).scalars().all())
    for visit in visits:
        visit.replies = [
            Reply(next(ids), row["chat_id"], row["call"], row["about"].get("draft"), row["what"]) for row in visit.said
        ]


VISIT: ContextVar[Visit] = ContextVar("visit")


class Context(CallbackContext[ExtBot[None], Nothing, Nothing, Nothing]):
    """The typed context of every handler."""

    @property
    def visit(self) -> Visit:
        """The update being handled."""
        return VISIT.get()

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.visit.actor

    @property
    def now(self) -> datetime:
        """The moment of this update."""
        return self.visit.now

    @property
    def today(self) -> date:
        """The calendar day in the township."""
        return self.now.astimezone(ZONE).date()

    @property
    def pressed(self) -> dict[str, Any]:
        """The arguments of the pressed button (or of the deep link)."""
        return self.visit.args

    def hold(self, receipt: str) -> None:
        """Let the person act with this receipt from here on: it opens a report to which no account is linked."""
        self.visit.hold(receipt)

    def begin(self, form: str, prefill: dict[str, Any] | None = None, note: str = "") -> None:
        """Begin a form with what is known already."""
        self.bot_data["dialog"].begin(self, form, prefill, note)

    def lay_by(self, form: str, prefill: dict[str, Any]) -> None:
        """Put a form aside with what is known already; `resume` takes up the one that was laid by last."""
        self.bot_data["dialog"].lay_by(self, form, prefill)

    def end(self, form: str) -> None:
        """End this form if it is the open one: what it asks for has come by another way."""
        self.bot_data["dialog"].end(self, form)

    def resume(self) -> bool:
        """Take up the form that is open or was put aside; False when there is none."""
        return bool(self.bot_data["dialog"].resume(self))

    def menu(self) -> list[Any]:
        """Return the routes on this person's menu."""
        return list(self.bot_data["routes"].menu(self.actor))

    def run(self, operation: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run an operation of the township as the actor, in the update's transaction."""
        return operation(self.visit.session, self.actor, *args, now=self.now, **kwargs)

    def read(self, query: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run a question to the township that needs no moment: `query(session, actor, …)`."""
        return query(self.visit.session, self.actor, *args, **kwargs)

    def say(self, shown: Card, *, new: bool = False) -> None:
        """Show a card to the person who acted."""
        self.visit.say(shown, new=new)

    def suggest(self, query_id: str, found: Sequence[Suggestion], more: str) -> None:
        """Answer words that were typed after the bot's name in some chat; worth nothing later, so it is not kept."""
        self.visit.inline = calls.inline_answer(query_id, found, more)

    def toast(self, text: str, *, alert: bool = False) -> None:
        """Answer a tap with a short line at the top of the screen."""
        self.visit.toast, self.visit.alert = cards.cut(text, cards.TOAST_LIMIT), alert


def message_words(update: Update) -> str:
    """Return the text or the caption of a message, or nothing."""
    message = update.effective_message
    return (message.text or message.caption or "") if message else ""


App = Application[Any, Any, Any, Any, Any, Any]
