"""The verdict on a broadcast sees every kind of fault."""

import math

from benchmarks.verdict import busiest_second, judge, outages, percentile, sustained


def test_everybody_once_and_the_uncertain_listed_is_clean() -> None:
    verdict = judge([1, 2, 3], {1: "sent", 2: "sent", 3: "unknown", 4: "unknown", 5: "dead", 6: "silent"})
    assert verdict.is_clean
    assert (verdict.people, verdict.arrived, verdict.failed) == (6, 3, 2)
    assert (verdict.uncertain, verdict.uncertain_arrived) == (2, 1)


def test_who_gets_it_twice_is_seen_even_when_that_was_uncertain() -> None:
    assert judge([1, 1, 2, 2], {1: "sent", 2: "unknown"}).twice == 2


def test_who_was_never_sent_to_and_who_only_seems_to_have_got_it_is_missing() -> None:
    assert judge([], {1: "due", 2: "inflight", 3: "sent"}).missing == 3


def test_who_got_it_but_counts_as_failed_is_seen() -> None:
    assert judge([1], {1: "dead"}).untold == 1


def test_the_busiest_second_may_begin_anywhere() -> None:
    assert busiest_second([0.0, 0.9, 1.0, 1.1, 1.8, 5.0]) == 4
    assert busiest_second([]) == 0


def test_the_rate_leaves_out_the_time_from_a_kill_to_the_first_call_after_it() -> None:
    moments = [0.0, 1.0, 2.0, 10.0, 11.0]
    dead = outages(moments, [2.5])
    assert dead == [(2.5, 10.0)]
    assert sustained(moments, dead) == 1.0
    assert sustained(moments, []) == 4 / 11


def test_percentiles_are_values_that_were_seen() -> None:
    assert percentile([5.0, 1.0, 2.0, 3.0, 4.0], 0.5) == 3.0
    assert percentile([5.0, 1.0], 0.95) == 5.0
    assert math.isnan(percentile([], 0.5))
