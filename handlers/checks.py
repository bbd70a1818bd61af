"""The paper of a patrol: tick what is wrong, show each of it, hand the whole in at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from bot.cards import Card
from bot.context import Context
from bot.fields import Answers, NotUnderstood, Option, Photos, Said, Several
from bot.forms import Form
from handlers import looks_places as looks
from handlers.say import patrols as say
from knowledge.checklists import CheckItem, checklist_for
from knowledge.kinds import KINDS
from models import patrols, places
from models.hazards import Media
from models.patrols import ChecklistItem, Failure
from models.places import Place

CHECK = "patrol.check"
OPEN, FIXED = "open", "fixed"
ENDS = {OPEN: say.OPEN_HAZARD, FIXED: say.FIXED_NOW}
LONGEST = max(len(checklist_for(kind).items) for kind in places.KINDS)


def about(place: Place) -> Answers:
    """Return what the paper of a patrol knows beforehand."""
    return {"place": place.id, "kind": place.kind, "name": place.name}


def items_of(answers: Answers) -> Sequence[CheckItem]:
    """Return the checklist of the place that a form is about."""
    return checklist_for(str(answers["kind"])).items


def finding_key(n: int) -> str:
    """Return the key of the question about the n-th item (from 0)."""
    return f"f{n}"


def ticked(answers: Answers) -> list[int]:
    """Return the numbers (from 0) of the items that were ticked."""
    on = set((answers.get("items") or {}).get("on", ()))
    return [n for n, item in enumerate(items_of(answers)) if item.key in on]


@dataclass(frozen=True, kw_only=True)
class Ticks(Several):
    """The checklist; only what is wrong is ticked."""

    def show(self, value: Any, answers: Answers) -> str:  # noqa: ARG002
        return say.ITEMS_SHOWN.format(n=len(value["on"])) if value["on"] else say.ITEMS_EMPTY

    def read(self, said: Said, answers: Answers) -> dict[str, Any]:
        if said.media:
            raise NotUnderstood(say.TICK_FIRST)
        return super().read(said, answers)


@dataclass(frozen=True, kw_only=True)
class Finding(Photos):
    """What is wrong with one item: words and pictures in any order, then what became of it.

    The value is `{note, media, end}`; without an end it becomes a hazard.
    """

    a_row: ClassVar[int] = 2

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


def _choices(answers: Answers) -> list[Option]:
    return [Option(item.key, looks.as_read(item.text)) for item in items_of(answers)]


def _ask_items(answers: Answers) -> str:
    return say.ITEMS_ASK.format(name=answers["name"])


def _ask_finding(n: int, answers: Answers) -> str:
    asked = say.FINDING_END if finding_key(n) in answers else say.FINDING_ASK
    return asked.format(text=looks.as_read(items_of(answers)[n].text))


def _is_ticked(n: int, answers: Answers) -> bool:
    return n in ticked(answers)


def _remark(answers: Answers) -> str:
    wrong = len(ticked(answers))
    said = say.REST_GOOD if wrong else say.NO_FINDINGS
    return said.format(name=answers["name"], n=len(items_of(answers)) - wrong)


def _finding(n: int) -> Finding:
    return Finding(key=finding_key(n), label=say.FINDING_LABEL.format(n=n + 1), ask=partial(_ask_finding, n),
                   when=partial(_is_ticked, n))  # fmt: skip


def checklist_of(kind: str) -> patrols.Checklist:
    """Return the checklist of a kind of place as a record keeps it."""
    found = checklist_for(kind)
    items = [
        ChecklistItem(key=i.key, text=i.text, severity=i.severity, kind=i.kind, evacuation=KINDS[i.kind].is_evacuation)
        for i in found.items
    ]
    return patrols.Checklist(name=found.name, version=found.version, items=items)


def _failure(item: CheckItem, found: dict[str, Any]) -> Failure:
    media = [Media(m["kind"], m["file_id"], m["unique_id"]) for m in found["media"]]
    return Failure(key=item.key, note=found["note"], media=media, fixed=found.get("end") == FIXED)


def _submit(context: Context, answers: Answers) -> Card:
    items = items_of(answers)
    failures = [_failure(items[n], answers[finding_key(n)]) for n in ticked(answers)]
    patrol = context.run(
        patrols.log, answers["place"], outcome=patrols.DONE, checklist=checklist_of(answers["kind"]),
        failures=failures, note=str(answers.get("note", "")), claimed_at=moment(answers.get("at")),
        started_at=moment(answers.get("began")),
    )  # fmt: skip
    return looks.logged_card(context, patrol)


def moment(kept: Any) -> datetime | None:
    """Return the instant that was kept as text in a draft or a button."""
    return datetime.fromisoformat(kept) if kept else None


FORMS: tuple[Form, ...] = (
    Form(
        CHECK, say.FORM_TITLE,
        (Ticks(key="items", label=say.ITEMS_LABEL, ask=_ask_items, choices=_choices, done=say.ITEMS_DONE,
               none=say.ITEMS_NONE),
         *(_finding(n) for n in range(LONGEST))),
        _submit, remark=_remark,
    ),
)  # fmt: skip
