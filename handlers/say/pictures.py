"""Sentences about pictures: what officers may see of them, what became of them, and late ones that join a report."""

from collections import Counter
from collections.abc import Sequence

from models.pictures import ERASED, EXPECTED, FAILED, LOST, SEALED, Shown

LOOK = "看照片"
LOOK_OWN = "看我发的照片"
COMES = "马上发给您。"
PROCESSING = "照片正在处理，一般几秒钟，好了马上发给您。"
NOTHING = "这一件还没有照片。"
NOTHING_OWN = "这一件您还没有发过照片。"
OPEN = "◀ 打开 {number}"
BACK = "◀ 返回"
AS_SENT = "这是您发来的样子，只有您自己看得到。"
PHOTO_NAME = "照片.jpg"

FAILED_HEAD = "有照片打不开"
FAILED_TEXT = "您给 {number} 发的照片，有的打不开，别人看不到。麻烦再发一次，发送时选「照片」，不要选「文件」。"
KEPT_BACK = "语音和视频听得出、认得出是谁，所以只由保密专员保管，办件人员看不到。要紧的话请打字再说一遍。"
ADD = "补充照片"

LATE = "又收到 {count} 张照片，已补充到 {number}。"
WHICH = "收到了。这是补充刚才报的，还是另外一处？"
JOIN = "补充到 {number} {place}"
ANOTHER = "🔔 另报一处隐患"

KINDS = {"photo": ("照片", "张"), "video": ("视频", "段"), "voice": ("语音", "条")}
PHASES = {"before": "上报、核查时", "after": "整改后", "more": "补充"}


def amount(found: Sequence[Shown]) -> str:
    """Return 「照片 3 张、视频 1 段」."""
    count = Counter(each.kind for each in found)
    return "、".join(f"{name} {count[kind]} {unit}" for kind, (name, unit) in KINDS.items() if count[kind])


def on_card(found: Sequence[Shown]) -> str | None:
    """Return the line on a hazard's card: how much came, and what cannot be looked at."""
    if not found:
        return None
    states = Counter(each.state for each in found)
    why = {FAILED: "打不开", LOST: "没取到", SEALED: "由保密专员保管", ERASED: "已删除"}
    told = "，".join(f"{states[state]} 份{word}" for state, word in why.items() if states[state])
    return f"照片等 {len(found)} 份" + (f"（{told}）" if told else "")


def order(found: Sequence[Shown]) -> str | None:
    """Return which of the pictures are of when, in their order; nothing when there is but one kind."""
    phases = Counter(each.phase for each in found)
    parts = [f"{PHASES[phase]} {phases[phase]} 份" for phase in dict.fromkeys(each.phase for each in found)]
    return "按先后：" + "，".join(parts) if len(parts) > 1 else None


def unseen(found: Sequence[Shown]) -> list[str]:
    """Return, a line each, what cannot be shown and why."""
    told = {
        EXPECTED: "{what}还在处理，过一会儿再点「看照片」。",
        FAILED: "{what}打不开，原件由保密专员保管。需要看原件，请找保密专员。",
        LOST: "{what}没能取到，已请发的人再发一次。",
        ERASED: "{what}已按保存期限删除。",
        SEALED: "{what}由保密专员保管：听声音、看画面可能认出上报人，不转给办件人员。需要了解内容，请找保密专员。",
    }
    by_state = {state: [each for each in found if each.state == state] for state in told}
    return [told[state].format(what=amount(of_state)) for state, of_state in by_state.items() if of_state]
