"""Looks of places: the due list, lists to pick from, the card of one place, and what was logged."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session

from bot.cards import Button, Card, Text, bold, card, code
from bot.context import Context
from handlers import looks_due, looks_visits, place_menu
from handlers.check_fields import PAPERS
from handlers.looks_due import day_in_words, due_in_words, list_button, place_button
from handlers.say import common
from handlers.say import patrols as say
from models import drafts, due, hazards, patrols, streets
from models.base import Refused
from models.calendar import local
from models.hazards import Hazard
from models.patrols import DONE, NA, Patrol, PatrolItem
from models.people import Can
from models.places import KINDS, OPEN, STATES, Place

A_PAGE = 8


def find_button(said: dict[str, str] | None = None) -> Button:
    """Return the button that asks for a name, for a sentence that waits for its place if there is one."""
    return Button(say.FIND, "place.find", {"said": said} if said else {}, once=False)


def due_card(context: Context, page: int = 0, start: int = 0) -> Card:
    """Return one page of what is to be patrolled by today, in walking order from the place with the id `start`."""
    first = context.visit.session.get(Place, start) if start else None
    found = context.run(due.due_today, start=due.point_of(first) if first else None)
    ways = [find_button(), Button(say.STREET, "patrol.streets", once=False)]
    if not found:
        return card(say.DUE_NONE, buttons=[resume_row(context), ways])
    page = min(max(page, 0), (len(found) - 1) // A_PAGE)
    late = sum(one.is_late(context.today) for one in found)
    head = say.DUE_HEAD.format(n=len(found) if len(found) < due.MOST else f"{due.MOST} 多")
    told, rows = looks_due.page_of(found, page, A_PAGE, context.today)
    return card(bold(head), say.DUE_LATE.format(n=late) if late else None, *told, say.DUE_HOW,
                buttons=[resume_row(context), *rows, _turning(page, len(found), start), ways])  # fmt: skip


def resume_row(context: Context) -> list[Button]:
    """Return the way to the paper that was put aside last, when there is one."""
    visit = context.visit
    found = drafts.waiting(visit.session, visit.actor.id, visit.chat or 0, PAPERS)
    if not found:
        return []
    said = say.GO_ON_MORE if len(found) > 1 else say.GO_ON_WITH
    return [Button(said.format(name=found[0].state["answers"]["name"], n=len(found)), "form.resume", once=False)]


def _turning(page: int, n: int, start: int) -> list[Button]:
    last = (n - 1) // A_PAGE
    turns = ((common.PREVIOUS, page - 1), (common.NEXT_PAGE, page + 1))
    return [Button(label, "patrol.due", {"page": to, "from": start}, once=False)
            for label, to in turns if 0 <= to <= last]  # fmt: skip


def pick_card(
    head: str, found: Iterable[tuple[Place, str]], said: dict[str, str] | None = None, more: Sequence[Button] = ()
) -> Card:
    """Return places to choose from, each with a word more; `said` is a sentence that waits for its place."""
    rows = [[_choice(place, words, said)] for place, words in found]
    return card(bold(head), buttons=[*rows, [*more], [find_button(said)]])


def _choice(place: Place, more: str, said: dict[str, str] | None) -> Button:
    return Button(place.name, "patrol.said", {"p": place.id, **said}, once=False) if said else place_button(place, more)


def last_id(context: Context, place: Place) -> int:
    """Return the number of the last patrol of a place, 0 for none: buttons carry it to notice a newer one."""
    last = patrols.last_patrol(context.visit.session, place.id or 0)
    return (last.id or 0) if last else 0


def place_card(context: Context, place: Place, note: str = "") -> Card:
    """Return a place with its last patrol and next day, and what its patroller can say at once."""
    last = patrols.last_patrol(context.visit.session, place.id or 0)
    return card(
        note or None, bold(place.name) + f"  {KINDS[place.kind]}", place.address or None, _due_line(context, place),
        _last_line(last) if last else say.LAST_NONE, *_last_failures(context, last), *place_menu.facts(context, place),
        buttons=[*_outcomes(context, place, last), place_menu.buttons(context, place)],
    )  # fmt: skip


def _due_line(context: Context, place: Place) -> str | None:
    if place.status != OPEN:
        if place.next_patrol_on is None:
            return say.NO_PATROL.format(state=STATES[place.status])
        return say.GONE.format(state=STATES[place.status], day=day_in_words(place.next_patrol_on))
    if place.next_patrol_on is None:
        return None
    return say.DUE_LINE.format(when=due_in_words(place.next_patrol_on, context.today))


def _last_line(last: Patrol) -> str:
    said = say.LAST.format(day=day_in_words(local(last.claimed_at).date()), outcome=result_in_words(last))
    return said + (say.LATE_MARK if last.late else "")


def _last_failures(context: Context, last: Patrol | None) -> Sequence[str]:
    if last is None:
        return ()
    found = patrols.items_of(context.visit.session, last.id or 0)
    return [f"· {as_read(item.text)}（{patrols.RESULTS[item.result]}）" for item in found if item.result != NA]


def result_in_words(patrol: Patrol) -> str:
    """Return what a patrol found, in two words."""
    if patrol.outcome != DONE:
        return patrols.OUTCOMES[patrol.outcome]
    return say.FAILED.format(n=patrol.failed) if patrol.failed else say.ALL_GOOD


def as_read(text: str) -> str:
    """Return the words of a checklist with the commas that people read."""
    return text.replace(",", "，").replace("(", "（").replace(")", "）")


def _outcomes(context: Context, place: Place, last: Patrol | None) -> list[list[Button]]:
    if not context.actor.reaches(Can.PATROL, place.area_path):
        return []
    args = {"p": place.id, "l": last.id if last else 0}
    bad = Button(say.BAD_BUTTON, "patrol.bad", args, once=False)
    out = Button(say.OUT_BUTTON, "patrol.out", args, once=False)
    return [[Button(say.GOOD_BUTTON, "patrol.good", args)], [bad, out], [list_button()]]


def out_card(place: Place, args: dict[str, int]) -> Card:
    """Return the ways in which somebody could not get in."""
    ways = [Button(label, "patrol.shut", {**args, "o": o}) for o, label in patrols.OUTCOMES.items() if o != DONE]
    rows = [ways[:2], ways[2:], [Button(say.BACK, "place.show", {"p": place.id}, once=False)]]
    return card(bold(say.OUT_ASK.format(name=place.name)), say.OUT_LEGEND, buttons=rows)


def logged_card(context: Context, patrol: Patrol) -> Card:
    """Return what was written down under which number, what it opened, when to come again, and the next place."""
    s = context.visit.session
    place, items = s.get_one(Place, patrol.place_id), patrols.items_of(s, patrol.id or 0)
    fixed = sum(item.result == patrols.FIXED for item in items)
    opened = [line for item in items if (line := opened_line(context, item)) is not None]
    onward = looks_due.onward(context.run(due.due_today, start=due.point_of(place), limit=1))
    return card(
        bold(say.LOGGED.format(name=place.name)) + "  " + code(say.NUMBER.format(n=patrol.id)),
        say.KNOWN if patrol.finished_at < context.now else None, say.RESULT.format(result=result_in_words(patrol)),
        say.FIXED.format(n=fixed) if fixed else None, say.OPENED if opened else None, *opened,
        _coming(s, place, patrol), say.LATE if patrol.late else None, None if onward else say.ALL_DONE,
        buttons=[looks_visits.letter_buttons(s, context.actor, place), *_onward(context, patrol, place, onward)],
    )  # fmt: skip


def _onward(context: Context, patrol: Patrol, place: Place, onward: list[Button]) -> list[list[Button]]:
    """What was put aside goes on first, else the next of the walk; then the door next to this one."""
    again = [Button(say.AGAIN, "place.show", {"p": place.id}, once=False)] if place.status != OPEN else []
    near = context.run(streets.next_door, place)
    beside = [Button(say.NEXT_DOOR.format(name=near[0].name), "patrol.beside", {"r": patrol.id})] if near else []
    record = Button(say.RECORD, "patrol.record", {"r": patrol.id}, once=False)
    return [resume_row(context) or onward, beside, [*again, record, list_button(place)]]


def opened_line(context: Context, item: PatrolItem) -> Text | None:
    """Return the case of a line and what was said of it; None without one, and for who is kept out of it."""
    hazard = case_of(context, item)
    if hazard is None:
        return None
    known = say.KNOWN_CASE if hazard.patrol_id != item.patrol_id else ""
    return code(hazard.number) + "  " + "：".join(part for part in (as_read(item.text), item.note) if part) + known


def case_of(context: Context, item: PatrolItem) -> Hazard | None:
    """Return the case that a line belongs to, if the actor may see it."""
    if item.hazard_id is None:
        return None
    try:
        return context.read(hazards.hazard_for, item.hazard_id, Can.SEE_HAZARDS)
    except Refused:
        return None


def _coming(s: Session, place: Place, patrol: Patrol) -> str | None:
    if place.next_patrol_on is None:
        return None
    day = day_in_words(place.next_patrol_on)
    if place.status != OPEN:
        return say.GONE_LOGGED.format(day=day)
    if patrol.outcome == DONE:
        return say.NEXT_DUE.format(day=day)
    return say.NEXT_TRY.format(when=looks_due.again_in_words(s, place, day))
