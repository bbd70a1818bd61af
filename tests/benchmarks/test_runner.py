"""The bench measures what it says it measures; how fast anything is, is none of these tests' business."""

from __future__ import annotations

import http.client
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.candidates import CANDIDATES, STOCK, Candidate
from benchmarks.race import NoAnswer, Result, Sizes, run
from benchmarks.stub import Stub, running_stub

TINY = Sizes(messages=20, chats=5, warm_up=5, people=6, latency=0.01)


@pytest.fixture(scope="module")
def stub() -> Iterator[Stub]:
    with running_stub() as running:
        yield running


def call(stub: Stub, method: str, form: str = "") -> object:
    """The result of one Bot API call, made the plainest way there is."""
    connection = http.client.HTTPConnection("127.0.0.1", stub.port, timeout=10)
    try:
        connection.request("POST", f"/bot1:A/{method}", form)
        return json.load(connection.getresponse())["result"]
    finally:
        connection.close()


def fetched(stub: Stub, form: str = "") -> list[dict[str, object]]:
    updates = call(stub, "getUpdates", form)
    assert isinstance(updates, list)
    return updates


def result(per_second: float) -> Result:
    return Result(0.5, per_second, 0.2, 0.3, 60.0, answered=31, surplus=0)


def test_the_stock_echo_answers_every_message_once(stub: Stub) -> None:
    [stock] = [each for each in CANDIDATES if each.name == STOCK]

    measured = run(stock, stub, TINY, core=None)

    assert measured.answered == 1 + 5 + 20 + 6
    assert measured.surplus == 0
    assert 0 < measured.crowd_p95 <= measured.crowd_last
    assert measured.crowd_last >= TINY.latency
    assert measured.cold_start > 0
    assert measured.per_second > 0
    assert measured.memory > 1 or not Path("/proc/self/status").exists()


def test_a_candidate_that_ends_is_reported_with_its_last_words(stub: Stub) -> None:
    broken = Candidate("broken", (sys.executable, "-c", "raise SystemExit('no such town')"))
    with pytest.raises(NoAnswer, match=r"0 of 1 messages(.|\n)*no such town"):
        run(broken, stub, TINY, core=None)


def test_each_round_gets_an_empty_directory_that_is_gone_afterwards(stub: Stub, tmp_path: Path) -> None:
    note = tmp_path / "note"
    script = f"import os; s = os.environ['BENCH_SCRATCH']; open({str(note)!r}, 'w').write(f'{{s}} {{os.listdir(s)}}')"
    with pytest.raises(NoAnswer):
        run(Candidate("curious", (sys.executable, "-c", script)), stub, TINY, core=None)

    scratch, content = note.read_text().split(" ")
    assert content == "[]"
    assert not Path(scratch).exists()


def test_updates_come_again_until_the_offset_says_they_arrived(stub: Stub) -> None:
    stub.load(130, chats=3)
    first = fetched(stub)
    again = fetched(stub, "limit=5")
    rest = fetched(stub, f"offset={int(str(first[-1]['update_id'])) + 1}")

    assert len(first) == 100
    assert again == first[:5]
    assert len(rest) == 30
    assert fetched(stub, f"offset={int(str(rest[-1]['update_id'])) + 1}&timeout=0") == []


def test_an_answer_counts_for_its_own_chat_only(stub: Stub) -> None:
    stub.load(2, chats=2)
    [first, _] = [update["message"]["chat"]["id"] for update in fetched(stub)]  # type: ignore[index]
    call(stub, "sendMessage", f"chat_id={first}&text=a")
    call(stub, "sendMessage", f"chat_id={first}&text=b")
    call(stub, "sendChatAction", f"chat_id={first}&action=typing")

    seen = stub.answers(1, within=0)
    assert len(seen.waits) == len(seen.answered_at) == 1
    assert seen.surplus == 1


def test_the_table_compares_medians_with_the_stock_echo() -> None:
    rounds = {STOCK: [result(100), result(400), result(9000)], "ours": [result(300), result(300), result(1)]}

    _, stock, ours = report.table(rounds, STOCK).splitlines()

    assert stock.split()[2:5] == ["400", "1.00", "0.30"]
    assert ours.split()[1:4] == ["300", "0.75", "0.30"]
    kept = json.loads(json.dumps(report.summary(rounds, TINY, 0)))
    assert kept["medians"]["ours"]["per_second"] == 300
    assert len(kept["rounds"]["ours"]) == 3
