"""Fields: one question of a form, how its answer is read from whatever a person sends, and how it is shown again."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

Answers = dict[str, Any]
Media = dict[str, Any]


class NotUnderstood(Exception):
    """The answer does not fit the question; the text says what would."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a person sent in answer: words, pictures, a location, a phone number, or a pressed option."""

    text: str = ""
    media: tuple[Media, ...] = ()
    location: tuple[float, float] | None = None
    phone: str = ""
    choice: str | None = None
    today: date = date.min


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: the stored value and the words on the button."""

    value: str
    label: str


Ask = str | Callable[[Answers], str]


@dataclass(frozen=True, kw_only=True)
class Field(ABC):
    """What all questions share. `when` leaves the question out unless it says yes to the answers so far.

    `hands_in`: the question came up when the form was handed in, and its answer hands in again.
    """

    gathers: ClassVar[bool] = False
    takes_strays: ClassVar[bool] = True  # what came while something else was asked and is of its sort
    a_row: ClassVar[int] = 2
    key: str
    label: str
    ask: Ask
    optional: bool = False
    when: Callable[[Answers], bool] | None = None
    hands_in: bool = False

    def question(self, answers: Answers) -> str:
        """Return the question as it stands after the answers so far."""
        return self.ask if isinstance(self.ask, str) else self.ask(answers)

    def options(self, answers: Answers) -> Sequence[Option]:  # noqa: ARG002
        """Return what may be chosen by a button."""
        return ()

    @abstractmethod
    def read(self, said: Said, answers: Answers) -> Any:
        """Return the answer as a JSON value; raise NotUnderstood with a sentence that says what would do."""

    def is_meant(self, words: str) -> bool:  # noqa: ARG002
        """Say whether words can be an answer at all; those that cannot end the form and are read as what they are."""
        return True

    def told(self, said: Said, answers: Answers) -> Answers:  # noqa: ARG002
        """Return what the words also tell about other questions; it fills those that have no answer yet."""
        return {}

    def show(self, value: Any, answers: Answers) -> str:  # noqa: ARG002
        """Return the answer in words, for the summary."""
        return str(value)

    def is_enough(self, value: Any) -> bool:  # noqa: ARG002
        """Say whether an answer ends the question; gathered ones go on until the person says so."""
        return not self.gathers

    def heard(self, value: Any) -> str:
        """Return what is said after something was gathered."""
        return f"已收到 {self.show(value, {})}。"

    def done_label(self, value: Any) -> str:  # noqa: ARG002
        """Return the button that ends gathering; empty for none."""
        return "发完了"


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    """Free words."""

    at_most: int = 4096

    def read(self, said: Said, answers: Answers) -> str:  # noqa: ARG002
        text = said.text.strip()
        if not re.search(r"\w", text):
            raise NotUnderstood("请用文字说一说，一两句话就行。")
        if len(text) > self.at_most:
            raise NotUnderstood(f"有点长了，请控制在 {self.at_most} 个字以内再发一次。")
        return text

    def show(self, value: Any, answers: Answers) -> str:  # noqa: ARG002
        text = str(value)
        return text if len(text) <= 300 else text[:300] + "……"


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of a list; typed words, the number of the option or a part of its label do as well as the button."""

    choices: Sequence[Option] | Callable[[Answers], Sequence[Option]]

    def options(self, answers: Answers) -> Sequence[Option]:
        return self.choices(answers) if callable(self.choices) else self.choices

    def read(self, said: Said, answers: Answers) -> str:
        options = list(self.options(answers))
        pressed = [o for o in options if o.value == said.choice]
        found = pressed if said.choice is not None else _typed(said.text, options)
        if len(found) != 1:
            raise NotUnderstood("请点下面的按钮选一个，或者直接打出那一项的字。")
        return found[0].value

    def show(self, value: Any, answers: Answers) -> str:
        return next((o.label for o in self.options(answers) if o.value == value), str(value))


def _typed(text: str, options: list[Option]) -> list[Option]:
    word = "".join(text.split())
    if word.isdecimal() and 1 <= int(word) <= len(options):
        return [options[int(word) - 1]]
    labels = [("".join(o.label.split()), o) for o in options]
    exact = [o for label, o in labels if label == word]
    return exact or [o for label, o in labels if word and word in label]


@dataclass(frozen=True, kw_only=True)
class Several(Field):
    """Any number of a list: a tap (or its number) ticks or unticks a line of the same card, `at_once` lines a page.

    The value is `{on: [values in the order of the list], page}`.
    """

    TURN: ClassVar[str] = "~"
    gathers: ClassVar[bool] = True
    a_row: ClassVar[int] = 1
    choices: Callable[[Answers], Sequence[Option]]
    done: str = "选好了"
    none: str = "都没有"
    mark: str = "❌"
    blank: str = "▫️"
    at_once: int = 8

    def options(self, answers: Answers) -> Sequence[Option]:
        have = answers.get(self.key) or {"on": [], "page": 0}
        first, every = have["page"] * self.at_once, list(self.choices(answers))
        marked = [Option(o.value, f"{self.mark_of(o.value, have)} {n} {o.label}") for n, o in enumerate(every, 1)]
        pages = self._pages(every)
        turn = [Option(self.TURN, f"翻页（{have['page'] + 1}/{pages}）▶")] if pages > 1 else []
        return marked[first : first + self.at_once] + turn

    def mark_of(self, value: str, have: Answers) -> str:
        """Return the sign before a line."""
        return self.mark if value in have["on"] else self.blank

    def _pages(self, every: Sequence[Option]) -> int:
        return -(-len(every) // self.at_once)

    def read(self, said: Said, answers: Answers) -> dict[str, Any]:
        every = list(self.choices(answers))
        have = answers.get(self.key) or {"on": [], "page": 0}
        if said.choice == self.TURN:
            return {**have, "page": (have["page"] + 1) % self._pages(every)}
        found = [o for o in every if o.value == said.choice] if said.choice is not None else _typed(said.text, every)
        if len(found) != 1:
            raise NotUnderstood("请点下面的按钮勾选，或者打它前面的数字。")
        on = set(have["on"]) ^ {found[0].value}
        return {**have, "on": [o.value for o in every if o.value in on]}

    def show(self, value: Any, answers: Answers) -> str:
        return "、".join(o.label for o in self.choices(answers) if o.value in value["on"]) or self.none

    def heard(self, value: Any) -> str:  # noqa: ARG002
        return ""

    def done_label(self, value: Any) -> str:
        return f"{self.done}（{len(value['on'])} 项）" if value and value["on"] else self.none


@dataclass(frozen=True, kw_only=True)
class Photos(Field):
    """Pictures, videos or voice messages, gathered until the person says that is all.

    `files`: pictures sent as files are taken too; where nobody cleans them of metadata they are not.
    """

    gathers: ClassVar[bool] = True
    at_most: int = 10
    files: bool = True

    def is_enough(self, value: Any) -> bool:
        """One picture is enough where only one is wanted; of several the person says when that is all."""
        return self.at_most == 1 and bool(value)

    def read(self, said: Said, answers: Answers) -> list[Media]:
        if not said.media:
            without = "没有就点「跳过」。" if self.optional else "这一步要有照片才能继续。"
            raise NotUnderstood(f"请发照片（也可以发视频或语音），发完点「发完了」。{without}")
        if not self.files and any(item["kind"] == "image" for item in said.media):
            raise NotUnderstood("文件里会带着拍摄位置等信息。请重新发一次，发送时选「照片」，不要选「文件」。")
        have: list[Media] = list(answers.get(self.key) or [])
        known = {item["unique_id"] for item in have}
        new = [item for item in said.media if item["unique_id"] not in known]
        if new and len(have) >= self.at_most:
            raise NotUnderstood(f"最多收 {self.at_most} 份，多的没有收。其余的可以提交后再「补充」。")
        return (have + new)[: self.at_most]

    def show(self, value: Any, answers: Answers) -> str:  # noqa: ARG002
        names = {"photo": "张照片", "video": "段视频", "voice": "条语音", "video_note": "段圆形视频"}
        kinds = ["photo" if item["kind"] == "image" else item["kind"] for item in value]
        counts = {kind: kinds.count(kind) for kind in names}
        return "、".join(f"{n} {names[kind]}" for kind, n in counts.items() if n) or "没有"


@dataclass(frozen=True, kw_only=True)
class Place(Field):
    """Where: words, a sent location, or an option such as a village. The value is {text, latitude, longitude}."""

    choices: Callable[[Answers], Sequence[Option]] | None = None
    at_most: int = 200

    def options(self, answers: Answers) -> Sequence[Option]:
        return self.choices(answers) if self.choices else ()

    def read(self, said: Said, answers: Answers) -> dict[str, Any]:
        have = dict(answers.get(self.key) or {})
        if said.location is not None:
            latitude, longitude = said.location
            return {"text": have.get("text") or "定位的位置", "latitude": latitude, "longitude": longitude}
        text = (said.choice or said.text).strip()
        if not re.search(r"\w", text):
            raise NotUnderstood("请打字说在哪里，比如「新桥村三组李家院子」，也可以发送定位。")
        if len(text) > self.at_most:
            raise NotUnderstood(f"地点写短一点就行，{self.at_most} 个字以内，再发一次。")
        return {**have, "text": text}

    def show(self, value: Any, answers: Answers) -> str:  # noqa: ARG002
        return str(value["text"]) + ("（有定位）" if value.get("latitude") is not None else "")


@dataclass(frozen=True, kw_only=True)
class Phone(Field):
    """A phone number, typed or shared as a contact."""

    def read(self, said: Said, answers: Answers) -> str:  # noqa: ARG002
        digits = re.sub(r"[\s\-+()（）]", "", said.phone or said.text)
        digits = digits.removeprefix("86") if len(digits) == 13 else digits
        if not re.fullmatch(r"1\d{10}|0\d{9,11}|\d{7,8}", digits):
            raise NotUnderstood("请写电话号码，只写数字，比如 11 位的手机号。")
        return digits


@dataclass(frozen=True, kw_only=True)
class Confirm(Field):
    """Yes or no."""

    yes: str = "是"
    no: str = "不是"

    def options(self, answers: Answers) -> Sequence[Option]:  # noqa: ARG002
        return (Option("yes", self.yes), Option("no", self.no))

    def read(self, said: Said, answers: Answers) -> bool:  # noqa: ARG002
        word = said.choice or said.text.strip()
        if word in {"yes", self.yes, "是", "是的", "对", "要得", "好", "可以"}:
            return True
        if word in {"no", self.no, "不是", "不", "否", "没有", "不要"}:
            return False
        raise NotUnderstood(f"请点「{self.yes}」或「{self.no}」，打字也可以。")

    def show(self, value: Any, answers: Answers) -> str:  # noqa: ARG002
        return self.yes if value else self.no
