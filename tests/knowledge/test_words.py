"""Words: dialect and typos become standard words; long text is cut; the kept dictionary is private."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from knowledge import keep, words


@pytest.fixture(autouse=True)
def _no_cache_left_behind():
    yield
    keep.use(None)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("打幺幺九", "打119"),
        ("灭火气啷个用", "灭火器怎么用"),
        ("电瓶车", "电动车"),
        ("１１９　火警", "119 火警"),
        ("煤气罐", "液化气瓶"),
        ("坝坝头烧谷草", "院坝烧秸秆"),
        ("莫得消防拴", "没有消火栓"),
        ("液华气罐晒到太阳", "液化气瓶晒到太阳"),
        ("一百一十九", "119"),
        ("九六一一九", "96119"),
    ],
)
def test_dialect_and_typos_become_standard_words(said, meant):
    assert words.normalise(said) == meant


def test_normalising_twice_changes_nothing():
    once = words.normalise("电瓶车、罐罐气、楼梯口、谷草、啷个办")
    assert words.normalise(once) == once


def test_village_words_stay_whole_and_particles_go():
    assert words.tokens("吹哨人说消防车通道要不得噻") == ["吹哨人", "消防车通道", "要不得"]


def test_a_replacement_does_not_tear_other_words_apart():
    assert words.normalise("裸露电线") == "裸露电线"
    assert words.normalise("天然气味道") == "天然气味道"
    assert words.normalise("冲电机") == "冲电机"


def test_every_way_of_saying_belongs_to_one_word():
    ways = [said for table in ("same",) for said_list in words.synonyms()[table].values() for said in said_list]
    assert len(ways) == len(set(ways))
    assert not set(ways) & set(words.synonyms()["same"])


def test_long_garbage_is_cut():
    assert len(words.tokens("龘" * 4096)) == words.LIMIT
    assert len(words.normalise("火" * 4096)) == words.LIMIT


def test_the_kept_dictionary_gives_the_same_words_and_is_private(tmp_path, monkeypatch):
    before = words.tokens("菜市场后门被货堵死了")
    for _ in ("built", "read back"):
        monkeypatch.setattr(words, "_loaded", None)
        words.warm(tmp_path / "cache")
        assert words.tokens("菜市场后门被货堵死了") == before
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700
    assert len(list((tmp_path / "cache").glob("words-*.bin"))) == 1


def test_a_broken_copy_is_built_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(words, "_loaded", None)
    words.warm(tmp_path / "cache")
    (copy,) = (tmp_path / "cache").iterdir()
    good = copy.read_bytes()
    copy.write_bytes(b"no marshal")
    monkeypatch.setattr(words, "_loaded", None)
    words.warm(tmp_path / "cache")
    assert words.tokens("灭火器过期") == ["灭火器", "过期"]
    assert len(copy.read_bytes()) == len(good)


def test_a_directory_that_others_may_enter_is_left_alone(tmp_path, monkeypatch):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o755)
    monkeypatch.setattr(words, "_loaded", None)
    words.warm(tmp_path / "shared")
    assert list((tmp_path / "shared").iterdir()) == []
    assert (tmp_path / "shared").stat().st_mode & 0o777 == 0o755


def test_many_threads_may_ask_at_once(monkeypatch):
    monkeypatch.setattr(words, "_loaded", None)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(words.tokens, ["楼梯间堆满柴火"] * 32))
    assert all(result == results[0] for result in results)


def test_jieba_is_lazy_and_silent():
    code = "import sys, knowledge.words as w; assert 'jieba' not in sys.modules; print(w.tokens('灭火器过期'))"
    ran = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert ran.stderr == ""
    assert "灭火器" in ran.stdout
