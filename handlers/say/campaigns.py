"""Sentences about campaigns and seasons: places counted by village, never people."""

CAMPAIGNS, HELP = "专项行动", "限期把几类场所都走一遍，看还差哪些"
HEAD = "专项行动"
NONE = "现在没有专项行动。"
HOW = "点开看覆盖情况和还没进去的场所。"
NEW, LIST = "➕ 开一个", "◀ 全部专项行动"
LINE, LINE_OVER = "{title}（{until}止）", "{title}（已结束）"

FORM_TITLE = "开一个专项行动"
TITLE, TITLE_ASK = "名称", "叫什么名称？比如「冬春九小场所排查」。"
AREA, AREA_ASK = "范围", "在哪一片？"
SORT, SORT_ASK = "场所", "走哪些场所？"
SORTS = {
    "nine": "九小场所", "homes": "自建房、居民楼、连片村寨", "works": "厂房库房、作坊、工地、快递点",
    "forest": "山林坟山、连片村寨", "all": "所有场所", "own": "自己选",
}  # fmt: skip
KINDS, KINDS_ASK, KINDS_NEEDED = "类别", "勾选场所类别：", "场所类别一类也没有勾。请重新开一个，至少勾一类。"
UNTIL, UNTIL_ASK = "到哪天", "哪天结束？到那天，名单上的每一家都要进去过一次。"
CHECK = "「{title}」"
CHECK_COUNT = "{area}，{kinds}，共 {n} 家。"
CHECK_DAYS = "今天开始，{until}结束。没到巡查日子的，也会排进网格员的清单。"
BEGIN, REDO = "✔ 开始", "重新填"
BEGUN = "✔ 专项行动开始了。"

WHAT = "{area}：{kinds}"
SPAN = "{since}到{until}"
LEFT, LAST_DAY, OVER = "（还有 {n} 天）", "（今天最后一天）", "（已结束）"
ENDED_EARLY = "{day}提前结束：{reason}"
REACHED = "共 {total} 家：进去了 {entered}，去过没进去 {tried}，还没去过 {never}"
VILLAGE = "· {name}　进去 {entered} / {total}，没进去 {tried}，没去过 {never}"
FINAL = "到 {until}为止的结果："
MISSING, END = "还没进去的场所", "提前结束"
MISSING_HEAD = "「{title}」还没进去的 {n} 家"
MISSING_NONE = "您这一片都进去过了，辛苦了。"
WAS_TRIED, NEVER_TRIED = "去过没进去", "没去过"
BACK = "◀ 返回"
END_TITLE, REASON, REASON_ASK = "提前结束专项行动", "原因", "为什么提前结束？写一句，会留在记录里。"
ENDED = "✔ 已提前结束。"

SOON = "「{title}」{until}结束，您这一片还有 {n} 家没进去过。"
SOON_HOW = "点下面看是哪些。已经排在您的巡查清单里了。"
ENDED_NOTICE = "「{title}」到期，已自动结束。"

SEASON, BASIS = "{name}：{days} 天巡查一次{basis}", "（{basis}）"
ASKS = "专项行动「{title}」：{until}前要进去一次"
