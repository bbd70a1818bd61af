"""What every card of a case begins with: number, kind and state; and how colleagues are called."""


from sqlmodel import Session

from bot.cards import Text, bold, code
from handlers.looks_outcomes import clock_of as clock_of
from handlers.looks_outcomes import day_and_hour as day_and_hour
from handlers.looks_outcomes import due_line as due_line
from knowledge.kinds import KINDS
from models.hazards import Hazard
from models.lifecycle import SEVERITY_LABELS, STEP_LABELS, Severity, Step
from models.people import Person, actor_of
from models.rules import rules_of


def headline(hazard: Hazard, step: Step | None = None) -> Text:
    """Return number, kind and state in one line; `step` is one that it does not stand at yet."""
    kind = KINDS[hazard.kind].name
    state = STEP_LABELS[step or Step(hazard.step)]
    return code(hazard.number) + "  " + bold(f"{kind}·{SEVERITY_LABELS[Severity(hazard.severity)]}") + f"  {state}"


def name_of(s: Session, person_id: int | None) -> str:
    """Return the name of a colleague; nothing for nobody."""
    person = s.get(Person, person_id) if person_id is not None else None
    return person.name if person is not None else ""


def titles_of(s: Session, person_id: int | None) -> str:
    """Return the roles of a colleague as people say them."""
    person = s.get(Person, person_id) if person_id is not None else None
    return actor_of(s, person).titles if person is not None else ""


def money(s: Session, amount: int) -> str:
    """Return an amount in the town's unit: 50 元."""
    return f"{amount} {rules_of(s).reward.unit}"
