"""`python -m benchmarks [--quick] [--rounds N] [--only NAME]`: run the candidates in turn and print the table.

`python -m benchmarks broadcast [--people N] …` measures a broadcast instead, `places` the ledger of places.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from benchmarks import broadcast, places, report
from benchmarks.candidates import CANDIDATES, STOCK, Candidate
from benchmarks.postgres import running_postgres
from benchmarks.race import NoAnswer, Result, Sizes, run, share_the_cores
from benchmarks.stub import running_stub

LATEST = Path(__file__).parent / "results" / "latest.json"
QUICK = Sizes(messages=600, chats=60, warm_up=50, people=50)


def measure(candidates: Sequence[Candidate], sizes: Sizes, rounds: int, core: int | None) -> dict[str, list[Result]]:
    """Run the candidates interleaved (A B C A B C), so that a busy moment of the machine hits all of them alike."""
    results: dict[str, list[Result]] = defaultdict(list)
    with running_postgres(), running_stub() as stub:
        for number in range(1, rounds + 1):
            for candidate in candidates:
                result = run(candidate, stub, sizes, core)
                results[candidate.name].append(result)
                say(f"round {number}: {candidate.name}: {result.per_second:.0f}/s, crowd {result.crowd_last:.2f} s")
    return dict(results)


def say(line: str) -> None:
    """One line to the person at the terminal."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Race the candidates, or measure what is named first."""
    if sys.argv[1:2] == ["broadcast"]:
        broadcast.main(sys.argv[2:])
    elif sys.argv[1:2] == ["places"]:
        places.main(sys.argv[2:])
    else:
        race()


def race() -> None:
    """Measure, print, keep the figures in results/latest.json; exit status 1 when a candidate fails to answer."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one small round, to see that everything works")
    parser.add_argument("--rounds", type=int, help="how many rounds (3, or 1 with --quick)")
    parser.add_argument("--only", action="append", metavar="NAME", help="only candidates whose name contains this")
    wanted = parser.parse_args()
    chosen = [each for each in CANDIDATES if not wanted.only or any(part in each.name for part in wanted.only)]
    if not chosen or (wanted.rounds is not None and wanted.rounds < 1):
        parser.error("nothing to measure")
    sizes = QUICK if wanted.quick else Sizes()
    # Ending by exception lets the children be stopped on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    core = share_the_cores()
    try:
        rounds = measure(chosen, sizes, wanted.rounds or (1 if wanted.quick else 3), core)
    except NoAnswer as failure:
        sys.exit(f"A candidate failed: {failure}")
    LATEST.write_text(json.dumps(report.summary(rounds, sizes, core), ensure_ascii=False, indent=1))
    say("\n" + report.table(rounds, STOCK))


if __name__ == "__main__":
    main()
