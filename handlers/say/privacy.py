"""Sentences about privacy: who sees what, by one example each, and the receipt that nobody can replace."""

from models.hazards import ANONYMOUS, CONFIDENTIAL, NAMED, RECEIPT

# On the summary and on the receipt: one line that says who can see what.
ONE_LINE = {
    NAMED: "否，实名。办件人员能看到您的名字和原话，被反映的人看不到。",
    CONFIDENTIAL: "是。办件人员看不到您是谁，也看不到原话。",
    ANONYMOUS: "是，匿名。办件人员看不到您是谁，别人也不能申请查。",
    RECEIPT: "是，只凭回执。我们不留您和这件事的联系，回执是唯一的钥匙。",
}
EXAMPLES = {
    NAMED: "实名：办件人员能看到您的名字。比如，您愿意带路、愿意当面说清楚。",
    CONFIDENTIAL: "保密：办件人员看不到您是谁。比如，有人来打听是谁报的，办件的人自己也不知道。"
    "真要查，得两个人同意，还会告诉您。",
    ANONYMOUS: "匿名：跟保密一样，但谁也不能申请查您是谁。比如，您怕镇上有对方的熟人。"
    "有进展我照样告诉您；镇里要是发奖励，也只凭码领。",
    RECEIPT: "只凭回执：我们不留您和这件事的联系。比如，您连一条记录也不想留。"
    "我没法通知您，您自己凭 16 位回执来看；丢了谁也补不了。",
}
HONEST = "要说清楚：Telegram 仍然知道是哪个账号发的，您手机里的聊天记录也还在。文字和照片里，请别带自己的名字、电话。"
WHO_SEES = "\n".join(["谁能看到您？点一个，或者打字。", *EXAMPLES.values(), "以后只能改得更保密，不能改回来。", HONEST])
THEY_READ = "办件人员会看到：{told}"
THEY_READ_ALL = "办件人员会看到您的原话。"
PLACE_READ = "地点 {place}"
ROUGHLY = "最近的一处有名字的地方和大概距离"
RESTATED = "（转述）{told}"

RECEIPT_NUMBER = "回执："
KEEP_IT = "请抄下来，别给别人看。丢了谁也补不了，我们也查不到。"
COPY = "复制回执"
COME_BACK = "接下来：镇消防管理岗派人核查，最迟 {due}。我没法通知您，到时候请自己来看：发回执号给我，或点「凭回执查」。"
ALSO_BY_RECEIPT = "换了手机或账号，把回执号发给我，也能看进度。"

ASK_RECEIPT = "请发 16 位回执号，空格和横线不用管。"
NOT_OPENED = (
    "没有查到。请核对 16 个数字，一小时最多试 5 次。\n"
    "回执丢了，谁也补不了；换过回执的，只认新的。还有危险的话，请重新上报。"
)
TRY_AGAIN = "再输一次"
BY_RECEIPT = "凭回执查"

NOW = "现在是"
CAN_BE = "还可以改得更保密，改了不能改回来："
LOWEST = "已经是最保密的了。"
MAKE_IT = "改成{level}"
SEEN_BEFORE = "以前已经看到过您名字的人，我没法让他忘记。"
SURE_RECEIPT = "确定吗？改了以后，我们不再知道这件事是您报的，也没法通知您。下一步会给您 16 位回执，请准备好纸笔。"
SURE_YES = "确定，给我回执"
LOWERED = "改好了。"
WHO_CAN_SEE = "谁能看到我"
NEW_RECEIPT = "换新回执"
RENEWED = "新回执给您，旧的从现在起没用了。"
BACK = "◀ 返回"

# To officers: nobody answers there.
UNREACHABLE = "上报人只凭回执来看，通知不到。"
BESIDE = "{place}附近，约 {metres} 米"
FAR_FROM = "离{place}约 {kilometres} 公里"
