"""Settings: environment and `.env`. Whatever is missing or unsafe is said in one readable message."""

import os
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.sealing import KEY_BYTES

PREFIX = "CHUISHAO_"
VAULT_FILE = "vault-key"


class BadSettings(Exception):
    """The settings cannot be used; the text lists every problem with the name of the variable."""


class Settings(BaseSettings):
    """What one installation needs to know before it can start."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore")

    bot_token: SecretStr = SecretStr("")
    api_url: str = "https://api.telegram.org"
    data_dir: Path = Path("data")
    database_url: SecretStr = SecretStr("")
    town: Path = Path("town.toml")
    key: SecretStr = SecretStr("")
    vault_key: SecretStr = SecretStr("")
    vault_key_old: SecretStr = SecretStr("")
    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    webhook_host: str = "127.0.0.1"
    webhook_port: int = Field(default=8443, ge=1, le=65535)
    try_port: int = Field(default=8080, ge=1, le=65535)
    proxy: str = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("api_url")
    @classmethod
    def _is_url(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise ValueError("write a URL such as https://api.telegram.org")
        return url.rstrip("/")

    @field_validator("webhook_secret")
    @classmethod
    def _is_secret(cls, secret: SecretStr) -> SecretStr:
        plain = secret.get_secret_value()
        if plain and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", plain):
            raise ValueError("write 16 to 256 characters of A-Z a-z 0-9 _ -")
        return secret

    @property
    def database(self) -> str:
        """The URL of the database; a file in the data folder unless set."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.data_dir / 'chuishao.db'}"

    def sealing_key(self) -> bytes:
        """Return the 32-byte key of this installation; one is made (mode 0600) at the first start.

        Raises BadSettings when the key is not 32 bytes, or is missing beside a database that may need it.
        """
        file = self.database.removeprefix("sqlite:///")
        begun = self.database.startswith("sqlite:///") and Path(file).exists()
        text = self.key.get_secret_value() or _key_file(self.data_dir / "key", "KEY", begun=begun)[0]
        return _key(text, "KEY")

    @property
    def vault_file(self) -> Path | None:
        """Where the vault's keys are kept, one a line, the current one first; None when they are settings."""
        return None if self.vault_key.get_secret_value() else self.data_dir / VAULT_FILE

    def vault_keys(self, *, begun: bool) -> list[bytes]:
        """Return the keys of the identity vault: the current one, then older ones that may still be needed to read.

        Unless `begun` a missing one is made (mode 0600). Raises BadSettings for what is no key, is missing, or is the
        sealing key over again.
        """
        older = self.vault_key_old.get_secret_value().replace(",", " ").split()
        if self.vault_file is None:
            texts = [self.vault_key.get_secret_value(), *older]
        else:
            texts = [*_key_file(self.vault_file, "VAULT_KEY", begun=begun), *older]
        names = ("VAULT_KEY", *["VAULT_KEY_OLD"] * len(texts))
        keys = [_key(text, name) for text, name in zip(texts, names, strict=False)]
        if self.sealing_key() in keys:
            raise BadSettings(f"{PREFIX}VAULT_KEY: the same as {PREFIX}KEY. The vault needs a key of its own.")
        return list(dict.fromkeys(keys))


def _key(text: str, name: str) -> bytes:
    try:
        key = urlsafe_b64decode(text)
    except (Base64Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise BadSettings(f"{PREFIX}{name}: not a key. Write 32 bytes in URL-safe base64 (44 characters).")
    return key


def _key_file(path: Path, name: str, *, begun: bool) -> list[str]:
    if path.exists():
        return path.read_text().split() or [""]
    if begun:
        raise BadSettings(f"{PREFIX}{name}: {path} is gone, and the database cannot be read without it. Put it back.")
    path.parent.mkdir(parents=True, exist_ok=True)
    made = new_key()
    write_keys(path, [made])
    return [made]


def new_key() -> str:
    """Return a new random key as it is written in settings and files."""
    return urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def write_keys(path: Path, keys: list[str]) -> None:
    """Write a file of keys that only its owner reads; whoever looks sees the old file or the new one, never half."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write("\n".join(keys) + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def read_settings(**over: object) -> Settings:
    """Return the settings; raise BadSettings with one line per problem."""
    try:
        return Settings(**over)  # type: ignore[arg-type]
    except ValidationError as trouble:
        lines = [f"{PREFIX}{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in trouble.errors()]
        raise BadSettings("\n".join(lines)) from None


def require_webhook(settings: Settings) -> str:
    """Return the public address of this installation without a slash at its end; raise BadSettings without one."""
    url = settings.webhook_url.rstrip("/")
    if not re.match(r"https?://[^/]", url):
        raise BadSettings(f"{PREFIX}WEBHOOK_URL: needed; write the public address, such as https://bot.example.org.")
    return url


def require_secret(settings: Settings) -> str:
    """Return what Telegram sends along with each update; raise BadSettings without one."""
    secret = settings.webhook_secret.get_secret_value()
    if not secret:
        raise BadSettings(f"{PREFIX}WEBHOOK_SECRET: needed with a webhook; write 16 or more random characters.")
    return secret


def require_token(settings: Settings) -> str:
    """Return the bot's token; raise BadSettings when it is missing or cannot be one."""
    token = settings.bot_token.get_secret_value()
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]{10,}", token):
        hint = "@BotFather gives one (it looks like 123456:ABC-DEF…)"
        raise BadSettings(f"{PREFIX}BOT_TOKEN: missing or not a token. {hint}.")
    return token
