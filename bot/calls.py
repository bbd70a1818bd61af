"""Calls: from a card to the Bot API calls that show it. The only place that makes Telegram's markup."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.cards import TEXT_LIMIT, Card, Paper, Quiz, Rows, Suggestion, clean, cut, units

CAPTION_LIMIT = 1024
ALBUM_LIMIT = 10
LABEL_LIMIT = 60
QUESTION_LIMIT, OPTION_LIMIT, EXPLANATION_LIMIT = 300, 100, 200
INLINE_SECONDS = 300  # how long Telegram may keep an inline answer, which is the same for everybody


def inline_keyboard(buttons: Rows, token: str) -> list[list[dict[str, Any]]]:
    """Return Telegram's inline keyboard; the i-th button that the bot hears of is pressed as `token.i`."""
    rows, i = [], 0
    for row in buttons:
        made: list[dict[str, Any]] = []
        for button in row:
            label = cut(clean(button.label).strip(), LABEL_LIMIT) or "…"
            if button.url:
                made.append({"text": label, "url": button.url})
            elif button.copy:
                made.append({"text": label, "copy_text": {"text": button.copy}})
            else:
                made.append({"text": label, "callback_data": f"{token}.{i}"})
                i += 1
        rows.append(made)
    return rows


def pressable(buttons: Rows) -> list[list[Any]]:
    """Return what the keyboard row keeps of the buttons: [verb, arguments, once], links and copies left out."""
    return [[b.verb, b.args, b.once] for row in buttons for b in row if not b.url and not b.copy]


def word_keyboard(menu: tuple[tuple[str, ...], ...]) -> dict[str, Any]:
    """Return Telegram's reply keyboard; words that begin with 📍 ask for the location."""
    rows = [[_word_button(word) for word in row] for row in menu]
    return {"keyboard": rows, "resize_keyboard": True}


def _word_button(word: str) -> dict[str, Any]:
    return {"text": word, "request_location": True} if word.startswith("📍") else {"text": word}


def calls(shown: Card, chat_id: int, markup: dict[str, Any] | None, edit: int | None = None) -> list[dict[str, Any]]:
    """Return the Bot API calls that show a card: `{"method": …, "params": …}`, in order.

    An edit replaces the text of message `edit`; a card with pictures is always sent anew.
    """
    if shown.quiz is not None:
        return [_quiz_call(shown.quiz, chat_id, markup)]
    if shown.paper is not None:
        return [_captioned(shown, chat_id, shown.paper.kind, shown.paper, markup)]
    if shown.media and edit is None:
        return _media_calls(shown, chat_id, markup)
    text, entities = shown.text.render(TEXT_LIMIT)
    params: dict[str, Any] = {"chat_id": chat_id, "text": text if text.strip() else "…", "entities": entities}
    params["link_preview_options"] = {"is_disabled": True}
    if markup is not None:
        params["reply_markup"] = markup
    if edit is None:
        return [{"method": "sendMessage", "params": params}]
    return [{"method": "editMessageText", "params": {**params, "message_id": edit}}]


_SENDING = {"photo": "sendPhoto", "video": "sendVideo", "voice": "sendVoice", "document": "sendDocument",
            "video_note": "sendVideoNote"}  # fmt: skip
_UNCAPTIONED = frozenset({"video_note"})


def _media_calls(shown: Card, chat_id: int, markup: dict[str, Any] | None) -> list[dict[str, Any]]:
    album = [m for m in shown.media if m[0] in {"photo", "video"}][:ALBUM_LIMIT]
    if len(shown.media) == 1 and shown.media[0][0] not in _UNCAPTIONED and units(shown.text.plain) <= CAPTION_LIMIT:
        kind, file_id = shown.media[0]
        return [_captioned(shown, chat_id, kind, file_id, markup)]
    made = [_single(chat_id, m) for m in shown.media if m not in album]
    if len(album) > 1:
        items = [{"type": kind, "media": file_id} for kind, file_id in album]
        made.append({"method": "sendMediaGroup", "params": {"chat_id": chat_id, "media": items}})
    elif album:
        made.append(_single(chat_id, album[0]))
    return made + calls(replace(shown, media=()), chat_id, markup)


def _captioned(
    shown: Card, chat_id: int, kind: str, file: str | Paper, markup: dict[str, Any] | None
) -> dict[str, Any]:
    text, entities = shown.text.render(CAPTION_LIMIT)
    params: dict[str, Any] = {"chat_id": chat_id, kind: file, "caption": text, "caption_entities": entities}
    if markup is not None:
        params["reply_markup"] = markup
    return {"method": _SENDING[kind], "params": params}


def _quiz_call(quiz: Quiz, chat_id: int, markup: dict[str, Any] | None) -> dict[str, Any]:
    params: dict[str, Any] = {
        "chat_id": chat_id,
        "question": cut(clean(quiz.ask), QUESTION_LIMIT),
        "options": [{"text": cut(clean(option), OPTION_LIMIT)} for option in quiz.options],
        "type": "quiz",
        "correct_option_id": quiz.right,
        "is_anonymous": quiz.anonymous,
    }
    if quiz.why:
        params["explanation"] = cut(clean(quiz.why).replace("\n", " "), EXPLANATION_LIMIT)
    if markup is not None:
        params["reply_markup"] = markup
    return {"method": "sendPoll", "params": params}


def _single(chat_id: int, item: tuple[str, str | Paper]) -> dict[str, Any]:
    return {"method": _SENDING[item[0]], "params": {"chat_id": chat_id, item[0]: item[1]}}


def inline_answer(query_id: str, found: Sequence[Suggestion], more: str) -> dict[str, Any]:
    """Return the parameters of answerInlineQuery; `more` labels the way from the list into a talk with the bot."""
    return {
        "inline_query_id": query_id,
        "results": [_inline_result(each) for each in found],
        "cache_time": INLINE_SECONDS,
        "button": {"text": cut(more, LABEL_LIMIT), "start_parameter": "ask"},
    }


def _inline_result(found: Suggestion) -> dict[str, Any]:
    text, entities = found.text.render(TEXT_LIMIT)
    content = {"message_text": text, "entities": entities, "link_preview_options": {"is_disabled": True}}
    return {
        "type": "article",
        "id": found.id[:64],
        "title": clean(found.title),
        "description": clean(found.summary),
        "input_message_content": content,
    }
