"""Looks of places: the due list, lists to pick from, the card of one place, and what was logged."""

from collections.abc import Iterable, Sequence
from datetime import date

from bot.cards import Button, Card, Text, bold, card, code
from bot.context import Context
from handlers import place_menu
from handlers.say import common
from handlers.say import patrols as say
from models import hazards, patrols, places
from models.calendar import local
from models.patrols import DONE, Patrol, PatrolItem
from models.people import Can
from models.places import KINDS, OPEN, STATES, Place

A_PAGE = 8
WEEKDAYS = "一二三四五六日"


def day_in_words(day: date) -> str:
    """Return a day as it is said: 12月3日（周四）."""
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def due_in_words(day: date, today: date) -> str:
    """Return how a due day stands to today."""
    late = (today - day).days
    if late > 0:
        return say.LATE_BY.format(n=late)
    return say.TODAY if late == 0 else say.UNTIL.format(day=day_in_words(day))


def place_button(place: Place, more: str = "") -> Button:
    """Return the button that opens a place."""
    return Button(f"{place.name}  {more}".strip(), "place.show", {"p": place.id}, once=False)


def find_button(said: dict[str, str] | None = None) -> Button:
    """Return the button that asks for a name, for a sentence that waits for its place if there is one."""
    return Button(say.FIND, "place.find", {"said": said} if said else {}, once=False)


def due_card(context: Context, page: int = 0) -> Card:
    """Return one page of what is to be patrolled by today, the longest overdue first."""
    total, late = context.run(places.due_counts)
    if not total:
        return card(say.DUE_NONE, buttons=[[find_button()]])
    page = min(max(page, 0), (total - 1) // A_PAGE)
    shown = context.run(places.due_list, limit=A_PAGE, offset=page * A_PAGE)
    rows = [[place_button(p, due_in_words(p.next_patrol_on or context.today, context.today))] for p in shown]
    return card(bold(say.DUE_HEAD.format(n=total)), say.DUE_LATE.format(n=late) if late else None, say.DUE_HOW,
                buttons=[*rows, _turning(page, total), [find_button()]])  # fmt: skip


def _turning(page: int, n: int) -> list[Button]:
    last = (n - 1) // A_PAGE
    back = [Button(common.PREVIOUS, "patrol.due", {"page": page - 1}, once=False)] if page > 0 else []
    return back + ([Button(common.NEXT_PAGE, "patrol.due", {"page": page + 1}, once=False)] if page < last else [])


def pick_card(head: str, found: Iterable[tuple[Place, str]], said: dict[str, str] | None = None) -> Card:
    """Return places to choose from, each with a word more; `said` is a sentence that waits for its place."""
    rows = [[_choice(place, more, said)] for place, more in found]
    return card(bold(head), buttons=[*rows, [find_button(said)]])


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
        return say.NO_PATROL.format(state=STATES[place.status])
    if place.next_patrol_on is None:
        return None
    return say.DUE_LINE.format(when=due_in_words(place.next_patrol_on, context.today))


def _last_line(last: Patrol) -> str:
    return say.LAST.format(day=day_in_words(local(last.finished_at).date()), outcome=result_in_words(last))


def _last_failures(context: Context, last: Patrol | None) -> Sequence[str]:
    if last is None:
        return ()
    found = patrols.items_of(context.visit.session, last.id or 0)
    return [f"· {as_read(item.text)}（{patrols.RESULTS[item.result]}）" for item in found]


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


def list_button() -> Button:
    """Return the way back to the due list."""
    return Button(say.LIST, "patrol.due", {"page": 0}, once=False)


def out_card(place: Place, args: dict[str, int]) -> Card:
    """Return the ways in which somebody could not get in."""
    ways = [Button(label, "patrol.shut", {**args, "o": o}) for o, label in patrols.OUTCOMES.items() if o != DONE]
    rows = [ways[:2], ways[2:], [Button(say.BACK, "place.show", {"p": place.id}, once=False)]]
    return card(bold(say.OUT_ASK.format(name=place.name)), say.OUT_LEGEND, buttons=rows)


def logged_card(context: Context, patrol: Patrol) -> Card:
    """Return what was written down, what it opened, when to come again, and the next place."""
    s = context.visit.session
    place, items = s.get_one(Place, patrol.place_id), patrols.items_of(s, patrol.id or 0)
    fixed = sum(item.result == patrols.FIXED for item in items)
    opened = [_opened_line(context, item) for item in items if item.hazard_id]
    due = context.run(places.due_list, limit=1)
    onward = [Button(say.NEXT_PLACE.format(name=p.name), "place.show", {"p": p.id}, once=False) for p in due]
    again = [Button(say.AGAIN, "place.show", {"p": place.id}, once=False)] if place.status != OPEN else []
    return card(
        bold(say.LOGGED.format(name=place.name)), say.RESULT.format(result=result_in_words(patrol)),
        say.FIXED.format(n=fixed) if fixed else None, say.OPENED if opened else None, *opened,
        _coming(place, patrol), say.LATE if patrol.late else None, None if due else say.ALL_DONE,
        buttons=[onward, [*again, list_button()]],
    )  # fmt: skip


def _opened_line(context: Context, item: PatrolItem) -> Text:
    hazard = context.read(hazards.hazard_for, item.hazard_id, Can.SEE_HAZARDS)
    return code(hazard.number) + "  " + "：".join(part for part in (as_read(item.text), item.note) if part)


def _coming(place: Place, patrol: Patrol) -> str:
    if place.next_patrol_on is None:
        return say.NO_MORE
    said = say.NEXT_DUE if patrol.outcome == DONE else say.NEXT_TRY
    return said.format(day=day_in_words(place.next_patrol_on))
