"""A phone: a plain HTTP client of the people API. It knows what a person knows: words, pictures, labels of buttons."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from sandbox.pictures import picture

LOOK_SECONDS = 2.0
PATIENCE = 30.0
PICTURE = picture()
Json = dict[str, Any]


class NothingCame(AssertionError):
    """What the person waited for never appeared; the text says what is on the screen instead."""


@dataclass
class Phone:
    """One person's private chat with the bot. Every act is one update; `acts` counts them.

    `through(person, act)` performs each act; a test that disturbs the bot does so there.
    """

    client: httpx.Client
    person: int
    name: str
    patience: float = PATIENCE
    through: Callable[[int, Callable[[], None]], None] = lambda _, act: act()
    acts: int = 0
    _seq: int = 0
    _mark: int = 0
    _messages: dict[int, Json] = field(default_factory=dict)
    _below: list[str] = field(default_factory=list)

    def says(self, text: str) -> None:
        """Write a message."""
        self._does("text", json={"text": text})

    def photo(self, caption: str = "") -> None:
        """Send one photo, with words under it if given."""
        picture = {"photo": ("photo.png", PICTURE, "image/png")}
        self._does("photos", data={"caption": caption}, files=picture)

    def presses(self, label: str, *, on: str = "") -> None:
        """Press the newest visible button with this label, `on` a message with these words; wait until there is one.

        Buttons below the input field count too, unless `on` is given. Raises NothingCame.
        """
        for _ in self._looks():
            message = self._with_button(label, on)
            if message is not None:
                return self._does("press", json={"label": label, "message_id": message["id"]})
            if not on and label in self._below:
                return self._does("press", json={"label": label})
        raise NothingCame(f"{self.name} sees no button {label!r}. {self._screen()}")

    def waits_for(self, text: str) -> str:
        """Wait for a message of the bot, new or changed since the last own act, that has these words; return it."""
        for _ in self._looks():
            for message in self._of_bot():
                if message["seq"] > self._mark and text in message["text"]:
                    return str(message["text"])
        raise NothingCame(f"{self.name} waits in vain for {text!r}. {self._screen()}")

    def texts(self) -> list[str]:
        """Look once; return the bot's messages as they are now, newest first."""
        self._look(0)
        return [message["text"] for message in self._of_bot()]

    def sees(self, text: str) -> bool:
        """Look once; say whether a message of the bot has these words now."""
        return any(text in shown for shown in self.texts())

    def buttons(self) -> list[str]:
        """Look once; return the labels below the newest message that has some."""
        self._look(0)
        return next((labels for message in self._of_bot() if (labels := _labels(message))), [])

    def clock(self, *, to: str = "", by: float = 0.0) -> str:
        """Make the sandbox's time jump: to an instant (ISO with zone), or by seconds; return the new time."""
        given: Json = {"to": to} if to else {"by": by}
        found: str = self.client.post("/sandbox/clock", json=given).raise_for_status().json()["now"]
        return found

    def _does(self, deed: str, **what: Any) -> None:
        self._look(0)
        self._mark = self._seq
        self.acts += 1
        self.through(self.person, lambda: self._posts(deed, **what))

    def _posts(self, deed: str, **what: Any) -> None:
        answer = self.client.post(f"/sandbox/chats/{self.person}/{deed}", **what)
        assert answer.status_code == 200, f"{self.name}: {answer.text}. {self._screen()}"

    def _looks(self) -> Iterator[None]:
        end = time.monotonic() + self.patience
        self._look(0)
        yield
        while time.monotonic() < end:
            self._look(LOOK_SECONDS)
            yield

    def _look(self, wait: float) -> None:
        query = {"after": self._seq, "wait": wait}
        seen = self.client.get(f"/sandbox/chats/{self.person}", params=query).raise_for_status().json()
        self._seq = seen["seq"]
        self._below = [button["text"] for row in seen["reply_keyboard"] or () for button in row]
        for message in seen["messages"]:
            self._messages[message["id"]] = message

    def _of_bot(self) -> list[Json]:
        shown = (m for m in self._messages.values() if m["from"] == "bot" and not m["deleted"])
        return sorted(shown, key=lambda message: -message["id"])

    def _with_button(self, label: str, on: str) -> Json | None:
        labelled = (m for m in self._of_bot() if on in m["text"] and any(label in b for b in _labels(m)))
        return next(labelled, None)

    def _screen(self) -> str:
        newest = [f"{m['text']!r} {_labels(m)}" for m in self._of_bot()[:3]]
        return f"Newest on the screen: {'; '.join(newest) or 'nothing'}; below: {self._below}"


def _labels(message: Json) -> list[str]:
    return [button["text"] for row in message["inline"] or () for button in row]


@dataclass
class Exchange:
    """The sandbox as seen from outside: whose phones there are, and what it recorded of the bot's calls."""

    client: httpx.Client

    @property
    def url(self) -> str:
        """What the bot takes for Telegram."""
        return str(self.client.base_url).rstrip("/")

    def phone(self, name: str) -> Phone:
        """Return the phone of somebody the sandbox knows."""
        people = self.client.get("/sandbox/people").raise_for_status().json()
        return Phone(self.client, next(p["id"] for p in people if p["first_name"] == name), name)

    def newcomer(self, name: str, number: int = 0) -> Phone:
        """Give somebody an account, with this number or any, and return the phone."""
        given = {"first_name": name} | ({"id": number} if number else {})
        person = self.client.post("/sandbox/people", json=given).raise_for_status().json()
        return Phone(self.client, person["id"], name)

    def calls(self, method: str, after: int = 0) -> list[Json]:
        """Return the calls of the bot that were recorded after this number."""
        query: dict[str, str | int] = {"method": method, "after": after}
        found: list[Json] = self.client.get("/sandbox/transcript", params=query).raise_for_status().json()
        return found

    def disturb(self, **fault: Any) -> None:
        """Put a fault of the sandbox in force."""
        self.client.post("/sandbox/faults", json=fault).raise_for_status()

    def is_disturbed(self) -> bool:
        """Say whether a fault has struck."""
        return any(fault["struck"] for fault in self.client.get("/sandbox/faults").raise_for_status().json())

    def calm(self) -> None:
        """Take all faults out of force."""
        self.client.delete("/sandbox/faults").raise_for_status()
