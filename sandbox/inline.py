"""Taps on buttons and inline queries: what waits for an answer, and the answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.errors import bad_request
from sandbox.params import JSON, Params
from sandbox.registry import bot_method
from sandbox.rooms import Chat, Toast, User
from sandbox.texts import message_text
from sandbox.utf16 import units

if TYPE_CHECKING:
    from sandbox.telegram import Telegram

TAP_LIVES = timedelta(seconds=150)
INLINE_LIVES = timedelta(seconds=30)
TOAST_LIMIT = 200
MOST_RESULTS = 50
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(slots=True)
class Tap:
    """A pressed callback button that waits for its answer."""

    id: str
    user: User
    chat: Chat
    at: datetime
    answered: bool = False
    opened: str = ""


@dataclass(slots=True)
class InlineQuery:
    """What somebody typed after the bot's name, and what the bot offered."""

    id: str
    user: User
    text: str
    at: datetime
    offset: str = ""
    answered: bool = False
    results: list[JSON] = field(default_factory=list)
    next_offset: str = ""
    button: JSON | None = None


@bot_method
def answer_callback_query(tg: Telegram, p: Params) -> bool:
    """answerCallbackQuery: once, within 150 seconds."""
    text = p.text("text")
    if units(text) > TOAST_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    tap = tg.taps.get(p.text("callback_query_id"))
    if tap is None or tap.answered or tg.clock.now() - tap.at >= TAP_LIVES:
        raise bad_request(_TOO_OLD)
    if url := p.text("url"):
        if not url.removeprefix("https://").startswith(f"t.me/{tg.bot.username}?start="):
            raise bad_request("URL_INVALID")
        tap.opened = url
    tap.answered = True
    if text:
        seq = tg.touch(tap.chat)
        tap.chat.toasts.setdefault(tap.user.id, []).append(Toast(text, p.flag("show_alert"), seq))
    return True


@bot_method
def answer_inline_query(tg: Telegram, p: Params) -> bool:
    """answerInlineQuery: once, within 30 seconds, at most 50 results."""
    results = p.items("results")
    if len(results) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    for result in results:
        _check_result(result)
    if len({result["id"] for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    query = tg.inline_queries.get(p.text("inline_query_id"))
    if query is None or query.answered or tg.clock.now() - query.at >= INLINE_LIVES:
        raise bad_request(_TOO_OLD)
    query.answered, query.results = True, results
    query.next_offset, query.button = p.text("next_offset"), p.json("button")
    tg.changed.ring()
    return True


def _check_result(result: Any) -> None:
    if not isinstance(result, dict) or not isinstance(result.get("type"), str):
        raise bad_request("can't parse inline query result: Can't find field \"type\"")
    if not 1 <= len(str(result.get("id", "")).encode()) <= 64:
        raise bad_request("RESULT_ID_INVALID")
    if result["type"] == "article" and not result.get("title"):
        raise bad_request("can't parse inline query result: Can't find field \"title\"")
    content = result.get("input_message_content")
    if result["type"] == "article" and not isinstance(content, dict):
        raise bad_request("can't parse inline query result: Can't find field \"input_message_content\"")
    if isinstance(content, dict) and "message_text" in content:
        chosen_text(result)


def chosen_text(result: JSON) -> JSON:
    """The message fields that choosing a text result would send. Raises Refusal when Telegram would not take it."""
    content = result.get("input_message_content") or {}
    return message_text(Params({**content, "text": content.get("message_text", "")}))
