"""Sentences about bringing places in by a table, and taking them out."""

from models.workbook_rows import CHANGE, NEW, SAME, WRONG

IMPORT = "导入场所"
HELP = "用 Excel 一次登记很多家"
HEAD = "用 Excel 导入场所"
HOW = (
    "1. 下载表格：新登记用「下载空表」；要改已有的，用「下载现有台账」。\n"
    "2. 在电脑上填好，存成 .xlsx。\n"
    "3. 把文件直接发到这里。我先逐行核对，您点头以后才导入；有一行不对，就一行也不导入。"
)
LIMIT = "一次最多 5000 行、5 MB。"
BLANK, LEDGER = "下载空表", "下载现有台账"
EXPORT_WORDS = "导出场所台账"
COMES = "正在做，马上发给您"
NO_PLACES = "您负责的范围里还没有登记场所。"

BLANK_NAME, LEDGER_NAME, PART_NAME = "场所登记空表.xlsx", "场所台账.xlsx", "场所台账（{part}）.xlsx"
BLANK_DONE = "空表做好了。填好存成 .xlsx，直接发给我。"
LEDGER_DONE = "场所台账做好了，共 {count} 家。改好以后可以直接发回来。"
PART_DONE = "场所台账第 {part} 个文件，第 {first} 家到第 {last} 家，共 {count} 家。一个文件最多 5000 家。"
WITH_PEOPLE = "里面有姓名和电话，请按内部资料保管，用完删除。"
BLANK_TITLE, LEDGER_TITLE = "{town}场所登记表", "{town}场所台账"
BLANK_ABOUT = "从第 5 行开始填。“示例”一行不会导入，可以删掉。怎么填，看旁边的「说明」。"
LEDGER_ABOUT = "共 {count} 家。{name} 于 {day} 导出。编号不要改；怎么改，看旁边的「说明」。"
WIDTHS = (13, 18, 14, 13, 12, 15, 10, 22, 10, 10, 6, 6, 7, 7, 8, 9, 13, 9, 13, 9, 13)
EXAMPLE = (
    "示例", "张三小炒", "张三饭馆、老张家", "小餐饮", None, None, "三组", "正街 8 号", 29.9015, 107.7025, "一般", 2,
    80, 0, "在营", "张三", "13800000000", "", "", "李四", "",
)  # fmt: skip
NOTES = (
    "怎么填",
    "1. 新登记的：编号留空；名称、类别、村（社区）一定要写。其他的知道多少写多少。",
    "2. 改已有的：编号照台账写，只填要改的格子。空着的格子不改；要清空，写“无”。",
    "3. 类别、村（社区）、网格、风险、状态从列表里选，右边几列是可以选的内容。",
    "4. 别名是群众平常的叫法，几个之间用顿号隔开。",
    "5. 纬度、经度从地图上复制，纬度约 30，经度约 107；不知道就都留空。",
    "6. 层数、面积（平方米）、住人数只写数字。电话一格写一个。",
    "7. 不要用公式，不要合并单元格。列的顺序可以换，表头的字不要改。",
    "8. 存成 .xlsx，直接发给机器人。先核对，再由您决定导入；没点「全部导入」以前，什么都不会变。",
)

GOT = "收到《{name}》，正在打开……"
CHECKING = "正在核对《{name}》"
AGAIN = "核对以后有人改过，一行也没有导入，正在重新核对。"
FAR = "已核对 {done:,} / {total:,} 行"
CHECKED = "《{name}》核对完了，共 {total:,} 行"
COUNTS = (
    (NEW, "新增 {n:,} {unit}"), (CHANGE, "更新 {n:,} {unit}"), (SAME, "不变 {n:,} {unit}"), (WRONG, "有问题 {n:,} 行"),
)  # fmt: skip
UNITS = {"places": "家", "checklist": "项"}
FINE = "都没有问题。点「全部导入」才生效。"
NOTHING_NEW = "和现在的一模一样，不用导入。"
BAD = "有问题的改好以前，一行也不导入。请照下面改好，把整个文件再发一次。全部问题在「核对报告」里。"
LINE = "· 第 {row} 行 {column}{stands}：{why}。{todo}"
STANDS = "“{stands}”"
MORE = "……还有 {n:,} 处，见「核对报告」。"
UNREAD = "这几列不认识，没有读：{heads}"
ALL, NONE, REPORT = "全部导入", "不导入", "下载核对报告"
APPLYING = "正在导入《{name}》……"
DONE = "《{name}》导入完成"
DONE_HOW = {
    "places": "新场所的第一次巡查已经排好，错开在一个周期里。发「查场所」可以看。",
    "checklist": "新的一版已生效。正在填的巡查还按原来的表，以后的按这一版。发「检查表」可以看。",
}  # fmt: skip
DROPPED = "《{name}》没有导入，内容已删除。"
REPLACED = "《{name}》没有导入：您后来又发了一个文件，以新的为准。"
FAILED = "《{name}》没有导入"
TRY = "请改好再发一次。"
EXPIRED = "这个文件已经过期，没有导入。请把文件再发一次。"
BESIDE = "表格收下了，正在另外核对。这份表接着填："
TOO_LATE = "已经在导入了"

TROUBLES = {
    "old": "这是旧格式（.xls），或者加了密码。请在 Excel 或 WPS 里另存为 .xlsx，不要加密码，再发一次。",
    "macro": "这个文件带宏，机器人不收。请另存为不带宏的 .xlsx，再发一次。",
    "bomb": "这个文件解开以后太大，机器人不收。请把内容复制到空表里，再发一次。",
    "large": "这个文件太大，读不完。请只留要导入的一张表（最多 5000 行、5 MB），再发一次。",
    "hidden": "文件里没有看得见的表。隐藏的表机器人不读，请取消隐藏，再发一次。",
    "damaged": "这不是完好的 Excel 文件（.xlsx），读不出来。请用 Excel 或 WPS 打开、另存为 .xlsx，再发一次。",
    "slow": "这个文件读了太久，没有读完。请把内容复制到空表里，再发一次。",
    "lost": "从 Telegram 取不到这个文件。请再发一次。",
    "broken": "系统没能处理这个文件，没有导入。请过一会儿再发一次；还不行，请告诉系统管理员。",
}  # fmt: skip
WRONG_KINDS = {
    ".xls": TROUBLES["old"], ".xlsm": TROUBLES["macro"], ".xlsb": TROUBLES["old"], ".xltm": TROUBLES["macro"],
    ".et": "这是 WPS 自己的格式。请另存为 .xlsx，再发一次。", ".csv": "请在 Excel 或 WPS 里另存为 .xlsx，再发一次。",
    ".ods": "请另存为 .xlsx，再发一次。",
}  # fmt: skip
TOO_LARGE = "这个文件超过 5 MB，没有收下。请分成几个文件（比如一个村一个），一个一个发。"

REPORT_NAME = "核对报告.xlsx"
REPORT_TITLE = "《{name}》核对报告"
REPORT_ABOUT = "共核对 {total} 行。有问题的改好，把整个文件再发一次。"
REPORT_HEADS = (("行", 6), ("结果", 8), ("列", 22), ("表里写的", 26), ("问题", 34), ("怎么改", 46))
REPORT_DONE = "核对报告，一行一条。里面有表里的内容，用完请删除。"
