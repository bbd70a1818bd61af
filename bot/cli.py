"""The `chuishao` command. Every error is one readable message and a non-zero exit, never a traceback."""

import asyncio
import json
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.settings import BadSettings, Settings, read_settings

app = typer.Typer(
    help="吹哨：镇街消防安全助手。", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
town_app = typer.Typer(help="检查或导入 town.toml。", no_args_is_help=True)
app.add_typer(town_app, name="town")

PROJECT = Path(__file__).parent.parent / "pyproject.toml"
TownFile = Annotated[Path | None, typer.Argument(help="镇的配置文件，默认用 CHUISHAO_TOWN。")]
Words = Annotated[str | None, typer.Argument(help="一句话；用 --json 时不写。")]
JsonFile = Annotated[str | None, typer.Option("--json", help="文件，一行一句，每行回一个 JSON；- 表示标准输入。")]


def main() -> None:
    """Run the command; turn whatever goes wrong into a message."""
    with _readable_errors():
        app()


@contextmanager
def _readable_errors() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as trouble:
        typer.echo(_message(trouble), err=True)
        sys.exit(1)


def _message(trouble: Exception) -> str:
    from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

    from bot.database import DatabaseAway, DatabaseInUse
    from bot.logs import where
    from models.base import Refused
    from models.town import BadTown

    if isinstance(trouble, BadSettings | BadTown | Refused):
        return str(trouble)
    if isinstance(trouble, DatabaseInUse):
        return f"another chuishao already runs on {trouble}. Stop it first; several processes need PostgreSQL."
    if isinstance(trouble, DatabaseAway | DBAPIError):
        return "CHUISHAO_DATABASE_URL: the database cannot be reached or used. Check the URL and that the server runs."
    # What is derived from ArgumentError is a mistake in a query.
    if isinstance(trouble, NoSuchModuleError) or type(trouble) is ArgumentError:
        return "CHUISHAO_DATABASE_URL: not a database URL. Write sqlite:///data/chuishao.db or postgresql://user:pw@host/db."
    if isinstance(trouble, OSError):
        return f"{trouble.strerror or trouble}: {trouble.filename or ''}".rstrip(": ")
    return f"Unexpected error ({where(trouble)}). Please report it with this line; it holds no personal data."


def _settings() -> Settings:
    from bot.logs import set_up

    settings = read_settings()
    set_up(settings.log_level)
    return settings


@app.command()
def run() -> None:
    """Connect to Telegram (polling, or a webhook when CHUISHAO_WEBHOOK_URL is set) and work until stopped."""
    from bot.app import run as run_bot

    asyncio.run(run_bot(_settings()))


@app.command(name="try")
def try_() -> None:
    """Try the bot on this machine without a Telegram account: chat page, bot and demo town in one process."""
    from bot.trial import try_out

    asyncio.run(try_out(_settings(), lambda url: typer.echo(f"吹哨已启动，请用浏览器打开：{url}/\n按 Ctrl+C 停止。")))


@app.command(hidden=True)
def start() -> None:
    """What `make run` does: connect to Telegram when there is a token, otherwise open the local try-out."""
    if read_settings().bot_token.get_secret_value():
        run()
    else:
        try_()


@app.command()
def migrate() -> None:
    """Bring the tables of the database up to date."""
    from bot.app import open_database
    from models.migrations import version

    database = open_database(_settings())
    typer.echo(f"database version {version(database.engine)}")
    database.close()


@app.command(name="rotate-vault")
def rotate_vault() -> None:
    """Give the identity vault another key. Stop the bot first; start it again afterwards.

    The key stands in the file `vault-key` of the data folder: a new one is made, every identity is sealed anew, and the
    former key is removed from the file when nothing needs it any more.

    With CHUISHAO_VAULT_KEY: write the new key there and the former one as CHUISHAO_VAULT_KEY_OLD (several: separated by
    commas), run this, then remove CHUISHAO_VAULT_KEY_OLD. Make a key with:
    python3 -c "import base64, secrets; print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())"

    It may be broken off: run it again and it goes on. In between the bot runs with both keys. Reporters notice nothing:
    their own list is found with whichever key a row has. Backups from before still need the former key: keep it with
    them, apart from the database, for as long as they are kept.
    """
    from bot.rotation import rotate

    done = rotate(_settings())
    typer.echo(f"identities sealed anew: {done.moved}")
    if done.stuck:
        typer.echo(f"cannot be opened: {done.stuck}. Their key is missing (or they are damaged); add it and repeat.")
        raise typer.Exit(1)


@app.command()
def webhook() -> None:
    """Tell Telegram to deliver to CHUISHAO_WEBHOOK_URL (once, by whoever deploys)."""
    from bot.app import set_webhook

    typer.echo(f"webhook set: {asyncio.run(set_webhook(_settings()))}")


@town_app.command()
def check(file: TownFile = None) -> None:
    """Check a town file and say every problem at once."""
    from models.town import read_town

    town = read_town(file or _settings().town)
    typer.echo(f"{town.name}：没有问题。区域 {len(town.areas)}，场所 {len(town.places)}，任务 {len(town.duties)}。")


@town_app.command(name="import")
def import_(file: TownFile = None) -> None:
    """Bring a checked town file into the database; doing it again changes nothing."""
    from bot.app import open_database, wall_clock
    from models import town as towns

    settings = _settings()
    town = towns.read_town(file or settings.town)
    database = open_database(settings)
    done = database.transaction(lambda s: towns.import_town(s, town, now=wall_clock()))
    database.close()
    typer.echo(f"已导入：区域 {done.areas}，场所 {done.places}，任务 {done.duties}，人员 {done.people}。")


@app.command()
def invite(
    role: Annotated[str, typer.Argument(help="身份，例如 admin、post、leader、grid。")],
    area: Annotated[str, typer.Option(help="片区代号；默认全镇。")] = "",
    post: Annotated[str, typer.Option(help="岗位代号，见 town.toml 的 [[posts]]；任务按岗位派。")] = "",
) -> None:
    """Make a one-time link by which one person gets a role; the first administrator begins with `invite admin`."""
    from bot.invitation import make_invitation

    typer.echo(make_invitation(_settings(), role, area, post))


@app.command()
def lifecycle() -> None:
    """Print docs/lifecycle.md: the diagram of a hazard's life, who may do what, and which clocks run."""
    from models.lifecycle_paper import paper

    typer.echo(paper(), nl=False)


@app.command()
def staff() -> None:
    """List who holds roles: Telegram id, name, roles."""
    from bot.invitation import list_staff

    typer.echo("\n".join(list_staff(_settings())) or "还没有人有工作身份。")


@app.command()
def revoke(people: Annotated[list[int], typer.Argument(help="Telegram 编号，见 chuishao staff。")]) -> None:
    """End every role of somebody, administrators included; they stay residents."""
    from bot.invitation import revoke as end

    typer.echo("\n".join(end(_settings(), people)))


def _each(words: str | None, file: str | None, answer: Callable[[str], Any], show: Callable[[Any], str]) -> None:
    if file is None and not words:
        raise BadSettings("write a sentence, or --json FILE (- for standard input)")
    if file is None:
        typer.echo(show(answer(words or "")))
        return
    for line in _lines(file):
        typer.echo(json.dumps(answer(line), ensure_ascii=False))


def _lines(file: str) -> Iterable[str]:
    """Every line as one sentence, whatever is in it: only a line feed ends one, and broken bytes break nothing."""
    with nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb") as lines:
        for number, line in enumerate(lines):
            yield line.decode("utf-8" if number else "utf-8-sig", "replace").rstrip("\r\n")


def _warm() -> None:
    from knowledge import shelf
    from knowledge.words import warm

    folder = read_settings().data_dir
    warm(folder / "cache")
    shelf.use(folder / "articles")


@app.command()
def ask(words: Words = None, file: JsonFile = None) -> None:
    """Say what the bot would answer to a question."""
    from knowledge.answers import ask as answer

    def show(found: Any) -> str:
        best = found["hits"][0] if found["answered"] and found["hits"] else None
        return f"【{best['title']}】\n{best['text']}" if best else "没把握。可以换个说法，或拨打 12345。"

    _warm()
    _each(words, file, answer, show)


@app.command()
def triage(words: Words = None, file: JsonFile = None) -> None:
    """Say how the bot would understand a report: kind, severity, place."""
    from knowledge.answers import triage as understand

    _each(words, file, understand, lambda a: "\n".join(f"{key}: {value}" for key, value in a.items()))


@app.command()
def doctor() -> None:
    """Look at everything an installation needs; exits with 1 when something is wrong."""
    from bot.doctor import Finding, examine
    from knowledge import shelf

    settings = _settings()
    shelf.use(settings.data_dir / "articles")
    wrong = shelf.trouble()
    articles = Finding("articles", not wrong, "; ".join(wrong) or f"{len(shelf.current().library.articles)} in use")
    findings = [*asyncio.run(examine(settings)), articles]
    for finding in findings:
        typer.echo(f"{'✔' if finding.ok else '✘'} {finding.what}: {finding.told}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


@app.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        typer.echo(installed("chuishao"))
    except PackageNotFoundError:  # run from a plain copy of the sources
        typer.echo(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"])
