"""Sentences about self-checks and the public commitment, in a shopkeeper's words."""

from datetime import date

from models.calendar import day_name

HOME, HOME_HELP = "我的场所", "您的店、单位：本月自查、公开承诺、器材证照"
HOME_NONE = "您名下还没有绑定场所。请网格员在场所卡片上点「负责人绑定」，当面扫码就行。"
CHECK, COMMIT, OPEN = "本月自查", "公开承诺", "打开"
CHECK_PLACE, OPEN_PLACE = "自查 {name}", "打开 {name}"
MONTH_CARD = "📋 {month}月自查"
MONTH_HOW = "每家十项，都做到了点两下就完，没做到的点出来。自己查出来的算功劳，不算账。"
MONTH_AGAIN = "📋 {month}月自查还没做，花两分钟看一遍："
MORE_PLACES = "还有 {n} 家，做完一家接着做下一家。"
LINE = "· {name}：{told}"
DONE, WAITS = "本月自查：已做（{day}）", "本月自查：未做"
MERITS = "今年自查发现并整改 {n} 处"
PROMISED, NOT_PROMISED = "公开承诺：{year} 年已承诺", "今年还没有公开承诺"

TITLE = "本月自查"
TEN_HEAD, TEN_HOW = "{name}：走一圈，看看这十样做到没有", "哪一样没做到，点「有没做到的」再勾。"
GOOD, BAD = "✔ 都做到了", "有没做到的"
ITEMS_LABEL, ITEMS_DONE, ITEMS_NONE = "没做到的", "点好了", "都做到了"
ITEMS_ASK = "{name}：只点没做到的。"
ITEMS_SHOWN, ITEMS_EMPTY = "{n} 项", "没有"
AGAIN = "本月 {day} 交过一次。再交一次，以这次为准；上次查出来的还算数。"
FINDING_LABEL = "第{n}项"
FINDING_ASK = "没做到：「{ok}」\n怎么改：{mend}\n现在什么情况？可以先发照片、打一句话，不发也行。"
FIXED_NOW, IN_DAYS = "已经改好", "{n} 天内改好"
TODAY = "今天就改"
WITHIN = (3, 7, 15)
AT_ONCE = "这一样关系逃命，不能等；整改期限由来看的同事定。"
CHOOSE = "请点一下：已经改好了，还是什么时候改好。照片和说明可以先发。"
SUBMIT_HOW = "还没改好的会告诉网格员来看，整改期限由他们定；记作您自己查出来的。"
SENT = "✔ {name} 本月自查已交"
ALL_GOOD = "十项都做到了，谢谢！"
FOUND = "自己查出 {n} 处：已改好 {fixed} 处，还要改 {open} 处。"
OPENED = "还要改的已登记，网格员看过以后，您会收到「已整改」的按钮，改好了拍照报告："
CASE = "· {number}　{text}"
NEXT = "接着查 {name}"

COMMIT_HEAD, COMMIT_YEAR = "{name}：消防安全公开承诺", "{year} 年"
AGREE = "我承诺"
AGREED = "✔ 已承诺（{day}）。承诺书可以打印出来挂在店里："
WITH_NAME, WITHOUT_NAME = "要承诺书（写我的名字）", "要承诺书（不写名字）"
PAPER_HOW = "承诺书，A4 一页，打印出来挂在进门看得见的地方。"
PAPER_NAME = "公开承诺-{name}.pdf"
PAPER_BAND = "{year} 年消防安全公开承诺"
PAPER_WHO, PAPER_DAY, PAPER_WATCH = "承诺人：{name}", "{town}　{day}", "请大家监督，发现隐患请扫码。火警 119"
PAPER_SCAN = "扫码报这里的隐患"
BACK = "◀ 返回"

BOARD, BOARD_HELP = "自查情况", "各村（社区）场所自查、承诺做了多少，只看总数"
BOARD_HEAD = "场所自查（{month}月）"
_SUMS = "绑定负责人 {places} 家，本月已自查 {checked} 家；今年自查发现并整改 {merits} 处，公开承诺 {promised} 家"
BOARD_LINE, BOARD_ALL = "· {name}：" + _SUMS, "合计：" + _SUMS
BOARD_HOW = "按村（社区）列出，不排名；没绑定负责人的场所不算在内。"
NO_VILLAGE = "镇直"


def month_line(done: date | None, merits: int) -> str:
    """Return how a place stands this month, and what it has put right by itself this year."""
    told = DONE.format(day=day_name(done)) if done else WAITS
    return told + (f"；{MERITS.format(n=merits)}" if merits else "")
TICK_FIRST = "照片先留着：先点出没做到的，点「点好了」，再一项一项发。"
