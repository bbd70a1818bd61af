"""Sending: text, places, contacts, and what is common to everything the bot sends."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.errors import bad_request, forbidden
from sandbox.keyboards import markup_of
from sandbox.params import JSON, Params
from sandbox.registry import bot_method
from sandbox.rooms import Chat, Message
from sandbox.texts import message_text

if TYPE_CHECKING:
    from sandbox.telegram import Telegram

_UPLOADS = ("photo", "video", "voice", "document", "video_note")
ACTIONS = frozenset(
    {"typing", "record_video", "record_voice", "record_video_note", "choose_sticker", "find_location"}
    | {f"upload_{what}" for what in _UPLOADS}
)
_ACTION_LASTS = timedelta(seconds=5)


def addressed_chat(tg: Telegram, p: Params, name: str = "chat_id") -> Chat:
    """The chat a call names. Raises Refusal when missing or unknown, or when the group has moved."""
    if not p.has(name):
        raise bad_request(f"{name} is empty")
    chat = tg.chats.get(p.integer(name))
    if chat is None and p.text(name).startswith("@"):
        wanted = p.text(name)[1:].lower()
        chat = next((c for c in tg.chats.values() if c.user is None and c.title.lower() == wanted), None)
    if chat is None or (chat.is_private and not chat.started and not _shares_a_group(tg, chat)):
        raise bad_request("chat not found")
    if chat.migrated_to is not None:
        raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
    return chat


def _shares_a_group(tg: Telegram, private: Chat) -> bool:
    return any(private.id in chat.members for chat in tg.chats.values() if not chat.is_private)


def writable_chat(tg: Telegram, p: Params, name: str = "chat_id") -> Chat:
    """The chat a call names, when the bot may write there. Raises Refusal otherwise."""
    chat = addressed_chat(tg, p, name)
    if chat.deactivated:
        raise forbidden("user is deactivated")
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    if chat.is_private and not chat.started:
        raise forbidden("bot can't initiate conversation with a user")
    if not chat.is_private and (status := chat.members.get(tg.bot.id)) not in {"member", "administrator"}:
        kind = "supergroup" if chat.type == "supergroup" else "group"
        raise forbidden(f"bot was kicked from the {kind} chat" if status else f"bot is not a member of the {kind} chat")
    return chat


def send(tg: Telegram, p: Params, content: JSON) -> JSON:
    """Send one message with the call's chat, reply and markup; gives the Message JSON. Raises Refusal."""
    chat = writable_chat(tg, p)
    markup = markup_of(p)
    reply = replied(chat, p)
    tg.flood.check(chat, tg.clock.now().timestamp)
    return deliver(tg, chat, content | reply, markup, p).data


def deliver(tg: Telegram, chat: Chat, content: JSON, markup: JSON | None, p: Params) -> Message:
    """Put the bot's message into the chat, with its keyboard."""
    extra: JSON = {}
    if p.flag("protect_content"):
        extra["has_protected_content"] = True
    if markup and "inline_keyboard" in markup:
        extra["reply_markup"] = markup
    message = tg.write(chat, tg.bot, content | extra)
    chat.action = None
    if markup and "inline_keyboard" not in markup:
        message.lost_its_keyboard = True
        _set_keyboard(chat, message, markup)
    return message


def _set_keyboard(chat: Chat, message: Message, markup: JSON) -> None:
    removed = "remove_keyboard" in markup
    chat.keyboard, chat.reply_markup = (None, None) if removed else (message, markup)
    chat.keyboard_hidden = False


def replied(chat: Chat, p: Params) -> JSON:
    """`reply_to_message` of a call, empty when it is no reply. Raises Refusal when that message is gone."""
    parameters = p.json("reply_parameters") or {}
    message_id = int(parameters.get("message_id") or p.integer("reply_to_message_id"))
    if not message_id:
        return {}
    message = chat.find(message_id)
    if message is None:
        if parameters.get("allow_sending_without_reply") or p.flag("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    return {"reply_to_message": without_reply(message.data)}


def without_reply(data: JSON) -> JSON:
    """A message as it is quoted: without what it replies to itself."""
    return {name: value for name, value in data.items() if name != "reply_to_message"}


@bot_method
def send_message(tg: Telegram, p: Params) -> JSON:
    """sendMessage."""
    content = message_text(p)
    if (preview := p.json("link_preview_options")) is not None:
        content["link_preview_options"] = preview
    return send(tg, p, content)


@bot_method
def send_location(tg: Telegram, p: Params) -> JSON:
    """sendLocation."""
    return send(tg, p, {"location": location_of(p)})


def location_of(p: Params) -> JSON:
    """The checked coordinates of a call. Raises Refusal."""
    latitude, longitude = p.number("latitude", 999.0), p.number("longitude", 999.0)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("wrong latitude or longitude specified")
    place: JSON = {"latitude": latitude, "longitude": longitude}
    if (period := p.integer("live_period")) and not 60 <= period <= 86_400 and period != 0x7FFFFFFF:
        raise bad_request("wrong live_period specified")
    return place | ({"live_period": period} if period else {})


@bot_method
def send_venue(tg: Telegram, p: Params) -> JSON:
    """sendVenue."""
    location = location_of(p)
    if not p.has("title") or not p.has("address"):
        raise bad_request("title and address of the venue must be non-empty")
    venue = {"location": location, "title": p.text("title"), "address": p.text("address")}
    return send(tg, p, {"location": location, "venue": venue})


@bot_method
def send_contact(tg: Telegram, p: Params) -> JSON:
    """sendContact."""
    if not p.has("phone_number") or not p.has("first_name"):
        raise bad_request("phone number and first name must be non-empty")
    contact: JSON = {"phone_number": p.text("phone_number"), "first_name": p.text("first_name")}
    if p.has("last_name"):
        contact["last_name"] = p.text("last_name")
    return send(tg, p, {"contact": contact})


@bot_method
def send_chat_action(tg: Telegram, p: Params) -> bool:
    """sendChatAction: shown for five seconds or until the next message."""
    chat = writable_chat(tg, p)
    if (action := p.text("action")) not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.action = (action, tg.clock.now() + _ACTION_LASTS)
    tg.touch(chat)
    return True


@bot_method
def get_me(tg: Telegram, _: Params) -> dict[str, Any]:
    """getMe."""
    flags = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": True,
             "can_connect_to_business": False, "has_main_web_app": False, "has_topics_enabled": False,
             "allows_users_to_create_topics": False, "can_manage_bots": False}  # fmt: skip
    return tg.bot.as_json() | flags
