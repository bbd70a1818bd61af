"""Cards: what a person sees in one message - text, buttons, pictures, a paper, a quiz. Plain data; see bot.calls.

Text is sent with entities, never with a parse mode, so that no user's text can become formatting or break a message.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

TEXT_LIMIT = 4096
TOAST_LIMIT = 200
_UNSEEN = frozenset({"Cc", "Cf"})  # control characters; bidirectional, zero-width and other format characters


def clean(text: str) -> str:
    """Remove control, bidirectional and zero-width characters; lone surrogates become a question mark."""
    if text.isprintable():
        return text
    kept = (c for c in text.replace("\t", " ") if c == "\n" or unicodedata.category(c) not in _UNSEEN)
    return "".join(kept).encode("utf-8", "replace").decode()


def units(text: str) -> int:
    """Return the length as Telegram counts it: UTF-16 code units."""
    return len(text) + sum(1 for c in text if ord(c) > 0xFFFF)


def cut(text: str, limit: int) -> str:
    """Return the text shortened to so many UTF-16 units, with an ellipsis where something is missing."""
    if units(text) <= limit:
        return text
    kept, used = [], 0
    for c in text:
        used += 2 if ord(c) > 0xFFFF else 1
        if used > limit - 1:
            break
        kept.append(c)
    return "".join(kept) + "…"


@dataclass(frozen=True, slots=True)
class Text:
    """Text with a few styled parts; add strings and Texts to it."""

    parts: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: "str | Text") -> "Text":
        return Text(self.parts + as_text(other).parts)

    def __radd__(self, other: str) -> "Text":
        return as_text(other) + self

    @property
    def plain(self) -> str:
        """The text without styles."""
        return "".join(part for part, _ in self.parts)

    def render(self, limit: int) -> tuple[str, list[dict[str, Any]]]:
        """Return the cleaned text within the limit and Telegram's entities for it (offsets in UTF-16 units)."""
        text, at = "", 0
        entities: list[dict[str, Any]] = []
        for part, style in self.parts:
            piece = clean(part)
            if style and piece.strip():
                entities.append({"type": style, "offset": at, "length": units(piece)})
            text, at = text + piece, at + units(piece)
        text = cut(text, limit)
        end = units(text)
        fitting = [{**e, "length": min(e["length"], end - e["offset"])} for e in entities if e["offset"] < end]
        return text, fitting


def as_text(what: "str | Text") -> Text:
    """Return a Text of a plain string."""
    return what if isinstance(what, Text) else Text(((what, ""),))


def bold(what: str) -> Text:
    """Return bold text."""
    return Text(((what, "bold"),))


def code(what: str) -> Text:
    """Return monospace text, which a tap copies."""
    return Text(((what, "code"),))


def quote(what: str) -> Text:
    """Return a quotation: words that are somebody else's."""
    return Text(((what, "blockquote"),))


def lines(*parts: "str | Text | None") -> Text:
    """Join parts line by line; None is left out."""
    joined = Text()
    for part in (part for part in parts if part is not None):
        joined = joined + ("\n" if joined.parts else "") + part
    return joined


@dataclass(frozen=True, slots=True)
class Button:
    """A button: a label and the verb it stands for, a link, or what it copies. `once` buttons use the whole card up."""

    label: str
    verb: str = ""
    args: dict[str, Any] = field(default_factory=dict)
    once: bool = True
    url: str = ""
    copy: str = ""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that is made when it is sent: `make` returns its bytes, in a thread, and asks the database nothing.

    `kind` is how it is shown: document or photo. `key`: whoever hears of the arrival learns Telegram's name of it.
    """

    name: str
    make: Callable[[], bytes]
    kind: str = "document"
    key: str = ""


@dataclass(frozen=True, slots=True)
class Quiz:
    """A quiz poll: the question, two to ten options, the index of the right one, and why.

    In a channel nobody may be named, so there it is `anonymous`; only a named answer comes back to the bot.
    """

    ask: str
    options: tuple[str, ...]
    right: int
    why: str = ""
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One message: text, rows of buttons, pictures (`(kind, file id or paper)`), a menu of words, a paper, or a quiz.

    A quiz has no text beside it; papers and quizzes are sent by notices only.
    """

    text: Text
    buttons: Rows = ()
    media: tuple[tuple[str, str | Paper], ...] = ()
    menu: tuple[tuple[str, ...], ...] | None = None
    receipt: bool = False
    paper: Paper | None = None
    quiz: Quiz | None = None

    def marked(self, mark: str) -> "Card":
        """Return the card with a mark before its text, such as 「(补发)」."""
        return replace(self, text=as_text(mark) + self.text)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of what `@bot words` offers in any chat; choosing it sends the text. `id` is at most 64 ASCII bytes."""

    id: str
    title: str
    summary: str
    text: Text


def card(*parts: "str | Text | None", buttons: Sequence[Sequence[Button]] = (), **more: Any) -> Card:
    """Return a card of these lines with these rows of buttons."""
    return Card(lines(*parts), tuple(tuple(row) for row in buttons if row), **more)
