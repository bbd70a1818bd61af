"""Keep: what takes long to build is kept in a private directory, so that the next start takes a tenth of the time.

A copy is only read from a directory that nobody else may enter (marshal trusts what it reads), and only when its
stamp says that it was built from the same sources by the same Python.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

_folder: Path | None = None


def use(folder: Path | None) -> None:
    """Keep copies in `folder` from now on, or nowhere. It is made with 0700; one that others may enter is not used.

    Raises OSError when it cannot be made.
    """
    global _folder
    _folder = folder if folder and _is_private(folder) else None


def kept(name: str, sources: Iterable[bytes], build: Callable[[], Any]) -> Any:
    """What `build` returns (plain tuples, lists, dicts, numbers, text), or the copy made of the very same sources.

    When a new copy cannot be written (a full disk), the next start builds again.
    """
    if _folder is None:
        return build()
    copy = _folder / f"{name}-{_stamp(sources)}.bin"
    found = _read(copy)
    return found if found is not None else _write(copy, name, build())


def _is_private(folder: Path) -> bool:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = folder.stat()
    return owner.st_uid == os.getuid() and not owner.st_mode & 0o077


def _stamp(sources: Iterable[bytes]) -> str:
    stamp = hashlib.blake2b(sys.version.encode(), digest_size=8)
    for source in sources:
        stamp.update(hashlib.blake2b(source).digest())
    return stamp.hexdigest()


def _read(copy: Path) -> Any:
    """The kept copy, or none when it is missing or damaged."""
    try:
        return marshal.loads(copy.read_bytes())
    except (OSError, ValueError, EOFError, TypeError):
        return None


def _write(copy: Path, name: str, built: Any) -> Any:
    draft = copy.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        draft.write_bytes(marshal.dumps(built))
        draft.replace(copy)
        for old in copy.parent.glob(f"{name}-*.bin"):
            if old != copy:
                old.unlink(missing_ok=True)
    return built
