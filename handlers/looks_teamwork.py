"""Looks of teamwork: the lines and buttons on an officer's card about routing, calls, followers and duplicates."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from bot.cards import Button
from handlers.say import similar as say_similar
from handlers.say import teamwork as say
from models import calls, hazards, similar
from models.calendar import day_and_hour, local
from models.calls import Call
from models.followers import followers_of
from models.hazards import Hazard
from models.lifecycle import OPEN, Act
from models.people import Actor, Person
from models.routing import post_name
from models.rules import rules_of


def team_lines(s: Session, hazard: Hazard) -> list[str]:
    """Return who leads and why, who was called, who follows, and what was merged."""
    called = calls.calls_of(s, hazard.id or 0) if hazard.duplicate_of is None else []
    told = [hazard.basis] if hazard.basis else []
    told += [say.CALLS + "，".join(_call(s, each) for each in called)] if called else []
    merged = hazards.merged_into(s, hazard)
    count = len(followers_of(s, [hazard.id or 0, *(same.id or 0 for same in merged)]))
    told += [say_similar.FOLLOWERS.format(n=count)] if count else []
    told += [say_similar.HOLDS.format(numbers="、".join(same.number for same in merged))] if merged else []
    first = hazards.first_of(s, hazard)
    return [*told, say_similar.HELD.format(number=first.number)] if first.id != hazard.id else told


def team_rows(s: Session, who: Actor, hazard: Hazard, acts: Collection[Act], now: datetime) -> list[list[Button]]:
    """Return the buttons of what is asked of this officer: to report in, to look at what may be the same."""
    args = {"id": hazard.id}
    rows = []
    if hazard.step in OPEN and calls.called_for(s, who, hazard):
        rows.append([Button(say.REPORT_IN, "team.report_in", args)])
    if Act.MERGED in acts and (found := similar.similar_to(s, who, hazard, now=now)):
        same = sum(not alike.relapse for alike in found)
        label = say_similar.MAYBE.format(n=same) if same else say_similar.MAYBE_RELAPSE.format(n=len(found))
        rows.append([Button(label, "similar.open", args, once=False)])
    if Act.UNMERGED in acts:
        rows.append([Button(say_similar.UNMERGE, "similar.unmerge", args)])
    return rows


def team_button(hazard: Hazard) -> Button:
    """Return the button that opens what else several people can do on a case."""
    return Button(say.TEAM, "team.menu", {"id": hazard.id}, once=False)


def _call(s: Session, call: Call) -> str:
    post = post_name(rules_of(s), call.post)
    if call.person_id is None or call.reported_in_at is None:
        return say.MISSING.format(post=post, due=day_and_hour(call.due_at))
    name = s.get_one(Person, call.person_id).name
    return say.CAME.format(post=post, name=name, day=f"{local(call.reported_in_at):%m月%d日}")
