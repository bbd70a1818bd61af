"""The rules of the fire-now guard: signs of danger (`guard.toml`) and what explains them away (`cues.toml`)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.clauses import standard

_CLASS = re.compile(r"\{([a-z]\w*)\}")  # {room} in a pattern; {1,3} is a repetition
_BETWEEN = "发生|引起|再|又|突然|把[^,]{1,3}|被|电线|火|自己|一下|看到|发现|任何|有|短路|[他她它]|哪天"
_FRAMES = {  # cues that stand at a fixed place beside the sign
    "denied": f"(?:%s)(?:{_BETWEEN}){{0,2}}$",
    "caused": "(?:%s)(?:[^,]{0,4}的)?$",
    "consequence": "(?:了|起来|来)*(?:%s)",
}


@dataclass(frozen=True)
class Sign:
    """`says` counts where `about`, if any, stands in the same sentence and `unless` does not stand near.

    `key` is a quick look: where it is not found, `says` cannot be.
    """

    name: str
    key: re.Pattern[str]
    says: re.Pattern[str]
    about: re.Pattern[str] | None
    unless: re.Pattern[str]


@dataclass(frozen=True)
class Rules:
    """Both files compiled; `cues` and `cards` by their names there, cards in the order of choice.

    `plain` are the words that alarm in a statement without any cue, once the `harmless` compounds are taken out of it.
    An `ornament` is a picture of a fire that counts for nothing in a `cheerful` message.
    """

    typos: tuple[tuple[re.Pattern[str], str], ...]
    signs: tuple[Sign, ...]
    cues: dict[str, re.Pattern[str]]
    cards: tuple[tuple[str, re.Pattern[str]], ...]
    plain: re.Pattern[str]
    harmless: re.Pattern[str]
    cheerful: re.Pattern[str]
    ornament: re.Pattern[str]


@cache
def rules() -> Rules:
    """The rules this package ships with."""
    said: dict[str, Any] = _read("guard.toml") | _read("cues.toml")
    classes = {name: "|".join(words) for name, words in said["classes"].items()}

    def either(ways: list[str], frame: str = "%s") -> re.Pattern[str]:
        return re.compile(frame % "|".join(_CLASS.sub(lambda name: classes[name[1]], way) for way in ways))

    def sign(table: dict[str, Any]) -> Sign:
        about = either(table["about"]) if "about" in table else None
        return Sign(
            table["name"], re.compile(table.get("key", "")), either(table["says"]), about, either(table["unless"])
        )

    return Rules(
        typos=tuple((either(ways), right) for right, ways in said["typos"].items()),
        signs=tuple(sign(table) for table in said["signs"]),
        cues={name: either(ways, _FRAMES.get(name, "%s")) for name, ways in said["cues"].items()},
        cards=tuple((card, either(ways)) for card, ways in said["cards"].items()),
        plain=either(said["plain"]["says"]),
        harmless=either(said["plain"]["harmless"]),
        cheerful=either(said["pictures"]["cheerful"]),
        ornament=either(said["pictures"]["ornament"]),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


def guard_words(text: str) -> str:
    """The message in standard words, with the typing errors mended that only the guard dares to mend."""
    said = standard(text)
    if rules().cheerful.search(said):
        said = rules().ornament.sub("", said)
    for wrong, right in rules().typos:
        said = wrong.sub(right, said)
    return said
