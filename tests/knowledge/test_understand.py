"""A sentence is understood: what it wants, which hazard, how grave, where."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answers import triage
from knowledge.understand import understand
from tests.knowledge.cases import (
    CHECK_QUESTIONS,
    CHECK_REPORTS,
    EMBEDDED_QUESTIONS,
    INTENTS,
    TERSE_REPORTS,
    TUNE_QUESTIONS,
    TUNE_REPORTS,
    UNSURE,
)
from tests.knowledge.confusion import measure
from tests.knowledge.emergencies import EMERGENCIES


@pytest.mark.parametrize(("text", "kind", "severity", "place"), TUNE_REPORTS + CHECK_REPORTS)
def test_a_report_is_placed_in_its_kind_severity_and_place(text, kind, severity, place):
    understood = understand(text)
    assert (understood.intent, understood.kind, understood.severity) == ("report", kind, severity)
    assert understood.place == place


@pytest.mark.parametrize(("text", "kind", "severity"), TERSE_REPORTS)
def test_a_terse_report_is_placed_in_its_kind_and_severity(text, kind, severity):
    understood = understand(text)
    assert (understood.intent, understood.kind, understood.severity) == ("report", kind, severity)


@pytest.mark.parametrize("text", EMERGENCIES)
def test_an_emergency_is_urgent(text):
    understood = understand(text)
    assert understood.intent == "emergency"
    assert understood.emergency
    assert understood.severity == "urgent"


@pytest.mark.parametrize(("text", "intent"), INTENTS)
def test_what_somebody_wants(text, intent):
    assert understand(text).intent == intent


def test_a_patrol_sentence_names_the_place_and_the_failed_item():
    understood = understand("巡查了张记面馆,灭火器过期,其他正常")
    assert (understood.kind, understood.place) == ("A09", "张记面馆")


def test_hardly_any_question_is_taken_for_an_emergency():
    asked = [question for question, _ in TUNE_QUESTIONS + CHECK_QUESTIONS]
    assert [question for question in asked if understand(question).emergency] == []


def test_a_complaint_that_ends_in_a_question_is_still_a_report():
    understood = understand("你们管不管哦,幸福小区楼道全是电瓶车")
    assert (understood.intent, understood.kind, understood.place) == ("report", "A03", "幸福小区")


def test_the_fire_alarm_reads_the_place_back():
    assert understand("新院子村五组燃起来了").place == "新院子村五组"
    assert understand("坡上冒烟了").place == "坡上"


def test_triage_speaks_chinese_labels():
    assert triage("菜市场后门被货堵死了") == {
        "text": "菜市场后门被货堵死了",
        "intent": "report",
        "emergency": False,
        "kind": "疏散通道安全出口",
        "kind_code": "A01",
        "severity": "较大",
        "place": "菜市场后门",
    }
    assert triage("谢谢")["severity"] is None


@pytest.mark.parametrize(("text", "kind"), EMBEDDED_QUESTIONS)
def test_a_question_that_is_only_told_of_does_not_make_a_report_a_question(text, kind):
    understood = understand(text)
    assert (understood.intent, understood.kind) == ("report", kind)


@pytest.mark.parametrize("text", UNSURE)
def test_what_may_be_a_report_or_a_question_is_asked_back(text):
    assert not understand(text).sure


def test_asking_whether_it_is_allowed_and_telling_that_somebody_does_it_differ():
    assert understand("楼下把电瓶车推进屋充电要得不").intent == "question"
    told = understand("楼下有人把电瓶车推进屋充电，你们管不管")
    assert (told.intent, told.kind, told.sure) == ("report", "A03", True)


def test_a_burning_on_purpose_is_graded_as_a_hazard_and_a_fire_out_of_hand_as_a_fire():
    assert understand("有人在林边烧田坎,燃到林子头去了,扑不灭").kind == "A18"
    assert understand("有人在林边烧田坎").kind == "A12"


def test_a_name_of_the_town_is_found_inside_the_words():
    understood = understand("昨晚看到好运来门口堆满柴", known=["好运来", "新院子村"])
    assert understood.place == "好运来门口"


def test_both_halves_of_the_sets_stay_understood():
    # Totals only: nobody looks at single lines of the check half.
    for half, floor in (("tune", 0.96), ("check", 0.88), ("more", 0.93)):
        figures = measure(half)
        assert figures.share(figures.kinds) >= floor
        assert figures.share(figures.severities) >= floor - 0.03
        assert figures.share(figures.intents) >= floor - 0.02
        assert figures.places_equal >= (floor - 0.06) * figures.reports
        assert figures.reports_heard >= 0.95 * figures.reports


@pytest.mark.parametrize("text", ["龘" * 4096, "一" * 4096, "烧" * 4096, "楼道堆" * 1300, "\u200b" * 50, "<b>&\x00"])
def test_strange_text_is_understood_as_something(text):
    assert understand(text).intent


@given(
    st.text(
        alphabet=st.sampled_from("楼道堆柴电瓶车充锁门没有人在的吗,。 火烧山村五组3号店家怎么办\u200b😀aK"), max_size=80
    )
    | st.text()
)
def test_anything_is_understood_as_something(text):
    understood = understand(text)
    assert understood.intent
    assert (understood.severity is None) == (understood.kind is None)
    assert understood.emergency == (understood.intent == "emergency")


@pytest.mark.parametrize("piece", ["楼道堆", "村五组", "有人在", "不不", "烧", "电瓶车充", "怎么", "的", "a ", "门锁,"])
def test_long_text_takes_no_longer_than_short(piece):
    started = time.process_time()
    understand(piece * 2000)
    assert time.process_time() - started < 0.25
