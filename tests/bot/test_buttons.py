"""Buttons: forged, foreign, stale or pressed twice, they have no effect and get a polite answer."""

import base64
import os

import pytest
from sqlmodel import select

from bot.database import Database
from models.inbox import DONE
from models.keyboards import Keyboard
from tests.bot.conftest import Bench, Opener
from tests.bot.ways_in import NOTICES, ROUTES, asked, effects, states, tap, toasts


@pytest.fixture
async def bench(database: Database, open_bench: Opener) -> Bench:
    """A bench with these routes."""
    return await open_bench(database, routes=ROUTES, notices=NOTICES)


async def test_a_button_works_once_however_often_it_is_pressed(bench: Bench) -> None:
    wang, (once, *_) = await asked(bench)
    for _ in range(5):
        tap(bench, wang, once)
    await bench.settle()
    assert effects(bench) == 1
    assert toasts(wang) == ["这一步已经办过了。"] * 4


async def test_a_tap_that_telegram_sends_again_counts_once(bench: Bench) -> None:
    wang, _ = await asked(bench)
    wang.presses("办一次", resent=3)
    await bench.settle()
    assert effects(bench) == 1


async def test_a_button_that_may_be_repeated_can_be(bench: Bench) -> None:
    wang, (_, again, *__) = await asked(bench)
    tap(bench, wang, again)
    tap(bench, wang, again)
    await bench.settle()
    assert toasts(wang) == ["看到了", "看到了"]


async def test_another_person_s_button_has_no_effect_and_stays_good_for_its_owner(bench: Bench) -> None:
    wang, (once, *_) = await asked(bench)
    li = bench.somebody("李")
    tap(bench, li, once)
    await bench.settle()
    assert effects(bench) == 0
    assert "/start" in toasts(li)[0]
    tap(bench, wang, once)
    await bench.settle()
    assert effects(bench) == 1


async def test_a_button_of_somebody_who_lost_the_right_has_no_effect(bench: Bench) -> None:
    wang, (_, __, assigning, *___) = await asked(bench)
    tap(bench, wang, assigning)
    await bench.settle()
    assert effects(bench) == 0
    assert "职责" in bench.texts(wang)[-1]


async def test_a_button_whose_handler_breaks_can_be_pressed_again(bench: Bench) -> None:
    wang, (*_, failing, __) = await asked(bench)
    tap(bench, wang, failing)
    await bench.settle()
    used = bench.read(lambda s: s.exec(select(Keyboard.used_at)).all())
    assert used == [None]
    assert effects(bench) == 0


FORGED = [
    "", ".", "x", "x.0", ".0", "0.", "AAAAAAAAAAAAAAAAAAAAAA.0", "a.b.c", "token.-1", "a\x00b.0", "半\ud83d.0", "٣.٣",
    "t." + "9" * 62, "x" * 64, "'; drop table people; --.0", "form.submit", "write", "x.０",
]  # fmt: skip


async def test_forged_buttons_have_no_effect_and_get_a_polite_answer(bench: Bench) -> None:
    wang, (once, *_) = await asked(bench)
    token = once.split(".")[0]
    forged = [*FORGED, f"{token}.99", f"{token}.", f"{token}.0.0", f"{token}.٠", f"{token[:-1]}.0", f" {once}"]
    for data in forged:
        tap(bench, wang, data)
    await bench.settle()
    assert effects(bench) == 0
    assert set(states(bench)) == {DONE}
    assert toasts(wang) == ["这个按钮不能用了。请发 /start 看最新的菜单。"] * len(forged)


async def test_random_tokens_have_no_effect(bench: Bench) -> None:
    wang, _ = await asked(bench)
    for _ in range(200):
        tap(bench, wang, base64.urlsafe_b64encode(os.urandom(47)).decode()[: 62] + ".0")
    await bench.settle()
    assert effects(bench) == 0
    assert len(toasts(wang)) == 200


async def test_a_button_that_stands_for_nothing_any_more_does_nothing(bench: Bench) -> None:
    wang, (*_, gone) = await asked(bench)
    tap(bench, wang, gone)
    await bench.settle()
    assert effects(bench) == 0
    assert set(states(bench)) == {DONE}
