"""A broadcast while the bot is killed with SIGKILL: everybody once, who is uncertain is listed, and never too fast."""

from benchmarks.broadcast import Figures, Plan, measure
from benchmarks.broadcast_telegram import is_blocking

TELEGRAM_TAKES = 30  # messages in any second


def nobody_is_forgotten_and_nobody_gets_it_twice(figures: Figures, plan: Plan) -> None:
    """Hold what Telegram received against what the bot says: 10 % have blocked it, 5 % were refused once with 429."""
    verdict = figures.verdict
    blocking = sum(is_blocking(number) for number in range(plan.people))
    assert figures.kills == plan.kills
    assert (verdict.twice, verdict.missing, verdict.untold) == (0, 0, 0)
    assert verdict.people == plan.people + 1
    assert verdict.arrived + verdict.failed + verdict.uncertain - verdict.uncertain_arrived == verdict.people
    assert blocking - verdict.uncertain <= verdict.failed <= blocking
    assert figures.busiest <= TELEGRAM_TAKES
    assert figures.refused == 0


def test_two_kills_during_a_broadcast_cost_nobody_a_message() -> None:
    plan = Plan(people=160, kills=2, writing=0.0, latency=0.01, stops=False)
    nobody_is_forgotten_and_nobody_gets_it_twice(measure(plan), plan)


def test_a_replica_takes_over_a_broadcast_on_postgresql(postgres_url: str) -> None:
    plan = Plan(url=postgres_url, people=60, kills=1, replicas=2, writing=0.0, latency=0.01)
    nobody_is_forgotten_and_nobody_gets_it_twice(measure(plan), plan)
