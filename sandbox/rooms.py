"""Who there is and what was written where: users, chats and messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.params import JSON


@dataclass(slots=True)
class User:
    """An account, of a person or of the bot."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    is_bot: bool = False
    language_code: str = "zh-hans"

    def as_json(self) -> JSON:
        """As the Bot API shows it in messages."""
        shown: JSON = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.last_name:
            shown["last_name"] = self.last_name
        if self.username:
            shown["username"] = self.username
        if not self.is_bot:
            shown["language_code"] = self.language_code
        return shown

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(slots=True, eq=False)
class Message:
    """A message as the Bot API shows it; `data` is replaced, never changed in place, so that updates stay snapshots."""

    chat: Chat
    data: JSON
    author: int
    seq: int
    edited: bool = False
    deleted: bool = False
    lost_its_keyboard: bool = False

    @property
    def id(self) -> int:
        """The message_id."""
        return int(self.data["message_id"])

    @property
    def text(self) -> str:
        """Text or caption."""
        return str(self.data.get("text") or self.data.get("caption") or "")


@dataclass(slots=True)
class Toast:
    """The answer to a tap, as the person sees it for a moment."""

    text: str
    alert: bool
    seq: int


@dataclass(slots=True, eq=False)
class Chat:
    """A private chat with the bot or a group; members map a user id to a status."""

    id: int
    type: str
    title: str = ""
    user: User | None = None
    members: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    seq: int = 0
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    migrated_to: int | None = None
    pinned: list[int] = field(default_factory=list)
    keyboard: Message | None = None
    reply_markup: JSON | None = None
    keyboard_hidden: bool = False
    read_up_to: dict[int, int] = field(default_factory=dict)
    toasts: dict[int, list[Toast]] = field(default_factory=dict)
    action: tuple[str, datetime] | None = None
    last_message_id: int = 0

    @property
    def is_private(self) -> bool:
        """Whether this is one person's chat with the bot."""
        return self.type == "private"

    def as_json(self) -> JSON:
        """As the Bot API shows it in messages."""
        if self.user is None:
            shown: JSON = {"id": self.id, "type": self.type, "title": self.title}
            if self.type == "group":
                shown["all_members_are_administrators"] = False
            return shown
        shown = {"id": self.id, "type": self.type, "first_name": self.user.first_name}
        if self.user.last_name:
            shown["last_name"] = self.user.last_name
        if self.user.username:
            shown["username"] = self.user.username
        return shown

    def newest_first(self) -> Iterator[Message]:
        """The messages that are still there, newest first."""
        return (message for message in reversed(self.messages.values()) if not message.deleted)

    def find(self, message_id: int) -> Message | None:
        """A message that is still there."""
        message = self.messages.get(message_id)
        return None if message is None or message.deleted else message
