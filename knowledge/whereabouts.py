"""Where: the place named in a sentence, in the speaker's own words (菜市场后门, 新院子村五组, 李家院子)."""

from __future__ import annotations

import re

from knowledge.words import clean

# A name in front of these is needed to make a place: "楼" alone is nowhere, "3号楼" is somewhere.
_NAMED_ONLY = (
    "社区|小区|花园|家园|院子|大院|村|组|队|湾|塆|坝子?|沟|坪|岩|堡|垭口?|梁|槽|桥|街|路|巷|号楼?|栋|幢|单元|(?<![上下])楼(?![上下顶梯道])|室|店|馆|坊|厂|"
    "火锅|烧烤|串串|面庄|饭庄|酒家|酒楼|公司|庙|寨|林场|家(?=[楼门屋房灶厨柴后隔旁对])|隔壁|超市|商店|仓库|库房|河边|坟山"
)
# These are one of a kind in a township, so they stand alone.
_ALONE = (
    "菜市场|农贸市场|市场|村小学|村小(?![卖学组])|中心校|小学|中学|学校|幼儿园|卫生院|卫生室|医院|诊所|敬老院|养老院|日照中心|小卖部|面馆|火锅店|烧烤店|饭店|餐馆|旅馆|宾馆|"
    "民宿|农家乐|酒店|网吧|KTV|ktv|歌厅|茶馆|麻将馆|棋牌室|理发店|足浴店|洗脚城|加油站|液化气站|供气站|厂房|厂区|车间|作坊|木材厂|家具厂|砖厂|服装厂|工地|快递点|"
    "快递站|驿站|车站|广场|镇政府|村委会|居委会|便民中心|党群服务中心|公厕|祠堂|水库|停车场|场镇|老场|新场|老街|正街|派出所|粮站|文化站|超市|商场|仓库|库房|摩托修理店|修车店"
)
_DETAIL = (
    "前门|后门|侧门|大门|正门|门口|旁边|隔壁|对面|背后|后面|前面|前头|后头|里面|里头|外面|外头|楼上|楼下|楼顶|顶楼|底楼|负一楼|[一二三四五六七八九十0-9]+楼|"
    "[一二三四五六七八九十0-9]+层|楼梯间|楼梯口|楼梯|楼道|过道|走廊|地下室|地下车库|车库|车棚|院坝|坝子|厨房|食堂|后厨|宿舍|仓库|阁楼|夹层|门面|铺面|店面|铺子|教学楼|住院部|"
    "综合楼|办公楼|门卫室|控制室|配电房|路口|村口|巷口|桥头|坡上|山上|河边|林子|后山|那边|这边|边上|附近|底下|口|旁|后|里|头(?!晕|昏|痛)"
)
_LOOSE = re.compile(r"后山|[一-龥]{0,3}(?:坡上|山上|林子头?|坟山|垭口|竹林|山坡上)")
_NOT_IN_NAMES = (
    "的了在是被把有我你他她它们去到从给请和跟及看见说查巡报没不很还就都也会要能让个些那这哪吗呢吧啊"
    "堵堆锁停放烧燃冒着漏住"
)
_NAME = rf"[^\W_{_NOT_IN_NAMES}]"
_UNIT = (
    rf"(?:{_NAME}{{0,7}}?(?:{_ALONE})|{_NAME}{{1,7}}?(?:{_NAMED_ONLY})|"
    r"[0-9一二三四五六七八九十]+(?:村民小组|组|社|队|号楼|栋|幢|单元|号|楼|室|米街))"
)
_PLACE = re.compile(rf"(?:{_UNIT})+(?:的?(?:{_DETAIL}))*")
_LEAD = re.compile(
    r"^(?:我要|我想|我来|我们|咱们|请问|你好|您好|喂|今天|今日|上午|下午|早上|晚上|中午|昨天|昨晚|刚才|刚刚|现在|举报|反映|投诉|上报|吹哨|巡查|检查|走访|"
    r"发现|看到|报告|反馈|一下|有人|关于|就是|位于|地点|地址|在|向|于|对|为|因|由|家住|住|到|,|:|,|今|又|快来人?|救命|老板|领导|干部|网格员|镇上|完|过)+"
)
_GENERIC = re.compile(
    r"(?:每个?|哪个?|某个?|一个?|两个?|几个?|整个?|全|本|别|自家?|该|各|一些|所有|多|沿|上|下|进|出|小|大|老|新|消防|安全|疏散|隔壁|邻居|自己|人|公|二|三|"
    r"天|晚|充电|家|门|院|地下|卧|教|厂|阁|办公|厕)?(?:社区|小区|院子|大院|村|组|队|湾|坝子?|沟|坪|岩|堡|垭|梁|槽|桥|街|路|巷|号|栋|单元|(?<![上下])楼(?![上下顶梯道])|室|店|馆|铺子?|门面|坊|厂|公司|隔壁|家|楼上|楼下)"
    r"(?:里|里面|里头|旁边|旁|上|头|那边|后|口)?$"
)
_ROOM = re.compile(
    r"(?:厂房|厂区|车间|仓库|库房|作坊|工地|宿舍|阁楼|市场|超市|商店)(?:之间|里面?|里头|头|旁边?|门口|外面)?$"
)


def place_in(text: str, *, allow_wild: bool = False) -> str | None:
    """The most telling place named in `text`, as written there; `allow_wild` accepts bare 坡上, 山上 for fires."""
    said = clean(text)
    found = [place for match in _PLACE.finditer(said) if (place := _tidy(match[0]))]
    if found:
        return max(found, key=len)
    wild = _LOOSE.search(said) if allow_wild else None
    return wild[0] if wild else None


def _tidy(match: str) -> str | None:
    place = _LEAD.sub("", match)
    if len(place) < 2 or _GENERIC.match(place) or _ROOM.match(place):
        return None
    return place
