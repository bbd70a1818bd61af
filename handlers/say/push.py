"""Sentences about tips, what is pushed, and the morning's digest."""

from datetime import date

from models.calendar import day_name

VALID_UNTIL = "（{until} 前有效）"
TIP_HEAD, WARNING_HEAD = "【消防提示】{title}", "⚠️【火险预警】{title}"
QUIZ_HEAD = "【消防答题】{title}"
MORE = "听更多"
NO_MORE_TOPIC = "不再收这类"
NO_MORE = "不再收提示"

SETTINGS = "推送设置"
SETTINGS_HOW = "点一下就能关上或打开。火情警报和您上报的进展不受影响，照样会告诉您。"
ALL_OFF = "消防提示和火险预警已经全部关了。"
HOME, HOME_ASK = "🏠 我住哪个村", "您住在哪个村（社区）？选了就能收到本村的提示，别村的不打扰您。只用来推送。"
HOME_HERE, HOME_NONE = "✅ {name}", "不选"
HOME_KEPT, HOME_FORGOTTEN = "好，记下了：{name}。本村的提示会发给您。", "好，不记您住哪里。全镇的提示照样会发给您。"
ON, OFF = "✅ {topic}", "⭕ {topic}（已关）"
SWITCH_ALL_OFF = "全部关掉"
SWITCH_ALL_ON = "恢复推送"
STOP_WORDS = ("别再发了", "退订", "不要再发了")
RESUME_WORDS = ("恢复推送",)
STOPPED = "好，不再发消防提示和火险预警了。想恢复，发「恢复推送」。"
TOPIC_STOPPED = "好，不再发「{topic}」这类提示了。想恢复，发「推送设置」。"
RESUMED = "好，消防提示恢复了。不想收哪一类，发「推送设置」。"

TO_THE_BOT = "看到隐患？私下告诉吹哨"

PUSH = "发布提示"
APPROVALS, APPROVALS_HELP = "待批准的提示", "同事写好的提示和预警，等您看过再发"
TO_APPROVE = "点开看内容，再决定批准还是退回。"
NOTHING_TO_APPROVE = "现在没有等您批准的。有了会马上告诉您。"
NO_AREA = "还没有归您发布的村或镇。请联系镇消防管理岗，把您的职务放到村或镇上。"
NO_SITES = "场所类别一类也没有勾。请点「改场所类别」，至少勾一类。"
NO_ARTICLE = "这篇文章已经改了或撤了。发「发布提示」看看新的建议。"
PUSH_HELP = "写一条消防提示或预警，第二个人批准后发出去"
PUSH_HOME = "写好先给您看样子和人数，批准后才发。近期可以说这些："
IDEA, IDEA_WHY = "💡 {number}. {title}", "{number}. {title}（{why}）"
NOT_APPROVED = "批准以后才能出喇叭稿和大字海报。"
WRITE, WARN, QUIZ_OUT, CHATS = "✍ 写一条", "⚠️ 发预警", "❓ 出一道题", "群和频道"
UNDER_WAY = "{stage}：{title}"

PUSH_TITLE, PUSH_ASK_TITLE = "标题", "标题写什么？30 个字以内，比如「今晚有大风，管好火源」。"
PUSH_TEXT, PUSH_ASK_TEXT = "内容", "内容写什么？一两句大白话最好，900 个字以内。"
PICTURE, PICTURE_ASK = "配图", "要配一张照片就发来，不配点「跳过」。"
AREA, AREA_ASK = "范围", "发到哪一片？"
WHO, WHO_ASK = "发给谁", "发给哪些人？"
EVERYBODY, WORKERS, HELPERS, OF_SITES = "所有人", "网格员和村干部", "微型站和志愿者", "某类场所的负责人"
SITES, SITES_ASK = "场所类别", "勾选场所类别："
IN_CHATS, IN_CHATS_ASK = "群和频道", "同时发到群和频道吗？"
CHATS_YES, CHATS_NO, CHATS_ONLY = "发", "不发", "只发群和频道"
SEND_AT, SEND_AT_ASK = "什么时候", "什么时候发？可以写「明天 8:30」。免打扰时段会等到早上，预警除外。"
AT_ONCE = "批准后马上"
NEXT_DRAFT = "下一步：先发给自己看看，没问题就点它旁边的按钮。"
NEXT_WAITING = "下一步：等另一位同事或领导批准，批准后会告诉您。"
NEXT_SCHEDULED = "下一步：到点自动发；没发出去以前随时可以停。"
NEXT_SENDING = "下一步：发完会告诉写的人。"
SORT, SORT_ASK = "预警种类", "哪一种预警？"
LEVEL, LEVEL_ASK = "等级", "什么等级？以气象、林业等部门发布的为准。"
VALID, VALID_ASK, HOURS = "有效多久", "有效多长时间？过了时间没送到的就不再送。", "{hours} 小时"
WARNING_ASK = "要说的话可以自己写；点「跳过」就用这一段：\n\n{advice}"
WARNING_TITLE = "{sort}{level}预警"
WHY, WHY_ASK = "原因", "为什么退回？写一句，写的人会看到。"
PUSH_PREVIEW = "大家看到的是这样：\n\n{head}\n{text}"
KEEP = "下一步：看样子和人数"
PUSH_SUBMIT, SUBMIT = "提交发布", "提交审批"
TRY, TRIED, TEST_MARK = "先发给我看看", "马上发给您", "（试发，只有您看得到）\n"
EDIT, DISCARD, CALL_OFF, STOP, AGAIN = "改一改", "作废", "不发了", "⏹ 停止发送", "照着再写一条"
APPROVE, GIVE_BACK = "✅ 批准发布", "退回修改"
SCRIPT, POSTER, PAPER_COMES = "📢 喇叭稿", "🖨 大字海报", "正在做，马上发给您"
STAGE = "状态："
REACHES = "现在发能到 {people} 人、{groups} 个群或频道（{whom}；关掉这类提示的不算）"
WHEN, UNTIL = "发送：{at}", "，有效到 {until}"
WITH_PICTURE = "（配图 1 张）"
REASON = "原因：{reason}"
WHOLE_TOWN = "全镇"
ROLES_OF, SITES_OF = "{area}的{roles}", "{area}{sites}的负责人"
PLEASE_APPROVE, SOMEBODY = "{author}写了一条，请您看看能不能发", "同事"
APPROVE_HOW = "批准后到点就发；有不妥当的，点「退回修改」写明原因。"
APPROVED = "「{title}」批准了，到点就发，发完告诉您。"
RETURNED = "「{title}」退回修改：{reason}\n点「看看」，改好再提交。"
STOPPED_EARLY = "「{title}」已经停发。{reason}"
DONE = "「{title}」发完了：送达 {delivered} / {audience}，没送到 {failed}，不确定 {uncertain}。"
LOOK = "看看"
PUSH_PROGRESS = "已送达 {sent} / 共 {total}"
PUSH_WAITING = "等待发送 {count}"
PUSH_FAILED = "没有送到 {count}（没开通、拉黑了机器人、刚关掉推送或过了有效时间）"
PUSH_STOPPED = "停下后没有发 {count}"
PUSH_DOUBT = "不确定 {count}（网络断在半路，为了不打扰不再补发）"
PUSH_AS_OF = "截至 {clock}"
REFRESH = "刷新"
DOUBTS, NOBODY, DOUBTS_REST = "不确定名单", "没有", "还有 {count} 个没有列出。"
DOUBTS_HOW = "网络断在半路，可能收到也可能没收到。要紧的内容请打个电话："

GO_ON = "接着填"

DIGEST = "今天要办的事（{day}）"
LATE, TODAY, SOON = "逾期", "今天到期", "快到期"
ESCALATED = "，请督促"
DIGEST_REST = "还有 {count} 项，请到各自的清单里看。"
DIGEST_TAIL = "办完的明天不再提醒。"
ALL_WAITING = "看全部待办隐患"
OPENING = {"hazard": "看 {name}", "patrol": "巡查 {name}", "duty": "办 {name}", "request": "批 {name}",
           "upkeep": "看器材 {name}", "measure": "督办 {name}"}  # fmt: skip

OVERDUE, OVERDUE_HELP = "逾期清单", "本片区过了期限还没办完的"
OVERDUE_NONE = "现在没有逾期的事。"
OVERDUE_THINGS = {
    "hazard": "隐患 {n} 件", "patrol": "巡查 {n} 家", "duty": "任务 {n} 项", "upkeep": "器材证照到期 {n} 家",
    "measure": "一企一策整治 {n} 项", "request": "申请 {n} 件",
}  # fmt: skip
OVERDUE_WHICH, OVERDUE_ONE, OVERDUE_BACK = "看：{head}", "{name}  {late}", "◀ 逾期清单"
OVERDUE_MORE = "还有 {count} 件更早逾期的隐患没有列出。"
LATE_DAYS, LATE_TODAY = "逾期 {days} 天", "今天刚逾期"
HELD_BY = "承办：{name}"
NOT_HELD = {
    **dict.fromkeys(("dispatch", "verify", "notice", "rectify"), "还没有派人"),
    "recheck": "等人复查", "sample": "等人抽查", "referral": "等对方回复",
    "feedback": "等告知上报人", "shelf": "等复核",
}  # fmt: skip


def digest_line(name: str, clock: str, due: date, days_left: int, escalated: bool) -> str:
    """Return one thing that is due: what, which clock, by when."""
    left = f"逾期 {-days_left} 天" if days_left < 0 else "今天" if days_left == 0 else f"还有 {days_left} 天"
    return f"· {name}　{clock}期限 {day_name(due)}（{left}{ESCALATED if escalated else ''}）"


OVERDUE_CALLS = "吹哨后没报到 {n} 个岗位"
OVERDUE_CALL = "· {post}　{number}　{place}\n　应在 {due} 前报到"
