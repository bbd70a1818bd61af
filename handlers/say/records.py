"""Sentences about the record of a patrol: reading it, putting it right, and entering one that was missed."""

RECORDS = "看巡查记录"
RECORDS_HEAD = "{name}：最近的巡查"
RECORDS_NONE = "{name}：还没有巡查记录。"
LINE = "{day} {result}"
LATE = "补录"
CORRECTED = "更正过"
HEAD = "{name}：{result}"
WHEN = "到场：{when}"
WHEN_LATE = "到场：{when}（补录，{came} 才收到）"
BY = "巡查人：{name}"
SCORE = "评分：{n} 分"
LIST = "检查表：{name}，{version}，{n} 项"
BUILT_IN, NUMBERED = "系统自带", "第 {version} 版"
ITEM = "· {text}：{result}"
NOTE = "备注：{note}"
PICTURES = "（照片 {n} 份）"
BEFORE_AFTER = "（改前 {before} 份，改后 {after} 份）"
CASE = "，{number}"
HIDDEN = "（由其他同事办理）"
CORRECTION = "{when} {name}更正：{reason}（更正前：{before}）"
BEFORE_FAILED = "{n} 项有问题"
SHOW_PICTURES = "看照片"
CORRECT = "更正"
BACK = "◀ 返回"
PICTURES_HEAD = "{name}：{n} 份照片，每一项先改前、后改后。"

TITLE = "更正巡查记录"
OUTCOME, OUTCOME_ASK = "结果", "应该是什么结果？"
NOTE_LABEL, NOTE_ASK = "备注", "备注应该怎么写？不要备注就写「无」。"
NO_NOTE = "无"
REASON, REASON_ASK = "原因", "为什么更正？写一句，会和原来的内容一起留在记录里。"
CORRECT_SUBMIT = "提交更正"
DONE = "✔ 已更正，原来的内容也留着。"

LATE_TITLE = "补录巡查"
LATE_BUTTON = "补录以前的巡查"
AT, AT_ASK = "时间", "{name}：是什么时候去的？点一个，或者打「昨天下午3点」「12月3日 9点」。"
NOT_YET = "这个时间还没到。请点「改时间」，填去的时候。"
LATE_OUTCOME_ASK = "当时是什么情况？"

# The record on paper (DOMAIN 8.2), and the register. A patrol is no inspection by an authority, and says so.
TAKE, COMES = "下载记录表", "正在做，马上发给您"
TAKE_ALL = "导出巡查记录"
PAPER_FILE, PAPER_DONE = "巡查记录表 {name} {day}.docx", "{name}的巡查记录表。打印出来，请对方和两位检查人签字。"
PAPER_TITLE, PAPER_NUMBER, PAPER_CORRECTED = "消防安全检查（巡查）记录表", "巡查记录 {n} 号", "（更正过）"
(ROW_DAY, ROW_PLACE, ROW_ADDRESS, ROW_ROLE, ROW_KIND, ROW_SIZE, ROW_BY, ROW_OUTCOME, ROW_LINES, ROW_FIXED, ROW_HAZARDS,
 ROW_NOTE, ROW_OPINION, ROW_NEXT) = (
    "检查时间", "被检查单位", "地址", "负责人", "场所类型", "面积、层数、住人", "检查人", "检查结果", "检查项",
    "当场改正", "发现隐患", "备注", "处理意见", "下次检查",
)  # fmt: skip
ROLE_LINE, ROLE_UNKNOWN = "{roles}（现场填姓名）：", "责任人"
SIZES, SIZE_UNKNOWN = ("{n} 平方米", "{n} 层", "住 {n} 人"), "（现场填）"
PAPER_BY, PAPER_LATE = "{name}（{titles}）；第二人（现场填）：", "（补录）"
PAPER_LIST = "（{name}检查表，{version}）"
PAPER_LINE, PAPER_GOOD, PAPER_HIDDEN = "{n}. {text}：{result}", "合格", "由其他同事办理"
PAPER_PICTURES, PAPER_CASES = "照片 {n} 份", "{n} 处：{numbers}"
OPINION_GOOD = "没有发现问题，请继续保持。"
OPINION_FOUND = "当场改了的请保持；没改的请按期整改，改好拍照告诉我们，我们再来看。"
OPINION_AGAIN = "这次没有进去检查，另约时间再来。"
ROWS_TO_SIGN = (
    ("被检查人意见", "\n\n"), ("被检查人签字（拒签请写明原因）", "\n\n"), ("检查人签字（2 人）", "\n\n"),
)  # fmt: skip
PAPER_IS = "本表记录镇、村的日常巡查，不是执法检查，不作处罚。"
SHEET_TITLE, SHEET_TAB, SHEET_FILE = "{town}巡查记录", "巡查记录", "巡查记录 {since}至{until}.xlsx"
SHEET_ABOUT = "{days}；{area}；{kind}；共 {n} 次。{name} 于 {day} 导出。按到场时间排列，不作个人统计。"
SHEET_DONE, SHEET_MOST = "巡查记录 {n} 次。", "一份最多 {most} 次，这是最近的；要更早的请换时段。"
SHEET_NONE = "这一段时间没有巡查记录。请换个时段或范围再导出。"
SHEET_HEADS = (
    ("记录", 7), ("日期", 11), ("场所", 20), ("类型", 12), ("巡查人", 9), ("结果", 9), ("问题项数", 7), ("问题项", 40),
    ("开隐患", 7), ("补录", 6), ("更正", 7), ("检查表版本", 16), ("评分", 6),
)  # fmt: skip
