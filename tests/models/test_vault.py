"""Reporters are sealed: the case sees an alias, and only the postman opens it."""

from datetime import datetime

import pytest
from sqlmodel import Session, select

from models.sealing import Unreadable, use_key
from models.vault import Identity, aliases_of, conceal, deliver_to, is_behind


def test_an_alias_is_random_and_every_case_gets_another_one(s: Session, now: datetime) -> None:
    first, second = conceal(s, 41, now=now), conceal(s, 41, now=now)
    assert first != second
    assert len(first) == len(second) == 22


def test_the_postman_reaches_the_person_and_nobody_for_an_unknown_alias(s: Session, now: datetime) -> None:
    alias = conceal(s, 41, now=now)
    assert deliver_to(s, alias) == 41
    assert deliver_to(s, "nobody") is None


def test_people_find_their_own_aliases_and_no_others(s: Session, now: datetime) -> None:
    own = [conceal(s, 41, now=now), conceal(s, 41, now=now)]
    other = conceal(s, 42, now=now)
    assert sorted(aliases_of(s, 41)) == sorted(own)
    assert is_behind(s, own[0], 41)
    assert not is_behind(s, other, 41)
    assert not is_behind(s, None, 41)


def test_an_envelope_that_was_moved_to_another_alias_does_not_open(s: Session, now: datetime) -> None:
    alias, other = conceal(s, 41, now=now), conceal(s, 42, now=now)
    s.get_one(Identity, alias).sealed = s.get_one(Identity, other).sealed
    with pytest.raises(Unreadable):
        deliver_to(s, alias)


def test_another_key_opens_nothing_and_finds_nothing(s: Session, now: datetime) -> None:
    alias = conceal(s, 41, now=now)
    use_key(b"k" * 32)
    assert aliases_of(s, 41) == []
    with pytest.raises(Unreadable):
        deliver_to(s, alias)


def test_a_stolen_row_names_neither_the_person_nor_the_hour(s: Session, now: datetime) -> None:
    person_id = 987_654_321
    conceal(s, person_id, now=now)
    row = s.exec(select(Identity)).one()
    assert str(person_id) not in repr(row)
    assert str(person_id).encode() not in row.sealed
    assert row.concealed_on == now.date()
    assert type(row.concealed_on) is not datetime
