"""The postman: delivers what was said. Replies go at once and in order per chat, everything else at an even pace."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from telegram.ext import ExtBot

from bot import enclosures, mail, wire
from bot.context import Reply, Shows
from bot.database import Database, DatabaseAway
from bot.logs import where
from bot.mail import Ended, Letter
from bot.notices import Notice
from bot.pace import Pace
from bot.wire import End, Outcome

log = structlog.get_logger(__name__)

IN_FLIGHT = 32
REMEMBERED = 10_000
LONGEST_WAIT = 60.0
DOUBTS = 1
TURN = 64  # letters: then it is looked at again whether this process still leads


class Postman:
    """Sends for one process. `clock` tells the township's time; waiting is done in real seconds."""

    def __init__(self, database: Database, bot: ExtBot[None], kinds: Iterable[Notice], *,
                 clock: Callable[[], datetime], holder: str, pace: Pace) -> None:  # fmt: skip
        self.database, self.bot, self.holder, self._now = database, bot, holder, clock
        self.kinds = {kind.what: kind for kind in kinds}
        self.pace = pace
        self.is_stopping = False
        self._queues: dict[int, deque[Reply]] = {}
        self._prompts: OrderedDict[Shows, int] = OrderedDict()
        self._ended: list[Ended] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._noting: asyncio.Task[None] | None = None
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._press = asyncio.Semaphore(1)

    def send_now(self, replies: Iterable[Reply]) -> None:
        """Send replies of a committed update; the same chat stays in order, others go in parallel."""
        for reply in replies:
            queue = self._queues.get(reply.chat)
            if queue is None:
                self._queues[reply.chat] = deque([reply])
                self._spawn(self._serve(reply.chat))
            else:
                queue.append(reply)

    def answer_tap(self, tap: str, text: str, alert: bool) -> None:
        """Answer a tap; it is worth nothing a minute later, so it is not kept."""
        params = {"callback_query_id": tap, "text": text or None, "show_alert": alert or None}
        self._spawn(self._once("answerCallbackQuery", params))

    def answer_inline(self, params: dict[str, Any]) -> None:
        """Answer an inline query; like a tap it is worth nothing later."""
        self._spawn(self._once("answerInlineQuery", params))

    async def deliver_due(self) -> int:
        """Deliver what is due now, at the pace, but only a turn's worth; return how many messages were sent."""
        sent = 0
        while not self.is_stopping and sent < TURN:
            await self.pace.slot()
            async with self._slots:  # no more letters than IN_FLIGHT are out at once
                letter = await self.database.run(mail.take, self.kinds, self.pace, self.holder, now=self._now())
            if letter is False:
                return sent
            if isinstance(letter, Letter):
                sent += 1
                self.pace.took(letter.chat)
                await self._slots.acquire()
                self._spawn(self._deliver(letter))
        return sent

    async def recover(self) -> None:
        """Take over what a process that died had in flight."""
        for row in await self.database.run(mail.orphans, self.kinds, self.holder, now=self._now()):
            self.send_now([Reply(row.id or 0, row.chat_id or 0, row.call or {}, row.about.get("draft"), row.what)])

    async def settle(self) -> None:
        """Wait until everything that was begun has ended and is noted."""
        while self._tasks or self._ended:
            await asyncio.gather(*self._tasks, return_exceptions=True)
            if self._ended and not self._tasks:
                self._note_soon()

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _once(self, method: str, params: dict[str, Any]) -> None:
        await wire.attempt(self.bot, method, params)

    async def _serve(self, chat: int) -> None:
        queue = self._queues[chat]
        try:
            while queue:
                reply = queue.popleft()
                if _is_superseded(reply, queue):
                    self._note(Ended(reply.row, Outcome(End.PASSED)))
                else:
                    await self._send(reply)
        finally:
            del self._queues[chat]

    async def _send(self, reply: Reply) -> None:
        outcome = await self._insist(reply)
        if reply.draft is not None and outcome.message_id is not None:
            self._remember(reply.draft, outcome.message_id)
        self._note(Ended(reply.row, outcome, reply.draft))

    async def _insist(self, reply: Reply) -> Outcome:
        """Send a reply until its end is known; an edit may be done again, a message once more when in doubt."""
        call, wait, doubts = self._addressed(reply), 1.0, 0
        while True:
            outcome = await self.pace.reply(partial(wire.attempt, self.bot, call["method"], call["params"]))
            match outcome.end:
                case End.LATER:
                    await asyncio.sleep(outcome.seconds)
                case End.NOT_SENT:
                    await asyncio.sleep(wait)
                    wait = min(wait * 2, LONGEST_WAIT)
                case End.UNKNOWN if doubts < DOUBTS:
                    doubts += 1
                    call = mail.marked(reply.what, call)
                case End.MOVED:
                    call = {**call, "params": {**call["params"], "chat_id": outcome.chat}}
                case End.REFUSED if call["method"] == "editMessageText":
                    call = _as_new(call)
                case _:
                    if outcome.end is End.REFUSED:
                        log.error("reply.refused", row=reply.row, method=call["method"], reason=outcome.reason)
                    return outcome

    def _addressed(self, reply: Reply) -> dict[str, Any]:
        call = reply.call
        if call["method"] != "editMessageText" or call["params"]["message_id"]:
            return call
        known = self._prompts.get(reply.draft or 0)
        return {**call, "params": {**call["params"], "message_id": known}} if known else _as_new(call)

    def _remember(self, draft: Shows, message_id: int) -> None:
        self._prompts[draft] = message_id
        if len(self._prompts) > REMEMBERED:
            self._prompts.popitem(last=False)

    async def _deliver(self, letter: Letter) -> None:
        outcome, papers = Outcome(End.DONE), dict[str, str]()
        try:
            for number, (call, asked) in enumerate(zip(await self._made(letter), letter.calls, strict=True)):
                outcome = await self._post(call, begun=number > 0)
                if outcome.end not in {End.DONE, End.PASSED}:
                    break
                papers |= enclosures.names(asked, outcome.photos)
            outcome = replace(outcome, papers=papers)
        except Exception as trouble:  # a paper that cannot be made is lost alone, and its reader is told
            log.error("paper.failed", row=letter.row, error=where(trouble))
            outcome = Outcome(End.UNMADE, reason=type(trouble).__name__)
        finally:
            self._slots.release()
        await self._note_letter(letter.row, outcome)

    async def _made(self, letter: Letter) -> list[dict[str, Any]]:
        """Return the calls with their papers made, one at a time; meanwhile the place in the row is somebody else's."""
        if not any(paper for call in letter.calls for paper in enclosures.papers(call)):
            return list(letter.calls)
        self._slots.release()
        try:
            async with self._press:
                return [await enclosures.made(call) for call in letter.calls]
        finally:
            await self._slots.acquire()

    async def _post(self, call: dict[str, Any], *, begun: bool) -> Outcome:
        """Make one call of a letter. Once a part has arrived the rest waits here: beginning anew would repeat it."""
        wait = 1.0
        moved = 0
        while True:
            outcome = await self.pace.bulk(partial(wire.attempt, self.bot, call["method"], call["params"]))
            match outcome.end:
                case End.MOVED:
                    moved = outcome.chat
                    call = {**call, "params": {**call["params"], "chat_id": moved}}
                    continue
                case End.LATER:
                    pause = outcome.seconds
                case End.NOT_SENT:
                    pause, wait = wait, min(wait * 2, LONGEST_WAIT)
                case _:
                    return replace(outcome, chat=moved)
            if not begun:
                return outcome
            await asyncio.sleep(pause)

    async def _note_letter(self, row: int, outcome: Outcome) -> None:
        while True:
            try:
                return await self.database.run(mail.note, self.kinds, row, outcome, now=self._now())
            except DatabaseAway:
                await asyncio.sleep(1.0)

    def _note(self, ended: Ended) -> None:
        self._ended.append(ended)
        if self._noting is None or self._noting.done():
            self._note_soon()

    def _note_soon(self) -> None:
        self._noting = asyncio.create_task(self._write_notes())
        self._tasks.add(self._noting)
        self._noting.add_done_callback(self._tasks.discard)

    async def _write_notes(self) -> None:
        while self._ended:
            batch, self._ended = self._ended, []
            try:
                await self.database.run(mail.note_replies, batch, now=self._now())
            except DatabaseAway:
                self._ended = batch + self._ended
                await asyncio.sleep(1.0)


def _is_superseded(reply: Reply, queue: deque[Reply]) -> bool:
    following = queue[0] if queue else None
    if following is None or reply.draft is None or following.draft != reply.draft:
        return False
    if not reply.call["method"] == following.call["method"] == "editMessageText":
        return False
    return bool(reply.call["params"]["message_id"] == following.call["params"]["message_id"])


def _as_new(call: dict[str, Any]) -> dict[str, Any]:
    params = {key: value for key, value in call["params"].items() if key != "message_id"}
    if params.get("reply_markup") == {"inline_keyboard": []}:
        del params["reply_markup"]
    return {"method": "sendMessage", "params": params}
