"""Sentences about how a case ends, what runs on it, and what comes back."""

from collections.abc import Mapping

# What the reporter reads of an end, by the act that made it; otherwise by the step (PROGRESS).
ENDS: Mapping[str, str] = {
    "fixed": "工作人员到场，当场整改完毕，已销号。隐患已经消除。",
    "settled": "有关单位已经处理完毕，已销号。",
}
# What the reporter reads when a case has come back to a step, by the act that brought it there.
AGAIN: Mapping[str, str] = {
    "failed": "复查还不合格，正在继续整改。",
    "sample_failed": "我们回头抽查，发现没有改好，正在重新整改。",
    "taken_back": "有关单位退回，镇里接着办，等待派人。",
    "reopened": "已按您的要求重新核查。",
}
# The same for whoever reported what was merged into another case.
MERGED_ENDS: Mapping[str, str] = {
    "fixed": "那一处已经当场整改完毕。",
    "settled": "那一处有关单位已经处理完毕。",
}

DUE = "{clock}期限：{at} 前"
LATE = "（已逾期）"
PAUSED = "{clock}：等上报人答复，暂停计时"
RULE = "　依据：{rule}"
RELAPSE = "⚠ 反弹：上次 {number} 于 {day} 销号，要从严整改"
REFERRED_TO = "移送单位：{authority}"
NO_RECEIPT, RECEIPT = "还没有回执", "{day} 收到回执"
CHASED = "，催办 {count} 次"
MORE = "更多…"
BACK = "◀ 返回"

TITLES: Mapping[str, str] = {
    "hazard.sample_failed": "↩ 抽查不合格，请重新整改",
    "hazard.regraded": "类别或等级已更正，请看新的期限",
    "hazard.taken_back": "↩ 移送退回，请重新派人",
    "hazard.relapse": "⚠ 反弹隐患，请关注",
}
OVERDUE_ONE = "⏰ {clock}已经超时，请马上处理"
OVERDUE_VERIFY = "⏰ 核查已经超时，请马上去看"
OVERDUE_DISPATCH = "⏰ 派人已经超时，请马上派人"
OVERDUE_MANY = "⏰ {count} 件隐患已经超时，请马上处理"
OVERDUE_LINE = "· {number}　{place}\n　{clock}期限 {at}"

FIXED_TITLE, FIXED = "当场整改", "当场整改好了"
BEFORE_PHOTOS = "请拍整改前的样子（至少一张）。已经改完了，就发之前拍的。"
AFTER_PHOTOS = "请拍整改后的样子（至少一张）。"
SAMPLE_TITLE = "抽查"
SAMPLE_PHOTOS = "抽查照片（没有就跳过）。"
SAMPLE_NOTE = "哪里不合格？写一句，整改人会看到。"
SERVED_TITLE = "送达告知书"
SERVED_NOTE = "告知书交给了谁、怎么送的？比如「交给店主本人，已签字」。"
SERVED_PHOTOS = "签收的照片（没有就跳过）。"
ACKNOWLEDGED_TITLE = "登记移送回执"
ACKNOWLEDGED_NOTE = "对方谁收的、什么时候收的？"
SETTLED_TITLE = "登记办理结果"
SETTLED_NOTE = "对方怎么处理的？写一句，上报人会看到。"
PAPERS = "回执或结果的照片（没有就跳过）。"
TAKEN_BACK_TITLE = "移送退回"
TAKEN_BACK_NOTE = "对方为什么退回？写一句。"
CHASED_TITLE, CHASE = "登记催办", "催过了"
CHASED_NOTE = "找了谁、对方怎么说？记下后，几天内不再提醒。"
REGRADED_TITLE = "更正类别和等级"
REGRADED_KIND = "应该是哪一类？点一个，或者直接打字说。"
SAME_KIND = "不改，{name}"
REGRADED_SEVERITY = "应该是什么等级？"
REGRADED_NOTE = "为什么更正？写一句，办件的同事会看到。"
UNTOLD_TITLE = "告知不到上报人"
UNTOLD_NOTE = "为什么告知不到？比如「停用了机器人，也没有留电话」。"

CALENDAR = "{year} 年的放假和调休安排还没有装进系统，期限先按周一到周五算。请更新 chinesecalendar 后重启。"
