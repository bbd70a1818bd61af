"""The parameters of one call, as lenient about their form as Telegram is: native JSON, or everything as strings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sandbox.errors import bad_request

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that came with a call or from a person."""

    name: str
    content: bytes
    mime: str = "application/octet-stream"


class Params:
    """Typed access to the parameters of a call."""

    __slots__ = ("files", "values")

    def __init__(self, values: JSON | None = None, files: dict[str, UploadedFile] | None = None) -> None:
        self.values = values or {}
        self.files = files or {}

    def has(self, name: str) -> bool:
        """Whether the parameter was given and is not empty."""
        return self.values.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        """The parameter as text; numbers are written out."""
        value = self.values.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """The parameter as an integer; what is none counts as the default, as Telegram does it."""
        try:
            return int(self.values[name])
        except (KeyError, TypeError, ValueError):
            return default

    def number(self, name: str, default: float = 0.0) -> float:
        """The parameter as a float; what is none counts as the default."""
        try:
            return float(self.values[name])
        except (KeyError, TypeError, ValueError):
            return default

    def flag(self, name: str, *, default: bool = False) -> bool:
        """The parameter as a truth value: true, yes, 1."""
        value = self.values.get(name)
        if value is None:
            return default
        return str(value).lower() in {"true", "yes", "1"}

    def json(self, name: str) -> Any:
        """The parameter as a JSON value, decoded when it came as a string; None when missing.

        Raises Refusal when the string is no JSON.
        """
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def items(self, name: str) -> list[Any]:
        """The parameter as a JSON array, empty when missing. Raises Refusal when it is something else."""
        value = self.json(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise bad_request(f"expected an Array of {name.replace('_', ' ')}")
        return value
