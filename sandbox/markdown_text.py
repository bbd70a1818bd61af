"""Telegram's MarkdownV2: text with marks in, plain text and entities out, with Telegram's own complaints."""

from __future__ import annotations

from sandbox.errors import Refusal, bad_request
from sandbox.params import JSON
from sandbox.utf16 import units

_MARKS = {"__": "underline", "||": "spoiler", "*": "bold", "_": "italic", "~": "strikethrough"}
_TITLES = {"underline": "Underline", "spoiler": "Spoiler", "bold": "Bold", "italic": "Italic",
           "strikethrough": "Strikethrough", "text_link": "TextUrl", "code": "Code", "pre": "Pre"}  # fmt: skip
_RESERVED = "_*[]()~`>#+-=|{}.!"


def parse_markdown(source: str) -> tuple[str, list[JSON]]:
    """Plain text and entities of a MarkdownV2 text. Raises Refusal ("can't parse entities: ...")."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.text: list[str] = []
        self.length = 0
        self.open: list[tuple[str, int, int]] = []
        self.entities: list[JSON] = []
        self.quote: int | None = None

    def read(self) -> tuple[str, list[JSON]]:
        while self.at < len(self.source):
            self._step()
        self._end_quote()
        if self.open:
            kind, _, begin = self.open[-1]
            raise _no_end(kind, begin)
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.text), self.entities

    def _step(self) -> None:
        char = self.source[self.at]
        line_start = self.at == 0 or self.source[self.at - 1] == "\n"
        if line_start and char == ">":
            self.quote = self.length if self.quote is None else self.quote
            self.at += 1
            return
        if line_start:
            self._end_quote()
        if char == "\\" and self.at + 1 < len(self.source) and self.source[self.at + 1].isascii():
            self._add(self.source[self.at + 1], 2)
        elif char == "`":
            self._code()
        elif char == "[":
            self._begin("text_link", 1)
        elif char == "]" and self.open and self.open[-1][0] == "text_link":
            self._link()
        elif mark := next((mark for mark in _MARKS if self.source.startswith(mark, self.at)), ""):
            self._toggle(_MARKS[mark], len(mark))
        elif char in _RESERVED:
            raise _complaint(f"Character '{char}' is reserved and must be escaped with the preceding '\\'")
        else:
            self._add(char, 1)

    def _add(self, piece: str, width: int) -> None:
        self.text.append(piece)
        self.length += units(piece)
        self.at += width

    def _begin(self, kind: str, width: int) -> None:
        self.open.append((kind, self.length, len(self.source[: self.at].encode())))
        self.at += width

    def _toggle(self, kind: str, width: int) -> None:
        if self.open and self.open[-1][0] == kind:
            _, offset, _ = self.open.pop()
            self._entity(kind, offset)
            self.at += width
        else:
            self._begin(kind, width)

    def _entity(self, kind: str, offset: int, **more: str) -> None:
        if self.length > offset:
            self.entities.append({"type": kind, "offset": offset, "length": self.length - offset, **more})

    def _code(self) -> None:
        fence = "```" if self.source.startswith("```", self.at) else "`"
        kind = "pre" if fence == "```" else "code"
        begin = self.at
        end = self.source.find(fence, begin + len(fence))
        if end < 0:
            raise _no_end(kind, len(self.source[:begin].encode()))
        inside = self.source[begin + len(fence) : end]
        language, newline, rest = inside.partition("\n")
        if kind == "pre" and newline and language and " " not in language:
            inside = rest
        else:
            language = ""
        offset = self.length
        self._add(inside.replace("\\`", "`").replace("\\\\", "\\"), 0)
        self._entity(kind, offset, **({"language": language} if language and kind == "pre" else {}))
        self.at = end + len(fence)

    def _link(self) -> None:
        kind, offset, begin = self.open.pop()
        end = self.source.find(")", self.at)
        if not self.source.startswith("](", self.at) or end < 0:
            raise _no_end(kind, begin)
        url = self.source[self.at + 2 : end].replace("\\", "")
        if url:
            self._entity(kind, offset, url=url)
        self.at = end + 1

    def _end_quote(self) -> None:
        if self.quote is not None:
            self._entity("blockquote", self.quote)
            self.quote = None


def _no_end(kind: str, begin: int) -> Refusal:
    return _complaint(f"Can't find end of {_TITLES[kind]} entity at byte offset {begin}")


def _complaint(what: str) -> Refusal:
    return bad_request(f"can't parse entities: {what}")
