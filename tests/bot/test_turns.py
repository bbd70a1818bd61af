"""A long delivery is done in turns: whoever no longer leads stops soon, and the next leader goes on where it was."""

import pytest

from bot import postman
from bot.database import Database
from models.outbox import DUE, SENT
from tests.bot.conftest import Opener
from tests.bot.letters import NOTICES, queue, states


async def test_who_lost_the_lead_stops_after_its_turn(
    file: Database, open_bench: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postman, "TURN", 3)
    bench = await open_bench(file, notices=NOTICES)
    for name in "王李陈张刘":
        queue(bench, bench.somebody(name))
    assert await bench.machine.deliver() == 3
    bench.machine._leads = False
    assert await bench.machine.deliver() == 0
    await bench.machine.postman.settle()
    assert states(bench) == [SENT] * 3 + [DUE] * 2
    bench.machine._leads = True
    await bench.deliver()
    assert states(bench) == [SENT] * 5
