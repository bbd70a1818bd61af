"""An installation that cannot work says why in one readable message, with a non-zero exit and never a traceback."""

from base64 import urlsafe_b64encode
from pathlib import Path
from subprocess import CompletedProcess

from tests.journeys.processes import TOWN_FILE, free_port, run, sandbox


def refused(done: CompletedProcess[str], *words: str) -> bool:
    """Check that a command failed as it should, with these words; say whether they stand in one single line."""
    lines = done.stderr.strip().splitlines()
    assert "Traceback" not in done.stderr
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    assert all(word in done.stderr for word in words), done.stderr
    return len(lines) == 1


def test_a_token_that_is_none(tmp_path: Path) -> None:
    assert refused(run(tmp_path, "run", bot_token="not-a-token"), "CHUISHAO_BOT_TOKEN", "@BotFather")


def test_a_token_that_telegram_does_not_know(tmp_path: Path) -> None:
    with sandbox(tmp_path / "sandbox") as telegram:
        wrong = "7000000002:SANDBOX-somebody-elses-token-000000"
        assert refused(run(tmp_path, "run", bot_token=wrong, api_url=telegram.url), "CHUISHAO_BOT_TOKEN", "@BotFather")


def test_a_database_that_cannot_be_reached(tmp_path: Path) -> None:
    url = f"postgresql://somebody:secret@127.0.0.1:{free_port()}/town"
    done = run(tmp_path, "migrate", database_url=url)
    assert refused(done, "CHUISHAO_DATABASE_URL")
    assert "secret" not in done.stderr


def test_a_broken_town_file_with_every_problem_at_once(tmp_path: Path) -> None:
    town = tmp_path / "broken.toml"
    told = TOWN_FILE.read_text(encoding="utf-8").replace('kind = "netbar"', 'kind = "moon-base"')
    town.write_text(told.replace('risk = "low"', 'risk = "awful"', 1), encoding="utf-8")
    refused(run(tmp_path, "town", "check", str(town)), "飞鱼网吧", "moon-base", "小芳美发", "awful")


def test_an_area_whose_parent_is_missing(tmp_path: Path) -> None:
    town = tmp_path / "broken.toml"
    told = TOWN_FILE.read_text(encoding="utf-8").replace('parent = "liwan"', 'parent = "nowhere"')
    town.write_text(told, encoding="utf-8")
    refused(run(tmp_path, "town", "check", str(town)), "梨湾村一网格", "nowhere")


def test_a_town_file_that_is_no_toml(tmp_path: Path) -> None:
    town = tmp_path / "broken.toml"
    town.write_text("name = ", encoding="utf-8")
    assert refused(run(tmp_path, "run", town=town), "broken.toml")


def test_a_town_file_that_is_not_there(tmp_path: Path) -> None:
    refused(run(tmp_path, "town", "import", town=tmp_path / "none.toml"), "none.toml")


def test_a_link_for_a_role_that_nobody_knows(tmp_path: Path) -> None:
    assert refused(run(tmp_path, "invite", "emperor"), "emperor", "admin")


def test_a_link_for_an_area_that_nobody_knows(tmp_path: Path) -> None:
    assert run(tmp_path, "town", "import").returncode == 0
    assert refused(run(tmp_path, "invite", "grid", "--area", "moon"), "moon", "changzhen")


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with sandbox(tmp_path / "sandbox") as telegram:
        taken = telegram.client.base_url.port
        assert refused(run(tmp_path, "try", try_port=taken, bot_token=""), "CHUISHAO_TRY_PORT", str(taken))


def test_a_webhook_without_an_address_or_a_secret(tmp_path: Path) -> None:
    assert refused(run(tmp_path, "webhook", webhook_secret="s" * 16), "CHUISHAO_WEBHOOK_URL")
    assert refused(run(tmp_path, "webhook", webhook_url="https://bot.example.org"), "CHUISHAO_WEBHOOK_SECRET")


def test_a_webhook_while_telegram_is_away(tmp_path: Path) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    given = {"webhook_url": "https://bot.example.org", "webhook_secret": "s" * 16}
    assert refused(run(tmp_path, "webhook", api_url=away, **given), "CHUISHAO_API_URL", "try again")


def test_a_webhook_port_that_is_taken(tmp_path: Path) -> None:
    given = {"webhook_url": "https://bot.example.org", "webhook_secret": "s" * 16}
    with sandbox(tmp_path / "sandbox") as telegram:
        taken = telegram.client.base_url.port
        done = run(tmp_path, "run", api_url=telegram.url, webhook_port=taken, **given)
    assert "Traceback" not in done.stderr
    assert "Unclosed" not in done.stderr
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"CHUISHAO_WEBHOOK_PORT: 127.0.0.1 port {taken} ")


def test_a_key_that_is_not_the_one_of_the_database(tmp_path: Path) -> None:
    key, other = (urlsafe_b64encode(bytes([n] * 32)).decode() for n in (1, 2))
    assert run(tmp_path, "migrate", key=key).returncode == 0
    assert run(tmp_path, "migrate", key=key).returncode == 0, "the same key is good again"
    assert refused(run(tmp_path, "migrate", key=other), "CHUISHAO_KEY", "not the key of this database")
    assert "CHUISHAO_KEY" in run(tmp_path, "doctor", key=other, bot_token="").stdout


def test_a_stranger_cannot_be_revoked(tmp_path: Path) -> None:
    assert refused(run(tmp_path, "revoke", "424242"), "424242", "chuishao staff")


def test_a_post_that_the_town_does_not_have(tmp_path: Path) -> None:
    assert run(tmp_path, "town", "import").returncode == 0
    assert refused(run(tmp_path, "invite", "post", "--post", "moon"), "moon", "economy")


def test_invented_people_with_roles_are_found_and_one_command_ends_them(tmp_path: Path) -> None:
    assert run(tmp_path, "town", "import").returncode == 0
    listed = run(tmp_path, "staff").stdout
    assert "1006  李干事  镇消防管理岗（示范镇）" in listed
    real = {"api_url": f"http://telegram.invalid:{free_port()}", "bot_token": ""}
    told = next(line for line in run(tmp_path, "doctor", **real).stdout.splitlines() if "invented" in line)
    assert told.startswith("✘ demo: ")
    assert "enabled = false" in told
    ended = run(tmp_path, *told[told.index("revoke") :].split())
    assert ended.returncode == 0, ended.stderr
    assert "1010  管理员小何：已结束 1 项身份。" in ended.stdout
    assert "还没有人有工作身份" in run(tmp_path, "staff").stdout
    assert "✔ demo: " in run(tmp_path, "doctor", **real).stdout
    here = run(tmp_path, "doctor", api_url="http://localhost:1", bot_token="").stdout
    assert "invented" not in here, "in the try-out they are at home"
