"""How checklists look: the lines of a kind with their numbers, and what a revision changes."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from bot.cards import Button, Card, bold, card
from bot.context import Context
from handlers import checks
from handlers.looks_basics import name_of
from handlers.looks_places import as_read
from handlers.say import checklists as say
from knowledge.kinds import KINDS
from models import checklist_versions
from models.calendar import day_of
from models.checklist_versions import COMMON
from models.lifecycle import SEVERITY_LABELS, Severity
from models.patrols import ChecklistItem
from models.places import KINDS as PLACES

NAMES: Mapping[str, str] = {COMMON: say.COMMON, **PLACES}
HISTORY = 8


def built_in_lines(kind: str) -> Sequence[ChecklistItem]:
    """Return the lines of a kind (or the common ones) that come with the bot."""
    found = checks.built_in(next(iter(PLACES)) if kind == COMMON else kind)
    return found.common if kind == COMMON else found.own


def lines_now(s: Session, kind: str) -> tuple[int, list[ChecklistItem]]:
    """Return the number of the version that holds for a kind, 0 for the built-in one, and its lines."""
    version = checklist_versions.newest(s, kind)
    return (version.number, list(version.items)) if version else (0, list(built_in_lines(kind)))


def severity_of(line: ChecklistItem) -> str:
    """Return how grave it is when a line fails, in a word."""
    return SEVERITY_LABELS[Severity(line["severity"])]


def numbered(lines: Sequence[ChecklistItem]) -> str:
    """Return the lines with their numbers."""
    return "\n".join(
        say.LINE.format(n=n, text=as_read(line["text"]), severity=severity_of(line)) for n, line in enumerate(lines, 1)
    )


def kind_card(context: Context, kind: str, note: str = "") -> Card:
    """Return the list of a kind, which version it is, and what can be done with it."""
    version = checklist_versions.newest(context.visit.session, kind)
    told = say.VERSION_BUILT_IN
    if version is not None:
        told = say.VERSION.format(n=version.number, day=day_of(version.at), reason=version.reason)
    args = {"kind": kind}
    ways = [Button(say.EDIT, "checklist.edit", args), Button(say.DOWNLOAD, "checklist.file", args, once=False)]
    history = [Button(say.HISTORY, "checklist.history", args, once=False)] if version is not None else []
    back = Button(say.BACK_TO_LIST, "checklist.list", once=False)
    lines = numbered(lines_now(context.visit.session, kind)[1])
    head = bold(say.HEAD.format(name=NAMES[kind]))
    return card(note or None, head, told, lines, buttons=[ways, [*history, back]])


def history_card(context: Context, kind: str) -> Card:
    """Return the last versions of a kind: when, by whom, why."""
    s = context.visit.session
    found = checklist_versions.versions(s, kind, limit=HISTORY)
    told = [say.HISTORY_LINE.format(n=each.number, day=day_of(each.at), name=name_of(s, each.by_id),
                                    reason=each.reason) for each in found]  # fmt: skip
    back = Button(say.BACK, "checklist.show", {"kind": kind}, once=False)
    return card(bold(say.HISTORY_HEAD.format(name=NAMES[kind])), *told, buttons=[[back]])


def changes(before: Sequence[ChecklistItem], after: Sequence[ChecklistItem]) -> list[str]:
    """Return in words what a revision changes, line by line."""
    old, kept = {line["key"]: line for line in before}, [line["key"] for line in after if line["key"]]
    told = [say.ADDED.format(text=line["text"], severity=severity_of(line)) for line in after if not line["key"]]
    told += [say.REMOVED.format(text=as_read(line["text"])) for line in before if line["key"] not in kept]
    for line in after:
        if line["key"]:
            told += _change(old[line["key"]], line)
    in_order = [line["key"] for line in before if line["key"] in kept]
    return told + ([say.MOVED] if in_order != kept else []) or [say.UNCHANGED]


def _change(old: ChecklistItem, new: ChecklistItem) -> list[str]:
    told = []
    if old["text"] != new["text"]:
        told.append(say.CHANGED.format(before=as_read(old["text"]), after=new["text"]))
    if old["severity"] != new["severity"]:
        told.append(say.REGRADED.format(text=new["text"], before=severity_of(old), after=severity_of(new)))
    if old["kind"] != new["kind"]:
        names = (KINDS[line["kind"]].name for line in (old, new))
        told.append(say.REKINDED.format(text=new["text"], before=next(names), after=next(names)))
    return told
