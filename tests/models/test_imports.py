"""Imports: a file goes through its steps once, whoever takes them and however often, and leaves nothing half done."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models import imports, uploads
from models.audit import AuditEntry, verify_chain
from models.base import Refused
from models.cells import Cell, Page
from models.imports import A_TIME, PURPOSES, counts, is_ready
from models.outbox import Outgoing
from models.people import Actor, Grant
from models.places import Place
from models.uploads import APPLYING, CARD, CHECKED, CHECKING, DONE, DROPPED, EXPECTED, FAILED, KEPT, TRIES, Upload
from tests.models.conftest import NOW, Town

HEADS: list[Cell] = ["编号", "名称", "类别", "村（社区）"]


def pages(*rows: list[Cell]) -> list[Page]:
    """Return a sheet with these rows."""
    return [Page("表", list(enumerate([HEADS, *rows], start=1)))]


def shops(count: int, village: str = "东村") -> list[Page]:
    """Return a sheet with so many new shops."""
    return pages(*([None, f"新店{n}", "小商店", village] for n in range(count)))


def sent(s: Session, who: Actor, found: list[Page], *, now: datetime = NOW) -> Upload:
    """Somebody sends a workbook with these sheets, and it is fetched and read; its message is on the screen."""
    upload = uploads.expect(s, who, "file", "场所.xlsx", now=now)
    uploads.note_message(s, upload.id or 0, 77, now=now)
    job = uploads.claim(s, now=now)
    assert job is not None
    assert job.upload_id == upload.id
    uploads.keep_content(s, job, b"content")
    imports.begin(s, job, found, now=now)
    s.refresh(upload)
    return upload


def goes_on(s: Session, times: int = 1) -> None:
    """Let the clock take some steps."""
    for _ in range(times):
        if (upload := imports.under_way(s)) is not None:
            imports.go_on(s, upload, now=NOW)
            s.flush()


def names(s: Session) -> list[str]:
    """Return the names of all places."""
    return list(s.exec(select(Place.name).order_by(col(Place.id))))


def edits(s: Session) -> list[dict[str, Any]]:
    """Return what is queued about uploads, in place of a message."""
    s.flush()
    rows = s.exec(select(Outgoing).where(Outgoing.what == CARD).order_by(col(Outgoing.id)))
    return [row.about for row in rows if "edit" in row.about]


def test_rows_are_judged_some_hundreds_at_a_time_and_written_only_when_ordered(s: Session, town: Town) -> None:
    upload = sent(s, town.post, shops(2 * A_TIME + 1))
    assert (upload.state, upload.total, upload.done, upload.content) == (CHECKING, 501, 0, None)
    for done in (A_TIME, 2 * A_TIME):
        goes_on(s)
        assert (upload.state, upload.done) == (CHECKING, done)
        assert not is_ready(upload)
    goes_on(s)
    assert (upload.state, counts(upload)) == (CHECKED, {"new": 501})
    goes_on(s, 3)
    assert names(s) == []
    imports.order(s, town.post, upload.id or 0)
    goes_on(s)
    assert upload.state == DONE
    assert len(names(s)) == 501
    assert (upload.rows, upload.content, counts(upload)) == (None, None, {"new": 501})
    assert s.info.get("erased")
    verify_chain(s)
    entries = s.exec(select(AuditEntry.op, AuditEntry.thing)).all()
    assert [tuple(entry) for entry in entries] == [("places.imported", f"upload:{upload.id}")]


def test_ordering_twice_and_steps_too_many_bring_everything_in_once(s: Session, town: Town) -> None:
    upload = sent(s, town.post, shops(3))
    goes_on(s)
    for _ in range(2):
        assert imports.order(s, town.post, upload.id or 0).state == APPLYING
    goes_on(s, 3)
    assert imports.order(s, town.post, upload.id or 0).state == DONE
    assert imports.drop(s, town.post, upload.id or 0, now=NOW).state == DONE
    goes_on(s, 3)
    assert names(s) == ["新店0", "新店1", "新店2"]


def test_one_wrong_row_keeps_all_out(s: Session, town: Town) -> None:
    upload = sent(s, town.post, pages([None, "好店", "小商店", "东村"], [None, "坏店", "饭馆", "东村"]))
    goes_on(s)
    assert (upload.state, counts(upload)) == (CHECKED, {"new": 1, "wrong": 1})
    assert upload.report is not None
    assert upload.report["lines"][0][:2] == [2, "new"]
    assert upload.report["lines"][1][:5] == [3, "wrong", "类别", "饭馆", "不是可以选的"]
    with pytest.raises(Refused, match="没改好"):
        imports.order(s, town.post, upload.id or 0)
    goes_on(s, 2)
    assert names(s) == []


def test_where_the_ledger_has_changed_nothing_is_written_and_all_is_judged_again(s: Session, town: Town) -> None:
    upload = sent(s, town.post, shops(2))
    goes_on(s)
    imports.order(s, town.post, upload.id or 0)
    east = town.areas["east"]
    s.add(Place(code="a", name="新店1", initials="xd1", kind="shop", area_id=east.id or 0, area_path=east.path,
                created_at=NOW))  # fmt: skip
    goes_on(s)
    assert (upload.state, upload.done, upload.about["again"]) == (CHECKING, 0, True)
    goes_on(s)
    assert (upload.state, counts(upload)) == (CHECKED, {"new": 1, "wrong": 1})
    assert names(s) == ["新店1"]


def test_a_change_that_somebody_else_made_meanwhile_is_seen_before_it_is_overwritten(s: Session, town: Town) -> None:
    east = town.areas["east"]
    place = Place(code="a", name="甲店", initials="jd", kind="shop", area_id=east.id or 0, area_path=east.path,
                  created_at=NOW)  # fmt: skip
    s.add(place)
    s.flush()
    upload = sent(s, town.post, pages(["a", "乙店", None, None]))
    goes_on(s)
    imports.order(s, town.post, upload.id or 0)
    place.name = "丙店"
    goes_on(s)
    assert (upload.state, place.name) == (CHECKING, "丙店")
    goes_on(s)
    imports.order(s, town.post, upload.id or 0)
    goes_on(s)
    assert (upload.state, place.name) == (DONE, "乙店")


def test_who_may_not_any_more_brings_nothing_in(s: Session, town: Town) -> None:
    upload = sent(s, town.village, shops(1))
    goes_on(s)
    imports.order(s, town.village, upload.id or 0)
    for grant in s.exec(select(Grant).where(Grant.person_id == town.village.id)):
        grant.ended_at = NOW
    goes_on(s, 2)
    assert counts(upload) == {"wrong": 1}
    assert names(s) == []


def test_dying_while_it_is_written_leaves_nothing_and_the_next_one_does_it(
    s: Session, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = sent(s, town.post, shops(3))
    goes_on(s)
    imports.order(s, town.post, upload.id or 0)
    s.commit()
    monkeypatch.setattr("models.place_imports._write_contacts", lambda *_: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        goes_on(s)
    s.rollback()
    assert (names(s), upload.state) == ([], APPLYING)
    monkeypatch.undo()
    goes_on(s)
    assert len(names(s)) == 3


def test_another_file_takes_the_place_of_the_one_before_and_nobody_reaches_another_s(s: Session, town: Town) -> None:
    first = sent(s, town.post, shops(1))
    second = sent(s, town.post, shops(2))
    theirs = sent(s, town.village, shops(1))
    assert (first.state, first.rows, second.state, theirs.state) == (DROPPED, None, CHECKING, CHECKING)
    goes_on(s, 3)
    for upload_id, who in ((first.id, town.post), (second.id, town.village), (10**6, town.post)):
        with pytest.raises(Refused):
            imports.order(s, who, upload_id or 0)
    assert imports.drop(s, town.post, second.id or 0, now=NOW).state == DROPPED
    assert (second.rows, second.report) == (None, None)
    goes_on(s, 2)
    assert names(s) == []


def test_the_one_message_is_edited_and_waits_until_it_has_arrived(s: Session, town: Town) -> None:
    upload = uploads.expect(s, town.post, "file", "场所.xlsx", now=NOW)
    job = uploads.claim(s, now=NOW)
    assert job is not None
    imports.begin(s, job, shops(A_TIME + 1), now=NOW)
    goes_on(s)
    assert edits(s) == []
    for _ in range(2):
        uploads.note_message(s, upload.id or 0, 77, now=NOW)
    goes_on(s)
    assert edits(s) == [{"upload": upload.id, "edit": 77}]


@pytest.mark.parametrize(
    ("found", "told"),
    [([], "没有找到表头"), (pages(), "没有内容"), ([Page("表", [(1, ["名称", "地址"]), (2, ["a", "b"])])], "缺这几列")],
)
def test_a_table_that_is_none_is_told_so_and_erased(s: Session, town: Town, found: list[Page], told: str) -> None:
    upload = sent(s, town.post, found)
    assert (upload.state, upload.rows, upload.content) == (FAILED, None, None)
    assert told in upload.about["trouble"]


def test_a_file_that_cannot_be_had_is_tried_again_some_times(s: Session, town: Town) -> None:
    upload = uploads.expect(s, town.post, "file", "场所.xlsx", now=NOW)
    at = NOW
    for attempt in range(1, TRIES + 1):
        job = uploads.claim(s, now=at)
        assert job is not None
        assert job.attempt == attempt
        assert uploads.claim(s, now=at) is None
        uploads.put_back(s, job, "lost", now=at)
        at += timedelta(minutes=10)
    assert (upload.state, upload.about["trouble"]) == (FAILED, "lost")
    assert uploads.claim(s, now=at) is None


def test_a_late_answer_of_one_that_was_taken_over_changes_nothing(s: Session, town: Town) -> None:
    upload = uploads.expect(s, town.post, "file", "场所.xlsx", now=NOW)
    slow = uploads.claim(s, now=NOW)
    quick = uploads.claim(s, now=NOW + uploads.LEASE)
    assert slow is not None
    assert quick is not None
    uploads.put_back(s, slow, "damaged", hopeless=True, now=NOW)
    imports.begin(s, slow, shops(1), now=NOW)
    assert upload.state == EXPECTED
    imports.begin(s, quick, shops(2), now=NOW)
    imports.begin(s, quick, shops(1), now=NOW)
    assert (upload.state, upload.total) == (CHECKING, 2)


def test_after_a_day_nothing_of_it_is_left(s: Session, town: Town) -> None:
    upload = sent(s, town.post, shops(1))
    uploads.forget(s, now=NOW + KEPT)
    assert s.exec(select(Upload.id)).all() == [upload.id]
    uploads.forget(s, now=NOW + KEPT + timedelta(seconds=1))
    s.expunge_all()
    assert s.exec(select(Upload.id)).all() == []
    goes_on(s)


def test_every_purpose_says_what_it_takes() -> None:
    for purpose in PURPOSES.values():
        assert len({column.key for column in purpose.columns}) == len(purpose.columns)
