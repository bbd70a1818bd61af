"""The table of Bot API methods: a function registers itself under its name in camel case."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from sandbox.params import Params

if TYPE_CHECKING:
    from sandbox.telegram import Telegram

BotMethod = Callable[["Telegram", Params], Any]
F = TypeVar("F", bound=Callable[..., Any])
METHODS: dict[str, tuple[str, BotMethod]] = {}


def bot_method(function: F) -> F:
    """Register `send_message` as sendMessage; Telegram does not mind the case of a method's name."""
    first, *rest = function.__name__.split("_")
    name = first + "".join(map(str.capitalize, rest))
    METHODS[name.lower()] = (name, function)
    return function
