"""The pace: no more than Telegram takes, and bulk makes room for those who act."""

from bot.pace import GROUP_SECONDS, Pace
from tests.bot.conftest import Naps


async def send(pace: Pace, naps: Naps, times: int) -> list[float]:
    """Send bulk messages to different chats; return the second of each."""
    moments = []
    for chat in range(1, times + 1):
        await pace.slot()
        pace.took(chat)
        moments.append(naps.seconds())
    return moments


async def test_bulk_never_exceeds_thirty_in_any_second(naps: Naps) -> None:
    moments = await send(Pace(naps.seconds), naps, 200)
    for first in moments:
        assert sum(first <= m < first + 1.0 for m in moments) <= 30
    assert moments[-1] < 200 / 25


async def test_a_chat_is_free_again_after_a_second_and_a_group_after_three(naps: Naps) -> None:
    pace = Pace(naps.seconds)
    pace.took(7)
    pace.took(-7)
    assert pace.wait_for(7) == 1.0
    assert pace.wait_for(-7) == GROUP_SECONDS
    assert pace.wait_for(8) == 0
    naps.taken.append(1.0)
    assert pace.wait_for(7) == 0
    assert pace.wait_for(-7) == GROUP_SECONDS - 1


async def test_replies_take_their_share_out_of_the_bulk(naps: Naps) -> None:
    pace = Pace(naps.seconds)
    for _ in range(29):
        pace.replied()
    await pace.slot()
    assert naps.seconds() >= 0.99


async def test_bulk_is_silent_as_long_as_telegram_asked_for(naps: Naps) -> None:
    pace = Pace(naps.seconds)
    pace.pause(17)
    await pace.slot()
    assert naps.seconds() >= 17


async def test_forgotten_chats_do_not_pile_up(naps: Naps) -> None:
    pace = Pace(naps.seconds)
    for chat in range(1, 5000):
        pace.took(chat)
        if chat == 4000:
            naps.taken.append(2.0)
    assert len(pace._chats) <= 4096
