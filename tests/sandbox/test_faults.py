"""Faults strike as often as they were told to, and do to the call what their name says."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot as PtbBot
from telegram.error import NetworkError, TimedOut

from sandbox.errors import BadGateway, Cut, Hang
from sandbox.faults import Fault
from sandbox.people import Person
from sandbox.request import SandboxRequest
from sandbox.telegram import Telegram
from tests.sandbox.conftest import Bot

BUTTON = {"inline_keyboard": [[{"text": "提交", "callback_data": "1"}]]}


async def send(tg: Telegram, wang: Person, text: str) -> tuple[int, dict[str, Any]]:
    return await tg.call("sendMessage", {"chat_id": wang.id, "text": text})


async def test_errors_come_the_given_number_of_times_and_nothing_is_applied(tg: Telegram, wang: Person) -> None:
    tg.faults.add(Fault("send*", "429", times=2, retry_after=9))
    status, body = await send(tg, wang, "一")
    assert (status, body["description"]) == (429, "Too Many Requests: retry after 9")
    assert body["parameters"] == {"retry_after": 9}
    assert (await send(tg, wang, "二"))[0] == 429
    assert (await send(tg, wang, "三"))[0] == 200
    tg.faults.add(Fault("*", "500", times=1))
    assert (await send(tg, wang, "四"))[0] == 500
    assert [seen.text for seen in wang.screen if seen.from_bot] == ["三"]


async def test_a_cut_call_was_applied_a_hanging_one_was_not(tg: Telegram, wang: Person) -> None:
    for kind, error in (("cut", Cut), ("hang", Hang), ("502 html", BadGateway)):
        tg.faults.add(Fault("sendMessage", kind, times=1))
        with pytest.raises(error):
            await send(tg, wang, kind)
    assert [seen.text for seen in wang.screen if seen.from_bot] == ["cut"]
    noted = [(call.status, call.fault) for call in tg.calls("sendMessage")]
    assert noted == [(200, "cut"), (0, "hang"), (0, "502 html")]


async def test_in_process_python_telegram_bot_gets_its_own_exceptions(tg: Telegram, wang: Person) -> None:
    bot = PtbBot(tg.bot_token, request=SandboxRequest(tg), get_updates_request=SandboxRequest(tg))
    async with bot:
        errors = {"cut": TimedOut, "hang": TimedOut, "502 html": NetworkError, "unreachable": NetworkError}
        for kind, error in errors.items():
            tg.faults.add(Fault("sendMessage", kind, times=1))
            with pytest.raises(error):
                await bot.send_message(wang.id, kind)
        assert (await bot.send_document(wang.id, b"%PDF", filename="通知.pdf")).document.file_name == "通知.pdf"
        file = await bot.get_file(tg.calls("sendDocument")[0].result["document"]["file_id"])
        assert bytes(await file.download_as_bytearray()) == b"%PDF"


async def test_a_probability_is_seeded_and_a_rule_may_hold_for_one_chat(tg: Telegram, wang: Person) -> None:
    li = tg.person("志强")
    li.opens_link()
    tg.faults.add(Fault("sendMessage", "500", probability=0.5, chat_id=wang.id))
    outcome = [(await send(tg, wang, "一"))[0] for _ in range(40)]
    assert 10 < outcome.count(500) < 30
    assert {(await send(tg, li, "一"))[0] for _ in range(10)} == {200}
    again = Telegram(seed=1)
    zhao = again.person("玉芬", id=wang.id)
    zhao.opens_link()
    again.faults.add(Fault("sendMessage", "500", probability=0.5, chat_id=wang.id))
    assert [(await send(again, zhao, "一"))[0] for _ in range(40)] == outcome


async def test_a_duplicate_comes_again_after_it_was_confirmed(tg: Telegram, bot: Bot, wang: Person) -> None:
    await bot.updates()
    tg.faults.add(Fault("message", "duplicate", times=1))
    wang.says("一")
    seen = [*await bot.updates(), *await bot.updates(), *await bot.updates()]
    assert [update["message"]["text"] for update in seen] == ["一", "一"]
    assert len({update["update_id"] for update in seen}) == 1


async def test_a_resent_tap_has_new_ids(tg: Telegram, bot: Bot, wang: Person) -> None:
    await bot("sendMessage", chat_id=wang.id, text="?", reply_markup=BUTTON)
    await bot.updates()
    tg.faults.add(Fault("callback_query", "resend", times=1))
    wang.presses("提交")
    taps = await bot.updates()
    assert len({tap["update_id"] for tap in taps}) == len({tap["callback_query"]["id"] for tap in taps}) == 2


async def test_a_reordered_update_is_overtaken_by_other_queues_only(tg: Telegram, bot: Bot, wang: Person) -> None:
    await bot.updates()
    li = tg.person("志强")
    tg.faults.add(Fault("message", "reorder", times=1))
    wang.says("一")
    wang.says("二")
    li.says("三")
    assert [update["message"]["text"] for update in await bot.updates()] == ["三", "一", "二"]
    tg.faults.add(Fault("message", "reorder", times=1))
    wang.says("最后")
    assert [update["message"]["text"] for update in await bot.updates()] == ["最后"]


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown fault"):
        Fault("*", "meteor")
