"""Labelled messages made of phrases written for these tests: three topics, as many messages as asked for."""

from itertools import product

# For each topic: where, what, and wish. Every combination is one message.
_PHRASES = {
    "交通运输": (
        ("城北三路公交", "火车站的出租车", "镇上的中巴", "去县城的班车", "二号线的客车", "村口的校车"),
        ("总是晚点半小时", "乱收票价还拒载", "超载很危险", "末班车太早赶不上", "司机一路打电话"),
        ("请运管管一管", "希望增加车次", "请交通局查处"),
    ),
    "教育文体": (
        ("一中的老师", "镇中心小学", "新建的幼儿园", "培训机构", "县图书馆", "村里的小学"),
        ("暑假违规补课收费", "班级人数太多", "要学生买教辅资料", "食堂饭菜太差", "学区划分不公平"),
        ("请教育局查处", "希望家长能参与监督", "请给孩子们一个交代"),
    ),
    "环境保护": (
        ("河边的造纸厂", "村后的养猪场", "小区旁的搅拌站", "工业园的化工厂", "楼下的烧烤店", "砖厂的烟囱"),
        ("夜里偷排废水", "臭气熏得睡不着", "粉尘落满窗台", "噪音扰民很严重", "油烟污染空气"),
        ("请环保局查处", "希望搬离居民区", "还我们一片蓝天"),
    ),
}


def labelled(count: int = 60) -> list[tuple[str, str]]:
    """`count` messages (text, topic), topics in turn, hardly any two of a topic alike in all three phrases."""
    ways = {topic: list(product(*phrases)) for topic, phrases in _PHRASES.items()}
    found = []
    for place in range(count):
        topic = list(ways)[place % len(ways)]
        turn = place // len(ways)
        where, what, wish = ways[topic][(turn * 37) % len(ways[topic])]
        found.append((f"{where}{what}。我们多次反映，{wish}。", topic))
    return found
