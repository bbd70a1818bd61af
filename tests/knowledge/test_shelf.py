"""The shelf: an edited article is there without a restart; a bad one changes nothing but what the editor is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge import shelf
from knowledge.answers import ask, library

ARTICLE = """+++
id = "{id}"
title = "{title}"
topic = "basics"
questions = ["镇上哪里可以领沙桶", "沙桶到哪里领", "领沙桶要带什么", "沙桶怎么领"]
keywords = ["沙桶", "领取", "物资"]
audience = ["居民"]
source = "《示范镇微型消防站管理规定》第3条（虚构）"
reviewed = 2026-11-20
tip = "沙桶到村委会领。"
+++
{body}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A town's own folder of articles, looked at each time."""
    monkeypatch.setattr(shelf, "LOOK_SECONDS", 0.0)
    shelf.use(tmp_path)
    yield tmp_path
    shelf.use(None)


def write(folder: Path, article_id: str = "basics-sand", title: str = "沙桶在哪领", body: str = "到村委会领。") -> None:
    (folder / f"{article_id}.md").write_text(ARTICLE.format(id=article_id, title=title, body=body), encoding="utf-8")


def test_a_new_file_is_found_without_a_restart(folder):
    count = len(library().articles)
    write(folder)
    assert len(library().articles) == count + 1
    assert ask("镇上沙桶到哪里领")["hits"][0]["id"] == "basics-sand"
    assert shelf.trouble() == ()


def test_a_file_of_the_town_takes_the_place_of_the_one_with_the_same_id(folder):
    count = len(library().articles)
    write(folder, "ebike-charging", "本镇充电点在哪里")
    assert len(library().articles) == count
    assert library().by_id("ebike-charging").title == "本镇充电点在哪里"


def test_a_removed_file_is_gone(folder):
    write(folder)
    assert library().by_id("basics-sand")
    (folder / "basics-sand.md").unlink()
    with pytest.raises(KeyError):
        library().by_id("basics-sand")


@pytest.mark.parametrize("body", ["举报一次奖200元", "字" * 901])
def test_what_is_not_fit_to_be_published_is_not_taken_and_the_editor_hears_why(folder, body):
    write(folder)
    before = library()
    write(folder, body=body)
    assert library() == before
    assert any(problem.startswith("basics-sand.md: ") for problem in shelf.trouble())
    write(folder, body="到村委会领，带身份证。")
    assert library().by_id("basics-sand").body == "到村委会领，带身份证。"
    assert not any("basics-sand" in problem for problem in shelf.trouble())


def test_a_file_that_cannot_be_read_is_named_and_does_not_stop_the_others(folder):
    before = library()
    (folder / "broken.md").write_text("没有文件头", encoding="utf-8")
    write(folder)
    assert len(library().articles) == len(before.articles) + 1
    assert any("broken.md" in problem for problem in shelf.trouble())


def test_library_and_index_change_together(folder):
    write(folder)
    shown = shelf.current()
    assert shown.searcher.search("沙桶到哪里领")[0].article in shown.library.articles
    assert "物资" in shown.vocabulary


def test_an_editor_s_own_traces_are_no_articles(folder):
    write(folder)
    (folder / ".#basics-sand.md").symlink_to(folder / "nowhere")
    assert library().by_id("basics-sand")
    assert shelf.trouble() == ()


def test_a_folder_that_cannot_be_read_changes_nothing_but_what_the_editor_hears(folder, monkeypatch):
    write(folder)
    before = library()
    real = shelf.os.listdir

    def forbidden(path):
        if path == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(shelf.os, "listdir", forbidden)
    assert library() == before
    assert "Permission denied" in shelf.trouble()[0]
    monkeypatch.setattr(shelf.os, "listdir", real)
    assert shelf.trouble() == ()
