"""How the record of a patrol looks: what was found, how it was put right, and what was corrected since."""

from bot.cards import Button, Card, Text, bold, card, code, lines
from bot.context import Context
from handlers import looks_places as looks
from handlers.looks_basics import name_of
from handlers.say import patrols as patrol_sentences
from handlers.say import records as say
from models import patrol_corrections, patrols
from models.calendar import day_and_hour, day_of
from models.patrol_corrections import PatrolCorrection
from models.patrols import NA, OUTCOMES, RESULTS, Patrol, PatrolItem
from models.places import Place

MOST = 6


def records_card(context: Context, place: Place) -> Card:
    """Return the last patrols of a place to choose from."""
    found = patrols.patrols_of(context.visit.session, place.id or 0, limit=MOST)
    rows = [[Button(_line(patrol), "patrol.record", {"r": patrol.id}, once=False)] for patrol in found]
    head = say.RECORDS_HEAD if found else say.RECORDS_NONE
    return card(bold(head.format(name=place.name)), buttons=[*rows, [_back(place)]])


def _line(patrol: Patrol) -> str:
    marks = [say.LATE if patrol.late else "", say.CORRECTED if patrol.corrected_at else ""]
    said = "、".join(mark for mark in marks if mark)
    told = say.LINE.format(day=day_of(patrol.claimed_at), result=looks.result_in_words(patrol))
    return f"{told}（{said}）" if said else told


def _back(place: Place) -> Button:
    return Button(say.BACK, "place.show", {"p": place.id}, once=False)


def version_in_words(version: str) -> str:
    """Return which version of a checklist a record used; the bot's own one has no number, only a sum of its words."""
    return say.NUMBERED.format(version=version) if "." in version else say.BUILT_IN


def record_card(context: Context, patrol: Patrol, place: Place, note: str = "") -> Card:
    """Return a whole record: its number, when and who, the score of the place, every exception, every correction."""
    s = context.visit.session
    items = patrols.items_of(s, patrol.id or 0)
    told = [_item(context, item) for item in items]
    corrected = [_correction(context, each) for each in patrol_corrections.corrections_of(s, patrol.id or 0)]
    name, version, n = patrol.checklist_name, patrol.checklist_version, len(patrol.checklist)
    return card(
        note or None, bold(say.HEAD.format(name=place.name, result=looks.result_in_words(patrol))),
        code(patrol_sentences.NUMBER.format(n=patrol.id)), _when(patrol),
        say.BY.format(name=name_of(s, patrol.who_id)),
        say.SCORE.format(n=patrol.score) if patrol.score is not None else None, *told,
        say.NOTE.format(note=patrol.note) if patrol.note else None,
        say.LIST.format(name=name, version=version_in_words(version), n=n) if name else None, *corrected,
        buttons=[_ways(context, patrol, place, items), [Button(say.RECORDS, "patrol.records", {"p": place.id},
                                                              once=False), _back(place)]],
    )  # fmt: skip


def _when(patrol: Patrol) -> str:
    when, came = day_and_hour(patrol.claimed_at), day_and_hour(patrol.finished_at)
    return say.WHEN_LATE.format(when=when, came=came) if patrol.late else say.WHEN.format(when=when)


def _item(context: Context, item: PatrolItem) -> Text:
    told = say.ITEM.format(text=looks.as_read(item.text), result=RESULTS[item.result])
    hazard = looks.case_of(context, item)
    if item.hazard_id is not None and hazard is None:
        return lines(told + say.HIDDEN)
    seen = say.BEFORE_AFTER if item.after else say.PICTURES
    count = seen.format(n=len(item.media), before=len(item.media), after=len(item.after)) if item.media else ""
    told += f"，{item.note}" if item.note else ""
    return lines(told + count) + (say.CASE.format(number=hazard.number) if hazard else "")


def _correction(context: Context, each: PatrolCorrection) -> str:
    failed = sum(item["result"] != NA for item in each.before["items"])
    good = patrol_sentences.ALL_GOOD if each.before["outcome"] == patrols.DONE else OUTCOMES[each.before["outcome"]]
    before = say.BEFORE_FAILED.format(n=failed) if failed else good
    name = name_of(context.visit.session, each.who_id)
    return say.CORRECTION.format(when=day_and_hour(each.at), name=name, reason=each.reason, before=before)


def _ways(context: Context, patrol: Patrol, place: Place, items: list[PatrolItem]) -> list[Button]:
    args = {"r": patrol.id}
    seen = [Button(say.SHOW_PICTURES, "patrol.pictures", args, once=False)] if pictures_of(context, items) else []
    may = patrol_corrections.may_correct(context.visit.session, context.actor, patrol, place, now=context.now)
    correct = [Button(say.CORRECT, "patrol.correct", args, once=False)] if may else []
    return [*seen, *correct, Button(say.TAKE, "patrol.paper", args, once=False)]


def pictures_of(context: Context, items: list[PatrolItem]) -> tuple[tuple[str, str], ...]:
    """Return the pictures of these lines, before and after each, without those of cases that the actor may not see."""
    open_to = [item for item in items if item.hazard_id is None or looks.case_of(context, item) is not None]
    # What was sent as a file may carry where and by what it was taken.
    return tuple((kind, file_id) for item in open_to for kind, file_id, _ in (*item.media, *item.after)
                 if kind != "image")  # fmt: skip
