"""The bot is killed with SIGKILL in the middle of job one, again and again; and it is asked to stop in a rush."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.phone import Exchange, Phone
from tests.journeys.processes import (
    STOP_SECONDS,
    TOKEN,
    Program,
    import_town,
    inbox_of,
    people_of_the_town,
    running,
    sandbox,
)
from tests.journeys.test_three_jobs import assign, close, find_true, number_in, repair

SEED = 20261123
ACTS_PER_HAZARD = 14
SUBMITTING = 5  # the fifth act of each round hands the report in: the receipt is what must not come twice
MOMENT_SECONDS = 3.0
LONG_PATIENCE = 75.0
RECEIPT = "收到了，谢谢您吹哨"
HELLO = "您好！看到火灾隐患"
RUSH = 20
MOMENTS = ("confirmed", "on its way", "any", "arrived", "starting")
FAULTS = {"on its way": "hang", "arrived": "slow"}
SLOW_SECONDS = 0.3


@dataclass
class Reaper:
    """Kills the bot after some of the people's acts, each at its own moment, and starts it again."""

    bot: Program
    telegram: Exchange
    doomed: dict[int, str]
    dice: random.Random
    acts: int = 0
    strikes: int = 0

    def through(self, person: int, act: Callable[[], None]) -> None:
        """Let a person act; if this act is doomed, kill the bot at a moment that follows, and start it again."""
        self.acts += 1
        if self.acts not in self.doomed:
            return act()
        moment = self.doomed[self.acts]
        if moment in FAULTS:
            fault = {"kind": FAULTS[moment], "times": 1, "seconds": SLOW_SECONDS, "chat_id": person}
            self.telegram.disturb(method="*Message*", **fault)
        act()
        self._await(moment, person)
        self.bot.kill()
        self.telegram.calm()
        self.strikes += 1
        return self.bot.start()

    def _await(self, moment: str, person: int) -> None:
        """Wait for the moment; a frozen bot cannot read that its message has arrived, before it dies."""
        before = self._said(person)
        if moment in FAULTS:
            self._until(self.telegram.is_disturbed)
        if moment == "arrived":
            self.bot.freeze()
            self._until(lambda: self._said(person) > before)
        elif moment == "confirmed":
            self._until(lambda: self._pending() == 0)
        elif moment == "starting":
            self.bot.kill()
            self.bot.start()
            time.sleep(self.dice.uniform(0.5, 1.5))
        elif moment == "any":
            time.sleep(self.dice.uniform(0.0, 0.1))

    def _said(self, person: int) -> int:
        return sum(call["params"]["chat_id"] == person for call in self.telegram.calls("*Message*"))

    def _pending(self) -> int:
        told = self.telegram.client.get(f"/bot{TOKEN}/getWebhookInfo").raise_for_status().json()
        return int(told["result"]["pending_update_count"])

    def _until(self, has_come: Callable[[], bool]) -> None:
        end = time.monotonic() + MOMENT_SECONDS
        while not has_come() and time.monotonic() < end:
            time.sleep(0.002)


def doom(rounds: int, kills: int, dice: random.Random) -> dict[int, str]:
    """Choose the acts that the bot does not survive, and when it dies: when each receipt has arrived, and elsewhere."""
    submits = {n * ACTS_PER_HAZARD + SUBMITTING: "arrived" for n in range(rounds)}
    others = [act for act in range(1, rounds * ACTS_PER_HAZARD + 1) if act not in submits]
    chosen = dice.sample(others, kills - len(submits))
    return submits | {act: MOMENTS[n % len(MOMENTS)] for n, act in enumerate(chosen)}


def report_step_by_step(wang: Phone) -> str:
    """A report in five acts, each of which goes on where the last one ended; return its number."""
    wang.says("楼道里堆满了纸箱子")
    wang.waits_for("在哪里")
    wang.says("幸福小区 3 号楼二单元")
    wang.waits_for("有照片的话")
    wang.photo()
    wang.waits_for("1 张")
    wang.presses("发完了")
    summary = wang.waits_for("请核对")
    assert "楼道里堆满了纸箱子" in summary
    assert "幸福小区 3 号楼二单元" in summary
    wang.presses("提交")
    return number_in(wang.waits_for(RECEIPT))


def play_under_kills(telegram: Exchange, folder: Path, url: str, *, hazards: int, kills: int) -> None:
    """Play job one `hazards` times with so many kills, and look at what is left at the end."""
    settings = {"api_url": telegram.url, "database_url": url}
    import_town(folder, **settings)
    people = people_of_the_town(telegram)
    dice = random.Random(SEED)
    doomed = doom(hazards, kills, dice)
    with running(Program(("bot", "run"), folder, settings)) as bot:
        reaper = Reaper(bot, telegram, doomed, dice)
        for phone in people.values():
            phone.says("/start")
            phone.patience = LONG_PATIENCE
        for phone in people.values():
            phone.waits_for("您好")
            phone.through = reaper.through
        numbers = [play_job_one(people) for _ in range(hazards)]
        assert reaper.strikes == kills
        assert bot.stop()[0] == 0
    everybody_has_one_receipt(people["王婆婆"], numbers)
    everything_accepted_is_done(url, sum(phone.acts for phone in people.values()))


def play_job_one(people: dict[str, Phone]) -> str:
    """Whistle, send somebody, verify, repair, look again, close; return the number."""
    number = report_step_by_step(people["王婆婆"])
    for step in (assign, find_true, repair, close):
        step(people, number)
    return number


def everybody_has_one_receipt(wang: Phone, numbers: list[str]) -> None:
    """Each report has its own number and exactly one receipt in the chat."""
    assert len(set(numbers)) == len(numbers)
    receipts = [text for text in wang.texts() if RECEIPT in text]
    assert sorted(number_in(text) for text in receipts) == sorted(numbers)


def everything_accepted_is_done(url: str, acts: int) -> None:
    """Every act is one update; none is missing, none waits, none was put aside."""
    found = inbox_of(url)
    assert {state for _, state in found} == {"done"}
    first = found[0][0]
    assert [number for number, _ in found] == list(range(first, first + acts))


def test_twenty_kills_during_job_one_lose_nothing_and_repeat_no_receipt(tmp_path: Path) -> None:
    with sandbox(tmp_path / "sandbox", flood_limits=False) as telegram:
        url = f"sqlite:///{tmp_path / 'town.db'}"
        play_under_kills(telegram, tmp_path / "bot", url, hazards=3, kills=20)


def test_kills_do_no_harm_on_postgresql_either(tmp_path: Path, postgres_url: str) -> None:
    with sandbox(tmp_path / "sandbox", flood_limits=False) as telegram:
        play_under_kills(telegram, tmp_path / "bot", postgres_url, hazards=1, kills=2)


def test_a_stop_in_a_rush_takes_less_than_ten_seconds_and_loses_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'town.db'}"
    with sandbox(tmp_path / "sandbox", flood_limits=False) as telegram:
        settings = {"api_url": telegram.url, "database_url": url}
        import_town(tmp_path / "bot", **settings)
        people = list(people_of_the_town(telegram).values())
        for phone in people * RUSH:
            phone.says("你好")
        with running(Program(("bot", "run"), tmp_path / "bot", settings)) as bot:
            people[0].waits_for(HELLO)
            code, seconds = bot.stop()
            assert (code, seconds < STOP_SECONDS) == (0, True)
            answered = sum(answers(phone) for phone in people)
            bot.start()
            for phone in people:
                phone.says("/start")
                phone.waits_for(f"{phone.name}，您好")
            assert bot.stop()[0] == 0
        assert answered < len(people) * RUSH, "the stop came when everything was done already"
        assert [answers(phone) for phone in people] == [RUSH] * len(people)
    everything_accepted_is_done(url, sum(phone.acts for phone in people))


def answers(phone: Phone) -> int:
    """Return how many greetings were answered."""
    return sum(HELLO in text for text in phone.texts())
