"""The library: articles and emergency cards, read from `articles/*.md` and checked before anybody is advised by them.

An article is plain text of at most 900 characters under a TOML head between `+++` lines. It promises no money and
threatens nobody with the township: a penalty is only ever "可依法处罚" with its article of law.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

ARTICLES = Path(__file__).with_name("articles")
BODY_LIMIT = 900
TIP_LIMIT = 140
TITLE_LIMIT = 30

TOPICS = {
    "ebike": "电动自行车",
    "gas": "燃气液化气",
    "electric": "用电",
    "kitchen": "厨房用火",
    "heating": "取暖熏肉",
    "forest": "森林防火",
    "straw": "秸秆柴草",
    "fireworks": "烟花爆竹",
    "exits": "通道逃生",
    "equipment": "消防器材",
    "hotwork": "电焊动火",
    "places": "场所管理",
    "vehicle": "车辆出行",
    "children": "孩子安全",
    "elderly": "老人独居",
    "aid": "受伤急救",
    "basics": "消防常识",
    "law": "法律责任",
    "township": "镇村消防",
    "whistle": "吹哨举报",
}

_MONEY = re.compile(r"[\d一二三四五六七八九十百千万两]+\s*(?:元|块钱)|奖励?[\d一二三四五六七八九十]+|必有奖")
_TOWN_PUNISHES = re.compile(r"镇(?:政府|里)?.{0,2}(?:会|要|可以|将)?罚|罚款")
_SOURCE = re.compile(r"第\d+|(?:GB|GA|XF|DB)\S*\s?\d+|《[^》]+》|〔\d{4}〕")
_PENALTY = re.compile(r"处罚")
_LAW = re.compile(r"第\d+(?:[、条至]|条)|《[^》]+》|执法权")


@dataclass(frozen=True)
class Article:
    """One thing worth knowing, as it is shown; `tip` is its short form for a broadcast."""

    id: str
    title: str
    topic: str
    questions: tuple[str, ...]
    keywords: tuple[str, ...]
    audience: tuple[str, ...]
    source: str
    reviewed: date
    tip: str
    body: str
    season: tuple[int, ...] = ()
    emergency: bool = False


@dataclass(frozen=True)
class Library:
    """All articles, in the order of their ids."""

    articles: tuple[Article, ...]

    def find(self, article_id: str) -> Article | None:
        """The article of that id, or none."""
        return next((article for article in self.articles if article.id == article_id), None)

    def by_id(self, article_id: str) -> Article:
        """The article of that id. Raises KeyError when there is none."""
        found = self.find(article_id)
        if found is None:
            raise KeyError(article_id)
        return found

    def tips_for(self, month: int) -> tuple[Article, ...]:
        """What may be broadcast in `month` (1-12): articles of that season first, then those of every season."""
        tips = [article for article in self.articles if not article.emergency]
        of_season = [article for article in tips if month in article.season]
        return (*of_season, *(article for article in tips if not article.season))

    def problems(self) -> list[str]:
        """Everything an editor has to mend, each as `id: what`; empty when the library is fit to be published."""
        counts = Counter(article.id for article in self.articles)
        twice = [f"{article_id}: 编号重复" for article_id, count in counts.items() if count > 1]
        return twice + [f"{article.id}: {problem}" for article in self.articles for problem in problems_of(article)]


def load(folder: Path = ARTICLES) -> Library:
    """Read every `*.md` of `folder`. Raises ValueError naming the file when a head is missing or malformed."""
    return Library(tuple(read(path) for path in sorted(folder.glob("*.md"))))


def read(path: Path) -> Article:
    """Read one article. Raises ValueError naming the file when its head is missing or malformed."""
    try:
        _, head, body = path.read_text(encoding="utf-8").split("+++\n", 2)
        facts: dict[str, Any] = tomllib.loads(head)
        for key, value in facts.items():
            facts[key] = tuple(value) if isinstance(value, list) else value
        return Article(body=body.strip(), **facts)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path.name}: 文件头写得不对({error})") from error


def problems_of(article: Article) -> Iterator[str]:
    """What keeps this one article from being published."""
    if article.topic not in TOPICS:
        yield f"没有「{article.topic}」这个话题"
    if not _SOURCE.search(article.source):
        yield "来源要写明：哪部法第几条、标准号，或者《文件名》"
    if not article.tip:
        yield "没有宣传短句 tip"
    if not 4 <= len(article.questions) <= 14:
        yield f"问法要 4 到 14 条,现有 {len(article.questions)} 条"
    if not set(article.season) <= set(range(1, 13)):
        yield "season 要写 1 到 12 月"
    for part, limit in (("title", TITLE_LIMIT), ("tip", TIP_LIMIT), ("body", BODY_LIMIT)):
        if len(getattr(article, part)) > limit:
            yield f"{part} 超过 {limit} 字"
    yield from _wording_problems(article)


def names_money(text: str) -> bool:
    """Whether a sum or the promise of a reward is named, which only the town itself may do."""
    return bool(_MONEY.search(text))


def _wording_problems(article: Article) -> Iterator[str]:
    for line in (article.title, article.tip, *article.body.splitlines()):
        if names_money(line):
            yield f"不能写金额或许诺奖励:{line}"
        if _TOWN_PUNISHES.search(line):
            yield f"不能说镇里罚款:{line}"
    for line in article.body.splitlines():
        if _PENALTY.search(line) and not _LAW.search(line):
            yield f"说到处罚要写明条文:{line}"
