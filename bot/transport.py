"""The way out to Telegram: HTTP over aiohttp, and an honest word on what became of a request that failed."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

if TYPE_CHECKING:
    from telegram._utils.types import ODVInput

FORM = {"Content-Type": "application/x-www-form-urlencoded"}

# Every one of these is raised before the first byte of the request leaves the machine.
_BEFORE_SENDING = (
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientConnectorError,
    aiohttp.ClientSSLError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)


class NotSent(NetworkError):
    """The request surely did not reach Telegram: no connection, or none free in time. Trying again is safe."""


class OutcomeUnknown(NetworkError):
    """The connection broke after sending began: Telegram may or may not have acted on the request."""


class AiohttpRequest(BaseRequest):
    """A transport for python-telegram-bot on aiohttp's pool of kept-alive connections.

    PTB's own `HTTPXRequest` gets slower with the square of the requests waiting at once; this one does not. It
    knows no proxies and ignores the proxy variables of the environment: use `HTTPXRequest` where one is needed.

    All timeouts are seconds, None waits for ever. They bound, in this order: waiting for a free connection
    (`pool_timeout`), opening one (`connect_timeout`), writing the body (`write_timeout`, or `media_write_timeout`
    for the whole of an upload) and each wait for a piece of the answer (`read_timeout`). A POST as a whole never
    takes longer than their sum; a download may, as long as it keeps moving.

    Raises, from `post` and `retrieve`, besides what `BaseRequest` makes of Telegram's own answers:
    `NotSent`; `telegram.error.TimedOut` when Telegram did not answer in time, outcome unknown; `OutcomeUnknown`.
    None of them carries the URL, nor is chained to an exception that does, because the URL holds the bot's token.
    """

    __slots__ = (
        "_connect_timeout",
        "_media_write_timeout",
        "_pool_size",
        "_pool_timeout",
        "_read_timeout",
        "_session",
        "_write_timeout",
    )

    def __init__(
        self,
        connection_pool_size: int = 256,
        *,
        read_timeout: float | None = 10.0,
        write_timeout: float | None = 5.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 5.0,
        media_write_timeout: float | None = 60.0,
    ) -> None:
        self._pool_size = connection_pool_size
        self._read_timeout = read_timeout
        self._write_timeout = write_timeout
        self._connect_timeout = connect_timeout
        self._pool_timeout = pool_timeout
        self._media_write_timeout = media_write_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for a piece of the answer when a call does not say otherwise."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool; does nothing when it is open."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._pool_size),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        """Close every connection; does nothing when the pool is closed."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request and return HTTP status and body; see the class for what it raises."""
        if self._session is None:
            raise NotSent("The transport is not initialized")
        uploads = request_data is not None and request_data.contains_files
        limits = _limits(
            _given(pool_timeout, self._pool_timeout),
            _given(connect_timeout, self._connect_timeout),
            _given(write_timeout, self._media_write_timeout if uploads else self._write_timeout),
            _given(read_timeout, self._read_timeout),
            is_bounded=method == "POST",
        )
        return await _exchange(self._session, method, url, request_data, limits)


async def _exchange(
    session: aiohttp.ClientSession, method: str, url: str, data: RequestData | None, limits: aiohttp.ClientTimeout
) -> tuple[int, bytes]:
    body, headers = _encoded(data)
    try:
        async with session.request(
            method, url, data=body, headers=headers, timeout=limits, allow_redirects=False
        ) as answer:
            return answer.status, await answer.read()
    except (aiohttp.ClientError, OSError) as error:
        failure = _verdict(error)
    # Raised out here, and not inside `except`, so that __context__ does not carry the URL along either.
    raise failure


def _verdict(error: Exception) -> NetworkError:
    name = type(error).__name__
    if isinstance(error, _BEFORE_SENDING):
        return NotSent(f"Not sent ({name})")
    if isinstance(error, TimeoutError):
        return TimedOut(f"No answer in time, outcome unknown ({name})")
    return OutcomeUnknown(f"Connection lost, outcome unknown ({name})")


def _encoded(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str] | None]:
    if data is None:
        return None, None
    if data.contains_files:
        return _multipart(data), None
    return data.url_encoded_parameters().encode("ascii"), FORM


def _multipart(data: RequestData) -> aiohttp.FormData:
    # Quoting would percent-encode Chinese file names, and Telegram would show them so.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mimetype) in data.multipart_data.items():
        # A stream is written piece by piece; large plain bytes would hold up the event loop.
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=filename, content_type=mimetype)
    return form


def _given(value: ODVInput[float], default: float | None) -> float | None:
    return value if value is None or isinstance(value, int | float) else default


@lru_cache(maxsize=64)
def _limits(
    pool: float | None, connect: float | None, write: float | None, read: float | None, *, is_bounded: bool
) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        total=_sum(pool, connect, write, read) if is_bounded else None,
        connect=_sum(pool, connect),
        sock_connect=connect,
        sock_read=read,
    )


def _sum(*seconds: float | None) -> float | None:
    known = [each for each in seconds if each is not None]
    return sum(known) if len(known) == len(seconds) else None
