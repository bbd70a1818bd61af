"""Looks: how a hazard looks to officers, as a card or in a list. Rendered from the state, with the acts open now."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.cards import Button, Card, Text, bold, card, lines, quote
from bot.context import Context
from handlers.looks_acts import act_rows
from handlers.looks_basics import headline as headline
from handlers.looks_outcomes import case_lines, clock_lines, day_of
from handlers.looks_outcomes import clock_of as clock_of
from handlers.looks_outcomes import day_and_hour as day_and_hour
from handlers.looks_outcomes import due_line as due_line
from handlers.looks_teamwork import team_lines
from handlers.say import common
from handlers.say import hazards as say
from handlers.say import pictures as say_pictures
from handlers.say import privacy as say_privacy
from handlers.say import questions as talks
from handlers.say import queue as say_queue
from handlers.say import requests as wishes
from knowledge.kinds import KINDS
from models import callers, hazards, pictures, questions, requests, standing_in
from models.base import Refused
from models.calendar import local
from models.hazard_files import SELF
from models.hazards import Hazard
from models.lifecycle import ACT_LABELS, LIFECYCLE, Act, Relation, Step
from models.people import Actor, Can, Person, actor_of

A_PAGE = 8
OF_THE_HOUR = frozenset({Relation.REPORTER, Relation.FOLLOWER, Relation.SYSTEM})
MOVING = frozenset({act.value for act, move in LIFECYCLE.items() if move.to is not None} | {Act.HANDED_OVER.value})
BY = {Relation.REPORTER.value: "上报人", Relation.SYSTEM.value: "系统", Relation.NONE.value: "上报人",
      Relation.FOLLOWER.value: "关注人"}  # fmt: skip


def hazard_text(s: Session, hazard: Hazard, now: datetime) -> Text:
    """Return what officers see of a hazard; never who reported it, unless that person chose to be named."""
    holder = holder_name(s, hazard)
    reporter = hazards.named_reporter(s, hazard)
    return lines(
        headline(hazard),
        f"地点：{hazard.place_text}",
        _words(hazard),
        say.ALSO.format(kinds="、".join(KINDS[code].name for code in hazard.tags.split(","))) if hazard.tags else None,
        f"上报：{local(hazard.reported_at):%m月%d日}" + (f"，{reporter.name}（实名）" if reporter else ""),
        say.SELF_FOUND if hazard.source == SELF else None,
        say.CAME_BY.format(channel=channel) if (channel := callers.channel_of(s, hazard)) else None,
        say.CALLED_BY.format(contact=contact) if (contact := callers.contact_of(s, hazard)) else None,
        say_privacy.UNREACHABLE if hazard.privacy == hazards.RECEIPT else None,
        f"承办：{holder}" if holder else None,
        *case_lines(s, hazard),
        *clock_lines(s, hazard, now),
        say_pictures.on_card(pictures.shown(s, hazard)),
        *team_lines(s, hazard),
        *_waits(s, hazard),
    )


def _words(hazard: Hazard) -> Text | None:
    words = hazards.words_of(hazard)
    if words and hazards.is_concealed(hazard):
        words = say_privacy.RESTATED.format(told=words)
    return quote(words) if words else None


def holder_name(s: Session, hazard: Hazard) -> str:
    """Return who has a case, with who stands in for them; nothing when nobody has it."""
    person = s.get(Person, hazard.assignee_id) if hazard.assignee_id else None
    if person is None:
        return ""
    deputy = standing_in.deputy_of(s, person.id or 0)
    return say_queue.IN_PLACE.format(name=person.name, deputy=deputy.name) if deputy else person.name


def seen_by(s: Session, hazard_id: int, person: Person) -> tuple[Actor, Hazard] | None:
    """Return a colleague as they may act now and a case that they may see; None when they may not (any more)."""
    who = actor_of(s, person)
    try:
        return who, hazards.hazard_for(s, who, hazard_id, Can.SEE_HAZARDS)
    except Refused:
        return None


def _waits(s: Session, hazard: Hazard) -> list[str]:
    """Say what on this hazard waits for somebody else."""
    question, request = questions.open_question(s, hazard), requests.open_request(s, hazard.id or 0)
    told = [talks.WAITS.format(due=day_and_hour(question.due_at))] if question else []
    told += [wishes.WAITS.format(kind=requests.KIND_LABELS[request.kind])] if request else []
    is_stuck = hazard.escalated and hazard.step == Step.REPORTED
    return [*told, *([wishes.ESCALATED.format(count=hazard.returns)] if is_stuck else [])]


def hazard_card(s: Session, who: Actor, hazard: Hazard, now: datetime, head: str = "") -> Card:
    """Return a hazard with the acts that this officer may do now."""
    rows = act_rows(s, who, hazard, now)
    return card(bold(head) if head else None, hazard_text(s, hazard, now), buttons=rows)


def card_for(context: Context, hazard: Hazard, head: str = "") -> Card:
    """Return a hazard as the officer at the other end may act on it now."""
    return hazard_card(context.visit.session, context.actor, hazard, context.now, head)


def hazard_list(found: Sequence[Hazard], head: str, none: str, verbs: tuple[str, str], page: int = 0) -> Card:
    """Return a page of hazards; `verbs` are what opens one and what turns the page."""
    if not found:
        return card(none)
    opens, turns = verbs
    shown = found[page * A_PAGE : (page + 1) * A_PAGE]
    told = [headline(h) + f"\n　{h.place_text}" for h in shown]
    rows = [[Button(f"{h.number} {h.place_text}", opens, {"id": h.id}, once=False)] for h in shown]
    ways = ((common.PREVIOUS, page - 1), (common.NEXT_PAGE, page + 1))
    last = (len(found) - 1) // A_PAGE
    rows.append([Button(label, turns, {"page": to}, once=False) for label, to in ways if 0 <= to <= last])
    return card(bold(f"{head}（{len(found)}）"), *told, buttons=rows)


def last_move(s: Session, hazard: Hazard) -> str:
    """Return who moved a case last, or gave it to whom it is with: 已由 张网格员 认领核查; nothing for a new one."""
    moves = [step for step in hazards.history(s, hazard) if step.act in MOVING]
    if not moves:
        return ""
    last = moves[-1]
    person = s.get(Person, last.who_id) if last.who_id else None
    sentence = say_queue.TAKEN if person else say_queue.TAKEN_ALONE
    return sentence.format(name=person.name if person else "", act=ACT_LABELS[Act(last.act)])


def history_text(s: Session, hazard: Hazard) -> Text:
    """Return what happened to a hazard, step by step; a concealed reporter stays without a name, words and hour."""
    told = []
    for step in hazards.history(s, hazard):
        person = s.get(Person, step.who_id) if step.who_id else None
        name = person.name if person else BY[step.by]
        note = f"：{read}" if (read := hazards.note_of(hazard, step)) else ""
        # What the clock does at once would tell the hour of the report as well.
        hidden = step.by in OF_THE_HOUR and hazards.is_concealed(hazard)
        when = day_of(step.at) if hidden else day_and_hour(step.at)
        told.append(f"{when} {name} {ACT_LABELS[Act(step.act)]}{note}")
    return lines(headline(hazard), *told)
