"""Real processes on the loopback interface: the sandbox, the bot, and an end for each of them."""

import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import sqlalchemy as sa

from tests.journeys.phone import Exchange, Phone

ROOT = Path(__file__).parent.parent.parent
TOWN_FILE = ROOT / "town.toml"
TOKEN = "7000000001:SANDBOX-journey-token-00000000000"
START_SECONDS = 30.0
STOP_SECONDS = 10.0


def free_port() -> int:
    """Return a port of the loopback interface that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def environment(folder: Path, **settings: object) -> dict[str, str]:
    """Return the environment of a process: nothing of ours but the settings (`api_url=…` is CHUISHAO_API_URL)."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    given = {"data_dir": folder, "town": TOWN_FILE, "bot_token": TOKEN} | settings
    ours = {f"CHUISHAO_{name.upper()}": str(value) for name, value in given.items()}
    return kept | ours | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "NO_PROXY": "*"}


def run(folder: Path, *words: str, **settings: object) -> subprocess.CompletedProcess[str]:
    """Run `chuishao …` to its end in an own folder (so that no `.env` of the developer counts)."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(command, cwd=folder, env=environment(folder, **settings), timeout=START_SECONDS,
                          capture_output=True, text=True, check=False)  # fmt: skip


@dataclass
class Program:
    """A program that runs until it is ended; what it writes goes to a file."""

    words: tuple[str, ...]
    folder: Path
    settings: Mapping[str, object] = field(default_factory=dict)
    _running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._running = subprocess.Popen([sys.executable, "-m", *self.words], cwd=self.folder, stdout=log,
                                             stderr=log, env=environment(self.folder, **self.settings))  # fmt: skip

    @property
    def log(self) -> Path:
        """The file with what it wrote."""
        return self.folder / f"{self.words[0]}.log"

    def kill(self) -> None:
        """End it as a power cut would: SIGKILL."""
        if self._running is not None:
            self._running.send_signal(signal.SIGKILL)
            self._running.wait()

    def freeze(self) -> None:
        """Let it not do another step (SIGSTOP); it can still be killed."""
        if self._running is not None:
            self._running.send_signal(signal.SIGSTOP)

    def stop(self) -> tuple[int, float]:
        """Ask it to end (SIGTERM); return its exit code and the seconds that it took."""
        assert self._running is not None
        begun = time.monotonic()
        self._running.send_signal(signal.SIGTERM)
        code = self._running.wait(timeout=START_SECONDS)
        return code, time.monotonic() - begun


@contextmanager
def running(program: Program) -> Iterator[Program]:
    """Start a program and end it for certain."""
    program.start()
    try:
        yield program
    finally:
        program.kill()


@contextmanager
def sandbox(folder: Path, *, flood_limits: bool = True) -> Iterator[Exchange]:
    """Serve a sandbox of its own process; give what one can see of it."""
    port = free_port()
    words = ("sandbox", "--port", str(port), "--token", TOKEN, *(() if flood_limits else ("--no-flood-limits",)))
    with running(Program(words, folder)), exchange(port) as found:
        yield found


@contextmanager
def exchange(port: int) -> Iterator[Exchange]:
    """Connect to a sandbox as soon as it answers."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=40.0, trust_env=False) as client:
        end = time.monotonic() + START_SECONDS
        while not _answers(client):
            assert time.monotonic() < end, "the sandbox does not answer"
            time.sleep(0.02)
        yield Exchange(client)


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/sandbox/people").is_success
    except httpx.TransportError:
        return False


def import_town(folder: Path, **settings: object) -> None:
    """Bring the demo town with its invented people into the database, as an operator does."""
    done = run(folder, "town", "import", **settings)
    assert done.returncode == 0, done.stderr


def people_of_the_town(found: Exchange) -> dict[str, Phone]:
    """Give everybody of town.toml an account with the number that stands there."""
    town = tomllib.loads(TOWN_FILE.read_text(encoding="utf-8"))
    return {p["name"]: found.newcomer(p["name"], p["telegram_id"]) for p in town["demo"]["people"]}


def inbox_of(url: str) -> list[tuple[int, str]]:
    """Return number and state of every update that a database holds, in the order of the numbers."""
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.connect() as connection:
        rows = connection.execute(sa.text("select update_id, state from inbox order by update_id")).all()
    engine.dispose()
    return [(row.update_id, row.state) for row in rows]
