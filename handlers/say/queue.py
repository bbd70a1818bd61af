"""Sentences of the officers' desk: the queue, its filters, looking for a case, several at once, prepared words."""

from models.queues import ENDED, EVERYTHING, MINE, Section

HEAD = "待办隐患（{count}）"
NONE = "现在没有等您办的隐患。"
NONE_FITS = "没有符合的隐患。可以点「筛选」换个条件。"
VIEW = "正在看：{view}"
SECTIONS = {Section.LATE: "逾期", Section.TODAY: "今天到期", Section.URGENT: "紧急", Section.REST: "其他"}
SCOPES = {MINE: "我的", EVERYTHING: "全部在办", ENDED: "近 30 天办结"}
LATE_ONLY = "只看逾期"
FILTERS = {"village": "村（社区）", "kind": "类别", "severity": "等级", "step": "状态"}
PAGE = "第 {page}/{pages} 页"
LATE_BY, LEFT = "已逾期 {time}", "还剩 {time}"
DAYS, HOURS, SOON = "{n} 天", "{n} 小时", "不到 1 小时"
NOBODY_YET = "还没派人"

FILTER, CHOOSE, BACK, LIST = "🔎 筛选", "☑ 多选", "◀ 返回", "◀ 看列表"
FILTER_HEAD = "怎么筛选？可以几样一起选。"
PICK = "看哪一个{what}？"
ANY, CLEAR = "不限", "清空筛选"
CHOSEN, SHOW = "● {label}", "看这 {count} 件"

ASK = "查哪一件？打编号（12、2026-12 都行）、地点，或者类别。"
FOUND = "查到 {count} 件：{words}"
NOT_FOUND = "没有找到，或者不归您办。可以换个说法再查：编号、店名、村组，或者类别。"
SEARCH_AGAIN = "🔎 再查一件"

STALE = "这件刚有变化，{what}。已换成最新的。"
STALE_PLAIN = "卡片已换成最新的。"
TAKEN, TAKEN_ALONE = "已由 {name} {act}", "{act}"
CLAIMED = "您已认领。看过现场，回来点结果。"
IN_PLACE = "{name}（{deputy}代）"

NOTE = "写给同事看的，上报人和场所都看不到。写什么？"
NOTED = "已记下，只有办件的同事看得到。"
NOTE_TITLE = "内部备注"

BATCH_HEAD = "多选（已选 {count} 件）"
BATCH_HOW = "点前面的方框选上或去掉，翻页不会丢。属实、复查、销号要一件一件看，不能一起办。"
BATCH_CHOSEN = "已选：{numbers}"
ON, OFF = "☑", "☐"
BATCH_ASSIGN, BATCH_CLAIM, BATCH_NOTE, BATCH_END = "📌 一起派给…", "我都去看", "一起写备注", "✖ 不选了"
BATCH_NONE = "先点前面的方框选上，再办。"
BATCH_WHO = "这 {count} 件派给谁？"
BATCH_NOBODY = "没有一个人能管全部这几件所在的片区。请按村分开选，再派。"
BATCH_DONE, BATCH_FAILED = "办好 {count} 件", "{count} 件没办成"
BATCH_WHY = "{number} {why}"
BATCH_UNSEEN = "有一件已经不归您办"

READS = "上报人会看到："
WARNED = "⚠ 这句话里好像有{what}，上报人会看到。没有必要就改一改。"
A_PHONE, A_PERSON = "电话号码", "人的姓名或称呼"
OWN_WORDS = "点一句现成的，或者自己写："
PHRASE = "{n}. {text}"
CLOSING = "要给上报人带句话，就点一句，或者直接打字。"
WORDS_NOTED = "这句话记下了。"
