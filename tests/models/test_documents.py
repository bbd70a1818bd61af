"""Papers of a case: numbers without gaps, the ground for each, and no word of a report on any of them."""

from datetime import datetime

import pytest
from sqlmodel import Session, select

from models import documents, hazards
from models.base import Refused
from models.counters import Counter
from models.documents import NOTICE, RECHECK, REFERRAL, Document
from models.hazards import Hazard, Media
from models.referrals import Referral
from tests.models.conftest import Town

PHOTO = [Media("photo", "f", "u")]
ON_IT = {"basis": "《消防法》第28条", "unit": "张记面馆", "address": "正街12号", "facts": "后门堵住"}
SECRET = "我就住隔壁三楼看得清清楚楚"


def case(s: Session, town: Town, now: datetime) -> Hazard:
    """Return a confirmed case that was reported in confidence."""
    hazard = hazards.report(
        s, town.resident, kind="A01", severity="serious", place_text="后门", detail=SECRET,
        area_id=town.id_of("east-1"), told="说到：后门", now=now,
    )  # fmt: skip
    hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=now)
    hazards.confirm(s, town.grid_a, hazard.id or 0, note="后门确实堵了", now=now)
    return hazard


def test_numbers_of_a_year_have_no_gaps_and_start_anew(s: Session, town: Town, now: datetime) -> None:
    made = [documents.issue(s, town.post, case(s, town, now).id or 0, NOTICE, now=now, **ON_IT) for _ in range(3)]
    assert [(d.year, d.number) for d in made] == [(2026, 1), (2026, 2), (2026, 3)]
    later = now.replace(year=2027)
    again = documents.issue(s, town.post, case(s, town, later).id or 0, NOTICE, now=later, **ON_IT)
    assert (again.year, again.number) == (2027, 1)


def test_a_number_of_a_paper_that_came_to_nothing_is_given_again(s: Session, town: Town, now: datetime) -> None:
    hazard = case(s, town, now)
    s.commit()
    documents.issue(s, town.post, hazard.id or 0, NOTICE, now=now, **ON_IT)
    s.rollback()
    assert documents.issue(s, town.post, hazard.id or 0, NOTICE, now=now, **ON_IT).number == 1


def test_the_same_paper_twice_is_one_number_and_other_words_are_another(s: Session, town: Town, now: datetime) -> None:
    hazard = case(s, town, now)
    first, second = (documents.issue(s, town.post, hazard.id or 0, NOTICE, now=now, **ON_IT) for _ in range(2))
    other = documents.issue(s, town.post, hazard.id or 0, NOTICE, now=now, **{**ON_IT, "facts": "后门焊死"})
    assert first.id == second.id
    assert other.number == 2
    assert s.get_one(Counter, ("paper.notice", 2026)).value == 2


def test_each_kind_has_its_ground(s: Session, town: Town, now: datetime) -> None:
    hazard = case(s, town, now)
    key = hazard.id or 0
    assert documents.may_issue(s, hazard) == [NOTICE]
    for kind, told in ((RECHECK, "复查"), (REFERRAL, "移送")):
        with pytest.raises(Refused, match=told):
            documents.issue(s, town.post, key, kind, now=now, **ON_IT)
    notice = documents.issue(s, town.post, key, NOTICE, now=now, **ON_IT)
    hazards.rectified(s, town.grid_a, key, media=PHOTO, now=now)
    hazards.recheck(s, town.post, key, passed=False, note="没清完", now=now)
    assert documents.may_issue(s, hazard) == [NOTICE, RECHECK]
    looked = documents.issue(s, town.post, key, RECHECK, now=now, **ON_IT)
    assert looked.fields["notice"] == [notice.year, notice.number]
    assert (looked.fields["passed"], looked.fields["note"]) == (False, "没清完")
    assert looked.fields["due_on"]


def test_a_letter_of_referral_carries_authority_and_reason(s: Session, town: Town, now: datetime) -> None:
    hazard = case(s, town, now)
    hazards.refer(s, town.post, hazard.id or 0, to="县消防救援机构", note="超出权限", now=now)
    s.flush()
    if s.exec(select(Referral)).first() is None:
        s.add(Referral(hazard_id=hazard.id or 0, authority="县消防救援机构", reason="超出权限", sent_by=town.post.id,
                       sent_at=now))  # fmt: skip
    made = documents.issue(s, town.post, hazard.id or 0, REFERRAL, now=now, **ON_IT)
    assert (made.fields["authority"], made.fields["reason"]) == ("县消防救援机构", "超出权限")


def test_no_paper_knows_a_word_of_the_report(s: Session, town: Town, now: datetime) -> None:
    hazard = case(s, town, now)
    documents.issue(s, town.post, hazard.id or 0, NOTICE, now=now, **ON_IT)
    s.flush()
    for made in s.exec(select(Document)):
        assert SECRET not in str(made.fields)
        assert "说到" not in str(made.fields)


def test_who_may_not_write_or_see_a_paper_is_refused(s: Session, town: Town, now: datetime) -> None:
    hazard = case(s, town, now)
    made = documents.issue(s, town.post, hazard.id or 0, NOTICE, now=now, **ON_IT)
    for who in (town.resident, town.grid_b):
        with pytest.raises(Refused):
            documents.issue(s, who, hazard.id or 0, NOTICE, now=now, **ON_IT)
        with pytest.raises(Refused):
            documents.document(s, who, made.id or 0)
    with pytest.raises(Refused):
        documents.document(s, town.post, 999)


@pytest.mark.parametrize("missing", ["unit", "address", "facts"])
def test_a_paper_without_its_words_is_refused(s: Session, town: Town, now: datetime, missing: str) -> None:
    with pytest.raises(Refused, match="都要写"):
        documents.issue(s, town.post, case(s, town, now).id or 0, NOTICE, now=now, **{**ON_IT, missing: " "})
