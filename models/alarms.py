"""Alarms: somebody writes that it burns right now. Those on duty are told at once, each once in ten minutes."""

from datetime import datetime

from sqlmodel import Session

from models.areas import Area
from models.homes import home_town
from models.outbox import Lane, notify
from models.people import PERMISSIONS, Actor, Can, Person, holders
from models.sealing import sealer

WINDOW_SECONDS = 600
KEPT = 500


def raise_alarm(s: Session, who: Actor, words: str, area_id: int | None, *, now: datetime) -> int:
    """Tell everybody on duty around the area, or in the whole town of the sender; return how many know of it.

    What one person writes within the same ten minutes wakes nobody twice.
    """
    told = on_duty(s, who, area_id)
    window = int(now.timestamp()) // WINDOW_SECONDS
    # The sender may be about to report in confidence: the key must not say who it was.
    sender = sealer().tag("alarm", f"{who.id}|{window}")
    for person_id in told:
        notify(s, person_id, "emergency", now=now, lane=Lane.URGENT, key=f"alarm|{sender}|{person_id}",
               words=words[:KEPT])  # fmt: skip
    return len(told)


def on_duty(s: Session, who: Actor, area_id: int | None) -> list[int]:
    """Return who answers alarms above and below an area and can be reached; without one in the sender's town."""
    area = s.get(Area, area_id) if area_id is not None else home_town(s, who)
    roles = [role for role, allowed in PERMISSIONS.items() if Can.ALARMED in allowed]
    ids = dict.fromkeys(found for role in roles for found in holders(s, role, area.path if area else "/"))
    return [found for found in ids if found != who.id and s.get_one(Person, found).reachable]
