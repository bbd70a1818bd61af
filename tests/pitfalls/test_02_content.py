"""Pitfall 2: content silently lost. Whatever Telegram can carry, at each step of the report, is kept or answered."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlmodel import Session, select

from models.drafts import Draft
from models.people import Person
from sandbox.params import UploadedFile
from tests.town import Somebody, Township

HUGE = 21 * 1024 * 1024
SPOT = {"latitude": 29.9, "longitude": 107.7}
POLL = {
    "id": "1", "question": "去不去？", "total_voter_count": 0, "is_closed": False, "is_anonymous": True,
    "type": "regular", "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
    "options": [{"text": word, "voter_count": 0, "persistent_id": word} for word in ("去", "不去")],
}  # fmt: skip
Deed = Callable[[Somebody], Awaitable[None]]


def writes(content: dict[str, Any]) -> Deed:
    """Return the sending of a message that has no verb of its own on the phone."""

    async def deed(who: Somebody) -> None:
        who.phone.writes(content)
        await who.town.settle()

    return deed


def films(kind: str, name: str, mime: str) -> Deed:
    """Return the sending of a file that Telegram shows in its own way."""

    async def deed(who: Somebody) -> None:
        who.phone._sends_file(kind, None, UploadedFile(name, b"ftypmp42", mime), None, duration=3)
        await who.town.settle()

    return deed


async def edits(who: Somebody) -> None:
    """Change the own first message."""
    first = next((message for message in who.phone.screen if message.from_me), None)
    who.phone.edits((first or who.phone.says("楼道堵了")).id, "改一下")
    await who.town.settle()


async def forwards_photo(who: Somebody) -> None:
    """Pass on a picture of somebody else."""
    file = who.town.telegram.files.keep("photo", UploadedFile("", who.phone._picture()))
    from sandbox.media import file_content

    origin = {"type": "hidden_user", "sender_user_name": "热心群众", "date": 1_795_000_000}
    who.phone.writes(file_content(file) | {"forward_origin": origin})
    await who.town.settle()


MEDIA: dict[str, tuple[Deed, int]] = {
    "photo": (lambda who: who.sends("photo"), 1),
    "photo of 21 MB": (lambda who: who.sends("photo", size=HUGE), 1),
    "forwarded photo": (forwards_photo, 1),
    "album": (lambda who: who.sends("album", 5), 5),
    "video": (lambda who: who.sends("video"), 1),
    "round video": (lambda who: who.sends("video_note"), 1),
    "voice": (lambda who: who.sends("voice"), 1),
}
PLACES: dict[str, Deed] = {
    "location": lambda who: who.sends("location"),
    "venue": lambda who: who.sends("venue", "老粮站"),
}
OTHERS: dict[str, Deed] = {
    "sticker": lambda who: who.sends("sticker"),
    "contact": lambda who: who.sends("contact"),
    "file": lambda who: who.sends("document"),
    "file of 21 MB": lambda who: who.sends("document", size=HUGE),
    "animation": films("animation", "a.mp4", "video/mp4"),
    "music": films("audio", "a.mp3", "audio/mpeg"),
    "poll": writes({"poll": POLL}),
    "dice": writes({"dice": {"emoji": "🎲", "value": 3}}),
    "emoji": lambda who: who.says("😀🔥👍"),
    "edited": edits,
}
STEPS: dict[str, tuple[str, ...]] = {
    "no form": (),
    "kind": ("上报隐患",),
    "place": ("上报隐患", "其他"),
    "detail": ("上报隐患", "其他", "青石村二组"),
    "photos": ("上报隐患", "其他", "青石村二组", "楼道堵了"),
    "summary": ("上报隐患", "其他", "青石村二组", "楼道堵了", "跳过"),
}


async def stands_at(town: Township, step: str, what: str) -> Somebody:
    """Return somebody new who has come as far as this step."""
    who = town.somebody(f"{step} {what}")
    for words in STEPS[step]:
        await who.says(words)
    return who


def answers(town: Township, who: Somebody) -> dict[str, Any]:
    """Return what the open form of somebody holds."""

    def find(s: Session) -> dict[str, Any]:
        person = s.exec(select(Person.id).where(Person.telegram_id == who.phone.id)).first()
        draft = s.exec(select(Draft).where(Draft.person_id == person)).first()
        return dict(draft.state["answers"]) if draft is not None else {}

    return town.read(find)


def heard(who: Somebody) -> list[str]:
    """Return what the bot shows now; an edited card counts as an answer as well."""
    return [message.text for message in who.phone.screen if message.from_bot]


@pytest.mark.parametrize("what", MEDIA)
async def test_pictures_films_and_voices_are_kept_at_every_step(town: Township, what: str) -> None:
    deed, count = MEDIA[what]
    for step in STEPS:
        who = await stands_at(town, step, what)
        before, shown = answers(town, who), heard(who)
        await deed(who)
        after = answers(town, who)
        assert len(after["photos"]) == count, step
        assert before.items() <= after.items(), step
        assert heard(who) != shown, step
        assert len(heard(who)) <= len(shown) + 1, (step, "one card counts")


@pytest.mark.parametrize("what", PLACES)
async def test_a_point_on_the_map_is_kept_at_every_step(town: Township, what: str) -> None:
    for step in STEPS:
        who = await stands_at(town, step, what)
        before, shown = answers(town, who), heard(who)
        await PLACES[what](who)
        after = answers(town, who)
        assert after["place"]["latitude"] is not None, step
        assert after["place"]["text"] == before.get("place", {}).get("text", after["place"]["text"]), step
        assert {key: value for key, value in before.items() if key != "place"}.items() <= after.items(), step
        assert heard(who) != shown, step


@pytest.mark.parametrize("what", OTHERS)
async def test_everything_else_gets_an_answer_and_leaves_the_form_as_it_was(town: Township, what: str) -> None:
    for step in STEPS:
        who = await stands_at(town, step, what)
        before, shown = answers(town, who), heard(who)
        await OTHERS[what](who)
        assert len(heard(who)) == len(shown) + (2 if (what, step) == ("edited", "no form") else 1), step
        is_remark = (what, step) == ("emoji", "summary")  # whatever is written there is added to the words
        assert step == "no form" or is_remark or answers(town, who) == before, step


@pytest.mark.parametrize("step", [step for step in STEPS if step != "no form"])
async def test_after_all_of_it_the_report_is_handed_in_whole(town: Township, step: str) -> None:
    who = await stands_at(town, step, "alles")
    for deed in (*OTHERS.values(), *(deed for deed, _ in MEDIA.values()), *PLACES.values()):
        await deed(who)
    for words in (*STEPS["summary"][len(STEPS[step]) :], "发完了"):
        await who.says(words)
    assert "10 份" in "".join(who.texts)
    await who.says("提交")
    assert who.sees("收到了")
