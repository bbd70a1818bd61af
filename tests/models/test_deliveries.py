"""Deliveries: each once, a chunk at a time, stopped when somebody says so, and counted."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, insert, make_url, text
from sqlmodel import Session, col, select, update

from models import broadcasts, chats, deliveries
from models.audiences import Segment
from models.base import Base, Refused
from models.broadcasts import Broadcast, Kind, Stage
from models.calendar import local
from models.deliveries import A_TIME
from models.outbox import DEAD, DUE, INFLIGHT, SENT, SILENT, UNKNOWN, Lane, Outgoing, forget
from models.people import Person
from tests.models.conftest import Town, build_town, notices_to

TOWN = "/county/town/"


def released(s: Session, now: datetime, **more: Any) -> Broadcast:
    """A broadcast that may go, of nobody in particular."""
    given = {"title": "今晚有大风", "text": "不烧灰。", "segment": Segment(TOWN).to_json(), "send_at": now} | more
    made = Broadcast(slot_key=f"form-{len(s.exec(select(Broadcast)).all())}", created_at=now, **given)
    s.add(made)
    s.flush()
    return made


def rows(s: Session, state: str | None = None) -> list[Outgoing]:
    """The deliveries, in the order in which they were queued."""
    found = select(Outgoing).where(col(Outgoing.broadcast_id).is_not(None)).order_by(col(Outgoing.id))
    return list(s.exec(found.where(Outgoing.state == state) if state else found))


def ends(s: Session, state: str, some: list[Outgoing] | None = None) -> None:
    """Let deliveries end like this."""
    for row in rows(s, DUE) if some is None else some:
        row.state = state
    s.flush()


def crowd(s: Session, size: int, now: datetime) -> None:
    """Many residents."""
    people = [{"telegram_id": n, "name": f"居民{n}", "reachable": True, "muted": ""} for n in range(1, size + 1)]
    same = {"large_text": False, "seen_at": now}
    s.connection().execute(insert(Person.__table__), [person | same for person in people])


def test_it_begins_at_its_time_reaches_each_once_and_ends(s, town, now):
    made = released(s, now, send_at=now + timedelta(hours=1), author_id=town.post.id)
    deliveries.spread(s, now=now)
    assert rows(s) == []
    then = now + timedelta(hours=1)
    for _ in range(2):
        deliveries.spread(s, now=then)
    assert (made.stage, made.began_at, made.audience, len(rows(s))) == (Stage.SENDING, then, 6, 6)
    first = rows(s)[0]
    assert (first.lane, first.what, first.about) == (Lane.BROADCAST, "tip", {"broadcast": made.id})
    assert first.key == deliveries.delivery_key(made.id, first.person_id)
    ends(s, SENT)
    deliveries.spread(s, now=then)
    assert (made.stage, made.ended_at, made.delivered) == (Stage.DONE, then, 6)
    assert notices_to(s, town.post.id).count("broadcast.done") == 1


@pytest.mark.usefixtures("town")
def test_a_tip_waits_for_the_morning_and_a_warning_goes_first_and_now(s, now):
    late = local(now).replace(hour=23)
    tip, warning = released(s, late), released(s, late, kind=Kind.WARNING)
    deliveries.spread(s, now=late)
    assert (tip.stage, warning.stage) == (Stage.SCHEDULED, Stage.SENDING)
    assert {row.lane for row in rows(s)} == {Lane.NOTICE}
    deliveries.spread(s, now=late + timedelta(hours=8))
    assert tip.stage == Stage.SENDING


@pytest.mark.parametrize(("more", "away", "why"), [
    ({"until": timedelta(hours=6)}, timedelta(hours=6), "过了有效时间"),
    ({}, deliveries.TOO_LATE, "错过了定好的时间"),
])  # fmt: skip
def test_what_is_too_late_is_not_sent_and_the_author_hears_why(s, town, now, more, away, why):
    until = now + more["until"] if more else None
    made = released(s, now, kind=Kind.WARNING, author_id=town.post.id, until=until)
    deliveries.spread(s, now=now + away)
    assert (made.stage, rows(s)) == (Stage.CANCELLED, [])
    assert why in made.reason
    assert notices_to(s, town.post.id) == ["broadcast.stopped"]


@pytest.mark.usefixtures("town")
def test_what_reaches_nobody_ends_at_once(s, now):
    made = released(s, now, segment=Segment(TOWN, sites=("netbar",)).to_json())
    for _ in range(2):
        deliveries.spread(s, now=now)
    assert (made.stage, made.audience, deliveries.progress(s, made).share) == (Stage.DONE, 0, 0.0)


def test_groups_come_after_the_people_with_the_number_of_their_chat(s, town, now):
    chat = chats.met(s, -400, "东村", is_channel=False, may_write=True, now=now)
    chats.switch(s, town.post, chat.id, town.id_of("east"), now=now)
    released(s, now, segment=Segment(TOWN, chats=True).to_json())
    deliveries.spread(s, now=now)
    assert [row.chat_id for row in rows(s)] == [None] * 6 + [-400]


def test_cancelling_stops_what_waits_and_counts_what_had_left(s, town, now):
    made = released(s, now, author_id=town.post.id)
    deliveries.spread(s, now=now)
    ends(s, SENT, rows(s)[:2])
    ends(s, INFLIGHT, rows(s)[2:3])
    deliveries.cancel(s, town.leader, made.id, now=now)
    s.expire_all()
    assert [row.state for row in rows(s)] == [SENT, SENT, INFLIGHT, SILENT, SILENT, SILENT]
    far = deliveries.progress(s, made)
    assert (far.delivered, far.waiting, far.stopped, far.failed) == (2, 1, 3, 0)
    assert notices_to(s, town.post.id)[-1] == "broadcast.stopped", "the author hears that the leader stopped it"
    deliveries.spread(s, now=now)
    assert made.stage == Stage.CANCELLED
    with pytest.raises(Refused, match="没有可以停的"):
        deliveries.cancel(s, town.post, made.id, now=now)


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.RETURNED, Stage.WAITING, Stage.SCHEDULED])
def test_what_has_not_begun_is_called_off_by_its_author(s, town, now, stage):
    made = released(s, now, stage=stage, author_id=town.post.id)
    deliveries.cancel(s, town.post, made.id, now=now)
    deliveries.spread(s, now=now)
    assert (made.stage, rows(s)) == (Stage.CANCELLED, [])
    assert notices_to(s, town.post.id) == []


def test_a_leader_stops_what_is_on_its_way_but_throws_no_draft_away(s, town, now):
    made = released(s, now, stage=Stage.DRAFT)
    with pytest.raises(Refused, match="职责范围"):
        deliveries.cancel(s, town.leader, made.id, now=now)
    with pytest.raises(Refused, match="职责范围"):
        deliveries.cancel(s, town.resident, made.id, now=now)


def test_progress_counts_by_outcome_and_stays_when_the_rows_are_forgotten(s, town, now):
    made = released(s, now)
    deliveries.spread(s, now=now)
    for row, state in zip(rows(s), (SENT, SENT, DEAD, SILENT, UNKNOWN, SENT), strict=True):
        row.state, row.done_at = state, now
    deliveries.spread(s, now=now)
    before = deliveries.progress(s, made)
    assert before == deliveries.Progress(6, 3, 2, 1)
    assert before.share == 1.0
    assert len(deliveries.in_doubt(s, town.post, made.id)) == 1
    s.delete(rows(s)[0])
    s.flush()
    assert deliveries.progress(s, made) == before, "some of them forgotten"
    forget(s, now + timedelta(days=31))
    assert (rows(s), deliveries.progress(s, made)) == ([], before)


def test_those_in_doubt_are_listed_by_name_also_groups(s, town, now):
    chat = chats.met(s, -400, "东村大群", is_channel=False, may_write=True, now=now)
    chats.switch(s, town.post, chat.id, town.id_of("east"), now=now)
    made, other = (released(s, now, segment=Segment(TOWN, chats=True).to_json()) for _ in range(2))
    deliveries.spread(s, now=now)
    ends(s, UNKNOWN, [row for row in rows(s) if row.broadcast_id == made.id])
    for row in rows(s, UNKNOWN):
        row.chat_id = None
    assert set(deliveries.in_doubt(s, town.post, made.id)) >= {"东村大群", "王居民", "周镇长"}
    assert len(deliveries.in_doubt(s, town.post, made.id, limit=3)) == 3
    assert deliveries.in_doubt(s, town.post, other.id) == []


@pytest.mark.usefixtures("town")
def test_ten_thousand_are_queued_in_chunks_of_one_statement_and_never_far_ahead(s, now):
    crowd(s, 10_000, now)
    made = released(s, now)
    statements: list[str] = []
    event.listen(s.get_bind(), "before_cursor_execute", lambda *call: statements.append(call[2]))
    deliveries.spread(s, now=now)
    assert len(rows(s)) == made.audience == A_TIME
    assert sum("INTO outgoing" in statement for statement in statements) == 1
    assert len(statements) < 10
    deliveries.spread(s, now=now)
    assert made.audience == A_TIME, "the next chunk waits until this one has gone"
    times = 0
    while made.stage == Stage.SENDING:
        s.execute(update(Outgoing).where(col(Outgoing.state) == DUE).values(state=SENT))
        deliveries.spread(s, now=now)
        times += 1
    assert times <= 10_006 // A_TIME + 2
    assert made.audience == made.delivered == 10_006
    people = s.exec(select(Outgoing.person_id)).all()
    assert len(people) == len(set(people)) == 10_006


@pytest.mark.usefixtures("town")
def test_the_progress_of_a_broadcast_is_found_by_the_index(s, now):
    crowd(s, 2_000, now)
    for _ in range(3):
        made = released(s, now)
        deliveries.spread(s, now=now)
    sqlite = s.get_bind().dialect.name == "sqlite"
    if not sqlite:
        s.execute(text("SET LOCAL enable_seqscan = off"))
    query = f"SELECT state, count(*) FROM outgoing WHERE broadcast_id = {made.id} GROUP BY state"
    plan = s.execute(text(("EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN ") + query)).all()
    assert "ix_outgoing_broadcast_id" in str(plan)


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    """A PostgreSQL with fresh tables, for several processes at once."""
    made = create_engine(make_url(postgres_url).set(drivername="postgresql+psycopg"), pool_size=4)
    Base.metadata.create_all(made)
    yield made
    made.dispose()


def scene(engine: Engine, now: datetime) -> tuple[Town, int]:
    """A broadcast to some hundreds that is about to begin."""
    with Session(engine, expire_on_commit=False) as s:
        town = build_town(s)
        crowd(s, 700, now)
        made = released(s, now)
        s.commit()
        return town, made.id or 0


def until_somebody_waits(engine: Engine) -> None:
    """Return as soon as a transaction waits for another."""
    with engine.connect() as connection:
        for _ in range(5_000):
            if connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
                return
    raise AssertionError("nobody waits")


def test_replicas_that_spread_the_same_broadcast_queue_everybody_once(engine, now):
    _, number = scene(engine, now)

    def spread_and_send(_: int) -> None:
        with Session(engine) as s, s.begin():
            deliveries.spread(s, now=now)
        with Session(engine) as s, s.begin():
            s.execute(update(Outgoing).where(col(Outgoing.state) == DUE).values(state=SENT))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(spread_and_send, range(16)))
    for i in range(5):
        spread_and_send(i)
    with Session(engine) as s:
        made = s.get_one(Broadcast, number)
        people = s.exec(select(Outgoing.person_id).where(Outgoing.broadcast_id == number)).all()
        assert len(people) == len(set(people)) == made.audience == 706
        assert made.stage == Stage.DONE


def test_a_broadcast_that_is_cancelled_while_another_process_spreads_it_queues_nothing_afterwards(engine, now):
    town, number = scene(engine, now)
    with ThreadPoolExecutor(1) as thread, Session(engine) as spreading:
        deliveries.spread(spreading, now=now)

        def stop() -> None:
            with Session(engine) as s, s.begin():
                deliveries.cancel(s, town.post, number, now=now)

        stopping = thread.submit(stop)
        until_somebody_waits(engine)
        with Session(engine) as third, third.begin():
            deliveries.spread(third, now=now)  # leaves alone what is being spread or stopped
        spreading.commit()
        stopping.result(timeout=10)
        with Session(engine) as s, s.begin():
            deliveries.spread(s, now=now)
            assert s.get_one(Broadcast, number).stage == Stage.CANCELLED
            assert {row.state for row in s.exec(select(Outgoing))} == {SILENT}
            assert len(s.exec(select(Outgoing)).all()) == A_TIME


def test_of_an_approval_and_a_calling_off_at_once_the_first_wins(engine, now):
    town, number = scene(engine, now)
    with Session(engine) as s, s.begin():
        made = s.get_one(Broadcast, number)
        made.stage, made.author_id = Stage.WAITING, town.post.id
    with ThreadPoolExecutor(1) as thread, Session(engine) as stopping:
        deliveries.cancel(stopping, town.post, number, now=now)

        def approve() -> str:
            try:
                with Session(engine) as s, s.begin():
                    broadcasts.approve(s, town.leader, number, 1, now=now)
            except Refused as told:
                return str(told)
            return ""

        stopping.flush()
        approving = thread.submit(approve)
        until_somebody_waits(engine)
        stopping.commit()
        assert "已取消" in approving.result(timeout=10)
