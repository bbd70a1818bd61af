"""Notices that a test can queue, and what became of them."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from bot.cards import Card, as_text, card
from bot.context import Reply
from bot.notices import Notice
from models import outbox
from models.outbox import INFLIGHT, Outgoing
from models.people import Person
from sandbox.people import Person as Phone
from tests.bot.conftest import MORNING, Bench


def told(_: Session, row: Outgoing, __: Person, ___: Any) -> Card | None:
    """Render a notice: its number, nothing for 0, trouble for -1, pictures and words from 100 on."""
    number = row.about["n"]
    if number == -1:
        raise ValueError("菜市场后门")
    if number >= 100:
        return Card(as_text(f"图 {number}"), media=(("photo", "a" * 30), ("photo", "b" * 30)))
    return card(f"提醒 {number}") if number else None


def broken(s: Session, *_: Any) -> Card | None:
    """Render with a statement that the database refuses."""
    s.add(Outgoing(lane=1, what="x", not_before=MORNING, created_at=MORNING, person_id=4_000_000))
    s.flush()
    return card("nie")


NOTICES = (
    Notice("reminder", told, owner=lambda _, row: [row.about.get("owner", 0)]),
    Notice("tip", told, repeat=False, topic="tips"),
    Notice("digest", told, holds=True),
    Notice("broken", broken),
    Notice("system.unreachable", lambda *_: card("有人收不到")),
)


def queue(bench: Bench, to: Phone | str, n: int = 1, what: str = "reminder", **more: Any) -> None:
    """Queue a notice."""
    recipient = to if isinstance(to, str) else bench.id_of(to)
    bench.database.transaction(outbox.notify, recipient, what, now=bench.clock.now(), n=n, **more)


async def until(condition: Callable[[], bool]) -> None:
    """Let everything else go on until something is so."""
    for _ in range(100_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to that")


def states(bench: Bench) -> list[str]:
    """Return the states of the outgoing rows."""
    return [row.state for row in bench.outgoing()]


def later(bench: Bench, seconds: float) -> None:
    """Let the township's clock move on."""
    bench.clock.advance(timedelta(seconds=seconds))


def an_edit(bench: Bench, phone: Phone, message_id: int, text: str, draft: int | None = 5) -> Reply:
    """Return an edit of a form's prompt, with its row."""
    call = {"method": "editMessageText", "params": {"chat_id": phone.id, "message_id": message_id, "text": text}}

    def add(s: Session) -> int:
        row = Outgoing(lane=1, what="reply", chat_id=phone.id, call=call, state=INFLIGHT, holder="one",
                       not_before=MORNING, created_at=MORNING)  # fmt: skip
        s.add(row)
        s.flush()
        return row.id or 0

    return Reply(bench.read(add), phone.id, call, draft)
