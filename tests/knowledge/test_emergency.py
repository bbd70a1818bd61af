"""The fire-now guard: alarms for what burns now, silence for questions, memories, drills and hearsay."""

import pytest

from knowledge.answers import ask, library
from knowledge.emergency import card_for, is_emergency
from tests.knowledge.cases import EMERGENCIES, FALSE_ALARMS


@pytest.mark.parametrize("text", EMERGENCIES)
def test_a_danger_of_this_moment_raises_the_alarm(text):
    assert is_emergency(text)


@pytest.mark.parametrize("text", FALSE_ALARMS)
def test_a_question_a_memory_or_hearsay_does_not(text):
    assert not is_emergency(text)


def test_a_cry_at_the_end_of_a_long_message_is_heard():
    assert is_emergency("我们这里一切都好。" * 200 + "快来人,楼下着火了")


def test_a_later_sentence_does_not_talk_an_alarm_away():
    assert is_emergency("灶房着火了!听说消防车在路上。")


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("油锅烧起来了", "card-oil-pan"),
        ("屋头有股煤气味", "card-gas"),
        ("坡上冒烟了", "card-forest"),
        ("电瓶车充电爆炸了", "card-ebike"),
        ("插座打火花了", "card-electric"),
        ("身上衣服着火了", "card-clothes"),
        ("烤火烤得头晕想吐", "card-co"),
        ("有人被困在三楼", "card-escape"),
        ("货车着火了", "card-car"),
        ("着火了", "card-119"),
    ],
)
def test_the_card_fits_what_burns_and_comes_first(text, card):
    assert card_for(text) == card
    assert ask(text)["hits"][0]["id"] == card
    assert library().by_id(card).emergency


def test_every_card_that_can_be_shown_exists():
    cards = {article.id for article in library().articles if article.emergency}
    assert {card_for(text) for text in EMERGENCIES} <= cards
