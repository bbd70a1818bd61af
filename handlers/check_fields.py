"""Questions on the paper of a patrol: what is wrong or does not apply, how it was found, how it was put right."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from bot.fields import Answers, NotUnderstood, Option, Photos, Said
from bot.marks import Marked
from handlers.say import patrols as say
from models import patrols

CHECK, OUT = "patrol.check", "patrol.outcome"  # the papers of a patrol: the checklist, and why nobody got in
PAPERS = (CHECK, OUT)
MARKS = {patrols.FAIL: "❌", patrols.NA: "➖"}
OPEN, FIXED = "open", "fixed"
ENDS = {OPEN: say.OPEN_HAZARD, FIXED: say.FIXED_NOW}
AFTER_MOST = 5


def has_photo(media: Iterable[Mapping[str, Any]]) -> bool:
    """Say whether one of these is a photo."""
    return any(each["kind"] == "photo" for each in media)


@dataclass(frozen=True, kw_only=True)
class Ticks(Marked):
    """The checklist; what is wrong is ticked once, what does not apply here twice."""

    def show(self, value: Any, answers: Answers) -> str:  # noqa: ARG002
        wrong, moot = self._counts(value)
        told = [say.ITEMS_SHOWN.format(n=wrong)] if wrong else []
        return "，".join([*told, say.MOOT_SHOWN.format(n=moot)] if moot else told) or say.ITEMS_EMPTY

    def done_label(self, value: Any) -> str:
        if not self.marked(value, patrols.NA):
            return super().done_label(value)
        return f"{self.done}（{self.show(value, {})}）"

    def read(self, said: Said, answers: Answers) -> dict[str, Any]:
        if said.media:
            raise NotUnderstood(say.TICK_FIRST)
        return super().read(said, answers)

    def _counts(self, value: Any) -> tuple[int, int]:
        return len(self.marked(value, patrols.FAIL)), len(self.marked(value, patrols.NA))


@dataclass(frozen=True, kw_only=True)
class Finding(Photos):
    """What is wrong with one item: words and pictures in any order, then what became of it.

    The value is `{note, media, end}`; without an end it becomes a hazard. A picture that came before it was asked for
    could be of any item.
    """

    a_row: ClassVar[int] = 2
    takes_strays: ClassVar[bool] = False

    def options(self, answers: Answers) -> Sequence[Option]:
        return [Option(end, label) for end, label in ENDS.items()] if self.key in answers else ()

    def read(self, said: Said, answers: Answers) -> Any:
        have = answers.get(self.key) or {"note": "", "media": []}
        end = said.choice or next((end for end, label in ENDS.items() if said.text.strip() == label), "")
        if end and self.key in answers:
            return {**have, "end": end}
        words = "" if end else said.text.strip()
        media = super().read(said, {self.key: have["media"]}) if said.media else have["media"]
        if not words and not said.media:
            raise NotUnderstood(say.FINDING_NEEDED)
        return {**have, "note": f"{have['note']} {words}".strip()[:1000], "media": media}

    def is_enough(self, value: Any) -> bool:
        return "end" in value

    def show(self, value: Any, answers: Answers) -> str:
        told = [value["note"], super().show(value["media"], {}) if value["media"] else ""]
        heard = "，".join(part for part in told if part)
        return f"{heard} → {ENDS[value.get('end', OPEN)]}" if answers else heard

    def done_label(self, value: Any) -> str:  # noqa: ARG002
        return ""
