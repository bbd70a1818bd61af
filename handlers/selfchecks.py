"""Self-checks: the month's card of ten things, handed in from the chat by the responsible person of a place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from sqlmodel import Session
from telegram import Update

from bot.cards import Card, Text
from bot.context import Context
from bot.fields import Answers, NotUnderstood, Option, Photos, Said, Several
from bot.forms import Form
from bot.notices import Notice
from bot.routes import Route, command, press
from bot.timetable import Chore
from handlers import looks_selfchecks as looks
from handlers.hazards import media
from handlers.place_menu import PlaceAct, for_owner
from handlers.say import selfchecks as say
from knowledge.kinds import KINDS
from knowledge.selfchecks import ITEMS, SelfItem, list_for
from models import rounds, self_checks, self_rounds
from models.calendar import day_of
from models.outbox import Outgoing
from models.owners import is_time
from models.people import Actor, Can, Person, actor_of
from models.places import OPEN, Place
from models.self_checks import Finding, month_of

FORM = "selfcheck"
FIXED, TODAY = "fixed", "0"
FOR_LIFE = {"A01", "A02", "A10"}  # ways out that are blocked or locked, people who sleep where they must not
LATER = {str(n): say.IN_DAYS.format(n=n) for n in say.WITHIN}
ENDS = {FIXED: say.FIXED_NOW, TODAY: say.TODAY, **LATER}


@dataclass(frozen=True, kw_only=True)
class Unmet(Several):
    """The ten things on one page; only what is not so is ticked."""

    at_once: int = ITEMS

    def read(self, said: Said, answers: Answers) -> dict[str, Any]:
        if said.media:
            raise NotUnderstood(say.TICK_FIRST)
        return super().read(said, answers)

    def show(self, value: Any, answers: Answers) -> str:  # noqa: ARG002
        return say.ITEMS_SHOWN.format(n=len(value["on"])) if value["on"] else say.ITEMS_EMPTY


@dataclass(frozen=True, kw_only=True)
class Mending(Photos):
    """What became of one thing: words and pictures if somebody likes, then whether it is put right or will be.

    The value is `{note, media, end}`; `end` is fixed, or a number of days (0: today). What people flee by, and who
    sleeps where they must not, cannot wait for days.
    """

    n: int = 0

    a_row: ClassVar[int] = 2
    takes_strays: ClassVar[bool] = False
    files: bool = False

    def options(self, answers: Answers) -> Sequence[Option]:
        ends = (FIXED, TODAY) if _is_for_life(_items(answers)[self.n]) else (FIXED, *LATER)
        return [Option(end, ENDS[end]) for end in ends]

    def read(self, said: Said, answers: Answers) -> Any:
        have = answers.get(self.key) or {"note": "", "media": []}
        words = said.text.strip()
        ends = {option.value: option.label for option in self.options(answers)}
        end = said.choice or next((end for end, label in ends.items() if words == label), "")
        if end in ends:
            return {**have, "end": end}
        came = super().read(said, {self.key: have["media"]}) if said.media else have["media"]
        if not words and not said.media:
            raise NotUnderstood(say.CHOOSE)
        return {**have, "note": f"{have['note']} {words}".strip()[:300], "media": came}

    def is_enough(self, value: Any) -> bool:
        return "end" in value

    def show(self, value: Any, answers: Answers) -> str:
        told = [value["note"], super().show(value["media"], {}) if value["media"] else ""]
        heard = "，".join(part for part in told if part)
        end = ENDS.get(value.get("end", ""), "")
        return " → ".join(part for part in (heard, end) if part) if answers else heard

    def done_label(self, value: Any) -> str:  # noqa: ARG002
        return ""


async def home(_: Update, context: Context) -> None:
    """「我的场所」: how each stands this month."""
    found = context.read(self_checks.own_places)
    context.say(looks.home_card(context.visit.session, found, context.now))


async def begin(_: Update, context: Context) -> None:
    """「自查」: the ten things of this kind of place."""
    place = context.read(self_checks.own_place, context.pressed["p"])
    before = self_checks.card_of(context.visit.session, place.id or 0, month_of(context.now))
    note = say.AGAIN.format(day=day_of(before.at)) if before is not None else ""
    context.say(looks.ten_card(place, [item.ok for item in list_for(place.kind).items], note))


async def good(_: Update, context: Context) -> None:
    """「都做到了」: the whole card in one tap."""
    place = context.read(self_checks.own_place, context.pressed["p"])
    context.say(_sent(context, place.id or 0, place.kind, []))


async def bad(_: Update, context: Context) -> None:
    """「有没做到的」: tick them."""
    place = context.read(self_checks.own_place, context.pressed["p"])
    context.begin(FORM, {"place": place.id, "site": place.kind, "name": place.name})


def submit(context: Context, answers: Answers) -> Card:
    """Hand the card in; what is not put right yet goes to the grid worker."""
    items = _items(answers)
    found = [_finding(items[n], answers[_key(n)]) for n in _ticked(answers)]
    return _sent(context, answers["place"], str(answers["site"]), found)


def _sent(context: Context, place_id: int, site: str, found: Sequence[Finding]) -> Card:
    done = context.run(self_checks.check, place_id, found, version=list_for(site).version)
    return looks.sent_card(context.visit.session, context.actor, done, context.now)


def _finding(item: SelfItem, told: dict[str, Any]) -> Finding:
    days = None if told["end"] == FIXED else int(told["end"])
    return Finding(item.key, item.ok, item.kind, item.severity, KINDS[item.kind].is_evacuation, days, told["note"],
                   media(told["media"]))  # fmt: skip


async def board(_: Update, context: Context) -> None:
    """「自查情况」: totals of villages."""
    found = context.read(self_rounds.totals, context.today.year, month_of(context.now))
    context.say(looks.board_card(found, context.today.month))


def month_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the month's one message for all places that wait; nothing when all are done or the month is over."""
    return _card(s, row, person, now, say.MONTH_CARD)


def again_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the one reminder."""
    return _card(s, row, person, now, say.MONTH_AGAIN)


def _card(s: Session, row: Outgoing, person: Person, now: datetime, head: str) -> Card | None:
    return looks.month_card(s, actor_of(s, person), now, head) if row.about["month"] == month_of(now) else None


def ask_all(s: Session, *, now: datetime) -> None:
    """Look once a day, from the morning's digest on, whom to ask for this month's check."""
    if is_time(s, now) and not rounds.is_done(s, "self_checks", now=now):
        self_rounds.queue_cards(s, now=now)
        rounds.mark_done(s, "self_checks", now=now)


def fact(s: Session, who: Actor, place: Place, now: datetime) -> str | Text | None:
    """Tell on the card of a place whether it has checked itself this month, and its merits."""
    del who
    return looks.standing(s, place, now) if place.owner_id is not None and place.status == OPEN else None


def _items(answers: Answers) -> tuple[SelfItem, ...]:
    return list_for(str(answers["site"])).items


def _key(n: int) -> str:
    return f"f{n}"


def _ticked(answers: Answers) -> list[int]:
    on = set((answers.get("items") or {}).get("on", ()))
    return [n for n, item in enumerate(_items(answers)) if item.key in on]


def _is_ticked(n: int, answers: Answers) -> bool:
    return n in _ticked(answers)


def _ask_mending(n: int, answers: Answers) -> str:
    item = _items(answers)[n]
    ask = say.FINDING_ASK.format(ok=item.ok, mend=item.mend)
    return f"{ask}\n{say.AT_ONCE}" if _is_for_life(item) else ask


def _is_for_life(item: SelfItem) -> bool:
    return item.kind in FOR_LIFE


def _mending(n: int) -> Mending:
    return Mending(key=_key(n), n=n, label=say.FINDING_LABEL.format(n=n + 1), ask=partial(_ask_mending, n),
                   when=partial(_is_ticked, n))  # fmt: skip


FORMS: tuple[Form, ...] = (
    Form(
        FORM, say.TITLE,
        (Unmet(key="items", label=say.ITEMS_LABEL, ask=lambda a: say.ITEMS_ASK.format(name=a["name"]),
               choices=lambda a: [Option(item.key, item.ok) for item in _items(a)], done=say.ITEMS_DONE,
               none=say.ITEMS_NONE),
         *(_mending(n) for n in range(ITEMS))),
        submit, review=lambda a: bool(_ticked(a)), remark=lambda _: say.SUBMIT_HOW,
    ),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    command("myplaces", home, say.HOME, can=Can.MEND, help=say.HOME_HELP, words=(say.CHECK, "自查")),
    command("selfchecks", board, say.BOARD, can=Can.SEE_BOARD, help=say.BOARD_HELP),
    press("selfcheck.home", home, can=Can.MEND),
    press("selfcheck.begin", begin, can=Can.MEND),
    press("selfcheck.good", good, can=Can.MEND),
    press("selfcheck.bad", bad, can=Can.MEND),
)
NOTICES: tuple[Notice, ...] = (
    Notice(self_rounds.CARD, month_card, holds=True), Notice(self_rounds.AGAIN, again_card, holds=True),
)  # fmt: skip
CHORES: tuple[Chore, ...] = (Chore("ask_self_checks", ask_all),)
PLACE_ACTS = (PlaceAct(say.CHECK, "selfcheck.begin", for_owner),)
PLACE_FACTS = (fact,)
