"""The editor's list: what people ask without getting an answer, and article files that are wrong."""

from pathlib import Path

import pytest

from knowledge import shelf
from models import misses


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The town's own folder of articles."""
    folder = tmp_path / "articles"
    folder.mkdir()
    monkeypatch.setattr(shelf, "LOOK_SECONDS", 0.0)
    shelf.use(folder)
    yield folder
    shelf.use(None)


async def test_what_is_asked_often_stands_first_and_without_people(town):
    for words in ("充电桩 收费 多少", "充电桩 收费", "收费 充电桩 哪里", "烟囱 油垢"):
        town.read(misses.note_miss, words, now=town.clock.now())
    town.read(misses.note_miss, "", article_id="gas-hose", remark="没说多久换", now=town.clock.now())
    li = town.somebody("李干事")
    await li.says("/gaps")
    assert "充电桩 收费（3 次）" in li.last
    assert "《" in li.last
    assert "没说多久换" in li.last


async def test_without_misses_it_says_so(town):
    li = town.somebody("李干事")
    await li.says("没答上的问题")
    assert "没有反复答不上的问题" in li.last


async def test_residents_do_not_see_the_list(town):
    granny = town.somebody("王婆婆")
    await granny.says("/gaps")
    assert "不在您的职责范围内" in granny.last


async def test_a_wrong_file_is_told_to_the_editors_once_a_day_and_in_the_list(town, own):
    li, granny = town.somebody("李干事"), town.somebody("王婆婆")
    for who in (li, granny):
        await who.says("/start")
    shelf.current()
    (own / "broken.md").write_text("没有文件头", encoding="utf-8")
    shelf.current()
    await town.passes(minutes=1)
    await town.passes(minutes=1)
    assert sum("文章文件有问题" in text for text in li.texts) == 1
    assert not any("文章文件有问题" in text for text in granny.texts)
    await li.says("/gaps")
    assert "broken.md" in li.last


async def test_a_file_that_was_mended_before_the_notice_went_out_is_not_mentioned(town, own):
    li = town.somebody("李干事")
    await li.says("/start")
    shelf.current()
    (own / "broken.md").write_text("没有文件头", encoding="utf-8")
    shelf.current()
    (own / "broken.md").unlink()
    shelf.current()
    await town.passes(minutes=1)
    assert not any("文章文件有问题" in text for text in li.texts)
