"""Messages written for these tests: four matters at four places, and opinions that stand alone."""

from datetime import datetime, timedelta

from portal.analysis.records import Message

_START = datetime(2024, 3, 1, 9, 0)

# (matter, author, title, body); matter None stands alone.
_WRITTEN: tuple[tuple[str | None, str | None, str, str], ...] = (
    (
        "noise-west",
        "u1",
        "城西菜市场夜间卸货噪音扰民",
        "尊敬的领导：您好！城西菜市场每天凌晨两点就开始卸货，货车轰鸣，铁架碰撞，噪音很大，附近住户整夜睡不好。请管一管卸货的时间。谢谢！",
    ),
    (
        "noise-west",
        "u2",
        "投诉城西菜市场凌晨卸货太吵",
        "城西菜市场的货车凌晨就来卸货，噪音把老人孩子都吵醒，住户根本睡不好。能不能规定卸货时间？盼复。",
    ),
    (
        "noise-west",
        "u3",
        "请求解决城西菜市场卸货噪音问题",
        "我家就在城西菜市场旁边，夜间卸货噪音持续到天亮，货车喇叭不停。希望规定夜间不许卸货。",
    ),
    (
        "noise-west",
        None,
        "城西菜市场半夜卸货，噪音让人睡不着",
        "半夜里城西菜市场的货车一辆接一辆卸货，噪音太大，周围住户都有意见，希望限定卸货时间。",
    ),
    (
        "noise-east",
        "u4",
        "城东菜市场夜间卸货噪音扰民",
        "城东菜市场夜里卸货，货车噪音扰民，住户睡不好，希望规定卸货时间。",
    ),
    (
        "noise-east",
        "u5",
        "城东菜市场凌晨卸货噪音太大",
        "城东菜市场的货车凌晨三点卸货，噪音大得睡不着，请管管卸货的时间。",
    ),
    (
        "park-lake",
        "u6",
        "翠湖花园小区停车难",
        "翠湖花园小区车位太少，晚上回家找不到停车位，车辆停在消防通道上，很危险。建议把东门空地改成停车场。",
    ),
    (
        "park-lake",
        "u7",
        "建议翠湖花园小区增加停车位",
        "翠湖花园小区停车位不够，晚上车辆乱停，堵了消防通道。东门那块空地可以改成停车场。",
    ),
    (
        "park-lake",
        "u8",
        "翠湖花园小区车位不足，车辆堵住消防通道",
        "我们翠湖花园小区车位不足，晚上七点以后就没有停车位，消防通道停满车辆，出了事消防车进不来。",
    ),
    (
        "park-silk",
        "u9",
        "锦绣豪庭小区停车难",
        "锦绣豪庭小区车位太少，晚上找不到停车位，车辆堵在消防通道上，建议增加停车位。",
    ),
    (
        "park-silk",
        "u10",
        "锦绣豪庭小区停车位不够",
        "锦绣豪庭小区晚上停车位不够，车辆乱停乱放，消防通道被堵，请增加停车位。",
    ),
    (
        None,
        "u11",
        "建议延长青山图书馆开放时间",
        "青山图书馆下午五点半就关门，上班族下班后进不去，建议周末开到晚上九点。",
    ),
    (
        None,
        "u12",
        "老旧小区能不能装电梯",
        "我母亲今年八十岁，住在六楼，上下楼很吃力，希望了解加装电梯的政策和补贴。",
    ),
    (
        None,
        "u13",
        "农村低保申请流程咨询",
        "村里有一户困难家庭，男主人去年得了尿毒症，想申请低保，不知道要准备哪些材料。",
    ),
    (
        None,
        "u14",
        "三路公交末班车太早",
        "三路公交车晚上八点就收班，学生下晚自习赶不上，建议末班车延到九点半。",
    ),
    (None, "u15", "拖欠工资两个月", "我在工业园一家电子厂上班，老板拖欠工资两个月，找劳动监察也没有结果。"),
    (None, "u16", "河道里漂满垃圾", "清水河下游河面漂满塑料垃圾，河水发臭，夏天蚊虫很多，请安排清理。"),
    (
        None,
        "u17",
        "孩子入学的学区怎么划分",
        "我们刚在新城买房，明年孩子上小学，请问学区怎么划分，需要哪些材料？",
    ),
    (
        None,
        "u18",
        "乡镇卫生院看不了牙",
        "镇上的卫生院没有牙科，看牙要跑到县城，老人很不方便，建议增设牙科门诊。",
    ),
    (
        None,
        "u19",
        "政务大厅窗口办事要跑三趟",
        "办一张营业执照变更，政务大厅的窗口每次说的材料都不一样，跑了三趟才办成。",
    ),
    (
        None,
        "u20",
        "村级公路塌方一直没修",
        "通往石桥组的公路去年塌方，到现在还没有修，校车过不去，村民自己用石头垫路。",
    ),
)


def written() -> list[Message]:
    """All messages, an hour apart, with ids `m00`, `m01`, …"""
    return [
        Message(f"m{place:02}", title, body, author, _START + timedelta(hours=place))
        for place, (_, author, title, body) in enumerate(_WRITTEN)
    ]


def people_see() -> dict[str, set[str]]:
    """How a person groups them: the ids of each matter."""
    groups: dict[str, set[str]] = {}
    for place, (matter, _, _, _) in enumerate(_WRITTEN):
        if matter:
            groups.setdefault(matter, set()).add(f"m{place:02}")
    return groups
