"""What is personal data and what is not; masking keeps every character in its place."""

import sys
from itertools import pairwise
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.analysis.check_digits import id_checksum, luhn_holds
from portal.analysis.personal_data import KINDS, MASK, SURE, find_personal_data, mask
from tests.analysis.personal_snippets import figures


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("mobile", "请打13812345678找我", "13812345678"),
        ("mobile", "电话：１３８１２３４５６７８。", "１３８１２３４５６７８"),
        ("mobile", "手机138 1234 5678", "138 1234 5678"),
        ("mobile", "手机138-1234-5678", "138-1234-5678"),
        ("mobile", "手机138.1234.5678", "138.1234.5678"),
        ("mobile", "一三八一二三四五六七八", "一三八一二三四五六七八"),
        ("mobile", "幺三八，138一二三四5678", "138一二三四5678"),
        ("mobile", "1 3 8 1 2 3 4 5 6 7 8", "1 3 8 1 2 3 4 5 6 7 8"),
        ("mobile", "+8613812345678", "13812345678"),
        ("mobile", "微信同号13812345678", "13812345678"),
        ("mobile", "电话①③⑧①②③④⑤⑥⑦⑧", "①③⑧①②③④⑤⑥⑦⑧"),
        ("email", "写信到oﬃce@example.cn。", "oﬃce@example.cn"),
        ("landline", "办公桌0731-88281234", "0731-88281234"),
        ("landline", "家里(010)68281234", "010)68281234"),
        ("landline", "我家电话88281234", "88281234"),
        ("id_card", "身份证11010519491231002X", "11010519491231002X"),
        ("id_card", "110105 19491231 002x", "110105 19491231 002x"),
        ("bank_card", "卡号6222021234567890128", "6222021234567890128"),
        ("bank_card", "农行卡 6228 4800 0000 0000 011", "6228 4800 0000 0000 011"),
        ("plate", "一辆湘A12345的货车", "湘A12345"),
        ("plate", "新能源车京AD12345", "京AD12345"),
        ("email", "写信到zhang.san@example.com", "zhang.san@example.com"),
        ("email", "ａｂ＠example.cn", "ａｂ＠example.cn"),
        ("im_account", "加微信号：zhang_san88", "zhang_san88"),
        ("im_account", "我的QQ是123456789", "123456789"),
        ("address", "我住翠湖花园5栋2单元301室", "5栋2单元301室"),
        ("address", "石桥村14组23号", "14组23号"),
        ("address", "家住解放路123号", "123号"),
        ("address", "房号是9-2-1103，漏水", "9-2-1103"),
        ("address", "翠湖花园12栋802户一直漏水", "12栋802户"),
        ("name", "我叫张三丰，今年五十岁", "张三丰"),
        ("name", "本人李晓明，男", "李晓明"),
        ("name", "联系人：欧阳锋", "欧阳锋"),
        ("name", "我的名字叫王芳", "王芳"),
        ("name", "村民：赵铁柱", "赵铁柱"),
        ("name", "她的名字是秦小枝", "秦小枝"),
        ("name", "我叫黄盼是茶亭镇人", "黄盼"),
        ("name", "法定代表人是段焯，", "段焯"),
        ("mobile", "手机138\u200b1234\u200b5678", "138\u200b1234\u200b5678"),
        ("mobile", "手机138\xad1234\u20605678", "138\xad1234\u20605678"),
        ("mobile", "手机1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣", "1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8"),
        ("mobile", "手机𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖", "𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖"),
        ("mobile", "手机¹³⁸¹²³⁴⁵⁶⁷⁸", "¹³⁸¹²³⁴⁵⁶⁷⁸"),
        ("mobile", "电话是1381\n2345678", "1381\n2345678"),
        ("id_card", "身份证110105\n19491231002X", "110105\n19491231002X"),
        ("plate", "一辆湘A\u200b12345的货车", "湘A\u200b12345"),
        ("name", "我叫阿依古丽·买买提，", "阿依古丽·买买提"),
        ("name", "我名叫阿依古丽·买买提，", "阿依古丽·买买提"),
        ("name", "我岳父徐立新在工地受伤", "徐立新"),
        ("name", "户主覃大勇去世", "覃大勇"),
        ("name", "盼复！\n张立军敬上", "张立军"),
        ("im_account", "加vxlanlan520详聊", "lanlan520"),
        ("address", "中山路1200弄5号302室", "1200弄5号302室"),
        ("address", "租住在官黎坪17号", "17号"),
        ("address", "紫舞路55号附6号，旁边", "55号附6号"),
    ],
)
def test_what_is_found_and_may_be_ticked_at_once(kind: str, text: str, found: str) -> None:
    finds = [
        (one.kind, text[one.start : one.end]) for one in find_personal_data(text) if one.confidence >= SURE
    ]
    assert finds == [(kind, found)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("上泉村12号的化粪池满了", ["12号"]),
        ("上泉村12号门前堆着沙", ["12号"]),
        ("上泉村2号门锁着", []),
        ("上泉村12号附3号的院墙", ["12号附3号"]),
        ("我村12号的井坏了，全村8号前交钱", []),
        ("上泉村12号停电，上泉村8号线，上泉村3号晚上", []),
    ],
)
def test_a_house_of_a_village_is_offered_but_not_sure(text: str, found: list[str]) -> None:
    finds = find_personal_data(text)
    assert [text[one.start : one.end] for one in finds] == found
    assert all(one.confidence < SURE for one in finds)


@pytest.mark.parametrize(
    "text",
    [
        "请拨打12345、110、12388或者96533",
        "客服400-821-1234",
        "2019年4月15日10:06:24",
        "2019-04-15 10:06 20190415",
        "价格13812345678元",
        "国发〔2019〕13号文件，第1381234号提案",
        "版本v1.13.8.12345678，地址192.168.100.55",
        "3栋和5栋之间，坐15路公交到28栋",
        "本人马上去办，我叫了三次车，我是高中老师",
        "每月1500元，共12个月，面积105.38平方米",
        "微信支付1000000元，微信公众号留言",
        "订单201904151234567",
        "我父亲从没来过，老婆和孩子都在",
        "湘江路A区，京剧团",
        "增城区@所有人",
        "没有留姓名和电话，联系人和住址也没有",
        "名字和家事都说了，孙子孙女都在",
        "林业主管部门，本人申请，我是安徽人",
        "教务处联系人：张主任，教育局电话0734-8551655",
        "①13栋前面②12栋后面③100㎡的空地",
        "两队比分3-2-110，图号9-2-1103",
        "共23栋6578套商品房，16栋08户型",
        "距离居民区太远，提高居民幸福感，居民楼生活不便",
        "我们是邝胡社区居民，退休工人彭厅长",
        "报告人等41人",
        "1200弄门口停车，微信群12人",
    ],
)
def test_what_is_not_personal_data(text: str) -> None:
    assert [one for one in find_personal_data(text) if one.confidence >= SURE] == []


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13812345678。", "电话138****5678。"),
        ("138-1234-5678", "138-****-5678"),
        ("一三八一二三四五六七八", "一三八****五六七八"),
        ("0731-88281234", "0731-********"),
        ("11010519491231002X", "110*************2X"),
        ("卡号6222021234567890128", "卡号6222***********0128"),
        ("湘A12345", "湘A****5"),
        ("zhang.san@example.com", "z****.***@example.com"),
        ("5栋2单元301室", "*栋*单元***室"),
        ("我叫张三丰。张三丰是我", "我叫张**。张**是我"),
        ("联系人：欧阳锋", "联系人：欧**"),
        ("家住丙栋四单元三零一", "家住*栋*单元***"),
    ],
)
def test_what_a_mask_leaves_readable(text: str, masked: str) -> None:
    assert mask(text, find_personal_data(text)) == masked


@pytest.mark.parametrize(
    "text",
    [
        "本人王小明五组12号，请回复",
        "我叫扎西十二栋三单元四零二室的住户",
        "业主王薇五组12号",
        "父亲王建国我：王小明，住城东",
        "住在1栋一三八一二三四五六七八",
        "甲栋0731-88281234",
        "房号12-34-6217001450009876541",
        "a@.@a.b",
        "家住丙栋四单元三零一a1-1011号楼138室",
        "湘A12345 3组12号",
    ],
)
def test_a_mask_brings_nothing_to_light(text: str) -> None:
    """What stands beside a find is found with it, not only once the find is starred out."""
    assert find_personal_data(mask(text, find_personal_data(text))) == []


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话138，0731，2345，多谢", "电话138，****，2345，多谢"),
        ("１３８、０７３１、２３４５", "１３８、****、２３４５"),
        ("共138,073,123元", "共138,073,123元"),
        ("第153、2019、2020号", "第153、2019、2020号"),
        ("编号1380,0731,2345", "编号1380,0731,2345"),
        ("班次138,0731,2345,0800", "班次138,0731,2345,0800"),
    ],
)
def test_a_mobile_number_cut_by_commas_is_told_from_other_numbers(text: str, masked: str) -> None:
    assert mask(text, find_personal_data(text)) == masked


def test_a_name_ends_where_an_address_begins() -> None:
    text = "本人王小明五组12号"
    assert [(one.kind, text[one.start : one.end]) for one in find_personal_data(text)] == [
        ("name", "王小明"),
        ("address", "五组12号"),
    ]


def test_an_old_persons_name_is_announced_by_being_called_so() -> None:
    text = "老人叫黄桂香，今年83岁，专骗老人钱财"
    assert [text[one.start : one.end] for one in find_personal_data(text)] == ["黄桂香"]


def test_a_dot_behind_a_mail_address_ends_the_sentence() -> None:
    text = "邮箱zhang@163.com.138开头的号码,li@qq.com.14组23号,wang@x.y1"
    found = [text[one.start : one.end] for one in find_personal_data(text) if one.kind == "email"]
    assert found == ["zhang@163.com", "li@qq.com"]


def test_a_plate_before_an_address_is_found() -> None:
    text = "我的车湘A12345 3组12号门口"
    assert "湘A12345" in {text[one.start : one.end] for one in find_personal_data(text)}


def test_every_place_is_found_not_only_the_first() -> None:
    text = "电话13812345678或13912345678，再打13812345678"
    assert [one.start for one in find_personal_data(text)] == [2, 14, 28]


_FRAGMENTS = (
    "13812345678 一三八 138 1234 5678 - * . ， 。 我叫 本人 张三丰 欧阳锋 联系人： 微信 qq abc_123 @ a@b.cn 湘A12345 "
    "5栋 2单元 301室 14组 23号 家住 路 0731 88281234 11010519491231002X 6222021234567890128 电话 卡号 １３８ ①③⑧ ①②③④ ㎡ ﬁ X 元 女儿 签名： 、 名字是 村民 今年 法人代表"
)
PIECES = st.lists(
    st.one_of(st.sampled_from([*_FRAGMENTS.split(), " "]), st.text(max_size=3)), max_size=14
).map("".join)


@settings(max_examples=300)
@given(PIECES)
def test_a_mask_keeps_the_length_and_leaves_nothing_to_find(text: str) -> None:
    found = find_personal_data(text)
    masked = mask(text, found)
    assert len(masked) == len(text)
    assert find_personal_data(masked) == []
    outside = set(range(len(text))) - {at for one in found for at in range(one.start, one.end)}
    assert all(masked[at] == text[at] for at in outside)


@given(PIECES)
def test_finds_are_apart_and_in_order(text: str) -> None:
    found = find_personal_data(text)
    assert all(0 <= one.start < one.end <= len(text) and 0 < one.confidence <= 1 for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def _calls(text: str) -> int:
    """How many functions are called while a text is searched: work counted, not timed."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        find_personal_data(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "138-",
        "一",
        "我叫张三丰。",
        "我叫",
        "微信qq",
        "1栋",
        "@a.",
        "路1号",
        "13812345678，",
        "a",
        "湘A1",
        "666 666 ",
        "签名：张三丰、",
        "3-2-1",
        "[",
        "-",
        "㎡",
        "①",
        "本人王",
        "家住1-1-101",
        "x\u0301\u0323",
    ],
)
def test_work_grows_with_the_length_of_the_text(piece: str) -> None:
    short, long = _calls(piece * 500), _calls(piece * 2000)
    assert long <= 5 * short


def test_snippets_that_people_marked() -> None:
    found = figures("personal_snippets.txt")
    assert set(found) == set(KINDS) - {"by_hand"}
    assert {kind: one for kind, one in found.items() if one.precision < 0.9 or one.recall < 0.8} == {}
    right = sum(one.right for one in found.values())
    assert right >= 0.97 * sum(one.found for one in found.values())
    assert right >= 0.9 * sum(one.marked for one in found.values())


def test_checksums_of_the_norms() -> None:
    assert id_checksum("11010519491231002") == "x"  # the example of GB 11643-1999
    assert luhn_holds("79927398713")  # the textbook example of ISO/IEC 7812-1
    assert not luhn_holds("79927398710")


def test_the_mask_character_is_one_character() -> None:
    assert len(MASK) == 1
