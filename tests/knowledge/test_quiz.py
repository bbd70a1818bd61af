"""Every quiz question is fit to be asked, the check sees what is not, and the next question is well chosen."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from knowledge.answers import library
from knowledge.quiz import AGAIN, Bank, Question, bank, choose, load, suggest

ARTICLES = {article.id for article in library().articles}
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=90)
GOOD = Question("gas-01", "gas", "换气瓶先做什么？", ("关阀门", "点火试"), 0, "先关阀门。", "card-119", "《示例》第1条")


def others(*questions: Question) -> Bank:
    return Bank(tuple(questions))


def problems(question: Question) -> list[str]:
    found = others(question).problems({"card-119"})
    return [problem for problem in found if not problem.startswith("题库")]


@pytest.mark.parametrize("question", bank().questions, ids=lambda question: question.id)
def test_a_question_is_fit_to_be_asked(question):
    assert [problem for problem in others(question).problems(ARTICLES) if not problem.startswith("题库")] == []


def test_there_are_enough_questions_and_none_twice():
    assert bank().problems(ARTICLES) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"topic": "astrology"}, "话题"),
        ({"options": ("一",)}, "2 到 4 个"),
        ({"options": tuple("一二三四五")}, "2 到 4 个"),
        ({"options": ("一", "一")}, "重复"),
        ({"options": ("一", " ")}, "空"),
        ({"options": ("一", "字" * 101)}, "选项超过 100 字"),
        ({"right": 2}, "序号"),
        ({"right": -1}, "序号"),
        ({"ask": "字" * 301}, "ask"),
        ({"ask": ""}, "ask"),
        ({"why": "字" * 201}, "why"),
        ({"why": "一\n二\n三\n四"}, "why"),
        ({"why": ""}, "why"),
        ({"article": "no-such"}, "没有「no-such」"),
        ({"source": " "}, "来源"),
        ({"why": "举报奖200元"}, "金额"),
    ],
)
def test_the_check_sees_what_is_wrong(change, said):
    assert problems(GOOD) == []
    (found,) = problems(replace(GOOD, **change))
    assert found.startswith("gas-01: ")
    assert said in found


def test_the_same_id_twice_and_too_few_are_problems():
    found = others(GOOD, GOOD).problems({"card-119"})
    assert found == ["gas-01: 编号重复", "题库: 至少要 200 道题，现有 2 道"]


@pytest.mark.parametrize("text", ["没有题", '[[question]]\nid = "a"', '[[question]]\noptions = ["x"]\nmore = 1'])
def test_a_file_that_cannot_be_read_is_named(tmp_path, text):
    (tmp_path / "gas.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"gas\.toml"):
        load(tmp_path)


def three(topic: str) -> list[Question]:
    return [replace(GOOD, id=f"{topic}-{number}", topic=topic) for number in range(3)]


MANY = others(*three("basics"), *three("forest"), *three("gas"))


def test_new_questions_of_the_season_come_first_and_topics_take_turns():
    seen: dict[str, tuple[datetime, bool | None]] = {}
    topics = []
    for number in range(4):
        found = choose(MANY, seen, NOW, ["forest", "gas"])
        seen[found.id] = (NOW + timedelta(seconds=number), True)
        topics.append(found.topic)
    assert topics == ["forest", "gas", "basics", "forest"]


def test_what_was_wrong_comes_again_after_some_days_and_not_before():
    seen = {"basics-0": (NOW - AGAIN + timedelta(seconds=1), False)}
    assert choose(MANY, seen, NOW, ["forest"]).topic == "forest"
    assert choose(MANY, seen, NOW + timedelta(seconds=1), ["forest"]).id == "basics-0"


def test_when_all_were_seen_those_without_an_answer_come_before_the_oldest_right_one():
    seen: dict[str, tuple[datetime, bool | None]] = {q.id: (LONG_AGO, True) for q in MANY.questions}
    seen["gas-2"] = (LONG_AGO + timedelta(days=2), None)
    seen["gas-1"] = (LONG_AGO - timedelta(days=2), True)
    assert choose(MANY, seen, NOW, []).id == "gas-2"
    seen["gas-2"] = (NOW, None)
    assert choose(MANY, seen, NOW, []).id == "gas-1"


def test_a_question_that_left_the_bank_does_no_harm():
    assert choose(MANY, {"gone-1": (LONG_AGO, False)}, NOW, ["gas"]).topic == "gas"


def test_for_everybody_three_of_a_topic_the_hard_ones_first_and_those_used_lately_last():
    four = others(*three("gas"), replace(GOOD, id="gas-3"))
    assert [q.id for q in suggest(four, "gas", {"gas-2"}, {"gas-0"})] == ["gas-2", "gas-1", "gas-3"]


def test_topics_are_those_with_questions_the_season_first():
    assert MANY.topics(date(2026, 1, 15)) == ["forest", "gas", "basics"]
    assert MANY.find("gas-1").topic == "gas"
    assert MANY.find("gas-9") is None
