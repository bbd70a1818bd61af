"""Sentences about tips, what is pushed, and the morning's digest."""

from datetime import date

TIP = "【消防提示】{title}"
MORE = "听更多"
NO_MORE_TOPIC = "不再收这类"
NO_MORE = "不再收提示"

SETTINGS = "推送设置"
SETTINGS_HOW = "点一下就能关上或打开。火情警报和您上报的进展不受影响，照样会告诉您。"
ALL_OFF = "消防提示已经全部关了。"
ON, OFF = "✅ {topic}", "⭕ {topic}（已关）"
SWITCH_ALL_OFF = "全部关掉"
SWITCH_ALL_ON = "恢复推送"
STOP_WORDS = ("别再发了", "退订", "不要再发了")
RESUME_WORDS = ("恢复推送",)
STOPPED = "好，不再发消防提示了。想恢复，发「恢复推送」。"
TOPIC_STOPPED = "好，不再发「{topic}」这类提示了。想恢复，发「推送设置」。"
RESUMED = "好，消防提示恢复了。不想收哪一类，发「推送设置」。"

PUSH = "发布提示"
PUSH_HELP = "把一条消防提示发给全镇"
PUSH_TITLE, PUSH_ASK_TITLE = "标题", "标题写什么？30 个字以内，比如「今晚有大风，管好火源」。"
PUSH_TEXT, PUSH_ASK_TEXT = "内容", "内容写什么？一两句大白话最好，900 个字以内。"
PUSH_PREVIEW = "发出去就是这个样子：\n\n【消防提示】{title}\n{text}\n\n发给没有关掉推送的所有人；免打扰时段等到早上。"
PUSH_SUBMIT = "现在发布"
PUSH_FULL = "今天的提示已经发满 {limit} 条，再发就打扰群众了。内容给您留着，明天再点「现在发布」。"
PUSH_PROGRESS = "已送达 {sent} / 共 {total}"
PUSH_WAITING = "等待发送 {count}"
PUSH_FAILED = "没有送达 {count}（停用、拉黑机器人或刚关掉推送）"
PUSH_AS_OF = "截至 {clock}"
REFRESH = "刷新"

GO_ON = "接着填"

DIGEST = "今天要办的事（{day}）"
LATE, TODAY, SOON = "逾期", "今天到期", "快到期"
ESCALATED = "，请督促"
DIGEST_REST = "还有 {count} 项，请到各自的清单里看。"
DIGEST_TAIL = "办完的明天不再提醒。"
OPENING = {"hazard": "看 {name}", "patrol": "巡查 {name}", "duty": "办 {name}"}

OVERDUE, OVERDUE_HELP = "逾期清单", "本片区过了期限还没办完的"
OVERDUE_NONE = "现在没有逾期的事。"
OVERDUE_THINGS = {"hazard": "隐患", "patrol": "巡查", "duty": "任务"}
OVERDUE_MORE = "还有 {count} 件更早逾期的隐患没有列出。"
LATE_DAYS, LATE_TODAY = "逾期 {days} 天", "今天刚逾期"
HELD_BY = "承办：{name}"
NOT_HELD = {"verify": "还没有派人", "rectify": "还没有派人", "recheck": "等人复查"}


def day_name(day: date) -> str:
    """Return a day as people say it."""
    return f"{day.month}月{day.day}日"


def digest_line(name: str, clock: str, due: date, days_left: int, escalated: bool) -> str:
    """Return one thing that is due: what, which clock, by when."""
    left = f"逾期 {-days_left} 天" if days_left < 0 else "今天" if days_left == 0 else f"还有 {days_left} 天"
    return f"· {name}　{clock}期限 {day_name(due)}（{left}{ESCALATED if escalated else ''}）"
