"""Composing: the questions of a broadcast, and what its answers become."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from bot.cards import cut
from bot.dates import Moment
from bot.fields import Answers, Choice, Field, Option, Photos, Several, Text
from handlers.say import push as say
from handlers.say.suggesting import WARNING_TOPIC
from knowledge.answers import library
from knowledge.warnings import LEVELS, SORTS, advice
from models.areas import Area
from models.audiences import Segment
from models.base import Refused
from models.broadcasts import Broadcast, Kind
from models.calendar import local
from models.people import ROLE_NAMES, Role
from models.places import KINDS
from models.rules import ZONE

# Who can be meant, in the order of the buttons; `sites` are the people responsible for places of some kinds.
WHO = {
    "all": say.EVERYBODY,
    "grid,village": say.WORKERS,
    "owner": ROLE_NAMES[Role.OWNER],
    "station,volunteer": say.HELPERS,
    "sites": say.OF_SITES,
}
HOURS = ("6", "12", "24", "48", "72")
TITLE, TEXT = 30, 900


def _areas(answers: Answers) -> list[Option]:
    return [Option(path, name) for path, name in answers["areas"]]


def _may_be_public(answers: Answers) -> bool:
    # What is meant for grid workers or shopkeepers is not read out in public.
    return bool(answers.get("has_chats")) and answers.get("who") == "all"


def _advice(answers: Answers) -> str:
    return say.WARNING_ASK.format(advice=advice(answers["sort"], answers["level"]))


_SHARED: tuple[Field, ...] = (
    Choice(key="area", label=say.AREA, ask=say.AREA_ASK, choices=_areas),
    Choice(key="who", label=say.WHO, ask=say.WHO_ASK, choices=[Option(key, name) for key, name in WHO.items()]),
    Several(key="sites", label=say.SITES, ask=say.SITES_ASK, when=lambda a: a.get("who") == "sites",
            choices=lambda _: [Option(key, name) for key, name in KINDS.items()]),
    Choice(key="chats", label=say.IN_CHATS, ask=say.IN_CHATS_ASK, when=_may_be_public,
           choices=[Option("yes", say.CHATS_YES), Option("no", say.CHATS_NO), Option("only", say.CHATS_ONLY)]),
    Moment(key="when", label=say.SEND_AT, ask=say.SEND_AT_ASK, at_once=say.AT_ONCE),
)  # fmt: skip
TIP: tuple[Field, ...] = (
    Text(key="title", label=say.PUSH_TITLE, ask=say.PUSH_ASK_TITLE, at_most=TITLE),
    Text(key="text", label=say.PUSH_TEXT, ask=say.PUSH_ASK_TEXT, at_most=TEXT),
    Photos(key="photos", label=say.PICTURE, ask=say.PICTURE_ASK, at_most=1, optional=True, files=False),
    *_SHARED,
)
WARNING: tuple[Field, ...] = (
    Choice(key="sort", label=say.SORT, ask=say.SORT_ASK, choices=[Option(key, name) for key, name in SORTS.items()]),
    Choice(key="level", label=say.LEVEL, ask=say.LEVEL_ASK,
           choices=[Option(key, name) for key, name in LEVELS.items()]),
    Choice(key="hours", label=say.VALID, ask=say.VALID_ASK,
           choices=[Option(hours, say.HOURS.format(hours=hours)) for hours in HOURS]),
    Text(key="text", label=say.PUSH_TEXT, ask=_advice, at_most=TEXT, optional=True),
    *_SHARED,
)  # fmt: skip
RETURN: tuple[Field, ...] = (Text(key="reason", label=say.WHY, ask=say.WHY_ASK, at_most=300),)


def preview(answers: Answers) -> str:
    """Return what people will read, for the summary of the form."""
    head = say.WARNING_HEAD if "sort" in answers else say.TIP_HEAD
    return say.PUSH_PREVIEW.format(head=head.format(title=_title(answers)), text=_text(answers))


def blank(areas: list[Area], *, has_chats: bool, slot: str) -> dict[str, Any]:
    """Return what a new broadcast begins with: everybody in the officer's whole area, as soon as it is approved."""
    if not areas:
        raise Refused(say.NO_AREA)
    return {"slot": slot, "areas": [[area.path, area.name] for area in areas], "area": areas[0].path, "who": "all",
            "has_chats": has_chats, "chats": "yes", "when": Moment.NOW}  # fmt: skip


def written(answers: Answers, now: datetime) -> Broadcast:
    """Return the broadcast that the answers describe; it belongs to nobody and is nowhere yet."""
    photo: dict[str, Any] = next(iter(answers.get("photos") or ()), {})
    send_at = _moment(answers)
    hours = timedelta(hours=int(answers.get("hours", 0)))
    return Broadcast(
        slot_key=str(answers["slot"]), kind=Kind.WARNING if "sort" in answers else Kind.TIP,
        article_id=str(answers.get("article", "")), topic=_topic(answers), title=_title(answers),
        text=_text(answers), media_kind=str(photo.get("kind", "")), media_file=str(photo.get("file_id", "")),
        segment=_segment(answers).to_json(), created_at=now, send_at=send_at,
        until=(send_at or now) + hours if hours else None,
    )  # fmt: skip


def _moment(answers: Answers) -> datetime | None:
    when = str(answers["when"])
    return None if when == Moment.NOW else datetime.fromisoformat(when).replace(tzinfo=ZONE)


def _segment(answers: Answers) -> Segment:
    who, path = str(answers["who"]), str(answers["area"])
    if who == "all":
        chats = answers["chats"] if answers.get("has_chats") else "no"
        return Segment(path, people=chats != "only", chats=chats != "no")
    if who != "sites":
        return Segment(path, roles=tuple(who.split(",")))
    sites = tuple((answers.get("sites") or {"on": ()})["on"])
    if not sites:
        raise Refused(say.NO_SITES)
    return Segment(path, sites=sites)


def _topic(answers: Answers) -> str:
    return WARNING_TOPIC + answers["sort"] if "sort" in answers else str(answers.get("topic", ""))


def _title(answers: Answers) -> str:
    if "sort" in answers:
        return say.WARNING_TITLE.format(sort=SORTS[answers["sort"]], level=LEVELS[answers["level"]])
    return " ".join(str(answers["title"]).split())


def _text(answers: Answers) -> str:
    return str(answers.get("text") or advice(answers["sort"], answers["level"]))


def from_article(article_id: str) -> dict[str, Any]:
    """Return the answers that an article gives."""
    article = library().find(article_id)
    if article is None:
        raise Refused(say.NO_ARTICLE)
    return {"title": cut(article.title, TITLE), "text": article.tip, "article": article.id, "topic": article.topic}


def answers_of(found: Broadcast, now: datetime) -> dict[str, Any]:
    """Return the answers that would make this broadcast again; how long a warning holds is asked anew."""
    to = found.to
    who = "sites" if to.sites else ",".join(to.roles) or "all"
    photo = {"kind": found.media_kind, "file_id": found.media_file, "unique_id": found.media_file}
    is_ahead = found.send_at is not None and found.send_at > now
    return {
        "title": found.title, "text": found.text, "article": found.article_id, "topic": found.topic, "area": to.path,
        "who": who, "sites": {"on": list(to.sites), "page": 0} if to.sites else None,
        "chats": "no" if not to.chats else "yes" if to.people else "only",
        "photos": [photo] if found.media_file else [],
        "when": f"{local(found.send_at):%Y-%m-%dT%H:%M}" if found.send_at and is_ahead else Moment.NOW,
        **(_warning_of(found) if found.kind == Kind.WARNING else {}),
    }  # fmt: skip


def _warning_of(found: Broadcast) -> dict[str, str]:
    sort = found.topic.removeprefix(WARNING_TOPIC)
    level = next((code for code, name in LEVELS.items() if name in found.title), "")
    return {"sort": sort, "level": level} if sort in SORTS else {}


def whom(s: Session, found: Broadcast) -> str:
    """Return in words who a broadcast is for."""
    to = found.to
    area = s.exec(select(Area.name).where(col(Area.path) == to.path)).first() or say.WHOLE_TOWN
    if to.sites:
        return say.SITES_OF.format(area=area, sites="、".join(KINDS[site] for site in to.sites))
    roles = "、".join(ROLE_NAMES[Role(role)] for role in to.roles)
    return say.ROLES_OF.format(area=area, roles=roles) if roles else area
