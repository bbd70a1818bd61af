"""The identity vault's own key: made once, never replaced silently, and changed without losing anybody."""

import stat
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot import rotation
from bot.app import open_database
from bot.database import Database, DatabaseInUse, only_process
from bot.rotation import rotate
from bot.settings import BadSettings, Settings
from models import audit, installation, leases, vault
from models.vault import Identity
from tests.town import TOWN_FILE

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
FIRST, SECOND = (urlsafe_b64encode(bytes([n]) * 32).decode() for n in (7, 8))


def settings(folder: Path, **more: str) -> Settings:
    """Return the settings of an installation in a folder."""
    return Settings(_env_file=None, data_dir=folder, town=TOWN_FILE, **more)


def with_people(at: Settings, count: int = 5) -> dict[str, int]:
    """Begin an installation with some sealed people; return them by alias."""
    database = open_database(at)
    people = database.transaction(lambda s: {vault.conceal(s, n, now=NOW): n for n in range(1, count + 1)})
    database.close()
    return people


def opened(database: Database) -> dict[str, int | None]:
    """Return everybody in the vault by alias, as the postman would find them."""

    def work(s: Session) -> dict[str, int | None]:
        return {alias: vault.deliver_to(s, alias) for alias in s.exec(select(Identity.alias))}

    return database.transaction(work)


def look(at: Settings) -> dict[str, int | None]:
    """Start with these settings and open the whole vault."""
    database = open_database(at)
    try:
        return opened(database)
    finally:
        database.close()


def test_the_vault_s_key_is_made_once_beside_the_other_one_and_differs(tmp_path: Path) -> None:
    people = with_people(settings(tmp_path))
    file = tmp_path / "vault-key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text() != (tmp_path / "key").read_text()
    assert look(settings(tmp_path)) == people


def test_a_lost_vault_key_is_not_replaced_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    with_people(settings(tmp_path))
    (tmp_path / "vault-key").rename(tmp_path / "kept")
    with pytest.raises(BadSettings, match=r"CHUISHAO_VAULT_KEY: .*gone"):
        open_database(settings(tmp_path))
    with pytest.raises(BadSettings, match="CHUISHAO_VAULT_KEY: not the key"):
        open_database(settings(tmp_path, vault_key=FIRST))
    with pytest.raises(BadSettings, match="VAULT_KEY: not a key"):
        open_database(settings(tmp_path, vault_key="x"))
    (tmp_path / "kept").rename(tmp_path / "vault-key")
    look(settings(tmp_path))


def test_the_two_keys_must_not_be_the_same(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="key of its own"):
        open_database(settings(tmp_path, key=FIRST, vault_key=FIRST))


def test_the_key_file_changes_and_the_former_key_opens_nothing_any_more(tmp_path: Path) -> None:
    people, former = with_people(settings(tmp_path)), (tmp_path / "vault-key").read_text()
    before = envelopes(settings(tmp_path))
    assert rotate(settings(tmp_path)).moved == len(people)
    kept = (tmp_path / "vault-key").read_text()
    assert len(kept.split()) == 1
    assert kept != former
    assert look(settings(tmp_path)) == people
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("chuishao.db*"))
    assert not any(envelope in raw for envelope in before)
    (tmp_path / "vault-key").write_text(former)
    with pytest.raises(BadSettings, match="CHUISHAO_VAULT_KEY"):
        open_database(settings(tmp_path))


def envelopes(at: Settings) -> list[bytes]:
    """Return the envelopes as they lie in the database."""
    database = open_database(at)
    found = database.transaction(lambda s: list(s.exec(select(Identity.sealed))))
    database.close()
    return found


def test_broken_off_it_leaves_both_keys_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people = with_people(settings(tmp_path))
    monkeypatch.setattr(rotation, "_go_on", lambda _, database: database.transaction(vault.reseal, "", 2))
    rotate(settings(tmp_path))
    monkeypatch.undo()
    both = (tmp_path / "vault-key").read_text().split()
    assert len(both) == 2
    assert look(settings(tmp_path)) == people
    assert rotate(settings(tmp_path)).moved == len(people) - 2
    assert (tmp_path / "vault-key").read_text().split() == both[:1]
    assert look(settings(tmp_path)) == people


def test_with_keys_in_the_environment_the_former_one_has_to_be_named(tmp_path: Path) -> None:
    people = with_people(settings(tmp_path, vault_key=FIRST))
    with pytest.raises(BadSettings, match="CHUISHAO_VAULT_KEY_OLD"):
        rotate(settings(tmp_path, vault_key=FIRST))
    changing = settings(tmp_path, vault_key=SECOND, vault_key_old=FIRST)
    assert look(changing) == people
    assert rotate(changing).moved == len(people)
    assert not (tmp_path / "vault-key").exists()
    assert look(settings(tmp_path, vault_key=SECOND)) == people

    def on_file(s: Session) -> tuple[str, list[str]]:
        assert audit.verify_chain(s) is None
        return installation.vault_key(s), [entry.op for entry in s.exec(select(audit.AuditEntry))]

    database = open_database(settings(tmp_path, vault_key=SECOND))
    assert database.transaction(on_file) == (vault.key_id(bytes([8]) * 32), ["vault.rotated"])
    database.close()


def test_nothing_changes_while_the_bot_runs(tmp_path: Path) -> None:
    with_people(settings(tmp_path))
    with only_process(settings(tmp_path).database), pytest.raises(DatabaseInUse):
        rotate(settings(tmp_path))
    database = open_database(settings(tmp_path))
    database.transaction(lambda s: leases.hold(s, "alive:x", "x", 10.0))
    database.close()
    with pytest.raises(BadSettings, match="Stop every process"):
        rotate(settings(tmp_path))
    assert len((tmp_path / "vault-key").read_text().split()) == 1


def test_what_no_key_opens_is_left_and_told(tmp_path: Path) -> None:
    people = with_people(settings(tmp_path))
    broken = next(iter(people))
    database = open_database(settings(tmp_path))
    database.transaction(lambda s: setattr(s.get_one(Identity, broken), "sealed", b"\x01broken"))
    database.close()
    done = rotate(settings(tmp_path))
    assert (done.moved, done.stuck) == (len(people) - 1, 1)
    assert len((tmp_path / "vault-key").read_text().split()) == 2
