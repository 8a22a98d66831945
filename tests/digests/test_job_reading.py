"""What a digest counts: the published layer of what was accepted, in its scope, as it stood at one moment."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from portal.core.db import db
from portal.core.rights import Actor
from portal.digests.building import build, read_material
from portal.digests.queries import digest_rows, scope_ledger, snapshot
from portal.digests.scope import Scope
from portal.digests.verify import verify_document
from portal.opinions.models import Opinion
from portal.opinions.receipt_states import Rating
from portal.opinions.receipts import rate
from portal.opinions.states import OpinionState, ParticipantGroup, Visibility
from tests.factories.campaigns import make_board, make_campaign
from tests.factories.casework import make_reply
from tests.factories.opinions import keys, make_opinion
from tests.factories.taxonomy import make_topic, make_unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
S = OpinionState


def scope(**values: Any) -> Scope:
    found = Scope(make_campaign().id, SHANGHAI, **values)
    db.session.rollback()
    return found


def titles(wanted: Scope) -> set[str]:
    with snapshot():
        return {row.title for row, _replies in digest_rows(wanted)}


def test_counts_what_was_accepted_public_or_not_and_nothing_else(app: Flask) -> None:
    made = {make_opinion(state=state).public_id: state for state in S}
    wanted = scope()
    with snapshot():
        counted = [made.get(row.public_id) for row, _replies in digest_rows(wanted)]
    # The one that the merged opinion was merged into is no other's.
    assert sorted(counted, key=str) == [None, S.ACCEPTED, S.PUBLISHED]


def test_ledger_of_the_same_filter_reconciles_with_the_rows(app: Flask) -> None:
    housing, roads = make_unit("市直单位/住建局"), make_unit("市直单位/交通局")
    for state in S:
        make_opinion(state=state, unit=housing)
        make_opinion(state=state, unit=roads)
    wanted = scope(unit_path=housing.path)
    with snapshot():
        counts, rows = scope_ledger(wanted), list(digest_rows(wanted))
    parts = ("waiting", "rejected", "withdrawn", "merged", "counted")
    assert counts["received"] == sum(counts[part] for part in parts) == len(S)
    assert counts["counted"] == len(rows) == 2


def test_a_reopened_opinion_is_not_answered_though_it_has_a_reply(app: Flask) -> None:
    standing, reopened = [make_opinion(state=S.PUBLISHED, unit=make_unit()) for _number in range(2)]
    for opinion in (standing, reopened):
        make_reply(opinion)
    rate(reopened, Rating.UNSOLVED, "", "form", Actor(), keys(), date(2026, 12, 1))
    db.session.commit()
    facts = read_material(scope()).facts
    assert facts[standing.public_id]["answered"] and not facts[reopened.public_id]["answered"]
    document = build(scope(), lambda _percent: None)
    assert document["answered_ids"] == [standing.public_id]
    assert all(opinion["reply"] for opinion in document["opinions"]) and not verify_document(document)


def test_unit_and_topic_take_those_below_along_and_no_namesakes(app: Flask) -> None:
    below = make_unit("市直单位/住建局/物业科")
    namesake = make_unit("市直单位/住建局二分局")
    leaf = make_topic("城乡建设/安全生产")
    other = make_topic("城乡建设二/安全生产")
    make_opinion(state=S.PUBLISHED, title="下级", unit=below, topic=leaf)
    make_opinion(state=S.PUBLISHED, title="同名开头", unit=namesake, topic=other)
    assert titles(scope(unit_path="市直单位/住建局")) == {"下级"}
    assert titles(scope(topic_path="城乡建设")) == {"下级"}
    assert titles(scope(unit_path="市直单位")) == {"下级", "同名开头"}


def test_days_are_days_of_the_site_both_included(app: Flask) -> None:
    # 2026-10-01 and 2026-10-03 in Shanghai begin at 16:00 UTC of the day before.
    for title, moment in (
        ("九月末", datetime(2026, 9, 30, 15, 59, 59, tzinfo=UTC)),
        ("头一天", datetime(2026, 9, 30, 16, 0, tzinfo=UTC)),
        ("末一天", datetime(2026, 10, 3, 15, 59, 59, tzinfo=UTC)),
        ("之后", datetime(2026, 10, 3, 16, 0, tzinfo=UTC)),
    ):
        make_opinion(state=S.PUBLISHED, title=title, submitted_at=moment)
    wanted = scope(from_day=date(2026, 10, 1), to_day=date(2026, 10, 3))
    assert titles(wanted) == {"头一天", "末一天"}
    with snapshot():
        assert scope_ledger(wanted)["received"] == 2


def test_other_campaigns_stay_out(app: Flask) -> None:
    board = make_board("other-board", make_campaign("other", "另一次征集"))
    make_opinion(board, S.PUBLISHED, title="别的活动")
    make_opinion(state=S.PUBLISHED, title="本活动")
    assert titles(scope()) == {"本活动"}


def test_opinion_about_the_very_unit_never_reaches_its_desk_nor_those_below(app: Flask) -> None:
    bureau, office = make_unit("市直单位/住建局"), make_unit("市直单位/住建局/物业科")
    make_opinion(state=S.ACCEPTED, title="说的就是住建局", complained=bureau, unit=office)
    make_opinion(state=S.ACCEPTED, title="说的是物业科", complained=office, unit=bureau)
    make_opinion(state=S.ACCEPTED, title="平常的", unit=office)
    assert titles(scope(desk_path=bureau.path)) == {"说的是物业科", "平常的"}
    assert titles(scope(desk_path=office.path)) == {"平常的"}
    assert titles(scope()) == {"说的就是住建局", "说的是物业科", "平常的"}
    with snapshot():
        assert scope_ledger(Scope(make_campaign().id, SHANGHAI, desk_path=office.path))["received"] == 1


def test_rows_come_oldest_first_whatever_the_chunk(app: Flask) -> None:
    for day in (3, 1, 2, 5, 4):
        moment = datetime(2026, 10, day, tzinfo=UTC)
        opinion = make_opinion(state=S.PUBLISHED, title=f"第{day}天", submitted_at=moment, unit=make_unit())
        make_reply(opinion, body=f"答复{day}")
    wanted = scope()
    with snapshot():
        found = [
            (row.title, [reply.body for reply in replies]) for row, replies in digest_rows(wanted, chunk=2)
        ]
    assert found == [(f"第{day}天", [f"答复{day}"]) for day in (1, 2, 3, 4, 5)]


def test_only_published_replies_are_read(app: Flask) -> None:
    opinion = make_opinion(state=S.PUBLISHED, unit=make_unit())
    make_reply(opinion, body="先答一次", at=datetime(2026, 10, 2, tzinfo=UTC))
    make_reply(opinion, body="再答一次", at=datetime(2026, 10, 3, 16, tzinfo=UTC))
    make_reply(opinion, body="草稿里的话", published=False)
    facts = read_material(scope()).facts[opinion.public_id]
    assert facts["reply"] == {
        "text": "先答一次\n\n再答一次", "unit": "市直单位/住建局", "published_at": "2026-10-04T00:00:00+08:00",
    }  # fmt: skip


def test_masked_text_is_read_never_the_original(app: Flask) -> None:
    opinion = make_opinion(
        state=S.PUBLISHED, title="请回电13912345678", body="我的手机是13912345678，请回电。"
    )
    original = opinion.case.body
    document = build(scope(), lambda percent: None)
    shown = document["opinions"][0]["text"]
    assert "13912345678" in original
    assert "13912345678" not in str(document)
    assert len(shown) == len("请回电13912345678\n") + len(original)


def test_document_says_scope_sources_and_authors_but_no_author_key(app: Flask) -> None:
    unit, topic = make_unit(), make_topic()
    opinion = make_opinion(
        state=S.ACCEPTED, visibility=Visibility.PRIVATE, unit=unit, topic=topic, contact="13800000000",
        group=ParticipantGroup.BUSINESS, submitted_at=datetime(2026, 10, 1, 20, tzinfo=UTC),
    )  # fmt: skip
    key = opinion.author_key
    wanted = scope(
        unit_path=unit.path, topic_path=topic.path, from_day=date(2026, 10, 1), to_day=date(2026, 10, 9)
    )
    document = build(wanted, lambda percent: None)
    assert document["scope"] == {
        "title": "我为发展献一策", "campaign": "xianyice", "unit": unit.path, "topic": topic.path,
        "from": "2026-10-01", "to": "2026-10-09",
    }  # fmt: skip
    counted = document["opinions"][0]
    assert (counted["channel"], counted["group"], counted["public"]) == ("网上提交", "企业/客商", False)
    assert counted["created_at"].startswith("2026-10-02T04:00:00")
    assert counted["author"] == 1
    assert key and key not in str(document)


def test_empty_scope_gives_a_valid_empty_digest(app: Flask) -> None:
    document = build(scope(), lambda percent: None)
    assert document["counts"]["received"] == 0 and document["opinions"] == [] and document["aspects"] == []


def test_progress_rises_from_the_reading_to_the_check(app: Flask) -> None:
    for number in range(4):
        make_opinion(state=S.PUBLISHED, title=f"第{number}条路灯不亮", body="东门的路灯坏了很久。")
    seen: list[int] = []
    build(scope(), seen.append)
    assert seen == sorted(seen) and seen[0] == 10 and 70 in seen and seen[-1] < 100


def test_snapshot_shows_one_moment_while_others_write(app: Flask, database: Any) -> None:
    make_opinion(state=S.PUBLISHED, title="早先的")
    number = make_opinion(state=S.WAITING, title="正在审核的").id
    wanted = scope()
    other = create_engine(database.url)
    with snapshot():
        before = scope_ledger(wanted)
        with other.begin() as connection:
            change = text(
                "UPDATE opinion SET state = 'accepted', public_state = 'accepted', needs_review = false, decided_at = submitted_at"
                " WHERE id = :id"
            )
            connection.execute(change, {"id": number})
        rows = list(digest_rows(wanted))
    other.dispose()
    assert before["counted"] == len(rows) == 1
    with snapshot():
        assert scope_ledger(wanted)["counted"] == 2


def test_snapshot_refuses_to_hide_in_another_transaction(app: Flask) -> None:
    db.session.get(Opinion, 1)
    with pytest.raises(RuntimeError, match="transaction of its own"), snapshot():
        raise AssertionError("never reached")
