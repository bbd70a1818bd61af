"""A street in one go: tick what is not well, confirm the rest once, and the ticked doors come one after another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from telegram import Update

from bot.cards import Button, Card, bold, card, lines
from bot.context import Context
from bot.fields import Answers, Option
from bot.forms import Form
from bot.marks import Marked
from bot.routes import Route, press
from handlers import checks
from handlers import looks_places as looks
from handlers.check_fields import CHECK, OUT
from handlers.looks_due import list_button
from handlers.say import common
from handlers.say import streets as say
from models import patrols, places, streets
from models.areas import Area
from models.patrols import DONE, OUTCOMES
from models.people import Can
from models.places import Place
from models.streets import MOST, Stop, Street, Walked

STREET = "patrol.street"
BAD, SHUT, SKIP = "bad", "shut", "skip"
A_PAGE = 6


async def choose(_: Update, context: Context) -> None:
    """「整条街一次记」: the due places, or a street or yard."""
    found, due = context.run(streets.streets), context.run(streets.doors, "", 0)
    page = max(0, min(int(context.pressed.get("page", 0)), (len(found) - 1) // A_PAGE))
    rows = [[_street_button(context, street)] for street in found[page * A_PAGE : (page + 1) * A_PAGE]]
    if due:
        rows.insert(0, [Button(say.DUE.format(n=len(due)), "patrol.walk", {"name": "", "area": 0}, once=False)])
    ways = ((common.PREVIOUS, page - 1), (common.NEXT_PAGE, page + 1))
    turns = [Button(label, "patrol.streets", {"page": to}, once=False)
             for label, to in ways if 0 <= to <= (len(found) - 1) // A_PAGE]  # fmt: skip
    told = say.CHOOSE_HOW.format(most=MOST) if rows else say.CHOOSE_NONE
    context.say(card(bold(say.CHOOSE), told, buttons=[*rows, turns, [list_button()]]))


def _street_button(context: Context, street: Street) -> Button:
    area = context.visit.session.get_one(Area, street.area_id).name
    said = say.STREET if street.due else say.STREET_DONE
    label = said.format(name=f"{area} {street.name}", left=street.left, due=street.due)
    return Button(label, "patrol.walk", {"name": street.name, "area": street.area_id}, once=False)


async def begin(_: Update, context: Context) -> None:
    """A street was chosen: its doors, to tick."""
    name, area = str(context.pressed["name"]), int(context.pressed["area"])
    found = context.run(streets.doors, name, area)
    if found:
        context.begin(STREET, {"title": name or say.DUE_TITLE, "stops": stops_of(context, found)})
    else:
        context.toast(say.EMPTY)


def stops_of(context: Context, found: Iterable[Place]) -> list[dict[str, Any]]:
    """Return places as the paper of a street keeps them, each with the last patrol that was known of it."""
    return [{"p": place.id, "n": place.name, "l": looks.last_id(context, place)} for place in found]


@dataclass(frozen=True, kw_only=True)
class Doors(Marked):
    """The doors of a street; what is not marked is all well."""

    def show(self, value: Any, answers: Answers) -> str:  # noqa: ARG002
        return f"{len(value['on'])} 家" if value["on"] else say.NONE

    def done_label(self, value: Any) -> str:
        return f"{self.done}（{len(value['on'])} 家）" if value and value["on"] else self.none


def _doors(answers: Answers) -> list[Option]:
    return [Option(str(stop["p"]), stop["n"]) for stop in answers["stops"]]


def _way(answers: Answers, stop: Mapping[str, Any]) -> str:
    """How a door was marked; an outcome that was said beforehand holds as long as the mark does."""
    way = DOORS.way(answers.get("marks"), str(stop["p"]))
    return str(answers.get("outs", {}).get(str(stop["p"]), SHUT)) if way == SHUT else way or DONE


def _named(answers: Answers, *ways: str) -> str:
    return "、".join(stop["n"] for stop in answers["stops"] if _way(answers, stop) in ways)


def _count(answers: Answers, way: str) -> int:
    return sum(_way(answers, stop) == way for stop in answers["stops"])


def _remark(answers: Answers) -> str:
    """What handing in will write, door by door: nobody confirms more than they read."""
    good = _count(answers, DONE)
    told = [say.WILL_GOOD.format(n=good, names=_named(answers, DONE)) if good else say.WILL_NONE]
    told += [say.WILL_OUT.format(outcome=label, names=_named(answers, way))
             for way, label in OUTCOMES.items() if way != DONE and _count(answers, way)]  # fmt: skip
    for way, said in ((BAD, say.WILL_BAD), (SHUT, say.WILL_SHUT), (SKIP, say.WILL_SKIP)):
        if n := _count(answers, way):
            told.append(said.format(n=n, names=_named(answers, way)))
    return "\n".join(told)


def submit(context: Context, answers: Answers) -> Card:
    """Log what is well, each door for itself, and lay the paper of every other one ready."""
    s = context.visit.session
    stops = [Stop(stop["p"], stop["l"], way) for stop in answers["stops"] if (way := _way(answers, stop)) in OUTCOMES]
    at, words = checks.moment(answers.get("at")), str(answers.get("note", ""))
    done = context.run(streets.walk, stops, partial(checks.list_of, s), claimed_at=at, note=words)
    for stop in reversed(answers["stops"]):
        if (way := _way(answers, stop)) in (BAD, SHUT):
            place = context.read(places.place_for, stop["p"], Can.PATROL)
            said = answers.get("said", {}).get(str(stop["p"]))
            paper = said or checks.about(s, place) | {"began": context.now.isoformat()}
            context.lay_by(CHECK if way == BAD else OUT, paper)
    left = [stop["n"] for stop in answers["stops"] if _way(answers, stop) in (BAD, SHUT)]
    return _walked_card(context, done, left)


def _walked_card(context: Context, done: Walked, left: list[str]) -> Card:
    s = context.visit.session
    by_outcome = {
        outcome: [s.get_one(Place, patrol.place_id).name for patrol in done.logged if patrol.outcome == outcome]
        for outcome in OUTCOMES
    }
    told = [say.OUT.format(outcome=OUTCOMES[outcome], names="、".join(names))
            for outcome, names in by_outcome.items() if names and outcome != DONE]  # fmt: skip
    good = by_outcome[DONE]
    return card(
        bold(say.LOGGED.format(n=len(done.logged)) if done.logged else say.NOTHING),
        say.GOOD.format(n=len(good), names="、".join(good)) if good else None, *told,
        say.NUMBERS.format(numbers="、".join(str(patrol.id) for patrol in done.logged)) if done.logged else None,
        say.KNOWN.format(names="、".join(place.name for place in done.known)) if done.known else None,
        say.LEFT.format(n=len(left), names="、".join(left)) if left else None,
        buttons=[looks.resume_row(context), [list_button()]],
    )  # fmt: skip


async def beside(_: Update, context: Context) -> None:
    """「隔壁也一样」: the nearest place of the same kind with what was just written, to be confirmed."""
    patrol, place = context.read(patrols.patrol_for, context.pressed["r"])
    found = context.run(streets.next_door, place)
    if found is None:
        context.toast(say.BESIDE_NONE)
    elif patrol.outcome == DONE and patrols.items_of(context.visit.session, patrol.id or 0):
        context.begin(CHECK, _same_findings(context, patrol, found[0]), say.BESIDE_HEARD)
    else:
        context.say(_same_card(context, patrol, *found))


def _same_card(context: Context, patrol: patrols.Patrol, place: Place, metres: int | None) -> Card:
    args = {"p": place.id, "l": looks.last_id(context, place)}
    away = say.AWAY.format(n=metres) if metres is not None else ""
    asked = say.BESIDE.format(name=place.name, away=away, result=looks.result_in_words(patrol))
    verb, more = ("patrol.good", {}) if patrol.outcome == DONE else ("patrol.shut", {"o": patrol.outcome})
    otherwise = Button(say.OTHERWISE, "place.show", {"p": place.id}, once=False)
    head = lines(bold(asked), place.address or None)
    return card(head, buttons=[[Button(say.SAME, verb, {**args, **more})], [otherwise, list_button()]])


def _same_findings(context: Context, patrol: patrols.Patrol, place: Place) -> Answers:
    """What was wrong next door, in words; pictures show one place and do not come along, so without words it asks."""
    s = context.visit.session
    known = checks.about(s, place)
    found = {item.key: item for item in patrols.items_of(s, patrol.id or 0)}
    return known | checks.standing(checks.items_of(known), found, pictures=False) | {"began": context.now.isoformat()}


DOORS = Doors(key="marks", label=say.LABEL, ask=lambda a: say.ASK.format(title=a["title"]), choices=_doors,
              done=say.DONE, none=say.ALL_GOOD, blank="✔", marks={BAD: "❌", SHUT: "🔒", SKIP: "➖"})  # fmt: skip
FORMS: tuple[Form, ...] = (Form(STREET, say.TITLE, (DOORS,), submit, remark=_remark, submit_label=say.SUBMIT),)
ROUTES: tuple[Route, ...] = (
    press("patrol.streets", choose, can=Can.PATROL),
    press("patrol.walk", begin, can=Can.PATROL),
    press("patrol.beside", beside, can=Can.PATROL),
)
