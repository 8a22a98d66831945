"""Rules tell kinds of messages apart, on snippets written and labelled for this test."""

from collections import Counter

import pytest

from portal.analysis.kinds import FALLBACK, KINDS, Kind, kind_of, kind_scores
from tests.kit.shared_data import rows

# (kind, title, body); written after the words, which were not changed for them.
SNIPPETS: tuple[tuple[Kind, str, str], ...] = (
    ("咨询", "咨询公租房怎么申请", "我在开发区上班，想申请公租房，不知道在哪里办。"),
    ("咨询", "请问三路车改道了吗", "昨天等了半小时没有车。"),
    ("咨询", "新生儿医保报销比例", "孩子刚出生，请问要先落户才能报销吗？"),
    ("咨询", "关于教师招聘年龄限制的咨询", "今年三十六岁还可以报名吗？谢谢！"),
    ("咨询", "体育馆什么时候开放", "去年就说要开放，到现在没有消息。"),
    ("咨询", "异地购房能提公积金吗", "我的公积金在外省，需要哪些材料？"),
    ("咨询", "想了解一下学区的划分", "我家在青山路，属于哪个小学？"),
    ("咨询", "身份证过期怎么补办", "人在外地，想问一下能不能在当地办。"),
    ("咨询", "二孩产假有多少天", "今年的规定和去年一样吗？请答复。"),
    ("咨询", "车辆年检地点", "请问周末上班吗？要带什么证件？"),
    ("咨询", "老人卡在哪里办理", "家里老人六十五岁，要什么手续？"),
    ("求助", "请求解决村里吃水难", "我们组三十多户没有自来水，天旱就要到山下挑水。"),
    ("求助", "孩子走失急寻", "孩子昨天下午在车站走失，恳请帮忙查一查监控。"),
    ("求助", "拖欠工资八个月", "工地完工了，老板不见人，请帮我们讨回血汗钱。"),
    ("求助", "请尽快维修巷子里的路灯", "路灯坏了两个月，晚上老人摔倒过。"),
    ("求助", "父亲病重，请求医疗救助", "医药费已经花光，恳请民政部门伸出援手。"),
    ("求助", "反映桥头路面塌陷", "桥头塌了一个坑，车子过不去。"),
    ("求助", "希望尽快恢复供水", "小区停水三天了，老人小孩没法做饭。"),
    ("求助", "恳请给我们村通一条路", "下雨天孩子上学要趟泥水。"),
    ("求助", "下水道堵了", "一楼家里全是污水，请帮帮我们。"),
    ("求助", "残疾人求助", "我腿脚不便，想找一份能做的工作，求助残联。"),
    ("建言", "建议在河边增设路灯", "散步的人多，建议每五十米装一盏。"),
    ("建言", "关于垃圾分类的几点建议", "一是增设分类桶，二是加强宣传。"),
    ("建言", "建议公交末班车延长到十点", "下晚班的人坐不上车，建议延长。"),
    ("建言", "对老城改造的建议", "应当保留老街的样子，不妨借鉴外地的做法。"),
    ("建言", "为家乡旅游献计", "可以统筹山水资源，推广本地小吃。"),
    ("建言", "呼吁设立夜间图书角", "年轻人下班后想看书，建议试点。"),
    ("建言", "希望增设母婴室", "商圈里没有母婴室，建议完善。"),
    ("建言", "优化红绿灯时间的建议", "左转绿灯只有十秒，建议改为二十秒。"),
    ("建言", "学校门口设置减速带", "建议在校门两边设置减速带，加强管理。"),
    ("建言", "一点想法", "政务大厅可以加开周六窗口，方便上班的人。"),
    ("投诉", "投诉物业乱收费", "物业强制收装修押金，不交不给钥匙。"),
    ("投诉", "楼下烧烤店油烟扰民", "多次反映无人管，夜里不敢开窗。"),
    ("投诉", "对出租车拒载的投诉", "司机听说路近就不走，还骂人。"),
    ("投诉", "投诉窗口人员态度恶劣", "问一句就不耐烦，推诿半天。"),
    ("投诉", "驾校收了钱不安排练车", "要退费，驾校拒不退，霸王条款。"),
    ("投诉", "强烈要求开发商兑现承诺", "当初说有游泳池，现在成了停车场，虚假宣传。"),
    ("投诉", "快递把包裹弄丢还不赔", "客服来回踢皮球，要求赔偿。"),
    ("投诉", "健身房关门不退卡", "老板电话打不通，欺骗消费者。"),
    ("投诉", "工地夜间施工扰民", "凌晨两点还在打桩，投诉电话打了也没人管。"),
    ("投诉", "再次投诉小区电梯坏了没人修", "物业敷衍，一个月坏了四次。"),
    ("举报", "举报村干部冒领低保", "他家有楼有车，却领着低保，请查处。"),
    ("举报", "实名举报工厂偷排废水", "每到夜里就往河里排，请严查。"),
    ("举报", "举报诊所无证经营", "没有执照，卖假药，请依法查处。"),
    ("举报", "关于某局长受贿的举报", "收受工程老板红包，有线索可以提供。"),
    ("举报", "网吧接纳未成年人，聚众赌博", "请公安机关严惩。"),
    ("举报", "我要举报传销窝点", "每天几十人听课，手机被收走。"),
    ("举报", "揭发砂场盗采", "没有手续，违法采砂，有保护伞。"),
    ("举报", "检举会计挪用公款", "账目造假，希望纪委查处。"),
    ("举报", "教师有偿补课", "每人收两千元，违规补课，请教育局查处。"),
    ("举报", "举报饭店使用地沟油", "后厨脏乱，举报电话没人接。"),
    ("感谢", "感谢公交公司找回我的包", "司机师傅拾金不昧，特此感谢。"),
    ("感谢", "表扬社区网格员", "老人忘带钥匙，她跑前跑后，服务热情。"),
    ("感谢", "感谢信", "路灯第二天就修好了，非常满意。"),
    ("感谢", "为环卫工人点赞", "大雪天凌晨就在扫路。"),
    ("感谢", "问题得到解决，由衷感谢", "上次说的积水，街道当天就处理了。"),
    ("感谢", "给派出所送锦旗", "民警帮我追回了被骗的钱，衷心感谢。"),
    ("感谢", "谢谢医生", "医生耐心细致，我们全家感激。"),
    ("感谢", "夸一夸窗口的小姑娘", "材料不齐，她教我在网上补，态度很好。"),
    ("感谢", "我反映的停车问题解决了", "交警及时处理，感谢！"),
    ("感谢", "致谢水务局", "漏水的管子终于修好，办得快。"),
)


def test_most_snippets_are_told_apart() -> None:
    wrong = [
        (kind, kind_of(title, body), title) for kind, title, body in SNIPPETS if kind_of(title, body) != kind
    ]
    assert len(SNIPPETS) >= 60
    assert len(wrong) <= 3, wrong


def test_no_kind_is_lost_among_the_others() -> None:
    right = Counter(kind for kind, title, body in SNIPPETS if kind_of(title, body) == kind)
    asked = Counter(kind for kind, _, _ in SNIPPETS)
    assert set(asked) == set(KINDS)
    assert all(right[kind] / asked[kind] >= 0.8 for kind in KINDS), right


@pytest.mark.parametrize(("title", "body"), [("", ""), ("某某路", "如题"), ("😀", "\n\n"), ("abc", "123")])
def test_a_message_that_says_nothing_asks_for_something_to_be_done(title: str, body: str) -> None:
    assert kind_of(title, body) == FALLBACK
    assert not any(kind_scores(title, body).values())


def test_words_that_hold_a_cue_and_mean_another_thing_do_not_count() -> None:
    assert kind_scores("", "打了举报电话，也打了投诉电话")["举报"] == 0
    assert kind_scores("", "打了举报电话，也打了投诉电话")["投诉"] == 0


def test_traditional_characters_and_full_width_marks_are_read() -> None:
    assert kind_of("請問學區怎麼劃分？", "") == "咨询"
    assert kind_of("投訴物業亂收費", "") == "投诉"


def test_thanks_at_the_end_of_a_letter_are_courtesy() -> None:
    assert kind_of("建议增设路灯", "河边太黑，建议增设路灯。谢谢领导！非常感谢！") == "建言"


def test_a_graver_reading_wins_between_equals() -> None:
    scores = kind_scores("", "非法 霸王条款")
    assert scores["举报"] == scores["投诉"] > 0
    assert kind_of("", "非法 霸王条款") == "举报"


def test_real_titles_agree_with_the_verb_that_their_writers_put_first() -> None:
    verbs: dict[str, Kind] = {"咨询": "咨询", "投诉": "投诉", "举报": "举报", "建议": "建言", "请求": "求助"}
    agreed, asked = Counter[str](), Counter[str]()
    for row in rows("messages_answered.csv"):
        title = row["title"].strip()
        if title[:2] in verbs:
            asked[title[:2]] += 1
            # The verb is taken away: what is left of the message must still tell.
            agreed[title[:2]] += kind_of(title[2:], row["body"]) == verbs[title[:2]]
    assert sum(agreed.values()) / sum(asked.values()) > 0.55  # of six kinds; always 咨询 would get .37
