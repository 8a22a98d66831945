"""The pictures of docs/screens: one line of `SECTIONS` each."""

import base64
from collections.abc import Callable
from dataclasses import dataclass

from tests.kit.browser import Person
from tests.pages.public import WritePage

_NOT_A_PICTURE = {"name": "清单.docx", "mimeType": "application/msword", "buffer": b"not a picture at all"}
_DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_PICTURE = {"name": "东门路灯.png", "mimeType": "image/png", "buffer": _DOT}
_WORDS = "梧桐里小区门口的路灯不亮很久了，老人晚上看不清路。可以打我电话13812345678，也可以找王小明。"

Steps = Callable[[Person], None]


@dataclass(frozen=True)
class Shot:
    """One picture: where to go, or what to do there, and who does it (a demo account, or a visitor).

    `path` may name an opinion of tools/screen_states.py (`{published_id}`); `code` the state whose receipt is looked
    up. `during`: what holds for the whole site meanwhile (`paused`, `over`). `printed`: as it comes out of a printer.
    """

    name: str
    says: str
    path: str = ""
    who: str = ""
    code: str = ""
    large: bool = False
    printed: bool = False
    status: int = 200
    during: str = ""
    steps: Steps | None = None


def press(words: str) -> Steps:
    """Press the button of the main part that reads so, whatever the form holds."""
    return lambda person: person.follow(
        person.page.locator("main").get_by_role("button", name=words, exact=True).first.click
    )


def _follow_first(selector: str) -> Steps:
    return lambda person: person.follow(person.page.locator(selector).first.click)


def _follow(words: str) -> Steps:
    return lambda person: person.follow(
        person.page.locator("main").get_by_role("link", name=words).first.click
    )


def _look_up(code: str) -> Steps:
    def steps(person: Person) -> None:
        person.page.get_by_label("查询码").fill(code)
        press("查进度")(person)

    return steps


def _unfold(anchor: str) -> Steps:
    return lambda person: person.page.locator(f"#{anchor} summary").click()


def _written(words: str = _WORDS) -> Steps:
    def steps(person: Person) -> None:
        writing = WritePage(person)
        writing.control("内容").fill(words)
        writing.control("标题").fill("梧桐里小区门口的路灯不亮")

    return steps


def _second_step(person: Person) -> None:
    _written()(person)
    WritePage(person).button("下一步").click()


def _third_step(person: Person) -> None:
    _second_step(person)
    WritePage(person).button("下一步").click()


def _similar(person: Person) -> None:
    WritePage(person).control("内容").press_sequentially(
        "小区门口路灯不亮，晚上出门看不清路，希望修好", delay=0
    )
    person.page.locator("#similar a").first.wait_for()


def _nothing_consented(person: Person) -> None:
    _third_step(person)
    person.follow(WritePage(person).button(WritePage.NEXT).click)


def _checked(person: Person) -> None:
    _written()(person)
    writing = WritePage(person)
    writing.control("我同意").check()
    person.follow(writing.button(WritePage.NEXT).click)


def _saved(person: Person) -> None:
    _written()(person)
    press("存草稿")(person)


def _signed_out(person: Person) -> None:
    _written()(person)
    person.page.context.clear_cookies()
    press("存草稿")(person)


def _with_file(file: dict[str, object]) -> Steps:
    def steps(person: Person) -> None:
        _checked(person)
        person.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        press("提交")(person)

    return steps


def _remembered(person: Person) -> None:
    _with_file(_PICTURE)(person)
    press("在这部手机上记住")(person)
    person.open("/receipts")


def _commented(person: Person) -> None:
    person.page.locator("main textarea").fill("我也想说一句：靠学校的那一盏也不亮。")
    press("提交")(person)


def _reset_code(person: Person) -> None:
    person.page.get_by_label("用户名").fill("citizen")
    press("生成重置码")(person)


def _digest(person: Person) -> None:
    if not person.page.locator("main table a").count():
        person.page.get_by_label("征集活动").select_option(label="我为云川发展献一策")
        press("开始汇总")(person)
    else:
        _follow_first("main table a")(person)
    person.page.get_by_role("link", name="下载").first.wait_for(timeout=60_000)


ERRORS = (400, 403, 404, 409, 413, 429, 500, 503)
WRITE = "/boards/suggestions/new"
SECTIONS: dict[str, tuple[Shot, ...]] = {
    "Home and finding": (
        Shot("home", "Home", "/"),
        Shot("home-large", "Home in large text", "/", large=True),
        Shot("search", "All published opinions", "/search"),
        Shot("search-words", "Found by words, with marks", "/search?q=路灯"),
        Shot("search-filters", "Found by words and filters", "/search?q=公交&state=answered&since=2020-01-01"),
        Shot("search-nothing", "Nothing found", "/search?q=地铁票价&state=answered"),
        Shot("search-ignored", "A filter that is not understood", "/search?unit=没有这个单位"),
        Shot("unit", "A unit", "/units/云川市/市城市管理局"),
        Shot("topic", "A topic", "/topics/城乡建设"),
    ),
    "Campaigns and boards": (
        Shot("campaign", "A campaign", "/campaigns/xianyice"),
        Shot("campaign-large", "A campaign in large text", "/campaigns/xianyice", large=True),
        Shot("campaign-ended", "A campaign that is over", "/campaigns/ended"),
        Shot("campaign-coming", "A campaign that has not begun", "/campaigns/coming"),
        Shot("board", "A suggestion forum", "/boards/suggestions"),
        Shot("board-messages", "A message board, most supported first", "/boards/messages?sort=supported"),
        Shot("board-sentiment", "A column of public sentiment", "/boards/voices"),
        Shot("board-ended", "A board that is closed", "/boards/ended-board"),
        Shot("board-coming", "A board that has not begun", "/boards/coming-board"),
        Shot("board-members", "A board for accounts only", "/boards/members"),
        Shot("consultation", "A draft under consultation", "/boards/bike-parking"),
        Shot("consultation-over", "A consultation that is over, its table published", "/boards/stalls"),
        Shot("outcome", "What was adopted and why", "/boards/stalls/outcome"),
    ),
    "An opinion": (
        Shot("opinion", "An opinion with its answer", "/boards/suggestions?sort=supported", steps=_follow_first(".opinion-card a")),
        Shot("opinion-large", "The same in large text", "/boards/suggestions?sort=supported", large=True,
             steps=_follow_first(".opinion-card a")),
        Shot("opinion-files", "An opinion with files and comments", "/opinions/{published_id}"),
        Shot("opinion-printed", "The same on paper", "/opinions/{published_id}", printed=True),
        Shot("comment", "Writing a comment", "/opinions/{published_id}/comments/new"),
        Shot("comment-empty", "A comment without words", "/opinions/{published_id}/comments/new", status=400, steps=press("提交")),
        Shot("comment-waiting", "A comment that waits", "/opinions/{put_off_id}/comments/new", steps=_commented),
        Shot("opinion-merged", "An opinion that was merged into another", "/opinions/{merged_id}"),
        Shot("opinion-gone", "An opinion that was withdrawn", "/opinions/{withdrawn_id}", status=404),
    ),
    "Writing": (
        Shot("write", "Writing: what", WRITE),
        Shot("write-begin", "Writing without choosing a board", "/opinions/new"),
        Shot("write-empty", "Writing: nothing written yet", WRITE, steps=lambda person: WritePage(person).button("下一步").click()),
        Shot("write-similar", "Writing: similar ones", WRITE, steps=_similar),
        Shot("write-whom", "Writing: where and for whom", WRITE, steps=_second_step),
        Shot("write-you", "Writing: about you", WRITE, steps=_third_step),
        Shot("write-refused", "Writing: without consent", WRITE, status=400, steps=_nothing_consented),
        Shot("write-large", "Writing in large text", WRITE, large=True),
        Shot("write-members", "Writing where an account is wanted", "/boards/members/new"),
        Shot("write-ended", "Writing where it is closed", "/boards/ended-board/new"),
        Shot("write-coming", "Writing where it has not begun", "/boards/coming-board/new"),
        Shot("check", "Check page: a number masked, similar ones, the file field", WRITE, steps=_checked),
        Shot("check-large", "Check page in large text", WRITE, large=True, steps=_checked),
        Shot("check-refused", "Check page: a file that is refused", WRITE, status=400, steps=_with_file(_NOT_A_PICTURE)),
        Shot("write-none", "Writing while nothing is open", "/opinions/new", during="over"),
        Shot("home-none", "Home while nothing is open", "/", during="over"),
        Shot("write-paused", "Writing while nothing is taken in", WRITE, during="paused"),
        Shot("home-paused", "Home while nothing is taken in", "/", during="paused"),
        Shot("board-paused", "A board while nothing is taken in", "/boards/suggestions", during="paused"),
    ),
    "Following": (
        Shot("receipt", "The receipt after handing in", WRITE, steps=_with_file(_PICTURE)),
        Shot("receipt-large", "The receipt in large text", WRITE, large=True, steps=_with_file(_PICTURE)),
        Shot("receipt-printed", "The receipt on paper", WRITE, printed=True, steps=_with_file(_PICTURE)),
        Shot("help", "How to use the site", "/help"),
        Shot("privacy", "What becomes of personal data", "/privacy"),
        Shot("look-up", "Looking up by code", "/receipts"),
        Shot("look-up-wrong", "A code that is not known", "/receipts", status=400, steps=_look_up("8X4K-M2PR-T7HW")),
        Shot("look-up-remembered", "Looking up on a device that remembers", WRITE, steps=_remembered),
        Shot("own-waiting", "By code: waiting", code="waiting"),
        Shot("own-add", "By code: adding information", code="waiting", steps=_unfold("add")),
        Shot("own-files", "By code: files sent with the opinion", code="published"),
        Shot("own-contact", "By code: correcting the contact", code="waiting", steps=_unfold("correct-contact")),
        Shot("own-keep", "By code: keeping the code", code="waiting", steps=_unfold("keep")),
        Shot("own-withdraw", "By code: withdrawing", code="waiting", steps=_unfold("withdraw")),
        Shot("own-held", "By code: something is asked", code="held"),
        Shot("own-rejected", "By code: rejected, review may be asked for", code="rejected"),
        Shot("own-appealed", "By code: review asked for", code="appealed"),
        Shot("own-published", "By code: published", code="published"),
        Shot("own-put-off", "By code: put off", code="put_off"),
        Shot("own-accepted", "By code: accepted, not public", code="accepted"),
        Shot("own-answered", "By code: answered, to be rated", code="answered"),
        Shot("own-answered-large", "The same in large text", code="answered", large=True),
        Shot("own-answered-printed", "The same on paper", code="answered", printed=True),
        Shot("own-rated", "By code: rated", code="rated"),
        Shot("own-reopened", "By code: not solved, handed on once more", code="reopened"),
        Shot("own-merged", "By code: merged into another", code="merged"),
        Shot("own-withdrawn", "By code: withdrawn", code="withdrawn"),
    ),
    "An account": (
        Shot("sign-in", "Signing in", "/sign-in"),
        Shot("sign-in-empty", "Signing in with nothing", "/sign-in", status=400, steps=press("登录")),
        Shot("registration", "Registration", "/registration"),
        Shot("registration-empty", "Registration with nothing", "/registration", status=400, steps=press("注册")),
        Shot("forgotten", "A forgotten password", "/sign-in", steps=_follow("忘记密码")),
        Shot("forgotten-code", "With a code that staff handed over", "/sign-in",
             steps=lambda person: (_follow("忘记密码")(person), _follow("我有重置码")(person))[0]),
        Shot("forgotten-link", "By the link of a mail", "/password-reset/links/{link}"),
        Shot("mail-stop", "No more mail", "/mail-news/{stop}"),
        Shot("me", "My opinions", "/me", who="citizen"),
        Shot("me-opinion", "One of my opinions", "/me", who="citizen", steps=_follow_first(".opinion-card a")),
        Shot("me-drafts-none", "No drafts", "/me/drafts", who="citizen"),
        Shot("me-draft", "A draft that was just saved", WRITE, who="citizen", steps=_saved),
        Shot("me-drafts", "My drafts", WRITE, who="citizen", steps=lambda person: (_saved(person), person.open("/me/drafts"))[0]),
        Shot("me-notices", "News", "/me/notices", who="citizen"),
        Shot("me-account", "The account", "/me/account", who="citizen"),
        Shot("me-password", "A new password", "/me/password", who="citizen"),
        Shot("me-mail", "Mail", "/me/mail", who="citizen"),
        Shot("me-data", "My data", "/me/data", who="citizen"),
        Shot("me-erasure", "Erasing myself", "/me/erasure", who="citizen"),
        # The last of this account: its window is signed out by it.
        Shot("draft-signed-out", "A draft saved when the session was over", WRITE, who="citizen", status=403, steps=_signed_out),
    ),
    "Errors": tuple(Shot(f"error-{code}", f"Error {code}", f"/picture-of-{code}", status=code) for code in ERRORS),
    "The desk": (
        Shot("desk", "The desk", "/desk/", who="coordinator"),
        Shot("desk-queue", "The moderators' queue", "/desk/moderation", who="moderator"),
        Shot("desk-decision", "A decision", "/desk/moderation", who="moderator", steps=_follow_first(".opinion-card a")),
        Shot("desk-files", "A decision with files, a contact and additions", "/desk/moderation/{queued_id}", who="moderator"),
        Shot("desk-appeal", "A review", "/desk/moderation/{appealed_id}", who="moderator"),
        Shot("desk-merge", "Merging an opinion", "/desk/moderation/{put_off_id}", who="moderator", steps=_unfold("merge")),
        Shot("desk-merged", "A merged opinion", "/desk/moderation/{merged_id}", who="moderator"),
        Shot("desk-comments", "The queue of comments", "/desk/comments", who="moderator"),
        Shot("desk-comment", "A comment", "/desk/comments", who="moderator", steps=_follow_first("main table a")),
        Shot("desk-work", "The work of a unit", "/desk/casework", who="officer"),
        Shot("desk-reply", "A reply", "/desk/casework", who="officer", steps=_follow_first(".opinion-card a")),
        Shot("desk-reopened", "Not solved: a second reply", "/desk/casework/{reopened_id}", who="officer"),
        Shot("desk-consultations", "Drafts under consultation", "/desk/consultations", who="coordinator"),
        Shot("desk-consultation", "Opinions on a draft", "/desk/consultations/bike-parking", who="coordinator"),
        Shot("desk-adoption", "Whether an opinion is adopted", "/desk/consultations/bike-parking", who="coordinator",
             steps=_follow_first(".opinion-card a")),
        Shot("desk-digests", "Digests", "/desk/digests", who="officer"),
        Shot("desk-digest", "A digest, a trial", "/desk/digests", who="officer", steps=_digest),
        Shot("desk-digest-opinions", "The opinions behind a number of a digest", "/desk/digests", who="officer",
             steps=lambda person: (_digest(person), _follow_first("main article h3 a")(person))[1]),
        Shot("desk-digest-office", "A digest that can be given its number", "/desk/digests", who="coordinator", steps=_digest),
        Shot("desk-accounts", "Accounts", "/desk/accounts", who="admin"),
        Shot("desk-reset-code", "A code for a forgotten password", "/desk/accounts", who="admin", steps=_reset_code),
        Shot("desk-intake", "The intake", "/desk/intake", who="admin"),
    ),
    # Last: the window of whom it happens to is signed out by it.
    "When the session is over": (
        Shot("desk-signed-out", "A decision sent when the session was over", "/desk/moderation/{held_id}", who="moderator", status=403,
             steps=lambda person: (person.page.context.clear_cookies(), press("提交，看下一条")(person))[1]),
    ),
}  # fmt: skip
