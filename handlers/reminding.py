"""What the clock does: the morning's digest, a word about forgotten forms, new turns of duties, and tidying up."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col

import handlers
from bot.cards import Button, Card, bold, card, lines
from bot.forms import Form
from bot.notices import Notice
from bot.timetable import Chore
from handlers import looks
from handlers.say import common
from handlers.say import push as say
from models import (
    albums,
    case_cards,
    drafts,
    hazards,
    inbox,
    keyboards,
    limits,
    misses,
    outbox,
    reminders,
    rounds,
    tasks,
    uploads,
)
from models.base import Refused
from models.calendar import day_name, local
from models.deadlines import CLOCKS
from models.drafts import Draft
from models.outbox import Outgoing, notify
from models.people import Can, Person, actor_of
from models.reminders import DigestLine
from models.rules import rules_of

SHOWN = 12
OUTBOX_KEPT = timedelta(days=30)
INBOX_KEPT = timedelta(days=3)
FORGOTTEN_AFTER = timedelta(minutes=10)
UNSENT_AFTER = timedelta(minutes=3)
FORGOTTEN_UNTIL = timedelta(days=7)
DECEMBER = 12
# What opens a thing, and under which name it takes the number.
OPENERS = {"hazard": ("hazard.open", "id"), "patrol": ("place.show", "p"), "duty": ("task.show", "t"),
           "upkeep": ("asset.list", "p"), "request": ("request.open", "id"),
           "measure": ("problem.show", "m")}  # fmt: skip


def send_digests(s: Session, *, now: datetime) -> None:
    """Queue today's digests, once."""
    if not rounds.is_done(s, "digests", now=now) and reminders.queue_digests(s, now=now):
        rounds.mark_done(s, "digests", now=now)


def make_turns(s: Session, *, now: datetime) -> None:
    """Make the missing turns of this year's duties every day, from December on also those of the next year."""
    if rounds.is_done(s, "turns", now=now):
        return
    today = local(now).date()
    tasks.make_instances(s, today.year, now=now)
    if today.month == DECEMBER:
        tasks.make_instances(s, today.year + 1, now=now)
    rounds.mark_done(s, "turns", now=now)


def tidy(s: Session, *, now: datetime) -> None:
    """Remove every day what nobody needs any more."""
    if rounds.is_done(s, "tidy", now=now):
        return
    keyboards.forget(s, now=now)
    case_cards.forget(s, now=now)
    albums.forget(s, now=now)
    inbox.forget(s, now - INBOX_KEPT)
    outbox.forget(s, now - OUTBOX_KEPT)
    misses.forget(s, now=now)
    limits.forget(s, now=now)
    uploads.forget(s, now=now)
    drafts.expire(s, now=now, days=rules_of(s).draft_days)
    rounds.mark_done(s, "tidy", now=now)


def nudge(s: Session, *, now: datetime) -> None:
    """Remind, once, of a form that was left: soon when it only lacks the last tap, which may have been lost."""
    since = now - FORGOTTEN_UNTIL
    left = drafts.forgotten(s, since, now - FORGOTTEN_AFTER)
    unsent = [draft for draft in drafts.forgotten(s, since, now - UNSENT_AFTER) if draft.complete]
    for draft in {draft.id: draft for draft in (*left, *unsent)}.values():
        _nudge(s, draft, now)


def _nudge(s: Session, draft: Draft, now: datetime) -> None:
    # Without the mapper: a new version of the draft would make the buttons of its card useless.
    same = (col(Draft.id) == draft.id, col(Draft.nudged_at).is_(None))
    s.execute(update(Draft).where(*same).values(nudged_at=now).execution_options(synchronize_session=False))
    started = draft.started_at.timestamp()
    key = f"nudge|{draft.id}|{started}"
    notify(s, draft.person_id, "draft.nudge", now=now, key=key, draft=draft.id, started=started)


def nudge_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the reminder of a form; nothing when it was gone on with, sent in or given up."""
    del now
    draft = s.get(Draft, row.about["draft"])
    if draft is None or draft.parked or draft.person_id != person.id or draft.touched_at >= row.created_at:
        return None
    form: Form | None = handlers.FORMS.get(draft.form)
    if form is None or draft.started_at.timestamp() != row.about["started"]:
        return None
    sentence = common.NUDGE_COMPLETE if draft.complete else common.NUDGE
    return card(sentence.format(title=form.title), buttons=[[Button(say.GO_ON, "draft.continue")]])


def digest_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render what is due for this person at this moment; nothing when all is done or the day is over."""
    day = local(now).date()
    found = reminders.digest_for(s, person.id or 0, day, now) if row.about["date"] == day.isoformat() else []
    if not found:
        return None
    shown = found[:SHOWN]
    late = [line for line in shown if line.days_left < 0]
    today = [line for line in shown if line.days_left == 0]
    soon = [line for line in shown if line.days_left > 0]
    groups = ((say.LATE, late), (say.TODAY, today), (say.SOON, soon))
    told = [lines(bold(title), *map(_told, group)) for title, group in groups if group]
    rest = len(found) - len(shown)
    buttons = _openings((*late, *today, *soon))
    if rest and any(line.thing == "hazard" for line in found):
        buttons.append([Button(say.ALL_WAITING, "hazard.list", once=False)])
    head = bold(say.DIGEST.format(day=day_name(day)))
    return card(head, *told, say.DIGEST_REST.format(count=rest) if rest else None, say.DIGEST_TAIL, buttons=buttons)


def _openings(shown: Sequence[DigestLine]) -> list[list[Button]]:
    """One button for every thing that is named, two in a row; two clocks of a case need only one."""
    things = {(line.thing, line.thing_id): line for line in shown}
    opening = [_opening(line) for line in things.values()]
    return [opening[i : i + 2] for i in range(0, len(opening), 2)]


def _told(line: DigestLine) -> str:
    due = local(line.due_at).date()
    return say.digest_line(line.name, CLOCKS[line.clock], due, line.days_left, line.escalated)


def _opening(line: DigestLine) -> Button:
    label = say.OPENING[line.thing].format(name=line.name)
    verb, key = OPENERS[line.thing]
    return Button(label, verb, {key: line.thing_id}, once=False)


def quarantined_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card:
    """Render, for an administrator, that an update was put aside."""
    del s, person, now
    return card(common.QUARANTINED.format(row=row.about["row"]))


def unreachable_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render, for whoever answers for the matter, that somebody cannot be reached: a colleague, or a reporter."""
    if "of" not in row.about:
        return card(common.UNREACHABLE)
    who = actor_of(s, person)
    try:
        hazard = hazards.hazard_for(s, who, int(row.about["of"].get("hazard", 0)), Can.SEE_HAZARDS)
    except Refused:
        return None
    return looks.hazard_card(s, who, hazard, now, common.REPORTER_AWAY)


NOTICES: tuple[Notice, ...] = (
    Notice("digest", digest_card, holds=True),
    Notice("draft.nudge", nudge_card, repeat=False, holds=True),
    Notice("system.quarantined", quarantined_card),
    Notice("system.unreachable", unreachable_card),
)
CHORES: tuple[Chore, ...] = (
    Chore("make_turns", make_turns),
    Chore("send_digests", send_digests),
    Chore("nudge", nudge),
    Chore("tidy", tidy),
)
