"""What visits leave: pictures go first, then words; outcomes, counts, scores stay, and a pass comes to an end."""

from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from models import assets, patrol_corrections, patrols, retention, visit_retention
from models.assets import AssetEvent
from models.enterprises import Enterprise, Problem, SupervisionNote
from models.patrol_corrections import PatrolCorrection
from models.patrols import DONE, Checklist, Patrol, PatrolItem
from models.places import Place
from models.rules import rules_of
from models.visit_letters import VisitLetter
from tests.models.conftest import NOW, Town

DAY = timedelta(days=1)
SEEN = [["photo", "file", "unique"]]
LIST = Checklist(name="餐饮", version="1", items=[
    {"key": f"c-{n}", "text": f"第{n}项", "severity": "ordinary", "kind": "A09"} for n in range(3)
])  # fmt: skip


@pytest.fixture
def patrol(s: Session, town: Town) -> Patrol:
    """A patrol with a picture before and after, corrected once; a letter and a service with pictures."""
    shop = Place(code="zj", name="张记面馆", kind="catering", created_at=NOW, area_id=town.id_of("east-1"),
                 area_path=town.areas["east-1"].path)  # fmt: skip
    s.add(shop)
    s.flush()
    number = shop.id or 0
    found = {"key": "c-1", "note": "某人说改", "media": SEEN, "after": SEEN, "fixed": True}
    made = patrols.log(s, town.grid_a, number, outcome=DONE, checklist=LIST, failures=[found], note="某人在", now=NOW)
    patrol_corrections.correct(s, town.grid_a, made.id or 0, outcome=DONE, failures=[found], note='"media": [[ 改了',
                               reason="某人说错了", version=1, now=NOW)  # fmt: skip
    s.add(VisitLetter(place_id=number, year=2026, number=1, by_id=town.post.id, at=NOW, again_on=NOW.date(),
                      media=SEEN))  # fmt: skip
    thing = assets.add(s, town.post, number, assets.Told("powder", NOW.date()), now=NOW)
    s.add(AssetEvent(asset_id=thing.id or 0, act="service", who_id=town.post.id, done_on=NOW.date(), at=NOW,
                     media=SEEN))  # fmt: skip
    s.flush()
    return made


def rows(s: Session) -> tuple[PatrolItem, PatrolCorrection, VisitLetter, list[AssetEvent]]:
    """Read everything anew."""
    s.expire_all()
    item, correction, letter = (s.exec(select(m)).one() for m in (PatrolItem, PatrolCorrection, VisitLetter))
    return item, correction, letter, list(s.exec(select(AssetEvent)))


def test_pictures_go_first_then_words_and_the_figures_stay(s: Session, patrol: Patrol) -> None:
    rules = rules_of(s)
    assert retention.purge(s, now=NOW + (rules.keep_media_days - 1) * DAY) == 0
    after = NOW + (rules.keep_media_days + 1) * DAY
    assert [retention.purge(s, now=after), retention.purge(s, now=after)] == [4, 0]
    item, correction, letter, events = rows(s)
    assert (item.media, item.after, letter.media, [event.media for event in events]) == ([], [], [], [[], []])
    (line,) = correction.before["items"]
    assert (line["media"], line["after"], line["note"], item.note) == ([], [], "某人说改", "某人说改")
    assert (correction.reason, correction.before["note"], patrol.note) == ("某人说错了", "某人在", '"media": [[ 改了')
    assert retention.purge(s, now=NOW + (rules.keep_ended_days - 1) * DAY) == 0
    ended = NOW + (rules.keep_ended_days + 1) * DAY
    assert [retention.purge(s, now=ended), retention.purge(s, now=ended)] == [3, 0]
    item, correction, _, _ = rows(s)
    (line,) = correction.before["items"]
    assert (item.note, patrol.note, correction.reason, correction.before["note"], line["note"]) == ("",) * 5
    assert (patrol.outcome, patrol.failed, patrol.score, item.result, line["result"]) == (DONE, 1, patrol.score,
                                                                                          "fixed", "fixed")  # fmt: skip
    assert patrol.score is not None
    assert correction.before["score"] == patrol.score


def test_a_pass_is_small_and_the_next_goes_on(
    s: Session, patrol: Patrol, monkeypatch: pytest.MonkeyPatch
) -> None:
    s.add_all(PatrolItem(patrol_id=patrol.id or 0, key=f"x-{n}", text="项", result="na", media=SEEN) for n in range(4))
    s.flush()
    monkeypatch.setattr(visit_retention, "A_PASS", 2)
    after = NOW + 400 * DAY
    assert [visit_retention.end_pictures(s, after) for _ in range(4)] == [5, 2, 1, 0]


def test_a_plan_whose_words_have_gone_is_not_opened_again(s: Session, town: Town, patrol: Patrol) -> None:
    number, opened = patrol.place_id, []
    s.add(Enterprise(place_id=number, fields={}, opened_at=NOW, changed_at=NOW, closed_at=NOW))
    s.flush()
    s.add(Problem(place_id=number, number=1, problem="堵", severity="serious", owner="某人", opened_at=NOW))
    s.add(SupervisionNote(place_id=number, who_id=town.post.id, at=NOW, act="noted", note="某人说改"))
    s.flush()
    long_after = NOW + 2000 * DAY
    while retention.purge(s, now=long_after):
        pass
    s.expire_all()
    assert (s.exec(select(Problem)).one().owner, s.exec(select(SupervisionNote)).one().note) == ("", "")
    s.expire_all()
    event.listen(Enterprise, "load", lambda found, _: opened.append(found))
    assert (retention.purge(s, now=long_after), opened) == (0, [])
    plan = s.get_one(Enterprise, number)
    assert plan.version == retention.GONE
    plan.closed_at = None
    s.flush()
    assert plan.version == retention.GONE + 1, "it can be written anew"
