"""Scenes of the quiz: a question at any time or once a day, answers that count once, numbers for one's own eyes."""

import math
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from bot.app import build_machine, build_telegram
from bot.database import Database
from bot.pace import Pace
from bot.settings import Settings
from handlers.say import learning as say
from models import learning
from models.learning import DailyWish
from models.outbox import Outgoing
from models.people import Person
from sandbox.request import SandboxRequest
from tests.handlers.polls import asked, at, opened, polls_of, question_of, votes
from tests.town import TOKEN, TOWN_FILE, Somebody, Township


async def test_a_question_comes_as_a_quiz_of_the_season_and_the_answer_is_told_in_plain_words(town):
    granny = town.somebody("王婆婆")
    await granny.says("消防答题")
    (poll,) = polls_of(granny)
    assert poll.data["poll"]["type"] == "quiz"
    assert not poll.data["poll"]["is_anonymous"]
    assert question_of(poll).topic == "heating"  # November, and granny does not work for the township
    question = await votes(town, granny, right=False)
    assert f"正确的是「{question.answer}」" in granny.last
    assert question.why in granny.last
    assert asked(town)[0].is_right is False


async def test_after_the_answer_one_may_read_about_it_or_go_on(town):
    granny = town.somebody("王婆婆")
    await granny.says("/quiz")
    question = await votes(town, granny, right=True)
    assert say.RIGHT in granny.last
    told = granny.last
    await granny.presses("读一读")
    assert "依据：" in granny.last
    assert granny.sees(told), "the answer stays readable"
    await granny.presses("再来一题")
    assert len(polls_of(granny)) == 2
    assert question_of(polls_of(granny)[-1]) != question


async def test_two_quick_taps_bring_one_question(town):
    granny = town.somebody("王婆婆")
    granny.phone.says("/quiz")
    granny.phone.says("再来一题")
    await town.settle()
    assert len(polls_of(granny)) == 1


async def test_an_answer_counts_once_however_often_it_comes(town):
    granny = town.somebody("王婆婆")
    await granny.says("/quiz")
    await votes(town, granny, right=True)
    vote = {"poll_id": asked(town)[0].poll_id, "user": granny.phone.user.as_json(), "option_ids": [3],
            "option_persistent_ids": ["3"]}  # fmt: skip
    before = granny.texts
    town.telegram.updates.push("poll_answer", vote, f"user:{granny.phone.id}")
    await town.settle()
    assert granny.texts == before
    assert asked(town)[0].is_right is True


@pytest.mark.parametrize("options", [[], [0]], ids=["taken back", "of a poll nobody knows"])
async def test_votes_that_mean_nothing_change_nothing(town, options):
    granny = town.somebody("王婆婆")
    await granny.says("/quiz")
    poll_id = asked(town)[0].poll_id if not options else "12345"
    before = granny.texts
    vote = {"poll_id": poll_id, "user": granny.phone.user.as_json(), "option_ids": options,
            "option_persistent_ids": []}  # fmt: skip
    town.telegram.updates.push("poll_answer", vote, f"user:{granny.phone.id}")
    await town.settle()
    assert granny.texts == before
    assert asked(town)[0].answered_at is None
    assert (await town.machine.health())["quarantined"] == 0


async def test_an_answer_that_overtakes_the_note_of_its_poll_is_tried_again_and_counts(town, monkeypatch):
    granny = town.somebody("王婆婆")
    noted = []
    original = town.machine.postman._note_letter

    async def hold_back(*args: Any) -> None:
        noted.append(args)

    monkeypatch.setattr(town.machine.postman, "_note_letter", hold_back)
    await granny.says("/quiz")
    await votes(town, granny, right=True)
    assert asked(town) == []
    await original(*noted[0])
    _let_the_retry_come(town)
    await town.settle()
    assert asked(town)[0].is_right is True


async def test_an_answer_after_a_restart_still_counts(town, tmp_path):
    granny = town.somebody("王婆婆")
    await granny.says("/quiz")
    await restarted(town, tmp_path)
    await votes(town, granny, right=True)
    assert say.RIGHT in granny.last
    assert asked(town)[0].is_right is True


async def restarted(town: Township, folder: Path) -> None:
    url = town.database.engine.url.render_as_string(hide_password=False)
    await town.machine.stop()
    town.database = Database(url, town.database.rules)
    settings = Settings(_env_file=None, bot_token=TOKEN, data_dir=folder, database_url=url, town=TOWN_FILE)
    app = build_telegram(settings, SandboxRequest(town.telegram))
    await app.initialize()
    town.machine = build_machine(app, town.database, clock=town.clock.now, pace=Pace(lambda: 0.0, math.inf, 0.0))
    await town.machine.start()


def _let_the_retry_come(town: Township) -> None:
    town.read(lambda s: s.execute(text("update inbox set leased_until = 0 where state = 'new'")))


async def test_the_vote_of_somebody_the_question_was_forwarded_to_is_not_the_first_one_s(town):
    granny, chen = town.somebody("王婆婆"), await opened(town, "陈大哥")
    await granny.says("/quiz")
    vote = {"poll_id": asked(town)[0].poll_id, "user": chen.phone.user.as_json(), "option_ids": [0],
            "option_persistent_ids": ["0"]}  # fmt: skip
    town.telegram.updates.push("poll_answer", vote, f"user:{chen.phone.id}")
    await town.settle()
    assert asked(town)[0].answered_at is None


async def test_what_was_wrong_comes_again_after_some_days(town):
    granny = town.somebody("王婆婆")
    await granny.says("/quiz")
    wrong = await votes(town, granny, right=False)
    await granny.presses("再来一题")
    assert question_of(polls_of(granny)[-1]) != wrong
    await votes(town, granny, right=True)
    await town.passes(days=4)
    await granny.says("/quiz")
    assert question_of(polls_of(granny)[-1]) == wrong


async def test_my_numbers_are_kind_and_mine(town):
    granny = town.somebody("王婆婆")
    await granny.says("我的答题")
    assert say.NONE_YET in granny.last
    for right in (True, False):
        await granny.says("/quiz")
        await votes(town, granny, right=right)
    await granny.presses("我的答题")
    assert granny.sees("一共答了 2 题，答对 1 题；这个月答了 2 题。")
    assert granny.sees(say.WILL_COME_AGAIN)
    assert granny.sees(say.ONLY_YOU)


async def wants_daily(town: Township, name: str) -> Somebody:
    who = town.somebody(name)
    await who.says("每日一题")
    await who.presses("打开每日一题")
    assert who.sees("每日一题：开着，每天 19:00 给您发一题")
    return who


async def test_the_daily_question_comes_once_a_day_at_its_hour_to_those_who_want_it(town):
    granny, chen = await wants_daily(town, "王婆婆"), await opened(town, "陈大哥")
    await town.until(at(23, 18, 59))
    assert polls_of(granny) == []
    await town.until(at(23, 19))
    assert len(polls_of(granny)) == 1
    await town.passes(seconds=2)
    await town.passes(minutes=90)
    assert len(polls_of(granny)) == 1
    await town.until(at(24, 19, 5))
    assert len({poll.text for poll in polls_of(granny)}) == 2
    assert polls_of(chen) == []


async def test_one_tap_under_the_daily_question_ends_it(town):
    granny = await wants_daily(town, "王婆婆")
    await town.until(at(23, 19))
    await granny.presses("不要每日一题了", message=polls_of(granny)[-1])
    assert "每日一题：没开" in granny.last
    assert polls_of(granny), "the question stays"
    await town.until(at(24, 19, 5))
    assert len(polls_of(granny)) == 1


async def test_the_night_is_left_in_peace_and_a_day_that_was_missed_is_not_made_up_for(town):
    granny = await wants_daily(town, "王婆婆")
    await town.until(at(23, 21, 30))
    await town.until(at(24, 9))
    assert polls_of(granny) == []
    await town.until(at(24, 19))
    assert len(polls_of(granny)) == 1


async def test_who_asks_for_it_after_its_hour_gets_the_first_one_tomorrow(town):
    town.clock.advance(at(23, 20) - town.clock.now())
    granny = await wants_daily(town, "王婆婆")
    await town.chores()
    assert polls_of(granny) == []
    await town.until(at(24, 19))
    assert len(polls_of(granny)) == 1


async def test_who_wants_nothing_at_all_or_cannot_be_reached_gets_none(town):
    granny, chen = await wants_daily(town, "王婆婆"), await wants_daily(town, "陈大哥")
    await granny.says("退订")
    await granny.says("每日一题")
    assert granny.sees(say.DAILY_SILENT)
    chen.phone.blocks()
    await town.settle()
    await town.until(at(23, 19))
    rows = town.read(lambda s: s.exec(select(Outgoing).where(Outgoing.what == learning.DAILY)).all())
    assert rows == []
    await granny.says("恢复推送")
    await town.passes(minutes=1)
    assert len(polls_of(granny)) == 1


async def test_many_daily_questions_are_queued_some_at_a_time_and_each_once(town):
    def add(s: Session) -> None:
        for number in range(250):
            person = Person(telegram_id=5_000_000_000 + number, name=f"居民{number}", seen_at=at(23, 9))
            s.add(person)
            s.flush()
            s.add(DailyWish(person_id=person.id or 0, since=at(23, 9)))

    def queued(s: Session) -> int:
        return len(s.exec(select(Outgoing.id).where(Outgoing.what == learning.DAILY)).all())

    town.read(add)
    town.clock.advance(at(23, 19) - town.clock.now())
    await town.machine.beat()
    counts = []
    for _ in range(4):
        await town.machine.do_chores()
        counts.append(town.read(queued))
    assert counts == [100, 200, 250, 250]


async def test_a_day_s_old_question_stays_silent(town):
    granny = await wants_daily(town, "王婆婆")
    town.read(learning.queue_daily, {granny.actor.id: "basics-01"}, at(22, 19).date(), now=at(22, 19))
    await town.settle()
    assert polls_of(granny) == []


async def test_unanswered_questions_are_forgotten_in_the_end(town):
    granny = town.somebody("王婆婆")
    await granny.says("/quiz")
    await town.passes(days=61)
    assert asked(town) == []
    assert timedelta(days=60) == learning.KEPT_UNANSWERED
