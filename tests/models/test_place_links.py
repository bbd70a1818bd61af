"""The code at a place opens a report there: nobody can make one up, and old posters can be made useless."""

import re
from datetime import datetime

import pytest
from sqlmodel import Session

from models import place_links
from models.base import Refused
from models.people import Role
from models.places import MERGED, MOVED, Place
from models.sealing import use_key
from tests.models.conftest import Town


@pytest.fixture
def place(s: Session, town: Town, now: datetime) -> Place:
    """A noodle shop in the first grid of the east village."""
    return add(s, town, "zj", now)


def add(s: Session, town: Town, code: str, now: datetime) -> Place:
    found = Place(code=code, name="张记面馆", kind="catering", area_id=town.id_of("east-1"),
                  area_path=town.areas["east-1"].path, created_at=now)  # fmt: skip
    s.add(found)
    s.flush()
    return found


def test_a_link_is_what_telegram_takes_and_stays_the_same(s: Session, town: Town, place: Place, now: datetime) -> None:
    made = place_links.make(s, town.village, place.id or 0, now=now)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", made.payload)
    assert made.payload.upper().endswith(made.short)
    assert place_links.make(s, town.post, place.id or 0, now=now).payload == made.payload
    found = place_links.read(s, made.payload)
    assert found is not None
    assert found.id == place.id


def test_any_change_of_a_link_opens_nothing(s: Session, town: Town, place: Place, now: datetime) -> None:
    made = place_links.make(s, town.post, place.id or 0, now=now).payload
    changed = {made[:i] + c + made[i + 1 :] for i in range(len(made)) for c in "0aZ_"} - {made}
    shapes = {"", "p_", f"p_{place.id}_", "p_٣_x"} | {f"p_{10**n}_{'0' * 24}" for n in (8, 9, 10, 17, 40)}
    wrong = changed | shapes | {made[:-1], made + "0", made.upper()}
    assert [payload for payload in wrong if place_links.read(s, payload) is not None] == []


def test_a_link_of_another_installation_opens_nothing(s: Session, town: Town, place: Place, now: datetime) -> None:
    made = place_links.make(s, town.post, place.id or 0, now=now).payload
    use_key(bytes(31) + b"x")
    assert place_links.read(s, made) is None


def test_renewing_ends_the_posters_before(s: Session, town: Town, place: Place, now: datetime) -> None:
    old = place_links.make(s, town.village, place.id or 0, now=now).payload
    new = place_links.renew(s, town.post, place.id or 0, now=now)
    assert new.payload != old
    assert new.printed_at is None
    assert place_links.read(s, old) is None
    assert place_links.read(s, new.payload) is not None


def test_revoking_ends_them_without_new_ones(s: Session, town: Town, place: Place, now: datetime) -> None:
    old = place_links.make(s, town.village, place.id or 0, now=now).payload
    place_links.revoke(s, town.post, place.id or 0, now=now)
    assert place_links.read(s, old) is None
    assert place_links.link_of(s, town.post, place.id or 0) is None
    with pytest.raises(Refused, match="重新印"):
        place_links.revoke(s, town.post, place.id or 0, now=now)
    assert place_links.make(s, town.post, place.id or 0, now=now).payload != old


def test_the_code_of_a_merged_place_leads_to_what_it_went_into(
    s: Session, town: Town, place: Place, now: datetime
) -> None:
    made = place_links.make(s, town.post, place.id or 0, now=now).payload
    second, third = add(s, town, "zj2", now), add(s, town, "zj3", now)
    place.status, place.merged_into_id = MERGED, second.id
    second.status, second.merged_into_id = MERGED, third.id
    s.flush()
    found = place_links.read(s, made)
    assert found is third
    third.merged_into_id = place.id  # nothing hangs on a circle
    assert place_links.read(s, made) is not None


def test_renewing_and_revoking_end_the_posters_of_what_was_merged_into_it(
    s: Session, town: Town, place: Place, now: datetime
) -> None:
    second, third, fourth = (add(s, town, code, now) for code in ("zj2", "zj3", "zj4"))
    first, other = (place_links.make(s, town.post, one.id or 0, now=now).payload for one in (place, fourth))
    place.merged_into_id, second.merged_into_id = second.id, third.id
    s.flush()
    made = place_links.renew(s, town.post, place.id or 0, now=now)
    assert made.place_id == third.id
    assert place_links.read(s, first) is None
    assert place_links.make(s, town.post, second.id or 0, now=now).payload == made.payload
    assert place_links.read(s, other) is fourth
    fourth.merged_into_id = third.id
    place_links.revoke(s, town.post, third.id or 0, now=now)
    assert [place_links.read(s, payload) for payload in (made.payload, other)] == [None, None]


def test_a_place_that_is_gone_is_still_known_by_its_code(s: Session, town: Town, place: Place, now: datetime) -> None:
    made = place_links.make(s, town.post, place.id or 0, now=now).payload
    place.status = MOVED
    assert place_links.read(s, made) is place


def test_only_who_assigns_there_makes_its_code(s: Session, town: Town, place: Place, now: datetime) -> None:
    for who in (town.resident, town.grid_a, town.leader, town.newcomer(s, "西村干部", Role.VILLAGE, "west")):
        for act in (place_links.make, place_links.renew, place_links.revoke):
            with pytest.raises(Refused):
                act(s, who, place.id or 0, now=now)
    with pytest.raises(Refused):
        place_links.make(s, town.post, 999, now=now)
