"""Sentences about why a topic is suggested."""

WARNING_TOPIC = "warning-"  # so that a muted topic never mutes a warning
TODAY, TOMORROW = "今天", "明天"
MARKET = "{when}逢场，人多车多"
MONTH = "{month} 月时令"
WARNED = "{title}还在有效期"


def found(topic: str, count: int, before: int) -> str:
    """Return how many hazards of a topic were found in the last 30 days, and the change."""
    change = f"，比前 30 天多 {count - before} 起" if count > before else ""
    return f"近 30 天发现「{topic}」隐患 {count} 起{change}"
