"""Logs: no token, no words of a person."""

import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from bot import logs

TOKEN = "7000000001:AAE-secret_secret_secret_secret"


@pytest.fixture(autouse=True)
def quiet_again() -> Iterator[None]:
    """Leave logging as it was."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    yield
    root.setLevel(level)
    root.handlers[:] = handlers
    structlog.reset_defaults()


def test_a_token_is_hidden_in_whatever_a_library_logs(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("DEBUG")
    logging.getLogger("somebody").warning("POST https://api.telegram.org/bot%s/sendMessage", TOKEN)
    written = capsys.readouterr().err
    assert "sendMessage" in written
    assert "[token]" in written
    assert "secret_secret" not in written


def test_a_token_is_hidden_in_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("INFO")
    try:
        raise ValueError(f"no answer from /bot{TOKEN}/getMe")
    except ValueError:
        logging.getLogger("somebody").exception("failed")
    written = capsys.readouterr().err
    assert "ValueError" in written
    assert "secret_secret" not in written


def test_a_token_is_hidden_in_our_own_events(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("INFO")
    structlog.get_logger("bot").info("telegram.away", url=f"/bot{TOKEN}/x", nested={"url": TOKEN})
    written = capsys.readouterr().err
    assert "telegram.away" in written
    assert "secret_secret" not in written


def test_libraries_that_write_message_texts_stay_at_warning(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("DEBUG")
    for name in ("httpx", "telegram.ext.Application", "sqlalchemy.engine", "aiohttp.client"):
        logging.getLogger(name).info("菜市场后门被堵")
    assert "菜市场" not in capsys.readouterr().err


def test_where_names_the_kind_and_the_place_but_never_the_words() -> None:
    try:
        raise KeyError("王婆婆的电话 13800000000")
    except KeyError:
        told = logs.where(sys.exc_info()[1] or KeyError())
    assert told.startswith("KeyError test_where_names_the_kind_and_the_place_but_never_the_words:")
    assert "13800000000" not in told


def test_where_copes_with_an_error_that_was_never_raised() -> None:
    assert logs.where(ValueError("x")) == "ValueError"
