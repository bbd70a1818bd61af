"""Sentences about questions and answers."""

from datetime import date

ASK = "问消防知识"
HOW = "想问什么，直接打字就行，用家乡话也可以。比如："
EXAMPLES = ("· 电瓶车能推到屋头充不", "· 烟熏腊肉要注意啥子", "· 灭火器过期了还能用不")
SEASON = "这个时节大家常问："
ALSO = "还想问：{title}"
PERHAPS = "是不是想问：{title}"
USELESS = "没帮上忙"
REPORT = "🔔 上报隐患"
GONE = "这篇内容已经更新了，请换个问法再问一次。"
UNSURE = "这个问题我没把握，不乱说。可以换个说法再问一次，或者打电话问："
SORRY = "没帮上您，对不起。这个问题（不含您的姓名）我记下了，镇里会补充。着急的话可以打电话问："
NOTED = "谢谢，记下了。"
WORD, WORD_LABEL = "告诉编辑哪里没说清", "想说的话"
WORD_ASK = "哪里没说清、还想知道什么？写一句就行（不要写姓名和电话）。"
WORD_KEPT = "谢谢您，编辑会看到（看不到是谁写的）。"
INLINE_MORE = "找不到？问问吹哨"
NOT_A_QUESTION = "要是看到了隐患，点下面的按钮上报。"
OWN_SOURCE = "镇里整理的消防安全常识"
ASKABLE = ("12345", "96119")


def source(said: str, reviewed: date) -> str:
    """Return the line that says where an article comes from: the laws it names, or that it is common knowledge."""
    parts = (part.strip() for part in said.replace("；", ";").split(";"))
    laws = "；".join(part for part in parts if part and not part.startswith("DOMAIN"))
    return f"依据：{laws or OWN_SOURCE}（{reviewed.year} 年 {reviewed.month} 月核对）"


def hotline(name: str, number: str) -> str:
    """Return one number to call."""
    return f"· {name} {number}"
