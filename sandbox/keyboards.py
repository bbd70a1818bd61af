"""Reply markup: what Telegram accepts under a message and below the input field."""

from __future__ import annotations

from typing import Any

from sandbox.errors import bad_request
from sandbox.params import JSON, Params

MOST_BUTTONS = 100
MOST_PER_ROW = 8
_ACTIONS = (
    "callback_data", "url", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip


def markup_of(p: Params) -> JSON | None:
    """The checked `reply_markup` of a call; None when there is none. Raises Refusal."""
    markup = p.json("reply_markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = [[_inline_button(b) for b in row] for row in _rows(markup["inline_keyboard"], "inline keyboard")]
        return {"inline_keyboard": rows} if rows else None
    if "keyboard" in markup:
        rows = [[_reply_button(b) for b in row] for row in _rows(markup["keyboard"], "reply keyboard")]
        return {**markup, "keyboard": rows}
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        return markup
    if not markup:
        return None
    raise bad_request("can't parse reply keyboard markup JSON object")


def inline_only(p: Params) -> JSON | None:
    """The checked inline keyboard of an edit. Raises Refusal for any other markup."""
    markup = markup_of(p)
    if markup is not None and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return markup


def _rows(rows: Any, what: str) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f"can't parse {what}: expected an Array of Array of buttons")
    full: list[list[Any]] = [row for row in rows if row]
    if sum(map(len, full)) > MOST_BUTTONS or any(len(row) > MOST_PER_ROW for row in full):
        raise bad_request("reply markup is too long")
    return full


def _inline_button(button: Any) -> JSON:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    actions = [name for name in _ACTIONS if button.get(name) is not None]
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: only one action per button is allowed")
    _check_action(actions[0], button[actions[0]])
    return button


def _check_action(name: str, value: Any) -> None:
    if name == "callback_data" and not (isinstance(value, str) and 1 <= len(value.encode()) <= 64):
        raise bad_request("BUTTON_DATA_INVALID")
    if name == "url" and not str(value).startswith(("http://", "https://", "tg://", "t.me/")):
        raise bad_request(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    if name == "copy_text" and not 1 <= len(str((value or {}).get("text", ""))) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if name == "web_app" and not str((value or {}).get("url", "")).startswith("https://"):
        raise bad_request("BUTTON_URL_INVALID")


def _reply_button(button: Any) -> JSON:
    button = {"text": button} if isinstance(button, str) else button
    if not isinstance(button, dict) or not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad_request("can't parse keyboard button: button text must be non-empty")
    return button
