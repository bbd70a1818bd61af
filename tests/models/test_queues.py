"""The queue: what waits for whom, in which order, which filters fit together, and what a search may tell."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from models import case_search, deadlines, deskwork, hazards, queues
from models.areas import below
from models.base import Refused
from models.case_search import OPENED, search
from models.conflicts import Conflict
from models.hazards import Hazard, Media
from models.places import Place
from models.queues import A_PAGE, ENDED, EVERYTHING, MINE, Section, View
from tests.models.conftest import Town, inbox_of

ALL = View(scope=EVERYTHING)


def whistle(s: Session, town: Town, now: datetime, **given: Any) -> Hazard:
    """Somebody reports something in east-1."""
    same = {"kind": "A01", "severity": "serious", "place_text": "后门", "detail": "堵了", "evacuation": True}
    who = given.pop("who", town.resident)
    return hazards.report(s, who, **{"area_id": town.id_of("east-1"), **same, **given}, now=now)


def numbers(page: queues.Page) -> list[int]:
    """Return the ids of the listed cases."""
    return [line.hazard.id or 0 for line in page.lines]


def test_the_sections_stand_in_their_order_and_count_what_they_list(s: Session, town: Town, now: datetime) -> None:
    late = whistle(s, town, now)
    rest = whistle(s, town, now, evacuation=False)
    later = now + timedelta(hours=25)
    today = whistle(s, town, later - timedelta(hours=20))
    urgent = whistle(s, town, later + timedelta(hours=20), severity="urgent")
    for sent in (late, rest, today):  # so that only the first look is still to come
        hazards.assign(s, town.post, sent.id or 0, town.grid_a.id, now=sent.reported_at)
    page = queues.page(s, town.post, ALL, now=later)
    assert [(line.hazard, line.section) for line in page.lines] == [
        (late, Section.LATE), (today, Section.TODAY), (urgent, Section.URGENT), (rest, Section.REST),
    ]  # fmt: skip
    assert page.counts == dict.fromkeys(Section, 1)
    assert page.lines[0].clock is not None
    assert page.lines[0].clock.clock == "verify"


def test_a_clock_that_stands_still_makes_nothing_late(s: Session, town: Town, now: datetime) -> None:
    waiting = whistle(s, town, now)
    deadlines.pause(s, "hazard", waiting.id or 0, now=now)
    page = queues.page(s, town.post, ALL, now=now + timedelta(days=5))
    assert [(line.section, line.clock) for line in page.lines] == [(Section.REST, None)]
    assert queues.count(s, town.post, ALL.with_(late=True), now=now + timedelta(days=5)) == 0


def test_of_several_clocks_the_next_one_counts(s: Session, town: Town, now: datetime) -> None:
    hazard = whistle(s, town, now, evacuation=False)
    for clock, hours in (("dispatch", 4), ("notice", 50)):
        due = now + timedelta(hours=hours)
        deadlines.start(s, "hazard", hazard.id or 0, clock, due_at=due, area_path="/", rule="", now=now)
    page = queues.page(s, town.post, ALL, now=now)
    assert page.total == 1
    assert page.lines[0].clock is not None
    assert page.lines[0].clock.clock == "dispatch"


def test_mine_is_what_waits_for_me_and_everything_is_what_i_may_see(s: Session, town: Town, now: datetime) -> None:
    given, other = whistle(s, town, now), whistle(s, town, now)
    hazards.assign(s, town.post, given.id or 0, town.grid_a.id, now=now)
    whistle(s, town, now, area_id=town.id_of("west-1"))
    assert inbox_of(s, town.grid_a, now) == [given]
    assert queues.count(s, town.grid_a, ALL, now=now) == 2
    assert queues.count(s, town.grid_b, ALL, now=now) == 0
    assert queues.count(s, town.leader, ALL, now=now) == 3
    assert queues.count(s, town.resident, ALL, now=now) == 0
    other.escalated = True
    s.flush()
    assert inbox_of(s, town.leader, now) == [other], "what was sent back too often waits for who decides"


def test_the_filters_combine_and_each_count_agrees_with_the_list(s: Session, town: Town, now: datetime) -> None:
    for n in range(20):
        where = ("east-1", "east-2", "west-1")[n % 3]
        severity, kind = ("urgent", "serious", "ordinary")[n % 3 - n % 2], ("A01", "A04")[n % 2]
        hazard = whistle(s, town, now, area_id=town.id_of(where), severity=severity, kind=kind, evacuation=n % 5 == 0)
        if n % 4 == 0:
            hazards.assign(s, town.post, hazard.id or 0, town.post.id, now=now)
    later = now + timedelta(hours=30)
    for view in (ALL, ALL.with_(kind="A01"), ALL.with_(late=True, step="verifying"), View(severity="urgent"),
                 ALL.with_(village=town.id_of("east"), kind="A04")):  # fmt: skip
        for key in ("scope", "village", "kind", "severity", "step", "late"):
            for value, count in queues.options(s, town.post, view, key, now=later).items():
                narrowed = view.with_(**{key: value})
                page = queues.page(s, town.post, narrowed, now=later)
                listed = [n for number in range(page.last + 1)
                          for n in numbers(queues.page(s, town.post, narrowed, number, now=later))]  # fmt: skip
                assert (page.total, len(listed), len(set(listed))) == (count, count, count), (view, key, value)


def test_the_village_filter_lists_that_village_only(s: Session, town: Town, now: datetime) -> None:
    east = whistle(s, town, now)
    whistle(s, town, now, area_id=town.id_of("west-2"))
    assert numbers(queues.page(s, town.post, ALL.with_(village=town.id_of("east")), now=now)) == [east.id]
    assert queues.options(s, town.post, ALL, "village", now=now) == {town.id_of("east"): 1, town.id_of("west"): 1}


def test_what_has_ended_is_listed_for_thirty_days_the_newest_first(s: Session, town: Town, now: datetime) -> None:
    old, new = whistle(s, town, now), whistle(s, town, now)
    for hazard, days in ((old, 0), (new, 20)):
        then = now + timedelta(days=days)
        hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=then)
        hazards.reject(s, town.grid_a, hazard.id or 0, note="没有", now=then)
    ended = View(scope=ENDED)
    assert numbers(queues.page(s, town.post, ended, now=now + timedelta(days=21))) == [new.id, old.id]
    assert numbers(queues.page(s, town.post, ended, now=now + timedelta(days=31))) == [new.id]
    assert queues.count(s, town.post, ALL, now=now) == 0


def test_a_page_reads_its_own_rows_only(s: Session, town: Town, now: datetime) -> None:
    for _ in range(3 * A_PAGE):
        whistle(s, town, now)
    s.commit()
    s.expire_all()
    loaded: list[Hazard] = []
    event.listen(s, "loaded_as_persistent", lambda _, row: loaded.append(row))
    page = queues.page(s, town.post, ALL, 1, now=now)
    assert (len(page.lines), page.total, page.last) == (A_PAGE, 3 * A_PAGE, 2)
    assert numbers(page) == sorted(numbers(page))
    assert len([row for row in loaded if isinstance(row, Hazard)]) == A_PAGE
    assert queues.page(s, town.post, ALL, 99, now=now).number == 2


def test_who_has_a_conflict_neither_reads_nor_counts_the_case(s: Session, town: Town, now: datetime) -> None:
    place = Place(code="p", name="老刘五金店", initials="lwjd", kind="shop", area_id=town.id_of("east-1"),
                  area_path="/county/town/east/east-1/", owner_id=town.village.id, created_at=now)  # fmt: skip
    s.add(place)
    s.flush()
    at_place, declared = whistle(s, town, now, place_id=place.id), whistle(s, town, now)
    s.add(Conflict(person_id=town.grid_a.id, hazard_id=declared.id, why="relative", since=now))
    s.flush()
    assert numbers(queues.page(s, town.village, ALL, now=now)) == [declared.id], "the owner of the place"
    assert numbers(queues.page(s, town.grid_a, ALL, now=now)) == [at_place.id], "a declared relative"
    assert queues.count(s, town.post, ALL, now=now) == 2
    assert search(s, town.village, "老刘五金店") == ([], 0)


@pytest.mark.parametrize(
    "words", ["1", "0001", "2026-1", "2026-0001", "吹2026-0001", "吹２０２６－０００１", "20260001", "1号"]
)
def test_a_number_is_found_as_people_write_it(s: Session, town: Town, now: datetime, words: str) -> None:
    hazard = whistle(s, town, now)
    whistle(s, town, now)
    assert search(s, town.post, words) == ([hazard], 1)


def test_a_case_is_found_by_its_place_by_initials_and_by_words(s: Session, town: Town, now: datetime) -> None:
    place = Place(code="p", name="老刘五金店", initials="llwjd", kind="shop", area_id=town.id_of("east-1"),
                  area_path="/county/town/east/east-1/", created_at=now)  # fmt: skip
    s.add(place)
    s.flush()
    shop = whistle(s, town, now, place_id=place.id, place_text="五金店门口", told="门口堆了纸箱")
    grove = whistle(s, town, now, kind="A13", place_text="后山竹林", privacy="named", detail="有人烧竹叶")
    for words in ("老刘五金店", "llwjd", "老柳五金店", "五金店门口", "纸箱"):
        assert search(s, town.post, words) == ([shop], 1), words
    for words in ("竹林", "烧竹叶"):
        assert search(s, town.post, words) == ([grove], 1), words
    assert search(s, town.post, "秸秆", ["A13"]) == ([grove], 1)
    assert search(s, town.post, "  ") == ([], 0)


def test_the_exact_words_of_a_concealed_reporter_find_nothing(s: Session, town: Town, now: datetime) -> None:
    whistle(s, town, now, detail="隔壁老王天天烧纸", told="有人焚烧")
    assert search(s, town.post, "老王")[1] == 0
    assert search(s, town.post, "焚烧")[1] == 1


def test_nobody_finds_what_they_may_not_see(s: Session, town: Town, now: datetime) -> None:
    hazard = whistle(s, town, now, place_text="后山竹林")
    for who in (town.grid_b, town.newcomer(s, "路人"), town.resident):
        for words in (hazard.number, "1", "竹林", "后门"):
            assert search(s, who, words, ["A01"]) == ([], 0) == search(s, who, "9999")
    hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=now)
    assert search(s, town.grid_a, "竹林") == ([hazard], 1)


def test_a_search_opens_a_bounded_number_of_sealed_words(
    s: Session, town: Town, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_search, "OPENED", 3)
    first = whistle(s, town, now, place_text="老槐树下", told="树下焚烧垃圾")
    for _ in range(3):
        whistle(s, town, now)
    assert search(s, town.post, "老槐树") == ([], 0)
    for words in (first.number, "焚烧垃圾"):
        assert search(s, town.post, words) == ([first], 1), "what is not sealed is found however old it is"
    assert OPENED >= 100


def test_many_finds_are_turned_page_by_page_open_ones_first(s: Session, town: Town, now: datetime) -> None:
    found = [whistle(s, town, now, place_text="竹林") for _ in range(A_PAGE + 2)]
    hazards.withdraw(s, town.resident, found[-1].id or 0, now=now)
    first, total = search(s, town.post, "竹林")
    second, _ = search(s, town.post, "竹林", number=1)
    assert total == A_PAGE + 2
    assert [*first, *second] == [*reversed(found[:-1]), found[-1]]


def test_a_view_is_kept_in_a_button_and_comes_back() -> None:
    view = View(scope=EVERYTHING, village=3, late=True)
    assert View.from_json(view.to_json()) == view
    assert view.to_json() == {"scope": EVERYTHING, "village": 3, "late": True}
    assert View.from_json(None) == View(scope=MINE)
    assert below("/a_b/") == "/a\\_b/%"


def test_of_two_who_claim_one_gets_it_and_the_reporter_is_told_once(s: Session, town: Town, now: datetime) -> None:
    hazard = whistle(s, town, now)
    deskwork.claim(s, town.grid_a, hazard.id or 0, now=now)
    with pytest.raises(Refused):
        deskwork.claim(s, town.village, hazard.id or 0, now=now)
    assert (hazard.step, hazard.assignee_id) == ("verifying", town.grid_a.id)
    clock = deadlines.running(s, "hazard", hazard.id or 0, "verify")
    assert clock is not None
    assert clock.owner_id == town.grid_a.id




def test_a_batch_does_what_it_can_and_says_what_it_could_not(s: Session, town: Town, now: datetime) -> None:
    cases = [whistle(s, town, now) for _ in range(3)]
    west = whistle(s, town, now, area_id=town.id_of("west-1"))
    ids = [hazard.id or 0 for hazard in (*cases, west)]
    deskwork.claim(s, town.grid_a, ids[1], now=now)
    batch = deskwork.claim_all(s, town.village, [*ids, ids[0]], now=now)
    assert batch.done == (cases[0], cases[2])
    assert [hazard for hazard, _ in batch.failed] == [cases[1], None], "what one may not see has no number"
    assert [h.assignee_id for h in cases] == [town.village.id, town.grid_a.id, town.village.id]
    assert west.assignee_id is None
    for row in hazards.history(s, cases[0])[1:]:
        assert (row.act, row.who_id) == ("claimed", town.village.id)


@pytest.mark.parametrize("ids", [[], list(range(1, deskwork.AT_MOST + 2))])
def test_a_batch_of_none_or_of_too_many_is_refused(s: Session, town: Town, now: datetime, ids: list[int]) -> None:
    with pytest.raises(Refused):
        deskwork.claim_all(s, town.post, ids, now=now)


def test_words_for_colleagues_change_nothing_but_the_file(s: Session, town: Town, now: datetime) -> None:
    hazard = whistle(s, town, now)
    hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=now)
    hazards.confirm(s, town.grid_a, hazard.id or 0, now=now)
    hazards.rectified(s, town.grid_a, hazard.id or 0, media=[Media("photo", "f", "u")], now=now)
    deskwork.note(s, town.leader, hazard.id or 0, "下周还要去看", now=now)
    assert hazard.step == "recheck"
    assert hazards.history(s, hazard)[-1].note == "下周还要去看"
    with pytest.raises(Refused):
        deskwork.note(s, town.leader, hazard.id or 0, "  ", now=now)
