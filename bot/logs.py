"""Logs: one line per event with codes and opaque numbers. A second net hides whatever looks like a token."""

import logging
import re
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
_LOUD = (
    "aiohttp", "alembic", "apscheduler", "asyncio", "httpcore", "httpx", "jieba", "sqlalchemy", "telegram",
    "uvicorn.access",
)  # fmt: skip


class Redacting(logging.Formatter):
    """Hides bot tokens in whatever a library may log, its tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return _TOKEN.sub("[token]", super().format(record))


def _hide(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {key: _TOKEN.sub("[token]", value) if isinstance(value, str) else value for key, value in event.items()}


def set_up(level: str) -> None:
    """Log to standard error at this level; libraries that would write message texts stay at WARNING."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacting("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
    render = structlog.processors.KeyValueRenderer(key_order=["event"])
    steps: list[Any] = [structlog.stdlib.add_logger_name, _hide, render]
    structlog.configure(steps, logger_factory=structlog.stdlib.LoggerFactory(), cache_logger_on_first_use=False)


def where(trouble: BaseException) -> str:
    """Return the kind of an error and the place it came from; never its text, which may quote a person."""
    at = trouble.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    place = f" {at.tb_frame.f_code.co_name}:{at.tb_lineno}" if at is not None else ""
    return type(trouble).__name__ + place
