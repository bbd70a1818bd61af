"""The files Telegram keeps: identifiers, sizes, and what may be uploaded or downloaded."""

from __future__ import annotations

import base64
import mimetypes
import random
from dataclasses import dataclass

from sandbox.errors import Refusal, bad_request
from sandbox.params import JSON, Params, UploadedFile
from sandbox.pictures import picture_mime, picture_size

DOWNLOAD_LIMIT = 20 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
_PREFIX = {"photo": "AgACAg", "document": "BQACAg", "voice": "AwACAg", "video": "BAACAg", "audio": "CQACAg",
           "sticker": "CAACAg", "animation": "CgACAg", "video_note": "DQACAg"}  # fmt: skip
_FOLDER = {"voice": "voice", "audio": "music"}


@dataclass(slots=True)
class StoredFile:
    """One file; `size` may be larger than the bytes kept, the rest is zeros."""

    kind: str
    file_id: str
    unique_id: str
    name: str
    mime: str
    content: bytes
    size: int
    path: str
    width: int = 0
    height: int = 0
    duration: int = 0

    def read(self) -> bytes:
        """All bytes of the file."""
        return self.content.ljust(self.size, b"\0")


class FileStore:
    """Keeps files by their identifiers."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._by_id: dict[str, StoredFile] = {}
        self._by_unique_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def keep(self, kind: str, upload: UploadedFile, *, size: int = 0, duration: int = 0) -> StoredFile:
        """Store an upload as a photo, document, voice, ...; `size` makes it larger than its bytes."""
        number = len(self._by_id) + 1
        unique = base64.urlsafe_b64encode(b"AQAD" + self._random.randbytes(8)).decode().rstrip("=")
        width, height = picture_size(upload.content) or (0, 0)
        mime = picture_mime(upload.content) if kind == "photo" else upload.mime
        file = StoredFile(
            kind=kind,
            file_id=_PREFIX[kind] + base64.urlsafe_b64encode(self._random.randbytes(42)).decode(),
            unique_id=unique,
            name=upload.name,
            mime=mime,
            content=upload.content,
            size=max(size, len(upload.content)),
            path=f"{_FOLDER.get(kind, kind + 's')}/file_{number}{_suffix(kind, upload.name, mime)}",
            width=width,
            height=height,
            duration=duration,
        )
        self._by_id[file.file_id] = self._by_unique_id[unique] = self._by_path[file.path] = file
        return file

    def by_id(self, file_id: str) -> StoredFile | None:
        """The file with this file_id."""
        return self._by_id.get(file_id)

    def by_unique_id(self, unique_id: str) -> StoredFile | None:
        """The file with this file_unique_id."""
        return self._by_unique_id.get(unique_id)

    def by_path(self, path: str) -> StoredFile | None:
        """The file with this file_path."""
        return self._by_path.get(path)

    def from_call(self, p: Params, kind: str, reference: str | None = None, field: str | None = None) -> StoredFile:
        """The file a call speaks of: an upload, `attach://name`, or a known file_id of the right kind.

        Raises Refusal when it is missing, unknown, empty, too big or no picture.
        """
        reference = p.text(field or kind) if reference is None else reference
        if reference.startswith("attach://"):
            upload = p.files.get(reference.removeprefix("attach://"))
        else:
            upload = None if reference else p.files.get(field or kind)
        if upload is not None:
            return self._uploaded(kind, upload)
        if not reference or reference.startswith("attach://"):
            raise bad_request(f"there is no {kind} in the request")
        if reference.startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")
        known = self._by_id.get(reference)
        if known is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if known.kind != kind:
            raise bad_request(f"can't use file of type {known.kind.title()} as {kind.title()}")
        return known

    def _uploaded(self, kind: str, upload: UploadedFile) -> StoredFile:
        size = len(upload.content)
        if size == 0:
            raise bad_request("file must be non-empty")
        if size > UPLOAD_LIMIT:
            raise Refusal(413, "Request Entity Too Large")
        if kind == "photo":
            _check_photo(upload.content)
        return self.keep(kind, upload)


def _check_photo(content: bytes) -> None:
    if len(content) > PHOTO_LIMIT:
        raise bad_request(
            f"file of size {len(content)} bytes is too big for a photo; the maximum size is {PHOTO_LIMIT} bytes"
        )
    size = picture_size(content)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size) > 10_000 or min(size) < 1 or max(size) > 20 * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def _suffix(kind: str, name: str, mime: str) -> str:
    if kind == "photo":
        return mimetypes.guess_extension(mime) or ".jpg"
    if kind == "voice":
        return ".oga"
    dot = name.rfind(".")
    return name[dot:] if dot >= 0 and len(name) - dot <= 8 else ""


def photo_sizes(file: StoredFile) -> list[JSON]:
    """The sizes of a photo as Telegram lists them, smallest first; all carry the same bytes here."""
    width, height = file.width or 1, file.height or 1
    scale = min(1.0, 90 / max(width, height))
    sizes = [] if scale == 1.0 else [_size(file, int(width * scale) or 1, int(height * scale) or 1, "s")]
    return [*sizes, _size(file, width, height, "")]


def _size(file: StoredFile, width: int, height: int, mark: str) -> JSON:
    return {"file_id": file.file_id, "file_unique_id": file.unique_id + mark, "width": width, "height": height,
            "file_size": file.size}  # fmt: skip


def file_json(file: StoredFile) -> JSON:
    """The file as the Bot API shows it in a message, other than a photo."""
    shown: JSON = {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": file.size}
    if file.kind in {"document", "video", "audio", "animation"} and file.name:
        shown["file_name"] = file.name
    if file.kind not in {"sticker", "video_note"}:
        shown["mime_type"] = file.mime
    if file.kind in {"voice", "video", "audio", "animation", "video_note"}:
        shown["duration"] = file.duration
    if file.kind in {"video", "animation", "sticker"}:
        shown |= {"width": file.width or 512, "height": file.height or 512}
    if file.kind == "video_note":
        shown["length"] = file.width or 240
    if file.kind == "sticker":
        shown |= {"is_animated": False, "is_video": False, "type": "regular", "emoji": "👍"}
    return shown
