"""The inbox: what was accepted is there once, is handled in order, and leaves no words behind."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.database import Database
from models import inbox
from models.inbox import DONE, LEASE_SECONDS, NEW, QUARANTINED, Claimed, Inbox
from models.sealing import Unreadable, use_key

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
BOT = 7_000_000_001
CANARY = "菜市场后门被货堵死了CANARY"
Keep = Callable[..., int]


def message(number: int, chat: int = 1, person: int = 0, text: str = CANARY) -> dict[str, Any]:
    """A raw message."""
    sender = {"id": person or chat, "is_bot": False, "first_name": "王"}
    return {"update_id": number, "message": {"message_id": number, "date": 0, "chat": {"id": chat, "type": "private"},
                                             "from": sender, "text": text}}  # fmt: skip


def tap(number: int, person: int, chat: int) -> dict[str, Any]:
    """A raw tap on a button."""
    return {"update_id": number, "callback_query": {"id": "1", "from": {"id": person}, "data": "x",
                                                    "message": {"chat": {"id": chat}}}}  # fmt: skip


def store(database: Database, *raw: Any) -> int:
    """Keep raw updates."""
    return database.transaction(inbox.store, BOT, list(raw), now=NOW)


def claim(database: Database, holder: str = "one", clock: float = 100.0) -> list[Claimed]:
    """Claim what may be handled."""
    return database.transaction(inbox.claim, holder, clock=clock)


def numbers(claimed: list[Claimed]) -> list[int]:
    """Return the update ids."""
    return [one.update_id for one in claimed]


def finish(database: Database, claimed: list[Claimed], holder: str = "one") -> list[bool]:
    """Finish what was claimed."""
    return [database.transaction(inbox.finish, [one.id], holder) for one in claimed]


def states(database: Database) -> list[str]:
    """Return the states in order."""
    return database.transaction(lambda s: list(s.exec(select(Inbox.state).order_by(Inbox.id))))


def test_an_update_that_comes_again_is_kept_once(database: Database) -> None:
    assert store(database, message(5), message(6), message(5)) == 2
    assert store(database, message(6), message(7)) == 1
    assert database.transaction(inbox.store, BOT + 1, [message(5, chat=2)], now=NOW) == 1


def test_an_update_that_comes_again_after_it_was_handled_stays_handled(database: Database) -> None:
    store(database, message(5))
    finish(database, claim(database))
    assert store(database, message(5)) == 0
    assert claim(database) == []


def test_a_chat_is_handled_one_by_one_and_chats_side_by_side(database: Database) -> None:
    store(database, message(1, chat=1), message(2, chat=1), message(3, chat=2), message(4, chat=2))
    first = claim(database)
    assert numbers(first) == [1, 3]
    assert claim(database, "two") == []
    finish(database, first[:1])
    assert numbers(claim(database, "two")) == [2]


def test_a_person_s_tap_in_a_group_waits_for_the_same_person_s_message(database: Database) -> None:
    store(database, message(1, chat=7), tap(2, person=7, chat=-100), tap(3, person=8, chat=-200))
    first = claim(database)
    assert numbers(first) == [1, 3]
    finish(database, first)
    assert numbers(claim(database)) == [2]


def test_updates_without_a_chat_or_person_do_not_wait_for_each_other(database: Database) -> None:
    store(database, {"update_id": 1}, {"update_id": 2, "poll": {"id": "9"}})
    assert numbers(claim(database)) == [1, 2]


@pytest.mark.parametrize(
    ("raw", "keys"),
    [
        (message(1, chat=-5, person=7), (-5, 7)), (tap(1, 7, -5), (-5, 7)),
        ({"update_id": 1, "poll_answer": {"user": {"id": 7}}}, (None, 7)),
        ({"update_id": 1, "message": "nonsense"}, (None, None)),
        ({"update_id": 1, "message": {"chat": {"id": "x"}, "from": [1]}}, (None, None)),
        ({"update_id": 1, "message": {"chat": {"id": 2**70}}}, (None, None)),
    ],
)  # fmt: skip
def test_chat_and_person_are_read_without_believing_the_shape(raw: dict[str, Any], keys: tuple[Any, Any]) -> None:
    assert inbox.order_keys(raw) == keys


def test_a_lease_that_ran_out_is_taken_over_and_the_slow_one_changes_nothing_more(database: Database) -> None:
    store(database, message(1))
    slow = claim(database, "slow", clock=100.0)
    assert claim(database, "quick", clock=100.0 + LEASE_SECONDS - 1) == []
    quick = claim(database, "quick", clock=100.0 + LEASE_SECONDS)
    assert numbers(quick) == [1]
    assert finish(database, slow, "slow") == [False]
    assert finish(database, quick, "quick") == [True]
    database.transaction(inbox.put_back, slow[0], "slow", clock=500.0)
    assert states(database) == [DONE]


def test_a_failed_update_comes_back_later_and_later_and_its_chat_waits(database: Database) -> None:
    store(database, message(1), message(2))
    for attempt, pause in enumerate((0.5, 2.0, 8.0)):
        (one,) = claim(database, clock=100.0)
        assert one.attempts == attempt
        database.transaction(inbox.put_back, one, "one", clock=100.0 - pause)
    (one,) = claim(database, clock=100.0)
    assert database.transaction(inbox.quarantine, one, "one") is True
    assert states(database) == [QUARANTINED, NEW]
    assert database.transaction(inbox.waiting) == (1, 1)
    assert numbers(claim(database, clock=100.0)) == [2]


def test_a_quarantined_update_can_still_be_read(database: Database) -> None:
    store(database, message(1))
    (one,) = claim(database)
    assert database.transaction(inbox.quarantine, one, "other") is False
    assert database.transaction(inbox.quarantine, one, "one") is True
    kept = database.transaction(lambda s: s.get(Inbox, one.id))
    assert kept is not None
    assert inbox.read(Claimed(one.id, 1, 1, 1, 0, NOW, kept.body or b""))["message"]["text"] == CANARY


def test_what_a_process_gives_back_is_free_at_once_and_only_that(database: Database) -> None:
    store(database, message(1, chat=1), message(2, chat=2))
    first = claim(database, "one")
    assert numbers(first) == [1, 2]
    database.transaction(inbox.release, "other")
    assert claim(database, "two") == []
    database.transaction(inbox.release, "one")
    assert numbers(claim(database, "two")) == [1, 2]


def test_two_processes_never_claim_the_same_update(database: Database) -> None:
    if database.is_sqlite:
        store(database, message(1))
        assert numbers(claim(database, "one") + claim(database, "two")) == [1]
        return
    store(database, message(1, chat=1), message(2, chat=2))
    with Session(database.engine) as one, Session(database.engine) as two:
        mine = inbox.claim(one, "one", clock=100.0, limit=1)
        others = inbox.claim(two, "two", clock=100.0)
        assert (numbers(mine), numbers(others)) == ([1], [2])
        two.commit()
        one.commit()


def test_the_words_are_sealed_while_they_wait_and_gone_when_they_were_handled(file: Database) -> None:
    store(file, message(1))
    assert CANARY.encode() not in everything(file)
    (one,) = claim(file)
    assert inbox.read(one)["message"]["text"] == CANARY
    finish(file, [one])
    row = file.transaction(lambda s: s.get(Inbox, one.id))
    assert row is not None
    assert row.body is None
    with file.engine.connect() as connection:
        connection.rollback()
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert one.raw not in everything(file)


def everything(database: Database) -> bytes:
    """Return every byte of the database's files."""
    from pathlib import Path

    path = Path(str(database.engine.url.database))
    return b"".join(kept.read_bytes() for kept in sorted(path.parent.glob("town.db*")))


def test_a_body_opens_only_with_the_key_and_in_its_own_row(file: Database) -> None:
    store(file, message(1), message(2, chat=2))
    one, two = claim(file)
    with pytest.raises(Unreadable):
        inbox.read(Claimed(one.id, one.update_id, 1, 1, 0, NOW, two.raw))
    use_key(b"\x01" * 32)
    with pytest.raises(Unreadable):
        inbox.read(one)


def test_half_a_character_does_not_stop_the_updates_behind_it(database: Database) -> None:
    assert store(database, message(1, text="半个\ud83d字"), message(2, chat=2)) == 2
    assert inbox.read(claim(database)[0])["message"]["text"] == "半个\ud83d字"


def test_finished_rows_are_forgotten_after_a_while_and_open_ones_never(database: Database) -> None:
    store(database, message(1, chat=1), message(2, chat=2))
    finish(database, claim(database)[:1])
    database.transaction(inbox.forget, NOW)
    assert states(database) == [DONE, NEW]
    database.transaction(inbox.forget, NOW + timedelta(days=3))
    assert states(database) == [NEW]


@pytest.mark.parametrize("raw", [None, [], "x", 5, {}, {"update_id": "1"}, {"update_id": True}, {"update_id": 2**63}])
def test_what_has_no_number_is_no_update(raw: Any) -> None:
    assert not inbox.is_update(raw)
