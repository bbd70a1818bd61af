"""A list of which each line can be marked in more than one way: a tap goes on to the next mark, and then to none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from bot.fields import Answers, Option, Said, Several


@dataclass(frozen=True, kw_only=True)
class Marked(Several):
    """`marks` are the ways in their order, each with its sign; the value is that of Several and `how`: way by line.

    As long as nothing is marked one tap says that nothing is to be (`none`).
    """

    NOTHING: ClassVar[str] = "="
    marks: Mapping[str, str]

    def options(self, answers: Answers) -> Sequence[Option]:
        lines = super().options(answers)
        return lines if self.key in answers else [*lines, Option(self.NOTHING, self.none)]

    def is_enough(self, value: Any) -> bool:
        return bool(value.get("none"))

    def way(self, value: Any, line: str) -> str:
        """Return how a line is marked, "" when it is not; a mark from before there were several is the first way."""
        known = (value or {}).get("how", {})
        return known.get(line, next(iter(self.marks))) if line in (value or {}).get("on", ()) else ""

    def marked(self, value: Any, way: str) -> list[str]:
        """Return the lines that are marked in this way, in the order of the list."""
        return [line for line in (value or {}).get("on", ()) if self.way(value, line) == way]

    def mark_of(self, value: str, have: Answers) -> str:
        return self.marks.get(self.way(have, value), self.blank)

    def read(self, said: Said, answers: Answers) -> dict[str, Any]:
        have = answers.get(self.key) or {"on": [], "page": 0}
        if not have["on"] and (said.choice == self.NOTHING or said.text.strip() == self.none):
            return {"on": [], "page": 0, "none": True}
        turned = super().read(said, answers)
        changed = set(turned["on"]) ^ set(have["on"])
        if not changed:  # the page was turned
            return turned
        line, ways = changed.pop(), ["", *self.marks]
        following = ways[(ways.index(self.way(have, line)) + 1) % len(ways)]
        how = {key: way for key, way in have.get("how", {}).items() if key != line}
        if not following:
            return {**turned, "how": how}
        on = {*have["on"], line}
        kept = [o.value for o in self.choices(answers) if o.value in on]
        return {**turned, "on": kept, "how": {**how, line: following}}
