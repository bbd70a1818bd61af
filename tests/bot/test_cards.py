"""Cards: whatever a stranger writes, the message fits, and nothing of it becomes formatting."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calls import CAPTION_LIMIT, LABEL_LIMIT, calls, inline_keyboard, pressable, word_keyboard
from bot.cards import TEXT_LIMIT, Button, Card, as_text, bold, card, clean, code, cut, lines, quote, units
from sandbox.telegram import Telegram

NASTY = [
    "<b>粗</b> & <script>alert(1)</script>", "*粗* _斜_ `码` [链接](tg://user?id=1)", "\u202e系统通知\u202c",
    "a\u200bb\u200cc\u200dd",
    "\ufeff开头", "\u061c阿拉伯方向符", "\u2066隔离\u2069", "\x00\x07\x1b[31m红", "\U0001f525" * 3000, "字" * 5000,
    "a\ud800b",
    "👨‍👩‍👧‍👦", "\r\n\r\n", "   ", "", "\n", "e\u0301" * 3000, "\ud83d", "\U000e0041标签", "￼", "\u00ad软连字符",
]  # fmt: skip
anything = st.text(st.characters(), max_size=80) | st.sampled_from(NASTY)
styles = st.sampled_from([as_text, bold, code, quote])


def utf16(text: str) -> int:
    """The length in UTF-16 units, counted by another way than the code under test."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def check_sound(text: str, entities: list[dict[str, Any]], limit: int) -> None:
    """Fail unless the text fits and every entity covers something of it."""
    assert utf16(text) <= limit
    for entity in entities:
        assert entity["offset"] >= 0
        assert entity["length"] > 0
        assert entity["offset"] + entity["length"] <= utf16(text)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(styles, anything), max_size=6), st.sampled_from([TEXT_LIMIT, CAPTION_LIMIT, 30]))
def test_any_text_fits_and_its_entities_stay_inside(parts: list[Any], limit: int) -> None:
    text, entities = lines(*(style(part) for style, part in parts)).render(limit)
    check_sound(text, entities, limit)
    assert {e["type"] for e in entities} <= {"bold", "code", "blockquote"}
    assert len(entities) <= len(parts)


@settings(max_examples=150, deadline=None)
@given(anything)
def test_nothing_unseen_survives(text: str) -> None:
    for c in clean(text):
        assert c == "\n" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"}


@settings(max_examples=100, deadline=None)
@given(anything, st.integers(1, 40))
def test_a_cut_text_fits_and_begins_like_the_whole(text: str, limit: int) -> None:
    shorter = cut(text, limit)
    assert units(shorter) <= limit
    assert shorter == text or text.startswith(shorter.removesuffix("…"))


@pytest.mark.parametrize("text", NASTY)
async def test_a_strict_telegram_takes_a_stranger_s_words_without_foreign_formatting(text: str) -> None:
    telegram = Telegram(bot_token="7000000001:SANDBOX-cards-token-0000000000")
    phone = telegram.person("王婆婆")
    phone.opens_link()
    shown = card(bold("反映内容"), quote(text), text, buttons=[[Button(text or "好", "x")]])
    markup = {"inline_keyboard": inline_keyboard(shown.buttons, "t" * 22)}
    for call in calls(shown, phone.id, markup):
        status, body = await telegram.call(call["method"], call["params"])
        assert status == 200, body
    found = {e["type"] for e in phone.last.data.get("entities", [])}
    assert found <= {"bold", "blockquote", "bot_command"}  # Telegram itself underlines "/script"


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200b"])
async def test_an_empty_card_is_still_a_message(text: str) -> None:
    telegram = Telegram(bot_token="7000000001:SANDBOX-cards-token-0000000000")
    phone = telegram.person("王婆婆")
    phone.opens_link()
    (call,) = calls(card(text), phone.id, None)
    assert (await telegram.call(call["method"], call["params"]))[0] == 200


def test_offsets_count_utf16_units_behind_emoji() -> None:
    text, entities = (as_text("🔥🔥") + bold("急")).render(TEXT_LIMIT)
    assert (text, entities) == ("🔥🔥急", [{"type": "bold", "offset": 4, "length": 1}])


def test_a_cut_never_splits_a_surrogate_pair() -> None:
    assert cut("🔥🔥🔥", 4) == "🔥…"
    assert cut("🔥🔥", 4) == "🔥🔥"


def test_an_entity_behind_the_cut_is_gone_and_one_across_it_ends_with_the_text() -> None:
    text, entities = (as_text("字" * 8) + bold("粗" * 8) + code("码")).render(10)
    assert text == "字" * 8 + "粗…"
    assert entities == [{"type": "bold", "offset": 8, "length": 2}]


def test_a_long_caption_is_sent_beside_the_picture() -> None:
    short, long = Card(as_text("字"), media=(("photo", "f"),)), Card(as_text("字" * 1025), media=(("photo", "f"),))
    assert [c["method"] for c in calls(short, 1, None)] == ["sendPhoto"]
    assert [c["method"] for c in calls(long, 1, None)] == ["sendPhoto", "sendMessage"]


def test_an_album_takes_ten_pictures_and_the_rest_goes_by_itself() -> None:
    shown = Card(as_text("字"), media=(*(("photo", f"f{i}") for i in range(11)), ("voice", "v")))
    made = calls(shown, 1, {"inline_keyboard": []})
    assert [c["method"] for c in made] == ["sendPhoto", "sendVoice", "sendMediaGroup", "sendMessage"]
    assert len(made[2]["params"]["media"]) == 10
    assert "reply_markup" in made[3]["params"]


def test_links_carry_no_token_and_do_not_shift_the_numbers_of_the_others() -> None:
    rows = ((Button("一", "a"), Button("网页", url="https://example.org"), Button("二", "b", {"n": 2}, once=False)),)
    shown = inline_keyboard(rows, "tok")
    assert [b.get("callback_data") for b in shown[0]] == ["tok.0", None, "tok.1"]
    assert pressable(rows) == [["a", {}, True], ["b", {"n": 2}, False]]


def test_labels_are_cleaned_and_cut() -> None:
    ((button,),) = inline_keyboard(((Button("\u202e" + "长" * 200, "a"),),), "tok")
    assert units(button["text"]) == LABEL_LIMIT
    assert "\u202e" not in button["text"]


def test_a_mark_stands_before_the_text() -> None:
    assert card(bold("到期")).marked("（补发）").text.plain == "（补发）到期"


def test_only_the_pin_word_asks_for_the_location() -> None:
    ((first, second),) = word_keyboard((("📍 发送我的位置", "帮助"),))["keyboard"]
    assert first.get("request_location")
    assert second == {"text": "帮助"}
