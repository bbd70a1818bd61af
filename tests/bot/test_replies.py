"""Replies: at once, in order per chat, edits in place; and what a process that died had begun."""


import pytest
from sqlmodel import Session
from telegram import Update

from bot import mail
from bot.cards import card
from bot.context import Context, Reply
from bot.database import Database
from bot.routes import command
from models import leases
from models.outbox import DEAD, INFLIGHT, SENT, UNKNOWN, Outgoing
from sandbox.faults import Fault
from sandbox.people import Person as Phone
from tests.bot.conftest import MORNING, Bench, Naps, Opener
from tests.bot.letters import NOTICES, an_edit, queue, states, until


@pytest.fixture
async def bench(file: Database, open_bench: Opener) -> Bench:
    """A bench on a SQLite file."""
    return await open_bench(file, notices=NOTICES)


async def test_a_reply_waits_for_429_and_keeps_its_order(bench: Bench, naps: Naps) -> None:
    wang = bench.somebody("王")
    bench.telegram.faults.add(Fault("sendMessage", "429", times=2, retry_after=5))
    wang.says("一")
    wang.says("二")
    await bench.settle()
    assert bench.texts(wang) == ["听到：一", "听到：二"]
    assert naps.taken == [5, 5]
    assert bench.outgoing() == []


async def test_a_slow_chat_holds_no_other_chat_up(bench: Bench) -> None:
    wang, li = bench.somebody("王"), bench.somebody("李")
    bench.telegram.faults.add(Fault("sendMessage", "500", chat_id=wang.id))
    bench.machine.postman.send_now([an_edit(bench, wang, 0, "一"), an_edit(bench, li, 0, "二")])
    await until(lambda: bench.texts(li) == ["二"])
    assert not bench.texts(wang)
    bench.telegram.faults.clear()
    await bench.machine.postman.settle()
    assert bench.texts(wang) == ["一"]


async def test_a_reply_to_who_blocked_the_bot_marks_them_too(bench: Bench) -> None:
    wang = bench.somebody("王")
    wang.says("一")
    wang.chat.blocked = True
    await bench.settle()
    assert bench.person(wang).reachable is False
    assert states(bench) == [DEAD]


async def test_who_writes_again_is_reachable_again(bench: Bench) -> None:
    wang = bench.somebody("王")
    wang.blocks()
    await bench.settle()
    assert bench.person(wang).reachable is False
    wang.unblocks()
    wang.says("一")
    await bench.settle()
    assert bench.person(wang).reachable is True
    assert bench.texts(wang) == ["听到：一"]


async def receipt(_: Update, context: Context) -> None:
    """Answer with a receipt."""
    context.say(card("受理编号 1", receipt=True))


async def test_a_receipt_in_doubt_is_repeated_with_a_mark(file: Database, open_bench: Opener) -> None:
    bench = await open_bench(file, routes=(command("receipt", receipt),))
    wang = bench.somebody("王")
    bench.telegram.faults.add(Fault("sendMessage", "cut", times=1))
    wang.says("/receipt")
    await bench.settle()
    assert bench.texts(wang) == ["受理编号 1", "（补发）受理编号 1"]


async def test_a_receipt_comes_once_although_its_update_comes_twice(file: Database, open_bench: Opener) -> None:
    bench = await open_bench(file, routes=(command("receipt", receipt),))
    wang = bench.somebody("王")
    bench.telegram.faults.add(Fault("message", "duplicate", times=1))
    bench.telegram.faults.add(Fault("sendMessage", "500", times=2))
    wang.says("/receipt")
    for _ in range(3):
        await bench.settle()
        await bench.machine.beat()
    assert bench.texts(wang) == ["受理编号 1"]


async def test_an_edit_that_telegram_refuses_becomes_a_new_message(bench: Bench) -> None:
    wang = bench.somebody("王")
    bench.machine.postman.send_now([an_edit(bench, wang, 999, "第二步")])
    await bench.machine.postman.settle()
    assert bench.texts(wang) == ["第二步"]
    assert bench.outgoing() == []


async def test_an_edit_that_changes_nothing_has_passed(bench: Bench) -> None:
    wang = bench.somebody("王")
    wang.says("一")
    await bench.settle()
    bench.machine.postman.send_now([an_edit(bench, wang, wang.last.id, "听到：一")])
    await bench.machine.postman.settle()
    assert bench.texts(wang) == ["听到：一"]
    assert bench.outgoing() == []


async def test_only_the_last_of_several_waiting_edits_of_a_prompt_is_made(bench: Bench) -> None:
    wang = bench.somebody("王")
    wang.says("一")
    await bench.settle()
    bench.machine.postman.send_now([an_edit(bench, wang, wang.last.id, f"已收到 {n} 张") for n in range(1, 6)])
    await bench.machine.postman.settle()
    assert bench.texts(wang) == ["已收到 5 张"]
    assert len(bench.telegram.calls("editMessageText")) == 1
    assert bench.outgoing() == []


async def test_a_prompt_without_a_number_is_edited_where_it_was_sent(bench: Bench) -> None:
    wang = bench.somebody("王")
    first = an_edit(bench, wang, 0, "第一步")
    second = an_edit(bench, wang, 0, "第二步")
    bench.machine.postman.send_now([first])
    await bench.machine.postman.settle()
    bench.machine.postman.send_now([second])
    await bench.machine.postman.settle()
    assert bench.texts(wang) == ["第二步"]


async def test_a_group_that_moved_is_followed(bench: Bench) -> None:
    li = bench.somebody("李")
    group = bench.telegram.group("东村", [li])
    old = group.chat.id
    moved = group.upgrades()
    call = {"method": "sendMessage", "params": {"chat_id": old, "text": "大家好"}}
    reply = an_edit(bench, li, 1, "x")
    bench.machine.postman.send_now([Reply(reply.row, old, call)])
    await bench.machine.postman.settle()
    assert li.sees("大家好", chat=moved)


async def die(bench: Bench) -> None:
    """The first process is gone without a word: its lease is over and its rows stay in flight."""
    await bench.machine.postman.settle()
    bench.read(lambda s: leases.drop(s))


async def test_what_a_dead_process_had_in_flight_is_taken_over(database: Database, open_bench: Opener) -> None:
    dead = await open_bench(database, notices=NOTICES, holder="dead")
    wang = dead.somebody("王")
    queue(dead, wang, 1)
    queue(dead, wang, 2, what="tip")
    bench_pace = dead.machine.postman.pace
    for _ in range(2):
        database.transaction(mail.take, dead.machine.postman.kinds, bench_pace, "dead", now=MORNING)
    receipt_row = an_edit(dead, wang, 999, "受理编号 7")
    dead.read(lambda s: _as_receipt(s, receipt_row.row, wang))
    assert states(dead) == [INFLIGHT] * 3
    await die(dead)
    heir = await open_bench(database, notices=NOTICES, holder="heir", telegram=dead.telegram)
    await heir.machine.beat()  # a newcomer lets the living speak before it takes over from the dead
    await heir.machine.postman.settle()
    await heir.deliver()
    assert sorted(heir.texts(wang)) == sorted(["（补发）受理编号 7", "（补发）提醒 1"])
    assert states(heir) == [SENT, UNKNOWN]


def _as_receipt(s: Session, row_id: int, phone: Phone) -> None:
    row = s.get_one(Outgoing, row_id)
    row.what, row.holder = "receipt", "dead"
    row.call = {"method": "sendMessage", "params": {"chat_id": phone.id, "text": "受理编号 7"}}


async def test_what_a_living_process_has_in_flight_is_left_to_it(database: Database, open_bench: Opener) -> None:
    alive = await open_bench(database, notices=NOTICES, holder="alive")
    wang = alive.somebody("王")
    queue(alive, wang, 1)
    database.transaction(mail.take, alive.machine.postman.kinds, alive.machine.postman.pace, "alive", now=MORNING)
    left = database.transaction(mail.orphans, alive.machine.postman.kinds, "other", now=MORNING)
    assert left == []
    assert states(alive) == [INFLIGHT]
