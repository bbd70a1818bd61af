"""The same words for those without a phone: a script for the loudspeaker, a notice for the wall."""

from bot.render import fonts
from models import broadcasts
from models.audiences import Segment
from models.broadcasts import Broadcast
from models.outbox import notify
from models.people import Can
from tests.fonts import needs_font
from tests.town import Township


async def written(town: Township):
    """Officer Li with a tip that is ready."""
    li = town.somebody("李干事")
    await li.says("/start")
    who, now = li.actor, town.clock.now()
    tip = Broadcast(slot_key="manual|x", title="上坟祭扫怎么防火", text="带鲜花去。", article_id="forest-tomb",
                    segment=Segment(who.paths(Can.BROADCAST)[0]).to_json(), created_at=now)  # fmt: skip
    return li, town.read(lambda s: broadcasts.draft(s, who, tip, now=now).id)


async def asks(town: Township, who, what: str, broadcast: int) -> None:
    town.read(notify, who.actor.id, what, now=town.clock.now(), broadcast=broadcast)
    await town.settle()


async def test_the_script_can_be_copied_and_says_how_long_it_takes(town):
    li, tip = await written(town)
    await asks(town, li, "paper.script", tip)
    assert "示范镇的乡亲们" in li.last
    assert "秒" in li.last


@needs_font
async def test_the_notice_comes_as_a_pdf_with_a_chinese_name(town):
    li, tip = await written(town)
    await asks(town, li, "paper.poster", tip)
    assert li.phone.last.data["document"]["file_name"] == "上坟祭扫怎么防火.pdf"
    assert "A4" in li.last


async def test_without_a_chinese_font_the_officer_is_told_what_to_do(town, monkeypatch, tmp_path):
    li, tip = await written(town)
    monkeypatch.setattr(fonts, "FOLDERS", (tmp_path,))
    fonts.chinese.cache_clear()
    await asks(town, li, "paper.poster", tip)
    fonts.chinese.cache_clear()
    assert "fonts-noto-cjk" in li.last


@needs_font
async def test_a_paper_that_cannot_be_made_is_lost_alone(town, monkeypatch):
    li, tip = await written(town)
    monkeypatch.setattr("bot.render.orders.sys.executable", "/nowhere/python")
    await asks(town, li, "paper.poster", tip)
    assert "没有做成" in li.last
    await asks(town, li, "paper.script", tip)
    assert "示范镇的乡亲们" in li.last
