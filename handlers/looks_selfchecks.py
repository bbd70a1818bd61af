"""How self-checks look: the month's card, what a place hears after handing in, the totals of villages."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.cards import Button, Card, Text, bold, card
from handlers.say import selfchecks as say
from models import self_checks
from models.calendar import day_name, local
from models.hazards import Hazard
from models.people import Actor
from models.places import Place
from models.self_checks import SelfCheck, month_of
from models.self_rounds import VillageSelfChecks, waiting

AT_ONCE = 4


def standing(s: Session, place: Place, now: datetime) -> str:
    """Return the line about a place: this month's check, and its merits of the year."""
    done = self_checks.card_of(s, place.id or 0, month_of(now))
    merits = self_checks.merits(s, place.id or 0, local(now).year)
    return say.month_line(local(done.at).date() if done else None, merits)


def home_card(s: Session, found: Sequence[Place], now: datetime) -> Card:
    """Return the actor's places, each with its check and a way to all the rest."""
    if not found:
        return card(say.HOME_NONE)
    told = [say.LINE.format(name=place.name, told=standing(s, place, now)) for place in found]
    rows = [[_check(place), Button(say.OPEN, "place.show", {"p": place.id}, once=False)] for place in found[:AT_ONCE]]
    rows += [[Button(say.OPEN_PLACE.format(name=place.name), "place.show", {"p": place.id}, once=False)]
             for place in found[AT_ONCE : 2 * AT_ONCE]]  # fmt: skip
    return card(bold(say.HOME), *told, buttons=rows)


def _check(place: Place) -> Button:
    return Button(say.CHECK_PLACE.format(name=place.name), "selfcheck.begin", {"p": place.id}, once=False)


def month_card(s: Session, who: Actor, now: datetime, head: str) -> Card | None:
    """Return the month's one message for all places of somebody that wait; None when all are done."""
    found = waiting(s, who, month_of(now))
    if not found:
        return None
    year, rest = local(now).year, len(found) - AT_ONCE
    unpromised = next((p for p in found if self_checks.commitment_of(s, p.id or 0, year) is None), None)
    rows = [[_check(place)] for place in found[:AT_ONCE]]
    rows.append([Button(say.COMMIT, "commit.show", {"p": unpromised.id}, once=False)] if unpromised else [])
    return card(bold(head.format(month=local(now).month)), say.MONTH_HOW,
                say.MORE_PLACES.format(n=rest) if rest > 0 else None,
                say.NOT_PROMISED if unpromised else None, buttons=rows)  # fmt: skip


def ten_card(place: Place, ten: Sequence[str], note: str) -> Card:
    """Return the ten things to look at: all well in one tap, or some to be ticked."""
    told = [f"{number}. {ok}" for number, ok in enumerate(ten, 1)]
    args = {"p": place.id}
    ways = [Button(say.GOOD, "selfcheck.good", args), Button(say.BAD, "selfcheck.bad", args, once=False)]
    return card(note or None, bold(say.TEN_HEAD.format(name=place.name)), *told, say.TEN_HOW,
                buttons=[ways, [Button(say.BACK, "selfcheck.home", once=False)]])  # fmt: skip


def sent_card(s: Session, who: Actor, found: SelfCheck, now: datetime) -> Card:
    """Return what a place hears after handing in: what was found, what goes on, what comes next."""
    place = s.get_one(Place, found.place_id)
    cases = [(s.get_one(Hazard, item["hazard"]), item["text"]) for item in found.items if item["hazard"]]
    told = [say.CASE.format(number=case.number, text=text) for case, text in cases]
    counted = say.FOUND.format(n=found.found, fixed=found.mended, open=found.found - found.mended)
    merits = self_checks.merits(s, place.id or 0, local(now).year)
    onward = waiting(s, who, found.month)[:1]
    return card(
        bold(say.SENT.format(name=place.name)), counted if found.found else say.ALL_GOOD,
        say.OPENED if told else None, *told, say.MERITS.format(n=merits) if merits else None,
        buttons=[[Button(say.NEXT.format(name=p.name), "selfcheck.begin", {"p": p.id}, once=False)] for p in onward]
        + [[Button(say.COMMIT, "commit.show", {"p": place.id}, once=False),
            Button(say.HOME, "selfcheck.home", once=False)]],
    )  # fmt: skip


def promise_card(place: Place, words: Sequence[str], year: int, agreed: datetime | None) -> Card:
    """Return the promise of a year: to be agreed to by one tap, or agreed to and ready to be printed."""
    told = [f"{number}. {line}" for number, line in enumerate(words, 1)]
    args = {"p": place.id}
    if agreed is None:
        rows = [[Button(say.AGREE, "commit.agree", args)]]
    else:
        rows = [[Button(say.WITH_NAME, "commit.paper", {**args, "named": True}, once=False)],
                [Button(say.WITHOUT_NAME, "commit.paper", {**args, "named": False}, once=False)]]  # fmt: skip
    after: Text | None = bold(say.AGREED.format(day=day_name(local(agreed).date()))) if agreed else None
    back = Button(say.BACK, "place.show", args, once=False)
    return card(bold(say.COMMIT_HEAD.format(name=place.name)), say.COMMIT_YEAR.format(year=year), *told, after,
                buttons=[*rows, [back]])  # fmt: skip


def board_card(found: Sequence[VillageSelfChecks], month: int) -> Card:
    """Return the totals of villages in the order of the area tree, and of all."""
    told = [_board_line(say.BOARD_LINE, [each], each.name or say.NO_VILLAGE) for each in found]
    return card(bold(say.BOARD_HEAD.format(month=month)), *told, bold(_board_line(say.BOARD_ALL, found, "")),
                say.BOARD_HOW)  # fmt: skip


def _board_line(sentence: str, found: Sequence[VillageSelfChecks], name: str) -> str:
    sums = {key: sum(getattr(each, key) for each in found) for key in ("places", "checked", "merits", "promised")}
    return sentence.format(name=name, **sums)
