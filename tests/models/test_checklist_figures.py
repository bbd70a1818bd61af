"""Lines that never fail and lines that fail most are counted from the records, whatever version they were asked in."""

from datetime import timedelta

import pytest

from models import patrols
from models.base import Refused
from models.checklist_figures import LineCount, counts
from tests.models.test_patrols import checklist, shop  # noqa: F401 - a fixture


def test_lines_are_counted_over_versions_without_where_they_do_not_apply(s, town, shop, now):  # noqa: F811
    def visit(days: int, failures=(), **said):
        listed = {"outcome": "done", "checklist": checklist()} | said
        patrols.log(s, town.grid_a, shop.id, failures=failures, now=now - timedelta(days=days), **listed)

    other = checklist() | {"version": "2", "items": checklist()["items"][:2]}
    visit(400, [{"key": "C13"}])
    visit(5, [{"key": "G1", "fixed": True}, {"key": "C13", "na": True}])
    visit(4, [{"key": "G1"}])
    visit(3, checklist=other)
    visit(2, outcome="locked")
    assert counts(s, town.post, now=now) == {"G1": LineCount(3, 2), "G2": LineCount(3, 0), "C13": LineCount(1, 0)}
    with pytest.raises(Refused):
        counts(s, town.grid_a, now=now)
