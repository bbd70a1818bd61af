"""Questions to the library: an answer with its source, honesty without one, and what is learned from a miss."""

import pytest
from sqlmodel import select

from handlers.answers import telling_words
from models.drafts import Draft
from models.misses import Miss
from models.people import Person
from sandbox.groups import Group
from tests.town import Somebody, Township


def missed(town: Township) -> list[str]:
    return town.read(lambda s: [miss.words for miss in s.exec(select(Miss).order_by(Miss.id.desc())) if miss.words])


async def test_a_dialect_question_gets_one_article_with_its_source(town):
    granny = town.somebody("王婆婆")
    await granny.says("/ask 电瓶车能推到屋头充不")
    assert "电动车在哪里充电才安全" in granny.last
    assert "依据：" in granny.last
    assert "DOMAIN" not in granny.last
    assert granny.buttons[-1] == "没帮上忙"
    assert 1 <= sum(label.startswith("还想问：") for label in granny.buttons) <= 2


async def test_a_further_article_opens_in_place_of_the_first(town):
    granny = town.somebody("王婆婆")
    await granny.says("/ask 电瓶车能推到屋头充不")
    count, label = len(granny.texts), granny.buttons[0]
    await granny.presses(label)
    assert len(granny.texts) == count
    assert label.removeprefix("还想问：") in granny.last


async def test_a_free_question_is_answered_too(town):
    granny = town.somebody("王婆婆")
    await granny.says("灭火器过期了还能用不？")
    assert "灭火器" in granny.last
    assert "没帮上忙" in granny.buttons


async def test_without_a_question_it_explains_how_to_ask_and_offers_the_season(town):
    granny = town.somebody("王婆婆")
    await granny.says("问消防知识")
    assert "直接打字" in granny.last
    assert len(granny.buttons) == 3
    label = granny.buttons[0]
    await granny.presses(label)
    assert label in granny.last
    assert "依据：" in granny.last


async def test_what_it_does_not_know_it_says_and_names_people_who_can(town):
    granny = town.somebody("王婆婆")
    await granny.says("/ask 股票基金哪个涨得快")
    assert "没把握" in granny.last
    assert "12345" in granny.last
    assert "96119" in granny.last
    assert granny.buttons == ["🔔 上报隐患"]
    assert any("股票" in words for words in missed(town))


async def test_what_it_nearly_knows_it_offers_without_claiming_it(town):
    granny = town.somebody("王婆婆")
    await granny.says("/ask 灭火器哪个牌子好买")
    assert "没把握" in granny.last
    label = granny.buttons[0]
    assert label.startswith("是不是想问：")
    await granny.presses(label)
    assert label.removeprefix("是不是想问：") in granny.last


async def test_from_not_knowing_it_is_one_tap_to_a_report(town):
    granny = town.somebody("王婆婆")
    await granny.says("/ask 股票基金哪个涨得快")
    await granny.presses("🔔 上报隐患")
    assert any("取消" in label for label in granny.buttons)


@pytest.mark.parametrize("question", ["灭火器放好久要换哟", "楼道里堆了纸箱子要不要紧"])
async def test_a_question_becomes_a_report_in_one_tap(town, question):
    granny = town.somebody("王婆婆")
    await granny.says(f"/ask {question}")
    await granny.presses("🔔 上报隐患")
    (answers,) = town.read(lambda s: [draft.state["answers"] for draft in s.exec(select(Draft))])
    assert answers["detail"] == question


async def test_a_useless_answer_is_noted_once_and_without_the_person(town):
    granny = town.somebody("王婆婆")
    await granny.says("/ask 电瓶车能推到屋头充不，我是张建国")
    await granny.presses("没帮上忙")
    assert "12345" in granny.last
    (words,) = missed(town)
    assert "充电" in words or "电动车" in words
    assert "建国" not in words
    assert not any(c.isdigit() for c in words)
    (kept,) = town.read(lambda s: [miss.model_dump() for miss in s.exec(select(Miss))])
    assert set(kept) == {"id", "words", "at", "article_id", "remark"}
    assert kept["at"].astimezone(town.clock.now().tzinfo).hour == 16  # midnight in the township, not the moment


async def test_a_word_to_the_editor_is_kept_with_its_article_and_without_numbers(town):
    granny = town.somebody("王婆婆")
    await granny.says("/ask 电瓶车能推到屋头充不")
    await granny.presses("没帮上忙")
    await granny.presses("告诉编辑哪里没说清")
    assert "不要写姓名和电话" in granny.last
    await granny.says("没说雨棚下头行不行，我电话 13812345678")
    assert "看不到是谁写的" in granny.last
    (kept,) = town.read(lambda s: [miss for miss in s.exec(select(Miss)) if miss.remark])
    assert (kept.article_id, kept.words) == ("ebike-charging", "")
    assert "雨棚" in kept.remark
    assert "138" not in kept.remark


async def test_an_opened_article_offers_what_one_may_ask_next(town):
    granny = town.somebody("王婆婆")
    await granny.says("问消防知识")
    await granny.presses(granny.buttons[0])
    assert any(label.startswith("还想问：") for label in granny.buttons)


async def test_in_any_chat_the_bot_offers_its_articles(town):
    granny = town.somebody("王婆婆")
    query = await granny.asks_inline("电瓶车能推到屋头充不")
    first = query.results[0]
    assert first["title"] == "电动车在哪里充电才安全"
    assert "依据：" in first["input_message_content"]["message_text"]


async def test_in_any_chat_it_offers_the_season_before_a_word_is_typed_and_nothing_for_nonsense(town):
    granny = town.somebody("王婆婆")
    assert len((await granny.asks_inline("")).results) == 3
    assert (await granny.asks_inline("股票基金哪个涨得快")).results == []


async def test_what_is_asked_inline_is_neither_a_report_nor_a_miss(town):
    granny = town.somebody("王婆婆")
    await granny.asks_inline("着火了")
    assert granny.texts == []
    assert missed(town) == []


async def test_the_link_from_an_inline_list_explains_how_to_ask(town):
    granny = town.somebody("王婆婆")
    await granny.opens("ask")
    assert "直接打字" in granny.last


async def test_what_is_burning_gets_its_card_once_and_no_article(town):
    granny = town.somebody("王婆婆")
    await granny.says("/ask 我屋头着火了咋个办")
    assert sum("119" in text for text in granny.texts) == 1
    assert "没帮上忙" not in granny.buttons


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("老刘家堆柴火", "刘"),
        ("王婆婆的气罐", "王"),
        ("电话一三八一二三四五六七八", "一三八"),
        ("wechat abc123", "abc"),
    ],
)
def test_names_and_numbers_are_not_kept(text, gone):
    assert gone not in telling_words(text)


async def test_a_stranger_who_asks_inline_does_not_become_somebody_to_write_to(town):
    stranger = Somebody(town, town.telegram.person("一位路过的人", id=8_000_000_777))
    await stranger.asks_inline("电瓶车能推到屋头充不")
    assert town.read(lambda s: s.exec(select(Person).where(Person.telegram_id == 8_000_000_777)).first()) is None


async def test_in_a_group_an_answer_carries_nothing_that_goes_on_with_a_form(town):
    granny = town.somebody("王婆婆")
    group = Group.found(town.telegram, "示范村乡亲群", [granny.phone])
    granny.phone.says("/ask 灭火器过期了还能用不", chat=group)
    await town.settle()
    answer = granny.phone.looks_at(group)[-1]
    assert "灭火器" in answer.text
    labels = [button.text for row in answer.buttons for button in row]
    assert not {"没帮上忙", "🔔 上报隐患"} & set(labels)
