"""How a danger becomes a case: somebody reports it, it gets a number, a clock and a lead post, and people are told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Required, TypedDict, Unpack

from sqlmodel import Session

from models import limits, recusals, relapses, routing, teamwork
from models.areas import Area
from models.base import Refused
from models.calendar import local
from models.counters import next_number
from models.hazard_clocks import follow
from models.hazard_files import (
    CALLER,
    CONFIDENTIAL,
    NAMED,
    PATROL,
    RECEIPT,
    RESIDENT,
    SELF,
    STAFF,
    Hazard,
    Media,
    album_tag,
    receipt_tag,
)
from models.hazard_steps import BEFORE, SYSTEM, THING, append, heard_at, tell, tell_desks
from models.homes import home_town, towns
from models.lifecycle import Act, Relation, Severity
from models.outbox import notify
from models.people import Actor, Can, people_with, require
from models.rules import rules_of
from models.sealing import sealer
from models.spots import spot
from models.vault import conceal

REPORTS = "reports"
_MAY_ENTER = {
    RESIDENT: Can.REPORT, PATROL: Can.PATROL, STAFF: Can.SEE_HAZARDS, CALLER: Can.SEE_HAZARDS, SELF: Can.MEND,
}  # fmt: skip
_RELATIONS = {RESIDENT: Relation.REPORTER, SELF: Relation.OWNER}


class Report(TypedDict, total=False):
    """What is known of a danger. `evacuation` marks blocked exits and disabled equipment (24 hours).

    `told` is what the case line reads of a concealed report, `tags` are further kinds, `album` finds late pictures,
    `receipt` are the 16 digits that the reporter gets; with privacy RECEIPT they are the only way back.
    """

    kind: Required[str]
    severity: Required[str]
    place_text: Required[str]
    detail: Required[str]
    media: Sequence[Media]
    area_id: int | None
    place_id: int | None
    latitude: float | None
    longitude: float | None
    source: str
    patrol_id: int | None
    evacuation: bool
    privacy: str
    told: str
    tags: str
    album: str | None
    receipt: str


def report(s: Session, who: Actor, *, now: datetime, **given: Unpack[Report]) -> Hazard:
    """Somebody reports a danger: it gets a number and a clock, the reporter an alias, and those who assign are told.

    What staff enter, and what a place's responsible person found, is under their own name; with privacy RECEIPT no
    link to the person is kept.
    """
    source = given.get("source", RESIDENT)
    require(who, _MAY_ENTER[source])
    if given.get("privacy") == RECEIPT and source == RESIDENT and not given.get("receipt"):
        raise ValueError("without its receipt nobody could ever open this report again")
    relation = _RELATIONS.get(source, Relation.NONE)
    hazard = _filed(s, who, given, relation, now)
    announce(s, who, hazard, now=now)
    _reach_others(s, who, hazard, now)
    return hazard


def go_on(s: Session, before: Hazard, *, words: str, now: datetime) -> Hazard:
    """A danger that others told of too goes on when its reporter leaves: a case with nobody behind it.

    It is kept like one of a receipt, so that neither a minute nor a place on the map tells who left.
    """
    given: Report = {
        "kind": before.kind, "severity": before.severity, "place_text": before.place_text, "detail": words,
        "told": words, "tags": before.tags, "area_id": before.area_id, "place_id": before.place_id,
        "latitude": before.latitude, "longitude": before.longitude, "evacuation": before.evacuation,
        "privacy": RECEIPT,
    }  # fmt: skip
    hazard = _filed(s, SYSTEM, given, Relation.SYSTEM, now)
    recusals.carry(s, before, hazard)
    _tell_of_new(s, SYSTEM, hazard, now)
    _reach_others(s, SYSTEM, hazard, now)
    return hazard


def _filed(s: Session, who: Actor, given: Report, relation: Relation, now: datetime) -> Hazard:
    hazard = _opened(s, who, given, given.get("source", RESIDENT), now)
    relapses.mark(s, hazard, now=now)
    s.add(hazard)
    s.flush()
    media = given.get("media", ())
    append(s, who, hazard, Act.REPORTED, note="", media=media, phase=BEFORE, relation=relation, now=now)
    follow(s, who, hazard, Act.REPORTED, now=now)
    return hazard


def _reach_others(s: Session, who: Actor, hazard: Hazard, now: datetime) -> None:
    teamwork.call_posts(s, who, hazard, now=now)
    recusals.rise_if_nobody(s, who, hazard, now=now)


def announce(s: Session, who: Actor, hazard: Hazard, *, now: datetime) -> None:
    """Tell those who assign of a new case; of one person's flood they hear once an hour, and find all in their list.

    What is urgent is told whatever came before. The key of the one notice does not lead to the person.
    """
    if hazard.source == RESIDENT:
        limits.count(s, REPORTS, str(who.id), now=now)
    if hazard.severity == Severity.URGENT or reported_this_hour(s, who, now=now) <= rules_of(s).reports_an_hour:
        _tell_of_new(s, who, hazard, now)
        return
    flood = sealer().tag(REPORTS, f"{who.id}|{now:%Y%m%d%H}")
    for person_id in people_with(s, Can.ASSIGN, hazard.area_path):
        if person_id != who.id:
            notify(s, person_id, "report.many", now=now, key=f"many|{flood}|{person_id}")


def _tell_of_new(s: Session, who: Actor, hazard: Hazard, now: datetime) -> None:
    heard = heard_at(hazard, now)
    tell(s, who, hazard, people_with(s, Can.ASSIGN, hazard.area_path), "hazard.reported", now=now, not_before=heard)
    tell_desks(s, hazard, Act.REPORTED, now=now, not_before=heard)


def reported_this_hour(s: Session, who: Actor, *, now: datetime) -> int:
    """Return how many dangers this person has reported as a resident in this clock hour."""
    return limits.used(s, REPORTS, str(who.id), now=now)


def _opened(s: Session, who: Actor, given: Report, source: str, now: datetime) -> Hazard:
    area = _area(s, who, given.get("area_id"))
    route = routing.route(s, given["kind"], given.get("place_id"))
    privacy = given.get("privacy", CONFIDENTIAL) if source == RESIDENT else NAMED
    receipt = given.get("receipt", "")
    year = local(now).year
    return Hazard(
        number=f"吹{year}-{next_number(s, THING, year):04d}", kind=given["kind"],
        severity=Severity(given["severity"]).value, evacuation=given.get("evacuation", False),
        place_text=given["place_text"].strip(), place_id=given.get("place_id"), area_id=area.id or 0,
        area_path=area.path, detail=given["detail"].strip(), latitude=given.get("latitude"),
        longitude=given.get("longitude"), source=source, patrol_id=given.get("patrol_id"), reported_at=now,
        privacy=privacy, told=given.get("told", ""), tags=given.get("tags", ""), lead=route.lead,
        spot=spot(given.get("latitude"), given.get("longitude")),
        enforcement=route.enforcement, basis=route.basis, album_tag=album_tag(given.get("album")),
        reporter_alias=None if privacy == RECEIPT else conceal(s, who.id, now=now),
        receipt_tag=receipt_tag(receipt) if receipt else None,
    )  # fmt: skip


def _area(s: Session, who: Actor, area_id: int | None) -> Area:
    """Without a village it is the reporter's own town; an officer there sends it on when it is another one."""
    found = s.get(Area, area_id) if area_id is not None else home_town(s, who) or next(iter(towns(s)), None)
    if found is None:
        raise Refused("没有找到这个村（社区）。请重新选择隐患所在的村（社区）。")
    return found
