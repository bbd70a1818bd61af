"""How the ledger reads: from its lines to the cells of a register (DOMAIN 8.1)."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from bot.render.orders import Cell, Sheet
from handlers.say import documents as say
from knowledge.kinds import KINDS
from models.calendar import local
from models.deadlines import CLOCKS
from models.hazards import is_concealed
from models.ledger import Line
from models.lifecycle import SEVERITY_LABELS, STEP_LABELS, Severity, Step
from models.places import KINDS as PLACE_KINDS
from models.rules import rules_of


def register(s: Session, lines: Sequence[Line], since: date, until: date, name: str, now: datetime) -> Sheet:
    """Return the register of these cases; who took it and when stands on it."""
    about = say.LEDGER_ABOUT.format(since=since, until=until, count=len(lines), name=name, day=local(now).date())
    heads, widths = zip(*say.HEADS, strict=True)
    rules = rules_of(s)
    title, unit = say.LEDGER_TITLE.format(town=rules.town), rules.reward.unit
    return Sheet(title, about, heads, widths, tuple(_cells(line, unit) for line in lines))


def _cells(line: Line, unit: str) -> tuple[Cell, ...]:
    return (*_report(line), *_work(line), *_end(line, unit))


def _report(line: Line) -> tuple[Cell, ...]:
    hazard, kind = line.hazard, KINDS[line.hazard.kind]
    concealed = is_concealed(hazard)
    reporter = say.REPORTERS[hazard.privacy] if hazard.source == "resident" else ""
    on_map = "" if concealed or hazard.latitude is None else f"{hazard.latitude:.5f}, {hazard.longitude:.5f}"
    place = line.place
    return (
        hazard.number, str(local(hazard.reported_at).date()), say.SOURCES[hazard.source], reporter,
        say.KEPT if concealed else "", line.area, hazard.place_text, on_map, place.name if place else "",
        PLACE_KINDS[place.kind] if place else "", kind.code, kind.name, line.words, line.before,
        SEVERITY_LABELS[Severity(hazard.severity)], kind.basis,
    )  # fmt: skip


def _work(line: Line) -> tuple[Cell, ...]:
    track = say.TRACKS.get(line.hazard.track or "", "")
    return (
        line.owner, line.sender, line.holder, _day(line.looked_on), line.finding, track, _day(line.due_on),
        line.measure, _day(line.repaired_on), line.after, line.checker, _day(line.checked_on), line.check,
    )  # fmt: skip


def _end(line: Line, unit: str) -> tuple[Cell, ...]:
    hazard = line.hazard
    late = "、".join(CLOCKS[clock] for clock in line.late)
    remarks = [say.RELAPSE if hazard.relapse_of else "", say.MERGED if hazard.duplicate_of else ""]
    closed = str(local(hazard.closed_at).date()) if hazard.closed_at else ""
    return (
        late, line.referred, STEP_LABELS[Step(hazard.step)], closed, _day(line.told_on), _reward(line, unit),
        "、".join(filter(None, remarks)),
    )  # fmt: skip


def _reward(line: Line, unit: str) -> str:
    if line.reward is None:
        return ""
    return f"{line.reward.amount} {unit}" if line.reward.granted else say.REWARD_STATES[line.reward.granted]


def _day(day: date | None) -> str:
    return str(day) if day else ""
