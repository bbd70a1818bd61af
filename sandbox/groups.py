"""Groups: who is in, what the bot gets to see there, and the upgrade to a supergroup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.chats import member_json
from sandbox.params import JSON
from sandbox.rooms import Chat, Message
from sandbox.utf16 import cut

if TYPE_CHECKING:
    from sandbox.people import Person
    from sandbox.telegram import Telegram

_FIRST_GROUP = 4_000_000
_FIRST_SUPERGROUP = 1_000_004_000_000


class Group:
    """A group with people and, usually, the bot; the bot has privacy mode on."""

    def __init__(self, tg: Telegram, chat: Chat) -> None:
        self.tg = tg
        self.chat = chat

    @classmethod
    def found(cls, tg: Telegram, title: str, members: list[Person], *, supergroup: bool = False) -> Group:
        """The first member founds a group with the others and the bot, which is told so."""
        first = _FIRST_SUPERGROUP if supergroup else _FIRST_GROUP
        chat = Chat(-(first + len(tg.groups)), "supergroup" if supergroup else "group", title)
        chat.members = {person.id: "member" for person in members} | {tg.bot.id: "left"}
        if members:
            chat.members[members[0].id] = "creator"
        tg.chats[chat.id] = chat
        group = tg.groups[chat.id] = cls(tg, chat)
        group.sets_bot("member", members[0] if members else None)
        return group

    @property
    def id(self) -> int:
        """The chat id, negative."""
        return self.chat.id

    @property
    def title(self) -> str:
        """The name of the group."""
        return self.chat.title

    def adds(self, person: Person) -> None:
        """Somebody joins."""
        self.chat.members[person.id] = "member"
        self._service(person, {"new_chat_members": [person.user.as_json()]})

    def loses(self, person: Person) -> None:
        """Somebody leaves."""
        self.chat.members[person.id] = "left"
        self._service(person, {"left_chat_member": person.user.as_json()})

    def sets_bot(self, status: str, by: Person | None = None) -> None:
        """Make the bot a member, an administrator or kicked; it is told by my_chat_member."""
        tg, actor = self.tg, by.user if by else self.tg.bot
        old = member_json(self.chat, tg.bot)
        joined = old["status"] in {"left", "kicked"} and status in {"member", "administrator"}
        self.chat.members[tg.bot.id] = status
        change = {"chat": self.chat.as_json(), "from": actor.as_json(), "date": tg.clock.timestamp(),
                  "old_chat_member": old, "new_chat_member": member_json(self.chat, tg.bot)}  # fmt: skip
        tg.updates.push("my_chat_member", change, f"chat:{self.id}")
        if joined and by:
            self._service(by, {"new_chat_members": [tg.bot.as_json()]})

    def upgrades(self) -> Group:
        """Become a supergroup under a new id; the old one only answers with migrate_to_chat_id."""
        new_id = -(_FIRST_SUPERGROUP + len(self.tg.groups))
        new = Chat(new_id, "supergroup", self.title, members=dict(self.chat.members))
        self.tg.chats[new.id] = new
        group = self.tg.groups[new.id] = Group(self.tg, new)
        somebody = next(user_id for user_id in new.members if user_id != self.tg.bot.id)
        person = self.tg.people_by_id[somebody]
        self._service(person, {"migrate_to_chat_id": new.id})
        self.chat.migrated_to = new.id
        group._service(person, {"migrate_from_chat_id": self.id})
        return group

    def shows_bot(self, message: Message) -> bool:
        """Whether the bot gets it: as administrator all, else commands, mentions, replies and service messages."""
        status = self.chat.members.get(self.tg.bot.id)
        if status not in {"member", "administrator"}:
            return False
        data = message.data
        reply = data.get("reply_to_message", {}).get("from", {}).get("id")
        is_service = not any(name in data for name in ("text", "caption", "photo", "document", "voice", "video",
                                                       "location", "contact", "sticker", "poll", "audio"))  # fmt: skip
        return status == "administrator" or is_service or reply == self.tg.bot.id or self._speaks_to_bot(message)

    def _speaks_to_bot(self, message: Message) -> bool:
        me = f"@{self.tg.bot.username}".lower()
        for entity in message.data.get("entities") or message.data.get("caption_entities") or []:
            word = cut(message.text, entity["offset"], entity["offset"] + entity["length"]).lower()
            if entity["type"] == "mention" and word == me:
                return True
            if entity["type"] == "bot_command" and ("@" not in word or word.endswith(me)):
                return True
        return False

    def _service(self, by: Person, content: JSON) -> None:
        message = self.tg.write(self.chat, by.user, content)
        if self.shows_bot(message):
            self.tg.updates.push("message", message.data, f"chat:{self.id}")
