"""What a person sees: a message with its text, buttons, picture and state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sandbox.files import StoredFile
from sandbox.params import JSON
from sandbox.rooms import Message, User
from sandbox.texts import as_html

if TYPE_CHECKING:
    from sandbox.telegram import Telegram

_KINDS = ("text", "photo", "animation", "document", "voice", "video", "audio", "venue", "location", "contact", "poll",
          "sticker")  # fmt: skip
_BUTTON_KINDS = {"callback_data": "callback", "url": "url", "web_app": "url", "login_url": "url",
                 "copy_text": "copy_text"}  # fmt: skip
_SERVICE = {"pinned_message": "置顶了一条消息", "group_chat_created": "创建了群组", "left_chat_member": "离开了群组",
            "new_chat_members": "加入了群组", "migrate_to_chat_id": "群组已升级为超级群组",
            "migrate_from_chat_id": "群组已升级为超级群组"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button; kind is callback, url, copy_text or switch_inline."""

    text: str
    kind: str
    url: str | None = None
    data: str | None = None


@dataclass(frozen=True, eq=False)
class Seen:
    """A message on somebody's screen."""

    tg: Telegram
    viewer: User
    message: Message

    @property
    def id(self) -> int:
        """The message_id."""
        return self.message.id

    @property
    def data(self) -> JSON:
        """The message as the Bot API shows it."""
        return self.message.data

    @property
    def from_me(self) -> bool:
        """Whether the viewer wrote it."""
        return self.message.author == self.viewer.id

    @property
    def from_bot(self) -> bool:
        """Whether the bot wrote it."""
        return self.message.author == self.tg.bot.id

    @property
    def text(self) -> str:
        """Text or caption; for a contact, poll or service message what stands there."""
        if self.kind == "service":
            return next((words for name, words in _SERVICE.items() if name in self.data), "")
        if contact := self.data.get("contact"):
            return f"{contact['first_name']} {contact['phone_number']}"
        return self.message.text or str(self.data.get("poll", {}).get("question", ""))

    @property
    def html(self) -> str:
        """Text or caption as safe HTML."""
        entities = self.data.get("entities") or self.data.get("caption_entities") or []
        return as_html(self.text, entities)

    @property
    def kind(self) -> str:
        """text, photo, document, voice, video, audio, location, venue, contact, poll, sticker or service."""
        kind = next((kind for kind in _KINDS if kind in self.data), "service")
        return "video" if kind == "animation" else kind

    @property
    def edited(self) -> bool:
        """Whether its content was changed."""
        return self.message.edited

    @property
    def buttons(self) -> list[list[Button]]:
        """The inline buttons, row by row."""
        return [
            [Button(b["text"], _button_kind(b), b.get("url"), b.get("callback_data")) for b in row] for row in self.rows
        ]

    @property
    def labels(self) -> list[list[str]]:
        """The labels of the inline buttons, row by row."""
        return [[button["text"] for button in row] for row in self.rows]

    @property
    def rows(self) -> list[list[JSON]]:
        """The inline buttons as the Bot API writes them, row by row."""
        return list(self.data.get("reply_markup", {}).get("inline_keyboard", []))

    @property
    def album(self) -> str | None:
        """The media_group_id when it is part of an album."""
        return self.data.get("media_group_id")

    @property
    def file(self) -> StoredFile | None:
        """The file that came with it."""
        name = next((k for k in ("photo", "animation", "document", "voice", "video", "audio", "sticker")
                     if k in self.data), None)  # fmt: skip
        if name is None:
            return None
        shown = self.data[name]
        return self.tg.files.by_id((shown[-1] if isinstance(shown, list) else shown)["file_id"])

    def page_json(self) -> JSON:
        """As the people API shows it."""
        reply = self.data.get("reply_to_message")
        return {
            "id": self.id,
            "seq": self.message.seq,
            "from": "me" if self.from_me else "bot" if self.from_bot else self.tg.users[self.message.author].name,
            "at": datetime.fromtimestamp(self.data["date"], UTC).isoformat(),
            "edited": self.edited,
            "deleted": self.message.deleted,
            "kind": self.kind,
            "text": self.text,
            "html": self.html,
            "media": self._media(),
            "media_group_id": self.album,
            "location": self._location(),
            "poll": self._poll(),
            "inline": [[_page_button(button) for button in row] for row in self.rows] or None,
            "reply_to": reply["message_id"] if reply else None,
        }

    def _media(self) -> JSON | None:
        file = self.file
        if file is None:
            return None
        return {"url": f"/sandbox/files/{file.unique_id}", "name": file.name, "mime": file.mime, "size": file.size,
                "width": file.width, "height": file.height, "duration": file.duration}  # fmt: skip

    def _location(self) -> JSON | None:
        location = self.data.get("location")
        if location is None:
            return None
        venue = self.data.get("venue", {})
        return {"latitude": location["latitude"], "longitude": location["longitude"],
                "title": venue.get("title"), "address": venue.get("address")}  # fmt: skip

    def _poll(self) -> JSON | None:
        if "poll" not in self.data:
            return None
        poll = self.tg.polls[self.data["poll"]["id"]]
        chosen = poll.votes.get(self.viewer.id, [])
        knows = bool(chosen) or poll.closed
        shown = poll.as_json()
        return {
            "question": shown["question"],
            "options": [{"text": o["text"], "voters": o["voter_count"] if knows else None} for o in shown["options"]],
            "type": shown["type"],
            "correct_option": poll.correct[0] if poll.quiz and knows else None,
            "chosen": chosen,
            "explanation": shown.get("explanation") if knows else None,
            "closed": poll.closed,
        }


def _button_kind(button: JSON) -> str:
    return next((kind for name, kind in _BUTTON_KINDS.items() if name in button), "switch_inline")


def _page_button(button: JSON) -> dict[str, Any]:
    kind = _button_kind(button)
    web_app = button.get("web_app") or {}
    shown: JSON = {"text": button["text"], "kind": kind, "url": button.get("url") or web_app.get("url")}
    if kind == "copy_text":
        shown["copy_text"] = button["copy_text"]["text"]
    if "style" in button:
        shown["style"] = button["style"]
    return shown
