"""Sentences about cases that may be the same: to the resident who is asked, to followers, and to officers."""

from models.lifecycle import Relation
from models.similar import NEAR, SAME_PLACE, SAME_WORDS

LABEL = "是同一处吗"
ASK = "还没有提交：附近有人报过差不多的，是同一处吗？"
ASK_TAIL = "是同一处，就加到那一件里一起办；不是，就照常上报。您写的、拍的都会带上。"
RELATIONS = {Relation.REPORTER: "您自己报的", Relation.FOLLOWER: "您在关注"}
AGO = ("今天报的", "昨天报的", "{n} 天前报的")
METRES = "离您说的地方约 {n} 米"
WHY = {SAME_PLACE: "同一个场所", NEAR: "相距约 {n} 米", SAME_WORDS: "地点说法一样"}
PICTURE = "那一件的现场照片。"
SAME = "就是这个，我也关注"
SAME_OWN = "就是我报的那件，补充进去"
SAME_UNLINKED = "就是这个，把我说的加进去"
NTH = "第{n}件："
ANOTHER = "不是，照常上报"

FOLLOWING = "谢谢您！您说的情况已经加到那一件里，一起办。"
FOLLOWING_NEWS = "办到哪一步，都会在这里告诉您；办件人员看不到您是谁。"
ADDED_OWN = "已经补充到您报过的那一件里。"
ADDED_UNLINKED = "您没有留下联系，后面的进展不会发给您。"
LIST = "我关注的（{n}）"
LIST_HEAD = "我关注的"
LIST_NONE = "您现在没有关注别人报的隐患。"
OPEN = "看进度"
STOP = "不再关注"
STOPPED = "好的，这一件的进展不再发给您。"
NEWS = "您关注的隐患有新进展"
APART = "之前和别的并在一起，现在单独办理"

MAYBE = "可能重复 {n} 件"
MAYBE_RELAPSE = "可能反弹 {n} 件"
MAYBE_HEAD = "这一件："
MAYBE_OTHERS = "可能是同一处："
MAYBE_NONE = "没有可能重复的了。"
RELAPSE = "{day} 已销号：可能是反弹，不能并案"
SURE, SURE_INTO = "是同一处吗？点「并入」才会并案。", "要并入的："
SEE, MERGE, UNMERGE = "看 {number}", "并入 {number}", "取消并案"
MERGED = "已并入 {number}，上报人会知道。"
UNMERGED = "已取消并案，这一件重新等待派人。"
FOLLOWERS = "另有 {n} 人关注"
HOLDS = "并入这一件的：{numbers}"
HELD = "已并入：{number}"
UNMERGED_TITLE = "↩ 取消并案，请派人核查"
