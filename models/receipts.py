"""Receipts: 16 random digits that open one report. Only a keyed hash is kept, so a lost receipt is lost for good.

They are given for anonymous and for receipt-only reports; to the latter no account leads, the receipt is the only key.
"""

import re
import secrets
import unicodedata
from datetime import datetime

from sqlmodel import Session, select

from models import audit, limits
from models.base import Refused
from models.hazard_files import ANONYMOUS, RECEIPT, Hazard, own_hazard, receipt_tag
from models.people import Actor

DIGITS = 16
WITH_RECEIPT = frozenset({ANONYMOUS, RECEIPT})
# RELIABILITY section 5, case 5: 5 tries an hour for one person. All together may try so often that 10,000 open
# receipts fall to a guess once in 100,000 years, and no handful of people can shut the door for the rest.
TRIES, TRIES_OF_ALL = 5, 1000
_WHAT, _ALL = "receipt", "all"
_GAPS = re.compile(r"[\s\-‐-―－—·.]+")


def new_receipt() -> str:
    """Return 16 random decimal digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def read(text: str) -> str | None:
    """Return the receipt that stands in a text and nothing else, however it is grouped or spelled; None otherwise."""
    digits = _GAPS.sub("", unicodedata.normalize("NFKC", text))
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdigit() else None


def found(s: Session, who: Actor, text: str, *, now: datetime) -> Hazard | None:
    """Return the report that a receipt opens. None for a wrong one, an unknown one, and after too many tries alike.

    Wrong ones are counted, so this must not be undone: the caller says the answer and refuses nothing.
    """
    digits = read(text)
    hazard = s.exec(select(Hazard).where(Hazard.receipt_tag == receipt_tag(digits or text))).first()
    by = str(who.id)
    spent = limits.used(s, _WHAT, by, now=now) >= TRIES or limits.used(s, _WHAT, _ALL, now=now) >= TRIES_OF_ALL
    if hazard is not None and digits is not None and not spent:
        return hazard
    limits.count(s, _WHAT, by, now=now)
    limits.count(s, _WHAT, _ALL, now=now)
    return None


def renew(s: Session, who: Actor, hazard_id: int, *, now: datetime) -> str:
    """Give the reporter a new receipt and return it; the old one is dead from now on. Raises Refused."""
    hazard = own_hazard(s, who, hazard_id)
    if hazard.privacy not in WITH_RECEIPT:
        raise Refused("这件上报不用回执，直接在「我的上报」里看。")
    receipt = new_receipt()
    hazard.receipt_tag = receipt_tag(receipt)
    s.flush()
    audit.record(s, None, "hazard.receipt", f"hazard:{hazard_id}", now=now)
    return receipt
