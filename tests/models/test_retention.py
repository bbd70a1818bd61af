"""Each class of data goes when its time has come, for good, and what duty demands stays."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.database import Database
from models import audit, complaints, erasure, hazards, inbox, retention, vault
from models.alarms import Alarm
from models.audit import AuditEntry
from models.base import Base, table_of
from models.complaints import Complaint
from models.followers import Follower
from models.hazards import Evidence, Hazard, HazardStep, Media
from models.inbox import QUARANTINED, Inbox
from models.people import Role
from models.pictures import ERASED, Picture
from models.places import Place
from models.reveals import Reveal
from models.rules import DEFAULTS, Rules
from models.sealing import SealedBytes, SealedJSON
from models.vault import Identity
from tests.models.conftest import NOW, Town, build_town

DAY = timedelta(days=1)
SHORT: Rules = replace(DEFAULTS, keep_ended_days=500, keep_media_days=100)
CANARY, ADDED, SEEN = "金丝雀原话十七", "金丝雀补充十七", "金丝雀理由十七"
PHOTO = Media("photo", "canary-file-17", "canary-unique-17")


def a_case(s: Session, town: Town, now: datetime, *, end: bool = True) -> Hazard:
    """Return a report with words, a place, a picture, an addition and an officer's word; ended when asked so."""
    given = {"kind": "A01", "severity": "serious", "place_text": "王家院子后门", "detail": CANARY, "told": "通道堵塞",
             "area_id": town.id_of("east-1"), "latitude": 29.9, "longitude": 107.7, "media": [PHOTO]}  # fmt: skip
    hazard = hazards.report(s, town.resident, now=now, **given)  # type: ignore[arg-type]
    number = hazard.id or 0
    shown = s.exec(select(Evidence).where(Evidence.hazard_id == number)).one()
    picture = s.get(Picture, shown.id)
    if picture is None:
        s.add(Picture(evidence_id=shown.id or 0, state="clean", not_before=now, original=b"jpeg", clean=b"jpeg"))
    hazards.add(s, town.resident, number, text=ADDED, now=now)
    s.add(Reveal(hazard_id=number, reason=SEEN, asked_by=town.post.id, asked_at=now))
    s.add(Follower(hazard_id=number, alias=vault.conceal(s, town.grid_b.id, now=now), since=now.date()))
    if end:
        hazards.assign(s, town.post, number, town.grid_a.id, now=now)
        hazards.reject(s, town.grid_a, number, note="已经搬走", now=now)
    s.flush()
    return hazard


def notes(s: Session, hazard: Hazard) -> list[str]:
    """Return what the history of a case says in words."""
    return [step.note for step in hazards.history(s, hazard) if step.note]


def work(s: Session, now: datetime) -> None:
    """Do today's work to its end."""
    while retention.purge(s, now=now):
        pass
    s.flush()


@pytest.fixture
def short(s: Session) -> None:
    """Short limits."""
    s.info["rules"] = SHORT


@pytest.mark.usefixtures("short")
def test_first_the_pictures_then_the_words_and_the_file_remains(s: Session, town: Town, now: datetime) -> None:
    hazard = a_case(s, town, now)
    work(s, now + 100 * DAY)
    assert len(hazards.evidence(s, hazard)) == 1
    work(s, now + 100 * DAY + timedelta(minutes=1))
    assert hazards.evidence(s, hazard) == []
    shown, picture = s.exec(select(Evidence)).one(), s.exec(select(Picture)).one()
    assert (shown.file_id, shown.unique_id) == ("", "")
    assert (picture.original, picture.clean, picture.state) == (None, None, ERASED)
    assert hazard.detail == CANARY
    assert notes(s, hazard) == [ADDED, "已经搬走"]

    work(s, now + 500 * DAY + timedelta(minutes=1))
    assert (hazard.detail, hazard.told, hazard.latitude, hazard.place_text) == ("", "", None, "东村一网格")
    assert notes(s, hazard) == []
    assert s.exec(select(Reveal.reason)).one() == ""
    assert s.exec(select(Identity)).all() == s.exec(select(Follower)).all() == []
    assert (hazard.number, hazard.kind, hazard.step, hazard.reporter_alias) == ("吹2026-0001", "A01", "unfounded", None)
    assert hazard.closed_at == now
    assert [step.act for step in hazards.history(s, hazard)] == ["reported", "added", "assigned", "rejected"]
    audit.write(s)
    ops = set(s.exec(select(AuditEntry.op)))
    assert {"hazard.reported", "hazard.erased_media", "hazard.erased_words"} <= ops
    assert audit.verify_chain(s) is None


@pytest.mark.usefixtures("short")
def test_an_open_case_keeps_everything_however_old(s: Session, town: Town, now: datetime) -> None:
    hazard = a_case(s, town, now, end=False)
    work(s, now + 5000 * DAY)
    assert (hazard.detail, len(hazards.evidence(s, hazard))) == (CANARY, 1)
    assert vault.is_behind(s, hazard.reporter_alias, town.resident.id)


@pytest.mark.usefixtures("short")
def test_a_case_that_goes_on_is_kept_from_its_next_end_on(s: Session, town: Town, now: datetime) -> None:
    hazard = a_case(s, town, now)
    hazards.reopen(s, town.resident, hazard.id or 0, "又堵了", now=now + DAY)
    work(s, now + 300 * DAY)
    assert len(hazards.evidence(s, hazard)) == 1
    later = now + 301 * DAY
    hazards.reject(s, town.grid_a, hazard.id or 0, note="又搬走了", now=later)
    work(s, later + 99 * DAY)
    assert len(hazards.evidence(s, hazard)) == 1
    work(s, later + 101 * DAY)
    assert hazards.evidence(s, hazard) == []
    assert hazard.detail == CANARY


@pytest.mark.usefixtures("short")
def test_the_place_of_the_ledger_stays(s: Session, town: Town, now: datetime) -> None:
    place = Place(code="p", name="百家超市", kind="shop", area_id=town.id_of("east-1"), initials="bjcs",
                  area_path="/county/town/east/east-1/", created_at=now)  # fmt: skip
    s.add(place)
    s.flush()
    hazard = a_case(s, town, now)
    hazard.place_id = place.id
    work(s, now + 501 * DAY)
    assert hazard.place_text == "百家超市"


@pytest.mark.usefixtures("short")
def test_complaints_alarms_and_what_could_not_be_handled_go_too(s: Session, town: Town, now: datetime) -> None:
    row = complaints.complain(s, town.resident, None, CANARY, now=now)
    s.add(Alarm(sender_tag="t", words=CANARY, area_path="/county/town/", raised_at=now))
    inbox.store(s, 1, [{"update_id": 1, "message": {"chat": {"id": 5}, "from": {"id": 5}}}], now=now)
    s.exec(select(Inbox)).one().state = QUARANTINED
    work(s, now + 29 * DAY)
    assert (s.exec(select(Alarm)).one().words, len(s.exec(select(Inbox)).all())) == (CANARY, 1)
    work(s, now + 101 * DAY)
    alarm = s.exec(select(Alarm)).one()
    s.refresh(alarm)
    assert (alarm.words, alarm.sender_tag, alarm.raised_at, s.exec(select(Inbox)).all()) == ("", "", now, [])
    assert row.words == CANARY
    work(s, now + 502 * DAY)
    assert (row.words, row.alias, row.erased, s.exec(select(Identity)).all()) == ("", None, True, [])


def test_history_and_evidence_cannot_be_changed_in_any_other_way(s: Session, town: Town, now: datetime) -> None:
    hazard = a_case(s, town, now)
    step, shown = hazards.history(s, hazard)[0], hazards.evidence(s, hazard)[0]
    s.commit()
    for row, column in ((step, "note"), (shown, "file_id")):
        setattr(row, column, "x")
        with pytest.raises(TypeError, match="append-only"):
            s.flush()
        s.rollback()
        s.delete(row)
        with pytest.raises(TypeError, match="append-only"):
            s.flush()
        s.rollback()


ENDS_WITH = {
    "erasure": {"hazards.detail", "hazards.place_text", "hazards.rating_note", "hazards.latitude", "hazards.longitude",
                "hazard_steps.note", "hazard_steps.told", "evidence.file_id",
                "pictures.original", "pictures.clean", "pictures.file_id",
                "questions.ask", "requests.reason", "requests.measures", "requests.answer", "callers.contact",
                "referrals.reason", "referrals.answer", "reveals.reason"},
    "retention": {"complaints.words", "complaints.outcome", "alarms.words", "alarms.place", "alarms.more",
                  "place_contacts.name", "place_contacts.phone"},
    "its own chore": {"drafts.state", "keyboards.buttons", "outgoing.about", "outgoing.call"},
    "the archive": {"documents.fields"},  # numbered papers of the township, kept by its own rules
}  # fmt: skip


def test_every_sealed_column_has_an_end() -> None:
    sealed = {str(column) for table in Base.metadata.tables.values() for column in table.columns
              if isinstance(column.type, SealedJSON | SealedBytes)}  # fmt: skip
    assert sealed == set().union(*ENDS_WITH.values())


def test_nothing_else_in_the_house_writes_over_a_history() -> None:
    root = Path(erasure.__file__).parent.parent
    files = [path for part in ("bot", "handlers", "models") for path in (root / part).rglob("*.py")]
    for table in ("HazardStep", "Evidence", "AuditEntry"):
        writing = [path.name for path in files
                   if any(f"{verb}({table}" in path.read_text(encoding="utf-8") for verb in ("update", "delete"))]
        assert writing == [], table
    emptied = [path.name for path in files if "_empty(s, HazardStep" in path.read_text(encoding="utf-8")]
    assert emptied == ["erasure.py"]


@pytest.mark.usefixtures("short")
def test_three_years_and_no_class_outlives_its_limit_by_more_than_a_day(s: Session, town: Town, now: datetime) -> None:
    # Something new comes every 45 days, so all limits (100 and 500 days) fall due around these days of each round.
    due = {0, 1, 4, 5, 6, 7, 9, 10, 11, 12, 44}
    for day in (day for day in range(3 * 365) if day % 45 in due):
        today = now + day * DAY
        if day % 45 == 0:
            a_case(s, town, today, end=day % 90 == 0)
            complaints.complain(s, town.resident, None, CANARY, now=today)
            s.add(Alarm(sender_tag=f"t{day}", words=CANARY, area_path="/county/town/", raised_at=today))
        work(s, today)
        if day % 45 in (7, 12):
            too_old(s, today)
    assert s.exec(select(Hazard).where(Hazard.erased == erasure.WORDS)).first() is not None
    assert len(s.exec(select(Hazard)).all()) == 25


def too_old(s: Session, today: datetime) -> None:
    """Check every class against its limit and one day."""
    s.expire_all()
    media, words = today - (SHORT.keep_media_days + 1) * DAY, today - (SHORT.keep_ended_days + 1) * DAY
    for hazard in s.exec(select(Hazard)):
        ended = hazard.closed_at
        assert ended is None or ended >= media or not hazards.evidence(s, hazard)
        gone = (hazard.detail, hazard.told, hazard.reporter_alias, notes(s, hazard)) == ("", "", None, [])
        assert gone is (ended is not None and ended < words + DAY)
    assert all(row.words == "" for row in s.exec(select(Complaint)) if row.made_on < words.date())
    assert all(row.words == "" for row in s.exec(select(Alarm)) if row.raised_at < media)
    open_or_fresh = [h for h in s.exec(select(Hazard)) if h.reporter_alias is not None]
    complained = [row for row in s.exec(select(Complaint)) if row.alias is not None]
    assert len(s.exec(select(Identity)).all()) == 2 * len(open_or_fresh) + len(complained)


@pytest.fixture
def on_disk(tmp_path: Path) -> Iterator[tuple[Database, Path]]:
    """A database in a file, opened as the bot opens it."""
    path = tmp_path / "town.db"
    database = Database(f"sqlite:///{path}", SHORT)
    Base.metadata.create_all(database.engine)
    yield database, path
    database.close()


def raw(path: Path) -> bytes:
    """Return every byte that lies beside the database: file, log, shared memory."""
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def envelopes(s: Session) -> list[bytes]:
    """Return the sealed words, pictures and identities as they lie on the disk."""
    columns = {Hazard: ("detail",), HazardStep: ("note",), Evidence: ("file_id",), Picture: ("original", "clean"),
               Identity: ("sealed",), Reveal: ("reason",), Complaint: ("words",)}  # fmt: skip
    found = []
    for model, names in columns.items():
        for name in names:
            rows = s.connection().exec_driver_sql(f"select {name} from {table_of(model).name}")
            found += [bytes(value) for (value,) in rows if value is not None]
    return found


def test_not_one_byte_of_what_was_purged_is_left_in_the_file_or_its_log(on_disk: tuple[Database, Path]) -> None:
    database, path = on_disk

    def begin(s: Session) -> list[bytes]:
        town = build_town(s)
        a_case(s, town, NOW)
        complaints.complain(s, town.resident, None, CANARY, now=NOW)
        town.newcomer(s, "吴保密", Role.CUSTODIAN)
        s.flush()
        return envelopes(s)

    kept = database.transaction(begin)
    plain = [PHOTO.unique_id.encode(), "通道堵塞".encode()]
    assert all(part in raw(path) for part in (*kept, *plain))
    database.transaction(lambda s: retention.purge(s, now=NOW + 502 * DAY))
    left = raw(path)
    assert [part for part in (*kept, *plain) if part in left] == []
    assert path.with_name("town.db-wal").stat().st_size == 0

    def remains(s: Session) -> set[str]:
        assert audit.verify_chain(s) is None
        return set(s.exec(select(AuditEntry.op)))

    assert {"hazard.reported", "hazard.erased_words"} <= database.transaction(remains)
