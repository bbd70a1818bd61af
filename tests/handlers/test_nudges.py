"""Forms that were begun and left: recalled once, kept a week, and never lost to a word said in between."""

from sqlmodel import select

from models import drafts
from models.drafts import Draft
from tests.handlers.pushing import NEXT, at, broadcast, fill, opened


async def half(who) -> None:
    """Begin a tip and stop after its title."""
    await who.says("/push")
    await who.presses("✍ 写一条")
    await who.says("天干物燥")


async def test_a_form_that_only_lacks_the_last_tap_is_recalled_after_three_minutes_and_once(town):
    post = town.somebody("李干事")
    await fill(post)
    await town.passes(minutes=2)
    assert not post.sees("还没有提交")
    await town.passes(minutes=2)
    assert post.sees("您的《发布提示》已经填好，但还没有提交")
    await town.passes(hours=1)
    assert sum("还没有提交" in text for text in post.texts) == 1
    await post.presses("接着填")
    assert post.sees("请核对")


async def test_a_half_filled_form_is_recalled_after_ten_minutes(town):
    post = town.somebody("李干事")
    await half(post)
    await town.passes(minutes=9)
    assert not post.sees("填到一半")
    await town.passes(minutes=2)
    assert post.sees("您有一份填到一半的《发布提示》")


async def test_the_old_card_of_a_recalled_form_still_works(town):
    post = town.somebody("李干事")
    await fill(post, "天干物燥")
    await town.passes(minutes=4)
    await post.presses(NEXT)
    assert (broadcast(town).title, broadcast(town).stage) == ("天干物燥", "draft")


async def test_who_went_on_meanwhile_is_not_recalled_in_the_morning(town):
    post = town.somebody("李干事")
    town.clock.advance(at(23, 22, 0) - town.clock.now())
    await half(post)
    await town.passes(minutes=15)
    assert not post.sees("填到一半")
    await post.says("火源要管好。")
    await town.until(at(24, 7, 30))
    assert not post.sees("您的《发布提示》")


async def test_forms_that_were_left_for_a_week_are_removed(town):
    post = town.somebody("李干事")
    await fill(post)
    await town.passes(days=8)
    assert town.read(lambda s: s.exec(select(Draft)).all()) == []
    assert town.read(drafts.parked, post.actor.id, post.phone.id) is None


async def test_who_unsubscribes_in_the_middle_of_a_form_keeps_the_form(town):
    (post,) = await opened(town, "李干事")
    await half(post)
    await post.says("退订")
    assert "不再发消防提示" in post.last
    await post.says("火源要管好。")
    assert "要配一张照片就发来" in post.last
    await post.presses("跳过")
    assert "请核对" in post.last
