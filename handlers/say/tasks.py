"""Sentences about the task list."""

POSTS = {
    "fire": "消防管理岗",
    "economy": "经济发展岗",
    "safety": "平安综治岗",
    "enforcement": "综合行政执法岗",
    "village": "村（社区）消防管理干部",
    "": "未定岗位",
}
MINE_HEAD = "我的任务 {n} 项"
MINE_HOW = "点一项看要求、报完成情况。"
MINE_NONE = "现在没有等您办的任务。"
DUE = "期限：{day}"
LATE = "逾期 {n} 天"
SOON = "还有 {n} 天"
TODAY = "今天到期"
AREA = "范围：{area}"
EVIDENCE = "要交：{evidence}"
STATE = {"submitted": "已报送，等核验", "done": "已完成"}
SENT_BACK = "退回理由：{reason}"
POSTPONED = "已延期：{reason}"
SUBMIT = "提交完成情况"
LIST = "我的任务"

FORM_TITLE = "完成情况"
TEXT_LABEL, TEXT_ASK = "完成情况", "{title}：办得怎么样了？写一两句话。"
PHOTOS_LABEL, PHOTOS_ASK = "照片", "有照片或记录吗？发过来，没有就跳过。"
SUBMITTED = "✔ 已报送：{title}"
SUBMITTED_NEXT = "等同事或领导核验，核验通过就算完成。"

BOARD_HEAD = "任务进度（{year}年，按岗位）"
BOARD_LINE = "共 {total} 项，完成 {done}，待核 {submitted}"
BOARD_LATE = "，逾期 {late}"
BOARD_NONE = "今年还没有排出任务。"
CHECK_HEAD = "待核验 {n} 项，点一项核验。"
CHECK_WHAT = "报送的情况："
ACCEPT, RETURN, PICTURES = "✔ 核验通过", "退回", "看照片"
ACCEPTED = "✔ 已核验通过：{title}"
RETURN_TITLE = "退回"
REASON_LABEL, REASON_ASK = "理由", "「{title}」还差什么？写一句话，对方照着补。"
RETURNED = "已退回：{title}"
BOARD = "任务进度"
