"""Settings: what is missing or unsafe is said with the name of the variable, before anything starts."""

import stat
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest

from bot.settings import BadSettings, Settings, read_settings, require_token


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No .env and no variables of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    for name in ("BOT_TOKEN", "KEY", "DATABASE_URL", "API_URL", "DATA_DIR", "TOWN", "WEBHOOK_URL", "LOG_LEVEL"):
        monkeypatch.delenv(f"CHUISHAO_{name}", raising=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("api_url", "telegram"), ("api_url", "ftp://example.org"), ("webhook_port", 0), ("webhook_port", 70000),
        ("webhook_secret", "short"), ("webhook_secret", "汉" * 20), ("webhook_secret", "a" * 257),
        ("webhook_secret", "with spaces in the middle"), ("log_level", "LOUD"),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_with_the_name_of_its_variable(name: str, value: Any) -> None:
    with pytest.raises(BadSettings, match=f"CHUISHAO_{name.upper()}: "):
        read_settings(**{name: value})


def test_several_problems_are_said_at_once() -> None:
    with pytest.raises(BadSettings) as told:
        read_settings(api_url="x", log_level="y")
    assert len(str(told.value).splitlines()) == 2


@pytest.mark.parametrize("token", ["", "abc", "123:short", "x1:ABCDEFGHIJKL", "123:ABC DEF GHI", "１２:ABCDEFGHIJKL"])
def test_what_cannot_be_a_token_is_refused_without_repeating_it(token: str) -> None:
    with pytest.raises(BadSettings, match="CHUISHAO_BOT_TOKEN") as told:
        require_token(Settings(bot_token=token))
    assert not token or token not in str(told.value)


def test_a_token_and_a_password_stay_hidden_when_settings_are_printed() -> None:
    settings = Settings(bot_token="7000000001:AAAAAAAAAAAAAAAAAAAA", database_url="postgresql://u:geheim@h/d")
    assert "AAAA" not in repr(settings)
    assert "geheim" not in repr(settings)
    assert require_token(settings).startswith("7000000001:")


def test_the_environment_and_the_env_file_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CHUISHAO_DATA_DIR=from-file\nCHUISHAO_PROXY=http://127.0.0.1:3128\n")
    monkeypatch.setenv("CHUISHAO_DATA_DIR", "from-environment")
    settings = read_settings()
    assert settings.data_dir == Path("from-environment")
    assert settings.proxy == "http://127.0.0.1:3128"
    assert settings.database == "sqlite:///from-environment/chuishao.db"


def test_a_key_is_made_once_and_only_the_owner_reads_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    key = settings.sealing_key()
    assert len(key) == 32
    assert stat.S_IMODE((tmp_path / "data" / "key").stat().st_mode) == 0o600
    assert settings.sealing_key() == key


def test_a_key_of_the_environment_leaves_no_file(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, key=urlsafe_b64encode(bytes(32)).decode())
    assert settings.sealing_key() == bytes(32)
    assert not (tmp_path / "key").exists()


@pytest.mark.parametrize("key", ["x", "AAAA", "汉字", urlsafe_b64encode(bytes(31)).decode()])
def test_what_is_no_key_is_refused(key: str, tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="CHUISHAO_KEY"):
        Settings(data_dir=tmp_path, key=key).sealing_key()


def test_a_lost_key_beside_its_database_is_not_replaced_silently(tmp_path: Path) -> None:
    (tmp_path / "chuishao.db").touch()
    with pytest.raises(BadSettings, match="CHUISHAO_KEY"):
        Settings(data_dir=tmp_path).sealing_key()
    assert not (tmp_path / "key").exists()
