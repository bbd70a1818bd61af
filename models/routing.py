"""Routing: which post leads, who enforces, and why - by the kind of the hazard and of the place (DOMAIN 2.2)."""

from dataclasses import dataclass

from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Routing:
    """Post codes of the town file and the reason with its clause, as an officer reads it."""

    lead: str = ""
    enforcement: str = ""
    basis: str = ""


def route(s: Session, kind: str, place_id: int | None) -> Routing:
    """Return who leads and who enforces for a kind of hazard at a place."""
    del s, kind, place_id
    return Routing()
