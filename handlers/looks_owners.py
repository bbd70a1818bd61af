"""How a hazard looks to the responsible person of the place: what, where, by when - no reporter, no internal words."""

from datetime import datetime

from sqlmodel import Session

from bot.cards import Button, Card, Text, bold, card, quote
from handlers import looks
from handlers.say import owners as say
from knowledge.kinds import KINDS
from models import hazards, owners, requests
from models.calendar import day_of
from models.hazard_files import PATROL
from models.hazards import Evidence, Hazard
from models.lifecycle import Act, Step
from models.places import Place

EXAMPLES = 3
SHOWN_TO_OWNER = frozenset({Act.CONFIRMED, Act.FAILED, Act.SAMPLE_FAILED})


def place_card(s: Session, hazard: Hazard, now: datetime, *told: Text | str | None) -> Card:
    """Return a hazard with what its owner can do now."""
    step = Step(hazard.step)
    wrong, request = owners.still_wrong(s, hazard), requests.open_request(s, hazard.id or 0)
    return card(
        *told, looks.headline(hazard), say.PLACE.format(place=place_of(s, hazard).name), _mend(hazard),
        say.BASIS.format(basis=KINDS[hazard.kind].basis), say.STILL_WRONG if wrong else None,
        quote(wrong) if wrong else None, _measures(s, hazard), bold(_state(s, hazard, now)),
        say.WAITS if request is not None else None, say.DETAILS if step is Step.RECTIFYING else None,
        buttons=_buttons(s, hazard, may_ask=request is None),
    )  # fmt: skip


def place_of(s: Session, hazard: Hazard) -> Place:
    """Return the place of a hazard that its owner got from the gate."""
    return s.get_one(Place, hazard.place_id)


def pictures_for(s: Session, hazard: Hazard) -> list[Evidence]:
    """Return what colleagues took while they looked; what came with the report is not for the owner."""
    seen = {step.id for step in hazards.history(s, hazard) if step.act in SHOWN_TO_OWNER}
    return [found for found in hazards.evidence(s, hazard) if found.step_id in seen]


def _mend(hazard: Hazard) -> str:
    """What is to be done; what a patrol wrote down is the owner's to read, what a resident reported is not."""
    kind = KINDS[hazard.kind]
    if hazard.source == PATROL and hazard.detail:
        return say.MEND.format(kind=kind.name) + say.FOUND.format(found=hazard.detail)
    examples = say.FOR_EXAMPLE.format(examples="、".join(kind.examples[:EXAMPLES])) if kind.examples else ""
    return say.MEND.format(kind=kind.name) + examples


def _measures(s: Session, hazard: Hazard) -> str | None:
    if hazard.step != Step.SHELVED:
        return None
    granted = [r for r in requests.requests_of(s, hazard.id or 0) if r.granted and r.measures]
    return say.MEASURES.format(measures=granted[-1].measures) if granted else None


def _state(s: Session, hazard: Hazard, now: datetime) -> str:
    clock = looks.clock_of(s, hazard)
    due = day_of(clock.due_at) if clock is not None else ""
    is_late = clock is not None and hazard.step == Step.RECTIFYING and clock.due_at < now
    return say.STATES[Step(hazard.step)].format(due=due) + (say.LATE if is_late else "")


def _buttons(s: Session, hazard: Hazard, *, may_ask: bool) -> list[list[Button]]:
    number = {"id": hazard.id}
    rows = []
    if hazard.step == Step.RECTIFYING:
        rows.append([Button(say.MENDED, "place.mended", number)])
        rows.append([Button(say.MORE_TIME, "place.extend", number), Button(say.NOT_MINE, "place.return", number)]
                    if may_ask else [])  # fmt: skip
    shown = [Button(say.PICTURES, "place.pictures", number, once=False)] if pictures_for(s, hazard) else []
    return [*rows, [*shown, Button(say.BACK, "place.hazards", once=False)]]
