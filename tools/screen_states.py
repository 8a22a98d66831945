"""What tools/screens.py needs and the demo does not have: boards, opinions and an account in every state.

All is made by the portal's own operations. `make_states` gives back the names by which a line of the list finds them:
query codes and addresses.
"""

import io
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product

from flask import Flask
from PIL import Image

from portal.accounts.models import User
from portal.accounts.queries import user_named
from portal.accounts.recovery import make_link_token
from portal.analysis.personal_data import find_personal_data
from portal.campaigns.models import Board, Campaign
from portal.campaigns.queries import board_by_slug
from portal.casework.operations import NO_DRAFT, publish_reply, put_off, save_draft
from portal.comments.states import CommentState
from portal.core.clock import fixed, now
from portal.core.db import db
from portal.core.rights import Actor, Grant, Role
from portal.moderation.merging import merge
from portal.moderation.operations import Choice, decide
from portal.moderation.reasons import RejectionReason
from portal.moderation.topics_jobs import suggest
from portal.notices.operations import stop_token
from portal.opinions.models import Opinion
from portal.opinions.receipt_states import Rating
from portal.opinions.receipts import add_information, appeal, rate, withdraw
from portal.opinions.states import OpinionAction, Visibility
from portal.opinions.submission import Receipt
from portal.taxonomy.models import Unit
from portal.taxonomy.queries import unit_by_path
from tests.factories.attachments import make_attachment, pdf
from tests.factories.comments import make_comment
from tests.factories.opinions import keys, make_receipt
from tests.kit.site import Site

UNIT = "云川市/市城市管理局"
MODERATOR = Actor(name="demo", grants=frozenset({Grant(Role.MODERATOR)}))
OFFICER = Actor(name="demo", grants=frozenset({Grant(Role.OFFICER, UNIT)}))
# What each is about: the portal would hold the same words, sent again and again.
_ABOUT = (
    (
        "{place}门口的路灯不亮",
        "{place}门口的三盏路灯不亮，快一个月了。\n老人晚上散步看不清台阶，希望尽快修好。",
    ),
    (
        "{place}旁边的人行道坑洼",
        "{place}旁边的人行道地砖松了，一下雨就溅水。\n推婴儿车很难走，希望重新铺一下。",
    ),
    ("{place}的垃圾桶太少", "{place}一带走很远才有一个垃圾桶，周末常常堆满。\n建议多放几个，傍晚再收一次。"),
)
_PLACES = ("梧桐里", "青河桥", "新桥菜场", "第三小学", "滨河公园", "云川东站")
REPLY = (
    "您好：我们已经到现场看过，上周五换好了坏的部分。以后再有这样的情况，可以直接拨打旁边牌子上的报修电话。"
)
DAYS_AGO = 12
Words = tuple[str, tuple[str, str]]


def make_boards(site: Site) -> None:
    """A campaign that is over, one that has not begun, and a board for accounts only."""
    for slug, title, first, last in (("ended", "去年的征集", -90, -9), ("coming", "春天的征集", 9, 60)):
        begins, ends = (str(date.today() + timedelta(days=days)) for days in (first, last))
        about = ("--purpose", "听听大家怎么说。", "--from", begins, "--to", ends)
        site.flask("campaigns", "create", slug, title, *about)
        site.flask("campaigns", "add-board", slug, f"{slug}-board", title)
    members = ("xianyice", "members", "有账号的来谈", "--who-may-post", "registered")
    site.flask("campaigns", "add-board", *members)


def make_states(app: Flask) -> dict[str, str]:
    """Opinions in every state that their author may meet; {name of the state: query code, or public id}."""
    with app.app_context():
        board, unit = board_by_slug("suggestions"), unit_by_path(UNIT)
        citizen = user_named("citizen")
        assert board is not None and unit is not None and citizen is not None
        words = iter(product(_PLACES, _ABOUT))
        made = {name: _made(board, unit, steps, next(words)) for name, steps in _STATES.items()}
        codes = {name: receipt.code for name, receipt in made.items()}
        _discuss(made["published"].opinion)
        _attach(made["published"].opinion, made["queued"].opinion)
        for steps in (_published, _answered, _rejected, _held, _nothing):
            _made(board, unit, steps, next(words), author=citizen)
        tokens = {
            "link": make_link_token(citizen),
            "stop": stop_token(app.extensions["portal_settings"].lookup_key, f"u{citizen.id}"),
        }
        addresses = {f"{name}_id": receipt.opinion.public_id for name, receipt in made.items()}
        db.session.commit()
        suggest()
        return codes | addresses | tokens


def close_all(app: Flask) -> None:
    """Let every campaign and board be over."""
    with app.app_context():
        for row in (*db.session.query(Campaign), *db.session.query(Board)):
            if row.closes_at is None or row.closes_at > now():
                row.closes_at = now() - timedelta(days=1)
            if row.opens_at is not None and row.opens_at > row.closes_at:
                row.opens_at = row.closes_at - timedelta(days=1)
        db.session.commit()


def _made(
    board: Board, unit: Unit, steps: Callable[[Opinion, Unit], None], words: Words, author: User | None = None
) -> Receipt:
    place, (title, body) = words
    private = steps is _accepted
    receipt = make_receipt(
        board, title=title.format(place=place), body=body.format(place=place), unit=unit, author=author, place=place, contact="13812345678",
        visibility=Visibility.PRIVATE if private else Visibility.PUBLIC,
        submitted_at=now() - timedelta(days=DAYS_AGO),
    )  # fmt: skip
    with fixed(now() - timedelta(days=DAYS_AGO - 1)):
        steps(receipt.opinion, unit)
    db.session.commit()
    return receipt


def _nothing(opinion: Opinion, unit: Unit) -> None:
    """It waits for a moderator."""


def _queued(opinion: Opinion, unit: Unit) -> None:
    add_information(opinion, "就在菜场旁边，联系电话13912345678。", "queued", Actor(), keys())


def _decide(opinion: Opinion, action: OpinionAction, unit: Unit | None = None, **more: object) -> None:
    masks = tuple(find_personal_data(opinion.case.words))
    choice = Choice(action, opinion.version, unit=unit, masks=masks, **more)  # type: ignore[arg-type]
    decide(opinion, choice, MODERATOR)


def _published(opinion: Opinion, unit: Unit) -> None:
    _decide(opinion, OpinionAction.PUBLISH, unit, due_on=now().date() + timedelta(days=30))


def _accepted(opinion: Opinion, unit: Unit) -> None:
    _decide(opinion, OpinionAction.ACCEPT, unit, due_on=now().date() + timedelta(days=30))


def _held(opinion: Opinion, unit: Unit) -> None:
    _decide(opinion, OpinionAction.HOLD, note="请问是靠菜场的一边，还是靠学校的一边？")


def _rejected(opinion: Opinion, unit: Unit) -> None:
    note = "看不出是哪一处，请写清地点后再提一次。"
    _decide(opinion, OpinionAction.REJECT, reason=RejectionReason.UNCLEAR, note=note)


def _appealed(opinion: Opinion, unit: Unit) -> None:
    _rejected(opinion, unit)
    appeal(opinion, "是靠菜场的一边，走到头就看得见。", "appealed", Actor(), keys())


def _put_off(opinion: Opinion, unit: Unit) -> None:
    _published(opinion, unit)
    assert opinion.due_on is not None
    put_off(opinion, opinion.due_on + timedelta(days=20), "材料要重新订做，工期三周。", now().date(), OFFICER)


def _answered(opinion: Opinion, unit: Unit) -> None:
    _published(opinion, unit)
    publish_reply(save_draft(opinion, REPLY, NO_DRAFT, OFFICER), OFFICER)


def _rated(opinion: Opinion, unit: Unit) -> None:
    _answered(opinion, unit)
    rate(opinion, Rating.SOLVED, "", "rated", Actor(), keys(), now().date() + timedelta(days=30))


def _reopened(opinion: Opinion, unit: Unit) -> None:
    _answered(opinion, unit)
    words = "最靠里的一处还是老样子。"
    rate(opinion, Rating.UNSOLVED, words, "reopened", Actor(), keys(), now().date() + timedelta(days=30))


def _withdrawn(opinion: Opinion, unit: Unit) -> None:
    _published(opinion, unit)
    withdraw(opinion, Actor())


def _merged(opinion: Opinion, unit: Unit) -> None:
    _published(opinion, unit)
    beside = make_receipt(
        opinion.board, title=f"{opinion.place}也说一句", body=opinion.case.body, place=opinion.place
    )
    _published(beside.opinion, unit)
    merge(opinion, beside.opinion, "同一处，同一件事", MODERATOR)


def _discuss(opinion: Opinion) -> None:
    make_comment(opinion, CommentState.PUBLISHED, body="我家就在旁边，确实是这样，孩子放学也要走这里。")
    make_comment(opinion, CommentState.PUBLISHED, body="往北还有一处也一样，修的时候请一起看看。\n谢谢。")
    make_comment(opinion, body="我可以带你们去看，打我电话13712345678。")


def _attach(*opinions: Opinion) -> None:
    drawn = io.BytesIO()
    Image.linear_gradient("L").resize((800, 600)).convert("RGB").save(drawn, "JPEG")
    for opinion, released in zip(opinions, (True, False), strict=True):
        make_attachment(opinion, drawn.getvalue(), released=released)
        make_attachment(opinion, pdf(), released=released)


_STATES: dict[str, Callable[[Opinion, Unit], None]] = {
    "waiting": _nothing,
    "queued": _queued,
    "published": _published,
    "accepted": _accepted,
    "held": _held,
    "rejected": _rejected,
    "appealed": _appealed,
    "put_off": _put_off,
    "answered": _answered,
    "rated": _rated,
    "reopened": _reopened,
    "withdrawn": _withdrawn,
    "merged": _merged,
}
