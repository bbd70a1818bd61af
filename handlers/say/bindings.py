"""Sentences about who answers for a place: the link that binds somebody to it, and the end of that."""

BIND = "负责人绑定"
HEAD = "{name}：负责人绑定"
HOW = (
    "绑定以后，负责人自己收到要整改的隐患、每月自查、器材到期提醒，别的都看不到。\n"
    "请当面让老板用自己的手机扫码或点链接；{hours} 小时内有效，只能用一次。"
)
MAKE = "生成绑定码"
LINK, TAIL = "把这个链接发给 {name} 的负责人本人：", "二维码马上发给您。对方绑定后您会收到通知，不是本人可以马上解除。"
CODE_NAME = "bangdingma.png"
CODE_HEAD, CODE_HOW = "{name}：负责人绑定码", "请负责人本人扫码。只能用一次，别贴出去、别转发到群里。"
HAS = "现在的负责人：{name}（{state}）"
ACTIVE, AWAY = "已绑定", "收不到机器人的消息"
UNBIND, YES = "解除绑定", "确定解除"
SURE = "确定解除 {name} 和 {place} 的绑定吗？没办完的隐患不会消失，只是对方不再收到。"
UNBOUND = "已解除绑定：{place}。换人的话，再点「负责人绑定」生成新的码。"
TOLD_BOUND = "{name} 已绑定为「{place}」的负责人。"
NOT_THEM = "不是本人，解除绑定"
TOLD_UNBOUND = "您不再是「{place}」的负责人了，以后不再收到它的提醒。发 /start 换成新的菜单。"
WELCOME = "您已绑定为「{place}」的负责人"
WELCOME_HOW = (
    "每月自查一次、器材到期前提醒您、有隐患告诉您怎么改。您填的，管这一片的网格员、村和镇（包括镇里有关部门）看得到，"
    "不对外公开；自己查出来的隐患算功劳，不算账。"
)
BACK = "◀ 返回"
FACT = "还没有负责人在手机上绑定，不能自查"
