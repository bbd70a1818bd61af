"""The timeline of a report for whoever reported it: day by day, in plain words, posts but no names."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from sqlmodel import Session, col, select

from bot.cards import Text, bold, cut, lines
from handlers import looks
from handlers.say import questions as say
from models import hazards
from models.calendar import day_name, local
from models.hazards import Hazard, HazardStep
from models.lifecycle import ENDS, Act, Relation, Step
from models.people import ROLE_NAMES, Person, actor_of
from models.reveals import Reveal
from models.rules import rules_of

SHOWN = 30
A_REASON = 200
Event = tuple[datetime, str]


def timeline(s: Session, hazard: Hazard, now: datetime) -> Text:
    """Return what happened to a report, by days, and what comes next with its date."""
    events = sorted([*_acts(s, hazard), *_looks_at_identity(s, hazard)], key=lambda event: event[0])[-SHOWN:]
    days = [
        lines(bold(day_name(day)), *(told for _, told in group))
        for day, group in groupby(events, key=lambda event: local(event[0]).date())
    ]
    return lines(looks.headline(hazard), *days, _next(s, hazard, now))


def _acts(s: Session, hazard: Hazard) -> Iterator[Event]:
    for step in hazards.history(s, hazard):
        act = Act(step.act)
        if act not in say.HAPPENED:
            continue
        told = say.AND_THEN.format(clock=f"{local(step.at):%H:%M}", who=_who(s, hazard, step), what=say.HAPPENED[act])
        is_for_them = act in say.WITH_REASON or step.by == Relation.REPORTER
        reason = say.REASON.format(words=cut(step.note, A_REASON)) if step.note and is_for_them else ""
        yield step.at, f"{told}\n{reason}" if reason else told


def _who(s: Session, hazard: Hazard, step: HazardStep) -> str:
    """The reporter, the owner, or the post; a colleague's name is not the reporter's business."""
    if step.by == Relation.REPORTER or step.act == Act.REPORTED:
        return say.REPORTER
    if step.by == Relation.OWNER:
        return say.OWNER
    person = s.get(Person, step.who_id) if step.who_id is not None else None
    if person is None:
        return ""
    here = hazard.area_path
    held = [h for h in actor_of(s, person).held if here.startswith(h.path) or h.path.startswith(here)]
    nearest = max(held, key=lambda h: len(h.path), default=None)
    if nearest is None:
        return say.STAFF
    return rules_of(s).posts.get(nearest.post) or ROLE_NAMES[nearest.role]


def _looks_at_identity(s: Session, hazard: Hazard) -> Iterator[Event]:
    opened = select(Reveal.opened_at).where(Reveal.hazard_id == hazard.id, col(Reveal.opened_at).is_not(None))
    for at in s.exec(opened):
        if at is not None:
            yield at, say.AND_THEN.format(clock=f"{local(at):%H:%M}", who="", what=say.LOOKED_AT)


def _next(s: Session, hazard: Hazard, now: datetime) -> Text | None:
    running = looks.clock_of(s, hazard)
    if Step(hazard.step) in ENDS or running is None or running.clock not in say.NEXT:
        return None
    told = say.NEXT[running.clock].format(due=looks.day_and_hour(running.due_at))
    late = say.PAUSED if running.paused_at else say.LATE if running.due_at < now else ""
    return bold(told + late)
