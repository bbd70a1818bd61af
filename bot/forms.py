"""Forms: an ordered list of questions, and the pure engine that asks for the first missing answer.

*Back* removes the last answer, *edit* removes that answer, a *branch* is a field's `when`, *prefill* starts with
answers, *review* means that nothing is missing, and a *restart* just reads the state again. No Telegram, no SQL.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from bot.cards import Text
from bot.fields import Answers, Field, NotUnderstood, Photos, Place, Said, Several

LONGEST = 4096
NO_PICTURES = "这一步不收照片、视频和语音，请打字回答。"


@dataclass(frozen=True, slots=True)
class Form:
    """A paper form: its questions in order, what handing it in does, and where loose remarks go (`extra`).

    `submit(context, answers)` hands it in and returns the card that takes the form's place, or Further. `review` says
    whether the answers are shown before; a function says it by the answers.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    submit: Callable[..., Any]
    extra: str = ""
    review: bool | Callable[[Answers], bool] = True
    submit_label: str = "提交"
    remark: Callable[[Answers], str | Text] | None = None

    def reviews(self, answers: Answers) -> bool:
        """Say whether these answers are shown before the form is handed in."""
        return self.review if isinstance(self.review, bool) else self.review(answers)

    def field(self, key: str) -> Field:
        """Return the question with this key; raise KeyError when the form has none."""
        found = next((f for f in self.fields if f.key == key), None)
        if found is None:
            raise KeyError(key)
        return found


@dataclass(frozen=True, slots=True)
class Further:
    """What handing in may return instead of a card: answers (None: none any more) with which a question comes up."""

    answers: Answers


@dataclass(frozen=True, slots=True)
class State:
    """Where somebody stands: `trail` lists the answered questions in order, `before` holds an answer being edited.

    The answer is None when the question had been skipped.
    """

    answers: Answers = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()
    gathering: str = ""
    before: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the state as it is kept in a draft."""
        return {"answers": self.answers, "skipped": list(self.skipped), "trail": list(self.trail),
                "gathering": self.gathering, "before": self.before}  # fmt: skip

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "State":
        """Return the state of a kept draft."""
        return cls(kept["answers"], tuple(kept["skipped"]), tuple(kept["trail"]), kept["gathering"], kept["before"])


def begin(prefill: Answers | None = None) -> State:
    """Return the first state; prefilled answers of unknown questions are kept for `submit`."""
    return State(answers={key: value for key, value in (prefill or {}).items() if value not in (None, "", [])})


def asked(form: Form, state: State) -> list[Field]:
    """Return the questions that apply to the answers so far."""
    return [f for f in form.fields if f.when is None or f.when(state.answers)]


def current(form: Form, state: State) -> Field | None:
    """Return the question to ask now; None means that the form is complete."""
    for f in asked(form, state):
        if f.key == state.gathering or (f.key not in state.answers and f.key not in state.skipped):
            return f
    return None


def progress(form: Form, state: State) -> tuple[int, int]:
    """Return the number of the question asked now and how many there are."""
    fields = asked(form, state)
    now = current(form, state)
    return (fields.index(now) + 1 if now else len(fields)), len(fields)


def answer(form: Form, state: State, said: Said) -> tuple[State, str]:
    """Take what was said; return the new state and a remark ("" when none). Nothing that was sent gets lost.

    Pictures and locations go to the question they belong to, whatever is being asked. Raises NotUnderstood.
    """
    now = current(form, state)
    if said.media and not any(isinstance(f, Photos) for f in form.fields):
        return _without_pictures(form, state, said)
    stray = _stray(form, state, said, now)
    if stray is not None:
        return stray
    if now is None:
        return _remark(form, state, said)
    value = now.read(said, state.answers)
    known = {f.key for f in form.fields} & {*state.answers, *state.skipped, now.key}
    also = {key: told for key, told in now.told(said, state.answers).items() if key not in known}
    state = replace(state, answers={**state.answers, **also})
    if now.gathers and not now.is_enough(value):
        taken = _with(state, now.key, value, gathering=now.key)
        return _noted(form, taken, said.text), _count(now, value)
    return _with(state, now.key, value), ""


def _without_pictures(form: Form, state: State, said: Said) -> tuple[State, str]:
    # Without a review the answer may hand the form in at once, and nobody would read that the picture was left out.
    if not form.reviews(state.answers) or not said.text.strip():
        raise NotUnderstood(NO_PICTURES)
    state, remark = answer(form, state, replace(said, media=()))
    return state, NO_PICTURES + remark


def _stray(form: Form, state: State, said: Said, now: Field | None) -> tuple[State, str] | None:
    kind = Photos if said.media else Place if said.location else None
    if kind and isinstance(now, kind):
        return None
    target = next((f for f in asked(form, state) if kind and isinstance(f, kind) and f.takes_strays), None)
    if target is None or target is now:
        return None
    value = target.read(replace(said, text=""), state.answers)
    moved = replace(state, answers={**state.answers, target.key: value})
    remark = _count(target, value) if said.media else "定位收到了。"
    if not said.text.strip():
        return moved, remark
    try:
        moved, more = answer(form, moved, Said(text=said.text, today=said.today))
    except NotUnderstood as problem:
        more = str(problem)
    return moved, remark + more


def _remark(form: Form, state: State, said: Said) -> tuple[State, str]:
    if not form.extra or not said.text.strip():
        raise NotUnderstood("这份表已经填好了。请点「提交」，或者点要修改的那一项。")
    if len(str(state.answers.get(form.extra) or "")) + len(said.text) >= LONGEST:
        raise NotUnderstood("说明写不下了。请先提交，再把其余的补充进来。")
    return _noted(form, state, said.text), "已补充到说明里。"


def _noted(form: Form, state: State, words: str) -> State:
    if not form.extra or not words.strip():
        return state
    old = str(state.answers.get(form.extra) or "")
    return replace(state, answers={**state.answers, form.extra: f"{old}\n{words.strip()}".strip()[:LONGEST]})


def _with(state: State, key: str, value: Any, gathering: str = "") -> State:
    trail = (*(k for k in state.trail if k != key), key)
    skipped = tuple(k for k in state.skipped if k != key)
    return State({**state.answers, key: value}, skipped, trail, gathering, {})


def _count(target: Field, value: Any) -> str:
    return target.heard(value)


def told(form: Form, state: State, known: Answers, remark: str = "") -> State:
    """Take what is known beside the question that is asked: answers that are missing, and words for the remarks."""
    missing = {f.key for f in form.fields} - {*state.answers, *state.skipped}
    filled = {key: value for key, value in known.items() if key in missing}
    return _noted(form, replace(state, answers={**state.answers, **filled}), remark)


def further(state: State, more: Further) -> State:
    """Return the state with what handing in has brought up."""
    answers = {key: value for key, value in {**state.answers, **more.answers}.items() if value is not None}
    return replace(state, answers=answers)


def final(form: Form, state: State) -> Answers:
    """Return the answers to hand in: without those to questions that no longer apply."""
    moot = {f.key for f in form.fields} - {f.key for f in asked(form, state)} - {form.extra}
    return {key: value for key, value in state.answers.items() if key not in moot}


def gathered(state: State) -> State:
    """The person says that these were all the pictures."""
    return replace(state, gathering="")


def skip(form: Form, state: State) -> State:
    """Leave the question out; raise NotUnderstood when it is needed."""
    now = current(form, state)
    if now is None or not now.optional:
        raise NotUnderstood("这一项需要填。不清楚的话，写个大概也可以。")
    kept = {key: value for key, value in state.answers.items() if key != now.key or state.gathering == now.key}
    return State(kept, (*state.skipped, now.key), (*(k for k in state.trail if k != now.key), now.key))


def reopen(form: Form, state: State) -> State | None:
    """Go back to a list that was ticked last, with its ticks; None when the last answer was something else."""
    key = state.trail[-1] if state.trail and not state.before else ""
    if not key or key == state.gathering or not isinstance(form.field(key), Several):
        return None
    return replace(state, trail=state.trail[:-1], gathering=key)


def back(state: State) -> State | None:
    """Undo the last answer, or leave an edit as it was; None when there is nothing before."""
    if state.before:
        key, old = next(iter(state.before.items()))
        if old is None:
            return replace(state, skipped=(*state.skipped, key), before={}, gathering="")
        return replace(state, answers={**state.answers, key: old}, before={}, gathering="")
    if not state.trail:
        return None
    key = state.trail[-1]
    answers = {k: v for k, v in state.answers.items() if k != key}
    return State(answers, tuple(k for k in state.skipped if k != key), state.trail[:-1])


def edit(form: Form, state: State, key: str) -> State:
    """Ask one question again; its old answer comes back when the person goes back."""
    target = form.field(key)
    old = {key: state.answers.get(key)}
    answers = {k: v for k, v in state.answers.items() if k != key or isinstance(target, Several)}
    skipped = tuple(k for k in state.skipped if k != key)
    return State(answers, skipped, state.trail, key if target.gathers else "", old)
