"""Reading a town file: every problem is told at once, with its place in the file and what to write (SPEC section 5)."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from models.places import KINDS
from models.routing import TABLE
from models.seasons import ordinary_days
from models.town_entries import AreaEntry
from models.townfile import Town, rules

Loc = tuple[int | str, ...]


class BadTown(Exception):
    """The town file cannot be used; the text lists every problem with its place and what to write."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read_town(path: Path) -> Town:
    """Read and check a town file; raise BadTown with every problem at once."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadTown([f"{path.name}：找不到文件。请从示范镇的 town.toml 复制一份再改。"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadTown([f"{path.name}：不是有效的 TOML 文件（{problem}）。请检查这一行的引号和等号。"]) from None
    try:
        town = Town.model_validate(raw)
    except ValidationError as problem:
        raise BadTown([f"{path.name}：{_line(error, raw)}" for error in problem.errors()]) from None
    if dangling := [f"{path.name}：{_where(loc, raw)}：{what}" for loc, what in _dangling(town)]:
        raise BadTown(dangling)
    return town


def _where(loc: Loc, raw: Any) -> str:
    """Say where in the file: [places.3].kind（张记面馆）; entries are counted from one, as people count."""
    steps, names, here = [], [], raw
    for step in loc:
        steps.append(str(step + 1) if isinstance(step, int) else step)
        here = _inside(here, step)
        if isinstance(step, int) and isinstance(here, dict):
            names.append(str(here.get("name") or here.get("title") or here.get("code") or ""))
    *table, key = steps
    place = f"[{'.'.join(table)}].{key}" if table else key
    return place + "".join(f"（{name}）" for name in names if name)


def _inside(here: Any, step: int | str) -> Any:
    if isinstance(here, dict):
        return here.get(step)
    return here[step] if isinstance(here, list) and isinstance(step, int) and step < len(here) else None


WRITE = {
    "missing": "缺少这一项，请补上",
    "extra_forbidden": "不认识这一项，请改正拼写或删掉",
    "string_type": "请写文字，用引号括起来",
    "int_type": "请写整数",
    "int_parsing": "请写整数",
    "float_type": "请写数字",
    "float_parsing": "请写数字",
    "bool_parsing": "请写 true 或 false",
    "bool_type": "请写 true 或 false",
    "time_type": '请写时间，例如 "08:30"',
    "time_parsing": '请写时间，例如 "08:30"',
    "tuple_type": "请写成列表，用方括号括起来",
    "dict_type": "请写成一张表",
    "model_type": "请写成一张表",
    "too_short": "列表里的项太少，请补齐",
    "string_too_short": "不能为空，请填写",
    "string_too_long": "太长了，最多 {max_length} 个字",
    "string_pattern_mismatch": "只能用数字、小写字母和短横线；电话只用数字和短横线",
    "greater_than_equal": "太小了，请写 {ge:g} 或更大的数",
    "less_than_equal": "太大了，请写 {le:g} 或更小的数",
}


def _line(error: ErrorDetails, raw: Any) -> str:
    context = error.get("ctx", {})
    known = str(context["error"]) if error["type"] == "value_error" else WRITE.get(error["type"], error["msg"])
    found = error["input"]
    said = f"现在写的是 {found!r}，" if isinstance(found, str | int | float) and error["type"] != "missing" else ""
    return f"{_where(error['loc'], raw)}：{said}{known.format(**context)}。"


def _dangling(town: Town) -> Iterator[tuple[Loc, str]]:
    """Find names that are used but not defined, codes that are defined twice, and hours that do not fit together."""
    areas = {area.code for area in town.areas}
    posts = {post.code for post in town.posts}
    yield from _parents(town.areas)
    for table in ("areas", "posts", "places", "duties"):
        yield from _twice(table, "code", [entry.code for entry in getattr(town, table)])
    for i, place in enumerate(town.places):
        yield from _unknown(("places", i, "area"), place.area, areas)
    for i, duty in enumerate(town.duties):
        yield from _unknown(("duties", i, "area"), duty.area, areas)
        yield from _unknown(("duties", i, "post"), duty.post, posts | {""})
    yield from _routed(town, posts)
    for kind in town.patrol_days:
        yield from _unknown(("patrol_days", kind), kind, {*KINDS, "default", "high", "low"})
    yield from _seasons(town)
    if not town.hours.quiet_until <= town.push.quiz_at < town.hours.quiet_from:
        yield ("push", "quiz_at"), "每日一题不能在免打扰时段里发，请写在 quiet_until 和 quiet_from 之间。"
    yield from _dangling_people(town, areas, posts)


def _seasons(town: Town) -> Iterator[tuple[Loc, str]]:
    """A season shortens the cycle of at least one of its kinds; otherwise somebody has mixed up the figures."""
    for i, season in enumerate(town.seasons):
        usual = max(ordinary_days(kind, "low", rules(town)) for kind in season.kinds or KINDS)
        if season.days >= usual:
            yield ("seasons", i, "days"), f"平时就是 {usual} 天一次，这一季没有缩短。请写小一点，或者删掉这一条。"


def _routed(town: Town, posts: set[str]) -> Iterator[tuple[Loc, str]]:
    """The kinds, places and posts of the routing exist, and an entry changes something."""
    for i, entry in enumerate(town.routing):
        here: Loc = ("routing", i)
        yield from _unknown((*here, "kind"), entry.kind, set(TABLE))
        yield from _unknown((*here, "place"), entry.place, {*KINDS, ""})
        for key, code in (("lead", entry.lead), ("enforcement", entry.enforcement)):
            yield from _unknown((*here, key), code, posts | {""})
        for n, code in enumerate(entry.call):
            yield from _unknown((*here, "call", n), code, posts)
        if not (entry.lead or entry.enforcement or entry.call):
            yield (*here, "lead"), "这一条没有写交给哪个岗位，请写 lead、enforcement 或 call，或者删掉这一条。"
        if entry.lead and not entry.basis:
            yield (*here, "basis"), "改了主办岗位，请写上依据（哪个文件、哪次会议），办件人员会看到。"


def _dangling_people(town: Town, areas: set[str], posts: set[str]) -> Iterator[tuple[Loc, str]]:
    places = {place.code for place in town.places}
    yield from _twice("demo.people", "telegram_id", [str(person.telegram_id) for person in town.demo.people])
    for i, contact in enumerate(town.demo.contacts):
        yield from _unknown(("demo", "contacts", i, "place"), contact.place, places)
    for i, person in enumerate(town.demo.people):
        here: Loc = ("demo", "people", i)
        yield from _unknown((*here, "area"), person.area, areas | {""})
        for n, held in enumerate(person.roles):
            yield from _unknown((*here, "roles", n, "area"), held.area, areas)
            yield from _unknown((*here, "roles", n, "post"), held.post, posts | {""})
        for n, owned in enumerate(person.owns):
            yield from _unknown((*here, "owns", n), owned, places)


def _parents(areas: tuple[AreaEntry, ...]) -> Iterator[tuple[Loc, str]]:
    """A parent stands above its children in the file, and exactly one area has none."""
    seen: set[str] = set()
    for i, area in enumerate(areas):
        if i == 0 and area.parent:
            yield ("areas", 0, "parent"), "第一个区域是全镇（或全县），不写 parent。请删掉这一行。"
        elif i > 0:
            yield from _unknown(("areas", i, "parent"), area.parent, seen)
        seen.add(area.code)


def _twice(table: str, key: str, values: list[str]) -> Iterator[tuple[Loc, str]]:
    for i, value in enumerate(values):
        if value in values[:i]:
            yield (*table.split("."), i, key), f"{value} 写了两次，请换一个不重复的。"


def _unknown(loc: Loc, value: str, known: set[str]) -> Iterator[tuple[Loc, str]]:
    if value not in known:
        listed = "、".join(sorted(name for name in known if name)) or "（前面还没有写）"
        yield loc, f"现在写的是 {value!r}，文件里没有这个代号，请写其中之一：{listed}。"
