"""Fields: how the answer to one question is read from whatever a person sends, and how it is shown again."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dates import Day
from bot.fields import Choice, Confirm, Field, NotUnderstood, Option, Phone, Photos, Place, Said, Text

TODAY = date(2026, 11, 23)
KINDS = (Option("A01", "通道堵塞"), Option("A02", "电线老化"), Option("A03", "电动车上楼"))
TEXT = Text(key="detail", label="说明", ask="怎么了？")
CHOICE = Choice(key="kind", label="类别", ask="哪一类？", choices=KINDS)
PHOTOS = Photos(key="photos", label="照片", ask="有照片吗？", at_most=3)
PLACE = Place(key="place", label="地点", ask="在哪里？")
DAY = Day(key="by", label="期限", ask="哪天前？")
PHONE = Phone(key="phone", label="电话", ask="电话？")
CONFIRM = Confirm(key="ok", label="确认", ask="对吗？")


def photo(name: str, kind: str = "photo") -> dict[str, Any]:
    """A picture as the dialog hands it over."""
    return {"kind": kind, "file_id": f"f-{name}", "unique_id": name}


def refuses(field: Field, said: Said, answers: dict[str, Any] | None = None) -> str:
    """Return the sentence with which a field refuses."""
    with pytest.raises(NotUnderstood) as told:
        field.read(said, answers or {})
    return str(told.value)


def test_words_are_trimmed_and_emptiness_or_mere_emoji_are_no_words() -> None:
    assert TEXT.read(Said("  后门被堵  "), {}) == "后门被堵"
    for nothing in ("", "  \n ", "🔥🔥🔥", "。。。？"):
        assert "文字" in refuses(TEXT, Said(nothing))


def test_too_long_a_text_is_refused_whole_rather_than_cut() -> None:
    short = Text(key="t", label="t", ask="?", at_most=5)
    assert short.read(Said("一二三四五"), {}) == "一二三四五"
    assert "5" in refuses(short, Said("一二三四五六"))


def test_a_summary_shows_the_beginning_of_a_long_text() -> None:
    assert TEXT.show("字" * 301, {}) == "字" * 300 + "……"


@pytest.mark.parametrize("text", ["通道堵塞", "1", " 1 ", "堵塞", "通道"])
def test_words_number_and_part_of_a_label_choose_like_the_button(text: str) -> None:
    assert CHOICE.read(Said(text), {}) == CHOICE.read(Said(choice="A01"), {}) == "A01"


@pytest.mark.parametrize("text", ["", "0", "4", "99", "电", "随便", "-1", "²"])
def test_what_fits_no_option_or_several_is_asked_again(text: str) -> None:
    assert "按钮" in refuses(CHOICE, Said(text))


def test_a_forged_option_is_refused() -> None:
    refuses(CHOICE, Said(choice="A99"))
    refuses(CHOICE, Said(text="通道堵塞", choice=""))


def test_options_may_depend_on_the_answers() -> None:
    grids = Choice(key="g", label="g", ask="?", choices=lambda a: KINDS[:1] if a.get("v") == "east" else KINDS[1:])
    assert grids.read(Said("通道"), {"v": "east"}) == "A01"
    refuses(grids, Said("通道"), {"v": "west"})
    assert grids.show("A01", {"v": "east"}) == "通道堵塞"


def test_pictures_gather_without_twins_up_to_the_limit() -> None:
    value = PHOTOS.read(Said(media=(photo("a"),)), {})
    value = PHOTOS.read(Said(media=(photo("a"), photo("b", "video"))), {"photos": value})
    assert [item["unique_id"] for item in value] == ["a", "b"]
    value = PHOTOS.read(Said(media=(photo("c"), photo("d"))), {"photos": value})
    assert [item["unique_id"] for item in value] == ["a", "b", "c"]
    assert PHOTOS.show(value, {}) == "2 张照片、1 段视频"


def test_words_are_no_picture() -> None:
    assert "照片" in refuses(PHOTOS, Said("没有照片"))


def test_a_place_is_words_a_location_or_both() -> None:
    words = PLACE.read(Said("李家院子"), {})
    assert words == {"text": "李家院子"}
    both = PLACE.read(Said(location=(30.5, 107.5)), {"place": words})
    assert both == {"text": "李家院子", "latitude": 30.5, "longitude": 107.5}
    assert PLACE.read(Said("后门"), {"place": both})["latitude"] == 30.5
    assert PLACE.show(both, {}) == "李家院子（有定位）"
    assert PLACE.show(PLACE.read(Said(location=(0.0, 0.0)), {}), {}).endswith("（有定位）")
    refuses(PLACE, Said("🔥"))


@pytest.mark.parametrize(
    ("words", "number"),
    [("138 0000 0000", "13800000000"), ("+86-13800000000", "13800000000"), ("（023）12345678", "02312345678"),
     ("1234567", "1234567")],
)  # fmt: skip
def test_phone_numbers_are_read_as_people_write_them(words: str, number: str) -> None:
    assert PHONE.read(Said(words), {}) == number
    assert PHONE.read(Said(phone=words), {}) == number


@pytest.mark.parametrize("words", ["", "12345", "23800000000", "电话在家里", "138000000001"])
def test_what_is_no_phone_number_is_refused(words: str) -> None:
    assert "电话" in refuses(PHONE, Said(words))


def test_yes_and_no_are_understood_in_words() -> None:
    assert [CONFIRM.read(Said(w), {}) for w in ("是", "要得", "不", "没有")] == [True, True, False, False]
    assert CONFIRM.read(Said(choice="yes"), {}) is True
    assert "不是" in refuses(CONFIRM, Said("也许"))
    assert [CONFIRM.show(v, {}) for v in (True, False)] == ["是", "不是"]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([TEXT, CHOICE, PHOTOS, PLACE, DAY, PHONE, CONFIRM]), st.text(max_size=60))
def test_any_words_are_an_answer_or_a_readable_refusal(field: Field, words: str) -> None:
    try:
        value = field.read(Said(words, today=TODAY), {})
    except NotUnderstood as told:
        shown = str(told)
    else:
        shown = field.show(value, {field.key: value})
    assert shown
