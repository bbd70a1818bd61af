"""Sentences about what needs somebody else's yes, to those who ask, those who decide, and the reporter."""

from models.request_files import EXTEND, RETURN, SHELVE

CHOOSE = "要申请什么？由另一位同事或领导批。"
KIND_BUTTONS = {EXTEND: "要更多时间（延期）", RETURN: "不归我管（退回）", SHELVE: "一时改不了（挂账）"}
TITLES = {EXTEND: "申请延期", RETURN: "申请退回", SHELVE: "申请挂账"}
UNTIL, REASON, MEASURES = "日期", "理由", "期间措施"
ASK_UNTIL = {EXTEND: "延到哪一天？最晚 {last}。", SHELVE: "挂到哪一天？最晚 {last}，到期自动恢复整改。"}
BETWEEN = "请选 {first} 之后、{last} 之前（含）的日子，比如「{last}」。"
ASK_REASON = {
    EXTEND: "为什么要延期？写一句大白话，批准后上报人会看到。",
    SHELVE: "为什么一时改不了？写一句大白话，批准后上报人会看到。",
    RETURN: "为什么要退回？点一个，或者自己写。",
}
WHY_RETURN = ("不在我的片区", "不归我这条线管", "地点写错了")
NOT_MINE = ("是房东（业主）的责任", "不是我的店（单位）", "我已经不在那里了")
ASK_MEASURES = "改好以前怎么保证安全？比如「停用这条线路，每天巡查一次」。上报人会看到。"
SUBMIT = "提交申请"
ASKED = "申请交上去了，批了马上告诉您。没批之前，原来的期限不变。"

HEADS = {EXTEND: "📝 有人申请延期，请您批", RETURN: "📝 有人申请退回，请您批", SHELVE: "📝 有人申请挂账，请您批"}
WHO = "{name}：{what}"
WHAT = {EXTEND: "整改期限延到 {until}", RETURN: "这件不归我办，请另派", SHELVE: "挂账到 {until}，到期恢复整改"}
INSTEAD_OF = "（原定 {due}）"
MEANWHILE = "期间措施：{measures}"
REPORTER_READS = "批准以后，上报人会看到日期和理由。"
DECIDE_BY = "请在 {due} 前批复。"
GRANT, DECLINE, OPEN_CASE, BACK = "✔ 批准", "不批准…", "看隐患", "◀ 返回"
ASK_WHY_NOT = "为什么不批准？写一句，申请人会看到。"
DECLINE_TITLE = "不批准申请"
GRANTED_NOW = {EXTEND: "已批准延期，申请人和上报人会收到。", RETURN: "已批准退回，这件重新等派人。",
               SHELVE: "已批准挂账，申请人和上报人会收到；到期自动恢复整改。"}  # fmt: skip
DECLINED_NOW = "已告诉申请人不批准和理由。"
OVER = "这个申请已经有结果了。"
WAITS = "有一个{kind}申请在等批复"
ESCALATED = "⚠ 已经第 {count} 次退回，请镇领导决定由谁来办"

GRANTED = {EXTEND: "✅ 延期批准了，改到 {until}", RETURN: "✅ 退回批准了，这件不用您办了",
           SHELVE: "✅ 挂账批准了，到 {until} 恢复整改"}  # fmt: skip
DECLINED = {EXTEND: "延期没有批准", RETURN: "退回没有批准，请接着办", SHELVE: "挂账没有批准，请接着办"}
THE_REASON = "理由：{reason}"

TOLD = {EXTEND: "整改时间延到 {until}", SHELVE: "这处一时改不了，先挂账到 {until}，到期接着改"}
