"""The paper of a patrol: tick what is wrong, show each of it, hand the whole in at once.

A paper carries the list that it was begun with: it does not shift when the township changes the checklist meanwhile.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel import Session

from bot.cards import Card
from bot.context import Context
from bot.fields import Answers, Choice, Field, Option, Photos
from bot.forms import Form
from handlers import looks_places as looks
from handlers.check_fields import AFTER_MOST, CHECK, FIXED, MARKS, OPEN, OUT, Finding, Ticks, has_photo
from handlers.say import patrols as say
from knowledge.checklists import CheckItem, checklist_for, common_lines
from knowledge.kinds import KINDS
from models import checklist_versions, patrols
from models.checklist_versions import MOST, MOST_COMMON, BuiltIn
from models.hazards import Media
from models.patrols import DONE, OUTCOMES, Checklist, ChecklistItem, Failure, PatrolItem
from models.places import Place

LONGEST = MOST + MOST_COMMON


def built_in(kind: str) -> BuiltIn:
    """Return the checklist of a kind of place that comes with the bot."""
    found, common = checklist_for(kind), common_lines()
    own = [_line(item) for item in found.items[len(common) :]]
    return BuiltIn(found.name, found.version, [_line(item) for item in common], own)


def _line(item: CheckItem) -> ChecklistItem:
    return line(item.key, item.text, item.severity, item.kind)


def line(key: str, text: str, severity: str, kind: str) -> ChecklistItem:
    """Return a line as records keep it; which clock its failure starts follows from the kind of hazard."""
    evacuation = KINDS[kind].is_evacuation
    return ChecklistItem(key=key, text=text, severity=severity, kind=kind, evacuation=evacuation)


def list_of(s: Session, kind: str) -> Checklist:
    """Return the checklist by which a kind of place is patrolled now."""
    return checklist_versions.current(s, kind, built_in(kind))


def about(s: Session, place: Place) -> Answers:
    """Return what the paper of a patrol knows beforehand: the place, and the list as it is now."""
    return {"place": place.id, "kind": place.kind, "name": place.name, "list": dict(list_of(s, place.kind))}


def list_in(answers: Answers) -> Checklist:
    """Return the checklist that a paper was begun with; before lists could change there was only the built-in one."""
    if "list" in answers:
        kept: Checklist = answers["list"]
        return kept
    given = built_in(str(answers["kind"]))
    return Checklist(name=given.name, version=given.version, items=[*given.common, *given.own])


def items_of(answers: Answers) -> Sequence[ChecklistItem]:
    """Return the lines of a paper."""
    return list_in(answers)["items"]


def finding_key(n: int) -> str:
    """Return the key of the question about the n-th item (from 0)."""
    return f"f{n}"


def after_key(n: int) -> str:
    """Return the key of the question how the n-th item (from 0) looked when it had been put right."""
    return f"a{n}"


def ticked(answers: Answers) -> list[int]:
    """Return the numbers (from 0) of the items that were ticked as wrong."""
    return [n for n, _ in enumerate(items_of(answers)) if _is_wrong(n, answers)]


def _is_wrong(n: int, answers: Answers) -> bool:
    items = items_of(answers)
    return n < len(items) and TICKS.way(answers.get("items"), items[n]["key"]) == patrols.FAIL


def _is_shown_before(n: int, answers: Answers) -> bool:
    found = answers.get(finding_key(n)) or {}
    is_asked = after_key(n) not in answers.get("bare", ())  # a record that is corrected stood without it
    return is_asked and _is_wrong(n, answers) and found.get("end") == FIXED and has_photo(found["media"])


def _is_entered(answers: Answers) -> bool:
    return str(answers.get("outcome", DONE)) == DONE


def _choices(answers: Answers) -> list[Option]:
    return [Option(item["key"], looks.as_read(item["text"])) for item in items_of(answers)]


def _ask_items(answers: Answers) -> str:
    return say.ITEMS_ASK.format(name=answers["name"])


def _ask_finding(n: int, answers: Answers) -> str:
    asked = say.FINDING_END if finding_key(n) in answers else say.FINDING_ASK
    return asked.format(text=looks.as_read(items_of(answers)[n]["text"]))


def _ask_after(n: int, answers: Answers) -> str:
    return say.AFTER_ASK.format(text=looks.as_read(items_of(answers)[n]["text"]))


def remark(answers: Answers) -> str:
    """Return what a paper says of the lines that nobody ticked."""
    if not _is_entered(answers):
        return say.NOT_ENTERED.format(name=answers["name"])
    wrong, moot = len(ticked(answers)), len(TICKS.marked(answers.get("items"), patrols.NA))
    said = say.REST_GOOD if wrong or moot else say.NO_FINDINGS
    more = say.NOT_APPLICABLE.format(n=moot) if moot else ""
    return said.format(name=answers["name"], n=len(items_of(answers)) - wrong - moot) + more


def _of_item(n: int) -> tuple[Field, Field]:
    finding = Finding(key=finding_key(n), label=say.FINDING_LABEL.format(n=n + 1), ask=partial(_ask_finding, n),
                      when=partial(_when_entered, _is_wrong, n), files=False)  # fmt: skip
    after = Photos(key=after_key(n), label=say.AFTER_LABEL.format(n=n + 1), ask=partial(_ask_after, n), files=False,
                   optional=True, at_most=AFTER_MOST, when=partial(_when_entered, _is_shown_before, n))  # fmt: skip
    return finding, after


def _when_entered(which: Any, n: int, answers: Answers) -> bool:
    return _is_entered(answers) and bool(which(n, answers))


def failures(answers: Answers) -> list[Failure]:
    """Return the exceptions that stand on a paper."""
    items, moot = items_of(answers), TICKS.marked(answers.get("items"), patrols.NA)
    wrong = [_failure(items[n], answers[finding_key(n)], answers.get(after_key(n))) for n in ticked(answers)]
    return wrong + [Failure(key=item["key"], na=True) for item in items if item["key"] in moot]


def _failure(item: ChecklistItem, found: dict[str, Any], after: list[dict[str, Any]] | None) -> Failure:
    said = Failure(key=item["key"], note=found["note"], media=_media(found["media"]))
    if found.get("end") == FIXED:
        said["fixed"], said["after"] = True, _media(after or [])
    return said


def _media(gathered: list[dict[str, Any]]) -> list[Media]:
    return [Media(m["kind"], m["file_id"], m["unique_id"]) for m in gathered]


def standing(items: Sequence[ChecklistItem], rows: Mapping[str, PatrolItem], *, pictures: bool = True) -> Answers:
    """Return the answers by which a paper says again what these exceptions say, by their key.

    A line of which nothing would be left without its pictures is asked for. `bare`: what stood without one of after.
    """
    how: dict[str, str] = {}
    on = [item["key"] for item in items if item["key"] in rows]
    answers: Answers = {"items": {"on": on, "page": 0, "how": how}, "bare": []}
    for n, item in enumerate(items):
        if (row := rows.get(item["key"])) is None:
            continue
        how[row.key] = patrols.NA if row.result == patrols.NA else patrols.FAIL
        media, after = ([_gathered(each) for each in kept] if pictures else [] for kept in (row.media, row.after))
        if row.result != patrols.NA and (row.note or media):
            answers[finding_key(n)] = {"note": row.note, "media": media,
                                       "end": FIXED if row.result == patrols.FIXED else OPEN}  # fmt: skip
        answers |= {after_key(n): after} if after else {"bare": [*answers["bare"], after_key(n)]}
    return answers


def _gathered(kept: Sequence[str]) -> dict[str, str]:
    kind, file_id, unique_id = kept
    return {"kind": kind, "file_id": file_id, "unique_id": unique_id}


def submit(context: Context, answers: Answers) -> Card:
    """Hand a paper in."""
    outcome = str(answers.get("outcome", DONE))
    patrol = context.run(
        patrols.log, answers["place"], outcome=outcome, checklist=list_in(answers),
        failures=failures(answers) if outcome == DONE else (), note=str(answers.get("note", "")),
        claimed_at=moment(answers.get("at")), started_at=moment(answers.get("began")),
    )  # fmt: skip
    return looks.logged_card(context, patrol)


def moment(kept: Any) -> datetime | None:
    """Return the instant that was kept as text in a draft or a button."""
    return datetime.fromisoformat(kept) if kept else None


def outcomes(_: Answers) -> list[Option]:
    """Return what may have become of a visit."""
    return [Option(outcome, label) for outcome, label in OUTCOMES.items()]


def _not_entered(_: Answers) -> list[Option]:
    return [option for option in outcomes({}) if option.value != DONE]


def _ask_out(answers: Answers) -> str:
    return say.OUT_ASK.format(name=answers["name"])


TICKS = Ticks(key="items", label=say.ITEMS_LABEL, ask=_ask_items, choices=_choices, done=say.ITEMS_DONE,
              none=say.ITEMS_NONE, marks=MARKS, when=_is_entered)  # fmt: skip
PAPER: tuple[Field, ...] = (TICKS, *(field for n in range(LONGEST) for field in _of_item(n)))
FORMS: tuple[Form, ...] = (
    Form(CHECK, say.FORM_TITLE, PAPER, submit, remark=remark),
    Form(OUT, say.FORM_TITLE, (Choice(key="outcome", label=say.OUTCOME, ask=_ask_out, choices=_not_entered),), submit,
         review=False),
)  # fmt: skip
