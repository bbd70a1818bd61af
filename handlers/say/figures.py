"""Sentences about the figures of patrols."""

BOARD, BOARD_HELP = "巡查数据", "各村、各类场所巡查到哪一步，逾期和隐患"
SPANS = {"month": "本月", "last": "上月", "quarter": "本季", "year": "今年"}
BY = {"village": "按村", "kind": "按类型"}
LINE = {"village": "村（社区）", "kind": "场所类型"}
EVERYWHERE, EVERY_KIND = "全部片区", "全部类型"

HEAD = "巡查数据 · {span}（{days}）"
DAYS = "{first}—{last}"
WITHIN = "{area} · {kind} · 截至 {at}"
COVERED = "在营 {places} 家：进了门 {entered} 家{share}，去了没进 {tried} 家，没去过 {never} 家"
SHARE = "（{n}%）"
MADE = "巡查 {patrols} 次（补录 {late} 次），开隐患 {hazards} 处{rate}"
RATE = "（每百次 {n} 处）"
OVERDUE = "现在逾期 {overdue} 家，最久 {longest} 天，超过 30 天的 {long} 家"
OVERDUE_NONE = "现在没有逾期的。"
COST = "每次巡查：点 {taps} 下，发 {messages} 条，{minutes}（{n} 次的中位数）"
COST_FEW = "每次巡查点几下、用多久：记到的不足 5 次，先不统计。"
MINUTES, NO_MINUTE = "{n} 分钟", "不到 1 分钟"
EACH = "{name}　进 {entered} / 没进 {tried} / 没去 {never}"
EACH_MORE = "　逾期 {overdue}", "　隐患 {hazards}"
LOCKED_HOW = "锁门、不让进的算「去了没进」，不算进了门。"
NOTHING = "这里还没有在营的场所，也没有巡查记录。换个时段或范围看看。"
REST = "还有 {n} 行没有列出，「导出」里有全部。"

SPAN, NARROW, CHART, EXPORT, ROWS, BACK = "换时段", "只看…", "看图", "导出", "看名单", "◀ 返回"
SPAN_ASK = "看哪一段时间？"
NARROW_ASK = {"village": "只看哪个村？", "kind": "只看哪一类？"}
ALL = {"village": EVERYWHERE, "kind": EVERY_KIND}
COMES = "正在做，马上发给您"

ROWS_ASK = "看哪一份名单？"
ROWS_OF = {"never": "没去过", "tried": "去了没进", "overdue": "逾期", "hazards": "开的隐患"}
ROWS_HEAD = "{what} {n}"
ROWS_NONE = "这份名单是空的。"

CHART_TITLE, CHART_ABOUT = "{town}巡查覆盖 · {by}", "{days}　{area}　{kind}　在营场所（家）　截至 {at}"
PARTS = ("进了门", "去了没进", "没去过")
CHART_NAME = "xunchafugai.png"
CHART_CAPTION = "巡查覆盖 · {span} · {by}"

SHEET_TITLE = "{town}巡查数据（{by}）"
SHEET_ABOUT = "{days}；{area}；{kind}；截至 {at}。{name} 于 {day} 导出。不足 20 的不算比例。"
SHEET_NAME = "巡查数据 {by} {since}至{until}.xlsx"
SHEET_CAPTION = "巡查数据 · {span} · {by}"
SUM = "合计"
HEADS = (
    ("", 18), ("在营场所", 8), ("进了门", 8), ("去了没进", 8), ("没去过", 8), ("进门比例（%）", 8), ("现在逾期", 8),
    ("逾期超过30天", 8), ("最久逾期（天）", 8), ("巡查次数", 8), ("补录", 8), ("开隐患", 8), ("每百次开隐患", 8),
    ("每次点击", 8), ("每次发消息", 8), ("每次用时（分钟）", 8), ("统计的次数", 8),
)  # fmt: skip
