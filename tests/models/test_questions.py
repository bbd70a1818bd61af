"""Questions to the reporter: one at a time, with a limit; the clock stands still meanwhile, unless it is urgent."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models import deadlines, hazards, own_data, questions
from models.base import Refused
from models.calendar import local
from models.hazards import Hazard
from models.masking import HIDDEN, masked
from models.outbox import Outgoing
from models.people import Role
from models.questions import Question
from models.rules import ZONE
from tests.models.conftest import Town, notices_to
from tests.models.test_hazards import PHOTO, rectifying, whistle


def asked(s: Session, town: Town, now: datetime, **more: Any) -> tuple[Hazard, Question]:
    """A case on which the grid worker has asked something."""
    hazard = whistle(s, town, now, **more)
    hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=now)
    return hazard, questions.ask(s, town.grid_a, hazard.id or 0, "现在还堵着吗？", now=now)


def clock(s: Session, hazard: Hazard, name: str = "verify") -> deadlines.Deadline:
    """The running clock of a case."""
    found = deadlines.running(s, "hazard", hazard.id or 0, name)
    assert found is not None
    return found


def test_a_question_stops_the_clock_and_its_answer_starts_it_again(s: Session, town: Town, now: datetime) -> None:
    hazard, question = asked(s, town, now)
    due_at = clock(s, hazard).due_at
    assert clock(s, hazard).paused_at == now
    assert question.due_at == now + timedelta(hours=48)
    assert notices_to(s, hazard.reporter_alias or "")[-1] == "question.asked"
    assert deadlines.overdue(s, now=due_at + timedelta(days=30)) == []
    later = now + timedelta(hours=5)
    questions.answer(s, town.resident, question.id or 0, words="还堵着，晚上最多", media=[PHOTO], now=later)
    assert clock(s, hazard).paused_at is None
    # Of these five hours three were office hours: that much of the period is given back, from nine to noon on Friday.
    assert clock(s, hazard).due_at == datetime(2026, 11, 27, 12, tzinfo=ZONE)
    assert (hazards.history(s, hazard)[-1].act, question.answered_at) == ("answered", later)
    assert notices_to(s, town.grid_a.id)[-1] == "hazard.answered"
    assert questions.open_question(s, hazard) is None


def test_whose_data_were_erased_cannot_be_asked_and_that_is_the_reason(s: Session, town: Town, now: datetime) -> None:
    hazard = whistle(s, town, now)
    hazards.assign(s, town.post, hazard.id or 0, town.grid_a.id, now=now)
    own_data.erase(s, town.resident, now=now)
    with pytest.raises(Refused, match="已经删除了自己的资料"):
        questions.ask(s, town.grid_a, hazard.id or 0, "现在还堵着吗？", now=now)


def test_the_case_line_reads_the_answer_as_written_but_for_numbers(s: Session, town: Town, now: datetime) -> None:
    hazard, question = asked(s, town, now)
    words = "三楼转角，找我打 138 0000 0000"
    questions.answer(s, town.resident, question.id or 0, words=words, now=now)
    row = hazards.history(s, hazard)[-1]
    assert hazards.note_of(hazard, row) == f"三楼转角，找我打 {HIDDEN}"
    assert (row.note, row.who_id, row.by) == (words, None, "reporter")


def test_neither_the_notice_nor_the_clock_tells_the_minute_of_an_anonymous_answer(
    s: Session, town: Town, now: datetime
) -> None:
    hazard, question = asked(s, town, now, privacy="anonymous", receipt="1234567890123456", evacuation=True)
    later = now + timedelta(hours=1, minutes=7, seconds=3)
    questions.answer(s, town.resident, question.id or 0, words="还堵着", now=later)
    due_at = clock(s, hazard).due_at
    assert (due_at.minute % 30, due_at.second) == (0, 0)
    to_grid = (Outgoing.what == "hazard.answered", Outgoing.person_id == town.grid_a.id)
    [told] = s.exec(select(Outgoing).where(*to_grid))
    assert timedelta(minutes=5) <= told.not_before - later <= timedelta(minutes=45)


@pytest.mark.parametrize(("text", "left"), [
    ("电话13800000000", f"电话{HIDDEN}"),
    ("座机 023-5555 0000 找我", f"座机 {HIDDEN} 找我"),
    ("身份证51000019900101000X", f"身份证{HIDDEN}"),
    ("一三八零零零零零零零零", HIDDEN),
    ("1 3 8 0 0 0 0 0 0 0 0", HIDDEN),
    ("１３８００００００００", HIDDEN),
    ("加我 @wang_popo 或 t.me/wang", f"加我 {HIDDEN} 或 {HIDDEN}"),
    ("写 a.b@example.com", f"写 {HIDDEN}"),
    ("吹2026-0001 这件，2026-11-23 10:30 在3栋2单元501", "吹2026-0001 这件，2026-11-23 10:30 在3栋2单元501"),
    ("一二楼都有，三四十辆车", "一二楼都有，三四十辆车"),
])  # fmt: skip
def test_numbers_that_lead_to_a_person_are_masked_and_others_are_not(text: str, left: str) -> None:
    assert masked(text) == left


def test_without_an_answer_the_clock_goes_on_at_the_limit_and_the_asker_is_told(
    s: Session, town: Town, now: datetime
) -> None:
    hazard, question = asked(s, town, now)
    due_at = clock(s, hazard).due_at
    assert questions.lapse(s, now=now + timedelta(hours=47)) == 0
    # The bot was away: the clock still went on at the limit, not when somebody noticed.
    assert questions.lapse(s, now=now + timedelta(hours=60)) == 1
    assert local(due_at) == datetime(2026, 11, 26, 18, tzinfo=ZONE)
    assert clock(s, hazard).due_at == datetime(2026, 11, 30, 18, tzinfo=ZONE)  # two working days later
    assert (hazards.history(s, hazard)[-1].act, hazards.history(s, hazard)[-1].who_id) == ("lapsed", None)
    assert notices_to(s, town.grid_a.id)[-1] == "hazard.lapsed"
    assert questions.lapse(s, now=now + timedelta(hours=61)) == 0
    questions.answer(s, town.resident, question.id or 0, words="还堵着", now=now + timedelta(hours=62))
    assert hazards.history(s, hazard)[-1].act == "added"
    assert hazards.note_of(hazard, hazards.history(s, hazard)[-1]) == "还堵着"
    assert question.answered_at is None
    assert notices_to(s, town.grid_a.id)[-1] == "hazard.added"


def test_the_clock_of_an_urgent_case_never_stands_still(s: Session, town: Town, now: datetime) -> None:
    hazard, question = asked(s, town, now, severity="urgent")
    due_at = clock(s, hazard).due_at
    assert clock(s, hazard).paused_at is None
    questions.answer(s, town.resident, question.id or 0, words="是", now=now + timedelta(hours=1))
    assert clock(s, hazard).due_at == due_at


def test_one_question_at_a_time_and_three_on_a_case(s: Session, town: Town, now: datetime) -> None:
    hazard, question = asked(s, town, now)
    number = hazard.id or 0
    with pytest.raises(Refused, match="还在等"):
        questions.ask(s, town.post, number, "是哪扇门？", now=now)
    for _ in range(2):
        questions.answer(s, town.resident, question.id or 0, words="是", now=now)
        question = questions.ask(s, town.post, number, "是哪扇门？", now=now)
    questions.answer(s, town.resident, question.id or 0, words="后门", now=now)
    with pytest.raises(Refused, match="问过 3 次"):
        questions.ask(s, town.post, number, "多久了？", now=now)
    assert len(questions.questions_of(s, number)) == 3


def test_who_left_only_a_receipt_cannot_be_asked_and_nobody_asks_themselves(
    s: Session, town: Town, now: datetime
) -> None:
    hazard = whistle(s, town, now, privacy="receipt", receipt="1234567890123456")
    with pytest.raises(Refused, match="只留了回执"):
        questions.ask(s, town.post, hazard.id or 0, "在哪里？", now=now)
    own = hazards.report(s, town.post, kind="A01", severity="serious", place_text="后门", detail="堵", source="staff",
                         area_id=town.id_of("east-1"), now=now)  # fmt: skip
    with pytest.raises(Refused, match="您自己报的"):
        questions.ask(s, town.post, own.id or 0, "在哪里？", now=now)
    for words in (" ", "问" * 301):
        with pytest.raises(Refused, match="一次只问一件事"):
            questions.ask(s, town.post, own.id or 0, words, now=now)


def test_nobody_but_the_reporter_answers_and_not_without_a_word(s: Session, town: Town, now: datetime) -> None:
    _, question = asked(s, town, now)
    for who in (town.grid_a, town.newcomer(s, "路人"), town.newcomer(s, "管理员", Role.ADMIN)):
        with pytest.raises(Refused, match="没有找到"):
            questions.answer(s, who, question.id or 0, words="是", now=now)
    with pytest.raises(Refused, match="没有找到"):
        questions.answer(s, town.resident, 999, words="是", now=now)
    with pytest.raises(Refused, match="没有收到答复"):
        questions.answer(s, town.resident, question.id or 0, words=" ", now=now)
    assert [found.id for found, _ in questions.open_to(s, town.resident)] == [question.id]
    assert questions.open_to(s, town.grid_a) == []


def test_when_the_case_has_ended_its_question_is_closed_without_a_word(s: Session, town: Town, now: datetime) -> None:
    hazard, question = asked(s, town, now)
    hazards.reject(s, town.grid_a, hazard.id or 0, note="看过，通的", now=now)
    before = len(hazards.history(s, hazard))
    assert questions.open_to(s, town.resident) == []
    with pytest.raises(Refused, match="已经办完"):
        questions.answer(s, town.resident, question.id or 0, words="还堵着", now=now)
    assert questions.lapse(s, now=now) == 0
    assert question.lapsed_at == now
    assert len(hazards.history(s, hazard)) == before


def test_an_answer_after_the_next_step_leaves_the_new_clock_alone(s: Session, town: Town, now: datetime) -> None:
    hazard, question = asked(s, town, now)
    rectifying(s, town, hazard, now)
    due_at = clock(s, hazard, "rectify").due_at
    questions.answer(s, town.resident, question.id or 0, words="后门", now=now + timedelta(hours=3))
    assert clock(s, hazard, "rectify").due_at == due_at
