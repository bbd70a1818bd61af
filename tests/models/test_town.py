"""The town file says everything at once when it is wrong, and is brought in as often as one likes."""

from datetime import date, time, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from models import deadlines, place_contacts, place_ledger, tasks
from models.areas import Area, villages
from models.due import due_today
from models.people import Actor, Can, Grant, Held, Person, Role, actor_of
from models.places import Place, match
from models.rules import DEFAULTS, TipSlot
from models.town import BadTown, Town, import_town, read_town, rules

DEMO = Path(__file__).parents[2] / "town.toml"

SMALL = """
name = "小镇"
[[areas]]
code = "town"
name = "小镇"
level = "town"
[[areas]]
code = "east"
name = "东村"
level = "village"
parent = "town"
[[places]]
code = "shop"
name = "老张小卖部"
kind = "shop"
area = "east"
"""

TWO_POSTS = """
[[posts]]
code = "fire"
name = "甲岗"
[[posts]]
code = "fire"
name = "乙岗"
"""


SUMMER = 'from = "07-10"\nuntil = "10-10"'


def season(when: str, days: int = 7) -> str:
    """Return a season of the town file."""
    return f'\n[[seasons]]\nname = "防火期"\ndays = {days}\n{when}'


@pytest.fixture
def demo() -> Town:
    return read_town(DEMO)


def read(tmp_path: Path, text: str) -> Town:
    path = tmp_path / "town.toml"
    path.write_text(text, encoding="utf-8")
    return read_town(path)


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(BadTown) as bad:
        read(tmp_path, text)
    return bad.value.problems


def test_a_small_file_is_enough_and_has_the_defaults(tmp_path):
    town = read(tmp_path, SMALL)
    assert rules(town).digest_at == time(8, 30)
    assert rules(town).town == "小镇"
    assert rules(town).tip_slots == ()


@pytest.mark.parametrize(
    ("wrong", "instead", "said"),
    [
        ('kind = "shop"', 'kind = "cafe"', ["[places.1].kind（老张小卖部）：现在写的是 'cafe'", "catering（小餐饮）"]),
        ('kind = "shop"', "", ["[places.1].kind（老张小卖部）：缺少这一项"]),
        ('area = "east"', 'area = "west"', ["[places.1].area", "'west'", "请写其中之一：east、town"]),
        ('parent = "town"', 'parent = "county"', ["[areas.2].parent（东村）", "请写其中之一：town"]),
        ('kind = "shop"', 'kind = "shop"\ncolour = "red"', ["[places.1].colour（老张小卖部）", "不认识这一项"]),
        ('name = "小镇"\n[[', 'name = "小镇"\n' + TWO_POSTS + "[[", ["[posts.2].code（乙岗）", "fire 写了两次"]),
        ('code = "east"', 'code = "东村"', ["[areas.2].code（东村）", "小写字母"]),
        ('name = "小镇"\n[[', 'name = "小镇"\n[limits]\nrating_days = 0\n[[', ["[limits].rating_days", "1 或更大"]),
        ('name = "小镇"\n[[', 'name = "小镇"\n[hours]\ndigest_at = "8点"\n[[', ["[hours].digest_at", '"08:30"']),
        ('name = "小镇"\n[[', 'name = "小镇"\n[hours]\ndigest_at = "22:00"\n[[', ["hours", "免打扰"]),
        ('name = "小镇"\n[[', 'name = "小镇"\n[hours]\nmorning = ["12:00", "09:00"]\n[[', ["hours", "从早到晚"]),
        ('name = "小镇"\n[[', 'name = "小镇"\n[hotlines]\n"火警" = "火"\n[[', ["[hotlines].火警", "电话"]),
        ('name = "小镇"\n[[', 'name = "小镇"\n[patrol_days]\ncafe = 3\n[[', ["[patrol_days].cafe", "catering"]),
        ('area = "east"', 'area = "east"' + season('from = "07-10"\nuntil = "13-01"'), ["[seasons.1].until", "月和日"]),
        ('area = "east"', 'area = "east"' + season('from = "07-10"'), ["[seasons].1（防火期）", "从哪天到哪天"]),
        ('area = "east"', 'area = "east"' + season('feast = "端午"'), ["[seasons].1（防火期）", "春节、清明"]),
        ('area = "east"', 'area = "east"' + season('feast = "春节"\nfrom = "07-10"'), ["[seasons].1", "删掉一种"]),
        ('area = "east"', 'area = "east"' + season(SUMMER + "\ndays_after = 3"), ["[seasons].1", "只和 feast 一起用"]),
        ('area = "east"', 'area = "east"' + season(SUMMER, 90), ["[seasons.1].days（防火期）", "没有缩短"]),
        ('area = "east"', 'area = "east"' + season(SUMMER + '\nkinds = ["cafe"]'), ["[seasons.1.kinds].1", "catering"]),
        ('area = "east"', 'area = "east"\nat = [200.0, 1.0]', ["[places.1.at].1", "90 或更小"]),
    ],
)
def test_a_problem_is_told_with_its_place_and_what_to_write(tmp_path, wrong, instead, said):
    assert wrong in SMALL
    found = problems(tmp_path, SMALL.replace(wrong, instead, 1))
    assert len(found) == 1
    assert found[0].startswith("town.toml：")
    assert [word for word in said if word not in found[0]] == []


def test_all_problems_are_told_at_once(tmp_path):
    broken = SMALL.replace('kind = "shop"', 'kind = "cafe"').replace('level = "village"', 'level = "city"')
    assert len(problems(tmp_path, broken + "more = 1\n")) == 3


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('cadence = "once"', "要写 year"),
        ('cadence = "quarterly"\nmonth = 4', "1、2 或 3"),
        ('cadence = "weekly"', "monthly（每月）"),
        ('cadence = "yearly"\npost = "fire"', "代号"),
    ],
)
def test_duties_are_checked(tmp_path, rule, said):
    found = problems(tmp_path, f'{SMALL}\n[[duties]]\ncode = "d"\ntitle = "研判"\narea = "town"\n{rule}\n')
    assert said in found[0]


def test_no_file_and_no_toml_are_said_so(tmp_path):
    with pytest.raises(BadTown, match="找不到文件"):
        read_town(tmp_path / "none.toml")
    assert "不是有效的 TOML" in problems(tmp_path, "name = ")[0]


def test_the_demo_town_is_complete(s: Session, demo, now):
    done = import_town(s, demo, now=now)
    assert (done.areas, done.places, done.duties, done.people) == (14, 25, 5, 13)
    assert done.new_turns > 0
    assert len(villages(s)) == 4
    assert {duty.cadence for duty in s.exec(select(tasks.Duty))} == set(tasks.CADENCES)
    assert s.info["rules"].tip_slots == (TipSlot(time(8, 30), (2, 5)),)
    assert match(s, "菜市场后门被货堵死了").name == "示范镇农贸市场"
    assert "虚构" in DEMO.read_text(encoding="utf-8")


def test_the_demo_people_hold_their_roles(s, demo, now):
    import_town(s, demo, now=now)
    people = {person.name: person for person in s.exec(select(Person))}
    worker, officer = actor_of(s, people["张网格员"]), actor_of(s, people["李干事"])
    assert worker.titles == "网格员"
    assert worker.reaches(Can.PATROL, s.exec(select(Place).where(Place.name == "张记面馆")).one().area_path)
    assert (officer.held[0].role, officer.held[0].post) == (Role.POST, "fire")
    assert actor_of(s, people["王婆婆"]).held == ()
    owned = s.exec(select(Place).where(Place.owner_id == people["张老板"].id)).one()
    assert owned.name == "张记面馆"


def test_without_demo_nobody_invented_comes_in(s, demo, now):
    done = import_town(s, demo.model_copy(update={"demo": demo.demo.model_copy(update={"enabled": False})}), now=now)
    assert done.people == 0
    assert s.exec(select(Person)).all() == []


def test_importing_again_changes_nothing(s, demo, now):
    import_town(s, demo, now=now)
    tables = (Area, Place, tasks.Duty, tasks.DutyInstance, Person, Grant, deadlines.Deadline)
    before = [s.exec(select(table)).all().__repr__() for table in tables]
    again = import_town(s, demo, now=now + timedelta(days=1))
    assert again.new_turns == 0
    assert [s.exec(select(table)).all().__repr__() for table in tables] == before


def test_a_changed_file_renames_but_leaves_the_work_alone(s, tmp_path, now):
    import_town(s, read(tmp_path, SMALL), now=now)
    place = s.exec(select(Place)).one()
    place.status, place.next_patrol_on = "vacant", date(2027, 1, 1)
    import_town(s, read(tmp_path, SMALL.replace("老张小卖部", "新张小卖部")), now=now)
    assert (place.name, place.initials, place.status) == ("新张小卖部", "xzxmb", "vacant")
    assert place.next_patrol_on == date(2027, 1, 1)


def test_what_was_changed_in_chat_stays_whatever_the_file_says(s, tmp_path, now):
    import_town(s, read(tmp_path, SMALL), now=now)
    (place,) = s.exec(select(Place))
    post = Actor(1, "岗", (Held(Role.POST, 1, "/town/"),))
    s.add(Person(id=1, telegram_id=1, name="岗", seen_at=now))
    s.flush()
    place_ledger.change(s, post, place.id, name="老张便民店", cluster="3组", now=now)
    more = 'kind = "catering"\ncluster = "九组"\nfloors = 2'
    text = SMALL.replace("老张小卖部", "新张小卖部").replace('kind = "shop"', more)
    for _ in range(2):
        import_town(s, read(tmp_path, text), now=now)
    assert (place.name, place.cluster, place.kind, place.floors) == ("老张便民店", "三组", "catering", 2)
    acts = [(event.act, event.who_id, event.before) for event in place_ledger.history_of(s, post, place.id)]
    in_chat, in_file = {"name": "老张小卖部", "cluster": ""}, {"kind": "shop", "floors": None}
    assert acts == [("changed", 1, in_chat), ("changed", None, in_file)]
    assert match(s, "老张便民店门口堵了") == place


def test_the_demo_contacts_come_in_once_and_not_over_those_of_the_chat(s, demo, now):
    import_town(s, demo, now=now)
    li = actor_of(s, s.exec(select(Person).where(Person.name == "李干事")).one())
    place = s.exec(select(Place).where(Place.code == "zhangji")).one()
    assert [contact.name for contact in place_contacts.contacts_of(s, li, place)] == ["张老板"]
    place_contacts.set_contact(s, li, place.id, "owner", "接手的人", "", now=now)
    import_town(s, demo, now=now)
    assert [contact.name for contact in place_contacts.contacts_of(s, li, place)] == ["接手的人"]


def test_a_duty_that_left_the_file_makes_no_more_turns(s, demo, now):
    import_town(s, demo, now=now)
    import_town(s, demo.model_copy(update={"duties": demo.duties[:1]}), now=now)
    assert [duty.code for duty in s.exec(select(tasks.Duty).where(tasks.Duty.active))] == [demo.duties[0].code]


def test_first_patrols_are_spread_so_that_a_new_town_does_not_owe_all_on_one_day(s, demo, now):
    import_town(s, demo, now=now)
    days = [place.next_patrol_on for place in s.exec(select(Place))]
    assert len(set(days)) >= 5
    worker = actor_of(s, s.exec(select(Person).where(Person.name == "张网格员")).one())
    assert 1 <= len(due_today(s, worker, now=now)) <= 5


def phrase(act: str, text: str) -> str:
    return f'\n[[phrases]]\nact = "{act}"\ntext = "{text}"\n'


def test_the_town_s_own_phrases_take_the_place_of_the_ordinary_ones_for_their_act(tmp_path):
    own = phrase("rejected", "看过了，没有。") + phrase("rejected", "谢谢提醒。")
    found = rules(read(tmp_path, SMALL + own)).phrases
    assert found["rejected"] == ("看过了，没有。", "谢谢提醒。")
    assert found["passed"] == DEFAULTS.phrases["passed"]
    assert all(len(text) <= 200 for texts in DEFAULTS.phrases.values() for text in texts)


@pytest.mark.parametrize(("act", "text", "said"), [
    ("closed", "好", "rejected（核查不属实）"), ("passed", "长" * 201, "最多 200 个字"), ("passed", "", "不能为空"),
])  # fmt: skip
def test_a_phrase_for_no_act_or_too_long_a_one_is_told(tmp_path, act, text, said):
    assert said in problems(tmp_path, SMALL + phrase(act, text))[0]


def test_the_seasons_of_the_demo_town_are_those_in_which_a_township_burns(demo):
    found = {(season.name, season.since or season.feast) for season in rules(demo).seasons}
    assert found == {
        ("森林防火期", "01-01"),
        ("森林防火期", "07-10"),
        ("春节", "春节"),
        ("农忙收割", "05-10"),
        ("农忙收割", "08-20"),
    }
