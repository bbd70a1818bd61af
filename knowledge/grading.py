"""Grading: which kind of hazard normalised words tell of, and how grave it is, by the order of DOMAIN 2.1 and 2.2."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from knowledge.kinds import KINDS, PRIORITY, Severity
from knowledge.signs import Rule, Sentence, rule

SPECIAL_GROUP = "A16"
OTHER = "A19"
FIRE_USE = {"A05", "A12", "A13"}

# The behaviour of a lone or disabled person at home is theirs (A16), not one of these; institutions do not count.
_AT_HOME = {"A01", "A04", "A05", "A09", "A13", "A14", "A15"}
_IS_AT_HOME = (rule("special !~institution"), rule("elder !~institution"))
_SHARED_WAY = (rule("楼道|楼梯|过道|走廊"),)

# What a report that fits no rule is probably about: the most telling subject first.
GUESSES: tuple[tuple[str, Rule], ...] = tuple(
    (code, rule(written))
    for code, written in (
        ("A08", "hotwork|cylinder"), ("A06", "gas"), ("A07", "fuel"), ("A12", "forest wild_fire"), ("A02", "lane"),
        ("A03", "ebike"), ("A09", "device"), ("A17", "control_room|演练|培训|验收|消防手续|预案|责任人|台账|执照"),
        ("A10", "workplace sleeping"), ("A01", "inner_way|door"), ("A01", "防盗窗|逃生窗"), ("A04", "wire|appliance"),
        ("A15", "firework"), ("A16", "special"), ("A05", "open_fire|ember"), ("A13", "烧 field_stuff"),
        ("A11", "panel"), ("A14", "tinder"), ("A01", "window"),
    )
)  # fmt: skip

_CROWDED = (rule("crowd"), rule("sleeper ~lodging_trade"))
_FIRE_WEATHER = (rule("fire_weather"),)
_RELAPSE = (rule("relapse"),)


def kind_of(said: str) -> str | None:
    """The code of the gravest hazard named in normalised words, by DOMAIN 2.2's order and its exceptions."""
    named = kinds_in(Sentence(said))
    return named[0] if named else None


def kinds_in(sentence: Sentence) -> list[str]:
    """Every kind named, the one that decides first; the others are tags."""
    named = [code for code in PRIORITY if sentence.says(KINDS[code].signs)]
    if not named:
        return []
    main = _main(named, sentence)
    return [main, *(code for code in named if code != main)]


def severity_of(code: str, said: str) -> Severity:
    """How grave: the kind's own wordings first, then the upgrade of "ordinary" (crowds, sleepers, weather, relapse)."""
    sentence = Sentence(said)
    kind = KINDS[code]
    severity = next((level for level, rules in kind.levels if sentence.says(rules)), kind.severity)
    if severity == "ordinary" and kind.severity == "ordinary" and _is_upgraded(code, sentence):
        return "serious"
    return severity


@cache
def _exceptions() -> tuple[tuple[str, str, Rule], ...]:
    """(winner, over, when): which kind wins over one of higher rank, because the words are about it."""
    entries = tomllib.loads(Path(__file__).with_name("exceptions.toml").read_text(encoding="utf-8"))["exception"]
    return tuple((entry["kind"], entry["over"], rule(entry["when"])) for entry in entries)


def _main(named: list[str], sentence: Sentence) -> str:
    main = named[0]
    for _ in named:
        beaten = ((winner, when) for winner, over, when in _exceptions() if over == main and winner in named)
        main = next((winner for winner, when in beaten if when.holds_in(sentence)), main)
    return SPECIAL_GROUP if SPECIAL_GROUP in named and _is_at_home(main, sentence) else main


def _is_at_home(main: str, sentence: Sentence) -> bool:
    if main not in _AT_HOME or (main == "A01" and sentence.says(_SHARED_WAY)):
        return False
    return sentence.says(_IS_AT_HOME)


def _is_upgraded(code: str, sentence: Sentence) -> bool:
    if code in (SPECIAL_GROUP, OTHER):
        return False
    if code in FIRE_USE and sentence.says(_FIRE_WEATHER):
        return True
    return sentence.says(_CROWDED) or sentence.says(_RELAPSE)


def guess_of(said: str) -> str | None:
    """The kind whose subject is named, for a report that fits no rule; a person should confirm it."""
    sentence = Sentence(said)
    return next((code for code, subject in GUESSES if subject.holds_in(sentence)), None)
