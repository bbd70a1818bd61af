"""Forwards and copies of messages from one chat to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.errors import bad_request
from sandbox.keyboards import markup_of
from sandbox.media import CAPTIONED
from sandbox.messages import addressed_chat, deliver, replied, writable_chat
from sandbox.params import JSON, Params
from sandbox.registry import bot_method
from sandbox.rooms import Chat, Message
from sandbox.texts import caption_of

if TYPE_CHECKING:
    from sandbox.telegram import Telegram

_COPIED = ("text", "entities", "caption", "caption_entities", "location", "venue", "contact", "sticker", "video_note",
           *CAPTIONED)  # fmt: skip


@bot_method
def forward_message(tg: Telegram, p: Params) -> JSON:
    """forwardMessage: shows where the message comes from."""
    source, chat = _source(tg, p, "forward"), writable_chat(tg, p)
    tg.flood.check(chat, tg.clock.now().timestamp)
    return _forward(tg, chat, source, p).data


@bot_method
def forward_messages(tg: Telegram, p: Params) -> list[JSON]:
    """forwardMessages: what is gone is skipped."""
    chat, sources = writable_chat(tg, p), _sources(tg, p, "forward")
    tg.flood.check(chat, tg.clock.now().timestamp, len(sources))
    return [{"message_id": _forward(tg, chat, source, p).id} for source in sources]


@bot_method
def copy_message(tg: Telegram, p: Params) -> JSON:
    """copyMessage: a new message without the origin; gives its id only."""
    source, chat = _source(tg, p, "copy"), writable_chat(tg, p)
    content = _copied(source)
    if "caption" in p.values and any(kind in content for kind in CAPTIONED):
        content = {k: v for k, v in content.items() if k not in {"caption", "caption_entities"}} | caption_of(p)
    markup, reply = markup_of(p), replied(chat, p)
    tg.flood.check(chat, tg.clock.now().timestamp)
    return {"message_id": deliver(tg, chat, content | reply, markup, p).id}


@bot_method
def copy_messages(tg: Telegram, p: Params) -> list[JSON]:
    """copyMessages: what is gone is skipped."""
    chat, sources = writable_chat(tg, p), _sources(tg, p, "copy")
    tg.flood.check(chat, tg.clock.now().timestamp, len(sources))
    return [{"message_id": deliver(tg, chat, _copied(source), None, p).id} for source in sources]


def _source(tg: Telegram, p: Params, purpose: str) -> Message:
    message = addressed_chat(tg, p, "from_chat_id").find(p.integer("message_id"))
    if message is None:
        raise bad_request(f"message to {purpose} not found")
    if message.data.get("has_protected_content") or not _copied(message):
        raise bad_request(f"message can't be {'forwarded' if purpose == 'forward' else 'copied'}")
    return message


def _sources(tg: Telegram, p: Params, purpose: str) -> list[Message]:
    chat, ids = addressed_chat(tg, p, "from_chat_id"), p.items("message_ids")
    found = [message for message_id in ids[:100] if (message := chat.find(int(message_id))) and _copied(message)]
    if not found:
        raise bad_request(f"there are no messages to {purpose}")
    return found


def _copied(message: Message) -> JSON:
    return {name: message.data[name] for name in _COPIED if name in message.data}


def _forward(tg: Telegram, chat: Chat, source: Message, p: Params) -> Message:
    origin = source.data.get("forward_origin") or {
        "type": "user", "sender_user": source.data["from"], "date": source.data["date"],
    }  # fmt: skip
    return deliver(tg, chat, _copied(source) | {"forward_origin": origin}, None, p)
