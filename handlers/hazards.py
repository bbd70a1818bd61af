"""Whistle: a resident reports a danger in their own words, follows it, adds to it, takes it back, and rates the end."""

import re
from dataclasses import replace
from typing import Any

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, card, code
from bot.context import Context
from bot.fields import Answers, Choice, Option, Photos, Place, Said, Text
from bot.forms import Form, Further
from bot.routes import Route, command, link, press
from handlers import looks, looks_own, privacy, similar
from handlers.say import hazards as say
from handlers.say import privacy as say_privacy
from knowledge.findings import tags_of
from knowledge.kinds import KINDS
from knowledge.restate import restate
from knowledge.understand import Understanding, kind_of, severity_of, understand
from knowledge.whereabouts import place_in
from knowledge.words import normalise
from models import areas, hazards, places
from models.hazards import Hazard, Media
from models.lifecycle import Step
from models.people import Actor, Can
from models.rules import rules_of

OFTEN = ("A01", "A03", "A04", "A06", "A09", "A05", "A14", "A19")


A_SENTENCE = 5
REPORT_LINK = "report"  # what the link under a tip in a group, and the code on a notice, carry
_NOWHERE = re.compile(
    r"(屋头|家头|屋里|家里|我家|隔壁|邻居|门口|门前|楼上|楼下|旁边|边上|这里|这边|那里|那边|对门|对面|[的在])+"
)


def is_somewhere(place: str) -> bool:
    """Say whether words name a place that somebody else could find; 「隔壁」 alone does not."""
    return _NOWHERE.fullmatch(place) is None


class Kind(Choice):
    """The kind of a danger: a button, its name, or any words that describe it."""

    def read(self, said: Said, answers: Answers) -> str:
        """Take a button or words such as 「楼道堆东西」."""
        named = kind_of(normalise(said.text)) if said.choice is None and said.text else None
        return named or super().read(said, answers)

    def told(self, said: Said, answers: Answers) -> Answers:  # noqa: ARG002
        """Words that describe a danger tell more than its kind: what it is, and perhaps where."""
        words = said.text.strip() if said.choice is None else ""
        if len(words) < A_SENTENCE:
            return {}
        where = place_in(words)
        return {"detail": words, **({"place": {"text": where}} if where and is_somewhere(where) else {})}

    def show(self, value: Any, answers: Answers) -> str:  # noqa: ARG002
        """Show the kind's Chinese name."""
        return KINDS[str(value)].name


def severity_of_report(answers: Answers) -> str:
    """Return how grave the report sounds, by its kind and words."""
    return severity_of(str(answers["kind"]), normalise(str(answers.get("detail") or "")))


def submit_report(context: Context, answers: Answers) -> Card | Further:
    """Hand the report in and return the receipt; when it looks like one that is there, that is asked first."""
    given = given_in(context, answers)
    settled = similar.settle(context, answers, given)
    if settled is not None:
        return settled
    hazard = context.run(hazards.report, **given)
    _tell_of_flood(context)
    return and_another(privacy.received(context, hazard, given["receipt"]), answers)


def given_in(context: Context, answers: Answers) -> dict[str, Any]:
    """Return what a filled-in report tells of the danger."""
    where, kind = answers["place"], str(answers["kind"])
    read = privacy.as_read(context.visit.session, answers)
    place, area_id = context.read(locate, where["text"], where.get("place_id"))
    return {
        "kind": kind, "severity": severity_of_report(answers), "media": media(answers.get("photos")),
        # A point on the map lies in the area of the place beside it.
        "area_id": area_id or context.read(locate, read["place_text"])[1], "place_id": place,
        "latitude": where.get("latitude"), "longitude": where.get("longitude"),
        "evacuation": KINDS[kind].is_evacuation, "album": album_of(answers.get("photos")),
        "tags": tags_of(str(answers.get("detail") or ""), kind), **read,
    }  # fmt: skip


def and_another(shown: Card, answers: Answers) -> Card:
    """Offer one more danger at the same place: on a walk there are often several."""
    kept = {"place": answers["place"], "privacy": answers.get("privacy")}
    return replace(shown, buttons=(*shown.buttons, (Button(say.SAME_PLACE, "report.same", kept, once=False),)))


async def report_same(_: Update, context: Context) -> None:
    """「同一处还有一个」: only what is wrong there is asked."""
    context.begin("hazard", {"place": context.pressed["place"], "privacy": context.pressed["privacy"]}, say.SAME_BEGUN)


def _tell_of_flood(context: Context) -> None:
    """Say once, when the hour's limit is passed, that everything is kept all the same."""
    limit = rules_of(context.visit.session).reports_an_hour
    if context.run(hazards.reported_this_hour) == limit + 1:
        context.say(card(say.MANY.format(n=limit)), new=True)


def locate(s: Session, _: Actor, words: str, place_id: int | None = None) -> tuple[int | None, int | None]:
    """Return the place and the area that the words name, as far as they are clear; a scanned place is known already."""
    place = places.match(s, words) if place_id is None else s.get(places.Place, place_id)
    if place is not None:
        return place.id, place.area_id
    village = next((area for area in areas.villages(s) if area.name in words), None)
    return None, village.id if village else None


def media(items: list[dict[str, Any]] | None) -> list[Media]:
    """Return gathered pictures as the township keeps them."""
    return [Media(item["kind"], item["file_id"], item["unique_id"]) for item in items or []]


def album_of(items: list[dict[str, Any]] | None) -> str | None:
    """Return the album that gathered pictures came in, the last one; its late pictures go where these went."""
    return next((item["album"] for item in reversed(items or []) if "album" in item), None)


REPORT = Form(
    "hazard", "上报隐患", submit=submit_report, extra="detail",
    remark=privacy.remark,
    fields=(
        Kind(key="kind", label="类别", ask=say.WHICH_KIND,
             choices=[Option(code_, KINDS[code_].name) for code_ in OFTEN]),
        Place(key="place", label="地点", ask=say.WHERE),
        Text(key="detail", label="说明", ask=say.DETAIL, optional=True),
        Photos(key="photos", label="照片", ask=say.PHOTOS, optional=True),
        privacy.LEVEL,
        similar.FIELD,
    ),
)  # fmt: skip


def begin_report(context: Context, text: str = "", understood: Understanding | None = None,
                 pictures: list[dict[str, Any]] | None = None, location: tuple[float, float] | None = None,
                 note: str = "", place: dict[str, Any] | None = None) -> None:  # fmt: skip
    """Begin a report with everything that is known already, so that only the rest is asked."""
    prefill: dict[str, Any] = {"detail": text.strip(), "photos": pictures, "privacy": privacy.level_in(text)}
    if understood is not None:
        prefill["kind"] = understood.kind
        known = understood.place if understood.place and is_somewhere(understood.place) else None
        prefill["place"] = {"text": known} if known else None
    if place is not None:
        prefill["place"] = place
    if location is not None:
        prefill["place"] = {"text": "定位的位置", "latitude": location[0], "longitude": location[1]}
    context.begin("hazard", prefill, note)


async def report(_: Update, context: Context) -> None:
    """「上报隐患」 from the menu, or with words kept in a button: what they tell is not asked again."""
    words = str(context.pressed.get("text") or "")
    understood = _read_as_report(context, words) if words else None
    begin_report(context, words, understood, pictures=context.pressed.get("photos"))


def _read_as_report(context: Context, words: str) -> Understanding:
    """Return what words tell once somebody has said that they are a report, whatever they sounded like."""
    known = places.names_in(context.visit.session, words)
    understood = understand(words, known=known)
    if understood.kind is not None:
        return understood
    return replace(understood, kind=kind_of(normalise(words)), place=place_in(words, known=known))


async def mine(_: Update, context: Context) -> None:
    """「我的上报」."""
    page = int(context.pressed.get("page", 0))
    found = context.read(hazards.mine)
    shown = looks.hazard_list(found, say.MINE_HEAD, say.MINE_NONE, ("own.open", "own.list"), page)
    more = similar.list_row(context)
    context.say(replace(shown, buttons=(*shown.buttons, more)) if more else shown)


async def open_own(_: Update, context: Context) -> None:
    """One's own report, where it stands."""
    hazard = context.read(hazards.own_hazard, context.pressed["id"])
    context.say(looks_own.own_card(context.visit.session, hazard, context.now))


async def ask_withdraw(_: Update, context: Context) -> None:
    """「撤回」: one tap must not end a case, so it is asked once more."""
    hazard = context.read(hazards.own_hazard, context.pressed["id"])
    number = {"id": hazard.id}
    ways = [Button(say.WITHDRAW_YES, "own.withdrawn", number), Button("◀ 返回", "own.open", number, once=False)]
    context.say(card(looks.headline(hazard), say.WITHDRAW_SURE, buttons=[ways]))


async def withdraw(_: Update, context: Context) -> None:
    """「确定撤回」."""
    hazard = context.run(hazards.withdraw, context.pressed["id"])
    context.say(card(code(hazard.number) + "  " + say.WITHDRAWN))


async def add(_: Update, context: Context) -> None:
    """「补充」, perhaps with words that were sent before."""
    hazard = context.read(hazards.own_hazard, context.pressed["id"])
    context.begin("addition", {"hazard": hazard.id, "text": context.pressed.get("text")})


def submit_addition(context: Context, answers: Answers) -> Card:
    """Add words and pictures to an own report."""
    words, pictures = str(answers.get("text") or ""), media(answers.get("photos"))
    told, album = restate_for(context, answers["hazard"], words), album_of(answers.get("photos"))
    hazard = context.run(hazards.add, answers["hazard"], text=words, told=told, media=pictures, album=album)
    read = say_privacy.THEY_READ.format(told=told) if told and hazards.is_concealed(hazard) else None
    head = say.ADDED.format(number=hazard.number)
    return card(head, read, looks_own.kept_back(hazard, pictures), buttons=[looks_own.own_buttons(hazard)])


def restate_for(context: Context, hazard_id: int, words: str) -> str:
    """Return what the case line reads of a reporter's words about a report that they made."""
    hazard: Hazard = context.read(hazards.own_hazard, hazard_id)
    return restate(words, hazard.kind, hazard.severity)


async def rate(_: Update, context: Context) -> None:
    """One to five stars, once; an unhappy reporter may ask for another look."""
    hazard = context.run(hazards.rate, context.pressed["id"], context.pressed["n"])
    if not hazards.may_reopen(hazard):
        context.say(card(looks.headline(hazard), say.RATED))
        return
    may = hazards.may_ask_again(context.visit.session, hazard, now=context.now)
    again = [looks_own.reopen_button(hazard)] if may else []
    anew = [] if hazard.step == Step.CLOSED else [looks_own.again_button(hazard)]
    context.say(card(looks.headline(hazard), say.RATED_LOW if may else say.RATED_LOW_ENDED, buttons=[again, anew]))


async def reopen(_: Update, context: Context) -> None:
    """「要求重新处理」."""
    context.begin("reopening", {"hazard": context.pressed["id"]})


def submit_reopening(context: Context, answers: Answers) -> Card:
    """Ask for another look, with a reason."""
    seen = media(answers.get("photos"))
    told = restate_for(context, answers["hazard"], answers["note"])
    hazard = context.run(hazards.reopen, answers["hazard"], answers["note"], told=told, media=seen)
    return card(looks.headline(hazard), say.REOPENED)


ADDITION = Form(
    "addition", "补充情况", submit=submit_addition, extra="text", review=False,
    fields=(
        Text(key="text", label="情况", ask="要补充什么？打字说，或直接发照片。", optional=True),
        Photos(key="photos", label="照片", ask=say.PHOTOS, optional=True),
    ),
)  # fmt: skip
REOPENING = Form(
    "reopening", "要求重新处理", submit=submit_reopening, extra="note", review=False,
    fields=(
        Text(key="note", label="理由", ask=say.REOPEN),
        Photos(key="photos", label="照片", ask=say.REOPEN_PHOTOS, optional=True),
    ),
)  # fmt: skip

FORMS = (REPORT, ADDITION, REOPENING)
ROUTES: tuple[Route, ...] = (
    link(REPORT_LINK, report),
    command("report", report, "上报隐患", can=Can.REPORT, often=5, words=("举报", "我要举报", "我要上报")),
    command("mine", mine, "我的上报", can=Can.REPORT, often=7, words=("查进度",)),
    press("report.start", report),
    press("report.same", report_same),
    press("own.list", mine),
    press("own.open", open_own),
    press("own.add", add),
    press("own.withdraw", ask_withdraw),
    press("own.withdrawn", withdraw),
    press("own.rate", rate),
    press("own.reopen", reopen),
)
