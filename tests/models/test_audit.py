"""The chain of the audit log shows every edit, removal and reordering."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, update
from sqlmodel import Session, select

from models import audit
from models.audit import AuditEntry, AuditHead, record, verify_chain


@pytest.fixture
def five(s: Session, now: datetime) -> Session:
    """A log of five acts."""
    for i in range(5):
        record(s, i or None, "hazard.assigned", f"hazard:{i}", now=now + timedelta(seconds=i))
    s.commit()
    return s


def test_an_empty_log_and_an_untouched_one_are_whole(s: Session, now: datetime) -> None:
    assert verify_chain(s) is None
    record(s, 7, "place.opened", "place:3", now=now)
    assert verify_chain(s) is None


def test_five_acts_make_a_chain_with_consecutive_ids(five: Session) -> None:
    entries = five.exec(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.id for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry.prev for entry in entries[1:]] == [entry.digest for entry in entries[:-1]]
    assert verify_chain(five) is None


@pytest.mark.parametrize(
    ("column", "value"),
    [("op", "hazard.closed"), ("thing", "hazard:9"), ("who_id", 9), ("who_id", None), ("digest", "f" * 64),
     ("prev", "f" * 64), ("at", datetime.fromisoformat("2026-01-01T00:00:00+08:00"))],
)  # fmt: skip
def test_any_edited_column_is_found(five: Session, column: str, value: object) -> None:
    five.execute(update(AuditEntry).where(AuditEntry.id == 3).values(**{column: value}))
    assert verify_chain(five) == 3


@pytest.mark.parametrize("gone", [1, 3, 5])
def test_a_removed_entry_is_found_even_the_last(five: Session, gone: int) -> None:
    five.execute(delete(AuditEntry).where(AuditEntry.id == gone))
    assert verify_chain(five) == gone


def test_two_entries_that_changed_places_are_found(five: Session) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        five.execute(update(AuditEntry).where(AuditEntry.id == old).values(id=new))
    assert verify_chain(five) == 2


def test_a_log_whose_head_was_taken_away_is_not_whole(five: Session) -> None:
    five.execute(delete(AuditHead))
    assert verify_chain(five) == 1


def test_what_is_rolled_back_leaves_no_gap(five: Session, now: datetime) -> None:
    record(five, 1, "hazard.closed", "hazard:1", now=now)
    five.rollback()
    record(five, 2, "hazard.closed", "hazard:2", now=now)
    assert verify_chain(five) is None
    last = five.exec(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last is not None
    assert (last.id, last.who_id) == (6, 2)


def test_an_entry_can_be_neither_changed_nor_deleted_through_the_session(five: Session) -> None:
    entry = five.get_one(AuditEntry, 2)
    entry.op = "hazard.closed"
    with pytest.raises(TypeError, match="append-only"):
        five.flush()
    five.rollback()
    five.delete(five.get_one(AuditEntry, 2))
    with pytest.raises(TypeError, match="append-only"):
        five.flush()


def test_the_acts_of_a_commit_cost_one_insert_and_one_update(five: Session, now: datetime) -> None:
    written: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        written.extend(word for word in ("INSERT", "UPDATE", "DELETE") if statement.upper().startswith(word))

    event.listen(five.connection(), "before_cursor_execute", note)
    record(five, 1, "hazard.closed", "hazard:1", now=now)
    record(five, 2, "hazard.closed", "hazard:2", now=now)
    audit.write(five)
    event.remove(five.connection(), "before_cursor_execute", note)
    assert sorted(written) == ["INSERT", "UPDATE"]
