"""The postman's paperwork: taking due rows, making them into calls, and noting how each ended. All in the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from bot import calls, cards, notices
from bot.cards import Card
from bot.context import Shows
from bot.notices import Notice
from bot.pace import Pace
from bot.wire import End, Outcome
from models import albums, calendar, chats, drafts, keyboards, leases, outbox, vault
from models.outbox import DEAD, DUE, INFLIGHT, SENT, SILENT, UNKNOWN, Lane, Outgoing
from models.people import Person
from models.rules import rules_of
from models.sealing import Unreadable

log = structlog.get_logger(__name__)

REPLIES = ("reply", "receipt")
LONGEST_PAUSE = timedelta(minutes=5)
KEPT = timedelta(days=3)
LOOK_AGAIN = timedelta(seconds=2)
URGENT_REPEATS = 5


@dataclass(frozen=True, slots=True)
class Letter:
    """A row that is in flight: the calls that deliver it."""

    row: int
    chat: int
    calls: tuple[dict[str, Any], ...]


def take(s: Session, kinds: dict[str, Notice], pace: Pace, holder: str, *, now: datetime) -> Letter | bool:
    """Take the next due row into flight. False: nothing is due; True: something was dealt with without sending."""
    query = select(Outgoing).where(Outgoing.state == DUE, Outgoing.not_before <= now)
    query = query.order_by(col(Outgoing.lane), col(Outgoing.id)).limit(1)
    row = s.exec(query.with_for_update(skip_locked=True)).first()
    if row is None:
        return False
    person = _recipient(s, row)
    chat = person.telegram_id if person is not None else row.chat_id
    if chat is not None and (wait := pace.wait_for(chat)) > 0:
        row.not_before = now + timedelta(seconds=wait)  # one busy chat must not hold up everybody behind it
        return True
    shown = _render(s, row, person, kinds, now)
    if shown is None or chat is None:
        return True
    row.state, row.holder, row.attempts = INFLIGHT, holder, row.attempts + 1
    loud = kinds[row.what].urgent or row.lane == Lane.URGENT
    quietly = calendar.is_quiet(now, rules_of(s)) and not loud
    edit = row.about.get("edit")
    return Letter(row.id or 0, chat, _calls(s, shown, chat, person, quietly and edit is None, now, edit))


def _recipient(s: Session, row: Outgoing) -> Person | None:
    """Return the person a row goes to; nobody when it goes to a group or channel, or when the vault stays shut."""
    try:
        person_id = vault.deliver_to(s, row.alias) if row.alias else row.person_id
    except Unreadable:
        return None
    return s.get(Person, person_id) if person_id else None


def _render(s: Session, row: Outgoing, person: Person | None, kinds: dict[str, Notice], now: datetime) -> Card | None:
    kind = kinds.get(row.what)
    if kind is None or not _can_be_reached(row, person, kind):
        if row.alias and person is not None:  # a reporter who blocked the bot meanwhile: somebody has to know
            _tell_owner(s, row, kind, now)
        _close(row, DEAD, "no such notice" if kind is None else "unreachable", now)
        return None
    if kind.holds and calendar.is_quiet(now, rules_of(s)):
        row.not_before = calendar.after_quiet(now, rules_of(s))
        return None
    if kind.waits is not None and kind.waits(s, row, now):
        row.not_before = now + LOOK_AGAIN
        return None
    try:
        with s.begin_nested():
            shown = _made(s, row, person, kind, now)
    except Exception as trouble:
        log.error("notice.failed", what=row.what, row=row.id, error=type(trouble).__name__)
        _close(row, DEAD, f"render: {type(trouble).__name__}", now)
        return None
    if shown is None:
        _close(row, SILENT, "passed", now)
        return None
    return shown.marked(notices.REPEATED) if row.repeated and "edit" not in row.about else shown


def _can_be_reached(row: Outgoing, person: Person | None, kind: Notice) -> bool:
    if person is not None:
        return person.reachable
    return kind.render_in_chat is not None and row.chat_id is not None


def _made(s: Session, row: Outgoing, person: Person | None, kind: Notice, now: datetime) -> Card | None:
    if person is None:
        return kind.render_in_chat(s, row, now) if kind.render_in_chat else None
    if kind.topic and kind.topic in person.muted.split(","):
        return None
    return kind.render(s, row, person, now)


def _calls(
    s: Session, shown: Card, chat: int, person: Person | None, quietly: bool, now: datetime, edit: int | None
) -> tuple[dict[str, Any], ...]:
    markup = calls.word_keyboard(shown.menu) if shown.menu else None
    if shown.buttons:
        token = keyboards.make_keyboard(s, person.id if person else None, calls.pressable(shown.buttons), now=now)
        markup = {"inline_keyboard": calls.inline_keyboard(shown.buttons, token)}
    made = calls.calls(shown, chat, markup, edit)
    if quietly:
        made = [{**c, "params": {**c["params"], "disable_notification": True}} for c in made]
    return tuple(made)


def _close(row: Outgoing, state: str, outcome: str, now: datetime) -> None:
    row.state, row.outcome, row.done_at = state, outcome[:200], now
    row.call, row.about, row.alias, row.chat_id = None, {}, None, None


@dataclass(frozen=True, slots=True)
class Ended:
    """How a row ended; `draft` is the form whose prompt the message is, or the album whose late pictures it counts."""

    row: int
    outcome: Outcome
    draft: Shows | None = None


def note_replies(s: Session, ended: list[Ended], *, now: datetime) -> None:
    """Note how replies ended: those that arrived leave nothing behind."""
    good = [e for e in ended if e.outcome.end in {End.DONE, End.PASSED}]
    s.execute(delete(Outgoing).where(col(Outgoing.id).in_([e.row for e in good])))
    for e in good:
        if e.draft is not None and e.outcome.message_id is not None:
            _note_shown(s, e.draft, e.outcome.message_id)
    for e in ended:
        if e not in good and (row := s.get(Outgoing, e.row)) is not None:
            if e.outcome.end is End.BLOCKED:
                _unreachable(s, row)
            _close(row, DEAD if e.outcome.end is not End.UNKNOWN else UNKNOWN, e.outcome.reason, now)


def _note_shown(s: Session, shows: Shows, message_id: int) -> None:
    if isinstance(shows, str):
        albums.note_message(s, shows, message_id)
    else:
        s.execute(update(drafts.Draft).where(col(drafts.Draft.id) == shows).values(prompt_message_id=message_id))


def note(s: Session, kinds: dict[str, Notice], row_id: int, outcome: Outcome, *, now: datetime) -> None:
    """Note how a notice ended and what follows from it."""
    row = s.get(Outgoing, row_id)
    if row is None or row.state != INFLIGHT:
        return
    match outcome.end:
        case End.DONE | End.PASSED:
            row.message_id = outcome.message_id
            _arrived(s, row, kinds.get(row.what), outcome, now)
            _close(row, SENT, "", now)
        case End.LATER:
            row.state, row.not_before = DUE, now + timedelta(seconds=outcome.seconds)
        case End.NOT_SENT if now - row.created_at < KEPT:
            row.state, row.not_before = DUE, now + _pause(row)
        case End.UNKNOWN:
            doubt(row, kinds.get(row.what), outcome.reason, now, after=_pause(row))
        case End.UNMADE:
            _close(row, DEAD, outcome.reason, now)
            if row.person_id is not None:
                outbox.notify(s, row.person_id, "system.unmade", now=now, key=f"unmade|{row.id}")
        case _:
            if outcome.end is End.BLOCKED:
                _unreachable(s, row)
                _tell_owner(s, row, kinds.get(row.what), now)
            _close(row, DEAD, outcome.reason, now)


def _arrived(s: Session, row: Outgoing, kind: Notice | None, outcome: Outcome, now: datetime) -> None:
    if outcome.chat and row.chat_id is not None:
        chats.moved(s, row.chat_id, outcome.chat)
    if kind is not None and kind.arrived is not None:
        kind.arrived(s, row, outcome, now)


def doubt(row: Outgoing, kind: Notice | None, reason: str, now: datetime, after: timedelta = timedelta()) -> None:
    """Nobody knows whether it arrived: repeat it once with a mark, or list it."""
    urgent = row.lane == Lane.URGENT and row.attempts < URGENT_REPEATS
    if kind is not None and kind.repeat and (urgent or not row.repeated):
        row.state, row.repeated, row.not_before = DUE, True, now + after
    else:
        _close(row, UNKNOWN, reason or "unknown", now)


def _pause(row: Outgoing) -> timedelta:
    return min(timedelta(seconds=2**min(row.attempts, 10)), LONGEST_PAUSE)


def _unreachable(s: Session, row: Outgoing) -> None:
    person = _recipient(s, row)
    if person is None and row.chat_id is not None:
        chats.lost(s, row.chat_id)
        person = s.exec(select(Person).where(Person.telegram_id == row.chat_id)).first()
    if person is not None:
        person.reachable = False


def _tell_owner(s: Session, row: Outgoing, kind: Notice | None, now: datetime) -> None:
    """Of a sealed recipient once per matter, and which matter it is; nobody learns more than that."""
    owners = kind.owner(s, row) if kind is not None and kind.owner is not None else []
    of: dict[str, Any] = {"of": row.about} if row.alias else {}
    for owner in owners:
        if owner != row.person_id:
            # A reporter is told of once for a case, whatever else could not be told.
            key = f"unreachable|{row.alias or row.id}|{owner}"
            outbox.notify(s, owner, "system.unreachable", now=now, key=key, row=row.id, **of)


def orphans(s: Session, kinds: dict[str, Notice], holder: str, *, now: datetime) -> list[Outgoing]:
    """Take over what dead processes had in flight: notices by their policy, replies are returned to be sent again."""
    query = select(Outgoing).where(Outgoing.state == INFLIGHT, col(Outgoing.holder).not_in(leases.living(s) | {holder}))
    replies = []
    for row in s.exec(query.order_by(col(Outgoing.id)).limit(500)).all():
        if row.what in REPLIES and row.call is not None:
            row.holder = holder
            row.call = marked(row.what, row.call)
            replies.append(row)
        else:
            doubt(row, kinds.get(row.what), "process ended", now)
    return replies


def marked(what: str, call: dict[str, Any]) -> dict[str, Any]:
    """Return a call that is made once more in doubt; a receipt says so, another reply is harmless."""
    if what != "receipt" or call["method"] != "sendMessage":
        return call
    params = call["params"]
    text, shift = cards.cut(notices.REPEATED + params["text"], cards.TEXT_LIMIT), cards.units(notices.REPEATED)
    shifted = [{**e, "offset": e["offset"] + shift} for e in params.get("entities", [])]
    entities = [{**e, "length": min(e["length"], cards.units(text) - e["offset"])} for e in shifted]
    return {**call, "params": {**params, "text": text, "entities": [e for e in entities if e["length"] > 0]}}


def uncertain(s: Session) -> list[Outgoing]:
    """Return the notices whose arrival nobody knows, for the operator's list; a broadcast lists its own."""
    own = col(Outgoing.broadcast_id).is_(None)
    return list(s.exec(select(Outgoing).where(Outgoing.state == UNKNOWN, own).order_by(col(Outgoing.id))))


