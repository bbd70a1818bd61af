"""Chats and their members, as the bot may ask about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.errors import bad_request, forbidden
from sandbox.messages import addressed_chat
from sandbox.params import JSON, Params
from sandbox.registry import bot_method
from sandbox.rooms import Chat, User

if TYPE_CHECKING:
    from sandbox.telegram import Telegram

_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
    "can_change_info", "can_invite_users", "can_pin_messages", "can_post_stories", "can_edit_stories",
    "can_delete_stories",
)  # fmt: skip


def member_json(chat: Chat, user: User) -> JSON:
    """A ChatMember object; somebody who never was in the chat counts as left."""
    status = "member" if chat.is_private else chat.members.get(user.id, "left")
    member: JSON = {"user": user.as_json(), "status": status}
    if status == "creator":
        member["is_anonymous"] = False
    elif status == "administrator":
        member |= dict.fromkeys(_RIGHTS, True) | {"can_be_edited": False, "is_anonymous": False}
    elif status == "kicked":
        member["until_date"] = 0
    return member


@bot_method
def get_chat(tg: Telegram, p: Params) -> JSON:
    """getChat: a ChatFullInfo object."""
    chat = addressed_chat(tg, p)
    info = chat.as_json() | {"accent_color_id": 0, "max_reaction_count": 11}
    info["accepted_gift_types"] = dict.fromkeys(_GIFTS, False)
    if chat.pinned and (pinned := chat.find(chat.pinned[-1])):
        info["pinned_message"] = pinned.data
    return info


@bot_method
def get_chat_member(tg: Telegram, p: Params) -> JSON:
    """getChatMember."""
    chat = _own_chat(tg, p)
    user = tg.users.get(p.integer("user_id"))
    if user is None or (chat.is_private and user.id not in {chat.id, tg.bot.id}):
        raise bad_request("user not found" if user is None else "member not found")
    return member_json(chat, user)


@bot_method
def get_chat_administrators(tg: Telegram, p: Params) -> list[JSON]:
    """getChatAdministrators: without other bots."""
    chat = _own_chat(tg, p)
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    heads = [user_id for user_id, status in chat.members.items() if status in {"creator", "administrator"}]
    return [member_json(chat, tg.users[user_id]) for user_id in heads]


@bot_method
def get_chat_member_count(tg: Telegram, p: Params) -> int:
    """getChatMemberCount."""
    chat = _own_chat(tg, p)
    return 2 if chat.is_private else sum(status not in {"left", "kicked"} for status in chat.members.values())


@bot_method
def leave_chat(tg: Telegram, p: Params) -> bool:
    """leaveChat."""
    chat = _own_chat(tg, p)
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    chat.members[tg.bot.id] = "left"
    tg.write(chat, tg.bot, {"left_chat_member": tg.bot.as_json()})
    return True


def _own_chat(tg: Telegram, p: Params) -> Chat:
    chat = addressed_chat(tg, p)
    if not chat.is_private and chat.members.get(tg.bot.id) not in {"member", "administrator"}:
        kind = "supergroup" if chat.type == "supergroup" else "group"
        raise forbidden(f"bot is not a member of the {kind} chat")
    return chat
