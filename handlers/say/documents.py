"""Sentences on and about the papers of a case. Papers of a township never order or punish: others do (DOMAIN 8.3)."""

from models import visit_letters
from models.documents import NOTICE, RECHECK, REFERRAL

LEDGER = "隐患台账"
LEDGER_HELP = "导出表格，可打印、存档"
LEDGER_WHICH = "要哪一段时间受理的隐患？"
MONTH, YEAR, LAST_YEAR = "本月 {count} 件", "今年 {count} 件", "去年 {count} 件"
LEDGER_NAME = "隐患台账 {since}至{until}.xlsx"
LEDGER_TITLE = "{town}火灾隐患登记台账"
LEDGER_ABOUT = (
    "受理日期 {since} 至 {until}，共 {count} 件。{name} 于 {day} 导出。上报人信息不在台账里；请按内部资料保管。"
)
LEDGER_DONE = "台账做好了，共 {count} 件。里面没有上报人的身份。"
LEDGER_MOST = "超过 {most} 件，这里是最近的 {most} 件。更早的请按年导出。"
HEADS = (
    ("编号", 13), ("受理日期", 11), ("来源", 8), ("举报人", 8), ("联系方式", 8), ("村、网格", 14), ("地点", 18),
    ("经纬度", 10), ("场所名称", 14), ("场所类型", 10), ("类别码", 7), ("类别", 13), ("隐患描述", 30),
    ("整改前照片", 7),
    ("等级", 6), ("依据", 20), ("责任人", 9), ("派单人", 9), ("承办人", 9), ("首核日期", 11), ("核查结论", 8),
    ("处置方式", 9), ("整改期限", 11), ("整改措施", 20), ("整改完成", 11), ("整改后照片", 7), ("复查人", 9),
    ("复查日期", 11), ("复查结果", 8), ("逾期环节", 12), ("移送", 20), ("状态", 8), ("办结日期", 11),
    ("告知上报人", 11), ("奖励", 7), ("备注", 14),
)  # fmt: skip
SOURCES = {"resident": "机器人", "patrol": "网格巡查", "staff": "工作人员", "caller": "代登记",
           "self": "负责人自查"}  # fmt: skip
TRACKS = {"on_spot": "当场整改", "term": "限期整改", "refer": "移送"}
REPORTERS = {"named": "实名", "confidential": "保密", "anonymous": "匿名", "receipt": "凭回执"}
RELAPSE, MERGED = "反弹", "已并案"
KEPT = "保密专员处"

PAPERS = "文书"
PAPERS_HEAD = "这件隐患的文书"
PAPERS_NONE = "现在还不能开文书。核查属实后可开整改告知书，复查后可开复查意见书，移送后可开移送函。"
WRITE = {NOTICE: "开整改告知书", RECHECK: "开复查意见书", REFERRAL: "开移送函"}
AGAIN = "再要一份 {name}"
UNIT = "写给哪个单位或个人？"
ADDRESS = "地址写哪里？"
FACTS = "存在哪些问题？一行一条。这份文书被查单位会看到，请用自己的话写，不要写是谁反映的。"
PREVIEW = "提交后编号，Word 文件会发给您。打印盖章后才送达。"
MADE = "{name} 编好了，文件马上发给您。请核对、打印、盖章。"
COMES = "正在做，马上发给您"
CAPTION = "{name}　{number}\n请核对后打印、盖章。"
FILE = "{name} {hazard}.docx"

NUMBER = "{word}〔{year}〕{number}号"
SERIES = {NOTICE: "消告", RECHECK: "消复", REFERRAL: "消移", visit_letters.SERIES: "消联"}
OFFICE, SEALED, TO = "{town}人民政府", "{town}人民政府（盖章）", "{name}："
SCAN = "工作人员扫码看这件隐患"

NOTICE_TITLE = "火灾隐患整改告知书"
NOTICE_TEXT = "{found}，我镇工作人员在检查中发现，你单位（场所）存在下列火灾隐患："
NOTICE_ASK = "请于 {due} 前完成整改，并保存整改后的照片。整改期间请采取临时防范措施，确保安全。"
NOTICE_BASIS = "依据：{basis}。"
NOTICE_AFTER = (
    "到期后我镇将派人复查。没有按期整改的，将依法移送有权机关处理。"
    "对本告知书有不同意见的，可以在 3 个工作日内向我镇说明情况、提供材料。"
)
NOTICE_SLIP = ("送达回证", "送达方式", "签收人（签名）", "签收时间", "送达人", "拒签情况")

RECHECK_TITLE = "火灾隐患整改复查意见书"
RECHECK_TEXT = "{day}，我镇对你单位（场所）火灾隐患的整改情况进行了复查{notice}，意见如下："
RECHECK_OF = "（{number}）"
PASSED, FAILED = "复查合格，隐患已经消除。请继续保持。", "复查不合格。请于 {due} 前整改到位，到期再次复查。"
FAILED_NO_DAY = "复查不合格，请继续整改。"
RECHECK_SLIP = ("签收单", "签收人（签名）", "签收时间")

REFERRAL_TITLE = "关于{unit}火灾隐患的移送函"
REFERRAL_TEXT = "{found}，我镇在工作中发现下列火灾隐患，超出我镇职权或需要专业判定，现移送你单位依法处理。"
REFERRAL_ENCLOSED = "附件：1. 检查记录；2. 现场照片（{pictures}份）。"
REFERRAL_ASK = "请将处理情况于 {day} 前函告我镇。"
REFERRAL_ASK_SOON = "请将处理情况函告我镇。"
REFERRAL_SLIP = ("回　执", "接收单位（盖章）", "接收人", "接收时间", "处理意见")

LABELS = {
    "unit": "单位（个人）", "address": "地址", "facts": "存在的问题", "basis": "依据", "due": "整改期限",
    "reason": "移送理由", "finding": "复查结论", "note": "说明", "contact": "联系人、电话", "checker": "检查人",
    "rechecker": "复查人",
}  # fmt: skip
REWARD_STATES = {None: "待审", False: "不发"}
