"""The desk: whatever comes in is handled once or put aside, and the chat goes on."""

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select
from telegram import Update

from bot.context import Context
from bot.database import Database
from bot.routes import command
from models import inbox
from models.areas import Area
from models.inbox import DONE, NEW, QUARANTINED
from models.people import Grant, Person, Role
from tests.bot.conftest import MORNING, Bench, Opener
from tests.bot.ways_in import CANARY, NOTICES, ROUTES, effects, fail, message, put, states, write


@pytest.fixture
async def bench(database: Database, open_bench: Opener) -> Bench:
    """A bench with these routes."""
    return await open_bench(database, routes=ROUTES, notices=NOTICES)


async def test_a_malformed_update_is_put_aside_and_the_chat_goes_on(bench: Bench) -> None:
    wang = bench.somebody("王")
    bad, good = message(1, wang, text=CANARY, entities=[{"type": 5}]), message(2, wang, text="二")
    await put(bench, bad, good)
    await bench.settle()
    assert states(bench) == [QUARANTINED, DONE]
    number = f"Q{bench.inbox()[0].id}"
    first, second = bench.texts(wang)
    assert number in first
    assert CANARY not in first
    assert "119" in first
    assert second == "听到：二"


async def test_the_operator_is_told_of_what_was_put_aside(bench: Bench) -> None:
    wang, admin = bench.somebody("王"), bench.somebody("管")
    number = bench.id_of(admin)

    def appoint(s: Any) -> None:
        s.add(Area(code="town", name="镇", level="town", path="/town/"))
        s.flush()
        area = s.exec(select(Area.id)).one()
        s.add(Grant(person_id=number, role=Role.ADMIN.value, area_id=area, since=MORNING))

    bench.read(appoint)
    await put(bench, message(1, wang, entities=7))
    await bench.settle()
    assert bench.texts(admin) == [f"隔离 Q{bench.inbox()[0].id}"]


@pytest.mark.parametrize(
    "raw",
    [
        {"update_id": 1}, {"update_id": 1, "message": None}, {"update_id": 1, "message": []},
        {"update_id": 1, "message": "x"}, {"update_id": 1, "message": {}}, {"update_id": 1, "message": {"chat": 5}},
        {"update_id": 1, "callback_query": {"id": 1}}, {"update_id": 1, "callback_query": {"from": None}},
        {"update_id": 1, "something_new": {"from": {"id": 5}}},
        {"update_id": 1, "message": {"message_id": 1, "date": 10**30, "chat": {"id": 1, "type": "private"}}},
        {"update_id": 1, "my_chat_member": {"chat": {"id": 1, "type": "private"}}},
    ],
)  # fmt: skip
async def test_no_odd_update_stays_open(bench: Bench, raw: dict[str, Any]) -> None:
    await put(bench, raw)
    await bench.settle()
    assert states(bench)[0] in {DONE, QUARANTINED}


async def test_a_handler_that_breaks_three_times_leaves_nothing_and_the_person_a_number(bench: Bench) -> None:
    wang = bench.somebody("王")
    wang.says("/fail")
    await bench.machine.settle()
    assert states(bench) == [NEW]
    wang.says("二")
    await bench.settle()
    assert states(bench) == [QUARANTINED, DONE]
    assert effects(bench) == 0
    excuse, answer = bench.texts(wang)
    assert f"Q{bench.inbox()[0].id}" in excuse
    assert CANARY not in excuse
    assert answer == "听到：二"


async def test_the_words_of_a_broken_update_are_not_logged(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    wang = bench.somebody("王")
    wang.says("/fail")
    await put(bench, message(1, wang, text=CANARY, entities=[{"type": 5}]))
    await bench.settle()
    written = capsys.readouterr()
    assert "update.failed" in written.out + written.err
    assert CANARY not in written.out + written.err


async def test_a_refusal_is_its_sentence_and_leaves_no_effect(bench: Bench) -> None:
    wang = bench.somebody("王")
    wang.says("/refuse")
    await bench.settle()
    assert bench.texts(wang) == ["这件事不归您办。"]
    assert effects(bench) == 0
    assert states(bench) == [DONE]


async def test_a_handler_that_waits_is_an_error_and_not_a_hang(bench: Bench) -> None:
    wang = bench.somebody("王")
    wang.says("/wait")
    await bench.settle()
    assert states(bench) == [QUARANTINED]


async def test_a_command_that_is_not_for_everybody_refuses_by_command_and_by_word(bench: Bench) -> None:
    wang = bench.somebody("王")
    wang.says("/assign")
    wang.says("派单")
    await bench.settle()
    assert effects(bench) == 0
    assert all("职责" in text for text in bench.texts(wang))


async def test_an_edited_message_is_no_second_command(bench: Bench) -> None:
    wang = bench.somebody("王")
    said = wang.says("/write")
    await bench.settle()
    wang.edits(said.id, "/write 再来")
    await bench.settle()
    assert effects(bench) == 1
    assert set(states(bench)) == {DONE}


async def test_blocking_the_bot_is_noticed_and_answered_by_silence(bench: Bench) -> None:
    wang = bench.somebody("王")
    wang.blocks()
    await bench.settle()
    assert bench.person(wang).reachable is False
    wang.unblocks()
    await bench.settle()
    assert bench.person(wang).reachable is True
    assert not bench.texts(wang)


async def test_in_a_group_only_what_is_meant_for_groups_is_answered(bench: Bench) -> None:
    wang = bench.somebody("王")
    group = bench.telegram.group("东村", [wang])
    wang.says("/write", chat=group)
    await bench.settle()
    assert effects(bench) == 0
    wang.says("/everywhere", chat=group)
    await bench.settle()
    assert effects(bench) == 1
    assert wang.sees("办了 1 件", chat=group)


async def test_another_bot_is_not_listened_to(bench: Bench) -> None:
    wang = bench.somebody("王")
    raw = message(1, wang, text="/write")
    raw["message"]["from"]["is_bot"] = True
    await put(bench, raw)
    await bench.settle()
    assert effects(bench) == 0


async def test_a_stranger_is_known_from_the_first_word_on_under_a_clean_name(bench: Bench) -> None:
    phone = bench.telegram.person("\u202e<b>王</b>\u200b" + "长" * 200)
    phone.says("你好")
    phone.says("还在吗")
    await bench.settle()
    (name,) = bench.read(lambda s: s.exec(select(Person.name)).all())
    assert len(name) <= 80
    assert name.startswith("<b>王</b>长")
    assert bench.texts(phone) == ["听到：你好", "听到：还在吗"]


async def test_an_update_is_handled_once_although_another_process_finished_it(
    database: Database, open_bench: Opener
) -> None:
    slow = await open_bench(database, routes=ROUTES, holder="slow")
    wang = slow.somebody("王")
    wang.says("/write")
    await slow.machine.poller.fetch(0)
    (claimed,) = database.transaction(inbox.claim, "slow", clock=0.0)
    quick = await open_bench(database, routes=ROUTES, holder="quick", telegram=slow.telegram)
    await quick.settle()
    assert effects(quick) == 1
    await slow.machine._handle(claimed)
    await slow.machine.postman.settle()
    assert effects(quick) == 1
    assert quick.texts(wang) == ["办了 1 件"]


async def test_who_breaks_on_what_another_process_finished_puts_nothing_aside(
    database: Database, open_bench: Opener
) -> None:
    slow = await open_bench(database, routes=(command("write", fail),), holder="slow")
    wang = slow.somebody("王")
    wang.says("/write")
    await slow.machine.poller.fetch(0)
    (claimed,) = database.transaction(inbox.claim, "slow", clock=0.0)
    quick = await open_bench(database, routes=ROUTES, holder="quick", telegram=slow.telegram)
    await quick.settle()
    await slow.machine._handle(replace(claimed, attempts=inbox.TRIES - 1))
    await slow.machine.postman.settle()
    assert states(quick) == [DONE]
    assert quick.texts(wang) == ["办了 1 件"]


async def test_a_conflict_runs_the_whole_update_once_more_and_answers_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.orm.exc import StaleDataError

    runs = []

    async def flaky(update: Update, context: Context) -> None:
        runs.append(1)
        await write(update, context)
        if len(runs) == 1:
            raise StaleDataError

    monkeypatch.setattr(bench.machine.desk, "_free", flaky)
    wang = bench.somebody("王")
    wang.says("你好")
    await bench.settle()
    assert (len(runs), effects(bench)) == (2, 1)
    assert bench.texts(wang) == ["办了 1 件"]
