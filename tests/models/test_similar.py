"""Similar cases: what is the same danger, what is another one, who may know of it; following, merging, taking apart."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models import deadlines, hazards, merging, recusals
from models.base import NOT_FOUND, Refused
from models.calendar import working_time
from models.conflicts import RELATIVE
from models.followers import Follower
from models.hazards import Hazard, Media
from models.outbox import Outgoing
from models.people import Actor, Can
from models.pictures import CLEAN, Picture
from models.rules import DEFAULTS
from models.similar import NEAR, SAME_PLACE, SAME_WORDS, danger_of, picture_of, similar, similar_to
from models.vault import Identity, deliver_to
from tests.models.conftest import NOW, Town, notices_to
from tests.models.teams import place

HERE = {"latitude": 29.9, "longitude": 107.7}
PHOTO = Media("photo", "file", "unique")


def north(metres: float) -> dict[str, float]:
    """Return a point so far north of HERE."""
    return {"latitude": HERE["latitude"] + metres / 111_195, "longitude": HERE["longitude"]}


def given(town: Town, **more: Any) -> dict[str, Any]:
    """Return what is known of a blocked door in the first grid of the east village."""
    base = {"kind": "A01", "severity": "serious", "place_text": "菜市场后门", "detail": "堵了"}
    return {**base, "area_id": town.id_of("east-1"), **more}


def whistle(s: Session, town: Town, who: Actor | None = None, at: datetime = NOW, **more: Any) -> Hazard:
    """Somebody reports it."""
    return hazards.report(s, who or town.resident, now=at, **given(town, **more))


def found(s: Session, town: Town, who: Actor | None = None, now: datetime = NOW, **more: Any) -> list[tuple[str, int]]:
    """Return why and how far away the cases are that may be the same as a report about to be made."""
    who = who or town.resident
    alike = similar(s, who, danger_of(s, who, **given(town, **more)), now=now)
    return [(each.why, each.metres if each.metres is not None else -1) for each in alike]


def ended(s: Session, town: Town, hazard: Hazard, now: datetime) -> None:
    """The case is repaired, looked at again, and closed."""
    number = hazard.id or 0
    hazards.assign(s, town.post, number, town.grid_a.id, now=now)
    hazards.confirm(s, town.grid_a, number, now=now)
    hazards.rectified(s, town.grid_a, number, media=[PHOTO], now=now)
    hazards.recheck(s, town.village, number, passed=True, now=now)


@pytest.mark.parametrize(("metres", "same"), [(0, True), (60, True), (99, True), (130, False), (5000, False)])
def test_within_a_hundred_metres_it_may_be_the_same(s: Session, town: Town, metres: int, same: bool) -> None:
    whistle(s, town, **HERE)
    assert found(s, town, **north(metres)) == ([(NEAR, metres)] if same else [])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("菜市场后门", "菜市场的后门", True), ("一组水井旁边", "一组水井边", True), ("一组水井旁", "三组水井旁", False),
     ("3号楼楼梯间", "8号楼楼梯间", False), ("菜市场后门", "学校后门", False), ("桥边", "桥边", False)],
)  # fmt: skip
def test_clearly_the_same_words_may_be_the_same_place(
    s: Session, town: Town, one: str, other: str, same: bool
) -> None:
    whistle(s, town, place_text=one)
    assert found(s, town, place_text=other) == ([(SAME_WORDS, -1)] if same else [])
    assert found(s, town, place_text=other, area_id=town.id_of("west-1")) == []


def test_the_same_place_of_the_ledger_is_the_same_and_two_shops_side_by_side_are_not(s: Session, town: Town) -> None:
    shop, inn = place(s, town, "shop"), place(s, town, "inn")
    for at in (shop, inn):
        at.latitude, at.longitude = HERE["latitude"], HERE["longitude"]
    whistle(s, town, place_id=shop.id)
    assert found(s, town, place_id=shop.id, place_text="店里") == [(SAME_PLACE, -1)]
    assert found(s, town, place_id=inn.id) == []
    assert found(s, town, **north(40)) == [(NEAR, 40)]  # a point near a place that is known


def test_another_kind_is_another_danger_unless_it_is_a_further_one(s: Session, town: Town) -> None:
    whistle(s, town, kind="A04", tags="A09,A01", **HERE)
    assert found(s, town, kind="A03", **HERE) == []
    assert found(s, town, kind="A01", **HERE) == [(NEAR, 0)]
    assert found(s, town, kind="A03", tags="A04", **HERE) == [(NEAR, 0)]


def test_what_is_older_than_a_month_or_over_is_no_duplicate(s: Session, town: Town) -> None:
    hazard = whistle(s, town)
    assert len(found(s, town, now=NOW + timedelta(days=30))) == 1
    assert found(s, town, now=NOW + timedelta(days=31)) == []
    hazards.withdraw(s, town.resident, hazard.id or 0, now=NOW)
    assert found(s, town) == []


def test_what_was_closed_of_late_may_have_come_back_and_cannot_be_merged_away(s: Session, town: Town) -> None:
    first = whistle(s, town)
    ended(s, town, first, NOW)
    later = NOW + timedelta(days=60)
    second = whistle(s, town, at=later)
    alike = similar_to(s, town.post, second, now=later)
    assert [(each.hazard_id, each.relapse, each.days) for each in alike] == [(first.id, True, 60)]
    with pytest.raises(Refused, match="已经办结"):
        hazards.mark_duplicate(s, town.post, second.id or 0, first.id or 0, now=later)
    assert similar_to(s, town.post, second, now=NOW + timedelta(days=91)) == []


def test_open_ones_come_first_and_no_more_than_asked(s: Session, town: Town) -> None:
    ended(s, town, whistle(s, town, **HERE), NOW)
    cases = [whistle(s, town, **north(metres)).id for metres in (90, 10, 50, 70)]
    danger = danger_of(s, town.resident, **given(town, **HERE))
    alike = similar(s, town.resident, danger, now=NOW)
    assert [each.hazard_id for each in alike] == [cases[1], cases[2], cases[3]]
    assert similar(s, town.resident, danger, now=NOW, at_most=9)[-1].relapse


def test_the_owner_of_the_place_cannot_fish_for_what_was_reported_about_it(s: Session, town: Town) -> None:
    owner = town.newcomer(s, "店主")
    shop = place(s, town, "shop", owner_id=owner.id)
    hazard = whistle(s, town, place_id=shop.id)
    assert found(s, town, place_id=shop.id) == [(SAME_PLACE, -1)]
    assert found(s, town, owner, place_id=shop.id) == []
    with pytest.raises(Refused) as refusal:
        merging.follow(s, owner, hazard.id or 0, text="也堵", now=NOW)
    assert str(refusal.value) == NOT_FOUND


def test_an_officer_reads_of_similar_cases_only_where_they_see_cases(s: Session, town: Town) -> None:
    first = whistle(s, town, **HERE)
    second = whistle(s, town, area_id=town.id_of("west-1"), **north(20))
    assert [each.hazard_id for each in similar_to(s, town.post, second, now=NOW)] == [first.id]
    assert similar_to(s, town.village, first, now=NOW) == []  # the other one lies in the next village
    recusals.recuse(s, town.post, first.id or 0, "own", now=NOW)
    assert similar_to(s, town.post, second, now=NOW) == []


def test_only_a_cleaned_photo_of_the_report_is_shown(s: Session, town: Town) -> None:
    hazard = whistle(s, town, media=[PHOTO])
    proof = hazards.evidence(s, hazard)[0]
    picture = s.get(Picture, proof.id) or Picture(evidence_id=proof.id or 0, not_before=NOW)
    s.add(picture)
    s.flush()
    assert picture_of(s, hazard.id or 0) is None
    picture.state, picture.clean = CLEAN, b"jpeg"
    s.flush()
    assert picture_of(s, hazard.id or 0) == picture


def test_a_follower_is_behind_an_alias_and_hears_what_the_reporter_hears(s: Session, town: Town) -> None:
    hazard, chen = whistle(s, town), town.newcomer(s, "陈居民")
    words = {"text": "我也看到了，堵得死死的", "told": "有人反映同样情况"}
    merging.follow(s, chen, hazard.id or 0, **words, media=[PHOTO], now=NOW)
    row = s.exec(select(Follower)).one()
    assert (row.hazard_id, deliver_to(s, row.alias)) == (hazard.id, chen.id)
    step = hazards.history(s, hazard)[-1]
    assert (step.act, step.by, step.who_id) == ("added", "follower", None)
    assert hazards.note_of(hazard, step) == "有人反映同样情况"
    ended(s, town, hazard, NOW)
    assert notices_to(s, row.alias) == ["hazard.followed"] * 4
    assert notices_to(s, hazard.reporter_alias or "") == ["hazard.progress"] * 3 + ["hazard.closed"]
    assert merging.followed(s, chen) == [hazard]


def test_a_named_reporters_case_shows_no_follower_in_their_own_words(s: Session, town: Town) -> None:
    hazard, chen = whistle(s, town, privacy="named"), town.newcomer(s, "陈居民")
    merging.follow(s, chen, hazard.id or 0, text="我是隔壁老陈", told="", now=NOW)
    assert hazards.note_of(hazard, hazards.history(s, hazard)[-1]) == ""


def test_following_twice_adds_words_but_no_second_alias_and_the_reporter_only_adds(s: Session, town: Town) -> None:
    hazard, chen = whistle(s, town), town.newcomer(s, "陈居民")
    for words in ("一", "二"):
        merging.follow(s, chen, hazard.id or 0, text=words, now=NOW)
    merging.follow(s, town.resident, hazard.id or 0, text="三", now=NOW)
    assert len(s.exec(select(Follower)).all()) == 1
    assert [row.by for row in hazards.history(s, hazard)][1:] == ["follower", "follower", "reporter"]


def test_who_leaves_no_link_adds_words_and_hears_nothing(s: Session, town: Town) -> None:
    hazard, chen = whistle(s, town), town.newcomer(s, "陈居民")
    before = len(s.exec(select(Identity)).all())
    merging.follow(s, chen, hazard.id or 0, text="也堵", linked=False, now=NOW)
    assert len(s.exec(select(Identity)).all()) == before
    assert hazards.history(s, hazard)[-1].note == "也堵"


def test_who_follows_no_more_hears_nothing(s: Session, town: Town) -> None:
    hazard, chen = whistle(s, town), town.newcomer(s, "陈居民")
    merging.follow(s, chen, hazard.id or 0, now=NOW)
    alias = s.exec(select(Follower.alias)).one()
    merging.unfollow(s, chen, hazard.id or 0)
    hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=NOW)
    assert notices_to(s, alias) == []
    with pytest.raises(Refused):
        merging.followed_hazard(s, chen, hazard.id or 0)
    with pytest.raises(Refused):
        merging.unfollow(s, chen, hazard.id or 0)


def test_an_ended_case_is_not_followed(s: Session, town: Town) -> None:
    hazard = whistle(s, town)
    ended(s, town, hazard, NOW)
    with pytest.raises(Refused, match="照常上报"):
        merging.follow(s, town.newcomer(s, "陈居民"), hazard.id or 0, text="又堵", now=NOW)


def test_nobody_hears_of_one_step_twice_however_many_aliases_they_have(s: Session, town: Town) -> None:
    chen = town.newcomer(s, "陈居民")
    first, second, third = whistle(s, town), whistle(s, town, chen), whistle(s, town, chen)
    merging.follow(s, chen, first.id or 0, now=NOW)
    for other in (second, third):
        hazards.mark_duplicate(s, town.post, other.id or 0, first.id or 0, now=NOW)
    s.flush()
    sent = {row.id for row in s.exec(select(Outgoing))}
    hazards.assign(s, town.post, first.id or 0, town.grid_a.id, now=NOW)
    fresh = [row for row in s.exec(select(Outgoing)) if row.alias and row.id not in sent]
    told = [deliver_to(s, row.alias or "") for row in fresh]
    assert sorted(told, key=str) == sorted([town.resident.id, chen.id], key=str)


def test_a_merge_is_undone_with_the_time_that_was_left_and_everybody_hears(s: Session, town: Town) -> None:
    first, second = whistle(s, town), whistle(s, town, town.newcomer(s, "陈居民"))
    clock = deadlines.running(s, "hazard", second.id or 0, "verify")
    assert clock is not None
    left = working_time(NOW + timedelta(hours=5), clock.due_at, DEFAULTS)
    hazards.mark_duplicate(s, town.post, second.id or 0, first.id or 0, now=NOW + timedelta(hours=5))
    assert deadlines.running(s, "hazard", second.id or 0, "verify") is None
    later = NOW + timedelta(days=2)
    merging.unmerge(s, town.post, second.id or 0, now=later)
    again = deadlines.running(s, "hazard", second.id or 0, "verify")
    assert again is not None
    assert (working_time(later, again.due_at, DEFAULTS), again.rule) == (left, clock.rule)
    assert (second.step, second.duplicate_of, second.assignee_id) == ("reported", None, None)
    assert first.number in hazards.history(s, second)[-1].note
    assert notices_to(s, second.reporter_alias or "")[-1] == "hazard.apart"
    assert notices_to(s, town.village.id)[-1] == "hazard.unmerged"
    hazards.assign(s, town.post, first.id or 0, town.grid_a.id, now=later)
    assert notices_to(s, second.reporter_alias or "")[-1] == "hazard.apart"


def test_what_was_merged_earlier_stays_with_the_case_it_was_merged_into(s: Session, town: Town) -> None:
    first, second, third = (whistle(s, town, town.newcomer(s, f"居民{n}")) for n in range(3))
    hazards.mark_duplicate(s, town.post, third.id or 0, second.id or 0, now=NOW)
    hazards.mark_duplicate(s, town.post, second.id or 0, first.id or 0, now=NOW)
    assert hazards.merged_into(s, first) == [second, third]
    merging.unmerge(s, town.post, second.id or 0, now=NOW)
    assert (hazards.merged_into(s, first), hazards.merged_into(s, second)) == ([], [third])


def test_what_others_wait_for_goes_on_without_whoever_took_it_back(s: Session, town: Town) -> None:
    one, two = town.newcomer(s, "陈居民"), town.newcomer(s, "林居民")
    first, second = whistle(s, town, told="后门堵了"), whistle(s, town, one)
    hazards.mark_duplicate(s, town.post, second.id or 0, first.id or 0, now=NOW)
    merging.follow(s, two, first.id or 0, now=NOW)
    hazards.withdraw(s, town.resident, first.id or 0, now=NOW)
    fresh = hazards.first_of(s, second)
    assert (first.step, fresh.step, fresh.kind) == ("withdrawn", "reported", first.kind)
    assert hazards.words_of(fresh) == f"接 {first.number}（上报人已撤回，还有人反映同一处）。后门堵了"
    assert {found.clock for found in deadlines.open_of(s, "hazard", fresh.id or 0)} == {"dispatch", "verify"}
    assert not hazards.may_carry_on(first)
    assert "hazard.reported" in notices_to(s, town.post.id)[-2:]
    assert hazards.mine(s, town.resident) == [first]
    assert hazards.history(s, fresh)[0].who_id is None
    before = len(notices_to(s, first.reporter_alias or ""))
    ended(s, town, fresh, NOW)
    followed = s.exec(select(Follower.alias)).one()
    assert notices_to(s, second.reporter_alias or "") == ["hazard.progress"] * 5
    assert notices_to(s, followed) == ["hazard.followed"] * 4
    assert len(notices_to(s, first.reporter_alias or "")) == before
    assert merging.first_reporter(s, fresh) == second


def test_who_was_kept_out_stays_kept_out_when_a_danger_goes_on_as_another_case(s: Session, town: Town) -> None:
    first, second = whistle(s, town), whistle(s, town, town.newcomer(s, "陈居民"))
    hazards.mark_duplicate(s, town.post, second.id or 0, first.id or 0, now=NOW)
    recusals.recuse(s, town.village, first.id or 0, RELATIVE, now=NOW)
    hazards.withdraw(s, town.resident, first.id or 0, now=NOW)
    fresh = hazards.first_of(s, second)
    assert fresh.id not in {first.id, second.id}
    with pytest.raises(Refused, match=NOT_FOUND):
        hazards.hazard_for(s, town.village, fresh.id or 0, Can.ASSIGN)


def test_all_who_wait_hear_that_a_case_is_looked_at_once_more(s: Session, town: Town) -> None:
    chen = town.newcomer(s, "陈居民")
    first, second = whistle(s, town), whistle(s, town, chen)
    hazards.mark_duplicate(s, town.post, second.id or 0, first.id or 0, now=NOW)
    ended(s, town, first, NOW)
    before = len(notices_to(s, second.reporter_alias or ""))
    hazards.reopen(s, town.resident, first.id or 0, "又堵了", now=NOW)
    assert len(notices_to(s, second.reporter_alias or "")) == before + 1


def test_a_ring_of_merged_reports_is_walked_once(s: Session, town: Town) -> None:
    first, second = whistle(s, town), whistle(s, town)
    first.duplicate_of, second.duplicate_of = second.id, first.id
    s.flush()
    assert (hazards.first_of(s, first), hazards.merged_into(s, first)) == (second, [second])


def test_the_first_reporter_is_the_earliest_whatever_was_merged_into_what(s: Session, town: Town) -> None:
    by_staff = hazards.report(s, town.grid_a, now=NOW, **given(town, source="staff"))
    one, two, three = (whistle(s, town, town.newcomer(s, f"居民{n}")) for n in range(3))
    for other, of in ((one, three), (two, three), (by_staff, three)):
        hazards.mark_duplicate(s, town.post, other.id or 0, of.id or 0, now=NOW)
    assert [merging.first_reporter(s, hazard) for hazard in (by_staff, one, two, three)] == [one] * 4
    merging.unmerge(s, town.post, one.id or 0, now=NOW)
    assert (merging.first_reporter(s, three), merging.first_reporter(s, one)) == (two, one)
    assert merging.first_reporter(s, hazards.report(s, town.grid_a, now=NOW, **given(town, source="staff"))) is None
