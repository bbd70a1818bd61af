"""Whatever people send gets a clear answer, and a form that is open stays as it is."""

from collections.abc import Awaitable, Callable

import pytest
from sqlmodel import select

from bot.prompts import KEPT, NO_FILES, NO_HEIC, TOO_LARGE
from handlers.say import common
from models.hazards import Hazard
from tests.town import Somebody, Township

HUGE = 20 * 1024 * 1024
TOO_MUCH = HUGE + 1
LONG = ("楼道里堆满了纸箱子，电瓶车也推进去充电，夜里没人管。" * 200)[:4096]
POLL = {
    "id": "1", "question": "去不去？", "total_voter_count": 0, "is_closed": False, "is_anonymous": True,
    "type": "regular", "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
    "options": [{"text": word, "voter_count": 0, "persistent_id": word} for word in ("去", "不去")],
}  # fmt: skip
Deed = Callable[[Somebody], Awaitable[None]]


async def writes(who: Somebody, content: dict[str, object]) -> None:
    """Send a message that has no verb of its own on the phone."""
    who.phone.writes(content)
    await who.town.settle()


async def edits(who: Somebody) -> None:
    """Change the own first message."""
    first = next(message for message in who.phone.screen if message.from_me)
    who.phone.edits(first.id, "改一下")
    await who.town.settle()


STRANGE: dict[str, Deed] = {
    "sticker": lambda who: who.sends("sticker"),
    "contact": lambda who: who.sends("contact"),
    "poll": lambda who: writes(who, {"poll": POLL}),
    "emoji": lambda who: who.says("😀🔥👍"),
}


@pytest.fixture
async def wang(town: Township) -> Somebody:
    """王婆婆 with the chat open."""
    who = town.somebody("王婆婆")
    await who.says("/start")
    return who


@pytest.fixture
async def filling(wang: Somebody) -> Somebody:
    """王婆婆 with a report that asks for the place."""
    await wang.says("楼道里堆满了纸箱子")
    assert "在哪里" in wang.last
    return wang


async def goes_on_where_it_was(who: Somebody) -> None:
    """Answer the place; everything that was known before must stand in the summary."""
    await who.says("幸福小区 3 号楼二单元")
    await who.says("跳过")
    assert "请核对" in who.last
    assert "楼道里堆满了纸箱子" in who.last
    assert "幸福小区 3 号楼二单元" in who.last
    await who.presses("提交")
    assert "收到了" in who.last


@pytest.mark.parametrize("what", STRANGE)
async def test_what_the_bot_cannot_use_is_answered_with_what_would_do(wang: Somebody, what: str) -> None:
    before = len(wang.texts)
    await STRANGE[what](wang)
    assert len(wang.texts) == before + 2
    assert wang.last == common.STICKER or wang.buttons


@pytest.mark.parametrize("what", STRANGE)
async def test_what_a_form_cannot_use_leaves_it_as_it_was(filling: Somebody, what: str) -> None:
    await STRANGE[what](filling)
    assert "请打字说在哪里" in filling.last
    await goes_on_where_it_was(filling)


REFUSED = {
    "a paper": (("通知.pdf", 0, "application/pdf"), NO_FILES),
    "a film": (("视频.mov", 0, "video/quicktime"), NO_FILES),
    "a moving picture": (("图.gif", 0, "image/gif"), NO_FILES),
    "a photo of an iPhone": (("IMG_0001.HEIC", 0, "image/heic"), NO_HEIC),
    "too large": (("照片.jpg", TOO_MUCH, "image/jpeg"), TOO_LARGE),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_a_file_that_cannot_be_taken_is_refused_with_what_to_do_instead(wang: Somebody, what: str) -> None:
    given, why = REFUSED[what]
    await wang.sends("document", *given)
    assert wang.last == why


@pytest.mark.parametrize("what", REFUSED)
async def test_inside_a_form_such_a_file_changes_nothing(filling: Somebody, what: str) -> None:
    given, why = REFUSED[what]
    await filling.sends("document", *given)
    assert why + KEPT in filling.last
    assert "在哪里" in filling.last
    await goes_on_where_it_was(filling)


async def test_the_words_under_such_a_file_are_taken_in_a_form(filling: Somebody) -> None:
    await filling.sends("document", "通知.pdf", caption="幸福小区 3 号楼二单元")
    assert NO_FILES in filling.last
    await filling.says("跳过")
    assert "幸福小区 3 号楼二单元" in filling.last


async def test_the_words_under_such_a_file_begin_a_report(town: Township) -> None:
    chen = town.somebody("陈大哥")
    await chen.sends("document", "通知.pdf", caption="菜市场后门被货堵死了")
    assert chen.sees(NO_FILES)
    await chen.presses("跳过")
    assert "菜市场后门被货堵死了" in chen.last


async def test_a_changed_message_is_noticed_and_the_form_stays(filling: Somebody) -> None:
    await edits(filling)
    assert filling.last == common.EDITED
    await goes_on_where_it_was(filling)


async def test_a_changed_message_without_a_form_is_noticed(wang: Somebody) -> None:
    await edits(wang)
    assert wang.last == common.EDITED


async def test_a_photo_of_twenty_megabytes_begins_a_report(wang: Somebody) -> None:
    await wang.sends("photo", "菜市场后门被货堵死了", size=HUGE)
    assert "请核对" in wang.last
    assert "1 张照片" in wang.last


@pytest.mark.parametrize(("what", "shown"), [("voice", "1 条语音"), ("video", "1 段视频"), ("photo", "1 张照片")])
async def test_sound_and_pictures_are_kept_whatever_is_asked(filling: Somebody, what: str, shown: str) -> None:
    await filling.sends(what)
    assert shown in filling.last
    await filling.says("幸福小区 3 号楼二单元")
    assert "请核对" in filling.last
    assert shown in filling.last


@pytest.mark.parametrize("what", ["voice", "video", "location"])
async def test_without_a_form_they_begin_a_report(wang: Somebody, what: str) -> None:
    await wang.sends(what)
    assert "是哪一类隐患" in wang.last


async def test_a_location_answers_the_place(filling: Somebody) -> None:
    await filling.sends("location")
    assert "照片" in filling.last
    await filling.says("跳过")
    assert "有定位" in filling.last


async def test_a_forwarded_text_is_heard_like_an_own_one(wang: Somebody) -> None:
    wang.phone.forwards("菜市场后门被货堵死了")
    await wang.town.settle()
    await wang.says("跳过")
    assert "请核对" in wang.last
    assert "菜市场后门" in wang.last


async def test_the_longest_text_is_kept_whole(wang: Somebody) -> None:
    await wang.says(LONG)
    assert "在哪里" in wang.last
    await wang.says("幸福小区")
    await wang.says("跳过")
    await wang.presses("提交")
    assert "收到了" in wang.last
    [hazard] = wang.town.read(lambda s: s.exec(select(Hazard)).all())
    assert hazard.detail == LONG


async def test_the_longest_text_as_a_place_is_refused_kindly(filling: Somebody) -> None:
    await filling.says(LONG)
    assert "200 个字以内" in filling.last
    await goes_on_where_it_was(filling)


async def test_an_album_of_ten_is_one_report_with_one_card_that_counts(wang: Somebody) -> None:
    before = [message.id for message in wang.phone.screen if message.from_bot]
    await wang.sends("album", 10, "菜市场后门被货堵死了")
    [card] = [message for message in wang.phone.screen if message.from_bot and message.id not in before]
    assert "10 张照片" in card.text
    assert "菜市场后门被货堵死了" in card.text
    await wang.presses("提交")
    assert "吹2026-0001" in wang.last


async def test_an_album_inside_a_form_is_counted_on_one_card(filling: Somebody) -> None:
    before = [message.id for message in filling.phone.screen if message.from_bot]
    await filling.sends("album", 10)
    [card] = [message for message in filling.phone.screen if message.from_bot and message.id not in before]
    assert "10 张照片" in card.text
    assert "在哪里" in card.text


@pytest.mark.parametrize("words", ["取消", "/cancel", "/cancel@chuishao_bot"])
async def test_to_cancel_gives_the_open_form_up_or_says_that_there_is_none(filling: Somebody, words: str) -> None:
    await filling.says(words)
    assert filling.sees("《上报隐患》已取消")
    await filling.says(words)
    assert filling.last == common.NOTHING_TO_CANCEL
