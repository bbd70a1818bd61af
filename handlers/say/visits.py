"""Sentences of letters to a door that stayed shut. They ask for an hour: nothing in them orders or threatens."""

WRITE, LETTER = "📄 开联系单", "📄 联系单"
FACT_DUE = "已经连续 {n} 次没进去，可以开一份联系单留在门上。"
FACT_LETTER = "联系单 {number}：{state}"
FACT_MET = "负责人约在：{when}"
STATE_MADE, STATE_LEFT = "还没有送到", "{day}已送到"

HEAD = "消防安全巡查联系单 {number}"
COMES = "联系单马上发给您。打印出来贴在门上，或者交给负责人、邻居转交。"
TRIED = "没进去的时间：{moments}"
AGAIN = "下次再去：{day}"
MET = "约好：{when}"
NOT_MET = "还没有约时间。负责人扫单上的码，或者在自己的手机上点「约时间」，会告诉您。"
LEFT, LEFT_BUTTON = "送达：{day}", "✔ 已张贴/已送达"
PICTURES = "照片：{n} 张"
COPY, PHOTO, BACK = "再要一份", "补一张照片", "◀ 返回"
LEFT_NOW = "✔ 记下了，联系单已送到。到日子再去看一次。"
SENDING = "正在做，马上发给您"
CAPTION = "{name}的联系单　{number}\n打印后贴在门上，或者交给负责人、邻居转交。送到以后点下面的按钮。"
FILE = "消防安全巡查联系单 {name}.docx"
PHOTO_TITLE, PHOTO_LABEL, PHOTO_ASK = "联系单照片", "照片", "发一张贴好的照片。不想拍就点「取消」。"

OWNER_HEAD = "镇里来「{name}」看过消防安全，没有遇到您"
OWNER_WHEN = "来的时间：{moments}"
OWNER_ASK = "不是检查扣分，也不收费，就是帮您看看有没有火灾隐患。请约一个您方便的时间，我们等您在的时候来。"
OWNER_AGAIN = "不约的话，我们 {day}前后再来一次。"
CHOOSE = "📅 约时间"
CHOOSE_HEAD = "「{name}」：您哪个时间在？"
CHOOSE_HOW = "点一个半天，巡查的同事会按这个时间来。约了还可以改。"
CHOSEN = "✔ 约好了：{when}，请到时候在「{name}」等一下。有变化再点「改时间」。"
CHANGE = "改时间"
GONE_CODE = "这个码已经不能用了。要约巡查时间，请打联系单上的电话，或者等我们再来。"
ANSWERED = "「{name}」约好时间了：{when}"
ANSWERED_HOW = "到那天会排在巡查清单最前面。"
OPEN_PLACE = "看这一家"

# What stands on the paper.
TITLE = "消防安全巡查联系单"
TO = "{name}负责人："
TEXT = "我镇工作人员到你处做消防安全巡查，下列时间没有遇到负责人，没能进去看。请约一个你方便的时间，我们再来。"
ROW_PLACE, ROW_ADDRESS, ROW_TRIED, ROW_LOOK, ROW_AGAIN, ROW_PHONE = (
    "场所", "地址", "来过的时间", "来了看什么", "下次再来", "联系电话",
)  # fmt: skip
LOOK = "出口和楼梯通不通；灭火器、应急灯能不能用；电线、充电和用气安不安全；有没有人住在店里、库房里。"
ROW_AGAIN_TEXT = "{day}前后；你约了时间，就按你约的来。"
HOW = "怎么约：扫右下角的码，点一个上午或下午；也可以打电话，或者告诉送单的人。已经搬走、停业的，也请说一声。"
SELF_CHECK = (
    "等我们来之前，请先自己看一看：出口和楼梯不堆东西、不上锁；灭火器指针在绿区；"
    "电动自行车和电池不进屋充电；人走断电、断气、灭火。"
)
KIND = "巡查是帮大家找出火灾隐患，不收费。谢谢配合！"
SIGNED_BY = "经办：{name}"
SCAN = "扫码约时间"
