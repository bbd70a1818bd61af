"""The doctor lists what nobody dealt with, by number and day, and never what was said."""

from pathlib import Path

import pytest
from sqlmodel import Session

from bot import cli, doctor
from bot.database import Database
from models import inbox, outbox
from models.inbox import QUARANTINED, Inbox
from models.migrations import upgrade
from models.outbox import UNKNOWN, Outgoing
from models.people import Person
from tests.bot.conftest import MORNING


@pytest.fixture
def troubled(database_url: str) -> Database:
    """A database with twelve updates in quarantine and twelve notices in doubt."""
    database = Database(database_url)
    upgrade(database.engine)

    def work(s: Session) -> None:
        person = Person(telegram_id=1, name="某人", seen_at=MORNING)
        s.add(person)
        s.flush()
        inbox.store(s, 1, [{"update_id": n, "message": {"text": "后山的秘密"}} for n in range(12)], now=MORNING)
        for n in range(12):
            outbox.notify(s, person.id or 0, "hazard.closed", now=MORNING, key=f"k{n}", words="后山的秘密")
        s.flush()
        s.execute(Inbox.__table__.update().values(state=QUARANTINED))
        s.execute(Outgoing.__table__.update().values(state=UNKNOWN))

    database.transaction(work)
    yield database
    database.close()


def test_quarantined_updates_and_doubtful_notices_are_listed_without_what_they_say(troubled: Database) -> None:
    found = {f.what: f for f in troubled.transaction(doctor._inside)}
    updates, notices = found["inbox"], found["notices"]
    assert not updates.ok
    assert not notices.ok
    assert "12 in quarantine: Q1 2026-11-23; Q2 2026-11-23; " in updates.told
    assert "1 hazard.closed 2026-11-23; " in notices.told
    for told in (updates.told, notices.told):
        assert told.count("2026-11-23") == 10
        assert told.endswith("; and 2 more")
        assert "秘密" not in told


def test_the_version_is_known_without_an_installed_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from importlib import metadata

    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    cli.version()
    assert f'version = "{capsys.readouterr().out.strip()}"' in Path(cli.PROJECT).read_text(encoding="utf-8")
