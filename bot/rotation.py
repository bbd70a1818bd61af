"""Rotation: the identity vault gets another key. It may be broken off and begun again; meanwhile both keys read."""

from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from bot.app import open_database, wall_clock
from bot.database import Database, only_process
from bot.settings import BadSettings, Settings, new_key, write_keys
from models import audit, erasure, installation, leases, vault

RUNNING = "the bot runs. Stop every process first; it would seal new reports with the old key."
NOTHING = (
    "CHUISHAO_VAULT_KEY: still the key of the vault, so there is nothing to change to. Write a new key there, the "
    "former one as CHUISHAO_VAULT_KEY_OLD, and run this again."
)


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many identities were sealed anew, and how many no key opens (damaged, or their key is missing)."""

    moved: int
    stuck: int


def rotate(settings: Settings) -> Rotated:
    """Seal every identity with the vault's new key, and forget the former one when nothing needs it any more.

    With the key in a file a new one is made; with CHUISHAO_VAULT_KEY it has to be there. Raises BadSettings,
    DatabaseInUse.
    """
    with only_process(settings.database):
        database = open_database(settings)
        try:
            if database.transaction(leases.living):
                raise BadSettings(RUNNING)
            if database.transaction(installation.vault_key) == vault.known_keys()[0]:
                _begin(settings)
            return _go_on(settings, database)
        finally:
            database.close()


def _begin(settings: Settings) -> None:
    """Put a new key before the present one, in the file and in this process."""
    if settings.vault_file is None:
        raise BadSettings(NOTHING)
    write_keys(settings.vault_file, [new_key(), *_lines(settings.vault_file)])
    vault.use_keys(*settings.vault_keys(begun=True))


def _go_on(settings: Settings, database: Database) -> Rotated:
    moved = stuck = 0
    batch = database.transaction(vault.reseal)
    while batch.last:
        moved, stuck = moved + batch.moved, stuck + batch.stuck
        batch = database.transaction(vault.reseal, batch.last)
    database.transaction(_finish)
    if settings.vault_file is not None and not stuck:
        write_keys(settings.vault_file, _lines(settings.vault_file)[:1])
    return Rotated(moved, stuck)


def _finish(s: Session) -> None:
    installation.note_vault_key(s)
    audit.record(s, None, "vault.rotated", f"vault:{vault.known_keys()[0]}", now=wall_clock())
    erasure.mark(s)  # the envelopes of the former key must not stay behind in the file


def _lines(path: Path) -> list[str]:
    return path.read_text().split()
