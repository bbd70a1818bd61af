"""Telegram itself: the people, the chats and the Bot API of one bot, in one object without sockets."""

from __future__ import annotations

import asyncio
import itertools
import random
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox import chats, commands, copies, edits, inline, media, messages, polls, updates, webhook  # noqa: F401
from sandbox.bell import Bell
from sandbox.clock import Clock
from sandbox.errors import BadGateway, Cut, Hang, Refusal, Unreachable, forbidden, too_many_requests
from sandbox.faults import Fault, Faults
from sandbox.files import FileStore
from sandbox.flood import Flood
from sandbox.params import JSON, Params, UploadedFile
from sandbox.registry import METHODS
from sandbox.rooms import Chat, Message, User
from sandbox.transcript import Call, Transcript

if TYPE_CHECKING:
    from sandbox.groups import Group
    from sandbox.people import Person

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{10,}")
_FIRST_PERSON = 1001


class Telegram:
    """A Telegram with one bot. Faults, flood limits, clock and transcript are attributes to reach for in tests."""

    def __init__(
        self,
        clock: Clock | None = None,
        bot_token: str = "700000001:sandbox-token-of-nobody",
        bot_username: str = "chuishao_demo_bot",
        *,
        seed: int = 1,
        flood: bool = False,
    ) -> None:
        self.clock = clock or Clock()
        self.bot_token = bot_token
        self.bot = User(int(bot_token.split(":")[0]), "吹哨", username=bot_username, is_bot=True, language_code="")
        self.random = random.Random(seed)
        self.faults = Faults(seed)
        self.flood = Flood(enabled=flood)
        self.files = FileStore(seed)
        self.transcript = Transcript()
        self.updates = updates.UpdateQueue(self.clock, self.faults, self.random.randrange(10**8, 9 * 10**8))
        self.webhook = webhook.Webhook(self)
        self.profile = commands.Profile()
        self.polls: dict[str, polls.Poll] = {}
        self.taps: dict[str, inline.Tap] = {}
        self.inline_queries: dict[str, inline.InlineQuery] = {}
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.people_by_id: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.changed = Bell()
        self._seq = 0
        self._message_ids = itertools.count(1)
        self._ids = itertools.count(self.random.randrange(10**17, 9 * 10**17))
        self.clock.on_jump(self._time_has_jumped)

    async def call(
        self, method: str, params: Mapping[str, Any] | None = None, files: dict[str, UploadedFile] | None = None
    ) -> tuple[int, JSON]:
        """Make a Bot API call; gives the HTTP status and the JSON body.

        Raises ConnectionFault (Hang, Cut, Unreachable, BadGateway) when a fault wants no JSON to arrive.
        """
        name, function = METHODS.get(method.lower(), (method, None))
        values, files = dict(params or {}), files or {}
        p = Params(values, files)
        fault = self.faults.for_call(name, p.integer("chat_id"))
        try:
            await self._strike(fault)
            if function is None:
                raise Refusal(404, "Not Found")
            result = function(self, p)
            if asyncio.iscoroutine(result):
                result = await result
            status, body = 200, {"ok": True, "result": result}
        except Refusal as refusal:
            status, body = refusal.status, refusal.body()
        except (Hang, Unreachable, BadGateway):
            self.transcript.add(self.clock.now(), name, values, files, fault=fault.kind if fault else "")
            raise
        self.transcript.add(self.clock.now(), name, values, files, status, body, fault.kind if fault else "")
        if fault and fault.kind == "cut":
            raise Cut
        return status, body

    async def download(self, path: str) -> bytes:
        """Give the bytes of a file to who has its address. Raises Refusal when it is gone, or ConnectionFault."""
        fault = self.faults.for_call("download", 0)
        await self._strike(fault)
        file = self.files.by_path(path)
        if file is None:
            raise Refusal(404, "Not Found")
        if fault and fault.kind == "cut":
            raise Cut
        return file.read()

    async def _strike(self, fault: Fault | None) -> None:
        match fault.kind if fault else "":
            case "429":
                raise too_many_requests(fault.retry_after if fault else 1)
            case "500":
                raise Refusal(500, "Internal Server Error")
            case "403":
                raise forbidden("bot was blocked by the user")
            case "404":
                raise Refusal(404, "Not Found")
            case "502 html":
                raise BadGateway
            case "hang":
                raise Hang
            case "unreachable":
                raise Unreachable
            case "slow":
                await asyncio.sleep(fault.seconds if fault else 0)

    def check_token(self, token: str) -> None:
        """Raises Refusal: 404 for something that is no token, 401 for another bot's."""
        if token != self.bot_token:
            raise Refusal(401, "Unauthorized") if _TOKEN.fullmatch(token) else Refusal(404, "Not Found")

    def calls(self, method: str | None = None) -> list[Call]:
        """The calls so far whose method fits the glob, oldest first."""
        return self.transcript.calls(method)

    @property
    def people(self) -> list[Person]:
        """Everybody with a private chat, in the order of their coming."""
        return list(self.people_by_id.values())

    def person(self, first_name: str, *, id: int | None = None, username: str | None = None, label: str = "") -> Person:
        """A new person, who has not written to the bot yet. Raises ValueError when the id is taken."""
        from sandbox.people import Person

        user_id = id or max(self.people_by_id, default=_FIRST_PERSON - 1) + 1
        if user_id in self.users:
            raise ValueError(f"{user_id} is {self.users[user_id].name} already")
        user = User(user_id, first_name, username=username or "")
        chat = Chat(user_id, "private", user=user)
        self.users[user_id], self.chats[user_id] = user, chat
        person = self.people_by_id[user_id] = Person(self, user, chat, label)
        return person

    def group(self, title: str, members: list[Person], *, supergroup: bool = False) -> Group:
        """A new group with these people and the bot in it."""
        from sandbox.groups import Group

        group = Group.found(self, title, members, supergroup=supergroup)
        return self.groups.setdefault(group.chat.id, group)

    def next_id(self) -> str:
        """A fresh identifier for a query, poll or album."""
        return str(next(self._ids))

    def write(self, chat: Chat, author: User, content: JSON) -> Message:
        """Put a message into a chat; gives it with id, author, date."""
        if chat.type == "supergroup":
            chat.last_message_id += 1
            message_id = chat.last_message_id
        else:
            message_id = next(self._message_ids)
        data = {"message_id": message_id, "from": author.as_json(), "chat": chat.as_json(),
                "date": self.clock.timestamp(), **content}  # fmt: skip
        message = chat.messages[message_id] = Message(chat, data, author.id, 0)
        self.touch(chat, message)
        return message

    def touch(self, chat: Chat, message: Message | None = None) -> int:
        """Note that something in a chat (and this message) has changed, and wake who watches; gives its number."""
        self._seq += 1
        chat.seq = self._seq
        if message is not None:
            message.seq = self._seq
        self.changed.ring()
        return self._seq

    def _time_has_jumped(self) -> None:
        polls.close_due(self)
        self.changed.ring()
