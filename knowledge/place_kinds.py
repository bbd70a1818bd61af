"""What a shop's name tells of its kind: 张记面馆 is a place to eat; the commonest kinds come first otherwise."""

OFTEN = ("catering", "shop", "streetshop", "inn", "beauty", "workshop", "selfbuilt")
# The first word that stands in a name counts; more special ones stand above.
WORDS = (
    ("school_small", ("幼儿园", "托幼", "托管", "培训", "辅导", "早教")),
    ("school", ("小学", "中学", "学校", "中心校")),
    ("hospital", ("卫生院", "医院")),
    ("clinic", ("诊所", "卫生室", "门诊", "药房", "药店")),
    ("elderly", ("敬老院", "养老", "日间照料", "老年公寓")),
    ("market", ("农贸", "菜市", "集贸", "市场")),
    ("ministation", ("微型消防站",)),
    ("fuel", ("加油", "加气", "液化气", "燃气", "油站")),
    ("express", ("快递", "物流", "驿站", "寄递")),
    ("netbar", ("网吧", "网咖", "电竞", "台球")),
    ("entertainment", ("歌厅", "KTV", "棋牌", "茶馆", "茶楼", "麻将", "舞厅", "酒吧")),
    ("inn", ("旅馆", "宾馆", "酒店", "民宿", "客栈", "招待所", "农家乐")),
    ("beauty", ("美发", "理发", "发廊", "美容", "足浴", "洗浴", "按摩")),
    ("catering", ("面馆", "火锅", "餐", "饭", "小吃", "烧烤", "烤鱼", "豆花", "早点", "包子", "食堂", "菜馆", "汤锅")),
    ("shop", ("超市", "商店", "便利", "小卖部", "副食", "百货", "农资", "五金", "商行", "粮油")),
    ("workshop", ("修理", "加工", "作坊", "家具", "服装厂", "制衣", "酒坊", "铝合金", "门窗")),
    ("factory", ("厂", "仓库", "库房", "车间")),
    ("construction", ("工地", "项目部", "在建")),
    ("forest", ("林场", "山林", "坟山", "林区")),
    ("residential", ("小区", "号楼", "单元", "公寓")),
    ("selfbuilt", ("自建房", "出租房", "出租屋")),
    ("village", ("院子", "大院", "村寨", "院落")),
)  # fmt: skip


def kinds_named(name: str) -> list[str]:
    """Return the kinds whose words stand in a name, the most special first; none for a name that tells nothing."""
    said = name.upper()
    return [kind for kind, words in WORDS if any(word in said for word in words)]


def kinds_for(name: str, most: int = 7) -> list[str]:
    """Return the kinds to offer for a place of this name, the likeliest first, at most so many."""
    return list(dict.fromkeys((*kinds_named(name), *OFTEN)))[:most]
