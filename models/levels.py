"""Levels of privacy: named, confidential, anonymous, receipt only. Later only downwards, by the reporter alone."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models import complaints, keyboards, outbox, receipts, vault
from models.base import Refused
from models.hazard_files import ANONYMOUS, CONFIDENTIAL, NAMED, RECEIPT, RESIDENT, Hazard, own_hazard, receipt_tag
from models.hazard_steps import take
from models.lifecycle import Act, Relation
from models.people import Actor

LEVELS = (NAMED, CONFIDENTIAL, ANONYMOUS, RECEIPT)
LEVEL_LABELS = {NAMED: "实名", CONFIDENTIAL: "保密", ANONYMOUS: "匿名", RECEIPT: "只凭回执"}


def below(hazard: Hazard) -> tuple[str, ...]:
    """Return the levels to which a report can still be lowered; what staff entered is under their own name."""
    if hazard.source != RESIDENT:
        return ()
    return LEVELS[LEVELS.index(hazard.privacy) + 1 :]


def lower(s: Session, who: Actor, hazard_id: int, to: str, *, now: datetime) -> tuple[Hazard, str]:
    """The reporter hides more than before; return the hazard and its receipt ("" where the level has none).

    To RECEIPT the vault's rows are destroyed, that of the report and those of complaints about it, with the notices and
    the buttons that lead from the person to the case; the answers to complaints are read by the receipt then.
    Raises Refused for a level that is not lower.
    """
    hazard = own_hazard(s, who, hazard_id)
    if to not in below(hazard):
        raise Refused("只能往更保密的方向改。打开这件上报，看看还能改成什么。")
    changes: dict[str, Any] = {"privacy": to}
    receipt = receipts.new_receipt() if to in receipts.WITH_RECEIPT else ""
    if receipt:
        changes["receipt_tag"] = receipt_tag(receipt)
    alias = hazard.reporter_alias
    if to == RECEIPT:
        changes["reporter_alias"] = None
    take(s, who, hazard, Act.LOWERED, relation=Relation.REPORTER, now=now, **changes)
    s.flush()
    if to == RECEIPT:
        for each in (alias, *_let_go(s, hazard)):
            if each is not None:
                outbox.drop(s, each)
                vault.destroy(s, each)
        keyboards.forget_about(s, who.id, hazard_id)
    return hazard, receipt


def _let_go(s: Session, hazard: Hazard) -> list[str | None]:
    """Take the aliases from the complaints about a case and return them: each leads from the case to the person."""
    found = complaints.of_case(s, hazard)
    aliases = [row.alias for row in found]
    for row in found:
        row.alias = None
    s.flush()
    return aliases
