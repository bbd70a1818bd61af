"""Changing what was sent: edits, deletions and pins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.errors import bad_request
from sandbox.keyboards import inline_only
from sandbox.media import CAPTIONED, media_content
from sandbox.messages import writable_chat
from sandbox.params import JSON, Params
from sandbox.registry import bot_method
from sandbox.rooms import Chat, Message
from sandbox.texts import caption_of, message_text

if TYPE_CHECKING:
    from sandbox.telegram import Telegram

DELETABLE_SECONDS = 48 * 3600
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_CONTENT = ("text", "entities", "caption", "caption_entities", *CAPTIONED)


@bot_method
def edit_message_text(tg: Telegram, p: Params) -> JSON:
    """editMessageText."""
    content = message_text(p)
    message = _editable(tg, p)
    if "text" not in message.data:
        raise bad_request("there is no text in the message to edit")
    return _change(tg, message, _without(message.data, "text", "entities") | content, inline_only(p))


@bot_method
def edit_message_caption(tg: Telegram, p: Params) -> JSON:
    """editMessageCaption."""
    content = caption_of(p)
    message = _editable(tg, p)
    if not any(kind in message.data for kind in CAPTIONED):
        raise bad_request("there is no caption in the message to edit")
    return _change(tg, message, _without(message.data, "caption", "caption_entities") | content, inline_only(p))


@bot_method
def edit_message_media(tg: Telegram, p: Params) -> JSON:
    """editMessageMedia."""
    item = p.json("media")
    if not isinstance(item, dict):
        raise bad_request("media to edit must be an object")
    message = _editable(tg, p)
    content = media_content(tg, p, item)
    return _change(tg, message, _without(message.data, *_CONTENT) | content, inline_only(p))


@bot_method
def edit_message_reply_markup(tg: Telegram, p: Params) -> JSON:
    """editMessageReplyMarkup."""
    message = _editable(tg, p)
    return _change(tg, message, dict(message.data), inline_only(p))


def _editable(tg: Telegram, p: Params) -> Message:
    chat = writable_chat(tg, p)
    message = chat.find(p.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.author != tg.bot.id or message.lost_its_keyboard or "forward_origin" in message.data:
        raise bad_request("message can't be edited")
    return message


def _without(data: JSON, *names: str) -> JSON:
    return {name: value for name, value in data.items() if name not in names}


def _change(tg: Telegram, message: Message, data: JSON, markup: JSON | None) -> JSON:
    data.pop("reply_markup", None)
    if markup:
        data["reply_markup"] = markup
    if _comparable(data) == _comparable(message.data):
        raise bad_request(_NOT_MODIFIED)
    content_changed = any(data.get(name) != message.data.get(name) for name in _CONTENT)
    message.edited = message.edited or content_changed
    message.data = data | {"edit_date": tg.clock.timestamp()}
    tg.touch(message.chat, message)
    return message.data


def _comparable(data: JSON) -> JSON:
    return {name: data.get(name) for name in (*_CONTENT, "reply_markup")}


@bot_method
def delete_message(tg: Telegram, p: Params) -> bool:
    """deleteMessage: only for 48 hours."""
    chat = writable_chat(tg, p)
    message = chat.find(p.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if not _may_delete(tg, message):
        raise bad_request("message can't be deleted for everyone")
    remove(tg, message)
    return True


@bot_method
def delete_messages(tg: Telegram, p: Params) -> bool:
    """deleteMessages: what is gone or too old is skipped."""
    chat = writable_chat(tg, p)
    ids = p.items("message_ids")
    if not 1 <= len(ids) <= 100:
        raise bad_request("too many messages to delete" if ids else "message identifiers are not specified")
    for message in filter(None, (chat.find(int(message_id)) for message_id in ids)):
        if _may_delete(tg, message):
            remove(tg, message)
    return True


def _may_delete(tg: Telegram, message: Message) -> bool:
    recent = tg.clock.timestamp() - int(message.data["date"]) < DELETABLE_SECONDS
    chat = message.chat
    may = chat.is_private or message.author == tg.bot.id or chat.members.get(tg.bot.id) == "administrator"
    return recent and may


def remove(tg: Telegram, message: Message) -> None:
    """Take a message out of its chat, and the reply keyboard that came with it."""
    message.deleted = True
    chat = message.chat
    if chat.keyboard is message:
        chat.keyboard = chat.reply_markup = None
    if message.id in chat.pinned:
        chat.pinned.remove(message.id)
    tg.touch(chat, message)


@bot_method
def pin_chat_message(tg: Telegram, p: Params) -> bool:
    """pinChatMessage."""
    chat = _pinning_chat(tg, p)
    message = chat.find(p.integer("message_id"))
    if message is None:
        raise bad_request("message to pin not found")
    if message.id not in chat.pinned:
        chat.pinned.append(message.id)
        tg.write(chat, tg.bot, {"pinned_message": message.data})
    return True


@bot_method
def unpin_chat_message(tg: Telegram, p: Params) -> bool:
    """unpinChatMessage: the given message or the last one pinned."""
    chat = _pinning_chat(tg, p)
    wanted = p.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if wanted not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(wanted)
    return True


@bot_method
def unpin_all_chat_messages(tg: Telegram, p: Params) -> bool:
    """unpinAllChatMessages."""
    _pinning_chat(tg, p).pinned.clear()
    return True


def _pinning_chat(tg: Telegram, p: Params) -> Chat:
    chat = writable_chat(tg, p)
    if not chat.is_private and chat.members.get(tg.bot.id) != "administrator":
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat
