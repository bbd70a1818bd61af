"""Several dangers in one breath: each with its own words, the gravest first."""

import pytest

from knowledge.findings import findings_in, tags_of


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("张记面馆灭火器过期，后门锁了", [("A01", "后门锁了"), ("A09", "张记面馆灭火器过期")]),
        ("今天走了一圈，灭火器过期，应急灯不亮，楼道停了电瓶车",
         [("A03", "楼道停了电瓶车"), ("A09", "今天走了一圈，灭火器过期，应急灯不亮")]),
        ("菜市场后门被货堵死了，没人管", [("A01", "菜市场后门被货堵死了，没人管")]),
        ("谢谢你", []),
        ("", []),
    ],
)  # fmt: skip
def test_each_danger_keeps_its_words(said: str, heard: list[tuple[str, str]]) -> None:
    assert [(found.kind, found.words) for found in findings_in(said)] == heard


def test_one_kind_decides_and_the_others_are_tags() -> None:
    assert tags_of("楼道里停了电瓶车充电，灭火器也过期了", "A03").split(",")[-1] == "A09"
    assert tags_of("菜市场后门被货堵死了", "A01") == ""
