"""Sending files: photos, documents, voices, videos, sounds, stickers and albums; and fetching them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.errors import bad_request
from sandbox.files import DOWNLOAD_LIMIT, StoredFile, file_json, photo_sizes
from sandbox.messages import deliver, replied, send, writable_chat
from sandbox.params import JSON, Params
from sandbox.registry import bot_method
from sandbox.texts import caption_of

if TYPE_CHECKING:
    from sandbox.telegram import Telegram

CAPTIONED = ("photo", "document", "video", "audio", "voice", "animation")
_ALBUM = frozenset({"photo", "document", "video", "audio"})


def file_content(file: StoredFile) -> JSON:
    """The message field of a file, under the name of its kind."""
    if file.kind == "photo":
        return {"photo": photo_sizes(file)}
    content: JSON = {file.kind: file_json(file)}
    if file.kind == "animation":
        content["document"] = file_json(file)
    return content


def _sender(kind: str) -> Callable[[Telegram, Params], JSON]:
    def method(tg: Telegram, p: Params) -> JSON:
        file = tg.files.from_call(p, kind)
        caption = caption_of(p) if kind in CAPTIONED else {}
        return send(tg, p, _described(file, p.values) | caption)

    method.__name__ = f"send_{kind}"
    return bot_method(method)


def _described(file: StoredFile, values: JSON) -> JSON:
    content = file_content(file)
    if file.kind == "photo":
        return content
    about: JSON = {}
    for name in ("duration", "width", "height"):
        if name in content[file.kind] and str(values.get(name) or "").isdigit():
            about[name] = int(values[name])
    for name in ("title", "performer"):
        if file.kind == "audio" and values.get(name):
            about[name] = str(values[name])
    return {kind: value | about for kind, value in content.items()}


for _kind in (*CAPTIONED, "sticker", "video_note"):
    _sender(_kind)


def media_content(tg: Telegram, p: Params, item: JSON) -> JSON:
    """The message fields of one InputMedia object. Raises Refusal."""
    kind = str(item.get("type"))
    if kind not in CAPTIONED or kind == "voice":
        raise bad_request("can't parse InputMedia: type of the media is not supported")
    file = tg.files.from_call(p, kind, reference=str(item.get("media") or ""), field="media")
    caption = caption_of(Params(item))
    spoiler = {"has_media_spoiler": True} if item.get("has_spoiler") else {}
    return _described(file, item) | caption | spoiler


@bot_method
def send_media_group(tg: Telegram, p: Params) -> list[JSON]:
    """sendMediaGroup: 2 to 10 items, documents and sounds only among themselves."""
    items: list[Any] = p.items("media")
    if not 2 <= len(items) <= 10:
        raise bad_request("wrong number of items in the media group; must include 2-10 items")
    if not all(isinstance(item, dict) and item.get("type") in _ALBUM for item in items):
        raise bad_request("can't parse InputMedia: type of the media is not supported in an album")
    kinds = {item["type"] for item in items}
    if len(kinds) > 1 and kinds & {"document", "audio"}:
        raise bad_request("documents and audios can't be mixed with other media types")
    chat = writable_chat(tg, p)
    contents = [media_content(tg, p, item) for item in items]
    reply = replied(chat, p)
    tg.flood.check(chat, tg.clock.now().timestamp, len(items))
    album = {"media_group_id": tg.next_id()}
    return [deliver(tg, chat, content | album | reply, None, p).data for content in contents]


@bot_method
def get_file(tg: Telegram, p: Params) -> JSON:
    """getFile: only up to 20 MB."""
    file = tg.files.by_id(p.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if file.size > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": file.size, "file_path": file.path}
