"""A checklist that comes back as a file: its lines are compared with those in use, and serve once an officer agrees."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers.checklist_files import Revision, revise_from_rows
from handlers.looks_checklists import NAMES, built_in_lines, lines_now
from handlers.say import checklists as say
from models import checklist_versions
from models.base import Refused
from models.cells import Cell
from models.imports import Purpose
from models.patrols import ChecklistItem
from models.people import Actor, Can
from models.workbook_rows import CHANGE, NEW, SAME, WRONG, Column, Problem, Table, Verdict, shown

HEADS = [head for head, _ in say.HEADS]
Rows = Sequence[tuple[int, Mapping[str, Cell]]]
_COLUMNS = {"text": say.TEXT, "severity": say.GRADE, "kind": say.HAZARD}


def fit(table: Table) -> None:
    """Refuse a table without one of the columns of a checklist."""
    if missing := [head for head in HEADS if head not in table.keys]:
        raise Refused(say.MISSING.format(heads="、".join(missing)))


def check(s: Session, who: Actor, rows: Rows, start: int, stop: int, *, lock: bool = False) -> list[Verdict]:
    """Return what becomes of each line, and of those that are missing; a list is judged as a whole, in the first step.

    Nobody has to be kept out meanwhile: the version that was read is part of each verdict.
    """
    del who, stop, lock
    if start:
        return []
    known = {kind: lines_now(s, kind) for kind in NAMES}
    cells = [[shown(row.get(head)) for head in HEADS] for _, row in rows]
    found = revise_from_rows([HEADS, *cells], {kind: lines for kind, (_, lines) in known.items()})
    if wrong := _wrong(rows, found) or _too_many(rows, found, known):
        return wrong
    number, before = known[found.kind]
    values = {"kind": found.kind, "lines": found.lines}
    return [
        Verdict(row, kind, changed, values=values, seen=number)
        for row, kind, changed in _compared(rows, before, found.lines)
    ]


def apply(s: Session, who: Actor, verdicts: Sequence[Verdict], *, now: datetime) -> None:
    """Make the file's lines the next version of its list."""
    kind, lines = verdicts[0].values["kind"], verdicts[0].values["lines"]
    checklist_versions.revise(s, who, kind, lines, built_in=built_in_lines(kind), base=verdicts[0].seen,
                              reason=say.BY_FILE, now=now)  # fmt: skip


def _wrong(rows: Rows, found: Revision) -> list[Verdict]:
    """What the judge found, by the numbers of the file's own rows, and cells that are no words at all."""
    told = [(*rows[wrong.row - 2], wrong) for wrong in found.wrong]  # its first row are the headings
    problems = [
        Problem(number, wrong.column, shown(row.get(wrong.column)), *_said(wrong.why)) for number, row, wrong in told
    ]
    problems += [
        Problem(number, head, shown(cell), say.NO_WORDS, say.PLAIN_WORDS)
        for number, row in rows for head, cell in row.items() if isinstance(cell, dict) and head in HEADS
    ]  # fmt: skip
    return [Verdict(problem.row, WRONG, problems=(problem,)) for problem in sorted(problems)]


def _said(why: str) -> tuple[str, str]:
    """Why something is wrong, and what to write instead, as two sentences."""
    first, _, rest = why.partition("。")
    return first, rest


def _too_many(rows: Rows, found: Revision, known: Mapping[str, tuple[int, Sequence[ChecklistItem]]]) -> list[Verdict]:
    try:
        checklist_versions.judge(found.kind, found.lines, {line["key"] for line in known[found.kind][1]})
    except Refused as refusal:
        number = rows[0][0]
        return [Verdict(number, WRONG, problems=(Problem(number, say.TEXT, "", *_said(str(refusal))),))]
    return []


def _compared(
    rows: Rows, before: Sequence[ChecklistItem], after: Sequence[ChecklistItem]
) -> list[tuple[int, str, tuple[str, ...]]]:
    """Each line of the file with what becomes of it; lines that are gone stand with the last row."""
    old = {line["key"]: line for line in before}
    told = []
    for (number, _), line in zip(rows, after, strict=True):
        changed = _changed(old.get(line["key"]), line)
        told.append((number, NEW if line["key"] not in old else CHANGE if changed else SAME, changed))
    kept = {line["key"] for line in after}
    gone = [say.GONE_LINE.format(text=line["text"]) for line in before if line["key"] not in kept]
    order = [line["key"] for line in before if line["key"] in kept]
    if order != [line["key"] for line in after if line["key"] in old]:
        gone.append(say.OTHER_ORDER)
    return [*told, *((rows[-1][0], CHANGE, (words,)) for words in gone)]


def _changed(old: ChecklistItem | None, line: ChecklistItem) -> tuple[str, ...]:
    fields: dict[str, Any] = dict(old or {})
    return tuple(head for field, head in _COLUMNS.items() if old and fields[field] != line[field])  # type: ignore[literal-required]


PURPOSE: Purpose = Purpose(Can.EDIT, tuple(Column(head, head) for head in HEADS), fit, check, apply)
