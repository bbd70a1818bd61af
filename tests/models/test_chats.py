"""Groups and channels: known when the bot is let in, silent until switched on by an officer, followed when moved."""

import pytest
from sqlmodel import select

from models import chats
from models.base import Refused
from models.chats import Chat

GROUP, SUPERGROUP = -400, -1000400


def group(s, now, telegram_id: int = GROUP) -> Chat:
    """A group that the bot was just let into."""
    return chats.met(s, telegram_id, "青石村大家庭", is_channel=False, may_write=True, now=now)


def test_a_chat_is_known_once_and_silent_at_first(s, now):
    group(s, now)
    chat = chats.met(s, GROUP, "青石村", is_channel=False, may_write=True, now=now)
    assert [(c.title, area) for c, area in chats.known(s)] == [("青石村", None)]
    assert not chat.is_on
    assert not chats.any_on(s)


def test_an_officer_switches_it_on_for_an_own_area_and_off_again(s, town, now):
    chat = group(s, now)
    chats.switch(s, town.village, chat.id, town.id_of("east"), now=now)
    assert chats.known(s) == [(chat, town.areas["east"])]
    assert chats.any_on(s)
    chats.switch(s, town.village, chat.id, None, now=now)
    assert not chats.any_on(s)


@pytest.mark.parametrize("code", ["west", "town"])
def test_nobody_switches_one_on_for_an_area_that_is_not_theirs(s, town, now, code):
    with pytest.raises(Refused, match="职责范围"):
        chats.switch(s, town.village, group(s, now).id, town.id_of(code), now=now)
    with pytest.raises(Refused, match="没有找到"):
        chats.switch(s, town.post, group(s, now).id, 999, now=now)


def test_a_village_neither_takes_nor_silences_the_channel_of_the_town(s, town, now):
    chat = group(s, now)
    chats.switch(s, town.post, chat.id, town.id_of("town"), now=now)
    for area in (town.id_of("east"), None):
        with pytest.raises(Refused, match="职责范围"):
            chats.switch(s, town.village, chat.id, area, now=now)
    assert chat.is_on


def test_a_chat_without_the_bot_is_not_listed_and_cannot_be_switched_on(s, town, now):
    chat = group(s, now)
    chats.lost(s, GROUP)
    s.flush()
    assert chats.known(s) == []
    with pytest.raises(Refused, match="不在这个群里"):
        chats.switch(s, town.post, chat.id, town.id_of("town"), now=now)
    chats.lost(s, -1)


def test_a_group_that_moves_keeps_what_was_decided(s, town, now):
    chat = group(s, now)
    chats.switch(s, town.post, chat.id, town.id_of("east"), now=now)
    chats.moved(s, GROUP, SUPERGROUP)
    assert (chat.telegram_id, chat.is_on) == (SUPERGROUP, True)
    chats.moved(s, GROUP, SUPERGROUP)


def test_also_when_its_new_number_was_met_first(s, town, now):
    old = group(s, now)
    chats.switch(s, town.post, old.id, town.id_of("east"), now=now)
    new = group(s, now, SUPERGROUP)
    chats.moved(s, GROUP, SUPERGROUP)
    s.flush()
    assert (new.is_on, new.area_id) == (True, town.id_of("east"))
    assert [chat for chat, _ in chats.known(s)] == [new]
    assert len(s.exec(select(Chat)).all()) == 2
