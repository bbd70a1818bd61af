"""How the record of a patrol reads on paper (DOMAIN 8.2), and the register of the patrols of a span.

No telephones, and no names but those of staff; who was visited signs by hand.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.render.orders import Cell, Letter, Sheet
from handlers.looks_basics import name_of, titles_of
from handlers.looks_figures import Told
from handlers.looks_records import version_in_words
from handlers.say import documents
from handlers.say import records as say
from models import hazards, patrols, place_contacts
from models.areas import Area
from models.base import Refused
from models.calendar import full_day, local
from models.patrol_register import Visit
from models.patrols import DONE, FIXED, NA, OUTCOMES, RESULTS, Patrol, PatrolItem
from models.people import Actor, Can
from models.places import KINDS, Place
from models.rules import rules_of


def paper(s: Session, who: Actor, patrol: Patrol, place: Place) -> Letter:
    """Return what stands on the record; lines of cases that the reader may not see have no words."""
    items = patrols.items_of(s, patrol.id or 0)
    numbers = {item.key: _number_of(s, who, item) for item in items}
    shown = [item for item in items if numbers[item.key] is not None]
    told = {item.key: _result(item, numbers[item.key] or "") for item in shown}
    told |= {key: say.PAPER_HIDDEN for key, number in numbers.items() if number is None}
    listed = [say.PAPER_LINE.format(n=n, text=_read(line["text"]), result=told.get(line["key"], say.PAPER_GOOD))
              for n, line in enumerate(patrol.checklist, 1)]  # fmt: skip
    office = documents.OFFICE.format(town=rules_of(s).town)
    corrected = say.PAPER_CORRECTED if patrol.corrected_at else ""
    rows = (*_site(s, patrol, place), (say.ROW_LINES, "\n".join(listed) if patrol.outcome == DONE else ""),
            *_found(shown, [number for number in numbers.values() if number]),
            (say.ROW_NOTE, patrol.note), (say.ROW_OPINION, _opinion(patrol)), *say.ROWS_TO_SIGN,
            (say.ROW_NEXT, full_day(place.next_patrol_on) if place.next_patrol_on else ""))  # fmt: skip
    return Letter(
        issuer=office, number=say.PAPER_NUMBER.format(n=patrol.id) + corrected, title=say.PAPER_TITLE, to="", text=(),
        table=tuple(row for row in rows if row[1]), closing=(say.PAPER_IS,),
    )  # fmt: skip


def _number_of(s: Session, who: Actor, item: PatrolItem) -> str | None:
    """The number of the case of a line: empty when it opened none, None when the reader is kept out of it."""
    if item.hazard_id is None:
        return ""
    try:
        return hazards.hazard_for(s, who, item.hazard_id, Can.SEE_HAZARDS).number
    except Refused:
        return None


def _result(item: PatrolItem, number: str) -> str:
    pictures = len(item.media) + len(item.after)
    more = (item.note, say.PAPER_PICTURES.format(n=pictures) if pictures else "", number)
    return "，".join((RESULTS[item.result], *filter(None, more)))


def _read(text: str) -> str:
    return text.replace(",", "，")


def _site(s: Session, patrol: Patrol, place: Place) -> tuple[tuple[str, str], ...]:
    size = [said.format(n=n) for said, n in zip(
        say.SIZES, (place.square_metres, place.floors, place.people), strict=True) if n is not None]  # fmt: skip
    roles = [place_contacts.ROLES[row.role] for row in place_contacts.running(s, place.id or 0)]
    at = local(patrol.claimed_at)
    by = say.PAPER_BY.format(name=name_of(s, patrol.who_id), titles=titles_of(s, patrol.who_id))
    kind = KINDS.get(patrol.kind or place.kind, "")
    return (
        (say.ROW_DAY, f"{full_day(at)} {at:%H:%M}" + (say.PAPER_LATE if patrol.late else "")),
        (say.ROW_PLACE, place.name),
        (say.ROW_ADDRESS, place.address or s.get_one(Area, place.area_id).name),
        (say.ROW_ROLE, say.ROLE_LINE.format(roles="、".join(dict.fromkeys(roles)) or say.ROLE_UNKNOWN)),
        (say.ROW_KIND, kind), (say.ROW_SIZE, "，".join(size) or say.SIZE_UNKNOWN), (say.ROW_BY, by),
        (say.ROW_OUTCOME, OUTCOMES[patrol.outcome] + _list_of(patrol)),
    )  # fmt: skip


def _list_of(patrol: Patrol) -> str:
    if patrol.outcome != DONE or not patrol.checklist_name:
        return ""
    return say.PAPER_LIST.format(name=patrol.checklist_name, version=version_in_words(patrol.checklist_version))


def _found(shown: Sequence[PatrolItem], numbers: Sequence[str]) -> tuple[tuple[str, str], ...]:
    fixed = [_read(item.text) for item in shown if item.result == FIXED]
    return (say.ROW_FIXED, "；".join(fixed)), (say.ROW_HAZARDS, say.PAPER_CASES.format(
        n=len(numbers), numbers="、".join(numbers)) if numbers else "")  # fmt: skip


def _opinion(patrol: Patrol) -> str:
    if patrol.outcome != DONE:
        return say.OPINION_AGAIN
    return say.OPINION_FOUND if patrol.failed else say.OPINION_GOOD


def register(s: Session, told: Told, found: Sequence[Visit], name: str, now: datetime) -> Sheet:
    """Return the register: one row a patrol in the order of visits; nothing is added up for anybody."""
    heads, widths = zip(*say.SHEET_HEADS, strict=True)
    about = say.SHEET_ABOUT.format(days=told.days, area=told.area, kind=told.kind, n=len(found), name=name,
                                   day=local(now).date())  # fmt: skip
    title = say.SHEET_TITLE.format(town=rules_of(s).town)
    return Sheet(title, about, heads, widths, tuple(_cells(visit) for visit in found), tab=say.SHEET_TAB)


def _cells(visit: Visit) -> tuple[Cell, ...]:
    patrol = visit.patrol
    lines = "；".join(f"{_read(item.text)}（{RESULTS[item.result]}）" for item in visit.items if item.result != NA)
    version = f"{patrol.checklist_name} {patrol.checklist_version}".strip()
    return (
        patrol.id, str(local(patrol.claimed_at).date()), visit.place, KINDS.get(patrol.kind, ""), visit.by,
        OUTCOMES[patrol.outcome], patrol.failed, lines, visit.cases,
        say.LATE if patrol.late else "", say.CORRECTED if patrol.corrected_at else "", version,
        patrol.score,
    )  # fmt: skip
