"""Sentences to the responsible person of a place: what to repair, by when, and what they can do."""

from models.lifecycle import Step

LIST = "我的场所隐患"
LIST_HELP = "您的店、单位要整改的隐患"
NONE = "您的场所现在没有要整改的隐患。平时多看看出口、电线、灭火器。"
PLACE, MEND = "场所：{place}", "要整改：{kind}"
FOUND = "。巡查时写的：{found}"
FOR_EXAMPLE = "（这一类常见的有：{examples}）"
BASIS = "依据：{basis}"
DETAILS = "具体怎么改，看整改告知书，或者问来检查的同志。"
STILL_WRONG = "上次复查没通过的地方："
MEASURES = "挂账期间要做到：{measures}"
STATES = {
    Step.RECTIFYING: "请在 {due} 前改好，拍照发来。",
    Step.RECHECK: "已收到您的整改照片，等另一个人来复查。",
    Step.SHELVED: "已挂账，{due} 恢复整改。",
    Step.CLOSED: "复查合格，已销号。谢谢您配合！",
}
LATE = "已经过期，请抓紧。"
WAITS = "您的申请已经交上去，等批。"
MENDED, MORE_TIME, NOT_MINE, PICTURES = "已整改，上传照片", "申请延期", "不是我负责", "看照片"
BACK = "◀ 我的场所隐患"
MENDED_TITLE, PHOTOS = "报告已整改", "请拍整改后的照片（至少一张），发完点「发完了」。"
THANKS = "收到，谢谢！会有另一个人来复查，结果告诉您。"

TITLES = {
    Step.RECTIFYING: "📌 您的场所有一处火灾隐患，请整改",
    Step.RECHECK: "🔍 等人复查",
    Step.SHELVED: "已挂账",
    Step.CLOSED: "✅ 整改合格",
}
TITLE_AGAIN = "↩ 复查没通过，请再整改"
SOON, TODAY, OVERDUE = "⏰ 整改还有 {days} 天到期", "⏰ 整改今天到期", "⏰ 整改已经过期 {days} 天"
