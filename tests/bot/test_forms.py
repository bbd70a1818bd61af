"""Forms: the engine asks for the first missing answer, nobody gets stuck, and nothing that was sent gets lost."""

import json
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot import forms
from bot.dates import Day
from bot.fields import Choice, NotUnderstood, Option, Photos, Place, Said, Text
from bot.forms import Form, State

TODAY = date(2026, 11, 23)


def nothing(*_: Any) -> None:
    """Hand in to nobody."""


REPORT = Form(
    "hazard", "隐患上报", submit=nothing, extra="detail",
    fields=(
        Choice(key="kind", label="类别", ask="哪一类？", choices=(Option("exit", "通道堵塞"), Option("other", "其他"))),
        Place(key="place", label="地点", ask="在哪里？"),
        Photos(key="photos", label="照片", ask="有照片吗？", optional=True, at_most=3),
        Text(key="what", label="是什么", ask="具体是什么？", when=lambda a: a.get("kind") == "other"),
        Day(key="by", label="期限", ask="哪天前？", optional=True),
    ),
)  # fmt: skip


def photo(name: str) -> dict[str, Any]:
    """A picture as the dialog hands it over."""
    return {"kind": "photo", "file_id": f"f-{name}", "unique_id": name}


def tell(state: State, *said: str | Said) -> State:
    """Answer one question after the other."""
    for one in said:
        state, _ = forms.answer(REPORT, state, Said(one, today=TODAY) if isinstance(one, str) else one)
    return state


def asked_now(state: State) -> str:
    """Return the key of the question that is asked, or nothing at the summary."""
    now = forms.current(REPORT, state)
    return now.key if now else ""


def complete() -> State:
    """A form in which everything is answered."""
    state = tell(forms.begin(), "通道堵塞", "菜市场后门", Said(media=(photo("a"),)))
    return tell(forms.gathered(state), "7天后")


def test_the_first_missing_answer_is_asked_for() -> None:
    state = forms.begin()
    assert asked_now(state) == "kind"
    assert forms.progress(REPORT, state) == (1, 4)
    state = tell(state, "通道堵塞")
    assert asked_now(state) == "place"
    assert forms.progress(REPORT, complete()) == (4, 4)
    assert asked_now(complete()) == ""


def test_what_is_known_is_not_asked_and_empty_prefill_counts_as_unknown() -> None:
    state = forms.begin({"kind": "exit", "place": "", "photos": [], "by": None, "area": 7})
    assert asked_now(state) == "place"
    assert state.answers == {"kind": "exit", "area": 7}


def test_a_branch_is_asked_only_where_it_applies() -> None:
    assert "what" not in [f.key for f in forms.asked(REPORT, tell(forms.begin(), "通道堵塞"))]
    state = forms.skip(REPORT, tell(forms.begin(), "其他", "后门"))
    assert asked_now(state) == "what"


def test_back_takes_the_last_answer_away_and_stops_at_the_beginning() -> None:
    state = tell(forms.begin(), "通道堵塞", "后门")
    earlier = forms.back(state)
    assert earlier is not None
    assert asked_now(earlier) == "place"
    first = forms.back(earlier)
    assert first is not None
    assert asked_now(first) == "kind"
    assert forms.back(first) is None


def test_back_asks_a_skipped_question_again() -> None:
    state = forms.skip(REPORT, tell(forms.begin(), "通道堵塞", "后门"))
    assert asked_now(state) == "by"
    earlier = forms.back(state)
    assert earlier is not None
    assert asked_now(earlier) == "photos"


def test_only_an_optional_question_can_be_skipped() -> None:
    with pytest.raises(NotUnderstood):
        forms.skip(REPORT, forms.begin())
    with pytest.raises(NotUnderstood):
        forms.skip(REPORT, complete())


def test_an_edit_asks_one_question_and_back_leaves_it_as_it_was() -> None:
    state = forms.edit(REPORT, complete(), "place")
    assert asked_now(state) == "place"
    kept = forms.back(state)
    assert kept is not None
    assert kept.answers == complete().answers
    assert asked_now(kept) == ""
    assert tell(state, "东门").answers["place"]["text"] == "东门"
    assert asked_now(tell(state, "东门")) == ""


def test_going_back_from_the_edit_of_a_skipped_question_takes_nothing_else_away() -> None:
    state = forms.skip(REPORT, tell(forms.begin(), "通道堵塞", "后门"))
    state = tell(state, "7天后")
    kept = forms.back(forms.edit(REPORT, state, "photos"))
    assert kept is not None
    assert kept.answers == state.answers
    assert asked_now(kept) == ""


def test_skipping_in_an_edit_leaves_the_question_only_once_on_the_trail() -> None:
    state = forms.skip(REPORT, forms.edit(REPORT, complete(), "by"))
    assert sorted(state.trail) == sorted(set(state.trail))
    earlier = forms.back(state)
    assert earlier is not None
    assert asked_now(earlier) == "by"


def test_editing_a_question_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        forms.edit(REPORT, complete(), "nonsense")


def test_a_picture_goes_to_its_question_whatever_is_asked_and_its_caption_answers() -> None:
    state, remark = forms.answer(REPORT, forms.begin(), Said("通道堵塞", media=(photo("a"),), today=TODAY))
    assert "1 张照片" in remark
    assert state.answers["kind"] == "exit"
    assert len(state.answers["photos"]) == 1
    assert asked_now(state) == "place"


def test_a_caption_that_does_not_answer_keeps_the_picture_and_says_what_would() -> None:
    state, remark = forms.answer(REPORT, forms.begin(), Said("看这里", media=(photo("a"),)))
    assert "按钮" in remark
    assert len(state.answers["photos"]) == 1
    assert asked_now(state) == "kind"


def test_a_location_goes_to_the_place_even_at_the_summary() -> None:
    state, remark = forms.answer(REPORT, complete(), Said(location=(30.5, 107.5)))
    assert "定位" in remark
    assert state.answers["place"]["latitude"] == 30.5
    assert state.answers["place"]["text"] == "菜市场后门"
    assert asked_now(state) == ""


def test_pictures_are_gathered_until_that_was_all() -> None:
    state = tell(forms.begin(), "通道堵塞", "后门", Said(media=(photo("a"),)), Said(media=(photo("b"),)))
    assert asked_now(state) == "photos"
    assert asked_now(forms.gathered(state)) == "by"


def test_skipping_while_gathering_keeps_the_pictures() -> None:
    state = forms.skip(REPORT, tell(forms.begin(), "通道堵塞", "后门", Said(media=(photo("a"),))))
    assert len(state.answers["photos"]) == 1
    assert asked_now(state) == "by"


def test_a_loose_remark_at_the_summary_is_added_to_the_detail() -> None:
    state, remark = forms.answer(REPORT, complete(), Said("货已经堆了三天"))
    assert "补充" in remark
    state, _ = forms.answer(REPORT, state, Said("还有煤气瓶"))
    assert state.answers["detail"] == "货已经堆了三天\n还有煤气瓶"


def test_a_sticker_at_the_summary_is_answered_by_what_to_do() -> None:
    with pytest.raises(NotUnderstood, match="提交"):
        forms.answer(REPORT, complete(), Said())


class Walk(RuleBasedStateMachine):
    """Anybody may do anything at any time: there is always a question or a summary, and a way back."""

    @initialize(prefill=st.sampled_from([{}, {"kind": "other"}, {"place": {"text": "后门"}}, {"photos": [photo("p")]}]))
    def begin(self, prefill: dict[str, Any]) -> None:
        self.state = forms.begin(prefill)
        self.prefill = set(prefill)

    @rule(text=st.sampled_from(["1", "2", "后门", "7天后", "其他", "🔥", "", "今天"]), media=st.booleans())
    def says(self, text: str, media: bool) -> None:
        said = Said(text, (photo(text or "x"),) if media else (), today=TODAY)
        with suppress(NotUnderstood):
            self.state, _ = forms.answer(REPORT, self.state, said)

    @rule()
    def sends_a_location(self) -> None:
        self.state, _ = forms.answer(REPORT, self.state, Said(location=(30.0, 107.0)))

    @rule()
    def has_sent_all(self) -> None:
        self.state = forms.gathered(self.state)

    @precondition(lambda self: (now := forms.current(REPORT, self.state)) is not None and now.optional)
    @rule()
    def skips(self) -> None:
        self.state = forms.skip(REPORT, self.state)

    @precondition(lambda self: forms.current(REPORT, self.state) is None)
    @rule(key=st.sampled_from(["kind", "place", "photos", "by"]))
    def edits(self, key: str) -> None:
        before = dict(self.state.answers)
        self.state = forms.edit(REPORT, self.state, key)
        undone = forms.back(self.state)
        assert undone is not None
        assert undone.answers == before
        assert forms.current(REPORT, undone) is None

    @rule()
    def goes_back(self) -> None:
        earlier = forms.back(self.state)
        assert earlier is not None or not self.state.trail
        self.state = earlier or self.state

    @invariant()
    def is_never_stuck(self) -> None:
        now = forms.current(REPORT, self.state)
        number, total = forms.progress(REPORT, self.state)
        assert 1 <= number <= total
        assert now is None or now.question(self.state.answers)
        if now is None:
            assert {"kind", "place"} <= set(self.state.answers)

    @invariant()
    def back_reaches_the_beginning_without_standing_still(self) -> None:
        state: State | None = self.state
        steps = []
        while state is not None:
            steps.append(state)
            assert len(steps) <= 12
            earlier = forms.back(state)
            assert earlier != state
            state = earlier
        assert self.prefill >= set(steps[-1].answers) - {"photos", "place", "detail"}

    @invariant()
    def survives_a_restart(self) -> None:
        assert State.from_json(json.loads(json.dumps(self.state.to_json()))) == self.state


Walk.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestWalk = Walk.TestCase


def test_more_than_a_form_can_hold_is_refused_and_nothing_is_cut_silently() -> None:
    form = Form("paper", "表", (Text(key="words", label="话", ask="说？"),), submit=lambda *_: None, extra="words")
    state = forms.begin({"words": "长" * 4000})
    with pytest.raises(NotUnderstood, match="写不下"):
        forms.answer(form, state, Said(text="短" * 200))
    full = [{"kind": "photo", "file_id": str(n), "unique_id": str(n)} for n in range(10)]
    pictures = Photos(key="photos", label="照片", ask="有吗？")
    with pytest.raises(NotUnderstood, match="最多收 10 份"):
        pictures.read(Said(media=({"kind": "photo", "file_id": "x", "unique_id": "x"},)), {"photos": full})
