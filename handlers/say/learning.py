"""Sentences about the quiz: the question of the day, one's own numbers, what villages have learnt."""

from models.learning import FEW, Mine

QUIZ, QUIZ_HELP = "消防答题", "来一道消防选择题，答完就知道对不对"
QUIZ_WORDS = ("答题", "考考我", "来一题", "再来一题")
MINE_WORDS = ("我的答题", "每日一题")
RIGHT = "✅ 答对了！"
WRONG = "这题没答对，正确的是「{answer}」。"
WRONG_GONE = "这题没答对。"
READ, MORE, MINE = "读一读", "再来一题", "我的答题"
DAILY_ON, DAILY_OFF = "打开每日一题", "不要每日一题了"
DAILY_IS_ON = "每日一题：开着，每天 {at} 给您发一题。"
DAILY_IS_OFF = "每日一题：没开。打开以后每天 {at} 发一题，随时能关。"
DAILY_SILENT = "您关掉了全部推送，每日一题也先不发。发「恢复推送」就会接着发。"
ONLY_YOU = "这些只有您自己看得到。"
NUMBERS = "一共答了 {answered} 题，答对 {right} 题；这个月答了 {this_month} 题。"
NONE_YET = "您还没有答过题。答错也不要紧，答完会说明道理。"
MOSTLY_RIGHT = "大多数都答对了，家里人有不懂的，您可以讲给他们听。"
WILL_COME_AGAIN = "没答对的过几天会再出一次，慢慢就记住了。"
GOOD_SHARE = 0.7

BOARD, BOARD_HELP = "学习情况", "各村答题和培训演练的合计，不到个人"
BOARD_QUIZ = "近 30 天答题"
BOARD_VILLAGE = "· {name}：{people} 人，{answered} 题，答对 {share:.0%}"
BOARD_FEW = f"· {{name}}：少于{FEW}人"
NO_VILLAGE = "没有登记村的"
BOARD_HARD = "最容易答错的题"
HARD = "{number}. {ask}（答错 {share:.0%}）"
OUT_OF_HARD = "就「{topic}」出一道题"
BOARD_TRAININGS = "{year} 年培训演练"
WHOLE_TOWN = "全镇"
TRAININGS = "· {name}：{held}，到场 {people} 人次"
NO_TRAININGS = "· {name}：还没有记录"
HELD = "{kind} {count} 次"

PUSH_QUIZ = "出一道题"
TOPIC, TOPIC_ASK = "话题", "出哪个话题的题？"
QUESTION, QUESTION_ASK = "题目", "选哪一道？带 ✔ 的是正确答案。"
NTH = "第 {number} 题"
GONE = "这道题已经不在题库里了。请重新选一道。"
ANSWER_MARK, OTHER_MARK = "✔ ", "○ "


def kindly(mine: Mine) -> str:
    """Return a kind sentence to somebody's own numbers."""
    if not mine.answered:
        return NONE_YET
    return MOSTLY_RIGHT if mine.right >= mine.answered * GOOD_SHARE else WILL_COME_AGAIN
