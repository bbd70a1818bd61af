"""Notices: how an outgoing row becomes a card when it is sent, and what to do when nobody knows whether it arrived."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.cards import Card
from bot.wire import Outcome
from models.outbox import Outgoing
from models.people import Person

REPEATED = "（补发）"

# Renders a row for its recipient, or says None: the matter has passed and the row stays silent.
Render = Callable[[Session, Outgoing, Person, datetime], Card | None]
# Renders a row for a group or a channel, where nobody in particular reads it.
RenderInChat = Callable[[Session, Outgoing, datetime], Card | None]
# Hears how a row arrived: the row, still with what it is about, and what became of it on Telegram's side.
Arrived = Callable[[Session, Outgoing, Outcome, datetime], None]


@dataclass(frozen=True, slots=True)
class Notice:
    """A kind of notice. `repeat`: send once more, marked, when the outcome is unknown; otherwise it is only listed.

    `holds`: waits while the township sleeps; a notice that does not hold comes without a sound then.
    `waits` says that what it tells of is not ready yet: then it is looked at again two seconds later. A row whose
    `about` has `edit` is shown in place of that message. `render_in_chat` makes the card of a row that goes to a group
    or channel; `arrived` is told when a row has arrived.
    """

    what: str
    render: Render
    repeat: bool = True
    holds: bool = False
    waits: Callable[[Session, Outgoing, datetime], bool] | None = None
    urgent: bool = False
    topic: str = ""
    owner: Callable[[Session, Outgoing], list[int]] | None = None
    render_in_chat: RenderInChat | None = None
    arrived: Arrived | None = None
