"""What can go wrong: Telegram refuses in its own words, or the connection itself fails."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """Telegram answers with an error: HTTP status, description and optional parameters."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON body Telegram would send."""
        body: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(text: str, **parameters: int) -> Refusal:
    """A 400 with Telegram's prefix."""
    return Refusal(400, f"Bad Request: {text}", **parameters)


def forbidden(text: str) -> Refusal:
    """A 403 with Telegram's prefix."""
    return Refusal(403, f"Forbidden: {text}")


def conflict(text: str) -> Refusal:
    """A 409 with Telegram's prefix."""
    return Refusal(409, f"Conflict: {text}")


def too_many_requests(seconds: int) -> Refusal:
    """A 429 that says how long to wait."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


class ConnectionFault(Exception):
    """The answer does not arrive as JSON: see the subclasses."""


class Hang(ConnectionFault):
    """Nothing was done and nothing is answered until the client gives up."""


class Cut(ConnectionFault):
    """The call was accepted and applied, but the connection is dropped without an answer."""


class Unreachable(ConnectionFault):
    """The connection is refused; nothing was done."""


class BadGateway(ConnectionFault):
    """A proxy answers 502 with an HTML page; nothing was done."""

    PAGE = (
        b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
        b"<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
    )
