"""Personal data written in words: accounts, plates, e-mail; names and addresses have modules of their own.

All patterns are anchored on a word or a character class and repeat at most a fixed number of times, so
that the work at each place of the text is bounded and the whole is linear. Those that begin with a choice of words look
first whether the next character begins one: a tenth of the time.
"""

import re
from collections.abc import Iterator

from portal.analysis.personal_addresses import find_addresses
from portal.analysis.personal_kinds import Found
from portal.analysis.personal_names import find_names

_EMAIL_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._%+-")
_SHOWN = re.compile("[a-z0-9]")
# Behind it a sentence may end with a dot, and the next begin with a number: a@b.cn.138…
_EMAIL_DOMAIN = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,3}\.[a-z]{1,63}(?![a-z0-9@-])")
# How people spell @ so that no machine finds it; the domain behind must then be one that everybody knows.
_AT_SPELLED = re.compile(r"(?=[ (【@艾#\[])(?: ?[(\[【] ?(?:at|艾特|@) ?[)\]】] ?|艾特|#| at | ?@ ?)")
_DOT = r"(?:\.|。| ?[(\[【] ?(?:dot|点) ?[)\]】] ?| dot |点)"
_KNOWN_DOMAIN = re.compile(
    f"[a-z0-9-]{{2,40}}(?:{_DOT}[a-z0-9-]{{2,40}}){{0,2}}{_DOT}(?:com|cn|net|org|edu|gov|cc|io|me|hk|tw)(?![a-z0-9@-])"
)

_PLATE = re.compile(
    "(?<![a-z0-9*])(?:wj)?[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
    "(?:[a-hj-np-z][·. -]?(?:[df][0-9]{5}|[0-9]{5}[df]|[a-hj-np-z0-9]{4}[a-hj-np-z0-9挂学警港澳])"
    "|(?<=wj.)[0-9]{4}[0-9a-z]| [a-hj-np-z](?: [a-hj-np-z0-9]){5,6}(?! [0-9]))(?![a-z0-9*])"
)

_SEPARATED = "[1-9][0-9]{2,4}[ -][0-9]{3,4}(?:[ -][0-9]{2,4})?"
_IM = re.compile(
    "(?=[微薇威徽围v绿w加➕q扣球企])(?P<app>[加➕](?:我的?|个|一下)?(?:[微薇威]信?|wx|vx|v)|[微薇威徽围]信|[微威薇]❤\ufe0f?|v信|v❤\ufe0f?|绿泡泡|weixin|wechat|(?<![a-z])w ?x|(?<![a-z])vx"
    "|(?<![a-z])v(?=[:：])|(?<![a-z])q ?q|[扣球]{2}|企鹅|加(?:我的?|个)?[q扣]|(?<![a-z])q(?=[:： ]?[0-9]{6})|扣(?=[:：]?[0-9]{8}))(?P<group>群)?"
    "(?P<joined>(?:号码|账号|帐号|号|id|加|是|为|就是|联系|吧|[:： ()（）,，【】→-]){0,4})"
    f"(?P<id>[a-z][a-z0-9_-]{{5,19}}|[1-9][0-9]{{4,10}}(?!元|号文)|{_SEPARATED})"
    "(?![a-z0-9_*])"
)
# Other networks: what is called an account there, or has a digit or sign as no word has.
_OTHER_ACCOUNT = re.compile(
    "(?:钉钉|抖音|快手|小红书|支付宝|陌陌|微博|telegram|whatsapp|skype)(?P<joined>号码|账号|帐号|号|id|[:： ]){0,3}"
    "(?P<id>[a-z][a-z0-9_-]{4,19}|[1-9][0-9]{5,11})(?![a-z0-9_*])"
)
_LEAST_OF_GROUP = 8  # characters of the number of a group; fewer may count its members
_NO_WORD = re.compile("[0-9_-]")


def find_words(folded: str) -> Iterator[Found]:
    """Everything personal in a folded text that is not a plain number; finds of two kinds may overlap."""
    yield from _emails(folded)
    for plate in _PLATE.finditer(folded):
        if sum(char.isdigit() for char in plate.group()) >= 3:
            yield Found("plate", plate.start(), plate.end(), 0.95)
    yield from _accounts(folded)
    addresses = list(find_addresses(folded))
    yield from addresses
    yield from find_names(folded, sorted(address.start for address in addresses))


def _emails(folded: str) -> Iterator[Found]:
    for sign in _AT_SPELLED.finditer(folded):
        start = sign.start()
        while start > 0 and sign.start() - start < 64 and folded[start - 1] in _EMAIL_LOCAL:
            start -= 1
        if _SHOWN.search(folded, start, sign.start()):
            plain = _EMAIL_DOMAIN.match(folded, sign.end()) if sign.group() == "@" else None
            if plain:
                yield Found("email", start, plain.end(), 0.98)
            elif known := _KNOWN_DOMAIN.match(folded, sign.end()):
                yield Found("email", start, known.end(), 0.9)


def _accounts(folded: str) -> Iterator[Found]:
    for account in _IM.finditer(folded):
        word = (
            not account["joined"] and not _NO_WORD.search(account["id"]) and account["app"][0] not in "加➕"
        )
        group = account["group"] and len(account["id"]) < _LEAST_OF_GROUP
        yield Found("im_account", *account.span("id"), 0.6 if group or word else 0.9)
    for account in _OTHER_ACCOUNT.finditer(folded):
        if account["joined"] or (_NO_WORD.search(account["id"]) and not account["id"].isdigit()):
            yield Found("im_account", *account.span("id"), 0.85)
