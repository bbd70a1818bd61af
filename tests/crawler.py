"""A crawler: presses every button on every card that somebody can reach, and leaves nothing of it behind.

Each press runs through the real desk inside a savepoint that is undone, so the walk is a tree: a card, its buttons, the
cards behind them. Where a form asks, it also gets words and a picture, so that the steps behind are seen too.
"""

import itertools
import json
from collections.abc import Iterator
from typing import Any

from sqlmodel import Session

from bot.context import Visit
from models import audit
from models.base import Refused
from models.inbox import Claimed
from models.keyboards import Keyboard
from models.sealing import sealer
from tests.town import Somebody, Township

DEEPEST = 7
# What has nothing to do with a case; a card of it is read, the buttons on it are not pressed.
ELSEWHERE = ("answers.", "chats.", "checklist.", "push.", "quiz.", "staff.", "training.")
WORDS = ("看过了", "吹2026-0001")
_NUMBERS = itertools.count(5_000_000_000)


class Crawler:
    """The walk of one person. `shown` are the calls that would have shown something, `pressed` the verbs that ran."""

    def __init__(self, town: Township, who: Somebody) -> None:
        self.town, self.phone, self.desk = town, who.phone, town.machine.desk
        self.shown: list[str] = []
        self.pressed: set[str] = set()
        self._been: set[str] = set()

    def walk(self, *words: str) -> None:
        """Begin with what stands on the screen, every command on the menu, and these words."""
        start = [seen.data for seen in self.phone.chat.messages.values() if not seen.deleted]
        menu = [f"/{route.command}" for route in self.desk.routes.all if route.command]
        with self.town.database.session() as s, s.begin() as everything:
            self._look(s, [{"params": one} for one in start], 0)
            for said in (*menu, *words):
                self._try(s, {"text": said}, 0)
            everything.rollback()

    def _look(self, s: Session, calls: list[dict[str, Any]], depth: int) -> None:
        """Read what is shown, and press everything under it that was not pressed yet."""
        for call in calls:
            params = call["params"]
            self.shown.append(json.dumps(params, ensure_ascii=False, default=str))
            if depth < DEEPEST:
                for data in _buttons(params):
                    self._press(s, data, str(params.get("text", "")), depth)

    def _press(self, s: Session, data: str, text: str, depth: int) -> None:
        token, _, number = data.partition(".")
        row = s.get(Keyboard, token)
        if row is None:
            return
        verb, args, _ = row.buttons[int(number)]
        told = {key: value for key, value in args.items() if key not in {"d", "v", "m", "proof"}}
        if verb.startswith(ELSEWHERE):
            return
        # The same step of the same form is the same place, whichever draft it is.
        place = text[:40] if verb.startswith("form.") else ""
        if self._is_new(verb, json.dumps(told, sort_keys=True, ensure_ascii=False), place):
            self.pressed.add(verb)
            self._try(s, {"data": data}, depth + 1)
        if verb == "form.cancel" and self._is_new("say", place):
            for said in WORDS:
                self._try(s, {"text": said}, depth + 1)
            picture = {"file_id": "crawler", "file_unique_id": "crawler", "width": 1, "height": 1}
            self._try(s, {"photo": [picture]}, depth + 1)

    def _is_new(self, *place: str) -> bool:
        key = "|".join(place)
        new = key not in self._been
        self._been.add(key)
        return new

    def _try(self, s: Session, what: dict[str, Any], depth: int) -> None:
        """Do one thing, look at what it shows, and undo it."""
        pending = list(s.info.get(audit.PENDING, []))
        undo = s.begin_nested()
        try:
            visit = self._visit(s, what)
            self.shown.append(visit.toast)
            self._look(s, [row["call"] for row in visit.said], depth)
        except Refused as refusal:
            self.shown.append(str(refusal))
        finally:
            undo.rollback()
            s.info[audit.PENDING] = pending

    def _visit(self, s: Session, what: dict[str, Any]) -> Visit:
        number = next(_NUMBERS)
        chat, user = self.phone.chat.as_json(), self.phone.user.as_json()
        moment = self.town.clock.timestamp()
        raw: dict[str, Any] = {"update_id": number}
        message = {"message_id": 900_000, "date": moment, "chat": chat}
        if "data" in what:
            raw["callback_query"] = {"id": str(number), "from": user, "chat_instance": "1", "data": what["data"],
                                     "message": {**message, "text": "…"}}  # fmt: skip
        else:
            raw["message"] = {**message, "from": user, **what}
        sealed = sealer().seal(f"inbox|{number}", json.dumps(raw).encode())
        claimed = Claimed(number, number, self.phone.id, self.phone.id, 0, self.town.clock.now(), sealed)
        return self.desk._visit(s, claimed, None, self.town.clock.now())


def _buttons(params: dict[str, Any]) -> Iterator[str]:
    markup = params.get("reply_markup") or {}
    for row in markup.get("inline_keyboard", []):
        for button in row:
            if "callback_data" in button:
                yield button["callback_data"]
