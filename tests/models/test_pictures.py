"""Pictures of a case: what is cleaned, by whom it is fetched, what the case line may have, and who opens originals."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from models import albums, audit, custody, erasure, hazards, merging, pictures
from models.audit import AuditEntry
from models.base import Refused
from models.hazard_files import HazardStep
from models.hazards import CONFIDENTIAL, NAMED, RECEIPT, Evidence, Hazard, Media
from models.lifecycle import Relation
from models.people import Actor, Role
from models.pictures import CLEAN, ERASED, EXPECTED, FAILED, LOST, SEALED, Job, Picture
from tests.models.conftest import Town, notices_to

PHOTO, IMAGE = Media("photo", "photo-of-wang", "p1"), Media("image", "file-of-wang", "i1")
VIDEO, VOICE = Media("video", "film-of-wang", "v1"), Media("voice", "voice-of-wang", "o1")
EVERYTHING = (PHOTO, IMAGE, VIDEO, VOICE)
ALBUM = "1234567890"


def report(s: Session, who: Actor, town: Town, now: datetime, *media: Media, **more: object) -> Hazard:
    """Somebody reports the blocked back door, with pictures."""
    given = {"kind": "A01", "severity": "serious", "place_text": "后门", "detail": "堵", "media": media, **more}
    return hazards.report(s, who, area_id=town.id_of("east-1"), now=now, **given)  # type: ignore[arg-type]


def states(s: Session, hazard: Hazard) -> list[tuple[str, str, str | None]]:
    """Return what the case line may have of a hazard."""
    return [(each.kind, each.state, each.file_id) for each in pictures.shown(s, hazard)]


def cleaned(s: Session, now: datetime) -> None:
    """Fetch and clean everything that is due."""
    while (job := pictures.claim(s, now=now)) is not None:
        assert pictures.keep_original(s, job, b"original with GPS")
        assert pictures.keep_clean(s, job, b"clean")


def row(s: Session, n: int = 0) -> Picture:
    """Return the n-th picture as the database has it."""
    s.expire_all()
    return s.exec(select(Picture).order_by(Picture.evidence_id)).all()[n]  # type: ignore[arg-type]


def test_the_case_line_gets_nothing_of_a_concealed_reporter_but_clean_copies(
    s: Session, town: Town, now: datetime
) -> None:
    hazard = report(s, town.resident, town, now, *EVERYTHING)
    waiting = [("photo", EXPECTED, None)] * 2
    sealed = [("video", SEALED, None), ("voice", SEALED, None)]
    assert states(s, hazard) == waiting + sealed
    cleaned(s, now)
    assert states(s, hazard) == [("photo", CLEAN, None)] * 2 + sealed
    first, second, *_ = pictures.shown(s, hazard)
    assert pictures.clean_copies(s, [first.evidence_id]) == {first.evidence_id: b"clean"}
    pictures.has_arrived(s, second.evidence_id, "clean-copy")
    assert states(s, hazard)[1] == ("photo", CLEAN, "clean-copy")


@pytest.mark.parametrize("privacy", [CONFIDENTIAL, NAMED])
def test_of_a_follower_too_nothing_is_seen_but_clean_copies(
    s: Session, town: Town, now: datetime, privacy: str
) -> None:
    hazard = report(s, town.resident, town, now, privacy=privacy)
    merging.follow(s, town.newcomer(s, "陈大哥", code="east-1"), hazard.id or 0, media=EVERYTHING, now=now)
    sealed = [("video", SEALED, None), ("voice", SEALED, None)]
    assert states(s, hazard) == [("photo", EXPECTED, None)] * 2 + sealed
    cleaned(s, now)
    assert states(s, hazard) == [("photo", CLEAN, None)] * 2 + sealed


def test_who_is_named_gives_films_and_voices_and_still_only_clean_pictures(
    s: Session, town: Town, now: datetime
) -> None:
    hazard = report(s, town.resident, town, now, *EVERYTHING, privacy=NAMED)
    passed_on = [("video", CLEAN, "film-of-wang"), ("voice", CLEAN, "voice-of-wang")]
    assert states(s, hazard) == [("photo", EXPECTED, None)] * 2 + passed_on
    hazard.privacy = CONFIDENTIAL  # who conceals themselves later is concealed from then on
    assert [state for _, state, _ in states(s, hazard)] == [EXPECTED, EXPECTED, SEALED, SEALED]


def test_what_staff_send_is_cleaned_only_when_it_came_as_a_file(s: Session, town: Town, now: datetime) -> None:
    hazard = report(s, town.resident, town, now)
    hazards.add(s, town.grid_a, hazard.id or 0, media=EVERYTHING, now=now)
    assert states(s, hazard) == [
        ("photo", CLEAN, "photo-of-wang"), ("photo", EXPECTED, None), ("video", CLEAN, "film-of-wang"),
        ("voice", CLEAN, "voice-of-wang"),
    ]  # fmt: skip


def test_what_the_owner_of_a_place_sends_is_cleaned_like_a_residents(s: Session, town: Town, now: datetime) -> None:
    hazard = report(s, town.resident, town, now)
    hazards.add(s, town.grid_a, hazard.id or 0, media=[PHOTO, VIDEO], now=now)
    pictures.expect(s, hazards.evidence(s, hazard), Relation.OWNER, now=now)
    assert [state for _, state, _ in states(s, hazard)] == [EXPECTED, CLEAN]


@pytest.mark.parametrize("privacy", [NAMED, CONFIDENTIAL])
def test_a_follower_is_as_hidden_as_a_reporter_on_whatever_case(
    s: Session, town: Town, now: datetime, privacy: str
) -> None:
    hazard = report(s, town.resident, town, now, privacy=privacy)
    chen, custodian = town.newcomer(s, "陈居民"), town.newcomer(s, "吴专员", Role.CUSTODIAN)
    merging.follow(s, chen, hazard.id or 0, text="我是隔壁老陈", media=EVERYTHING, now=now)
    sealed = [("video", SEALED, None), ("voice", SEALED, None)]
    assert states(s, hazard) == [("photo", EXPECTED, None)] * 2 + sealed
    cleaned(s, now)
    assert states(s, hazard) == [("photo", CLEAN, None)] * 2 + sealed
    assert custody.sealed_cases(s, custodian) == [hazard]
    opened = custody.open_originals(s, custodian, hazard.id or 0, now=now)
    assert [each.file_id for each in opened] == [each.file_id for each in EVERYTHING]
    assert custody.read_original(s, custodian, hazard.id or 0, now=now).later == ("我是隔壁老陈",)


def test_what_a_reporter_did_before_relations_were_noted_is_the_reporters(
    s: Session, town: Town, now: datetime
) -> None:
    hazard = report(s, town.resident, town, now)
    old = HazardStep(hazard_id=hazard.id or 0, step="reported", act="added", note="我是王婆婆", at=now)
    assert hazards.note_of(hazard, old) == ""
    old.who_id = town.grid_a.id
    assert hazards.note_of(hazard, old) == "我是王婆婆"


def test_a_repair_may_be_shown_by_a_picture_sent_as_a_file(s: Session, town: Town, now: datetime) -> None:
    hazard = report(s, town.resident, town, now)
    hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=now)
    hazards.confirm(s, town.grid_a, hazard.id or 0, now=now)
    assert hazards.rectified(s, town.grid_a, hazard.id or 0, media=[IMAGE], now=now).step == "recheck"


def test_a_picture_is_claimed_once_and_again_when_its_lease_is_over(s: Session, town: Town, now: datetime) -> None:
    report(s, town.resident, town, now, PHOTO)
    first = pictures.claim(s, now=now)
    assert first is not None
    assert first.file_id == "photo-of-wang"
    assert pictures.claim(s, now=now) is None
    assert pictures.keep_original(s, first, b"original with GPS")
    later = now + pictures.LEASE
    second = pictures.claim(s, now=later)
    assert second is not None
    assert second.attempt == 2
    assert pictures.original_for(s, second) == b"original with GPS"
    # Whoever was given up comes too late.
    assert not pictures.keep_clean(s, first, b"late")
    assert pictures.keep_clean(s, second, b"clean")
    assert pictures.claim(s, now=later + timedelta(days=1)) is None
    assert (row(s).clean, row(s).original) == (b"clean", b"original with GPS")


def test_the_oldest_comes_first(s: Session, town: Town, now: datetime) -> None:
    report(s, town.resident, town, now, PHOTO)
    report(s, town.resident, town, now - timedelta(minutes=1), IMAGE)
    found = [pictures.claim(s, now=now) for _ in range(2)]
    assert [job.file_id for job in found if job] == ["file-of-wang", "photo-of-wang"]


def test_what_fails_is_tried_again_after_longer_and_longer_and_then_given_up(
    s: Session, town: Town, now: datetime
) -> None:
    hazard = report(s, town.resident, town, now, PHOTO)
    waits = []
    while (job := pictures.claim(s, now=now)) is not None:
        pictures.put_back(s, job, now=now)
        waits.append(row(s).not_before - now)
        now = row(s).not_before
    assert len(waits) == pictures.TRIES
    assert waits[:6] == [timedelta(seconds=n) for n in (10, 30, 120, 600, 1800, 3600)]
    assert states(s, hazard) == [("photo", LOST, None)]
    assert notices_to(s, hazard.reporter_alias or "") == ["picture.failed"]


def test_a_pause_is_kept_and_few_tries_are_few(s: Session, town: Town, now: datetime) -> None:
    hazard = report(s, town.resident, town, now, PHOTO)
    for _ in range(pictures.FEW_TRIES):
        job = pictures.claim(s, now=now)
        assert job is not None
        pictures.put_back(s, job, now=now, tries=pictures.FEW_TRIES)
        assert pictures.claim(s, now=now) is None
        now += timedelta(hours=1)
    assert states(s, hazard) == [("photo", LOST, None)]


def test_whoever_sent_it_is_asked_for_another_once_a_message(s: Session, town: Town, now: datetime) -> None:
    hazard = report(s, town.resident, town, now, PHOTO, IMAGE)
    hazards.add(s, town.grid_a, hazard.id or 0, media=[IMAGE._replace(unique_id="i2")], now=now)
    nobody = report(s, town.resident, town, now, PHOTO, privacy=RECEIPT, receipt="1234567890123456")
    while (job := pictures.claim(s, now=now)) is not None:
        pictures.keep_original(s, job, b"no picture")
        pictures.give_up(s, job, now=now)
    assert [state for _, state, _ in states(s, hazard)] == [FAILED] * 3
    assert notices_to(s, hazard.reporter_alias or "") == ["picture.failed"]
    assert notices_to(s, town.grid_a.id).count("picture.failed") == 1
    assert [state for _, state, _ in states(s, nobody)] == [FAILED]


def test_a_late_failure_changes_nothing(s: Session, town: Town, now: datetime) -> None:
    hazard = report(s, town.resident, town, now, PHOTO)
    job = pictures.claim(s, now=now)
    assert job is not None
    assert pictures.keep_clean(s, job, b"clean")
    pictures.give_up(s, job, now=now)
    pictures.put_back(s, Job(job.evidence_id, "", 99), now=now)
    assert states(s, hazard) == [("photo", CLEAN, None)]
    assert notices_to(s, hazard.reporter_alias or "") == []


def test_only_who_may_see_the_case_gets_its_pictures(s: Session, town: Town, now: datetime) -> None:
    hazard = report(s, town.resident, town, now, PHOTO)
    found, shown = pictures.of_case(s, town.post, hazard.id or 0)
    assert (found.id, len(shown)) == (hazard.id, 1)
    custodian = town.newcomer(s, "吴专员", Role.CUSTODIAN)
    for stranger in (town.resident, town.grid_b, town.newcomer(s, "路人"), custodian):
        with pytest.raises(Refused):
            pictures.of_case(s, stranger, hazard.id or 0)


def test_the_reporter_sees_what_they_sent_and_nothing_else(s: Session, town: Town, now: datetime) -> None:
    hazard = report(s, town.resident, town, now, PHOTO, VOICE)
    hazards.add(s, town.grid_a, hazard.id or 0, media=[VIDEO], now=now)
    hazards.add(s, town.resident, hazard.id or 0, media=[IMAGE], now=now)
    _, found = pictures.own(s, town.resident, hazard.id or 0)
    assert [each.file_id for each in found] == ["photo-of-wang", "voice-of-wang", "file-of-wang"]
    for other in (town.post, town.grid_a):
        with pytest.raises(Refused):
            pictures.own(s, other, hazard.id or 0)


def test_the_custodian_alone_opens_the_original_and_it_is_written_down(s: Session, town: Town, now: datetime) -> None:
    hazard = report(s, town.resident, town, now, IMAGE, VIDEO)
    cleaned(s, now)
    hazards.add(s, town.grid_a, hazard.id or 0, media=[VIDEO._replace(unique_id="v2")], now=now)
    picture, film, _ = hazards.evidence(s, hazard)
    custodian = town.newcomer(s, "吴专员", Role.CUSTODIAN)
    elsewhere = town.newcomer(s, "外地专员", Role.CUSTODIAN, "west")
    for other in (town.post, town.leader, town.grid_a, town.resident, elsewhere):
        with pytest.raises(Refused):
            custody.open_originals(s, other, hazard.id or 0, now=now)
    opened = custody.open_originals(s, custodian, hazard.id or 0, now=now)
    assert [each.id for each in opened] == [picture.id, film.id], "what staff sent is in the case"
    hazard.assignee_id = custodian.id
    with pytest.raises(Refused, match="由您在办"):
        custody.open_originals(s, custodian, hazard.id or 0, now=now)
    assert custody.sealed_cases(s, custodian) == []
    audit.write(s)
    entries = s.exec(select(AuditEntry).where(AuditEntry.op == "picture.original")).all()
    assert [entry.who_id for entry in entries] == [custodian.id] * 2


def test_what_is_erased_is_gone_with_its_reference_and_still_counted(s: Session, town: Town, now: datetime) -> None:
    hazard = report(s, town.resident, town, now, PHOTO, VIDEO, VOICE)
    other = report(s, town.resident, town, now, PHOTO)
    cleaned(s, now)
    job = pictures.claim(s, now=now)
    erasure.erase_media(s, hazard, now=now)
    s.expire_all()
    assert states(s, hazard) == [("photo", ERASED, None), ("video", ERASED, None), ("voice", ERASED, None)]
    kept = s.exec(select(Evidence).where(Evidence.hazard_id == hazard.id)).all()
    assert [each.file_id for each in kept] == [""] * 3
    assert hazards.evidence(s, hazard) == []
    assert (row(s).original, row(s).clean, row(s).file_id) == (None, None, None)
    assert states(s, other) == [("photo", CLEAN, None)]
    assert job is None
    assert pictures.own(s, town.resident, hazard.id or 0)[1] == []
    custodian = town.newcomer(s, "吴专员", Role.CUSTODIAN)
    with pytest.raises(Refused, match="已按保存期限删除"):
        custody.open_originals(s, custodian, hazard.id or 0, now=now)


def test_what_is_erased_while_it_is_fetched_stays_erased(s: Session, town: Town, now: datetime) -> None:
    hazard = report(s, town.resident, town, now, PHOTO)
    job = pictures.claim(s, now=now)
    assert job is not None
    erasure.erase_media(s, hazard, now=now)
    assert not pictures.keep_original(s, job, b"original")
    assert row(s).original is None


def late(n: int) -> list[Media]:
    """Return the n-th late picture of an album."""
    return [Media("photo", f"late-{n}", f"l{n}")]


def test_late_pictures_of_an_album_join_its_report_and_the_officer_hears_once(
    s: Session, town: Town, now: datetime
) -> None:
    hazard = report(s, town.resident, town, now, PHOTO, album=ALBUM)
    hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=now)
    counted = [albums.join(s, town.resident, ALBUM, media=late(n), now=now) for n in (1, 2, 2, 3)]
    assert [(found.pictures, found.is_first) for found in counted if found] == [
        (1, True), (2, False), (2, False), (3, False),
    ]  # fmt: skip
    assert len(hazards.evidence(s, hazard)) == 4
    assert notices_to(s, town.grid_a.id).count("hazard.added") == 1
    assert [each.state for each in pictures.shown(s, hazard)] == [EXPECTED] * 4
    assert all(step.who_id is None for step in hazards.history(s, hazard) if step.act == "added")


def test_a_later_album_that_was_added_takes_its_late_pictures_along(s: Session, town: Town, now: datetime) -> None:
    hazard = report(s, town.resident, town, now)
    hazards.add(s, town.resident, hazard.id or 0, media=[PHOTO], album=ALBUM, now=now)
    joined = albums.join(s, town.resident, ALBUM, media=late(1), now=now)
    assert joined is not None
    assert joined.hazard.id == hazard.id


def test_an_album_of_somebody_else_of_nothing_or_of_an_ended_report_joins_nothing(
    s: Session, town: Town, now: datetime
) -> None:
    hazard = report(s, town.resident, town, now, PHOTO, album=ALBUM)
    assert albums.join(s, town.grid_a, ALBUM, media=late(1), now=now) is None
    assert albums.join(s, town.resident, "999", media=late(1), now=now) is None
    hazards.withdraw(s, town.resident, hazard.id or 0, now=now)
    assert albums.join(s, town.resident, ALBUM, media=late(1), now=now) is None
    assert len(hazards.evidence(s, hazard)) == 1


def test_a_report_with_a_receipt_only_takes_the_rest_of_its_album(s: Session, town: Town, now: datetime) -> None:
    hazard = report(s, town.resident, town, now, PHOTO, album=ALBUM, privacy=RECEIPT, receipt="1234567890123456")
    assert hazard.reporter_alias is None
    joined = albums.join(s, town.resident, ALBUM, text="还有", media=late(1), now=now)
    assert joined is not None
    assert hazards.history(s, hazard)[-1].who_id is None


def test_the_line_of_a_late_album_is_forgotten_and_the_album_itself_stands_nowhere(
    s: Session, town: Town, now: datetime
) -> None:
    hazard = report(s, town.resident, town, now, PHOTO, album=ALBUM)
    albums.join(s, town.resident, ALBUM, media=late(1), now=now)
    [line] = s.exec(select(albums.LateAlbum)).all()
    assert ALBUM not in line.tag
    assert ALBUM not in (hazard.album_tag or ALBUM)
    albums.note_message(s, line.tag, 77)
    s.expire_all()
    assert albums.join(s, town.resident, ALBUM, media=late(2), now=now).message_id == 77  # type: ignore[union-attr]
    s.flush()
    albums.forget(s, now=now + timedelta(days=1))
    assert s.exec(select(albums.LateAlbum.tag)).all()
    albums.forget(s, now=now + timedelta(days=3))
    assert not s.exec(select(albums.LateAlbum.tag)).all()
