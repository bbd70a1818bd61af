"""Questions about a place that several papers ask: which kind, in which area, how many."""

import re
from collections.abc import Callable
from typing import Any

from bot.context import Context
from bot.fields import Answers, Choice, Field, NotUnderstood, Option, Said, Text
from handlers.say import places as say
from knowledge.place_kinds import kinds_for, kinds_named
from models import place_ledger
from models.areas import Area
from models.places import KINDS

MORE = "more"
When = Callable[[Answers], bool]
AT_ONCE = 12  # areas that are offered in one list; more are chosen by village first
_NUMBER = re.compile(r"(\d{1,9})\s*(层|人|个|平方米|平米|平|㎡|m2)?")


class Kind(Choice):
    """The kind of a place: what its name suggests is offered, the others are one tap away, any may be typed."""

    def read(self, said: Said, answers: Answers) -> str:
        """Take a button, or words such as 小餐饮."""
        if said.choice is not None or not said.text:
            return super().read(said, answers)
        typed = "".join(said.text.split())
        named = [kind for kind, label in KINDS.items() if typed in label] or kinds_named(typed)[:1]
        return named[0] if len(named) == 1 else super().read(said, answers)

    def show(self, value: Any, answers: Answers) -> str:  # noqa: ARG002
        """Show the kind's Chinese name."""
        return KINDS.get(str(value), say.KIND_MORE)


class Number(Text):
    """A whole number, with or without its unit."""

    def read(self, said: Said, answers: Answers) -> int:  # type: ignore[override]  # noqa: ARG002
        """Take 3, or 3 层."""
        found = _NUMBER.fullmatch(said.text.strip())
        if found is None:
            raise NotUnderstood(say.NUMBER_NEEDED)
        return int(found[1])


def kinds(when: When = lambda _: True) -> tuple[Field, ...]:
    """Return the questions for the kind: the likely ones, and the others when none of those fits."""
    return (
        Kind(key="kind", label="类别", ask=say.KIND_ASK, choices=_likely, when=when),
        Choice(key="other", label="类别", ask=say.KIND_MORE_ASK, choices=_others,
               when=lambda a: when(a) and a.get("kind") == MORE),
    )  # fmt: skip


def kind_in(answers: Answers) -> str:
    """Return the kind that was chosen in the end."""
    return str(answers["other"] if answers["kind"] == MORE else answers["kind"])


def _likely(answers: Answers) -> list[Option]:
    offered = [Option(kind, KINDS[kind]) for kind in kinds_for(str(answers.get("name") or ""))]
    return [*offered, Option(MORE, say.KIND_MORE)]


def _others(answers: Answers) -> list[Option]:
    offered = {option.value for option in _likely(answers)}
    return [Option(kind, label) for kind, label in KINDS.items() if kind not in offered]


def areas_known(context: Context, but: int | None = None) -> dict[str, Any]:
    """Return what the area questions start with: the areas to choose from, or the only one there is."""
    s = context.visit.session
    found = [area for area in context.read(place_ledger.areas_to_keep) if area.id != but]
    by_path = {area.path: area.name for area in place_ledger.villages_of(s, found)}
    listed = [[str(area.id), area.name, _village(area, by_path)] for area in found]
    return {"areas": listed, "area": listed[0][0] if len(listed) == 1 else None}


def _village(area: Area, names: dict[str, str]) -> str:
    return next((name for path, name in names.items() if area.path.startswith(path)), area.name)


def areas(village_ask: str, area_ask: str) -> tuple[Field, ...]:
    """Return the questions for the area: one list, or the village first where there are many."""
    return (
        Choice(key="village", label="村（社区）", ask=village_ask, choices=_villages, when=lambda a: _are_many(a)),
        Choice(key="area", label="网格", ask=area_ask, choices=_areas),
    )


def _are_many(answers: Answers) -> bool:
    return len(answers["areas"]) > AT_ONCE


def _villages(answers: Answers) -> list[Option]:
    return [Option(name, name) for name in dict.fromkeys(village for *_, village in answers["areas"])]


def _areas(answers: Answers) -> list[Option]:
    chosen = answers.get("village")
    return [Option(key, name) for key, name, village in answers["areas"] if chosen in (None, village)]
