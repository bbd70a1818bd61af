"""Pressing buttons by the label one sees: inline buttons, and the keyboard below the input field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from sandbox.inline import Tap
from sandbox.params import JSON
from sandbox.rooms import Chat, Message

if TYPE_CHECKING:
    from sandbox.groups import Group
    from sandbox.people import Person


def reply_rows(chat: Chat) -> list[list[JSON]]:
    """The keyboard that is shown below the input field, row by row."""
    if chat.reply_markup is None or chat.keyboard_hidden:
        return []
    return list(chat.reply_markup.get("keyboard", []))


def press(person: Person, label: str, message_id: int | None, resent: int, group: Group | None) -> None:
    """Press the newest button with this label, exactly if possible, else containing it. Raises AssertionError."""
    chat = group.chat if group else person.chat
    visible = list(inline_buttons(chat, message_id))
    below = [] if message_id else [button for row in reply_rows(chat) for button in row]
    for exactly in (True, False):
        for message, button in visible:
            if _fits(label, button, exactly=exactly):
                return press_inline(person, message, button, resent)
        for button in below:
            if _fits(label, button, exactly=exactly):
                return press_reply(person, button, group)
    labels = [button["text"] for _, button in visible], [button["text"] for button in below]
    raise AssertionError(f"{person.user.name} sees no button {label!r}; visible: {labels[0]}, below: {labels[1]}")


def _fits(label: str, button: JSON, *, exactly: bool) -> bool:
    return bool(label == button["text"] if exactly else label in button["text"])


def inline_buttons(chat: Chat, message_id: int | None = None) -> Iterator[tuple[Message, JSON]]:
    """The inline buttons of one message or of all, newest message first."""
    for message in chat.newest_first():
        if message_id in (None, message.id):
            for row in message.data.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    yield message, button


def press_inline(person: Person, message: Message, button: JSON, resent: int = 1) -> None:
    """Press one inline button."""
    if "callback_data" in button:
        _tap(person, message, button, resent)
    elif "copy_text" in button:
        person.copied.append(button["copy_text"]["text"])
    elif url := button.get("url"):
        _follow(person, str(url))
    else:
        text = button.get("switch_inline_query_current_chat", button.get("switch_inline_query"))
        person.asks_inline(str(text or ""))
    message.chat.read_up_to[person.id] = max(message.chat.messages)


def _tap(person: Person, message: Message, button: JSON, resent: int) -> None:
    tg = person.tg
    again = int(tg.faults.for_update("callback_query", "resend"))
    for _ in range(resent + again):
        tap = Tap(tg.next_id(), person.user, message.chat, tg.clock.now())
        tg.taps[tap.id] = tap
        payload = {"id": tap.id, "from": person.user.as_json(), "message": message.data,
                   "chat_instance": str(message.chat.id * 7919), "data": button["callback_data"]}  # fmt: skip
        tg.updates.push("callback_query", payload, f"user:{person.id}")


def _follow(person: Person, url: str) -> None:
    person.opened.append(url)
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if parts.hostname == "t.me" and parts.path.strip("/").lower() == person.tg.bot.username.lower():
        person.opens_link(parse_qs(parts.query).get("start", [""])[0])


def press_reply(person: Person, button: JSON, group: Group | None) -> None:
    """Press one button of the keyboard below the input field."""
    chat = group.chat if group else person.chat
    chat.keyboard_hidden = bool((chat.reply_markup or {}).get("one_time_keyboard"))
    if button.get("request_location"):
        person.sends_location()
    elif button.get("request_contact"):
        person.sends_contact()
    else:
        person.says(button["text"], chat=group)
