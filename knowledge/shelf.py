"""The shelf: the library and its index in use, exchanged together when an editor has changed an article file.

Articles that come with the bot can be replaced, one by one, or added to by files in the town's own folder. A file that
does not pass the check is not taken: its article stays as it was, and `trouble()` says what to mend.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from knowledge.library import ARTICLES, Article, Library, load, problems_of, read
from knowledge.search import Searcher
from knowledge.words import tokens

LOOK_SECONDS = 5.0

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Shelf:
    """One state of the files: its articles, their index, how the files looked, and which were not taken and why."""

    library: Library
    searcher: Searcher
    stamp: Stamp
    trouble: tuple[str, ...]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word that titles, keywords and questions use."""
        said = (part for a in self.library.articles for part in (a.title, *a.keywords, *a.questions))
        return frozenset(word for part in said for word in tokens(part))


_lock = threading.Lock()
_own: Path | None = None
_shelf: Shelf | None = None
_looked = 0.0


def use(folder: Path | None) -> None:
    """Take the town's own articles from `folder` (it need not exist), or only those that come with the bot."""
    global _own, _shelf
    with _lock:
        _own, _shelf = folder, None


def current() -> Shelf:
    """The shelf as the files are now, looked at again every few seconds. Raises ValueError when none can be read."""
    global _shelf, _looked
    if _shelf is not None and time.monotonic() - _looked < LOOK_SECONDS:
        return _shelf
    with _lock:
        try:
            files = _files()
            stamp = _stamp(files)
            if _shelf is None or stamp != _shelf.stamp:
                _shelf = _stocked(_shelf, files, stamp)
        except OSError as error:  # an unreadable folder, a file gone between two looks
            kept = _shelf or _stocked(None, [], ())
            _shelf = replace(kept, stamp=(), trouble=(f"{error.filename or ''}: {error.strerror}",))
        _looked = time.monotonic()
        return _shelf


def trouble() -> tuple[str, ...]:
    """What is wrong with files that were therefore not taken; empty when all is well."""
    return current().trouble


def _stocked(old: Shelf | None, files: list[Path], stamp: Stamp) -> Shelf:
    """A shelf of every file that is fit, and of the last fit state of every other."""
    last = {article.id: article for article in (old.library if old else load(ARTICLES)).articles}
    articles: dict[str, Article] = {} if files else dict(last)
    wrong: list[str] = []
    for path in files:
        article, problems = _checked(path)
        wrong += problems
        kept = last.get(article.id if article else path.stem) if problems else article
        if kept is not None:
            articles[kept.id] = kept
    library = Library(tuple(articles[article_id] for article_id in sorted(articles)))
    return Shelf(library, Searcher(library), stamp, tuple(wrong))


def _checked(path: Path) -> tuple[Article | None, list[str]]:
    try:
        article = read(path)
    except (ValueError, OSError) as error:
        return None, [str(error)]
    return article, [f"{path.name}: {problem}" for problem in problems_of(article)]


def _files() -> list[Path]:
    """Every article file; the town's own come last, so that they take the place of those with the same id.

    An editor's own traces (names that begin with a dot) are none. Raises OSError when a folder cannot be read.
    """
    folders = (ARTICLES, *([_own] if _own is not None and _own.is_dir() else []))
    named = (folder / name for folder in folders for name in sorted(os.listdir(folder)))
    return [path for path in named if path.suffix == ".md" and not path.name.startswith(".")]


def _stamp(files: list[Path]) -> Stamp:
    return tuple((str(file), (kept := file.stat()).st_mtime_ns, kept.st_size) for file in files)
