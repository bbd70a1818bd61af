"""Poison: an update that is almost right stops nobody and breaks nothing."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.database import Database
from models.inbox import DONE, QUARANTINED
from tests.bot.conftest import Opener


def mutate(draw: Any, value: Any, depth: int = 0) -> Any:
    """Return a copy in which something is replaced by something else."""
    if depth and draw(st.integers(0, 5)) == 0:
        return draw(st.sampled_from([None, [], {}, "", "x\ud83d", -1, 2**70, True, 1.5, "\x00", [[[]]]]))
    if isinstance(value, dict):
        return {k: mutate(draw, v, depth + 1) for k, v in value.items() if draw(st.integers(0, 9)) or k == "update_id"}
    if isinstance(value, list):
        return [mutate(draw, v, depth + 1) for v in value]
    return value


@st.composite
def mutants(draw: Any) -> dict[str, Any]:
    """Updates that are almost right."""
    user = {"id": 1001, "is_bot": False, "first_name": "王"}
    chat = {"id": 1001, "type": "private", "first_name": "王"}
    sent = {"message_id": 1, "date": 1_700_000_000, "chat": chat, "from": user}
    member = {"user": user, "status": "member"}
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    kinds = [
        {"message": {**sent, "text": "/ask", "entities": [{"type": "bot_command", "offset": 0, "length": 4}]}},
        {"message": {**sent, "photo": photo, "caption": "后门", "media_group_id": "9"}},
        {"message": {**sent, "location": {"latitude": 30.1, "longitude": 107.2}}},
        {"edited_message": {**sent, "edit_date": 1, "text": "x"}},
        {"callback_query": {"id": "1", "from": user, "message": sent, "chat_instance": "1", "data": "x.0"}},
        {"my_chat_member": {"chat": chat, "from": user, "date": 1, "old_chat_member": member,
                            "new_chat_member": {"user": user, "status": "kicked", "until_date": 0}}},
        {"poll_answer": {"poll_id": "1", "user": user, "option_ids": [0]}},
        {"inline_query": {"id": "1", "from": user, "query": "x", "offset": ""}},
    ]  # fmt: skip
    return mutate(draw, draw(st.sampled_from(kinds)))  # type: ignore[no-any-return]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(mutants(), min_size=3, max_size=6))
async def test_no_mutant_stays_open_or_stops_the_good_one_behind_it(
    file: Database, open_bench: Opener, mutated: list[dict[str, Any]]
) -> None:
    bench = await open_bench(file)
    first = len(bench.inbox())
    phone = bench.telegram.person("王", id=1001)
    phone.chat.started = True
    raws = [{**raw, "update_id": first + n} for n, raw in enumerate(mutated)]
    good = {"message_id": 1, "date": 1_700_000_000, "chat": phone.chat.as_json(), "from": phone.user.as_json()}
    await bench.machine.keep([*raws, {"update_id": first + len(raws), "message": {**good, "text": "好的"}}])
    await bench.settle()
    assert all(state in {DONE, QUARANTINED} for state in [row.state for row in bench.inbox()])
    assert "听到：好的" in bench.texts(phone)


