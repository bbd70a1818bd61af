"""Sentences between an officer and the reporter: questions, answers, and what has happened so far."""

from models.lifecycle import Act

FORM_TITLE, FORM_LABEL, SEND = "问上报人", "问题", "发给上报人"
ASK = "想问上报人什么？一次只问一件事，300 个字以内。点一个，或者自己写。"
OFTEN = (
    "现在还是这样吗？",
    "具体在哪个位置？比如几栋几单元几楼、哪扇门。",
    "一般什么时间会这样？",
    "能再发一张看得清位置的照片吗？",
)
PREVIEW = "上报人会读到：\n\n{shown}"
SENT = "已发给上报人。最多等到 {due}，{clock}。"
CLOCK_STANDS, CLOCK_RUNS = "等的时候期限暂停", "紧急隐患，期限不停，请照样去看"

ASKED = "❓ 办件人员想问您一件事"
HOW = "打字回答就行，也可以发照片。最迟 {due}；答不上来也没关系，照样会办。"
AS_WRITTEN = "您的回答会原样给办件人员看，请不要写姓名和电话。"
PREVIEW_CARD = "{head}\n{number}　{place}\n「{ask}」\n{how}\n{as_written}"
ANSWER = "✍ 答复"
ANSWER_TITLE, ANSWER_LABEL = "答复办件人员", "答复"
ANSWER_WORDS = "请打字回答，或者直接发照片。会原样给办件人员看，请不要写姓名和电话。"
ANSWER_MORE = "要不要再说两句？不用的话点「跳过」就发出去。"
ANSWER_PHOTOS = "请发照片，发完点「发完了」。"
WHICH_ONE, WHICH_LABEL = "收到了。这是给哪一件的？当作答复的话，会原样给办件人员看。", "给哪一件"
WHICH_FIRST = "请先点一下：这是给哪一件的？点了还可以再补充。"
TO_ANSWER, NEW = "答复 {number} {place}", "是新的隐患"
NEW_ONE = "好，当作新的隐患。点下面接着填，照片和说明会带过去。"
ANSWERED = "已转给办件人员，谢谢您！"
ANSWERED_LATE = "回答的时间过了，已作为补充转给办件人员，谢谢您！"

IS_IT_ANSWER = "这是对 {number} 的答复吗？"
THEY_ASKED = "问的是：{ask}"
IS_IT_WHICH = "您有 {count} 个问题等着答复，这句话是答哪一件的？"
YES, NO = "是，发给办件人员", "不是"
NONE_OF_THEM = "都不是"
WELCOME, FINE = "不客气！", "好的。"
STILL_WAITS = "{number} 还有一个问题等您方便时答复：{ask}"

ANSWER_CAME, LAPSED = "💬 上报人答复了", "⏰ 提问到期，上报人没有答复，期限继续走"
LAPSED_NEXT = "请到现场看。上报人晚些时候答了，会作为补充转来。"
WAITS = "已问上报人，等到 {due}"
PHOTOS_CAME = "（还发来照片等 {count} 份，点「看照片」）"

HISTORY = "经过"
AND_THEN = "{clock} {who}{what}"
REASON = "　{words}"
NEXT = {
    "verify": "下一步：有人到现场核查，最迟 {due}。",
    "rectify": "下一步：整改完，再由另一个人复查。整改最迟 {due}。",
    "recheck": "下一步：另一个人到现场复查，最迟 {due}。",
    "shelf": "下一步：{due} 恢复整改。",
}
LATE, PAUSED = "已经超时，办件人员天天会收到催办。", "正等您的答复，这个期限先停着。"
LOOKED_AT = "您的身份被查看过一次：保密专员申请，另一个人同意，已记录在案。"
STAFF, REPORTER, OWNER = "办件人员", "您", "场所负责人"

# What the reporter reads of an act; what is not here is between colleagues.
HAPPENED = {
    Act.REPORTED: "上报，已收到", Act.ASSIGNED: "派人核查", Act.CLAIMED: "接手核查", Act.HANDED_OVER: "换人督促整改",
    Act.CALLED: "请有关岗位一起来办", Act.REPORTED_IN: "到场一起办", Act.CONFIRMED: "核查属实，要求整改",
    Act.FIXED: "核查属实，当场就改好了", Act.REJECTED: "核查后认定不属实", Act.REGRADED: "更正了类别或轻重",
    Act.SERVED: "送达整改告知书", Act.ASKED: "向您提问", Act.ANSWERED: "答复了", Act.LAPSED: "没等到答复，继续办理",
    Act.RETURNED: "换人来办，重新派人", Act.EXTENDED: "批准延期", Act.SHELVED: "批准挂账，先采取措施",
    Act.RESUMED: "恢复整改", Act.ESCALATED: "报镇领导决定由谁来办", Act.RECTIFIED: "报告已经改好",
    Act.PASSED: "复查合格，销号", Act.FAILED: "复查没通过，要求继续整改", Act.SAMPLED: "抽查合格",
    Act.SAMPLE_FAILED: "抽查没通过，重新整改", Act.REFERRED: "移送有关单位", Act.ACKNOWLEDGED: "确认对方单位已收到",
    Act.SETTLED: "确认对方单位已办结", Act.TAKEN_BACK: "移送退了回来，镇里接着办",
    Act.MERGED: "和同一处的另一件并在一起办", Act.UNMERGED: "又分开单独办", Act.ADDED: "补充了情况",
    Act.LOWERED: "提高了保密程度", Act.WITHDRAWN: "撤回了", Act.RATED: "评价了", Act.REOPENED: "要求重新处理",
}  # fmt: skip
# The words of these acts were written for the reporter.
WITH_REASON = frozenset({Act.REJECTED, Act.REFERRED, Act.EXTENDED, Act.SHELVED, Act.ASKED})
