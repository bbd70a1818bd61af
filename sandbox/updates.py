"""The updates that wait for the bot, and getUpdates."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.bell import Bell
from sandbox.clock import Clock
from sandbox.errors import conflict
from sandbox.faults import Faults
from sandbox.params import JSON, Params
from sandbox.registry import bot_method

if TYPE_CHECKING:
    from sandbox.telegram import Telegram

LIFETIME = {"callback_query": 150, "inline_query": 30, "chosen_inline_result": 600}
DEFAULT_LIFETIME = 86_400
LONGEST_POLL = 50
_DELETE_FIRST = "use deleteWebhook to delete the webhook first"
KINDS = (
    "message", "edited_message", "callback_query", "inline_query", "chosen_inline_result", "poll", "poll_answer",
    "my_chat_member", "chat_member", "message_reaction", "message_reaction_count", "chat_join_request",
)  # fmt: skip
DEFAULT_KINDS = frozenset(KINDS) - {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(slots=True, eq=False)
class Update:
    """One update and what became of it; `queue` names the order it belongs to."""

    id: int
    kind: str
    payload: JSON
    queue: str
    expires_at: datetime
    encores: int = 0

    def as_json(self) -> JSON:
        """As the Bot API delivers it."""
        return {"update_id": self.id, self.kind: self.payload}


class UpdateQueue:
    """Updates in order until they are confirmed or expire."""

    def __init__(self, clock: Clock, faults: Faults, first_id: int) -> None:
        self.clock = clock
        self.faults = faults
        self.bell = Bell()
        self.allowed: frozenset[str] = DEFAULT_KINDS
        self.poller: object | None = None
        self.interruption = ""
        self._ids = itertools.count(first_id)
        self._waiting: dict[int, Update] = {}
        self._held: list[tuple[str, JSON, str]] = []
        clock.on_jump(self.bell.ring)

    def push(self, kind: str, payload: JSON, queue: str) -> None:
        """Add an update to the end, unless the bot did not ask for its kind."""
        if kind not in self.allowed:
            return
        held_queue = self._held[0][2] if self._held else None
        if queue == held_queue or (not self._held and self.faults.for_update(kind, "reorder")):
            self._held.append((kind, payload, queue))
        else:
            self._append(kind, payload, queue)
            self.release()
        self.bell.ring()

    def release(self) -> None:
        """Let go what a reorder fault held back."""
        held, self._held = self._held, []
        for kind, payload, queue in held:
            self._append(kind, payload, queue)

    def _append(self, kind: str, payload: JSON, queue: str) -> None:
        expires = self.clock.now() + timedelta(seconds=LIFETIME.get(kind, DEFAULT_LIFETIME))
        update = Update(next(self._ids), kind, payload, queue, expires)
        update.encores = int(self.faults.for_update(kind, "duplicate"))
        self._waiting[update.id] = update

    def first(self, limit: int | None = None) -> list[Update]:
        """The oldest updates that have not expired; what was held back joins when nothing else waits."""
        if not self._waiting:
            self.release()
        now = self.clock.now()
        batch: list[Update] = []
        expired: list[int] = []
        for update in self._waiting.values():
            if len(batch) == limit:
                break
            if update.expires_at <= now:
                expired.append(update.id)
            else:
                batch.append(update)
        for update_id in expired:
            del self._waiting[update_id]
        return batch

    def newer_than(self, update_id: int) -> list[Update]:
        """The updates with a higher id, oldest first; what was held back joins when there are none."""
        newer = list(itertools.takewhile(lambda update: update.id > update_id, reversed(self._waiting.values())))
        if not newer and self._held:
            self.release()
            return self.newer_than(update_id)
        return newer[::-1]

    def count(self) -> int:
        """How many wait."""
        return len(self.first()) + len(self._held)

    def confirm(self, update: Update) -> bool:
        """Forget a delivered update; False when a duplicate fault makes it come once more."""
        if update.encores > 0:
            update.encores -= 1
            return False
        self.drop(update)
        return True

    def drop(self, update: Update) -> None:
        """Forget an update that could not be delivered in time."""
        self._waiting.pop(update.id, None)

    def confirm_below(self, offset: int) -> None:
        """Forget every update with a smaller id, as a higher offset does."""
        for update in list(self._waiting.values()):
            if update.id >= offset:
                break
            self.confirm(update)

    def keep_last(self, count: int) -> None:
        """Forget all but the last `count` updates."""
        for update in self.first()[: -count or None]:
            self._waiting.pop(update.id, None)

    def interrupt(self, by: str) -> None:
        """End the poll that is under way with a conflict."""
        self.poller, self.interruption = None, by
        self.bell.ring()


@bot_method
async def get_updates(tg: Telegram, p: Params) -> list[JSON]:
    """getUpdates with long polling; the wait ends by real or by virtual time, whichever comes first."""
    queue = tg.updates
    if tg.webhook.url:
        raise conflict(f"can't use getUpdates method while webhook is active; {_DELETE_FIRST}")
    queue.interrupt("getUpdates request; make sure that only one bot instance is running")
    queue.poller = me = object()
    if (kinds := p.json("allowed_updates")) is not None:
        queue.allowed = frozenset(kinds) or DEFAULT_KINDS
    if (offset := p.integer("offset")) > 0:
        queue.confirm_below(offset)
    elif offset < 0:
        queue.keep_last(-offset)
    limit = p.integer("limit", 100)
    seconds = min(max(p.integer("timeout"), 0), LONGEST_POLL)
    try:
        return await _wait_for(queue, me, limit if 1 <= limit <= 100 else 100, seconds)
    finally:
        if queue.poller is me:
            queue.poller = None


async def _wait_for(queue: UpdateQueue, me: object, limit: int, seconds: int) -> list[JSON]:
    loop = asyncio.get_running_loop()
    real_end = loop.time() + seconds
    virtual_end = queue.clock.now() + timedelta(seconds=seconds)
    while queue.poller is me:
        batch = queue.first(limit)
        remaining = real_end - loop.time()
        if batch or remaining <= 0 or queue.clock.now() >= virtual_end:
            return [update.as_json() for update in batch]
        await queue.bell.wait(remaining)
    raise conflict(f"terminated by other {queue.interruption}")
