"""Sealing: AES-256-GCM for what must not be readable in a stolen file - identities, raw messages, drafts.

An envelope is `version | nonce (12 bytes) | ciphertext`; the purpose (table, column, row) is bound in, so an
envelope copied to another place does not open (RELIABILITY section 5, cases 13 and 14).
"""

import hashlib
import hmac
import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

VERSION = b"\x01"
KEY_BYTES = 32


class Unreadable(Exception):
    """The envelope is damaged, was moved, or was sealed with another key."""


class Sealer:
    """Seals and opens with one 32-byte master key; separate keys for sealing and for blind look-ups are derived."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"the sealing key must be {KEY_BYTES} bytes")
        self._box = AESGCM(hashlib.blake2b(key, person=b"chuishao-seal", digest_size=32).digest())
        self._same = AESSIV(hashlib.blake2b(key, person=b"chuishao-same", digest_size=64).digest())
        self._tag_key = hashlib.blake2b(key, person=b"chuishao-tag", digest_size=32).digest()

    def seal(self, purpose: str, plain: bytes) -> bytes:
        """Return an envelope of `plain` that only opens for the same purpose."""
        nonce = os.urandom(12)
        return VERSION + nonce + self._box.encrypt(nonce, plain, purpose.encode())

    def open(self, purpose: str, envelope: bytes) -> bytes:
        """Return what was sealed; raise Unreadable instead of guessing."""
        if envelope[:1] != VERSION:
            raise Unreadable(purpose)
        try:
            return self._box.decrypt(envelope[1:13], envelope[13:], purpose.encode())
        except (InvalidTag, ValueError):  # damaged, or cut so short that it cannot be an envelope
            raise Unreadable(purpose) from None

    def seal_same(self, purpose: str, plain: bytes) -> bytes:
        """Return an envelope that is the same whenever the same is sealed for a purpose, so that it can be found."""
        return VERSION + self._same.encrypt(plain, [purpose.encode()])

    def open_same(self, purpose: str, envelope: bytes) -> bytes:
        """Return what was sealed by `seal_same`; raise Unreadable instead of guessing."""
        if envelope[:1] != VERSION:
            raise Unreadable(purpose)
        try:
            return self._same.decrypt(envelope[1:], [purpose.encode()])
        except (InvalidTag, ValueError):  # damaged, or cut so short that it cannot be an envelope
            raise Unreadable(purpose) from None

    def tag(self, purpose: str, value: str) -> str:
        """Return a keyed hash (64 hex digits) by which a value can be looked up without being stored."""
        return hmac.new(self._tag_key, f"{purpose}|{value}".encode(), hashlib.sha256).hexdigest()


_sealer: list[Sealer] = []


def use_key(key: bytes) -> None:
    """Set the key of this process; called once by the composition root (and by tests)."""
    _sealer[:] = [Sealer(key)]


def sealer() -> Sealer:
    """Return the sealer of this process; raise RuntimeError before a key was set."""
    if not _sealer:
        raise RuntimeError("no sealing key was set")
    return _sealer[0]


class _Sealed(TypeDecorator[Any]):
    """A value that stands in the database only as an envelope; NULL stays NULL. Each kind says `cache_ok` itself."""

    impl = LargeBinary

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        return None if value is None else self._shut(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else self._opened(value)

    def _shut(self, value: Any) -> bytes:
        return sealer().seal(self.purpose, value)

    def _opened(self, envelope: bytes) -> Any:
        return sealer().open(self.purpose, envelope)


class SealedBytes(_Sealed):
    """A file that is sealed in the database."""

    cache_ok = True


class SealedJSON(_Sealed):
    """A JSON value that is sealed in the database. Replace it to change it; changes in place are not saved."""

    cache_ok = True

    def _shut(self, value: Any) -> bytes:
        return super()._shut(_json(value))

    def _opened(self, envelope: bytes) -> Any:
        return opened(self.purpose, envelope)


class Findable(_Sealed):
    """A JSON value that is sealed in the database and can still be found by `==` and `in`, be unique, and be grouped.

    Equal values look equal there, and nothing else shows: for who somebody is, which every update has to look up. It
    cannot be sorted or searched by a part.
    """

    cache_ok = True

    def _shut(self, value: Any) -> bytes:
        return sealer().seal_same(self.purpose, _json(value))

    def _opened(self, envelope: bytes) -> Any:
        return json.loads(sealer().open_same(self.purpose, envelope))


def opened(purpose: str, sealed: bytes) -> Any:
    """Return a value that was stored as SealedJSON, for rows that were read without opening them."""
    return json.loads(sealer().open(purpose, sealed))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
