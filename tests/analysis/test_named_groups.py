"""Many people write of one thing at one place, each in other words: the name and the theme bind their messages."""

from bench import written_issues
from bench.hot_issues import agreement
from portal.analysis.matters import read_groups
from portal.analysis.names import is_name, is_thing
from portal.analysis.records import Message

PLANT = (
    ("蓝湾国际旁搅拌站污染严重", "混凝土搅拌站没日没夜地干，粉尘飘得满屋都是。"),
    ("小区旁边的搅拌站什么时候搬", "蓝湾国际业主。每天凌晨罐车进出，孩子睡不着。"),
    ("蓝湾国际附近违建搅拌厂何时取缔", "明目张胆地生产，没有牌照，搅拌站离居民楼不到百米。"),
    ("在居民区建搅拌站合法吗", "蓝湾国际门口的路被大罐车压得稀烂。"),
    ("请求搬离蓝湾国际旁的搅拌站", "两千户深受其害，希望给个时间表。"),
)
ELEVATOR = ("蓝湾国际电梯故障频发", "5栋电梯两个月坏了九次，昨天又把人关在里面半个钟头。")
ELSEWHERE = ("锦绣江南旁边搅拌站灰尘大", "锦绣江南的阳台一天不擦就是一层灰，都是搅拌站搞的。")


def grouped(*texts: tuple[str, str]) -> list[set[str]]:
    """The titles of each group that is found among `texts`."""
    messages = [Message(f"{row:02}", title, body, None, None) for row, (title, body) in enumerate(texts)]
    return [{messages[row].title for row in group} for group in read_groups(messages)]


def test_a_name_and_a_thing_bind_what_no_two_messages_say_alike() -> None:
    assert grouped(*PLANT) == [{title for title, _ in PLANT}]


def test_another_thing_at_the_same_place_stays_outside() -> None:
    assert grouped(*PLANT, ELEVATOR) == [{title for title, _ in PLANT}]


def test_the_same_thing_at_another_place_stays_outside() -> None:
    assert grouped(*PLANT, ELSEWHERE) == [{title for title, _ in PLANT}]


def test_a_name_alone_binds_nothing() -> None:
    assert (
        grouped(
            ELEVATOR,
            ("蓝湾国际没有公交接驳", "到地铁口两公里多，希望开一条巴士。"),
            ("蓝湾国际学区怎么划", "请问孩子读哪所小学？"),
            ("蓝湾国际停水三天", "水管爆了没人修，洗澡都没水。"),
        )
        == []
    )


def test_one_of_a_few_who_tells_of_another_thing_is_left_out() -> None:
    road = (
        ("白果村的路烂得没法走", "白果村进村的路全是坑，下雨天轿子都抬不过去。"),
        ("什么时候给白果村修路", "白果村的路坑坑洼洼，去年说要硬化，到现在没动。"),
        ("白果村修路", "白果村运柑子的车进不来，路上的坑越压越深，求求早点硬化。"),
        ("进村的坑", "白果村老支书说硬化的钱到了，路上的坑还是那些坑。"),
    )
    alone = ("路灯", "白果村进村没有一盏路灯，下雨天轿子都抬不过去，老支书说没钱。")
    assert grouped(*road, alone) == [{title for title, _ in road}]


def test_a_village_is_known_without_its_ending() -> None:
    mine = (
        ("石螺塘村采石场放炮震裂房子", "天天中午放炮，堂屋墙上裂了缝。"),
        ("石螺塘后山的采石场何时关停", "听说证早就过期，炮照样放。"),
        ("救救石螺塘", "放炮的飞石砸穿了猪栏，采石的老板只赔五百。"),
        ("石螺塘村的采石场放炮扰民", "老人一听放炮就吓得发抖。"),
    )
    assert grouped(*mine) == [{title for title, _ in mine}]


def test_words_are_told_apart_by_whether_they_name_or_say_something() -> None:
    assert [is_name(word) for word in ("蓝湾", "荷塘月色", "搅拌站", "b9", "#蓝湾")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert [is_thing(word) for word in ("搅拌站", "蓝湾", "#搅拌")] == [True, False, True]


def test_issues_of_which_every_message_was_written_by_itself_are_found() -> None:
    told, names = written_issues.told("choose"), written_issues.names("choose")
    found = agreement(told.labels, read_groups(told.messages), names)
    assert found.mean >= 0.7, found.f1
    assert found.mixed <= 0.2 * found.groups


def test_single_characters_tell_of_things_where_no_longer_word_does() -> None:
    lamps = (
        ("枫树路的灯全瞎了", "从加油站到粮站这一段，晚上散步都要打手电，上礼拜有人掉进沟里。"),
        ("枫树路两公里没有一盏亮的灯", "装是装了的，亮了三天，就再也没亮过。"),
        ("请尽快修复枫树路路灯", "孩子下晚自习骑车走枫树路，天天提心吊胆。"),
        ("枫树路太黑了", "希望装灯，女同志下夜班不敢走。"),
        ("枫树路夜间无照明", "入夜以后伸手不见五指，已经出了七起车祸。"),
    )
    other = ("枫树路菜场卖的猪肉不新鲜", "枫树路那家肉铺，昨天买的肉发粘。")
    assert grouped(*lamps, other) == [{title for title, _ in lamps}]


def test_a_quarter_of_villas_is_no_district() -> None:
    villas = (
        ("玫瑰园别墅区违建成风", "前后左右都在加层，我家墙体被挖裂了。"),
        ("举报A6区玫瑰园违法加建", "业主擅自下挖地下室，在露台加盖一层。"),
        ("玫瑰园违章建筑越拆越多", "现在快没有不加盖的房子了，昨天又在搭钢棚。"),
        ("请问玫瑰园违建拆不拆", "房子都盖好装修完了，请给一个明确的时间。"),
    )
    assert grouped(*villas) == [{title for title, _ in villas}]


UNPAID = (
    (
        "文体中心项目拖欠农民工工资",
        "我们在文体中心工地做木工，二十三个人，还差四十一万工钱，包工头说上面没拨款。",
    ),
    ("讨薪", "本人在文体中心工地扎钢筋，老板欠我一万八千六有欠条，劳动监察去过两趟让我等通知。"),
    ("政府工程也欠薪吗", "文体中心挂着农民工工资专用账户的牌子，泥工班组的工资五个月没发。"),
    ("关于文体中心工程拖欠工资的投诉", "带着十一个老乡做内外墙粉刷，完工已有八个月，剩余工资没有付。"),
    (
        "恳请督办文体中心农民工工资问题",
        "劳动监察大队组织协调，承诺支付文体中心全部班组工资，到今天一分钱没看到。",
    ),
)


def test_who_tells_of_another_thing_at_the_place_is_left_out() -> None:
    tap = (
        "文体中心二次供水水压不足",
        "文体中心七点到十点水龙头没有水，老乡说劳动大队承诺过，班组打了欠条，一分钱没看到。",
    )
    assert grouped(*UNPAID, tap) == [{title for title, _ in UNPAID}]


def test_a_word_that_no_dictionary_holds_is_a_name() -> None:
    firm = (
        ("优居美家装修公司跑路", "手机上办了十万块分期，现在工地停在水电，公司电话空号。"),
        ("请求立案查处优居美家", "光城南店就有六十二户，钱退不回来，装修做了一半。"),
        ("毛坯房晒了大半年", "优居美家收了六成的款，装修只砸了两面墙。"),
        ("优居美家分期还不起", "装修不成倒背一身债，每月还要还两千七的分期。"),
    )
    other = ("楼上装修从早砸到晚", "物业不管，孩子没法写作业。")
    assert grouped(*firm, other) == [{title for title, _ in firm}]


LINE = (
    ("209路公交车取消了，老人怎么办", "改线以后不到医院了，转两趟车。"),
    ("恢复209路公交车", "209路停运以后，去医院看病没有车坐。"),
    ("209路为什么停运", "老人去医院只有这一路公交车，请恢复。"),
    ("209路停运三个月", "热线说正在研究，去医院要转两趟车。"),
    ("请求恢复209路公交", "停运没有通知，老人去医院看病怎么办。"),
)
OTHER_LINE = (
    ("208路公交车取消了，老人怎么办", "改线以后不到医院了，转两趟车。请恢复公交车。"),
    ("恢复208路公交车，老人怎么办", "208路停运以后，去医院看病没有车坐，转两趟车。"),
)


def test_another_line_is_another_matter_however_alike_its_messages() -> None:
    groups = grouped(*LINE, *OTHER_LINE)
    assert not any(
        {title for title, _ in LINE} & one and {title for title, _ in OTHER_LINE} & one for one in groups
    )
    assert {title for title, _ in LINE} in groups


SHOP = (
    ("家家乐超市关门，卡里的钱怎么办", "单位发的购物卡，去了才看到卷闸门拉下来了。"),
    ("家家乐储值卡不能用了", "收银员说系统维护，维护了一个月，购物卡一直刷不了。"),
    ("家家乐门口围满了人", "老板跑路了，大家的储值卡谁来退。"),
    ("请查家家乐的预付卡", "购物卡发了几百万，说倒就倒。"),
    ("老人攒了两千块钱的卡", "家家乐购物卡舍不得用，今天去看已经关门。"),
)


def test_a_name_that_no_dictionary_holds_binds() -> None:
    assert grouped(*SHOP, ("家家乐门口停车乱", "电动车停得人都过不去。")) == [{title for title, _ in SHOP}]
