"""People who chat with the bot: what they do, and what they see."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from sandbox import polls, pressing
from sandbox.chats import member_json
from sandbox.errors import Refusal
from sandbox.inline import InlineQuery, chosen_text
from sandbox.media import file_content
from sandbox.messages import without_reply
from sandbox.params import JSON, UploadedFile
from sandbox.pictures import picture
from sandbox.rooms import Chat, Message, Toast, User
from sandbox.texts import spoken
from sandbox.views import Seen

if TYPE_CHECKING:
    from sandbox.groups import Group
    from sandbox.telegram import Telegram

TOWN_HALL = (30.5728, 104.0668)


class Person:
    """An account with a private chat with the bot.

    Every action only puts an update into the queue and returns the message that was written; it never waits.
    `chat=` writes into a group instead of the private chat.
    """

    def __init__(self, tg: Telegram, user: User, chat: Chat, label: str = "") -> None:
        self.tg = tg
        self.user = user
        self.chat = chat
        self.label = label
        self.opened: list[str] = []
        self.copied: list[str] = []

    def __repr__(self) -> str:
        return f"<{self.user.name} {self.id}>"

    @property
    def id(self) -> int:
        """The user id, which is also the id of the private chat."""
        return self.user.id

    # -- writing ------------------------------------------------------------------------------------------------

    def says(self, text: str, *, chat: Group | None = None, reply_to: int | None = None) -> Seen:
        """Write a text; a command is just a text."""
        return self.writes(spoken(text), chat, reply_to)

    def opens_link(self, payload: str = "") -> Seen:
        """Open t.me/<bot>?start=payload and press Start."""
        return self.says(f"/start {payload}".strip())

    def edits(self, message_id: int, text: str, *, chat: Group | None = None) -> Seen:
        """Change the text or caption of an own message."""
        room = chat.chat if chat else self.chat
        message = room.find(message_id)
        assert message is not None, f"no message {message_id} in this chat"
        assert message.author == self.id, "one can only edit one's own messages"
        old = {k: v for k, v in message.data.items() if k not in {"entities", "caption_entities"}}
        message.data = old | spoken(text, caption="text" not in old) | {"edit_date": self.tg.clock.timestamp()}
        message.edited = True
        self.tg.touch(room, message)
        self._announce("edited_message", message)
        return self._seen(message)

    def forwards(self, text: str, author: str = "热心群众") -> Seen:
        """Forward a text of somebody whose account is hidden."""
        origin = {"type": "hidden_user", "sender_user_name": author, "date": self.tg.clock.timestamp()}
        return self.writes(spoken(text) | {"forward_origin": origin})

    def sends_photo(
        self, caption: str | None = None, *, content: bytes | None = None, size: int = 0, chat: Group | None = None
    ) -> Seen:
        """Send a photo; `size` in bytes makes it large without keeping the bytes."""
        return self._sends_file("photo", caption, UploadedFile("", content or self._picture()), chat, size=size)

    def sends_album(self, count: int, caption: str | None = None, *, contents: list[bytes] | None = None) -> list[Seen]:
        """Send several photos at once: separate updates that share a media_group_id, the caption on the first."""
        group = {"media_group_id": self.tg.next_id()}
        pictures = contents or [self._picture(number) for number in range(count)]
        captions = [caption] + [None] * (len(pictures) - 1)
        return [
            self._sends_file("photo", text, UploadedFile("", content), None, more=group)
            for text, content in zip(captions, pictures, strict=True)
        ]

    def sends_document(
        self, name: str = "通知.pdf", size: int = 0, mime: str = "application/pdf", caption: str | None = None,
        *, content: bytes = b"%PDF-1.4\n%%EOF\n",
    ) -> Seen:  # fmt: skip
        """Send a file; `size` in bytes makes it large without keeping the bytes."""
        return self._sends_file("document", caption, UploadedFile(name, content, mime), None, size=size)

    def sends_voice(self, seconds: int = 3, *, content: bytes = b"OggS", caption: str | None = None) -> Seen:
        """Send a voice message."""
        return self._sends_file("voice", caption, UploadedFile("", content, "audio/ogg"), None, duration=seconds)

    def sends_video(self, seconds: int = 5, caption: str | None = None, *, content: bytes = b"ftypmp42") -> Seen:
        """Send a video."""
        upload = UploadedFile("video.mp4", content, "video/mp4")
        return self._sends_file("video", caption, upload, None, duration=seconds)

    def sends_video_note(self, seconds: int = 5, *, content: bytes = b"ftypmp42") -> Seen:
        """Send a round video."""
        upload = UploadedFile("round.mp4", content, "video/mp4")
        return self._sends_file("video_note", None, upload, None, duration=seconds)

    def sends_venue(self, title: str, address: str = "", latitude: float = TOWN_HALL[0],
                    longitude: float = TOWN_HALL[1]) -> Seen:  # fmt: skip
        """Send a named spot on the map; like Telegram, with its location once more."""
        spot = {"latitude": latitude, "longitude": longitude}
        return self.writes({"venue": {"location": spot, "title": title, "address": address}, "location": spot})

    def sends_sticker(self) -> Seen:
        """Send a sticker."""
        return self._sends_file("sticker", None, UploadedFile("", b"RIFF\0\0\0\0WEBP", "image/webp"), None)

    def sends_location(self, latitude: float = TOWN_HALL[0], longitude: float = TOWN_HALL[1]) -> Seen:
        """Send a point on the map."""
        return self.writes({"location": {"latitude": latitude, "longitude": longitude}})

    def sends_contact(self, phone: str = "+8613800000000", *, user_id: int | None = None) -> Seen:
        """Share a phone number, by default the own one."""
        user = self.tg.users.get(user_id or self.id, self.user)
        return self.writes({"contact": {"phone_number": phone, "first_name": user.first_name, "user_id": user.id}})

    def writes(self, content: JSON, chat: Group | None = None, reply_to: int | None = None) -> Seen:
        """Put any message content into a chat and tell the bot, when the bot may see it."""
        room = chat.chat if chat else self.chat
        assert not self.chat.blocked or chat, f"{self.user.name} has blocked the bot: unblocks() first"
        assert chat is None or room.members.get(self.id) not in {None, "left", "kicked"}, "not a member of this group"
        if reply_to is not None and (replied := room.find(reply_to)):
            content = content | {"reply_to_message": without_reply(replied.data)}
        if chat is None:
            self.chat.started = True
        message = self.tg.write(room, self.user, content)
        room.read_up_to[self.id] = message.id
        self._announce("message", message)
        return self._seen(message)

    def _sends_file(
        self, kind: str, caption: str | None, upload: UploadedFile, chat: Group | None, *,
        size: int = 0, duration: int = 0, more: JSON | None = None,
    ) -> Seen:  # fmt: skip
        file = self.tg.files.keep(kind, upload, size=size, duration=duration)
        words = spoken(caption, caption=True) if caption else {}
        return self.writes(file_content(file) | words | (more or {}), chat)

    def _announce(self, kind: str, message: Message) -> None:
        room = message.chat
        if room.is_private or self.tg.groups[room.id].shows_bot(message):
            self.tg.updates.push(kind, message.data, f"chat:{room.id}")

    def _picture(self, number: int = 0) -> bytes:
        return picture(tint=self.id + len(self.chat.messages) + number)

    # -- pressing, voting, asking -------------------------------------------------------------------------------

    def presses(
        self, label: str, *, message: int | Seen | None = None, resent: int = 1, chat: Group | None = None
    ) -> None:
        """Press the newest visible button with this label; `resent` taps reach the bot, each with new ids.

        Raises AssertionError with the visible labels when there is no such button.
        """
        message_id = message.id if isinstance(message, Seen) else message
        pressing.press(self, label, message_id, resent, chat)

    def votes(self, message_id: int, *options: int) -> None:
        """Choose options of a poll by their position, or take the vote back by choosing none."""
        message = next((m for chat in self.chats if (m := chat.find(message_id)) and "poll" in m.data), None)
        assert message is not None, f"no poll {message_id} on the screen"
        polls.vote(self.tg, self.tg.polls[message.data["poll"]["id"]], self.user, list(options))

    def asks_inline(self, text: str, offset: str = "") -> InlineQuery:
        """Type @bot and a text; the answer appears in `.results`."""
        query = InlineQuery(self.tg.next_id(), self.user, text, self.tg.clock.now(), offset)
        self.tg.inline_queries[query.id] = query
        payload = {"id": query.id, "from": self.user.as_json(), "query": text, "offset": offset,
                   "chat_type": "sender"}  # fmt: skip
        self.tg.updates.push("inline_query", payload, f"user:{self.id}")
        return query

    def chooses(self, query: InlineQuery, number: int = 0, *, chat: Group | None = None) -> Seen:
        """Send one of the results of an inline query."""
        result = query.results[number]
        payload = {"result_id": str(result["id"]), "from": self.user.as_json(), "query": query.text}
        self.tg.updates.push("chosen_inline_result", payload, f"user:{self.id}")
        via: JSON = {"via_bot": self.tg.bot.as_json()}
        if markup := result.get("reply_markup"):
            via["reply_markup"] = markup
        return self.writes(_chosen_content(self.tg, result) | via, chat)

    # -- the account --------------------------------------------------------------------------------------------

    def blocks(self) -> None:
        """Block the bot."""
        self._set_blocked(blocked=True)

    def unblocks(self) -> None:
        """Let the bot write again."""
        self._set_blocked(blocked=False)

    def deactivates(self) -> None:
        """Delete the account."""
        self.chat.deactivated = True

    def _set_blocked(self, *, blocked: bool) -> None:
        if self.chat.blocked == blocked:
            return
        self.chat.blocked = blocked
        self.chat.started = True
        self.tg.touch(self.chat)
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        bot = member_json(self.chat, self.tg.bot)
        change = {"chat": self.chat.as_json(), "from": self.user.as_json(), "date": self.tg.clock.timestamp(),
                  "old_chat_member": _with_status(bot, old), "new_chat_member": _with_status(bot, new)}  # fmt: skip
        self.tg.updates.push("my_chat_member", change, f"chat:{self.id}")

    # -- seeing -------------------------------------------------------------------------------------------------

    @property
    def chats(self) -> list[Chat]:
        """The private chat and the groups this person is in."""
        return [self.chat, *(g.chat for g in self.tg.groups.values() if self.id in g.chat.members)]

    def looks_at(self, chat: Group | None = None) -> list[Seen]:
        """The messages in a chat, newest last, without deleted ones."""
        room = chat.chat if chat else self.chat
        return [self._seen(message) for message in room.messages.values() if not message.deleted]

    @property
    def screen(self) -> list[Seen]:
        """The messages in the private chat, newest last."""
        return self.looks_at()

    @property
    def last(self) -> Seen:
        """The newest message that somebody else wrote. Raises AssertionError when there is none."""
        newest = next((m for m in self.chat.newest_first() if m.author != self.id), None)
        assert newest is not None, f"{self.user.name} has got no message"
        return self._seen(newest)

    def sees(self, text: str, *, chat: Group | None = None) -> bool:
        """Whether a message that somebody else wrote contains this text now."""
        return any(text in seen.text for seen in self.looks_at(chat) if not seen.from_me)

    @property
    def toasts(self) -> list[Toast]:
        """What flashed up after taps, newest last: `.text` and `.alert`."""
        return list(self.chat.toasts.get(self.id, []))

    @property
    def unread(self) -> int:
        """How many messages of others are unread in the private chat."""
        read = self.chat.read_up_to.get(self.id, 0)
        new = itertools.takewhile(lambda message: message.id > read, self.chat.newest_first())
        return sum(message.author != self.id for message in new)

    def marks_read(self, chat: Group | None = None) -> None:
        """Read everything."""
        room = chat.chat if chat else self.chat
        room.read_up_to[self.id] = max(room.messages, default=0)
        self.tg.touch(room)

    @property
    def reply_keyboard(self) -> list[list[str]] | None:
        """The labels below the input field, None when there is no keyboard."""
        rows = pressing.reply_rows(self.chat)
        return [[button["text"] for button in row] for row in rows] if rows else None

    def _seen(self, message: Message) -> Seen:
        return Seen(self.tg, self.user, message)


def _with_status(member: JSON, status: str) -> JSON:
    until: dict[str, Any] = {"until_date": 0} if status == "kicked" else {}
    return member | {"status": status} | until


def _chosen_content(tg: Telegram, result: JSON) -> JSON:
    content = result.get("input_message_content") or {}
    if "message_text" in content:
        return chosen_text(result)
    file = tg.files.by_id(str(result.get(f"{result['type']}_file_id")))
    if file is None:
        raise Refusal(400, "Bad Request: the sandbox sends only texts and known files from inline results")
    return file_content(file)
