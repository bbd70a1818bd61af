"""What the bot says about itself: commands per scope and language, descriptions, the menu button."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.errors import bad_request
from sandbox.params import JSON, Params
from sandbox.registry import bot_method
from sandbox.rooms import Chat, User

if TYPE_CHECKING:
    from sandbox.telegram import Telegram

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_PLAIN_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})


@dataclass
class Profile:
    """Commands by (scope, language), descriptions by language, menu buttons by chat."""

    commands: dict[tuple[str, str], list[JSON]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int, JSON] = field(default_factory=dict)

    def seen_by(self, user: User, chat: Chat) -> list[JSON]:
        """The commands a person sees in a chat: the narrowest scope that has any, own language first."""
        for scope in _scopes(user, chat):
            for language in (user.language_code.split("-")[0], ""):
                if commands := self.commands.get((scope, language)):
                    return commands
        return []


def _scopes(user: User, chat: Chat) -> list[str]:
    if chat.is_private:
        return [f"chat:{chat.id}", "all_private_chats", "default"]
    scopes = [f"chat_member:{chat.id}:{user.id}"]
    if chat.members.get(user.id) in {"administrator", "creator"}:
        scopes += [f"chat_administrators:{chat.id}", f"chat:{chat.id}", "all_chat_administrators"]
    return [*scopes, f"chat:{chat.id}", "all_group_chats", "default"]


def _scope_key(tg: Telegram, p: Params) -> tuple[str, str]:
    scope = p.json("scope") or {"type": "default"}
    kind = str(scope.get("type"))
    if kind in _PLAIN_SCOPES:
        return kind, p.text("language_code")
    chat_id = int(scope.get("chat_id") or 0)
    if chat_id not in tg.chats:
        raise bad_request("chat not found")
    if kind in {"chat", "chat_administrators"}:
        return f"{kind}:{chat_id}", p.text("language_code")
    if kind == "chat_member":
        return f"{kind}:{chat_id}:{scope.get('user_id')}", p.text("language_code")
    raise bad_request("can't parse BotCommandScope: unsupported type specified")


@bot_method
def set_my_commands(tg: Telegram, p: Params) -> bool:
    """setMyCommands."""
    commands = p.items("commands")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    tg.profile.commands[_scope_key(tg, p)] = [_checked(command) for command in commands]
    return True


def _checked(command: Any) -> JSON:
    name = str(command.get("command", "")).removeprefix("/")
    description = str(command.get("description", "")).strip()
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


@bot_method
def get_my_commands(tg: Telegram, p: Params) -> list[JSON]:
    """getMyCommands: exactly those of this scope and language."""
    return tg.profile.commands.get(_scope_key(tg, p), [])


@bot_method
def delete_my_commands(tg: Telegram, p: Params) -> bool:
    """deleteMyCommands."""
    tg.profile.commands.pop(_scope_key(tg, p), None)
    return True


def _set_text(tg: Telegram, p: Params, name: str, limit: int) -> bool:
    if len(p.text(name)) > limit:
        raise bad_request(f"{name.replace('_', ' ')} is too long")
    tg.profile.texts[name, p.text("language_code")] = p.text(name)
    return True


def _get_text(tg: Telegram, p: Params, name: str) -> JSON:
    texts = tg.profile.texts
    return {name: texts.get((name, p.text("language_code"))) or texts.get((name, ""), "")}


@bot_method
def set_my_description(tg: Telegram, p: Params) -> bool:
    """setMyDescription."""
    return _set_text(tg, p, "description", 512)


@bot_method
def get_my_description(tg: Telegram, p: Params) -> JSON:
    """getMyDescription."""
    return _get_text(tg, p, "description")


@bot_method
def set_my_short_description(tg: Telegram, p: Params) -> bool:
    """setMyShortDescription."""
    return _set_text(tg, p, "short_description", 120)


@bot_method
def get_my_short_description(tg: Telegram, p: Params) -> JSON:
    """getMyShortDescription."""
    return _get_text(tg, p, "short_description")


@bot_method
def set_my_name(tg: Telegram, p: Params) -> bool:
    """setMyName."""
    return _set_text(tg, p, "name", 64)


@bot_method
def get_my_name(tg: Telegram, p: Params) -> JSON:
    """getMyName: the account's first name unless another was set."""
    return {"name": _get_text(tg, p, "name")["name"] or tg.bot.first_name}


@bot_method
def set_chat_menu_button(tg: Telegram, p: Params) -> bool:
    """setChatMenuButton."""
    button = p.json("menu_button") or {"type": "default"}
    if button.get("type") not in {"default", "commands", "web_app"}:
        raise bad_request(f"can't parse menu button: {json.dumps(button.get('type'))} is not supported")
    tg.profile.menu_buttons[p.integer("chat_id")] = button
    return True


@bot_method
def get_chat_menu_button(tg: Telegram, p: Params) -> JSON:
    """getChatMenuButton."""
    buttons = tg.profile.menu_buttons
    return buttons.get(p.integer("chat_id")) or buttons.get(0) or {"type": "commands"}
