"""Sentences about working together: posts that are called report in, and who has to keep out of a case."""

TEAM = "协同…"
TEAM_HEAD = "要叫别的岗位一起办，还是有人要回避？"

CALL = "吹哨叫人"
CALL_LABEL = "岗位"
CALL_ASK = "叫哪些岗位？勾好后点「吹哨」。他们会马上收到，要在规定时间内报到。"
CALL_DONE, CALL_NONE = "吹哨", "先不叫"
CALL_NOBODY = "没有别的岗位可以叫了：能来的都叫过了。"
CALLED = "已吹哨，对方会马上收到。"
NOT_CALLED = "没有叫人。"
REPORT_IN = "报到"
REPORTED_IN = "已报到。请和承办人一起办。"
CALLS = "报到："
CAME = "{post} ✓ {name} {day}"
MISSING = "{post} 未报到（{due} 前）"

RECUSE = "我要回避"
RECUSE_ASK = "这件事和您是什么关系？选了以后，这件您就看不到了，也不会再通知您。只有镇消防管理岗能解除。"
RECUSE_PLACE_ASK = "{name} 和您是什么关系？选了以后，这里的隐患您都看不到，也不会派给您。只有镇消防管理岗能解除。"
WHYS = {"own": "是我自己的", "relative": "是亲友、熟人的"}
RECUSED = "好的，这件不再由您经办。谢谢您主动说明。"
RECUSED_PLACE = "好的，{name} 的隐患不再由您经办。谢谢您主动说明。"
INVOLVE = "同事要回避"
INVOLVE_ASK = "被反映的是哪位同事，或者哪位是对方的亲友？选了以后，这位同事看不到这件，也收不到通知。"
INVOLVED = "已办好：{name} 看不到这件了。"

RECUSALS = "回避名单"
RECUSALS_HELP = "谁要回避哪件隐患、哪个场所"
RECUSALS_NONE = "现在没有人回避。"
RECUSAL = "{name}　{what}（{why}，{day}起）"
PLACE = "{name} 的全部隐患"
END = "解除：{name} {what}"
END_SURE = "解除后，{name} 又能看到、经办 {what}。确定吗？"
END_YES = "确定解除"
ENDED = "已解除，{name} 又可以经办 {what} 了。"

TITLES = {
    "hazard.called": "📣 吹哨：请您的岗位报到",
    "hazard.led": "🔔 新隐患，由您的岗位主办",
    "hazard.reported_in": "✅ 有岗位报到了",
    "hazard.uncalled": "⏰ 吹哨以后还有岗位没报到",
    "hazard.recused": "有同事回避，请看要不要另派人",
    "hazard.risen": "⚠ 能派人的同事都要回避，请您派人",
}
