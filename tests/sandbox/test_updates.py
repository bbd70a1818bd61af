"""Updates wait in order, are confirmed by the offset, expire, and wake a long poll."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from sandbox.people import Person
from sandbox.telegram import Telegram
from tests.sandbox.conftest import Bot


def texts(updates: list[dict]) -> list[str]:
    return [update["message"]["text"] for update in updates if "message" in update]


async def test_an_update_comes_again_until_a_higher_offset_confirms_it(bot: Bot, wang: Person) -> None:
    wang.says("一")
    wang.says("二")
    first = await bot("getUpdates")
    assert texts(first) == texts(await bot("getUpdates")) == ["/start", "一", "二"]
    assert [u["update_id"] for u in first] == list(range(first[0]["update_id"], first[0]["update_id"] + 3))
    assert texts(await bot("getUpdates", offset=first[1]["update_id"])) == ["一", "二"]
    assert texts(await bot("getUpdates", limit=1)) == ["一"]
    assert texts(await bot("getUpdates", offset=-1)) == ["二"]
    assert await bot("getUpdates", offset=first[2]["update_id"] + 1) == []


async def test_only_the_kinds_the_bot_asked_for_arrive(bot: Bot, wang: Person) -> None:
    await bot("getUpdates", allowed_updates=["callback_query"], offset=-1)
    wang.says("一")
    assert texts(await bot("getUpdates")) == ["/start"]


async def test_a_long_poll_wakes_when_somebody_writes(bot: Bot, wang: Person) -> None:
    await bot.updates()
    poll = asyncio.create_task(bot.updates(timeout=50))
    await asyncio.sleep(0)
    wang.says("醒醒")
    assert texts(await poll) == ["醒醒"]


async def test_a_long_poll_ends_when_the_virtual_clock_passes_its_end(tg: Telegram, bot: Bot, wang: Person) -> None:
    await bot.updates()
    poll = asyncio.create_task(bot.updates(timeout=50))
    await asyncio.sleep(0)
    tg.clock.advance(timedelta(seconds=51))
    assert await poll == []
    assert wang.unread == 0


async def test_a_second_poller_ends_the_first_with_a_conflict(tg: Telegram, bot: Bot, wang: Person) -> None:
    await bot.updates()
    first = asyncio.create_task(tg.call("getUpdates", {"timeout": 50, "offset": bot.offset}))
    await asyncio.sleep(0)
    second = asyncio.create_task(tg.call("getUpdates", {"timeout": 50, "offset": bot.offset}))
    status, body = await first
    assert (status, body["error_code"]) == (409, 409)
    assert "terminated by other getUpdates request" in body["description"]
    wang.says("给第二个")
    assert texts((await second)[1]["result"]) == ["给第二个"]


async def test_messages_wait_a_day_and_taps_150_seconds(tg: Telegram, bot: Bot, wang: Person) -> None:
    keyboard = {"inline_keyboard": [[{"text": "提交", "callback_data": "1"}]]}
    await bot("sendMessage", chat_id=wang.id, text="?", reply_markup=keyboard)
    await bot("getUpdates", offset=(await bot("getUpdates"))[-1]["update_id"] + 1)
    wang.says("留言")
    wang.presses("提交")
    tg.clock.advance(timedelta(seconds=149))
    assert len(await bot("getUpdates")) == 2
    tg.clock.advance(timedelta(seconds=1))
    assert texts(await bot("getUpdates")) == ["留言"]
    tg.clock.advance(timedelta(days=1))
    assert await bot("getUpdates") == []


def test_the_clock_jumps_to_instants_and_wants_a_zone(tg: Telegram) -> None:
    start = tg.clock.now()
    tg.clock.jump(to=start + timedelta(days=7))
    tg.clock.jump(by=timedelta(hours=-1))
    assert tg.clock.now() - start == timedelta(days=7, hours=-1)
    with pytest.raises(ValueError, match="aware"):
        tg.clock.jump(to=start.replace(tzinfo=None))
    with pytest.raises(ValueError, match="either"):
        tg.clock.jump()
