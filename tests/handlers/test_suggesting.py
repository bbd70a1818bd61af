"""What to talk about next, with the evidence: warnings in force, what was found, market day, feasts, the season."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from handlers.suggesting import suggest
from knowledge.library import Library
from models import hazards
from models.areas import area_by_code
from models.audiences import Segment
from models.broadcasts import Broadcast, Kind, Stage
from tests.handlers.pushing import actor, at, opened


def ideas(town, name: str = "李干事", now: datetime | None = None):
    """What somebody is advised to write about."""
    return town.read(lambda s: suggest(s, actor(s, name), now or town.clock.now()))


def found(s: Session, kind: str, count: int, when: datetime, area: str = "changzhen-1") -> None:
    """Invented hazards of one kind."""
    where = area_by_code(s, area).id
    for n in range(count):
        hazards.report(s, actor(s, "陈大哥"), kind=kind, severity="serious", place_text=f"第 {n} 家", detail="见照片",
                       area_id=where, now=when)  # fmt: skip


async def test_what_was_found_often_lately_comes_first_with_its_count_and_its_change(town):
    now = town.clock.now()
    town.read(found, "A03", 5, now - timedelta(days=3))
    town.read(found, "A03", 2, now - timedelta(days=40))
    town.read(found, "A06", 2, now - timedelta(days=3))
    first = ideas(town)[0]
    assert first.why == "近 30 天发现「电动自行车」隐患 5 起，比前 30 天多 3 起"
    assert not any("燃气" in idea.why for idea in ideas(town)), "two are no reason"


async def test_each_village_hears_of_its_own_hazards_only(town):
    town.read(found, "A03", 5, town.clock.now() - timedelta(hours=1), "qingshi-1")
    assert not any("电动自行车" in idea.why for idea in ideas(town, "周主任"))
    assert any("电动自行车" in idea.why for idea in ideas(town))


async def test_a_warning_in_force_comes_before_everything_until_it_has_run_out(town):
    now = town.clock.now()
    town.read(found, "A03", 5, now - timedelta(hours=1))
    town.read(_warned, now)
    assert ideas(town)[0].why == "大风橙色预警还在有效期"
    assert not any("预警" in idea.why for idea in ideas(town, now=now + timedelta(days=2)))


def _warned(s: Session, now: datetime) -> None:
    s.add(Broadcast(slot_key="w", kind=Kind.WARNING, stage=Stage.DONE, topic="warning-wind", title="大风橙色预警",
                    segment=Segment().to_json(), created_at=now, until=now + timedelta(days=1)))  # fmt: skip


async def test_market_days_feasts_and_the_season_are_reasons(town):
    rules = town.database.rules
    town.database.rules = replace(rules, market_days=(4,), market_by_lunar=False)
    assert ideas(town)[0].why == "明天逢场，人多车多"
    assert ideas(town, now=at(24, 9))[0].why == "今天逢场，人多车多"
    town.database.rules = replace(rules, market_days=())
    assert ideas(town, now=at(28, 9, month=12))[0].why.startswith("冬至刚过")
    assert ideas(town, now=at(20, 9, month=12))[0].why == "冬至（12月22日）还有 2 天"
    assert ideas(town, now=at(10, 9, month=8))[0].why == "森林防火期"
    assert ideas(town)[0].why == "11 月时令"


async def test_at_most_three_each_about_another_topic_and_none_that_was_sent_lately(town):
    first = ideas(town)
    assert len(first) == len({idea.article for idea in first}) == 3
    town.read(_sent, first[0].article, town.clock.now() - timedelta(days=61))
    assert ideas(town) == first, "long ago"
    town.read(_sent, first[0].article, town.clock.now() - timedelta(days=59))
    assert first[0].article not in {idea.article for idea in ideas(town)}


def _sent(s: Session, article: str, now: datetime) -> None:
    s.add(Broadcast(slot_key=now.isoformat(), article_id=article, title="", stage=Stage.DONE, created_at=now))


async def test_the_evidence_stands_on_the_card(town):
    (post,) = await opened(town, "李干事")
    town.read(found, "A03", 5, town.clock.now() - timedelta(hours=1))
    await post.says("发布提示")
    assert post.sees("（近 30 天发现「电动自行车」隐患 5 起")


async def test_an_article_that_has_gone_meanwhile_is_said_to_be_gone(town, monkeypatch):
    (post,) = await opened(town, "李干事")
    await post.says("发布提示")
    idea = next(label for label in post.buttons if label.startswith("💡"))
    monkeypatch.setattr("handlers.composing.library", lambda: Library(()))
    await post.presses(idea)
    assert post.sees("这篇文章已经改了或撤了")
