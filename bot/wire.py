"""The wire: one Bot API call out, and a plain word for how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.transport import NotSent

PASSED = ("message is not modified", "query is too old")
NOBODY = (
    "chat not found", "user is deactivated", "bot can't initiate", "PEER_ID_INVALID", "group chat was deleted",
    "not enough rights to send", "have no rights to send", "CHAT_WRITE_FORBIDDEN", "need administrator rights",
)  # fmt: skip


# What a server or a gateway answers when it did not take the call.
AWAY = ("Internal Server Error", "Bad Gateway", "Service Unavailable", "Gateway Timeout")


class End(StrEnum):
    """How a call ended."""

    DONE = "done"
    PASSED = "passed"
    NOT_SENT = "not_sent"
    LATER = "later"
    BLOCKED = "blocked"
    MOVED = "moved"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    UNMADE = "unmade"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a call; `seconds` to wait, the new `chat` of a moved group, what was sent: message id, poll id.

    `photos` are Telegram's names of the photos, one for each message in order ("" for none); `papers` the same by the
    key of the paper that was sent.
    """

    end: End
    message_id: int | None = None
    seconds: float = 0.0
    chat: int = 0
    reason: str = ""
    poll: str = ""
    photos: tuple[str, ...] = ()
    papers: Mapping[str, str] = field(default_factory=dict)


class Missing(Exception):
    """Telegram has no such file, or none that a bot may have."""


async def call(bot: ExtBot[None], method: str, params: dict[str, Any], seconds: float | None = None) -> Any:
    """Make one Bot API call and return its raw result; raises telegram.error.TelegramError."""
    parameters = [RequestParameter.from_input(key, value) for key, value in params.items() if value is not None]
    timeout = {"read_timeout": seconds} if seconds else {}
    return await bot.request.post(f"{bot.base_url}/{method}", RequestData(parameters), **timeout)


async def attempt(bot: ExtBot[None], method: str, params: dict[str, Any]) -> Outcome:
    """Make one Bot API call and say how it ended; never raises for what Telegram or the network do."""
    try:
        result = await call(bot, method, params)
    except TelegramError as trouble:
        return _ended(trouble)
    except (KeyError, TypeError, AttributeError) as trouble:  # an answer that is not Telegram's
        return Outcome(End.UNKNOWN, reason=type(trouble).__name__)
    messages = [message for message in (result if isinstance(result, list) else [result]) if isinstance(message, dict)]
    if not messages:
        return Outcome(End.DONE)
    poll = messages[-1].get("poll")
    poll_id = str(poll.get("id", "")) if isinstance(poll, dict) else ""
    photos = tuple(_photo(message) for message in messages)
    return Outcome(End.DONE, messages[-1].get("message_id"), poll=poll_id, photos=photos)


def _photo(message: dict[str, Any]) -> str:
    sizes = message.get("photo")
    largest = sizes[-1] if isinstance(sizes, list) and sizes else None
    return str(largest.get("file_id", "")) if isinstance(largest, dict) else ""


async def download(bot: ExtBot[None], file_id: str, largest: int) -> bytes:
    """Fetch a file of at most so many bytes. Raises Missing, or telegram.error.TelegramError when it may work later.

    The address carries the bot's token, so it is made here, used once, and stands in nothing that is raised.
    """
    try:
        found = await call(bot, "getFile", {"file_id": file_id})
        if not isinstance(found, dict) or not found.get("file_path") or int(found.get("file_size") or 0) > largest:
            raise Missing("no path or too large")
    except (BadRequest, ValueError) as trouble:
        raise Missing(type(trouble).__name__) from None
    try:
        content = await bot.request.retrieve(f"{bot.base_file_url}/{found['file_path']}")
    except (BadRequest, InvalidToken, Forbidden) as trouble:  # the answer to an address that is not good any more
        raise Missing(type(trouble).__name__) from None
    if len(content) > largest:
        raise Missing("too large")
    return content


def _ended(trouble: TelegramError) -> Outcome:
    words = str(trouble)
    reason = f"{type(trouble).__name__}: {words[:120]}"
    match trouble:
        case RetryAfter():
            wait = trouble.retry_after
            return Outcome(End.LATER, seconds=wait if isinstance(wait, int | float) else wait.total_seconds())
        case ChatMigrated():
            return Outcome(End.MOVED, chat=trouble.new_chat_id)
        case Forbidden():
            return Outcome(End.BLOCKED, reason=reason)
        case BadRequest():
            if any(word in words for word in NOBODY):
                return Outcome(End.BLOCKED, reason=reason)
            passed = any(word.lower() in words.lower() for word in PASSED)
            return Outcome(End.PASSED if passed else End.REFUSED, reason=reason)
        case NotSent() | InvalidToken():
            return Outcome(End.NOT_SENT, reason=type(trouble).__name__)
        case NetworkError() if any(word in words for word in AWAY):
            return Outcome(End.NOT_SENT, reason="server error")
        case NetworkError():
            return Outcome(End.UNKNOWN, reason=type(trouble).__name__)
    return Outcome(End.REFUSED, reason=reason)
