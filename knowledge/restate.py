"""Restating: what the case line reads of a concealed report - known words in a fixed order, never the reporter's own.

Who writes in a village is known by a turn of phrase, a rare word or a slip. So only words of `restate.toml` pass, in
its order, with small numbers of what can be counted; names, telephone numbers and everything else stay behind.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from knowledge.grading import kind_of, kinds_in, severity_of
from knowledge.kinds import KINDS, SEVERITIES
from knowledge.signs import Sentence
from knowledge.whereabouts import LONGEST, place_in
from knowledge.words import clean, normalise

NOTHING = "原话里没有可以转述的词，请到现场看。"
SOMEWHERE = "没有说清，请到现场找"
_DIGITS = "一二三四五六七八九"
_NUMERAL = "0-9零〇百千万几两" + _DIGITS + "十"
_NUMBER = rf"(?<![{_NUMERAL}.])([0-9]{{1,2}}|[{_DIGITS[1:]}]?十[{_DIGITS}]?|[两{_DIGITS}])"
_FLOOR = re.compile(_NUMBER + r"(?:楼|层)(?!梯|道)")
_COUNT = re.compile(_NUMBER + r"(辆|瓶|罐|桶|箱|处|户|人|米)")
_COUNTERS = "辆瓶罐桶箱处户人米"
_LONG_NUMBER = re.compile(rf"[0-9零〇{_DIGITS}幺两][0-9零〇{_DIGITS}幺两 \-]{{4,}}")
_CLAUSE = re.compile(r"[^\s,.。;!?:、，；！？：]+")
_HERE_AM_I = re.compile(r"我(?:叫|是|姓)?\w{0,4}?(?:住在?|在|家|屋)")
_ONESELF = re.compile(r"我(?!们)|咱|俺|本人|姓名|名字|电话|手机|微信|联系|@")


def restate(text: str, kind: str | None = None, severity: str | None = None) -> str:
    """What `text` tells, in known words; "" for nothing said. `kind` and `severity` are what stands above it anyway.

    Other kinds and a graver sound come first, then the words, the floors and the counts.
    """
    said = normalise(text)
    if not said:
        return ""
    # Of who they are and where they live, nothing passes: 我是婆婆, 我住三楼.
    of_others = " ".join(clause for clause in _CLAUSE.findall(said) if not _ONESELF.search(clause))
    counted = (("楼层", _floors(of_others)), ("数量", _counts(of_others)))
    parts = (("还像是", _others(said, kind, severity)), ("说到", _words(said, of_others)), *counted)
    told = "；".join(f"{label}：{'、'.join(words)}" for label, words in parts if words)
    return told or NOTHING


def restate_place(text: str) -> str:
    """Where it is, as the case line reads it: without telephone numbers and what somebody says of themselves."""
    said = clean(text)
    if len(said) <= LONGEST and not _ONESELF.search(said) and not _LONG_NUMBER.search(said):
        return said
    plain = _HERE_AM_I.sub("", _LONG_NUMBER.sub(" ", said))
    clauses = [clause for clause in _CLAUSE.findall(plain) if not _ONESELF.search(clause)]
    return place_in(" ".join(clauses)) or (clauses[0][:LONGEST] if clauses else SOMEWHERE)


def vocabulary() -> list[str]:
    """Every word that can ever stand in what `restate` returns as said, in the order in which they stand there."""
    return list(_ways())


def _others(said: str, kind: str | None, severity: str | None) -> list[str]:
    names = [KINDS[code].name for code in sorted(kinds_in(Sentence(said))) if code != kind]
    main = kind_of(said) or kind
    is_graver = main is not None and severity != "urgent" and severity_of(main, said) == "urgent"
    return [*names, SEVERITIES["urgent"]] if is_graver else names


def _words(said: str, of_others: str) -> list[str]:
    return [word for word, (way, is_who) in _ways().items() if way.search(of_others if is_who else said)]


def _floors(said: str) -> list[str]:
    return [str(n) for n in sorted({_value(found) for found in _FLOOR.findall(said)})]


def _counts(said: str) -> list[str]:
    found = {(_COUNTERS.index(counter), _value(number)) for number, counter in _COUNT.findall(said)}
    return [f"{number} {_COUNTERS[counter]}" for counter, number in sorted(found)]


def _value(written: str) -> int:
    if written.isdigit():
        return int(written)
    if written == "两":
        return 2
    tens, ten, ones = written.rpartition("十")
    high = (_DIGITS.index(tens) + 1 if tens else 1) if ten else 0
    return 10 * high + (_DIGITS.index(ones) + 1 if ones else 0)


@cache
def _ways() -> dict[str, tuple[re.Pattern[str], bool]]:
    """Word -> how it is said, and whether it is a word for people."""
    groups = tomllib.loads(Path(__file__).with_name("restate.toml").read_text(encoding="utf-8"))
    return {word: (re.compile(way), name == "who") for name, group in groups.items() for word, way in group.items()}
