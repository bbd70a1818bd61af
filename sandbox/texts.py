"""Text and captions: parsed, trimmed, measured after parsing, and with the entities that Telegram finds by itself."""

from __future__ import annotations

import html
import re
from typing import Any

from sandbox.errors import bad_request
from sandbox.html_text import parse_html
from sandbox.markdown_text import parse_markdown
from sandbox.params import JSON, Params
from sandbox.utf16 import cut, units

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
_HIDES_OTHERS = {"code", "pre", "text_link", "text_mention"}
_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)"
    r"|(?P<url>https?://[^\s<>，。；、！？（）《》]+|(?<![\w./])t\.me/[\w?=&./-]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+\.[\w.-]+)"
    r"|(?P<mention>(?<!\w)@[A-Za-z0-9_]{4,32})"
    r"|(?P<hashtag>(?<!\w)#\w+)"
)
_CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f]")
_TAGS = {"bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "code": "code", "pre": "pre",
         "blockquote": "blockquote", "expandable_blockquote": "blockquote", "spoiler": "tg-spoiler"}  # fmt: skip


def message_text(p: Params) -> JSON:
    """`text` and `entities` of a call. Raises Refusal when empty, too long or not parsable."""
    text, entities = _parsed(p, "text", "parse_mode", "entities")
    if not text:
        raise bad_request("message text is empty")
    if units(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}


def caption_of(p: Params) -> JSON:
    """`caption` and `caption_entities` of a call, empty when there is none. Raises Refusal when too long."""
    text, entities = _parsed(p, "caption", "parse_mode", "caption_entities")
    if units(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text, "caption_entities": entities} if entities else {"caption": text}


def short_text(p: Params, name: str) -> tuple[str, list[JSON]]:
    """A small formatted text such as a poll question, with its own parse mode and entities."""
    return _parsed(p, name, f"{name}_parse_mode", f"{name}_entities")


def spoken(text: str, *, caption: bool = False) -> JSON:
    """What a person typed, as message fields."""
    entities = found_entities(text, [])
    name = "caption" if caption else "text"
    return {name: text} | ({"caption_entities" if caption else "entities": entities} if entities else {})


def _parsed(p: Params, name: str, mode_name: str, entities_name: str) -> tuple[str, list[JSON]]:
    source = _CONTROL.sub(" ", p.text(name).replace("\r", ""))
    mode = p.text(mode_name).lower()
    if mode == "html":
        text, entities = parse_html(source)
    elif mode == "markdownv2":
        text, entities = parse_markdown(source)
    elif mode:
        raise bad_request("unsupported parse_mode")
    else:
        text, entities = source, _given(p.items(entities_name), units(source))
    text, entities = _trimmed(text, entities)
    return text, found_entities(text, entities)


def _given(entities: list[Any], length: int) -> list[JSON]:
    for entity in entities:
        if not isinstance(entity, dict) or not isinstance(entity.get("offset"), int):
            raise bad_request("can't parse entities: expected an Object")
        if entity["offset"] < 0 or entity["offset"] + int(entity.get("length", 0)) > length:
            raise bad_request("can't parse entities: entity is out of the text")
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def _trimmed(text: str, entities: list[JSON]) -> tuple[str, list[JSON]]:
    stripped = text.strip()
    if len(stripped) == len(text):
        return text, entities
    lead = units(text[: len(text) - len(text.lstrip())])
    length = units(stripped)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - lead)
        end = min(length, entity["offset"] - lead + entity["length"])
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return stripped, kept


def found_entities(text: str, entities: list[JSON]) -> list[JSON]:
    """The given entities and the commands, links, mentions and hashtags Telegram marks by itself."""
    found = []
    for match in _FOUND.finditer(text):
        start = units(text[: match.start()])
        end = start + units(match.group())
        hidden = any(
            entity["type"] in _HIDES_OTHERS and entity["offset"] < end and entity["offset"] + entity["length"] > start
            for entity in entities
        )
        if not hidden:
            found.append({"type": match.lastgroup, "offset": start, "length": end - start})
    if not found:
        return entities
    return sorted([*entities, *found], key=lambda entity: (entity["offset"], -entity["length"]))


def as_html(text: str, entities: list[JSON]) -> str:
    """Safe HTML of a text for a page: only formatting tags, everything else escaped."""
    marks = sorted({0, units(text), *(e["offset"] for e in entities), *(e["offset"] + e["length"] for e in entities)})
    out: list[str] = []
    stack: list[JSON] = []
    for start, end in zip(marks, [*marks[1:], marks[-1]], strict=True):
        active = [e for e in entities if e["offset"] <= start < e["offset"] + e["length"] and _opening(e, text)]
        keep = 0
        while keep < min(len(stack), len(active)) and stack[keep] is active[keep]:
            keep += 1
        out += [_closing(entity) for entity in reversed(stack[keep:])]
        out += [_opening(entity, text) for entity in active[keep:]]
        stack = active
        out.append(html.escape(cut(text, start, end)))
    return "".join(out)


def _opening(entity: JSON, text: str) -> str:
    kind = entity["type"]
    if kind in _TAGS:
        return f"<{_TAGS[kind]}>"
    url = entity.get("url", "") if kind == "text_link" else ""
    if kind == "url":
        url = cut(text, entity["offset"], entity["offset"] + entity["length"])
        url = url if "://" in url else f"https://{url}"
    if not url.startswith(("http://", "https://", "tg://")):
        return ""
    return f'<a href="{html.escape(url)}" rel="noopener noreferrer" target="_blank">'


def _closing(entity: JSON) -> str:
    return f"</{_TAGS.get(entity['type'], 'a')}>"
