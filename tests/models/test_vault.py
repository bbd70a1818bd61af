"""Reporters are sealed with the vault's own key: the case sees an alias, and few may open it."""

import ast
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import Session, select

import models
from models import vault
from models.sealing import Sealer, Unreadable, sealer, use_key
from models.vault import Identity, aliases_of, conceal, deliver_to, destroy, is_behind, key_id, reseal, use_keys

OLD, NEW = b"\x01" * 32, b"\x02" * 32
KNOWN_ID = "9376cbce34916048"
KNOWN = (
    "01000102030405060708090a0bfd6fc590ce706e4336bb155"
    "6439d99b03976c67d989e73095b3d4663ce792bcfc94f2847"
)
ROOT = Path(models.__file__).parent.parent


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


@pytest.mark.parametrize("at", [0, 5, -1])
def test_one_changed_byte_and_it_does_not_open(s: Session, now: datetime, at: int) -> None:
    row = s.get_one(Identity, conceal(s, 41, now=now))
    damaged = bytearray(row.sealed)
    damaged[at] ^= 1
    row.sealed = bytes(damaged)
    with pytest.raises(Unreadable):
        deliver_to(s, row.alias)


def test_the_envelope_is_what_it_was_when_it_was_written_down(s: Session, now: datetime) -> None:
    # version 1, nonce 00..0b, AES-256-GCM under BLAKE2b(key, person=chuishao-seal), bound to identity|<alias>
    alias = "AAAAAAAAAAAAAAAAAAAAAA"
    s.add(Identity(alias=alias, sealed=bytes.fromhex(KNOWN), key_id=KNOWN_ID, tag="", concealed_on=now.date()))
    assert deliver_to(s, alias) == 41
    assert key_id(OLD) == KNOWN_ID


def test_the_length_of_an_envelope_tells_nothing(s: Session, now: datetime) -> None:
    sizes = {len(s.get_one(Identity, conceal(s, person, now=now)).sealed) for person in (1, 41, 9_876_543_210)}
    assert len(sizes) == 1


def test_the_key_that_seals_words_neither_opens_nor_finds(s: Session, now: datetime) -> None:
    row = s.get_one(Identity, conceal(s, 41, now=now))
    with pytest.raises(Unreadable):
        sealer().open(f"identity|{row.alias}", row.sealed)
    assert row.tag not in {sealer().tag("reporter", str(person)) for person in range(100)}
    use_key(b"k" * 32)
    assert aliases_of(s, 41) == [row.alias]
    assert deliver_to(s, row.alias) == 41


def test_another_vault_key_opens_nothing_and_finds_nothing(s: Session, now: datetime) -> None:
    alias = conceal(s, 41, now=now)
    use_keys(NEW)
    assert aliases_of(s, 41) == []
    assert not is_behind(s, alias, 41)
    with pytest.raises(Unreadable):
        deliver_to(s, alias)


def test_while_keys_change_both_read_and_new_reporters_get_the_new_one(s: Session, now: datetime) -> None:
    before = conceal(s, 41, now=now)
    use_keys(NEW, OLD)
    after = conceal(s, 41, now=now)
    assert sorted(aliases_of(s, 41)) == sorted([before, after])
    assert deliver_to(s, before) == deliver_to(s, after) == 41
    assert is_behind(s, before, 41)
    assert [s.get_one(Identity, alias).key_id for alias in (before, after)] == [key_id(OLD), key_id(NEW)]


def test_a_change_of_keys_goes_on_where_it_was_broken_off(s: Session, now: datetime) -> None:
    aliases = [conceal(s, person, now=now) for person in range(40, 47)]
    use_keys(NEW, OLD)
    assert reseal(s, at_most=3).moved == 3
    assert {deliver_to(s, alias) for alias in aliases} == set(range(40, 47))
    s.get_one(Identity, aliases[0]).sealed = b"\x01damaged"
    moved = stuck = 0
    batch = reseal(s, at_most=2)
    while batch.last:
        moved, stuck = moved + batch.moved, stuck + batch.stuck
        batch = reseal(s, batch.last, at_most=2)
    assert moved + stuck in {4, 5}
    assert stuck <= 1
    use_keys(NEW)
    assert [deliver_to(s, alias) for alias in aliases[1:]] == list(range(41, 47))
    assert all(aliases_of(s, person) for person in range(41, 47))


def test_rows_from_before_the_vault_had_a_key_open_and_move(s: Session, now: datetime) -> None:
    alias, purpose = "B" * 22, "identity|" + "B" * 22
    row = Identity(alias=alias, sealed=sealer().seal(purpose, b"41"), tag=sealer().tag("reporter", "41"),
                   concealed_on=now.date())  # fmt: skip
    s.add(row)
    s.flush()
    assert deliver_to(s, alias) == 41
    assert aliases_of(s, 41) == [alias]
    assert is_behind(s, alias, 41)
    assert reseal(s).moved == 1
    assert row.key_id == key_id(OLD)
    assert Sealer(OLD).open(purpose, row.sealed) == b"41".rjust(20, b"0")
    assert is_behind(s, alias, 41)


def test_a_shredded_identity_is_nobody_s(s: Session, now: datetime) -> None:
    alias, other = conceal(s, 41, now=now), conceal(s, 41, now=now)
    destroy(s, alias)
    assert deliver_to(s, alias) is None
    assert not is_behind(s, alias, 41)
    assert aliases_of(s, 41) == [other]


def test_a_stolen_row_names_neither_the_person_nor_the_hour(s: Session, now: datetime) -> None:
    person_id = 987_654_321
    conceal(s, person_id, now=now)
    row = s.exec(select(Identity)).one()
    assert str(person_id) not in repr(row)
    assert str(person_id).encode() not in row.sealed
    assert row.concealed_on == now.date()
    assert type(row.concealed_on) is not datetime


def test_three_open_the_vault_and_nobody_else() -> None:
    callers = set()
    for path in (path for part in ("bot", "handlers", "models") for path in (ROOT / part).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                 for node in ast.walk(tree) if isinstance(node, ast.Call)}  # fmt: skip
        if "deliver_to" in names:
            callers.add(path.relative_to(ROOT).as_posix())
    assert callers == {"bot/mail.py", "models/hazard_files.py", "models/reveals.py"}
    assert "deliver_to" in vars(vault)
