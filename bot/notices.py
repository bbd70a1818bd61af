"""Notices: how an outgoing row becomes a card when it is sent, and what to do when nobody knows whether it arrived."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.cards import Card
from models.outbox import Outgoing
from models.people import Person

REPEATED = "（补发）"

# Renders a row for its recipient, or says None: the matter has passed and the row stays silent.
Render = Callable[[Session, Outgoing, Person, datetime], Card | None]


@dataclass(frozen=True, slots=True)
class Notice:
    """A kind of notice. `repeat`: send once more, marked, when the outcome is unknown; otherwise it is only listed.

    `holds`: waits while the township sleeps; a notice that does not hold comes without a sound then.
    """

    what: str
    render: Render
    repeat: bool = True
    holds: bool = False
    urgent: bool = False
    topic: str = ""
    sealed: bool = False
    owner: Callable[[Session, Outgoing], list[int]] | None = None
