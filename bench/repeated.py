"""Fragments that a hostile text may repeat, and how long the search for personal data takes over such texts.

They are what its patterns look for, what nearly is, and what stands between: digits and their disguises, separators, words that
announce something, parts of addresses, characters that melt into others or are not seen.
"""

import random
import time

from portal.analysis.personal_data import find_personal_data

_WORDS = (
    "1 13 138 12 43 62 0 07 0731 6 666 1. 1.3. 1-2-3 3-2-1 1- 1/ 1~ 1) 1· 1_ 1,2, 1:2 12-34- 138-1234-5678 0731-88281234 "
    "88281234 8828-1234 110105 11010519491231002X 110105194912310020 430102198703142510 622202 6222021234567890128 "
    "6217001450009876541 20190415 2019-04-15 2026年4月18日 10:06 1380000元 12345 400-821-1234 138****5678 ** * *1 1* "
    "1**1 １３８ １ ①③⑧ ① ¹³⁸ 𝟏𝟑 一 一三八 一三八一二三四五六七八 幺 零 壹贰叁 "
    "十 百 二十一 三百六 丙 甲乙 a ab a1 a-b a_b a. a.b x abc_123 wx qq vx v w q weixin wechat id 微信 "
    "微信： 微信号是 薇 加 加微 加我 扣扣 q扣 企鹅 群 钉钉 抖音号 支付宝 @ a@ a@b a@b. a@b.cn "
    "a@.@ @a. ＠ at 艾特 # a#b. (at) dot 点 a点b . ,, ， 。 ： ； ! ( ) （ ） [ ] 【 】 - — / ~ · ` 湘 "
    "湘A 湘A1 湘A12345 湘A·12345 京AD12345 wj wj湘3012X 皖 川A 云A a湘 湘湘 姓名 姓名： 姓名王 "
    "姓名王小明 我叫 我叫张三丰。 我叫张三丰 我是 我是的 我是湖南的 "
    "我是湖南长沙的张三丰 我： 本人 本人王 本人系 本人王小明 联系人 联系人： "
    "联系人：王小明、李大海 签名：张三丰、 签名： 落款： 法人代表 名字叫 户主 村民 "
    "业主 业主王 患者 学生 投诉人 举报者 女儿 女儿叫 父亲王建国 儿子 爱人 王 王李 张三丰 "
    "欧阳 欧阳锋 司马相如 单 时常 和 扎西 扎西次仁 我叫扎西 阿依古丽·买买提 ·买 "
    "我叫阿·阿· 买买提· 我是王 我王 叫王 今年 男 女 先生 男女 。王 王小明， 路 路1号 "
    "路一号 街1号 大道1 巷弄 胡同 路1-1号 路1号附1号 1号 1栋 1栋1 1栋1单元 1栋1单元1 "
    "3栋2单元301室 3栋2单元 301室 1单元1室 1楼 1期1 1# 1#1 a栋 甲栋 丙栋四单元三零一 一栋 "
    "十二栋三单元四零二室 1组 1组1号 14组23号 村民小组 五组12号 队 1队1号 村 村湾 "
    "村老屋组1号 门牌 门牌号 门牌12号 家住 家住1 家住1-1-101 住在1栋 地址 房号 9-2-1103 "
    "9-2-1103业主 12-1103室 1-101室 a1-101 弄 屯 1弄1号 元 万 元1 1元 1万 1人 1号线 1号楼 ㎡ ﬁ ㎡1 "
    "が … ½ İ ß 각 😀 😀1 繁體 號國 今天天气很好， 我们小区路灯坏了。 尊敬的领导您好 "
    "电话 电话： 电话1 卡号 卡 身份证 证号1 (0731) +86 +86- 86 0086 8613812345678 013812345678 "
    "+86-731-88281234 热线88281234"
)
_WITH_SPACES = (
    "1\ufe0f\u20e3",
    "王王王\n",
    "王小明\n",
    "\n",
    "\n王小明\n2026",
    " ",
    "  ",
    "\n\n",
    "1 ",
    "1\n",
    "1\n1",
    "138\n1234",
    "1 \n",
    "13\n",
    "- ",
    "\u200b",
    "1\u200b",
    "王\u200b",
    "\xad",
    "\ufe0f",
    "\u0301",
    "x\u0301\u0323",
    "\u304b\u3099",
    "\ud800",
    "\x00",
    "\t",
    "1\t",
    "\r\n",
    "\u3000",
    "a b",
    "ab cd ",
    "the quick ",
    "1 3 8 1 2 3 4 5 6 7 8 ",
    "138 ",
    "1381 2345 678 ",
    "666 666 ",
    "6222 0212 3456 7890 128 ",
    "4301 0219 8703 1425 10 ",
    "62 ",
    "43 01 02 ",
)
FRAGMENTS = (*_WORDS.split(), *_WITH_SPACES)
_SIZE = 1 << 17  # bytes of a text that is timed


def mixtures(count: int, seed: int = 1) -> list[str]:
    """Fragments put together at random, two to four each; the same for the same seed."""
    chance = random.Random(seed)
    return ["".join(chance.choices(FRAGMENTS, k=chance.randint(2, 4))) for _ in range(count)]


def seconds_a_megabyte(fragment: str) -> float:
    """CPU seconds that a megabyte of nothing but this fragment takes, by an eighth of it."""
    text = fragment * max(1, _SIZE // len(fragment.encode("utf-8", "surrogatepass")))
    started = time.process_time()
    find_personal_data(text)
    return (time.process_time() - started) * (1 << 20) / _SIZE


def run() -> list[str]:
    """Lines that say how long the fragments take that take longest, of all and of their mixtures."""
    find_personal_data("姓名王小明 ①㎡")  # reads the files of words
    lines = []
    for name, texts in (("fragment", FRAGMENTS), ("mixture of fragments", mixtures(300))):
        taken = sorted(((seconds_a_megabyte(text), text) for text in texts), reverse=True)
        lines += [
            f"| personal data in 1 MB of the slowest {name} of {len(taken)}, {taken[0][1]!r} repeated | {taken[0][0]:.2f} |",
            f"| … of the tenth slowest, {taken[9][1]!r} | {taken[9][0]:.2f} |",
            f"| … of the median one | {taken[len(taken) // 2][0]:.2f} |",
        ]
    return lines
