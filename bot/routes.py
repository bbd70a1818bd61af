"""Routes: the declared ways into the handlers - commands, words, presses, links, other kinds of updates.

Menus and /help are made from them.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from telegram import Update

from bot.context import Context
from models.people import Actor, Can

Handler = Callable[[Update, Context], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Route:
    """One way in. `can` None is for everybody; `label` puts it on the menu; `words` are what people type instead.

    `event` is the kind of an update that is no message: poll_answer, inline_query, or my_chat_member of a group.
    `shape` is how words look that belong here whatever they are, such as a receipt; they come as its argument.
    `often` is its rank among the big word buttons, 1 first; what has none is found by /help and the command list.
    `used` is what a tap does on a card that was used up already; without it the tap is only answered.
    """

    run: Handler
    command: str = ""
    press: str = ""
    link: str = ""
    event: str = ""
    can: Can | None = None
    label: str = ""
    help: str = ""
    words: tuple[str, ...] = ()
    shape: str = ""
    groups: bool = False
    often: int = 0
    used: Handler | None = None

    def open_to(self, who: Actor) -> bool:
        """Say whether this person may come in here."""
        return self.can is None or who.may(self.can)


def command(name: str, run: Handler, label: str = "", *, can: Can | None = None, **more: Any) -> Route:
    """Declare `/name`, its menu label and the words that do the same."""
    return Route(run, command=name, label=label, can=can, **more)


def press(verb: str, run: Handler, *, can: Can | None = None, used: Handler | None = None) -> Route:
    """Declare what a button with this verb does, and what when its card was used up already."""
    return Route(run, press=verb, can=can, used=used)


def link(prefix: str, run: Handler) -> Route:
    """Declare what opening the bot by a link does; the payload begins with this prefix."""
    return Route(run, link=prefix)


def event(kind: str, run: Handler, *, can: Can | None = None) -> Route:
    """Declare what an update of another kind does, such as the answer to a poll."""
    return Route(run, event=kind, can=can)


class Routes:
    """All routes, found by what came in."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.all = tuple(routes)
        self._commands = {r.command: r for r in self.all if r.command}
        self._presses = {r.press: r for r in self.all if r.press}
        self._events = {r.event: r for r in self.all if r.event}
        self._shapes = [(r, re.compile(r.shape)) for r in self.all if r.shape]
        self._words = {word: r for r in self.all for word in (*r.words, r.label) if word}

    def by_press(self, verb: str) -> Route | None:
        """Return the route of a button's verb."""
        return self._presses.get(verb)

    def by_event(self, kind: str) -> Route | None:
        """Return the route of an update that is no message and no tap."""
        return self._events.get(kind)

    def by_words(self, text: str) -> tuple[Route, str] | None:
        """Return the route that a text names and its argument: `/name rest`, a label, a declared word, or a shape."""
        text = text.strip()
        if not text.startswith("/"):
            if (found := self._words.get(text)) is not None:
                return found, ""
            shaped = next((r for r, shape in self._shapes if shape.fullmatch(text)), None)
            return (shaped, text) if shaped else None
        name, _, rest = text[1:].partition(" ")
        name = name.split("@", 1)[0].lower()
        if name == "start" and (linked := self.by_link(rest.strip())) is not None:
            return linked, rest.strip()
        found = self._commands.get(name)
        return (found, rest.strip()) if found else None

    def by_link(self, payload: str) -> Route | None:
        """Return the route of a deep link's payload."""
        return next((r for r in self.all if r.link and payload.startswith(r.link)), None)

    def menu(self, who: Actor) -> list[Route]:
        """Return what this person finds on the menu, in the declared order."""
        return [r for r in self.all if r.label and r.open_to(who)]
