"""Editing a checklist in chat: one change after another on the list that is shown, then a look and a reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Update

from bot.cards import Card
from bot.context import Context
from bot.fields import Answers, Choice, NotUnderstood, Option, Said, Text
from bot.forms import Form, Further
from handlers import checks
from handlers import looks_checklists as looks
from handlers.hazards import OFTEN, Kind
from handlers.say import checklists as say
from knowledge.kinds import KINDS
from knowledge.understand import kind_of
from knowledge.words import normalise
from models import checklist_versions
from models.lifecycle import SEVERITY_LABELS, Severity
from models.patrols import ChecklistItem

EDIT = "checklist.edit"
ADD, WORDS, GRADE, MOVE, REMOVE, FINISH = "add", "words", "grade", "move", "remove", "finish"
WAYS = {ADD: say.ADD, WORDS: say.WORDS, GRADE: say.SEVERITY, MOVE: say.MOVE, REMOVE: say.REMOVE, FINISH: say.FINISH}
_ONE_CHANGE = ("what", "line", "text", "severity", "hazard", "to")


async def begin(_: Update, context: Context) -> None:
    """「改这张表」."""
    kind = str(context.pressed["kind"])
    base, lines = looks.lines_now(context.visit.session, kind)
    context.begin(EDIT, {"kind": kind, "base": base, "lines": lines, "before": lines})


async def drop(_: Update, context: Context) -> None:
    """「删：…」 on the figures: the list without this line and the reason stand ready; nothing holds before a tap."""
    kind, key = str(context.pressed["kind"]), str(context.pressed["key"])
    base, lines = looks.lines_now(context.visit.session, kind)
    left = [line for line in lines if line["key"] != key]
    if len(left) == len(lines):
        context.toast(say.GONE)
        return
    reason = say.REMOVE_REASON.format(asked=context.pressed["asked"])
    known = {"kind": kind, "base": base, "lines": left, "before": lines, "what": FINISH, "reason": reason}
    context.begin(EDIT, known)


@dataclass(frozen=True, kw_only=True)
class Number(Text):
    """The number of a line on the list."""

    def read(self, said: Said, answers: Answers) -> str:
        words, n = said.text.strip().strip("第项"), len(answers["lines"])
        if not words.isdecimal() or not 1 <= int(words) <= n:
            raise NotUnderstood(say.LINE_WRONG.format(n=n))
        return words


class HazardKind(Kind):
    """The kind of hazard that a failure opens; words tell nothing else here."""

    def read(self, said: Said, answers: Answers) -> str:
        """Take a button, the code or a part of any kind's name, or words that describe it."""
        words = said.text.strip() if said.choice is None else ""
        named = [code for code, kind in KINDS.items() if words and (words in kind.name or words == code)]
        return named[0] if len(named) == 1 else super().read(said, answers)

    def told(self, said: Said, answers: Answers) -> Answers:  # noqa: ARG002
        """Return nothing."""
        return {}


def _on(*ways: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get("what") in ways


def _ask_what(answers: Answers) -> str:
    return looks.numbered(answers["lines"])


def _ask_line(answers: Answers) -> str:
    return say.LINE_ASK.format(n=len(answers["lines"]))


def _ask_text(answers: Answers) -> str:
    if answers["what"] == ADD:
        return say.TEXT_NEW
    return say.TEXT_AGAIN.format(text=answers["lines"][_at(answers)]["text"])


def _kinds(answers: Answers) -> list[Option]:
    """What the words of the line sound like, then what is needed most."""
    guess = kind_of(normalise(str(answers["text"])))
    return [Option(code, KINDS[code].name) for code in dict.fromkeys([*([guess] if guess else []), *OFTEN])]


def _at(answers: Answers, key: str = "line") -> int:
    return int(answers[key]) - 1


def submit(context: Context, answers: Answers) -> Card | Further:
    """Make one change and show the list again, or let the whole revision hold."""
    if answers["what"] != FINISH:
        lines = _CHANGES[answers["what"]](list(answers["lines"]), answers)
        return Further({"lines": lines, **dict.fromkeys(_ONE_CHANGE)})
    kind = str(answers["kind"])
    version = context.run(checklist_versions.revise, kind, answers["lines"], built_in=looks.built_in_lines(kind),
                          base=answers["base"], reason=str(answers["reason"]))  # fmt: skip
    return looks.kind_card(context, kind, say.SAVED.format(n=version.number))


Lines = list[ChecklistItem]


def _add(lines: Lines, answers: Answers) -> Lines:
    return [*lines, checks.line("", str(answers["text"]), str(answers["severity"]), str(answers["hazard"]))]


def _reword(lines: Lines, answers: Answers) -> Lines:
    return _with(lines, answers, text=str(answers["text"]))


def _regrade(lines: Lines, answers: Answers) -> Lines:
    return _with(lines, answers, severity=str(answers["severity"]))


def _with(lines: Lines, answers: Answers, **said: Any) -> Lines:
    at = _at(answers)
    old: dict[str, Any] = {**lines[at], **said}
    lines[at] = checks.line(old["key"], old["text"], old["severity"], old["kind"])
    return lines


def _move(lines: Lines, answers: Answers) -> Lines:
    lines.insert(_at(answers, "to"), lines.pop(_at(answers)))
    return lines


def _remove(lines: Lines, answers: Answers) -> Lines:
    lines.pop(_at(answers))
    return lines


_CHANGES: Mapping[str, Callable[[Lines, Answers], Lines]] = {
    ADD: _add, WORDS: _reword, GRADE: _regrade, MOVE: _move, REMOVE: _remove,
}  # fmt: skip
_SEVERITIES = [Option(severity.value, SEVERITY_LABELS[severity]) for severity in Severity]
FORMS: tuple[Form, ...] = (
    Form(EDIT, say.TITLE, submit=submit, review=_on(FINISH), submit_label=say.SUBMIT,
         remark=lambda a: "\n".join(looks.changes(a["before"], a["lines"])), fields=(
        Choice(key="what", label=say.WHAT, ask=_ask_what, choices=[Option(way, label) for way, label in WAYS.items()]),
        Number(key="line", label=say.LINE_LABEL, ask=_ask_line, when=_on(WORDS, GRADE, MOVE, REMOVE)),
        Text(key="text", label=say.TEXT_LABEL, ask=_ask_text, at_most=checklist_versions.TEXT_LIMIT,
             when=_on(ADD, WORDS)),
        Choice(key="severity", label=say.SEVERITY_LABEL, ask=say.SEVERITY_ASK, choices=_SEVERITIES,
               when=_on(ADD, GRADE)),
        HazardKind(key="hazard", label=say.HAZARD_LABEL, ask=say.HAZARD_ASK, choices=_kinds, when=_on(ADD)),
        Number(key="to", label=say.TO_LABEL, ask=lambda a: say.TO_ASK.format(n=len(a["lines"])), when=_on(MOVE)),
        Text(key="reason", label=say.REASON_LABEL, ask=say.REASON_ASK, at_most=checklist_versions.REASON_LIMIT,
             when=_on(FINISH)),
    )),
)  # fmt: skip
