"""Strings that have broken systems like this one, written for this project; put through every field of every form.

Each group says why it is here. Nothing in the list is a secret or a person's.
"""

from itertools import product

_SCRIPTS = [
    "<script>alert(1)</script>", "<SCRIPT SRC=//evil.example/x.js></SCRIPT>", "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>", "--><script>alert(1)</script>", "]]><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)//", "<img/src='x'/onerror='alert(1)'>",
    "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>", "<svg><animate onbegin=alert(1) attributeName=x>",
    "<math><mtext><script>alert(1)</script></mtext></math>", "<body onload=alert(1)>", "<details open ontoggle=alert(1)>",
    "<iframe src=javascript:alert(1)>", "<iframe srcdoc='<script>alert(1)</script>'>", "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>", "<a href=javascript:alert(1)>x</a>", "<a href='java&#10;script:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>", "<a href=data:text/html,<script>alert(1)</script>>x</a>",
    "<form action=javascript:alert(1)><button>x</button></form>", "<button formaction=javascript:alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>", "<select autofocus onfocus=alert(1)>", "<video><source onerror=alert(1)>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>", "<base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example/x.css>", "<style>@import '//evil.example/x.css'</style>",
    "<style>body{background:url(//evil.example)}</style>", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template>", "<x onclick=alert(1)>x</x>", "<b <script>alert(1)</script>b>",
    "<<script>alert(1)//<</script>", "<scr<script>ipt>alert(1)</scr</script>ipt>", "<script/xss>alert(1)</script>",
    "<img src=`x`onerror=alert(1)>", "<p style=expression(alert(1))>", "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "\"><script>alert(1)</script>", "'><script>alert(1)</script>", "\" onmouseover=alert(1) x=\"",
    "' onmouseover=alert(1) x='", "` onmouseover=alert(1) x=`", "\" autofocus onfocus=alert(1) \"", "';alert(1)//",
    "\";alert(1)//", "\\';alert(1)//", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)",
    "java\nscript:alert(1)", "vbscript:msgbox(1)", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;alert(1)&#60;/script&#62;", "%3Cscript%3Ealert(1)%3C/script%3E",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e", "＜script＞alert(1)＜/script＞", "‹script›alert(1)‹/script›",
    "http://evil.example/<script>alert(1)</script>", "http://evil.example/\"onmouseover=alert(1)",
    "https://x.example/'><img src=x onerror=alert(1)>", "www.evil.example/<b>", "http://user:pass@evil.example@x/",
    "http://[::1]/", "http://例え.テスト/", "http://xn--/", "https://x.example/%00", "<https://x.example>",
]  # fmt: skip

_TEMPLATES = [
    "{{7919*104729}}", "${7919*104729}", "#{7919*104729}", "<%= 7919*104729 %>", "{%print(7919*104729)%}", "{{config}}",
    "{{''.__class__.__mro__[1].__subclasses__()}}", "{{request.application.__globals__}}", "{# x #}", "{% raw %}",
    "{{ self._TemplateReference__context }}", "%(title)s", "%s%s%s%s%n", "{0}", "{}", "{title}", "%d", "%x%p", "$(id)",
    "`id`", "${IFS}", "@{7919*104729}", "*{7919*104729}", "[[${7919*104729}]]",
]  # fmt: skip

_DATABASES = [
    "' OR '1'='1", "\" OR \"\"=\"", "' OR 1=1--", "'; DROP TABLE opinion;--", "1; DELETE FROM opinion", "') OR ('1'='1",
    "admin'--", "' UNION SELECT NULL,NULL--", "' UNION SELECT password_hash FROM user_account--", "1' AND SLEEP(5)--",
    "'||pg_sleep(5)--", "1 AND 1=1", "%' AND '%'='", "_%_%", "\\", "\\\\", "\\'", "''", "'''", "\"\"\"", ";", "--", "/*", "*/",
    "NEAR(a b)", "\"unclosed", "a AND", "NOT", "OR OR", "title:x", "^x", "x*", "-x", "(", ")", "()", "a:b & !c | d", "<->", ":*",
    "{\"$gt\": \"\"}", "[1,2,3]", "null", "true", "NaN", "Infinity", "-Infinity", "undefined", "None", "NULL", "nil",
]  # fmt: skip

# A sheet must show them, not reckon them.
_FORMULAS = [
    start + rest
    for start, rest in product(
        ("=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠", " =", "'="),
        ("1+1", "HYPERLINK(\"http://evil.example\",\"x\")", "cmd|' /C calc'!A0"),
    )
] + ["=SUM(1;2)", ";=1+1", "%0A=1+1", "\u200b=1+1", "\ufeff=1+1", "=", "+", "-", "@"]  # fmt: skip

_PATHS_AND_HEADERS = [
    "../../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "file:///etc/passwd", "C:\\con\\con", "CON", "PRN", "AUX",
    "NUL", "nul.txt", ".htaccess", "%2e%2e%2f", "..%c0%af", "a/../../b", "....//", "x\r\nSet-Cookie: a=b", "x\nLocation: //evil",
    "x\r\nBcc: a@evil.example\r\n\r\nbody", "%0d%0aSet-Cookie:a=b", "x\u0085y", "x\u2028y", "x\u2029y", "//evil.example",
    "/\\evil.example", "https:evil.example", "?a=b&c=d#e", "&amp;", "&", "#", "a;b,c|d", "~", "~/.ssh/id_rsa",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>", "<?xml version='1.0'?><x/>", "<![CDATA[x]]>",
    "<?php echo 1; ?>", "() { :;}; echo x", "; ls -la", "| cat /etc/passwd", "&& id", "$PATH", "%PATH%", "!!", "\x1b[31mred\x1b[0m",
]  # fmt: skip

# Controls, and what can be neither seen nor sent on.
_CONTROLS = [f"甲{chr(code)}乙" for code in (*range(32), 127, *range(128, 160))]

_INVISIBLE = [
    f"甲{char}乙"
    for char in (
        "\u00a0", "\u00ad", "\u034f", "\u061c", "\u115f", "\u1680", "\u180e", "\u2000", "\u2003", "\u2007", "\u200b", "\u200c",
        "\u200d", "\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u202f", "\u205f", "\u2060", "\u2061",
        "\u2063", "\u2066", "\u2067", "\u2068", "\u2069", "\u206a", "\u3000", "\u3164", "\ufe0f", "\ufeff", "\uffa0", "\ufff9",
        "\ufffb", "\ufffc", "\ufffd", "\ufffe", "\uffff", "\U000e0001", "\U000e0041", "\U000e0100", "\U0001d173",
    )
] + ["\u202e反着写的字\u202c", "\u2067אבג\u2069 123", "\u200b" * 50, "\u3000" * 20, " " * 100, "\t\t\t", "\n\n\n\n"]  # fmt: skip

_SURROGATES = ["\ud800", "\udfff", "甲\ud83d乙", "\udc00\ud800", "\ud83d\ude00", "x\udbff"]

_WRITINGS = [
    "繁體字：噪音擾民，請處理", "全角ＡＢＣ１２３", "𠮷野家𠀀𪚥", "㐀䶵龥", "𰻞𰻞面", "⺁⼀々〆〇", "ㄅㄆㄇ", "한국어 테스트", "日本語テスト", "ภาษาไทย",
    "العربية من اليمين", "עברית", "हिन्दी क्षि", "தமிழ்", "ខ្មែរ", "བོད་ཡིག", "ᠮᠣᠩᠭᠣᠯ", "ئۇيغۇرچە", "ꆈꌠꉙ", "Ελληνικά", "Русский", "Tiếng Việt",
    "Iñtërnâtiônàlizætiøn", "ﬁ ﬂ ﬃ", "Ⅷ ⅷ ㊀ ㈠ ① ⑴", "ＡａＢｂ", "ℌ𝔢𝔩𝔩𝔬", "🅷🅴", "İıŞş", "ß ẞ", "Ǆ ǅ", "Å Å Å", "e\u0301", "\u0301", "Z̤̺̬̻͍͘a̡̺̪l̶̼̗g̠̞o̵̢",
    "甲" + "\u0301" * 200, "😀", "👨\u200d👩\u200d👧\u200d👦", "🇨🇳🇨🇳", "👍🏿", "❤️", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "\U0010ffff", "\U0001f9ff", "﷽", "꧅", "𒐫", "ด้้้้้็็็็็้้้้้็็็็็",
]  # fmt: skip

_NUMBERS = [
    "0", "-1", "1", "00", "1.0", "1e309", "-0", "0x10", "1/0", "99999999999999999999", "2147483648", "9223372036854775808", "１２",
    "٣", "一二三", "1,000", "1_000", "+1", " 1 ", "1\n", "2026-02-30", "0000-00-00", "9999-12-31", "1900-01-00", "10000-01-01",
    "2026-13-01T25:61:61", "24:00", "NaN-NaN-NaN", "³", "½",
]  # fmt: skip

_WRONG_BYTES_READ_AS_TEXT = [
    "ÃÂ©",
    "锟斤拷",
    "烫烫烫屯屯屯",
    "浣犲ソ",
    "????",
    "\x80\x81\xfe\xff",
    "ï»¿x",
    "\u00ff\u00fe",
]

# Long ones, on which a pattern that tries everything never ends.
_LONG = [
    "[" * 20_000, "(" * 20_000, "<" * 20_000, "<a>" * 7_000, "{{" * 10_000, "a" * 50_000 + "!", "1" * 50_000, "1-" * 20_000,
    "138" * 20_000, "@" * 20_000, "a@" * 20_000, "a." * 20_000, "http://" * 5_000, "我叫" * 20_000, "一三八" * 10_000, " " * 50_000 + "x",
    "\n" * 50_000 + "x", "甲" * 30_000, "😀" * 20_000, "&" * 20_000, "'" * 20_000, "\\" * 20_000, "\u0301" * 20_000, "\u200b" * 20_000,
]  # fmt: skip

A_MEGABYTE_ON_ONE_LINE = "一" * 100_000 + "a1@." * 175_000

NAUGHTY: tuple[str, ...] = tuple(
    dict.fromkeys([
        "", *_SCRIPTS, *_TEMPLATES, *_DATABASES, *_FORMULAS, *_PATHS_AND_HEADERS, *_CONTROLS, *_INVISIBLE, *_SURROGATES,
        *_WRITINGS, *_NUMBERS, *_WRONG_BYTES_READ_AS_TEXT, *_LONG,
    ])
)  # fmt: skip
