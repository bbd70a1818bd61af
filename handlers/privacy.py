"""Privacy: the four levels, explained by one example each, lowered later, and the receipt as the only key."""

import re
from collections.abc import Sequence
from typing import Any

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, bold, card
from bot.context import Context
from bot.fields import Answers, Choice, Option, Text
from bot.forms import Form
from bot.routes import Route, command, press
from handlers import looks, looks_own
from handlers.say import privacy as say
from knowledge.restate import restate, restate_place
from knowledge.understand import severity_of
from knowledge.words import normalise
from models import hazards, levels, places, receipts
from models.hazards import CONFIDENTIAL, NAMED, RECEIPT, Hazard
from models.people import Can

LOCATED = "定位的位置"  # what the place of a report says when only a location was sent
# A ring of this width around a known place is no address.
STEP_METRES, FAR_METRES = 20, 1000
A_WORD = 8
_MISSING = re.compile("回执|记不|不记得|忘|丢|掉了|找不|没得|没有|不晓得|不知道")
_RECEIPT = r"(?:回执号?[:：]?\s*)?\d(?:[\s\-‐-―－—·.]*\d){15}"


class Level(Choice):
    """Who may see the reporter: a button or its word; the summary shows it as one line."""

    def show(self, value: Any, answers: Answers) -> str:  # noqa: ARG002
        """Say who can see what."""
        return say.ONE_LINE[str(value)]


class Digits(Text):
    """A receipt as people type it, also one with a digit too few; any other sentence is no receipt."""

    def is_meant(self, words: str) -> bool:
        """Say whether at least half of the letters and digits are digits, or the receipt is said to be missing."""
        letters = re.findall(r"\w", words)
        typed = 2 * sum(letter.isdigit() for letter in letters) >= len(letters)
        return typed or (len(letters) <= A_WORD and _MISSING.search(words) is not None)


LEVEL = Level(
    key="privacy", label="保密", ask=say.WHO_SEES,
    choices=[Option(level, label) for level, label in levels.LEVEL_LABELS.items()],
)  # fmt: skip


def level_in(words: str) -> str:
    """Return the level that somebody's words ask for. Words never make a report named: 我不想实名 has the word too."""
    return hazards.ANONYMOUS if "匿名" in words else CONFIDENTIAL


def remark(answers: Answers) -> str:
    """Return what the officers will read of this report, for the summary."""
    if answers.get("privacy") == NAMED:
        return say.THEY_READ_ALL
    said = str(answers["place"]["text"])
    where = say.ROUGHLY if said == LOCATED else restate_place(said)
    told = _restated(answers)
    read = [say.PLACE_READ.format(place=where), *([told] if told else [])]
    return say.THEY_READ.format(told="；".join(read))


def as_read(s: Session, answers: Answers) -> dict[str, Any]:
    """Return what of a report the case line reads, and the receipt if its level has one, for `hazards.report`."""
    level, where = str(answers.get("privacy") or CONFIDENTIAL), answers["place"]
    detail, said = str(answers.get("detail") or ""), str(where["text"])
    place = beside(s, where["latitude"], where["longitude"]) if said == LOCATED else said
    # Also of a named report, which may be lowered later.
    if said != LOCATED and (place := restate_place(said)) != said.strip():
        detail = f"{detail}\n地点原话：{said}".strip()
    receipt = receipts.new_receipt() if level in receipts.WITH_RECEIPT else ""
    return {"privacy": level, "place_text": place, "detail": detail, "told": _restated(answers), "receipt": receipt}


def _restated(answers: Answers) -> str:
    words, kind = str(answers.get("detail") or ""), str(answers["kind"])
    return restate(words, kind, severity_of(kind, normalise(words)))


def beside(s: Session, latitude: float, longitude: float) -> str:
    """Return where a point is in words: the nearest known place and a rounded distance; never the point itself."""
    found = places.landmark(s, latitude, longitude)
    if found is None:
        return LOCATED
    place, metres = found
    if metres >= FAR_METRES:
        return say.FAR_FROM.format(place=place.name, kilometres=round(metres / FAR_METRES))
    return say.BESIDE.format(place=place.name, metres=max(1, round(metres / STEP_METRES)) * STEP_METRES)


def received(context: Context, hazard: Hazard, receipt: str) -> Card:
    """Return the card after handing in; of a report that only the receipt opens, the buttons carry it."""
    if hazard.privacy == RECEIPT:
        context.hold(receipt)
    return looks_own.receipt(context.visit.session, hazard, receipt)


async def ask_receipt(_: Update, context: Context) -> None:
    """「凭回执查」: ask for the receipt, or take the one that stands behind the command."""
    typed = str(context.pressed.get("rest") or "")
    if typed:
        context.end("receipt")
        context.say(_opened(context, typed))
    else:
        context.begin("receipt")


async def typed_receipt(_: Update, context: Context) -> None:
    """Sixteen digits in a message of their own; a form that asks for them has them now."""
    context.end("receipt")
    context.say(_opened(context, str(context.pressed["rest"]).removeprefix("回执").lstrip("号:： ")))


def submit_receipt(context: Context, answers: Answers) -> Card:
    """Open the report of a receipt."""
    return _opened(context, str(answers["receipt"]))


def _opened(context: Context, typed: str) -> Card:
    hazard = context.run(receipts.found, typed)
    if hazard is None:
        return card(say.NOT_OPENED, buttons=[[Button(say.TRY_AGAIN, "receipt.ask", once=False)]])
    context.hold(receipts.read(typed) or "")
    return looks_own.own_card(context.visit.session, hazard, context.now)


async def who_sees(_: Update, context: Context) -> None:
    """「谁能看到我」: the level now, and what it can still be lowered to."""
    hazard = context.read(hazards.own_hazard, context.pressed["id"])
    number, lower = {"id": hazard.id}, levels.below(hazard)
    named = hazard.privacy == NAMED
    told = [say.EXAMPLES[level] for level in lower]
    ways = [Button(say.MAKE_IT.format(level=levels.LEVEL_LABELS[level]), *_way(level, number)) for level in lower]
    last = [Button(say.BACK, "own.open", number, once=False)]
    if hazard.privacy in receipts.WITH_RECEIPT:
        last.insert(0, Button(say.NEW_RECEIPT, "own.receipt", number))
    context.say(card(
        looks.headline(hazard), bold(say.NOW) + say.EXAMPLES[hazard.privacy], bold(say.CAN_BE if lower else say.LOWEST),
        *told, say.SEEN_BEFORE if named else None, say.HONEST, buttons=[*_pairs(ways), last],
    ))  # fmt: skip


def _way(level: str, number: dict[str, Any]) -> tuple[str, dict[str, Any], bool]:
    # The last step cannot be undone by anybody, so it is asked once more.
    return ("own.unlink", number, False) if level == RECEIPT else ("own.lowered", {**number, "to": level}, True)


def _pairs(ways: Sequence[Button]) -> list[Sequence[Button]]:
    return [ways[i : i + 2] for i in range(0, len(ways), 2)]


async def ask_unlink(_: Update, context: Context) -> None:
    """「改成只凭回执」: asked once more, for there is no way back."""
    hazard = context.read(hazards.own_hazard, context.pressed["id"])
    number = {"id": hazard.id}
    ways = [Button(say.SURE_YES, "own.lowered", {**number, "to": RECEIPT}), Button(say.BACK, "own.privacy", number)]
    context.say(card(looks.headline(hazard), say.SURE_RECEIPT, buttons=[ways]))


async def lowered(_: Update, context: Context) -> None:
    """「改成…」."""
    hazard, receipt = context.run(levels.lower, context.pressed["id"], str(context.pressed["to"]))
    if hazard.privacy == RECEIPT:
        context.hold(receipt)
    _show(context, hazard, say.LOWERED, receipt)


async def renewed(_: Update, context: Context) -> None:
    """「换新回执」."""
    receipt = context.run(receipts.renew, context.pressed["id"])
    hazard = context.visit.session.get_one(Hazard, context.pressed["id"])
    if hazard.privacy == RECEIPT:
        context.hold(receipt)
    _show(context, hazard, say.RENEWED, receipt)


def _show(context: Context, hazard: Hazard, head: str, receipt: str) -> None:
    way = [Button("看进度", "own.open", {"id": hazard.id}, once=False)]
    line = say.EXAMPLES[hazard.privacy]
    told = (bold(head), looks.headline(hazard), line, *looks_own.receipt_lines(receipt))
    context.say(card(*told, buttons=[looks_own.copy_row(receipt), way]))


FORMS = (
    Form("receipt", "凭回执查", submit=submit_receipt, review=False, fields=(
        Digits(key="receipt", label="回执", ask=say.ASK_RECEIPT, at_most=60),
    )),
)  # fmt: skip
ROUTES: tuple[Route, ...] = (
    command("receipt", ask_receipt, say.BY_RECEIPT, can=Can.REPORT, words=("查回执", "回执")),
    Route(typed_receipt, shape=_RECEIPT),
    press("receipt.ask", ask_receipt),
    press("own.privacy", who_sees),
    press("own.unlink", ask_unlink),
    press("own.lowered", lowered),
    press("own.receipt", renewed),
)
