"""Polls and quizzes: sending, voting, closing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.errors import bad_request
from sandbox.keyboards import inline_only, markup_of
from sandbox.messages import deliver, replied, writable_chat
from sandbox.params import JSON, Params
from sandbox.registry import bot_method
from sandbox.rooms import Message, User
from sandbox.texts import short_text
from sandbox.utf16 import units

if TYPE_CHECKING:
    from sandbox.telegram import Telegram

QUESTION_LIMIT = 300
OPTION_LIMIT = 100
MOST_OPTIONS = 12
EXPLANATION_LIMIT = 200
LONGEST_OPEN = 2_628_000


@dataclass(eq=False)
class Poll:
    """A poll in a chat: what the bot asked, and who chose what."""

    id: str
    question: JSON
    options: list[JSON]
    quiz: bool
    anonymous: bool
    multiple: bool
    correct: list[int]
    explanation: JSON
    closes_at: int | None
    open_period: int | None
    closed: bool = False
    votes: dict[int, list[int]] = field(default_factory=dict)
    message: Message | None = None

    def counts(self) -> list[int]:
        """Voters per option."""
        return [sum(number in chosen for chosen in self.votes.values()) for number in range(len(self.options))]

    def as_json(self) -> JSON:
        """As the Bot API shows it to the bot that asked."""
        options = [
            {**option, "voter_count": count, "persistent_id": str(number)}
            for number, (option, count) in enumerate(zip(self.options, self.counts(), strict=True))
        ]
        shown: JSON = {
            "id": self.id, **self.question, "options": options, "total_voter_count": len(self.votes),
            "is_closed": self.closed, "is_anonymous": self.anonymous, "type": "quiz" if self.quiz else "regular",
            "allows_multiple_answers": self.multiple, "allows_revoting": not self.quiz, "members_only": False,
            **self.explanation,
        }  # fmt: skip
        if self.quiz:
            shown["correct_option_ids"] = self.correct
        if self.closes_at:
            shown["close_date"] = self.closes_at
        if self.open_period:
            shown["open_period"] = self.open_period
        return shown


@bot_method
def send_poll(tg: Telegram, p: Params) -> JSON:
    """sendPoll, regular or quiz."""
    poll = _asked(tg, p)
    chat = writable_chat(tg, p)
    markup, reply = markup_of(p), replied(chat, p)
    tg.flood.check(chat, tg.clock.now().timestamp)
    poll.message = deliver(tg, chat, {"poll": poll.as_json()} | reply, markup, p)
    tg.polls[poll.id] = poll
    return poll.message.data


def _asked(tg: Telegram, p: Params) -> Poll:
    question, entities = short_text(p, "question")
    if not question:
        raise bad_request("poll question must be non-empty")
    if units(question) > QUESTION_LIMIT:
        raise bad_request(f"poll question length must not exceed {QUESTION_LIMIT}")
    options = [_option(option) for option in p.items("options")]
    if len(options) < 2:
        raise bad_request("poll must have at least 2 option")
    if len(options) > MOST_OPTIONS:
        raise bad_request(f"poll can't have more than {MOST_OPTIONS} options")
    kind = p.text("type", "regular")
    if kind not in {"regular", "quiz"}:
        raise bad_request("unsupported poll type specified")
    quiz = kind == "quiz"
    period, closes_at = _closing(tg, p)
    return Poll(
        id=tg.next_id(),
        question={"question": question} | ({"question_entities": entities} if entities else {}),
        options=options,
        quiz=quiz,
        anonymous=p.flag("is_anonymous", default=True),
        multiple=p.flag("allows_multiple_answers"),
        correct=_correct(p, len(options)) if quiz else [],
        explanation=_explanation(p) if quiz else {},
        closes_at=closes_at,
        open_period=period,
        closed=p.flag("is_closed"),
    )


def _option(option: Any) -> JSON:
    p = Params(option if isinstance(option, dict) else {"text": str(option)})
    text, entities = short_text(p, "text")
    if not text:
        raise bad_request("poll options must be non-empty")
    if units(text) > OPTION_LIMIT:
        raise bad_request(f"poll options length must not exceed {OPTION_LIMIT}")
    return {"text": text} | ({"text_entities": entities} if entities else {})


def _correct(p: Params, options: int) -> list[int]:
    given = p.items("correct_option_ids") or ([p.integer("correct_option_id")] if p.has("correct_option_id") else [])
    if not given or not all(isinstance(number, int) and 0 <= number < options for number in given):
        raise bad_request("wrong correct option ID specified")
    return sorted(given)


def _explanation(p: Params) -> JSON:
    text, entities = short_text(p, "explanation")
    if units(text) > EXPLANATION_LIMIT or text.count("\n") > 2:
        raise bad_request("explanation is too long" if units(text) > EXPLANATION_LIMIT else "too many line feeds")
    if not text:
        return {}
    return {"explanation": text} | ({"explanation_entities": entities} if entities else {})


def _closing(tg: Telegram, p: Params) -> tuple[int | None, int | None]:
    now = tg.clock.timestamp()
    if period := p.integer("open_period"):
        if not 5 <= period <= LONGEST_OPEN:
            raise bad_request("wrong open_period specified")
        return period, now + period
    if date := p.integer("close_date"):
        if not 5 <= date - now <= LONGEST_OPEN:
            raise bad_request("wrong close_date specified")
        return None, date
    return None, None


@bot_method
def stop_poll(tg: Telegram, p: Params) -> JSON:
    """stopPoll: gives the final Poll JSON."""
    chat = writable_chat(tg, p)
    message = chat.find(p.integer("message_id"))
    if message is None or "poll" not in message.data:
        raise bad_request("message with poll to stop not found")
    poll = tg.polls[message.data["poll"]["id"]]
    if poll.closed:
        raise bad_request("poll has already been closed")
    poll.closed = True
    _refresh(tg, poll)
    markup = inline_only(p)
    message.data = {k: v for k, v in message.data.items() if k != "reply_markup"}
    message.data |= {"reply_markup": markup} if markup else {}
    return poll.as_json()


def close_due(tg: Telegram) -> None:
    """Close the polls whose time has come and tell the bot."""
    now = tg.clock.timestamp()
    for poll in tg.polls.values():
        if not poll.closed and poll.closes_at is not None and poll.closes_at <= now:
            poll.closed = True
            _refresh(tg, poll)
            tg.updates.push("poll", poll.as_json(), f"poll:{poll.id}")


def vote(tg: Telegram, poll: Poll, voter: User, options: list[int]) -> None:
    """A person votes, or takes the vote back with an empty list. Raises AssertionError when that is not possible."""
    close_due(tg)
    assert not poll.closed, "the poll is closed"
    assert all(0 <= number < len(poll.options) for number in options), f"the poll has no option {options}"
    assert poll.multiple or len(options) <= 1, "the poll takes one answer"
    assert not (poll.quiz and voter.id in poll.votes), "a quiz is answered once"
    if options:
        poll.votes[voter.id] = sorted(options)
    else:
        poll.votes.pop(voter.id, None)
    _refresh(tg, poll)
    tg.updates.push("poll", poll.as_json(), f"poll:{poll.id}")
    if not poll.anonymous:
        answer = {"poll_id": poll.id, "user": voter.as_json(), "option_ids": sorted(options),
                  "option_persistent_ids": [str(number) for number in sorted(options)]}  # fmt: skip
        tg.updates.push("poll_answer", answer, f"user:{voter.id}")


def _refresh(tg: Telegram, poll: Poll) -> None:
    if poll.message is not None:
        poll.message.data = poll.message.data | {"poll": poll.as_json()}
        tg.touch(poll.message.chat, poll.message)
