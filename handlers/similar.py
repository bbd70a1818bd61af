"""Similar hazards: a resident is shown what has been reported nearby and may follow it; officers merge and un-merge."""

from datetime import datetime
from typing import Any, ClassVar

from sqlmodel import Session
from telegram import Update

from bot.cards import Button, Card, Paper, Text, bold, card, lines, quote
from bot.context import Context
from bot.fields import Answers, Choice, Option
from bot.forms import Further
from bot.notices import Notice
from bot.routes import Route, press
from handlers import looks, looks_own
from handlers.notices import officers_of, to_officers
from handlers.say import hazards as say_hazards
from handlers.say import similar as say
from knowledge.kinds import KINDS
from models import followers, hazards, merging, similar
from models.areas import Area
from models.calendar import local
from models.hazards import RECEIPT, Hazard
from models.lifecycle import ENDS, SEVERITY_LABELS, STEP_LABELS, Act, Relation, Severity, Step
from models.outbox import Outgoing, notify
from models.people import Can, Person
from models.pictures import Picture
from models.places import Place
from models.similar import Alike, Danger

ANOTHER = "another"
WORDS = 60


def _basis(answers: Answers) -> list[Any]:
    """What the question was asked about; when it changes, the question is asked anew."""
    return [answers.get("kind"), answers.get("place")]


def _is_asked(answers: Answers) -> bool:
    return bool(answers.get("alike")) and answers["alike"]["of"] == _basis(answers)


def _question(answers: Answers) -> str:
    return "\n".join([say.ASK, *(told for _, told, _ in answers["alike"]["found"]), say.ASK_TAIL])


def _options(answers: Answers) -> list[Option]:
    found = answers["alike"]["found"]
    nth = [say.NTH.format(n=n) if len(found) > 1 else "" for n in range(1, len(found) + 1)]
    same = [Option(str(key), before + label) for before, (key, _, label) in zip(nth, found, strict=True)]
    return [*same, Option(ANOTHER, say.ANOTHER)]


class Same(Choice):
    """Which of the cases that are there it is; one long line each."""

    a_row: ClassVar[int] = 1


# The question of the report that only comes up when it is handed in; its answer hands in again.
FIELD = Same(key="same", label=say.LABEL, ask=_question, choices=_options, when=_is_asked, hands_in=True)


def settle(context: Context, answers: Answers, given: dict[str, Any]) -> Further | Card | None:
    """Before a report is made: ask whether it is one that is there already, or add to that one; None reports it."""
    same = answers.get("same")
    if same == ANOTHER:
        return None
    s, who = context.visit.session, context.actor
    found = [a for a in similar.similar(s, who, _danger(context, given), now=context.now) if not a.relapse]
    if same is not None and int(same) in {alike.hazard_id for alike in found}:
        return _follow(context, int(same), given)
    if not found:
        return None
    _show_picture(context, found[0])
    told = [[alike.hazard_id, *_told(context, alike, given)] for alike in found]
    return Further({"alike": {"of": _basis(answers), "found": told}, "same": None})


def _danger(context: Context, given: dict[str, Any]) -> Danger:
    return similar.danger_of(context.visit.session, context.actor, **given)


def _told(context: Context, alike: Alike, given: dict[str, Any]) -> tuple[str, str]:
    """How a case looks to another resident, without a word of whoever reported it; and the button that joins it."""
    s = context.visit.session
    hazard = s.get_one(Hazard, alike.hazard_id)
    relation = hazards.relation_of(s, context.actor, hazard)
    is_own = relation is Relation.REPORTER
    near = say.METRES.format(n=alike.metres) if alike.metres is not None else ""
    step = STEP_LABELS[Step(hazard.step)]
    parts = [_ago(alike.days), step, near, say.RELATIONS.get(relation, "")]
    told = f"· {KINDS[hazard.kind].name}　{where(s, hazard)}\n　{'，'.join(part for part in parts if part)}"
    unlinked = say.SAME_UNLINKED if given.get("privacy") == RECEIPT else say.SAME
    return told, say.SAME_OWN if is_own else unlinked


def where(s: Session, hazard: Hazard) -> str:
    """Return where a case is as another resident may read it: the place of the ledger or the village, no own words."""
    place = s.get(Place, hazard.place_id) if hazard.place_id is not None else None
    return place.name if place else s.get_one(Area, hazard.area_id).name


def _ago(days: int) -> str:
    return say.AGO[min(days, len(say.AGO) - 1)].format(n=days)


def _show_picture(context: Context, alike: Alike) -> None:
    picture = similar.picture_of(context.visit.session, alike.hazard_id)
    if picture is not None and picture.file_id is not None:
        context.say(card(say.PICTURE, media=(("photo", picture.file_id),)), new=True)
    elif picture is not None and picture.clean is not None:
        evidence = picture.evidence_id
        notify(context.visit.session, context.actor.id, "similar.picture", now=context.now, evidence=evidence)


def picture_card(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """The cleaned photo of a case, the first time that it is sent anywhere."""
    del person, now
    found = s.get(Picture, row.about["evidence"])
    if found is None or found.clean is None:
        return None
    clean = found.clean
    return card(say.PICTURE, paper=Paper("现场照片.jpg", lambda: clean, "photo"))


def _follow(context: Context, hazard_id: int, given: dict[str, Any]) -> Card:
    """Join a case: what was written and sent goes with it."""
    linked = given.get("privacy") != RECEIPT
    hazard = context.run(
        merging.follow, hazard_id, text=given["detail"], told=given.get("told", ""), media=given["media"],
        linked=linked,
    )  # fmt: skip
    s, who = context.visit.session, context.actor
    if hazards.relation_of(s, who, hazard) is Relation.REPORTER:
        return card(looks.headline(hazard), bold(say.ADDED_OWN), buttons=[looks_own.own_buttons(hazard)], receipt=True)
    news = say.FOLLOWING_NEWS if linked else say.ADDED_UNLINKED
    ways = _ways(hazard) if linked else []
    back = looks_own.kept_back(hazard, given["media"], Relation.FOLLOWER)
    return card(bold(say.FOLLOWING), _standing(s, hazard), news, back, buttons=[ways], receipt=True)


def _standing(s: Session, hazard: Hazard) -> Text:
    """Where a case stands, for somebody who follows it: nothing that leads to whoever reported it."""
    step = Step(hazards.first_of(s, hazard).step)
    name = f"{KINDS[hazard.kind].name}·{SEVERITY_LABELS[Severity(hazard.severity)]}"
    told = say_hazards.MERGED_END.get(step) if step in ENDS else say_hazards.PROGRESS.get(step)
    again = say_hazards.MERGED_AGAIN if step in ENDS else None
    return lines(bold(name) + f"  {STEP_LABELS[step]}", f"地点：{where(s, hazard)}", told, again)


def _ways(hazard: Hazard) -> list[Button]:
    args = {"id": hazard.id}
    return [Button(say.OPEN, "follow.open", args, once=False), Button(say.STOP, "follow.stop", args)]


async def followed(_: Update, context: Context) -> None:
    """「我关注的」."""
    found, s = context.read(merging.followed), context.visit.session
    rows = [[Button(f"{KINDS[h.kind].name}　{where(s, h)}", "follow.open", {"id": h.id}, once=False)] for h in found]
    context.say(card(bold(say.LIST_HEAD) if found else say.LIST_NONE, buttons=rows))


def list_row(context: Context) -> tuple[Button, ...]:
    """Return the button that opens what somebody follows, when there is anything."""
    found = context.read(merging.followed)
    return (Button(say.LIST.format(n=len(found)), "follow.list", once=False),) if found else ()


async def open_followed(_: Update, context: Context) -> None:
    """Where a case stands that somebody follows."""
    hazard = context.read(merging.followed_hazard, context.pressed["id"])
    stop = Button(say.STOP, "follow.stop", {"id": hazard.id})
    back = Button("◀ 返回", "follow.list", once=False)
    context.say(card(_standing(context.visit.session, hazard), buttons=[[stop, back]]))


async def stop(_: Update, context: Context) -> None:
    """「不再关注」."""
    context.read(merging.unfollow, context.pressed["id"])
    context.say(card(say.STOPPED))


def news(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """A step of a case, to a follower; silent when a later step has overtaken it or they follow it no more."""
    del now
    hazard = s.get(Hazard, row.about["hazard"])
    if hazard is None or hazards.first_of(s, hazard).step != row.about["step"]:
        return None
    if not followers.follower(s, row.about["hazard"], person.id or 0):
        return None
    return card(bold(say.NEWS), _standing(s, hazard), buttons=[_ways(hazard)])


def apart(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Their report stands alone again, to whoever reported it."""
    del person
    hazard = s.get(Hazard, row.about["hazard"])
    if hazard is None or hazard.step != Step.REPORTED:
        return None
    return looks_own.own_card(s, hazard, now, say.APART)


async def compare(_: Update, context: Context) -> None:
    """「可能重复」: this case and those that may be the same, to merge or to look at."""
    hazard = context.read(hazards.hazard_for, context.pressed["id"], Can.SEE_HAZARDS)
    context.say(_compared(context, hazard))


def _compared(context: Context, hazard: Hazard) -> Card:
    s, who = context.visit.session, context.actor
    back = [Button("◀ 返回", "hazard.open", {"id": hazard.id}, once=False)]
    found = similar.similar_to(s, who, hazard, now=context.now)
    if not found:
        return card(looks.headline(hazard), say.MAYBE_NONE, buttons=[back])
    may_merge = Act.MERGED in hazards.moves(hazard, who)
    told: list[Text] = [lines(say.MAYBE_HEAD, _in_short(s, hazard)), lines(say.MAYBE_OTHERS)]
    rows = []
    for alike in found:
        other = s.get_one(Hazard, alike.hazard_id)
        told.append(lines(_in_short(s, other), _why(other, alike)))
        see = Button(say.SEE.format(number=other.number), "hazard.open", {"id": other.id}, once=False)
        rows.append([see, _merge_button(hazard, other)] if may_merge and not alike.relapse else [see])
    return card(*told, buttons=[*rows, back])


def _in_short(s: Session, hazard: Hazard) -> Text:
    words, count = hazards.words_of(hazard), len(hazards.evidence(s, hazard))
    told = quote(words if len(words) <= WORDS else words[:WORDS] + "……") if words else None
    place = f"地点：{hazard.place_text}　上报：{local(hazard.reported_at):%m月%d日}"
    return lines(looks.headline(hazard), place, told, f"照片等 {count} 份" if count else None)


def _why(other: Hazard, alike: Alike) -> str:
    why = say.WHY[alike.why].format(n=alike.metres)
    if not alike.relapse or other.closed_at is None:
        return f"{why}，{_ago(alike.days)}"
    return f"{why}，{say.RELAPSE.format(day=f'{local(other.closed_at):%m月%d日}')}"


def confirm_card(s: Session, hazard: Hazard, first: Hazard) -> Card:
    """Show a case and the one that it is about to point to; nothing is merged before a tap."""
    back = Button("◀ 返回", "hazard.open", {"id": hazard.id}, once=False)
    see = Button(say.SEE.format(number=first.number), "hazard.open", {"id": first.id}, once=False)
    return card(
        bold(say.SURE), lines(say.MAYBE_HEAD, _in_short(s, hazard)), lines(say.SURE_INTO, _in_short(s, first)),
        buttons=[[_merge_button(hazard, first), see], [back]],
    )  # fmt: skip


def _merge_button(hazard: Hazard, first: Hazard) -> Button:
    return Button(say.MERGE.format(number=first.number), "similar.merge", {"id": hazard.id, "of": first.id})


async def merge(_: Update, context: Context) -> None:
    """「并入 …」: this case points to the other."""
    hazard = context.run(hazards.mark_duplicate, context.pressed["id"], context.pressed["of"])
    first = hazards.first_of(context.visit.session, hazard)
    context.say(looks.card_for(context, hazard, say.MERGED.format(number=first.number)))


async def unmerge(_: Update, context: Context) -> None:
    """「取消并案」: the case stands alone again."""
    context.say(looks.card_for(context, context.run(merging.unmerge, context.pressed["id"]), say.UNMERGED))


NOTICES = (
    Notice("hazard.followed", news, owner=officers_of),
    Notice("hazard.apart", apart, owner=officers_of),
    Notice("hazard.unmerged", to_officers("hazard.unmerged", say.UNMERGED_TITLE), owner=officers_of),
    Notice("similar.picture", picture_card, repeat=False),
)
ROUTES: tuple[Route, ...] = (
    press("follow.list", followed),
    press("follow.open", open_followed),
    press("follow.stop", stop),
    press("similar.open", compare, can=Can.SEE_HAZARDS),
    press("similar.merge", merge, can=Can.ASSIGN),
    press("similar.unmerge", unmerge, can=Can.ASSIGN),
)
