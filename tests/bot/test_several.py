"""A list to tick: taps toggle, pages turn, and going back keeps what was ticked."""

import pytest

from bot import forms
from bot.fields import NotUnderstood, Option, Photos, Said, Several, Text
from bot.forms import Form, State

LETTERS = [Option(letter, f"项目{letter}") for letter in "abcdefghij"]
TICKS = Several(key="ticks", label="项目", ask="哪些？", choices=lambda _: LETTERS)
FORM = Form("f", "表", (TICKS, Text(key="why", label="原因", ask="为什么？")), lambda *_: None)


def taps(state: State, *choices: str) -> State:
    for choice in choices:
        state, _ = forms.answer(FORM, state, Said(choice=choice))
    return state


def on(state: State) -> list[str]:
    return state.answers["ticks"]["on"]


def test_a_tap_ticks_and_another_one_unticks_in_the_order_of_the_list():
    state = taps(State(), "c", "a", "b", "b")
    assert on(state) == ["a", "c"]
    assert forms.current(FORM, state) is TICKS
    assert TICKS.done_label(state.answers["ticks"]) == "选好了（2 项）"


def test_eight_lines_a_page_and_the_last_button_turns_round():
    first, second = TICKS.options({}), TICKS.options(taps(State(), "~").answers)
    assert [o.value for o in first] == [*"abcdefgh", "~"]
    assert [o.value for o in second] == [*"ij", "~"]
    assert first[0].label == "▫️ 1 项目a"
    assert second[0].label == "▫️ 9 项目i"
    assert TICKS.options(taps(State(), "~", "~").answers) == first


def test_a_number_or_the_words_tick_as_well():
    state, _ = forms.answer(FORM, State(), Said(text="10"))
    state, _ = forms.answer(FORM, state, Said(text="项目b"))
    assert on(state) == ["b", "j"]
    with pytest.raises(NotUnderstood):
        forms.answer(FORM, state, Said(text="别的"))


def test_going_back_and_editing_keep_the_ticks():
    ticked = forms.gathered(taps(State(), "a", "b"))
    again = forms.reopen(FORM, ticked)
    assert again is not None
    assert on(again) == ["a", "b"]
    assert forms.current(FORM, again) is TICKS
    edited = forms.edit(FORM, ticked, "ticks")
    assert on(taps(edited, "b", "d")) == ["a", "d"]
    assert forms.back(forms.edit(FORM, ticked, "ticks")).answers == ticked.answers


def test_only_ticks_that_were_answered_last_are_opened_again():
    ticked = forms.gathered(taps(State(), "a"))
    answered, _ = forms.answer(FORM, ticked, Said(text="坏了"))
    assert forms.reopen(FORM, answered) is None
    assert forms.reopen(FORM, State()) is None


def test_a_picture_belongs_to_the_question_that_is_being_asked():
    before, after = (Photos(key=key, label=key, ask="照片？") for key in ("before", "after"))
    form = Form("g", "表", (before, after), lambda *_: None)
    picture = {"kind": "photo", "file_id": "x", "unique_id": "1"}
    state, _ = forms.answer(form, State(answers={"before": []}), Said(media=(picture,)))
    assert state.answers == {"before": [], "after": [picture]}
