"""Sentences about the plans of enterprises (一企一策): file, problem list, progress, supervision notes, register."""

TITLE, HELP = "一企一策", "企业台账、问题清单、整治进度和督导记录"
HEAD = "一企一策（{n} 家）"
NONE = "您这一片还没有建一企一策的企业。"
NONE_HOW = "打开一家厂房库房的卡片，点「一企一策」就能建档。"
FULL, EMPTY = "▓", "░"
BAR = "{bar} {percent}%"
LINE = "{mark}{name}　{state}"
LATE_MARK, DONE_MARK = "🔴 ", "✅ "
NO_PROBLEMS = "还没有问题清单"
CLOSED_ON = "{day}全部销号"
OPEN_COUNT, LATE_COUNT = "{n} 项没销号", "，{n} 项逾期"
MORE, BACK, BACK_TO = "更多…", "◀ 返回", "◀ {name}"
MORE_ASK = "还可以办这些："
FACT = "一企一策：{state}"

REGISTER, FIGURES, WITHOUT = "📄 导出台账", "各村汇总", "还没建档的厂房库房（{n} 家）"
WITHOUT_HEAD, WITHOUT_NONE = "还没建档的厂房库房", "您这一片的厂房库房都建了档。"
WITHOUT_HOW = "点一家就建档，挂点干部先记您，随时可以换。"
FIGURES_HEAD = "一企一策各村汇总（截至 {day}）"
FIGURES_LINE = "· {name}：{plans} 家，没销号 {open} 项（逾期 {late} 项），已销号 {closed} 项"
FIGURES_ALL = "合计：{plans} 家，没销号 {open} 项（逾期 {late} 项），已销号 {closed} 项"
COMES = "正在做，马上发给您"

NOT_OPENED = "这一家还没有建一企一策。建档以后可以填企业情况、列问题清单、记督导。"
OPEN_FILE, OPENED = "建档", "建好了。先列问题，或者先填企业情况，都可以。"
LEAD = "挂点干部：{name}"
FILE_LINE = "企业情况：已填 {done} / {all}"
PROBLEMS = "全部 {n} 项"
ADD, FILE, NOTES = "➕ 列问题", "企业情况", "督导记录"
NUMBERED = "第 {n} 项"
PROBLEM_LINE = "{mark}{n}. {words}（{severity}）\n　{state}"
DUE, LATE_BY, NO_DUE = "期限 {day}", "逾期 {n} 天", "没有定期限"
WAITS = "等另一位同事复核销号"
CLOSED = "{day}已销号"
IN_CASE, CASE_CLOSED = "随隐患 {number} 办（{step}）", "隐患 {number} 已复查销号，点「随隐患销号」就行"

SHEET = "{name}（{done} / {all}）"
FILL, ALTER = "填{name}（差 {n}）", "改{name}"
SET_LEAD = "换挂点干部"
FROM_LEDGER = "面积、层数、住人和责任人电话，场所台账里有的就不再问。"
KEPT = "记下了。"
FILL_TITLE, FILL_ASK = "企业情况·{name}", "{label}：{hint}"
FILL_SUBMIT = "存档"

LEAD_TITLE, LEAD_ASK = "挂点干部", "哪位同事挂点？点一个，或者打名字。"
PROBLEM_TITLE = "问题和措施"
PROBLEM, PROBLEM_ASK = "问题", "是什么问题？一句话，比如：喷漆间和库房没有隔开。"
SEVERITY, SEVERITY_ASK = "等级", "有多严重？"
MEASURE, MEASURE_ASK = "整治措施", "怎么整治？比如：砌防火墙，换防火门。"
SORT, SORT_ASK = "措施类型", "是硬件（要动工、添东西）还是管理（立规矩、改习惯）？"
DUE_LABEL, DUE_ASK = "期限", "哪天以前整治好？"
OWNER, OWNER_ASK = "责任人", "企业里谁负责？写姓名（可以带电话），只有督导的同事看得到电话。"
FUNDS, FUNDS_ASK = "资金", "要多少钱、谁出？比如：自筹 2 万元。"
LEAD_LABEL = "挂点干部"

CHOOSE_ADD = "这一家有没列入清单的隐患，点一下就列入，整改和复查还在隐患里办；也可以另写一项。"
TAKE, ANOTHER = "列入 {number} {kind}", "另写一项"
TAKEN_WORDS = "{kind}（隐患 {number}）"
ADDED = "列入清单了。"

DETAIL = ("等级：{severity}", "措施：{measure}", "类型：{sort}", "资金：{funds}", "责任人：{owner}", "挂点干部：{lead}")
HISTORY = "经过"
HISTORY_LINE = "· {day} {name} {act}{percent}{note}"
REPORT, POSTPONE, CHANGE = "报进度", "改期限", "改内容"
CLOSE, SEND_BACK, SETTLE = "✅ 复核通过，销号", "没做好，退回", "✅ 随隐患销号"
PICTURES, CASE = "看照片", "看隐患"
OWN_FIXED = "完成是您报的，要请另一位同事复核销号。"

REPORT_TITLE = "报整治进度"
PROGRESS, PROGRESS_ASK, PERCENT = "进度", "做到哪里了？", "{n}%"
ALL_DONE = "100%（做完了）"
NOTE, NOTE_ASK = "情况", "做了什么？写一句，不写就跳过。"
PHOTOS, PHOTOS_ASK = "照片", "有现场照片就发来，没有就跳过。"
MENDED_ASK = "请发整治后的照片，可以带一句说明。"
REPORTED, REPORTED_DONE = "记下了，进度 {n}%。", "记下了：已报完成，等另一位同事复核销号。"
POSTPONE_TITLE, REASON, REASON_ASK = "改期限", "原因", "为什么改期限？原来的期限会留在经过里。"
POSTPONED = "期限改好了。"
BACK_TITLE, BACK_ASK = "退回", "哪里没做好？一句话，场所负责人也会看到。"
SENT_BACK = "退回了，按 75% 接着整治。"
CLOSE_TITLE, RESULT, RESULT_ASK = "复核销号", "复核结果", "现场看到什么？比如：墙已砌到顶，防火门装好了。"
CLOSED_HEAD, CLOSED_ALL = "销号了。", "销号了。这一家的问题全部销号，一企一策办结。"
SETTLED = "随隐患 {number} 复查销号"

NOTES_HEAD, NOTES_NONE = "督导记录（{n} 条）", "还没有督导记录。"
NOTES_LINE = "{day} {name}　{about}{act}{percent}{note}{pictures}"
ABOUT, WITH_PICTURES = "第{n}项 ", "（{n} 张照片）"
NOTES_PRIVATE = "督导记录只在工作人员之间看，场所负责人看不到。"
ADD_NOTE, NOTE_TITLE = "➕ 记督导", "督导记录"
VISIT, VISIT_ASK = "内容", "这次做的是哪一样？"
WORDS, WORDS_ASK = "情况", "看到什么、要求什么？写几句。"
NOTED = "督导记下了。"

OWN, OWN_HELP = "我的整治清单", "镇里给我的场所列的问题、措施和期限"
OWN_NONE = "您的场所还没有整治清单。镇里列了问题会告诉您。"
OWN_ASK = "哪一家？"
OWN_HEAD, OWN_EMPTY = "{name}的整治清单", "清单里还没有问题。"
OWN_MEASURE, OWN_BACK = "措施：{measure}", "退回原因：{reason}"
OWN_REPORT = "报第 {n} 项进度"
OWN_WAITS = "已报完成，等镇里复核"
OWN_CASE = "按隐患 {number} 的要求整改，在「我的场所隐患」里办"
TOLD = {
    "added": "一企一策新列了一项，请看看",
    "waits": "这一项报了完成，请您复核",
    "sent_back": "复核没通过，请接着整治",
    "postponed": "这一项的期限改了",
    "closed": "这一项已经销号",
}

FILE_NAME = "一企一策台账 {day}.xlsx"
SHEET_TITLE = "{town}一企一策{tab}"
SHEET_DONE = "一企一策台账，{plans} 家、{problems} 项问题、{notes} 条督导记录。"
SHEET_ABOUT = "共 {n} {unit}。{name} 于 {day} 导出。含个人信息，请勿外传。"
TABS, UNITS = ("企业台账", "问题清单", "督导记录"), ("家", "项", "条")
BEFORE = (("企业名", 18), ("村（社区）", 12), ("场所类型", 10), ("地址", 20))
AFTER = (
    ("问题清单（编号-问题-等级）", 40), ("整治措施", 30), ("资金", 14), ("责任人", 14), ("挂点干部", 9),
    ("时限、进度", 20), ("总进度%", 7), ("督导记录", 30), ("销号", 11),
)  # fmt: skip
LINE_WIDTHS, USUAL = {"number": 9, "year": 8, "code": 21, "person": 21}, 14
PROBLEM_HEADS = (
    ("企业名", 18), ("编号", 6), ("问题", 36), ("等级", 7), ("措施", 30), ("类型", 7), ("资金", 14), ("责任人", 14),
    ("挂点干部", 9), ("列入日期", 11), ("时限", 11), ("进度%", 7), ("状态", 12), ("隐患编号", 13), ("销号日期", 11),
    ("销号人", 9),
)  # fmt: skip
NOTE_HEADS = (
    ("企业名", 18), ("日期", 11), ("督导人", 9), ("内容", 10), ("问题编号", 8), ("当时进度%", 8), ("情况", 60),
    ("照片", 6),
)  # fmt: skip
LISTED = "{n}-{words}-{severity}"
STATES = {"open": "整治中", "late": "逾期", "waits": "待复核", "closed": "已销号"}
