"""The lexicon knows every official topic and tells ordinary messages apart; a model is asked before it."""

import pytest

from portal.analysis.records import Message
from portal.analysis.topic_training import train
from portal.analysis.topics import OTHER, lexicon, topic_of, topic_paths, topic_scores
from tests.analysis.labelled import labelled
from tests.kit.shared_data import rows


@pytest.mark.parametrize(
    ("title", "body", "first"),
    [
        ("城西菜市场夜间噪音扰民", "货车凌晨卸货，噪音很大。", "环境保护"),
        ("建议小学增加课后服务", "孩子三点半放学，家长没下班。", "教育文体"),
        ("拖欠工资两个月", "老板不发工资，劳动合同也没有签。", "劳动和社会保障"),
        ("乡镇卫生院没有牙科", "看病挂号要跑到县城的医院。", "卫生计生"),
        ("出租车拒载不打表", "火车站的出租车司机漫天要价。", "交通运输"),
        ("小区物业费太高", "物业公司收了费不管事，业主委员会成立不了。", "城乡建设"),
        ("低保申请怎么办", "家里有残疾人，想申请低保。", "民政"),
        ("村里水渠坏了", "农村灌溉的水渠多年没有修，水库的水放不下来。", "农村农业"),
        ("户口迁移要什么材料", "派出所说要开证明，落户一直没办成。", "政法"),
        ("宽带网速太慢", "电信宽带信号差，话费倒是不便宜。", "科技与信息产业"),
        ("征地补偿款没有到位", "土地征收三年了，征地补偿还没发。", "国土资源"),
        ("景区门票太贵", "旅游景区门票涨价，导游强制消费。", "商贸旅游"),
        ("村干部滥用职权", "村干部以权谋私，希望纪委查处。", "纪检监察"),
        ("银行贷款利息", "农商行贷款利息与合同不符，企业融资难。", "经济管理"),
        ("社区党支部的党员活动太少", "建议基层党组织多办活动。", "党务政务"),
        ("小区电梯年检过期", "物业不管，电梯困人。", "商贸旅游"),
        ("事业单位招聘考试的成绩何时公布", "笔试过了一个月。", "劳动和社会保障"),
        ("村口的水泥路坑坑洼洼", "下雨就是泥泞路。", "交通运输"),
        ("外地购车本地上牌", "户口已经迁走。", "政法"),
        ("農村垃圾焚燒，空氣污染嚴重", "廢氣刺鼻。", "环境保护"),
    ],
)
def test_ordinary_messages_find_their_topic(title: str, body: str, first: str) -> None:
    assert topic_of(title, body).split("/")[0] == first


def test_words_that_say_nothing_give_no_topic() -> None:
    assert topic_of("你好", "今天天气不错。") == OTHER
    assert topic_of("", "") == OTHER


def test_a_title_counts_more_than_the_body() -> None:
    scores = topic_scores("公交末班车太早", "")
    assert max(scores.values()) > max(topic_scores("", "公交末班车太早").values())


def test_words_in_passing_count_less_than_what_the_matter_is() -> None:
    entry = lexicon()["城乡建设"]
    assert "小区" in entry.words and "小区" in entry.passing
    assert not any("~" in word for one in lexicon().values() for word in one.words)
    assert topic_of("学校旁边的烧烤店油烟扰民", "").split("/")[0] == "环境保护"


def test_a_topic_given_by_a_person_is_kept() -> None:
    given = Message("1", "路灯坏了", "", None, None, topic="自定义/路灯")
    silent = Message("2", "低保怎么申请", "", None, None, topic=" ")
    assert topic_paths([given, silent]) == ["自定义/路灯", "民政/社会救助"]


def test_a_model_is_asked_for_what_no_person_said_and_the_lexicon_where_it_doubts() -> None:
    texts, topics = zip(*labelled(45), strict=True)
    model = train(texts, topics)
    given = Message("1", "路灯坏了", "", None, None, topic="自定义/路灯")
    taught = Message("2", "二号线的客车", "司机一路打电话，希望增加车次。", None, None)
    strange = Message("3", "宅基地审批", "", None, None)
    doubted = model.candidates([strange.text], 1)[0][0].probability
    paths = topic_paths([given, taught, strange], model)
    assert paths[0] == "自定义/路灯"
    assert paths[1].partition("/")[0] == "交通运输"
    assert doubted < 0.5 and paths[2] == "农村农业/土地承包经营"
    assert topic_paths([taught]) != paths[1:2]


def test_every_topic_has_a_phrase_and_words_of_two_characters_or_more() -> None:
    for entry in lexicon().values():
        assert entry.phrase and entry.words
        assert all(len(word) > 1 for word in entry.words)
        assert entry.path.count("/") <= 1
    assert len({path.partition("/")[0] for path in lexicon()}) == 15


def test_the_lexicon_speaks_of_official_topics_only() -> None:
    official = {
        path for row in rows("taxonomy.csv") for path in (row["level1"], f"{row['level1']}/{row['level2']}")
    }
    # 其他 needs no words; 交通运输/交通运输 is a slip of the list, for 交通运输/出租车管理.
    wordless = {path for path in official if path.endswith("/其他")} | {"交通运输/交通运输"}
    assert set(lexicon()) == official - wordless


def test_labelled_messages_are_told_apart_without_training() -> None:
    labelled = rows("messages_labelled.csv")
    right = sum(
        topic_of(row["text"][:25], row["text"][25:]).split("/")[0] == row["topic"] for row in labelled
    )
    assert right / len(labelled) > 0.8  # of fifteen topics, where a majority vote gets .23


def test_a_hotline_is_no_topic_within_a_longer_number() -> None:
    assert "党的建设" not in str(topic_scores("", "路灯不亮，联系我13812345678"))
    assert topic_scores("", "打了12345没有人管").keys() - topic_scores("", "打了没有人管").keys()
