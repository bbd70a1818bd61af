"""A checklist as a file: how it goes out as a spreadsheet, and how rows that come back are judged."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.render.orders import Cell, Sheet
from handlers import checks
from handlers.looks_checklists import NAMES, severity_of
from handlers.say import checklists as say
from knowledge.kinds import KINDS
from models.calendar import local
from models.checklist_versions import TEXT_LIMIT
from models.lifecycle import SEVERITY_LABELS
from models.patrols import ChecklistItem

HEAD_WITHIN = 10
_KIND_OF = {name: kind for kind, name in NAMES.items()}
_SEVERITY_OF = {label: severity.value for severity, label in SEVERITY_LABELS.items()}
_HAZARD_OF = {words: code for code, kind in KINDS.items() for words in (code, kind.name)}


class Wrong(NamedTuple):
    """What is wrong with a row of a file: its number there (from 1), the column, and what to write."""

    row: int
    column: str
    why: str


class Revision(NamedTuple):
    """What a file says: the kind of place and its lines, or what is wrong; with something wrong nothing holds."""

    kind: str
    lines: list[ChecklistItem]
    wrong: list[Wrong]


def sheet(kind: str, number: int, lines: Sequence[ChecklistItem], name: str, now: datetime) -> Sheet:
    """Return the list of a kind as a spreadsheet; who took it and when stands on it."""
    version = say.NUMBERED.format(n=number) if number else say.BUILT_IN
    heads, widths = tuple(head for head, _ in say.HEADS), tuple(width for _, width in say.HEADS)
    rows = tuple(
        (line["key"], NAMES[kind], line["text"], severity_of(line), f"{line['kind']} {KINDS[line['kind']].name}")
        for line in lines
    )
    title = say.FILE_TITLE.format(name=NAMES[kind], version=version)
    return Sheet(title, say.FILE_ABOUT.format(name=name, day=local(now).date()), heads, widths, rows)


def revise_from_rows(rows: Sequence[Sequence[Cell]], known: Mapping[str, Sequence[ChecklistItem]]) -> Revision:
    """Judge the rows of a file as it was read, headings included; `known` are the lines that hold now, by kind.

    Nothing is written: what comes back goes to `models.checklist_versions.revise` with a reason, after a look.
    """
    table = [[_words(cell) for cell in row] for row in rows]
    heads = [head for head, _ in say.HEADS]
    at = next((n for n, row in enumerate(table[:HEAD_WITHIN]) if row[: len(heads)] == heads), None)
    if at is None:
        return Revision("", [], [Wrong(1, say.KEY, say.NO_HEADS)])
    filled = [(n, dict(zip(heads, row, strict=False))) for n, row in enumerate(table[at + 1 :], at + 2) if any(row)]
    if not filled:
        return Revision("", [], [Wrong(at + 2, say.TEXT, say.NO_ROWS)])
    first = filled[0][1].get(say.PLACE, "")
    kind = _KIND_OF.get(first, "")
    keys = {line["key"] for line in known.get(kind, ())}
    wrong = [found for n, row in filled for found in _judge(n, row, first, keys)]
    wrong += _repeated(filled)
    lines = [] if wrong else [_line(row) for _, row in filled]
    return Revision(kind, lines, sorted(wrong))


def _words(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()


def _hazard(words: str) -> str | None:
    """「A09」, the name, or both as they went out."""
    return _HAZARD_OF.get(words) or _HAZARD_OF.get(words.split(" ", 1)[0])


def _judge(n: int, row: Mapping[str, str], first: str, keys: set[str]) -> list[Wrong]:
    place, text, key = row.get(say.PLACE, ""), row.get(say.TEXT, ""), row.get(say.KEY, "")
    hazard = row.get(say.HAZARD, "")
    checked = (
        (place not in _KIND_OF, say.PLACE, say.NO_SUCH_PLACE.format(words=place)),
        (place in _KIND_OF and place != first, say.PLACE, say.MIXED.format(first=first, words=place)),
        (not text, say.TEXT, say.NO_TEXT),
        (len(text) > TEXT_LIMIT, say.TEXT, say.LONG_TEXT.format(limit=TEXT_LIMIT)),
        (row.get(say.GRADE) not in _SEVERITY_OF, say.GRADE, say.NO_SUCH_GRADE),
        (_hazard(hazard) is None, say.HAZARD, say.NO_SUCH_HAZARD.format(words=hazard)),
        (bool(key) and key not in keys, say.KEY, say.UNKNOWN_KEY.format(words=key)),
    )
    return [Wrong(n, column, why) for is_wrong, column, why in checked if is_wrong]


def _repeated(filled: Sequence[tuple[int, Mapping[str, str]]]) -> list[Wrong]:
    """A key, or the same words, for a second time."""
    wrong = []
    for column in (say.KEY, say.TEXT):
        seen: dict[str, int] = {}
        for n, row in filled:
            if words := row.get(column, ""):
                if words in seen:
                    wrong.append(Wrong(n, column, say.TWICE.format(row=seen[words])))
                seen.setdefault(words, n)
    return wrong


def _line(row: Mapping[str, str]) -> ChecklistItem:
    return checks.line(row[say.KEY], row[say.TEXT], _SEVERITY_OF[row[say.GRADE]], _hazard(row[say.HAZARD]) or "")
