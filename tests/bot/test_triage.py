"""`chuishao triage --json FILE`: one report per line in, one object per line out, whatever the lines are."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app

FIELDS = ["text", "intent", "emergency", "kind", "kind_code", "severity", "place"]
LINES = [
    "菜市场后门被货堵死了",
    "",
    "   \t",
    "楼道里堆满了纸箱子，" * 500,
    "哎" * 5000,
    '{"text": "不是句子"}',
    "一行里有\r回车和\u2028分隔符\x85",
    "\x00\x01😀🔥",
    "我家着火了，在老街",
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for what the command keeps."""
    monkeypatch.setenv("CHUISHAO_DATA_DIR", str(tmp_path))
    return tmp_path


def triaged(*arguments: str, given: bytes | None = None) -> list[dict[str, Any]]:
    """Run the command and return the objects that it wrote."""
    done = CliRunner().invoke(app, ["triage", "--json", *arguments], input=given)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.split("\n") if line]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_line_gives_exactly_one_object_with_exactly_these_fields(home: Path, ending: str) -> None:
    file = home / "reports.txt"
    file.write_bytes(ending.join(LINES).encode())
    found = triaged(str(file))
    assert [one["text"] for one in found] == LINES
    assert all(list(one) == FIELDS for one in found)
    assert (found[0]["kind_code"], found[0]["place"], found[-1]["emergency"]) == ("A01", "菜市场后门", True)
    assert all(one["intent"] == "other" and one["kind"] is None for one in found[1:3])


def test_standard_input_does_as_well_and_a_mark_at_the_beginning_is_no_word(home: Path) -> None:
    del home
    found = triaged("-", given="\ufeff菜市场后门被货堵死了\n谢谢\n".encode())
    assert [one["text"] for one in found] == ["菜市场后门被货堵死了", "谢谢"]


def test_broken_bytes_break_one_line_at_most(home: Path) -> None:
    file = home / "reports.txt"
    file.write_bytes(b"\xff\xfe\xe8\n" + "菜市场后门被货堵死了\n".encode())
    found = triaged(str(file))
    assert len(found) == 2
    assert found[1]["kind_code"] == "A01"
