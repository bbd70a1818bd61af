"""A sentence is understood: what it wants, which hazard, how grave, where."""

import pytest

from knowledge.answers import triage
from knowledge.understand import understand
from tests.knowledge.cases import (
    CHECK_QUESTIONS,
    CHECK_REPORTS,
    EMERGENCIES,
    TERSE_REPORTS,
    TUNE_QUESTIONS,
    TUNE_REPORTS,
)


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


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("如果着火怎么办", "question"),
        ("灶头的灰啷个倒才稳妥", "question"),
        ("电瓶车能推到屋头充不？", "question"),
        ("坝坝头烧谷草罚好多", "question"),
        ("网格员巡查表咋个填", "question"),
        ("熏腊肉守到起没得事噻", "question"),
        ("灭火气过期没得", "question"),
        ("飞线充电怎么举报", "question"),
        ("灭火器", "question"),
        ("我举报的事查得啷个样了", "progress"),
        ("上次报的那个楼道堆柴的事处理没有", "progress"),
        ("举报隐患有没得奖励", "reward"),
        ("巡查了张记面馆,灭火器过期,其他正常", "patrol"),
        ("今天走访了三组的王家,都正常", "patrol"),
        ("你们每天发消息太多了,退订", "broadcast"),
        ("谢谢", "smalltalk"),
        ("你好", "smalltalk"),
        ("好的,收到", "smalltalk"),
        ("😀👍", "other"),
        ("", "other"),
        ("今天打麻将赢了", "other"),
    ],
)
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
    assert (understood.intent, understood.kind, understood.place) == ("report", "A03", "幸福小区楼道")


def test_the_fire_alarm_reads_the_place_back():
    assert understand("新院子村五组山火").place == "新院子村五组"
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


@pytest.mark.parametrize("text", ["龘" * 4096, "一" * 4096, "烧" * 4096, "楼道堆" * 1300, "\u200b" * 50, "<b>&\x00"])
def test_strange_text_is_understood_as_something(text):
    assert understand(text).intent
