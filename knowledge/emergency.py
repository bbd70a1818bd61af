"""The fire-now guard: is something burning, smoking, leaking or somebody trapped at this moment, in these words?

First the signs (`guard.toml`: what is said of what), then everything that could explain a sign away (`cues.toml`), then
the doubt: a plain statement that names fire, smoke, gas or people in need, unexplained, is taken at its word.
A card shown for nothing costs a glance; a missed fire costs a house: so what is left in doubt ends in an alarm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from knowledge.clauses import Sentence, sentences
from knowledge.guard import Sign, guard_words, rules

GENERAL_CARD = "card-119"

JUST_BEFORE = 8
NEAR_BEFORE, NEAR_AFTER = 9, 4
ASPECT_AFTER = 3  # 着火｜了, 烟｜好大

OF_BURNING = {"event", "fire", "flames", "burning", "other", "smoke", "spark", "glow"}
OFTEN_HARMLESS = {"smoke", "spark", "gas", "smell", "breath", "heat"}
BYGONE = ("drill", "talk", "past", "law")
EXPLAINED = (*BYGONE, "theory", "asked", "supposed", "hearsay", "habit", "patrol", "figure", "advice")
UNCERTAIN = ("asked_weakly", "supposed_softly")


def is_emergency(text: str) -> bool:
    """Whether the words say that there is fire, smoke, leaking gas or a trapped person now; doubts count as yes."""
    said = guard_words(text)
    settled = max((found.end() for found in rules().cues["over"].finditer(said)), default=0)
    is_quiz = bool(rules().cues["quiz"].search(said))
    return any(_is_alarming(_Heard(sentence, is_quiz), settled - sentence.start) for sentence in sentences(said))


def is_over(text: str) -> bool:
    """Whether the words say that a fire is out, or that there was none: 没事了,扑灭了."""
    return bool(rules().cues["over"].search(guard_words(text))) and not is_emergency(text)


def card_for(text: str) -> str:
    """The id of the emergency card that fits the words best; the general 119 card when none does."""
    said = guard_words(text)
    return next((card for card, pattern in rules().cards if pattern.search(said)), GENERAL_CARD)


@dataclass(frozen=True)
class _Heard:
    """A sentence and what has been looked up in it, so that no cue is looked for twice in the same words."""

    sentence: Sentence
    is_quiz: bool  # of the whole message: the question often stands in another sentence than the fire
    known: dict[tuple[str, str], bool] = field(default_factory=dict)

    def has(self, cue: str, part: str | None = None) -> bool:
        """Whether the cue stands in `part`, a piece of the sentence, or in all of it."""
        said = self.sentence.text if part is None else part
        key = (cue, said)
        if key not in self.known:
            self.known[key] = bool(rules().cues[cue].search(said))
        return self.known[key]


@dataclass(frozen=True)
class _Finding:
    """One sign in a sentence, with the text around it; `before` starts with the clause, `after` is the sentence's."""

    sign: Sign
    text: str
    start: int
    end: int
    before: str
    after: str
    clause: str


def _is_alarming(heard: _Heard, settled: int) -> bool:
    """`settled` is where in this sentence the last word of an end (扑灭了) stands; what is told before it is over."""
    if any(finding.end > settled and _stands(heard, finding) for finding in _findings(heard.sentence)):
        return True
    return settled <= 0 and _is_plainly_told(heard)


def _is_plainly_told(heard: _Heard) -> bool:
    """Whether fire, smoke, gas, a blast or somebody in need is named in a statement that nothing explains away."""
    if heard.is_quiz or any(map(heard.has, EXPLAINED)) or (heard.has("tended") and not heard.has("loose")):
        return False
    if any(map(heard.has, UNCERTAIN)) and not heard.has("urgent"):
        return False
    text = rules().harmless.sub(".", heard.sentence.text)
    return any(_is_plain(heard, text, found) for found in rules().plain.finditer(text))


def _is_plain(heard: _Heard, text: str, found: re.Match[str]) -> bool:
    """Whether the word is not denied, not part of a noun and, where a hazard is told, not what would come of it."""
    cues = rules().cues
    after = text[found.end() :]
    if cues["denied"].search(text[: found.start()]) or cues["noun"].match(after):
        return False
    if not heard.has("hazard") and not heard.has("harm"):
        return True
    return bool(cues["vivid_after"].search(found[0] + after[:ASPECT_AFTER])) and not cues["consequence"].match(after)


def _findings(sentence: Sentence) -> Iterator[_Finding]:
    text = sentence.text
    for sign in rules().signs:
        if not sign.key.search(text) or (sign.about and not sign.about.search(text)):
            continue
        for found in sign.says.finditer(text):
            start, end = found.span()
            clause = sentence.clause_at(start)
            near_end = min(end + NEAR_AFTER, max(clause.end, end))
            if not sign.unless.search(text[max(clause.start, start - NEAR_BEFORE) : near_end]):
                yield _Finding(sign, found[0], start, end, text[clause.start : start], text[end:], clause.text)


def _stands(heard: _Heard, finding: _Finding) -> bool:
    """Whether this sign survives everything that could explain it away, the surest explanations first."""
    if _is_denied(finding) or _is_tended(heard, finding) or _is_supposed(heard, finding):
        return False
    if (heard.is_quiz or heard.has("theory")) and not heard.has("own"):
        return False
    if heard.has("urgent") or heard.has("now", finding.before):
        return True
    if any(map(heard.has, BYGONE)) or (heard.has("hearsay") and not heard.has("own")):
        return False
    if heard.has("habit") and finding.sign.name in OFTEN_HARMLESS:
        return False
    return not (_is_feared(heard, finding) or _is_only_asked(heard, finding))


def _is_denied(finding: _Finding) -> bool:
    cues = rules().cues
    just_before = finding.before[-JUST_BEFORE:]
    if cues["denied"].search(just_before) or cues["noun"].match(finding.after):
        return True
    return bool(cues["caused"].search(just_before)) and not _is_vivid(finding)


def _is_tended(heard: _Heard, finding: _Finding) -> bool:
    """Smoke and flames of something that people burn on purpose, and that has not got away from them."""
    return finding.sign.name in OF_BURNING and heard.has("tended") and not heard.has("loose")


def _is_supposed(heard: _Heard, finding: _Finding) -> bool:
    told_before = heard.sentence.text[: finding.start]
    if heard.has("asked") and not heard.has("urgent") and heard.has("supposed_softly", told_before):
        return True
    if not heard.has("supposed", told_before):
        return False
    is_cried = heard.has("urgent", finding.clause) or heard.has("now", finding.clause)
    return heard.has("supposed", finding.before) or not is_cried


def _is_feared(heard: _Heard, finding: _Finding) -> bool:
    """A hazard told with what would come of it: 楼道堆满了,着火了跑都跑不脱; 后门锁起的,起火人都跑不出去."""
    what_comes = finding.after
    if finding.text[:1] == "火" and finding.text[1:2] != "了" and finding.before.endswith(("起", "着")):
        what_comes = finding.text[1:] + what_comes
    if not rules().cues["consequence"].match(what_comes):
        return False
    return heard.has("hazard", heard.sentence.text[: finding.start])


def _is_only_asked(heard: _Heard, finding: _Finding) -> bool:
    """A question about what to know; asked of one's own house with the thing begun, it is a cry for help."""
    if heard.has("intense", finding.before[-JUST_BEFORE:] + finding.text):
        return False
    if finding.before and "," in finding.after and heard.has("for_oneself", finding.after):
        return False
    unknown = rules().cues["unknown"]
    if heard.has("asked", unknown.sub("", finding.clause)):
        return not (_is_vivid(finding) and heard.has("own"))
    is_asked = heard.has("asked", unknown.sub("", heard.sentence.text)) or heard.has("asked_weakly")
    return is_asked and not _is_vivid(finding)


def _is_vivid(finding: _Finding) -> bool:
    """Whether the thing is said to have begun or to go on."""
    cues = rules().cues
    said = finding.text + finding.after[:ASPECT_AFTER]
    return bool(cues["vivid_before"].search(finding.before) or cues["vivid_after"].search(said))
