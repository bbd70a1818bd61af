"""The postman: what must arrive arrives; what is in doubt is repeated with a mark or listed, never hidden."""

import asyncio
from typing import Any

import pytest
from sqlmodel import select

from bot import mail, wire
from bot.cards import Card, as_text
from bot.database import Database, DatabaseAway
from bot.notices import Notice
from models import vault
from models.outbox import DEAD, DUE, SENT, SILENT, UNKNOWN, Lane
from models.people import Person
from sandbox.faults import Fault
from tests.bot.conftest import MORNING, Bench, Naps, Opener
from tests.bot.letters import NOTICES, later, queue, states, until


@pytest.fixture
async def bench(file: Database, open_bench: Opener) -> Bench:
    """A bench on a SQLite file."""
    return await open_bench(file, notices=NOTICES)


async def test_a_notice_is_rendered_when_it_is_sent_and_sent_once(bench: Bench) -> None:
    wang = bench.somebody("王")
    queue(bench, wang, key="a|1")
    queue(bench, wang, key="a|1")
    await bench.deliver()
    await bench.deliver()
    assert bench.texts(wang) == ["提醒 1"]
    assert states(bench) == [SENT]
    assert bench.outgoing()[0].message_id == wang.last.id


async def test_a_matter_that_has_passed_stays_silent(bench: Bench) -> None:
    wang = bench.somebody("王")
    queue(bench, wang, 0)
    await bench.deliver()
    assert states(bench) == [SILENT]
    assert not bench.texts(wang)


async def test_urgent_goes_before_reminders_and_they_before_broadcasts(bench: Bench) -> None:
    wang = bench.somebody("王")
    for number, lane in enumerate((Lane.BROADCAST, Lane.REMINDER, Lane.URGENT), start=1):
        queue(bench, wang, number, lane=lane)
    await bench.deliver()
    assert bench.texts(wang) == ["提醒 3", "提醒 2", "提醒 1"]


async def test_429_is_obeyed_to_the_second_and_others_do_not_wait_for_it(bench: Bench, naps: Naps) -> None:
    wang, li = bench.somebody("王"), bench.somebody("李")
    bench.telegram.faults.add(Fault("sendMessage", "429", times=1, retry_after=17))
    queue(bench, wang, 1)
    await bench.machine.deliver()
    await bench.machine.postman.settle()
    assert states(bench) == [DUE]
    queue(bench, li, 2)
    later(bench, 16)
    await bench.deliver()
    assert naps.seconds() < 2
    assert bench.texts(li) == ["提醒 2"]
    assert not bench.texts(wang)
    later(bench, 1)
    await bench.deliver()
    assert bench.texts(wang) == ["提醒 1"]


async def test_when_telegram_refuses_everybody_everybody_waits(bench: Bench, naps: Naps) -> None:
    people = [bench.somebody(name) for name in "王李陈张"]
    bench.telegram.faults.add(Fault("sendMessage", "429", times=3, retry_after=17))
    for number, person in enumerate(people, start=1):
        queue(bench, person, number)
        await bench.machine.deliver()
        await bench.machine.postman.settle()
    assert naps.seconds() >= 17


@pytest.mark.parametrize("kind", ["cut", "hang"])
async def test_a_reminder_in_doubt_is_repeated_once_with_a_mark(bench: Bench, kind: str) -> None:
    wang = bench.somebody("王")
    bench.telegram.faults.add(Fault("sendMessage", kind, times=1))
    queue(bench, wang)
    await bench.deliver()
    later(bench, 5)
    await bench.deliver()
    assert bench.texts(wang) == [*(["提醒 1"] if kind == "cut" else []), "（补发）提醒 1"]
    assert states(bench) == [SENT]


async def test_a_reminder_that_stays_in_doubt_is_listed_and_not_repeated_for_ever(bench: Bench) -> None:
    wang = bench.somebody("王")
    bench.telegram.faults.add(Fault("sendMessage", "cut"))
    queue(bench, wang)
    for _ in range(4):
        await bench.deliver()
        later(bench, 400)
    assert bench.texts(wang) == ["提醒 1", "（补发）提醒 1"]
    assert [row.what for row in bench.read(mail.uncertain)] == ["reminder"]


async def test_a_broadcast_in_doubt_is_listed_and_not_repeated(bench: Bench) -> None:
    wang = bench.somebody("王")
    bench.telegram.faults.add(Fault("sendMessage", "cut", times=1))
    queue(bench, wang, what="tip")
    await bench.deliver()
    assert bench.texts(wang) == ["提醒 1"]
    assert states(bench) == [UNKNOWN]
    assert len(bench.read(mail.uncertain)) == 1


async def test_what_surely_was_not_sent_is_tried_again_later_without_a_mark(bench: Bench) -> None:
    wang = bench.somebody("王")
    bench.telegram.faults.add(Fault("sendMessage", "500", times=2))
    queue(bench, wang)
    for _ in range(3):
        await bench.deliver()
        later(bench, 10)
    assert bench.texts(wang) == ["提醒 1"]


async def test_an_outage_of_hours_costs_no_notice_but_none_is_kept_for_ever(bench: Bench) -> None:
    wang = bench.somebody("王")
    bench.telegram.faults.add(Fault("sendMessage", "500"))
    queue(bench, wang)
    for _ in range(40):
        await bench.deliver()
        later(bench, 400)
    assert states(bench) == [DUE]
    later(bench, 3 * 24 * 3600)
    await bench.deliver()
    assert states(bench) == [DEAD]


@pytest.mark.parametrize("kind", ["500", "502 html"])
async def test_a_gateway_that_stumbles_is_no_doubt(bench: Bench, kind: str) -> None:
    wang = bench.somebody("王")
    bench.telegram.faults.add(Fault("sendMessage", kind, times=2))
    queue(bench, wang)
    for _ in range(3):
        await bench.deliver()
        later(bench, 60)
    assert bench.texts(wang) == ["提醒 1"]


async def test_who_blocked_the_bot_is_unreachable_and_the_one_responsible_is_told(bench: Bench) -> None:
    wang, li = bench.somebody("王"), bench.somebody("李")
    wang.chat.blocked = True
    queue(bench, wang, owner=bench.id_of(li))
    await bench.deliver()
    queue(bench, wang, 2, owner=bench.id_of(li))
    await bench.deliver()
    assert bench.person(wang).reachable is False
    assert bench.texts(li) == ["有人收不到"]
    assert states(bench) == [DEAD, SENT, DEAD]
    assert len([c for c in bench.telegram.calls("sendMessage") if c.params["chat_id"] in (wang.id, str(wang.id))]) == 1


async def test_muted_topics_stay_silent_and_digests_wait_for_the_morning(bench: Bench) -> None:
    wang = bench.somebody("王")
    bench.read(lambda s: setattr(s.exec(select(Person)).one(), "muted", "x,tips"))
    queue(bench, wang, what="tip")
    await bench.deliver()
    assert states(bench) == [SILENT]
    later(bench, 12 * 3600)
    queue(bench, wang, 2, what="digest")
    await bench.deliver()
    assert not bench.texts(wang)
    later(bench, 9 * 3600)
    await bench.deliver()
    assert bench.texts(wang) == ["提醒 2"]


async def test_at_night_what_does_not_wait_comes_without_a_sound(bench: Bench) -> None:
    wang = bench.somebody("王")
    later(bench, 12 * 3600)
    queue(bench, wang)
    await bench.deliver()
    assert bench.telegram.calls("sendMessage")[0].params["disable_notification"] in (True, "true")


@pytest.mark.parametrize("what", ["reminder", "broken", "nobody-knows-it"])
async def test_a_notice_that_cannot_be_rendered_holds_up_nobody(
    database: Database, open_bench: Opener, what: str
) -> None:
    bench = await open_bench(database, notices=NOTICES)
    wang = bench.somebody("王")
    queue(bench, wang, -1, what=what)
    queue(bench, wang, 2)
    await bench.deliver()
    assert bench.texts(wang) == ["提醒 2"]
    assert states(bench) == [DEAD, SENT]
    assert "后门" not in bench.outgoing()[0].outcome


async def test_a_sealed_recipient_is_found_and_a_damaged_seal_holds_up_nobody(bench: Bench) -> None:
    wang = bench.somebody("王")
    number = bench.id_of(wang)
    alias = bench.database.transaction(vault.conceal, number, now=MORNING)
    bad = bench.database.transaction(vault.conceal, number, now=MORNING)
    bench.read(lambda s: setattr(s.get_one(vault.Identity, bad), "sealed", b"\x01" + bytes(40)))
    queue(bench, bad, 1)
    queue(bench, alias, 2)
    await bench.deliver()
    assert bench.texts(wang) == ["提醒 2"]
    assert states(bench) == [DEAD, SENT]


async def test_what_arrived_of_a_letter_is_not_sent_again_when_the_rest_must_wait(bench: Bench, naps: Naps) -> None:
    wang = bench.somebody("王")
    wang.sends_photo("a")
    wang.sends_photo("b")
    await bench.machine.poller.fetch(0)
    ids = [seen.data["photo"][-1]["file_id"] for seen in wang.screen if seen.kind == "photo"]
    shown = Card(as_text("两张图"), media=tuple(("photo", one) for one in ids))
    bench.machine.postman.kinds["reminder"] = Notice("reminder", lambda *_: shown)
    bench.telegram.faults.add(Fault("sendMessage", "429", times=1, retry_after=9))
    bench.telegram.faults.add(Fault("sendMessage", "500", times=1))
    queue(bench, wang)
    await bench.deliver()
    assert len(bench.telegram.calls("sendMediaGroup")) == 1
    assert bench.texts(wang)[-1] == "两张图"
    assert 9 in naps.taken
    assert states(bench) == [SENT]


async def test_the_end_of_a_letter_is_noted_as_soon_as_the_database_is_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = bench.somebody("王")
    queue(bench, wang)
    note, times = mail.note, []

    def away(*args: Any, **kwargs: Any) -> None:
        times.append(1)
        if len(times) < 3:
            raise DatabaseAway
        note(*args, **kwargs)

    monkeypatch.setattr(mail, "note", away)
    await bench.deliver()
    assert states(bench) == [SENT]
    assert bench.texts(wang) == ["提醒 1"]


async def test_two_who_both_think_they_lead_send_nothing_twice(database: Database, open_bench: Opener) -> None:
    bench = await open_bench(database, notices=NOTICES)
    wang = bench.somebody("王")
    queue(bench, wang, 1)
    postman = bench.machine.postman
    if database.is_sqlite:
        first = database.transaction(mail.take, postman.kinds, postman.pace, "one", now=MORNING)
        second = database.transaction(mail.take, postman.kinds, postman.pace, "two", now=MORNING)
    else:
        with database.session() as one, database.session() as two:
            first = mail.take(one, postman.kinds, postman.pace, "one", now=MORNING)
            second = mail.take(two, postman.kinds, postman.pace, "two", now=MORNING)
            two.commit()
            one.commit()
    assert isinstance(first, mail.Letter)
    assert second is False


async def test_no_more_letters_are_out_than_allowed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [bench.somebody(f"人{n}") for n in range(40)]
    for phone in people:
        queue(bench, phone)
    out, most, gate = [0], [0], asyncio.Event()
    attempt = wire.attempt

    async def counted(*args: Any) -> Any:
        out[0] += 1
        most[0] = max(most[0], out[0])
        await gate.wait()
        out[0] -= 1
        return await attempt(*args)

    monkeypatch.setattr(wire, "attempt", counted)
    delivering = asyncio.ensure_future(bench.deliver())
    await until(lambda: most[0] >= 32)
    gate.set()
    await delivering
    assert most[0] == 32
    assert all(bench.texts(phone) == ["提醒 1"] for phone in people)
