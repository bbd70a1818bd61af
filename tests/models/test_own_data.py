"""A person reads, takes along, mends and erases what is kept about them; what duty demands stays without them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func
from sqlmodel import Session, select

from bot.database import Database
from models import audit, complaints, hazards, inbox, keyboards, own_data, retention, reveals, vault
from models.audit import AuditEntry
from models.base import Base, Refused
from models.complaints import Complaint
from models.drafts import Draft
from models.followers import Follower
from models.hazards import Hazard, Media
from models.inbox import QUARANTINED, Inbox
from models.keyboards import Keyboard
from models.learning import Asked, DailyWish
from models.outbox import SENT, Outgoing, notify
from models.people import Actor, Person, Role
from models.places import Place
from models.vault import Identity
from tests.models.conftest import NOW, Town, build_town, notices_to

NAME, ACCOUNT = "金丝雀王居民", 7_654_321_098_765
WORDS = "金丝雀说后门堵了"
PHOTO, FIXED = Media("photo", "own", "own-17"), Media("photo", "after", "after-17")
DAY = timedelta(days=1)


@pytest.fixture
def wang(s: Session, town: Town) -> Actor:
    """The resident, with a name and an account that would be found anywhere."""
    return called(s, town)


def called(s: Session, town: Town) -> Actor:
    """Give the resident a telling name and account."""
    person = s.get_one(Person, town.resident.id)
    person.name, person.telegram_id, person.muted = NAME, ACCOUNT, "forest"
    s.flush()
    return Actor(town.resident.id, NAME)


def report(s: Session, who: Actor, area_id: int, now: datetime, media: Media = PHOTO, **more: str) -> Hazard:
    """Return a report with words and a picture."""
    given = {"kind": "A01", "severity": "serious", "place_text": "我家后门", "detail": WORDS, **more}
    return hazards.report(s, who, area_id=area_id, media=[media], now=now, **given)  # type: ignore[arg-type]


def ended(s: Session, town: Town, who: Actor, now: datetime, **more: str) -> Hazard:
    """Return a report that ended, with an officer's words and picture."""
    hazard = report(s, who, town.id_of("east-1"), now, **more)
    number = hazard.id or 0
    hazards.assign(s, town.post, number, town.grid_a.id, now=now)
    hazards.reject(s, town.grid_a, number, note="看过，后门是通的", media=[FIXED], now=now)
    return hazard


def everything(s: Session, town: Town, who: Actor, now: datetime) -> None:
    """Leave a trace of this person wherever one can be left."""
    other = report(s, town.grid_b, town.id_of("east-1"), now, Media("photo", "x", "other-17"))
    s.add(Follower(hazard_id=other.id or 0, alias=vault.conceal(s, who.id, now=now), since=now.date()))
    complaints.complain(s, who, None, WORDS, now=now)
    s.add(Draft(person_id=who.id, chat_id=ACCOUNT, form="hazard", state={"detail": WORDS}, started_at=now,
                touched_at=now))  # fmt: skip
    s.add(Asked(poll_id="p", person_id=who.id, question_id="q", topic="forest", right=1, asked_at=now, chosen=1,
                is_right=True, answered_at=now))  # fmt: skip
    s.add(DailyWish(person_id=who.id, since=now))
    keyboards.make_keyboard(s, who.id, [["own.open", {"id": 1}, False]], now=now)
    notify(s, who.id, "tip", now=now)
    row = Outgoing(lane=4, what="broadcast", person_id=who.id, key=f"b|1|{who.id}", state=SENT, not_before=now,
                   created_at=now, done_at=now, broadcast_id=1)  # fmt: skip
    s.add(row)
    inbox.store(s, 1, [{"update_id": 9, "message": {"chat": {"id": ACCOUNT}, "from": {"id": ACCOUNT}}}], now=now)
    s.exec(select(Inbox)).one().state = QUARANTINED
    s.flush()


def test_one_reads_what_is_kept_and_nothing_of_others(s: Session, town: Town, wang: Actor, now: datetime) -> None:
    hazard = ended(s, town, wang, now)
    report(s, wang, town.id_of("east-1"), now, privacy=hazards.RECEIPT, receipt="1234567890123456")
    everything(s, town, wang, now)
    found = own_data.collect(s, wang)
    assert (found.name, found.muted, found.roles) == (NAME, ("forest",), "居民")
    assert [one.id for one in found.reports] == [hazard.id]  # the one with a receipt is known to be nobody's
    assert (found.followed, found.drafts, found.asked, found.right, found.trainings) == (1, 1, 1, 1, 0)
    assert [row.words for row in found.complaints] == [WORDS]
    assert own_data.media_of(s, hazard) == 1
    none = own_data.collect(s, town.newcomer(s, "路人"))
    assert (none.reports, none.followed, none.drafts, none.complaints, none.reveals) == ((), 0, 0, [], ())


def test_looks_at_one_s_identity_are_among_it_whether_granted_or_not(
    s: Session, town: Town, wang: Actor, now: datetime
) -> None:
    hazard = report(s, wang, town.id_of("east-1"), now)
    wu, zheng = (town.newcomer(s, name, Role.CUSTODIAN) for name in ("吴保密", "郑保密"))
    for who, yes in ((wu, True), (zheng, False)):
        row = reveals.ask(s, who, hazard.id or 0, "要当面核实被锁的门在哪里", now=now)
        reveals.decide(s, town.leader, row.id or 0, yes, now=now)
        if yes:
            reveals.look(s, who, row.id or 0, now=now)
    kept = [(row.asked_by, row.granted, row.opened_at is not None) for _, row in own_data.collect(s, wang).reveals]
    assert kept == [(wu.id, True, True), (zheng.id, False, False)]


def test_one_is_called_otherwise(s: Session, wang: Actor, now: datetime) -> None:
    assert own_data.rename(s, wang, "  王婆婆 ", now=now).name == "王婆婆"
    for wrong in ("  ", "长" * 81):
        with pytest.raises(Refused):
            own_data.rename(s, wang, wrong, now=now)


def test_who_serves_or_answers_for_a_place_leaves_that_first(s: Session, town: Town, now: datetime) -> None:
    with pytest.raises(Refused, match="先联系"):
        own_data.erase(s, town.post, now=now)
    owner = town.newcomer(s, "张老板")
    s.add(Place(code="p", name="张记", kind="shop", area_id=town.id_of("east-1"), initials="zj", owner_id=owner.id,
                area_path="/county/town/east/east-1/", created_at=now))  # fmt: skip
    s.flush()
    with pytest.raises(Refused, match="先联系"):
        own_data.erase(s, owner, now=now)
    assert s.get_one(Person, owner.id).name == "张老板"


def test_after_an_erasure_nobody_finds_the_person_and_the_case_stays(
    s: Session, town: Town, wang: Actor, now: datetime
) -> None:
    hazard = ended(s, town, wang, now)
    everything(s, town, wang, now)
    own_data.erase(s, wang, now=now)
    s.expire_all()
    person = s.get_one(Person, wang.id)
    assert (person.name, person.telegram_id, person.muted, person.reachable) == ("已注销", -wang.id, "", False)
    assert (hazard.reporter_alias, hazard.detail, hazard.place_text, hazard.latitude) == (None, "", "东村一网格", None)
    assert [step.note for step in hazards.history(s, hazard)] == ["", "", "看过，后门是通的"]
    assert [shown.unique_id for shown in hazards.evidence(s, hazard)] == ["after-17"]
    assert (hazard.number, hazard.step, hazard.closed_at) == ("吹2026-0001", "unfounded", now)
    assert vault.aliases_of(s, wang.id) == []
    for table in (Draft, Asked, DailyWish, Keyboard, Inbox, Follower):
        assert s.exec(select(func.count()).select_from(table)).one() == 0, table
    assert len(s.exec(select(Identity)).all()) == 1  # of the other reporter
    complaint = s.exec(select(Complaint)).one()
    assert (complaint.alias, complaint.words, complaint.erased) == (None, "", True)
    left = [(row.what, row.person_id, row.key) for row in s.exec(select(Outgoing)) if row.broadcast_id]
    assert left == [("broadcast", None, None)]
    assert "tip" not in notices_to(s, wang.id)
    audit.write(s)
    assert s.exec(select(AuditEntry.who_id).where(AuditEntry.op == "own_data.erased")).all() == [None]
    assert audit.verify_chain(s) is None


def test_a_named_case_keeps_its_file_but_no_name(s: Session, town: Town, wang: Actor, now: datetime) -> None:
    hazard = ended(s, town, wang, now, privacy=hazards.NAMED)
    own_data.erase(s, wang, now=now)
    assert hazard.detail == WORDS
    assert hazards.named_reporter(s, hazard) is None


def test_an_open_case_goes_on_without_news_and_loses_the_words_at_its_end(
    s: Session, town: Town, wang: Actor, now: datetime
) -> None:
    hazard = report(s, wang, town.id_of("east-1"), now)
    assert [one.id for one in own_data.open_reports(s, wang)] == [hazard.id]
    own_data.erase(s, wang, now=now)
    number = hazard.id or 0
    while retention.purge(s, now=now + DAY):
        pass
    assert hazard.detail == WORDS  # whoever looks at it on site still needs to know what it is
    before = len(s.exec(select(Outgoing)).all())
    hazards.assign(s, town.post, number, town.grid_a.id, now=now)
    hazards.reject(s, town.grid_a, number, note="通的", now=now)
    to_nobody = [row for row in s.exec(select(Outgoing).order_by(Outgoing.id)).all()[before:] if row.alias]  # type: ignore[arg-type]
    assert to_nobody == []
    while retention.purge(s, now=now + DAY):
        pass
    s.expire_all()
    assert (hazard.detail, hazards.evidence(s, hazard)) == ("", [])
    assert hazards.history(s, hazard)[-1].note == "通的"


def test_who_comes_back_is_somebody_new(s: Session, town: Town, wang: Actor, now: datetime) -> None:
    report(s, wang, town.id_of("east-1"), now)
    own_data.erase(s, wang, now=now)
    s.add(Person(telegram_id=ACCOUNT, name=NAME, seen_at=now))
    s.flush()
    again = s.exec(select(Person.id).where(Person.telegram_id == ACCOUNT)).one()
    assert again != wang.id
    assert hazards.mine(s, Actor(again or 0, NAME)) == []


@pytest.fixture
def on_disk(tmp_path: Path) -> Iterator[tuple[Database, Path]]:
    """A database in a file, opened as the bot opens it."""
    path = tmp_path / "town.db"
    database = Database(f"sqlite:///{path}")
    Base.metadata.create_all(database.engine)
    yield database, path
    database.close()


def test_not_one_byte_of_an_erased_person_is_left(on_disk: tuple[Database, Path]) -> None:
    database, path = on_disk

    def begin(s: Session) -> tuple[Actor, list[bytes]]:
        town = build_town(s)
        who = called(s, town)
        hazard = ended(s, town, who, NOW)
        everything(s, town, who, NOW)
        sealed = s.connection().exec_driver_sql("select sealed, tag from identities where alias = ?",
                                                (hazard.reporter_alias,)).one()  # fmt: skip
        words = s.connection().exec_driver_sql("select detail from hazards where id = ?", (hazard.id,)).scalar_one()
        account = s.connection().exec_driver_sql("select name, telegram_id from people where id = ?", (who.id,)).one()
        alias = (hazard.reporter_alias or "").encode()
        return who, [bytes(sealed[0]), sealed[1].encode(), alias, bytes(words), *map(bytes, account)]

    who, kept = database.transaction(begin)
    assert NAME.encode() not in raw(path)
    canaries = [*kept, PHOTO.unique_id.encode()]
    assert [part for part in canaries if part not in raw(path)] == []
    database.transaction(lambda s: own_data.erase(s, who, now=NOW + DAY))
    assert [part for part in canaries if part in raw(path)] == []
    assert database.transaction(lambda s: audit.verify_chain(s)) is None


def raw(path: Path) -> bytes:
    """Return every byte that lies beside the database."""
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
