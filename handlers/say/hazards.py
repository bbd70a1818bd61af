"""Sentences about hazards: to the resident who reports, and to the officers who deal with them."""

from models.lifecycle import Step

WHICH_KIND = "是哪一类隐患？点一个，或者直接打字说。"
WHERE = "在哪里？打字说清村组、院子或店名，也可以发送定位。"
PHOTOS = "有照片的话发过来，更好核实（先保证自己安全）。没有就点「跳过」。"
DETAIL = "是什么情况？一两句话就行。不想写就点「跳过」。"

RECEIVED = "收到了，谢谢您吹哨！"
NUMBER = "编号："
NEXT = "接下来：镇消防管理岗派人核查，最迟 {due}。每一步都会在这里告诉您。"
ADD_LATER = "想起什么、拍到新照片，点「补充」。情况变急了，先打 119。"

SAME_PLACE = "🔔 同一处还有一个"
SAME_BEGUN = "地点照上一件。"
MANY = "您一小时内报了不止 {n} 件，每一件都登记了，不会丢。同事会在清单里一起看，不再逐件提醒他们。"

MINE_HEAD = "我的上报"
MINE_NONE = "您还没有上报过隐患。看到了，直接发一句话或一张照片给我。"
WITHDRAW_SURE = "撤回后不再派人处理。危险还在的话，请不要撤回。"
WITHDRAW_YES = "确定撤回"
WITHDRAWN = "已撤回。记录会保留，没有人会因此找您。"
WITHDRAWN_GRAVE = "⚠ 上报人撤回了，但可能很危险，请决定要不要照样去看"
CARRY_ON = "仍要核查，另立一件"
CARRIED_ON = "已另立一件，请派人。"
ADDED = "已补充到 {number}，办件人员会看到。"
THANKS = "不客气！"
HELLO = "您好！看到火灾隐患，直接发一句话或一张照片；想问消防知识，直接打字问。"
REWARD = "镇里有举报奖励：核查属实、整改好了，由最先上报的人凭码领取，不用露面。能领的，我会通知您。"
NO_REWARD = "镇里现在没有开通举报奖励。看到隐患照样请您报，每一件都有人管。"
UNSURE = "您是想……？"
START_REPORT = "🔔 上报隐患"
START_ASK = "❓ 问消防知识"

RATE = "这件事办得怎么样？"
RATED = "谢谢您的评价。"
RATED_LOW = "谢谢您直说。还没处理好的话，可以要求重新处理。"
RATED_LOW_ENDED = "谢谢您直说。如果还有危险，请重新上报，说明会带过去。"
REPORT_AGAIN = "🔔 重新上报"
REOPEN_BUTTON = "要求重新处理"
REOPEN = "哪里还没处理好？一两句话就行。"
REOPEN_PHOTOS = "现在的样子有照片吗？发过来，没有就点「跳过」。"
REOPENED = "已重新交办，会再次派人核查。"

SELF_FOUND = "负责人自查发现的：算功劳，不算反弹"
CAME_BY = "来源：{channel}"
CALLED_BY = "来电人：{contact}（同意联系）"
ALSO = "还涉及：{kinds}"
CHOOSE_WHO = "派给谁？"
NOBODY = "这个片区还没有可以派的网格员。请联系管理员添加。"
ASSIGNED = "已派给 {name}，对方会马上收到。"
CONFIRM_PHOTOS = "现场照片（没有就跳过）。"
CONFIRM_DAYS = "给几天整改？"
REJECT_NOTE = "为什么不属实？写一句，上报人会看到。"
RECTIFIED_PHOTOS = "请拍整改后的照片（至少一张）。"
RECHECK_PHOTOS = "复查照片（没有就跳过）。"
FAIL_NOTE = "哪里不合格？写一句，整改人会看到。"
REFER_TO = "移送给哪个单位？"
REFER_NOTE = "移送理由是什么？"
MERGE_INTO = "并入哪一件？请写编号，比如 吹2026-0001。"
DONE = "已办好。"

PROGRESS = {
    Step.REPORTED: "已收到，等待派人。",
    Step.VERIFYING: "已派员核查。",
    Step.RECTIFYING: "核查属实，正在整改。",
    Step.SHELVED: "一时改不了，先采取措施，到期接着整改。",
    Step.RECHECK: "整改人报告已改好，等待另一人复查。",
    Step.CLOSED: "复查合格，已销号。隐患已经消除。",
    Step.UNFOUNDED: "核查后认定不属实。",
    Step.WITHDRAWN: "您已撤回，不再办理。",
    Step.DUPLICATE: "和已有的一件是同一处隐患，并在一起办。",
    Step.REFERRED: "超出镇里权限，已移送有关单位。",
}

# What somebody who reported the same reads when the other report, which may be a stranger's, has come to its end.
MERGED_END = {
    Step.CLOSED: "那一处已经整改，复查合格。",
    Step.UNFOUNDED: "那一处核查后认定不属实。",
    Step.REFERRED: "那一处超出镇里权限，已移送有关单位。",
    Step.WITHDRAWN: "那一件没有继续办。",
}
MERGED_AGAIN = "如果还有危险，请重新上报。"

TITLES = {
    "hazard.reported": "🔔 新隐患，请派人核查",
    "hazard.assigned": "📌 派给您核查",
    "hazard.handed_over": "📌 转给您整改",
    "hazard.confirmed": "核查属实，请督促整改",
    "hazard.rejected": "已认定不属实",
    "hazard.recheck": "🔍 已报整改，请复查",
    "hazard.returned": "↩ 复查不合格，退回整改",
    "hazard.closed": "✅ 已销号",
    "hazard.referred": "已移送",
    "hazard.merged": "已并案",
    "hazard.noted": "📝 同事写了内部备注",
    "hazard.added": "➕ 上报人有补充",
    "hazard.withdrawn": "上报人已撤回",
    "hazard.sent_back": "↩ 有人退回，请另派人核查",
    "hazard.escalated": "⚠ 多次退回，请镇领导决定由谁来办",
    "hazard.resumed": "挂账结束，请接着整改",
    "hazard.reopened": "⚠ 上报人不满意，要求重新处理",
}

