"""Views: which part of a list somebody looks at, kept in the buttons that turn its pages."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Kept:
    """The filters of a list; every one has a plain value, from which a view may differ."""

    def to_json(self) -> dict[str, Any]:
        """Return it as a button keeps it: only what differs from the plain list."""
        plain = asdict(type(self)())
        return {key: value for key, value in asdict(self).items() if value != plain[key]}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any] | None) -> Self:
        """Return the view that a button keeps."""
        return cls(**(kept or {}))

    def with_(self, **changes: Any) -> Self:
        """Return the view with another filter; the others stay."""
        return replace(self, **changes)
