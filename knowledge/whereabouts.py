"""Where: the place named in a sentence, in the speaker's own words (菜市场后门, 新院子村五组, 李家院子).

A place is the longest run of units: names of the township, village, group, street, number, courtyard, shop, floor, and
the words that say where beside it. What only says which part of a building (楼梯间, 厨房) is left out. The wordings
are in `places.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.words import clean

LONGEST = 24  # of a place
LONGEST_NAME, SHORTEST_NAME = 10, 3  # of a name that nothing but its position shows to be one
_CLAUSE = re.compile(r"[^\s,.。;!?:、()…'\"“”]+")
_GAP = re.compile(r"(?<=[^\W\d]) (?=\d)|(?<=\d) (?=[^\W\d])")  # 3 号楼
_NOT_IN_NAMES = (
    "的了在是被把有我你他她它们去到从给请和跟及看见说查巡报没不很还就也会要能让个些那这哪吗呢吧啊嘛哦"
    "堵堆锁停燃冒着漏喊又问焊烧充搭拿带背做提往塞"
)
_NAME = rf"(?:和(?=[平谐睦美兴])|[^\W_{_NOT_IN_NAMES}])"
_NUMBERED = r"[0-9一二三四五六七八九十]+(?:组|社|队|栋|幢|号楼|单元)"


@dataclass(frozen=True)
class _Wordings:
    run: str
    alone: re.Pattern[str]
    natural: re.Pattern[str]
    preposed: re.Pattern[str]
    details: re.Pattern[str]
    ending: re.Pattern[str]
    function: re.Pattern[str]
    lead: re.Pattern[str]
    talk: re.Pattern[str]
    unlike_name: re.Pattern[str]
    wild: re.Pattern[str]
    nowhere: re.Pattern[str]


def place_in(text: str, *, allow_wild: bool = False, known: Collection[str] = ()) -> str | None:
    """The most telling place named in `text`, as written there.

    `known` are names that exist in the town (places, villages, groups): they are found first and wherever they stand.
    `allow_wild` accepts bare 坡上, 山上 for fires.
    """
    said = _GAP.sub("", clean(text))
    names = (_GAP.sub("", name) for name in known)
    heard = sorted((name for name in names if len(name) > 1 and name in said), key=len, reverse=True)
    found = list(_candidates(said, heard))
    if found:
        return max(found, key=lambda candidate: _worth(candidate[0], candidate[1], heard))[0]
    wild = _wordings().wild.search(said) if allow_wild else None
    return wild[0] if wild else None


def _candidates(said: str, known: list[str]) -> Iterator[tuple[str, bool]]:
    """Every place that is named, and whether somebody set it apart as one."""
    say = _wordings()
    run = _run(tuple(known))
    clauses = [say.lead.sub("", clause[0]) for clause in _CLAUSE.finditer(said)]
    for n, clause in enumerate(clauses):
        is_edge = len(clauses) > 1 and n in (0, len(clauses) - 1)
        if _is_stated(clause):
            yield from ((place, bool(say.ending.search(place))) for place in _tidy(clause, known, is_edge=is_edge))
        for pattern in (run, say.preposed):
            yield from ((place, False) for match in pattern.finditer(clause) for place in _tidy(match[0], known))


def _is_stated(clause: str) -> bool:
    """A clause that is nothing but a place: 双河口; 松树坪四组何家; at the edge of a message also one like 靓点烫染."""
    say = _wordings()
    if say.natural.fullmatch(clause):
        return True
    return len(clause) <= LONGEST and not say.talk.search(clause)


def _tidy(written: str, known: list[str], *, is_edge: bool = False) -> Iterator[str]:
    """The place without what only leads to it or says which part of it; nothing when it is none."""
    say = _wordings()
    place = _from_known(say.lead.sub("", written), known)
    if not place.endswith(tuple(known)):
        place = say.function.sub("", place)
    if any(name in place for name in known) or say.alone.fullmatch(place):
        yield place
    elif 2 <= len(place) <= LONGEST and not say.nowhere.fullmatch(place):
        is_name = is_edge and SHORTEST_NAME <= len(place) <= LONGEST_NAME and not say.unlike_name.search(place)
        if is_name or say.ending.search(place):
            yield place


def _from_known(place: str, known: list[str]) -> str:
    """Drop what stands before the first known name, unless that is a place too."""
    start = min((place.index(name) for name in known if name in place), default=0)
    before = place[:start]
    return place if _run(()).fullmatch(before) else place[start:]


def _worth(place: str, is_stated: bool, known: list[str]) -> float:
    """A known name first, then what was set apart, has a name of its own, and is detailed."""
    say = _wordings()
    details = len(say.details.findall(place))
    named = bool(say.ending.search(place)) and not say.alone.fullmatch(place)
    return 100 * any(name in place for name in known) + 4 * is_stated + 4 * named + 2 * details + len(place)


def _run(known: tuple[str, ...]) -> re.Pattern[str]:
    names = "".join(f"{re.escape(name)}|" for name in known)
    return re.compile(_wordings().run.replace("KNOWN|", names))


@cache
def _wordings() -> _Wordings:
    lists = tomllib.loads(Path(__file__).with_name("places.toml").read_text(encoding="utf-8"))
    ways = {name: f"(?:{'|'.join(way)})".replace("NAME", _NAME) for name, way in lists.items()}
    before_group = r"(?=[0-9一二三四五六七八九十]+[组社队]|[^\W]{1,2}家)"
    unit = (
        rf"(?:{_NAME}{{0,6}}?{ways['alone']}|{_NAME}{{1,6}}?{ways['named']}|"
        rf"{_NAME}{{1,3}}{ways['natural']}{before_group})"
    )
    return _Wordings(
        run=rf"(?:(?:KNOWN|{unit})+|{_NUMBERED})(?:{ways['detail']}|{unit})*",
        alone=re.compile(rf"{ways['alone']}{ways['detail']}*"),
        natural=re.compile(rf"{_NAME}{{1,4}}{ways['natural']}{ways['detail']}*"),
        preposed=re.compile(rf"(?<=[从在到往])(?!这|那){_NAME}{{1,3}}{ways['natural']}(?=[进有上的里头这那]|$)"),
        details=re.compile(ways["detail"]),
        ending=re.compile(
            rf"(?:{ways['alone']}|{_NAME}(?:{ways['named']}|{ways['natural']})|{_NAME}{{2}}{ways['endings']}|{_NUMBERED})"
            rf"{ways['detail']}*$"
        ),
        function=re.compile(rf"{ways['function']}+$"),
        lead=re.compile(rf"^{ways['lead']}+"),
        talk=re.compile(ways["talk"]),
        unlike_name=re.compile(ways["unlike_name"]),
        wild=re.compile(ways["wild"]),
        nowhere=re.compile(ways["nowhere"]),
    )
