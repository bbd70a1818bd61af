"""The shape of the house: who may import whom, how large a file may be, and who may read the clock."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from models.base import Base
from models.migrations import config

ROOT = Path(__file__).parent.parent
PARTS = ("bot", "handlers", "models", "knowledge", "sandbox", "benchmarks")
MODULES = sorted(path for part in (*PARTS, "tests") for path in (ROOT / part).rglob("*.py"))

# What each part may import of the others (DESIGN, section 1).
MAY_IMPORT = {
    "models": set(),
    "knowledge": set(),
    "sandbox": set(),
    "bot": {"models"},
    "handlers": {"bot", "models", "knowledge"},
    "benchmarks": {"bot", "models", "knowledge", "sandbox"},
}
# The composition root and the command see more, and nothing else in bot does.
ROOTS = {
    "bot/app.py": {"models", "handlers"},
    "bot/cli.py": {"models", "handlers", "knowledge", "sandbox"},
    "bot/trial.py": {"models", "sandbox"},
    "bot/invitation.py": {"models", "handlers"},
}
WITHOUT_TELEGRAM = {"bot/forms.py", "bot/fields.py", "bot/dates.py", "bot/cards.py", "bot/calls.py"}
CLOCKS = {"bot/app.py", "sandbox/clock.py"}
LONGEST_FILE, LONGEST_FUNCTION = 400, 40


def name(path: Path) -> str:
    """Return a path as one writes it in this project."""
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    """Return the top-level packages that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the functions of a module."""
    return (n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def tables_of(path: Path) -> set[str]:
    """Return the names of the tables that a module declares."""
    classes = [n for n in ast.walk(tree(path)) if isinstance(n, ast.ClassDef)]
    classes = [n for n in classes if any(k.arg == "table" for k in n.keywords)]
    lines = [line for one in classes for line in one.body if isinstance(line, ast.Assign)]
    return {ast.literal_eval(line.value) for line in lines if ast.unparse(line.targets[0]) == "__tablename__"}


def of_the_house() -> list[Path]:
    """Return the modules of the product itself."""
    return [path for path in MODULES if not name(path).startswith("tests/")]


def test_the_house_is_found() -> None:
    assert {name(path).split("/")[0] for path in MODULES} == {*PARTS, "tests"}


@pytest.mark.parametrize("path", of_the_house(), ids=name)
def test_imports_only_point_downwards(path: Path) -> None:
    part = name(path).split("/")[0]
    allowed = ROOTS.get(name(path), MAY_IMPORT[part]) | {part}
    assert imported(path) & {*PARTS, "tests"} <= allowed


@pytest.mark.parametrize("path", of_the_house(), ids=name)
def test_telegram_is_known_only_where_people_are_talked_to(path: Path) -> None:
    part = name(path).split("/")[0]
    knows = part in {"handlers", "sandbox", "benchmarks"}
    knows |= part == "bot" and name(path) not in WITHOUT_TELEGRAM and not name(path).startswith("bot/render")
    assert knows or "telegram" not in imported(path)


@pytest.mark.parametrize("path", of_the_house(), ids=name)
def test_nobody_but_the_clocks_reads_the_time_of_day(path: Path) -> None:
    calls = [n for n in ast.walk(tree(path)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    reads = {ast.unparse(n.func) for n in calls if n.func.attr in {"now", "utcnow", "today", "fromtimestamp"}}  # type: ignore[attr-defined]
    asks = {read for read in reads if read.split(".")[0] in {"datetime", "date", "dt"}}
    from_a_number = {"datetime.fromtimestamp"} if name(path).startswith("sandbox/") else set()
    assert name(path) in CLOCKS or asks <= from_a_number


@pytest.mark.parametrize("path", of_the_house(), ids=name)
def test_a_module_says_what_it_is_about(path: Path) -> None:
    assert ast.get_docstring(tree(path)) or not path.read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_file_and_no_function_is_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    for function in functions(path):
        length = (function.end_lineno or 0) - function.lineno + 1
        assert length <= LONGEST_FUNCTION, f"{function.name} has {length} lines"


@pytest.mark.parametrize("path", of_the_house(), ids=name)
def test_modules_with_tables_keep_their_annotations(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not (tables_of(path) and "from __future__ import annotations" in source)


def test_every_module_with_tables_is_known_to_the_migrations() -> None:
    declared = {table for path in of_the_house() for table in tables_of(path)}
    assert declared == set(Base.metadata.tables)


def test_every_table_is_made_by_a_migration() -> None:
    scripts = ScriptDirectory.from_config(config()).walk_revisions()
    made = set()
    for script in scripts:
        for node in ast.walk(tree(Path(script.path))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "op.create_table":
                made.add(ast.literal_eval(node.args[0]))
    assert set(Base.metadata.tables) <= made
