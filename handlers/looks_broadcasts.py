"""How a broadcast looks to those who write, approve and stop it."""

from datetime import datetime

from sqlmodel import Session

from bot.cards import Button, Card, Text, bold, card, lines, quote
from bot.notices import Render
from handlers import composing, tips
from handlers.say import push as say
from models import audiences, broadcasts, deliveries
from models.broadcasts import EDITABLE, OPEN, STAGE_NAMES, Broadcast, Kind, Stage
from models.calendar import day_and_hour, local
from models.outbox import Outgoing
from models.people import Actor, Can, Person, actor_of
from models.rules import rules_of

BAR = 10
APPROVED = (Stage.SCHEDULED, Stage.SENDING, Stage.DONE)
WAITS = (Stage.DRAFT, Stage.RETURNED, Stage.WAITING, Stage.SCHEDULED)


NEXT = {
    Stage.DRAFT: say.NEXT_DRAFT,
    Stage.RETURNED: say.NEXT_DRAFT,
    Stage.WAITING: say.NEXT_WAITING,
    Stage.SCHEDULED: say.NEXT_SCHEDULED,
    Stage.SENDING: say.NEXT_SENDING,
}


def broadcast_card(s: Session, who: Actor, found: Broadcast, now: datetime) -> Card:
    """Return a broadcast as its officers see it: its words, where it stands, whom it reaches, what can be done."""
    stage = Stage(found.stage)
    plan = _plan(s, found, now) if stage in WAITS else ()
    return card(
        bold(tips.headline(found)), found.text, say.WITH_PICTURE if found.media_file else None,
        "", say.STAGE + bold(STAGE_NAMES[stage]), *plan, _how_far(s, found, now),
        say.REASON.format(reason=found.reason) if found.reason else None, NEXT.get(stage),
        buttons=_ways(s, who, found),
    )  # fmt: skip


def _plan(s: Session, found: Broadcast, now: datetime) -> tuple[str, str]:
    """Say how many it is for and when it leaves."""
    people, groups = audiences.count(s, found.to, found.topic)
    reached = say.REACHES.format(people=people, groups=groups, whom=composing.whom(s, found))
    leaves = broadcasts.leaves_at(s, found, now)
    at = say.AT_ONCE if leaves <= now else day_and_hour(leaves)
    until = say.UNTIL.format(until=day_and_hour(found.until)) if found.until else ""
    return reached, say.WHEN.format(at=at) + until


def _how_far(s: Session, found: Broadcast, now: datetime) -> Text | None:
    if found.stage not in (Stage.SENDING, Stage.DONE, Stage.CANCELLED) or not found.audience:
        return None
    far = deliveries.progress(s, found)
    full = round(far.share * BAR)
    return lines(
        "▓" * full + "░" * (BAR - full) + f" {far.share:.0%}" if found.stage != Stage.CANCELLED else None,
        say.PUSH_PROGRESS.format(sent=far.delivered, total=far.audience),
        say.PUSH_WAITING.format(count=far.waiting) if far.waiting else None,
        say.PUSH_FAILED.format(count=far.failed) if far.failed else None,
        say.PUSH_DOUBT.format(count=far.uncertain) if far.uncertain else None,
        say.PUSH_STOPPED.format(count=far.stopped) if far.stopped else None,
        say.PUSH_AS_OF.format(clock=f"{local(now):%H:%M:%S}"),
    )


def _ways(s: Session, who: Actor, found: Broadcast) -> list[list[Button]]:
    stage, args = Stage(found.stage), {"id": found.id}
    writes, approves = who.reaches(Can.BROADCAST, found.to.path), who.reaches(Can.APPROVE, found.to.path)
    if stage in EDITABLE:
        return _draft_ways(found, need_two=rules_of(s).broadcasts_need_two) if writes else []
    rows: list[list[Button]] = []
    if stage is Stage.WAITING and approves and who.id != found.author_id:
        rows.append(_decisions(found))
    if stage is Stage.WAITING and writes:
        rows.append([Button(say.EDIT, "push.edit", args, once=False)])
    if stage in OPEN:
        label = say.STOP if stage is Stage.SENDING else say.CALL_OFF
        rows.append([Button(label, "push.cancel", args), Button(say.REFRESH, "push.open", args, once=False)])
        return [*rows, _papers(found)] if writes else rows
    return _ended_ways(found) if writes else []


def _draft_ways(found: Broadcast, *, need_two: bool) -> list[list[Button]]:
    args = {"id": found.id}
    label = say.SUBMIT if need_two else say.PUSH_SUBMIT
    return [[Button(say.TRY, "push.try", args, once=False), Button(label, "push.submit", args)],
            [Button(say.EDIT, "push.edit", args, once=False), Button(say.DISCARD, "push.cancel", args)]]  # fmt: skip


def _decisions(found: Broadcast) -> list[Button]:
    seen = {"id": found.id, "edition": found.edition}
    return [Button(say.APPROVE, "push.approve", seen), Button(say.GIVE_BACK, "push.return", seen, once=False)]


def _ended_ways(found: Broadcast) -> list[list[Button]]:
    args = {"id": found.id}
    listed = [Button(say.DOUBTS, "push.doubts", args, once=False)] if found.uncertain else []
    return [[*listed, Button(say.AGAIN, "push.again", args, once=False)], _papers(found)]


def _papers(found: Broadcast) -> list[Button]:
    # The words of a quiz carry its answer, and nothing is printed in the town's name that nobody has approved.
    if found.kind == Kind.QUIZ or found.stage not in APPROVED:
        return []
    args = {"id": found.id}
    return [Button(say.SCRIPT, "push.paper", {**args, "paper": "paper.script"}, once=False),
            Button(say.POSTER, "push.paper", {**args, "paper": "paper.poster"}, once=False)]  # fmt: skip


def tried(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render the copy that its author gets before anybody else."""
    del person, now
    found = s.get(Broadcast, row.about["broadcast"])
    return tips.private_card(found).marked(say.TEST_MARK) if found else None


def to_approve(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
    """Render what waits for a second person; nothing once somebody has decided."""
    found = s.get(Broadcast, row.about["broadcast"])
    if found is None or found.stage != Stage.WAITING or not actor_of(s, person).reaches(Can.APPROVE, found.to.path):
        return None
    author = s.get(Person, found.author_id) if found.author_id else None
    return card(
        bold(say.PLEASE_APPROVE.format(author=author.name if author else say.SOMEBODY)), "",
        bold(tips.headline(found)), quote(found.text), *_plan(s, found, now), say.APPROVE_HOW,
        buttons=[_decisions(found)], media=tips.media_of(found),
    )  # fmt: skip


def told_author(sentence: str, *stages: Stage) -> Render:
    """Return how the author hears what became of a broadcast, as long as that is so."""

    def render(s: Session, row: Outgoing, person: Person, now: datetime) -> Card | None:
        del person, now
        found = s.get(Broadcast, row.about["broadcast"])
        if found is None or found.stage not in stages:
            return None
        told = sentence.format(title=found.title, delivered=found.delivered, audience=found.audience,
                               failed=found.failed, uncertain=found.uncertain, reason=found.reason)  # fmt: skip
        return card(told, buttons=[[Button(say.LOOK, "push.open", {"id": found.id}, once=False)]])

    return render
