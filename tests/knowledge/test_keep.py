"""Keep: copies are private, made of the very same sources, and never trusted when damaged."""

import pytest

from knowledge import keep


@pytest.fixture(autouse=True)
def _nowhere_afterwards():
    yield
    keep.use(None)


def build_once(built):
    return lambda: built.append("built") or ("data", 1)


def test_a_copy_saves_building(tmp_path):
    built = []
    keep.use(tmp_path / "cache")
    for _ in range(2):
        assert keep.kept("index", [b"one"], build_once(built)) == ("data", 1)
    assert built == ["built"]
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700


def test_other_sources_are_built_anew_and_the_old_copy_goes(tmp_path):
    built = []
    keep.use(tmp_path / "cache")
    keep.kept("index", [b"one"], build_once(built))
    keep.kept("index", [b"two"], build_once(built))
    assert built == ["built", "built"]
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_where_one_source_ends_matters(tmp_path):
    built = []
    keep.use(tmp_path / "cache")
    keep.kept("index", [b"ab", b"c"], build_once(built))
    keep.kept("index", [b"a", b"bc"], build_once(built))
    assert built == ["built", "built"]


def test_a_damaged_copy_is_replaced(tmp_path):
    built = []
    keep.use(tmp_path / "cache")
    keep.kept("index", [], build_once(built))
    (copy,) = (tmp_path / "cache").iterdir()
    copy.write_bytes(b"no marshal")
    assert keep.kept("index", [], build_once(built)) == ("data", 1)
    assert keep.kept("index", [], build_once(built)) == ("data", 1)
    assert built == ["built", "built"]


def test_a_directory_that_others_may_enter_is_left_alone(tmp_path):
    (tmp_path / "shared").mkdir(mode=0o755)
    (tmp_path / "shared").chmod(0o755)
    keep.use(tmp_path / "shared")
    assert keep.kept("index", [], build_once([])) == ("data", 1)
    assert list((tmp_path / "shared").iterdir()) == []
