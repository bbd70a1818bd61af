"""Cards: what a person sees in one message - text, buttons, pictures. The only place that makes markup.

Text is sent with entities, never with a parse mode, so that no user's text can become formatting or break a message.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
ALBUM_LIMIT = 10
TOAST_LIMIT = 200
LABEL_LIMIT = 60
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
    """A button: a label and the verb it stands for, or a link. `once` buttons use the whole card up."""

    label: str
    verb: str = ""
    args: dict[str, Any] = field(default_factory=dict)
    once: bool = True
    url: str = ""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One message: text, rows of buttons, pictures (file ids or `(kind, file id)`), or a menu of words."""

    text: Text
    buttons: Rows = ()
    media: tuple[tuple[str, str], ...] = ()
    menu: tuple[tuple[str, ...], ...] | None = None
    receipt: bool = False

    def marked(self, mark: str) -> "Card":
        """Return the card with a mark before its text, such as 「(补发)」."""
        return replace(self, text=as_text(mark) + self.text)


def card(*parts: "str | Text | None", buttons: Sequence[Sequence[Button]] = (), **more: Any) -> Card:
    """Return a card of these lines with these rows of buttons."""
    return Card(lines(*parts), tuple(tuple(row) for row in buttons if row), **more)


def inline_keyboard(buttons: Rows, token: str) -> list[list[dict[str, str]]]:
    """Return Telegram's inline keyboard; the i-th button that is no link is pressed as `token.i`."""
    rows, i = [], 0
    for row in buttons:
        made = []
        for button in row:
            label = cut(clean(button.label).strip(), LABEL_LIMIT) or "…"
            if button.url:
                made.append({"text": label, "url": button.url})
            else:
                made.append({"text": label, "callback_data": f"{token}.{i}"})
                i += 1
        rows.append(made)
    return rows


def pressable(buttons: Rows) -> list[list[Any]]:
    """Return what the keyboard row keeps of the buttons: [verb, arguments, once], links left out."""
    return [[b.verb, b.args, b.once] for row in buttons for b in row if not b.url]


def word_keyboard(menu: tuple[tuple[str, ...], ...]) -> dict[str, Any]:
    """Return Telegram's reply keyboard; words that begin with 📍 ask for the location."""
    rows = [[_word_button(word) for word in row] for row in menu]
    return {"keyboard": rows, "resize_keyboard": True}


def _word_button(word: str) -> dict[str, Any]:
    return {"text": word, "request_location": True} if word.startswith("📍") else {"text": word}


def calls(shown: Card, chat_id: int, markup: dict[str, Any] | None, edit: int | None = None) -> list[dict[str, Any]]:
    """Return the Bot API calls that show a card: `{"method": …, "params": …}`, in order.

    An edit replaces the text of message `edit`; a card with pictures is always sent anew.
    """
    if shown.media and edit is None:
        return _media_calls(shown, chat_id, markup)
    text, entities = shown.text.render(TEXT_LIMIT)
    params: dict[str, Any] = {"chat_id": chat_id, "text": text if text.strip() else "…", "entities": entities}
    params["link_preview_options"] = {"is_disabled": True}
    if markup is not None:
        params["reply_markup"] = markup
    if edit is None:
        return [{"method": "sendMessage", "params": params}]
    return [{"method": "editMessageText", "params": {**params, "message_id": edit}}]


_SENDING = {"photo": "sendPhoto", "video": "sendVideo", "voice": "sendVoice", "document": "sendDocument"}


def _media_calls(shown: Card, chat_id: int, markup: dict[str, Any] | None) -> list[dict[str, Any]]:
    album = [m for m in shown.media if m[0] in {"photo", "video"}][:ALBUM_LIMIT]
    if len(shown.media) == 1 and units(shown.text.plain) <= CAPTION_LIMIT:
        kind, file_id = shown.media[0]
        text, entities = shown.text.render(CAPTION_LIMIT)
        params: dict[str, Any] = {"chat_id": chat_id, kind: file_id, "caption": text, "caption_entities": entities}
        if markup is not None:
            params["reply_markup"] = markup
        return [{"method": _SENDING[kind], "params": params}]
    made = [_single(chat_id, m) for m in shown.media if m not in album]
    if len(album) > 1:
        items = [{"type": kind, "media": file_id} for kind, file_id in album]
        made.append({"method": "sendMediaGroup", "params": {"chat_id": chat_id, "media": items}})
    elif album:
        made.append(_single(chat_id, album[0]))
    return made + calls(replace(shown, media=()), chat_id, markup)


def _single(chat_id: int, item: tuple[str, str]) -> dict[str, Any]:
    return {"method": _SENDING[item[0]], "params": {"chat_id": chat_id, item[0]: item[1]}}
