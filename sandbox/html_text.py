"""Telegram's HTML: text with tags in, plain text and entities out, with Telegram's own complaints."""

from __future__ import annotations

import html
import re

from sandbox.errors import Refusal, bad_request
from sandbox.params import JSON
from sandbox.utf16 import units

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "s": "strikethrough", "strike": "strikethrough",
    "del": "strikethrough", "u": "underline", "ins": "underline", "code": "code", "pre": "pre", "a": "text_link",
    "blockquote": "blockquote", "tg-spoiler": "spoiler", "span": "spoiler", "tg-emoji": "custom_emoji",
}  # fmt: skip
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot));?")
_SPACE = " \t\r\n\f\v"


def parse_html(source: str) -> tuple[str, list[JSON]]:
    """Plain text and entities of an HTML text. Raises Refusal ("can't parse entities: ...") with byte offsets."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.text: list[str] = []
        self.length = 0
        self.open: list[tuple[str, dict[str, str], int]] = []
        self.entities: list[JSON] = []

    def read(self) -> tuple[str, list[JSON]]:
        while self.at < len(self.source):
            if self.source[self.at] != "<":
                self._plain()
            elif self.source.startswith("</", self.at):
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise _cannot_parse(f'Can\'t find end tag corresponding to start tag "{self.open[-1][0]}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.text), self.entities

    def _plain(self) -> None:
        end = self.source.find("<", self.at)
        end = len(self.source) if end < 0 else end
        piece = _REFERENCE.sub(_character, self.source[self.at : end])
        self.text.append(piece)
        self.length += units(piece)
        self.at = end

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        name = self._until(_SPACE + ">").lower()
        if self.at >= len(self.source):
            raise _cannot_parse(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if name not in TAGS:
            raise _cannot_parse(f'Unsupported start tag "{name}" at byte offset {self._bytes(begin)}')
        attributes = self._attributes(name, begin)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise _cannot_parse(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        self.open.append((name, attributes, self.length))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            self._skip_space()
            if self.at >= len(self.source):
                raise _cannot_parse(f"Unclosed start tag at byte offset {self._bytes(begin)}")
            if self.source[self.at] == ">":
                self.at += 1
                return found
            offset = self._bytes(self.at)
            name = self._until(_SPACE + "=>").lower()
            if not name:
                raise _cannot_parse(f'Empty attribute name in the tag "{tag}" at byte offset {offset}')
            self._skip_space()
            found[name] = self._value(tag, begin) if self.source[self.at : self.at + 1] == "=" else ""

    def _value(self, tag: str, begin: int) -> str:
        self.at += 1
        self._skip_space()
        quote = self.source[self.at : self.at + 1]
        if quote in {'"', "'"} and quote:
            end = self.source.find(quote, self.at + 1)
            if end < 0:
                raise _cannot_parse(f'Unclosed start tag "{tag}" at byte offset {self._bytes(begin)}')
            value, self.at = self.source[self.at + 1 : end], end + 1
        else:
            value = self._until(_SPACE + ">")
        return _REFERENCE.sub(_character, value)

    def _end_tag(self) -> None:
        begin = self._bytes(self.at)
        if not self.open:
            raise _cannot_parse(f"Unexpected end tag at byte offset {begin}")
        self.at += 2
        found = self._until(_SPACE + ">").lower()
        self._skip_space()
        if self.source[self.at : self.at + 1] != ">":
            raise _cannot_parse(f"Unclosed end tag at byte offset {begin}")
        self.at += 1
        name, attributes, offset = self.open.pop()
        if found not in {"", name}:
            raise _cannot_parse(f'Unmatched end tag at byte offset {begin}, expected "</{name}>", found "</{found}>"')
        if self.length > offset:
            self._close(name, attributes, offset)

    def _close(self, name: str, attributes: dict[str, str], offset: int) -> None:
        entity: JSON = {"type": TAGS[name], "offset": offset, "length": self.length - offset}
        if name == "a":
            if not (url := attributes.get("href") or self._text_from(offset)).strip():
                return
            entity |= _link(url)
        elif name == "tg-emoji":
            entity["custom_emoji_id"] = attributes.get("emoji-id", "")
        elif name == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        elif name == "code":
            language = attributes.get("class", "").removeprefix("language-")
            if language and self.open and self.open[-1][0] == "pre":
                self.open[-1][1]["language"] = language
                return
        elif name == "pre" and attributes.get("language"):
            entity["language"] = attributes["language"]
        self.entities.append(entity)

    def _text_from(self, offset: int) -> str:
        return "".join(self.text).encode("utf-16-le")[offset * 2 :].decode("utf-16-le")

    def _until(self, stops: str) -> str:
        begin = self.at
        while self.at < len(self.source) and self.source[self.at] not in stops:
            self.at += 1
        return self.source[begin : self.at]

    def _skip_space(self) -> None:
        while self.at < len(self.source) and self.source[self.at] in _SPACE:
            self.at += 1

    def _bytes(self, index: int) -> int:
        return len(self.source[:index].encode())


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return html.unescape(f"&#{code};") if 0 < code < 0x110000 else match.group()


def _link(url: str) -> JSON:
    if match := re.fullmatch(r"tg://user\?id=(\d+)", url):
        return {"type": "text_mention", "user": {"id": int(match[1]), "is_bot": False, "first_name": ""}}
    return {"url": url}


def _cannot_parse(what: str) -> Refusal:
    return bad_request(f"can't parse entities: {what}")
