"""Which places are offered for masking, and how the original is cut at them."""

from flask import Flask

from portal.analysis.personal_data import SURE, Found
from portal.core.db import db
from portal.core.rights import Role
from portal.moderation.masking import applied, original, places
from portal.opinions.masks import occurrences, segments
from portal.opinions.models import Case, Opinion
from portal.opinions.operations import set_masks
from tests.factories.accounts import actor_with
from tests.factories.opinions import make_opinion

BODY = "我的电话是13812345678，王小明也可以打 010-66778899。"


def test_what_submission_masked_is_ticked(app: Flask) -> None:
    opinion = make_opinion(body=BODY)
    ticked = [place.text for place in places(opinion) if place.masked]
    assert "13812345678" in ticked
    for place in places(opinion):
        assert original(opinion)[place.found.start : place.found.end] == place.text


def test_a_mask_that_was_taken_off_is_offered_and_not_ticked(app: Flask) -> None:
    opinion = make_opinion(body=BODY)
    set_masks(opinion, [], actor_with(Role.MODERATOR), "moderation")
    db.session.commit()
    offered = {place.text: place.masked for place in places(opinion)}
    assert offered["13812345678"] is False


def test_a_place_marked_by_hand_stays_on_offer(app: Flask) -> None:
    opinion = make_opinion(body=BODY)
    set_masks(opinion, occurrences(original(opinion), ["王小明"]), actor_with(Role.MODERATOR), "moderation")
    db.session.commit()
    (by_hand,) = [place for place in places(opinion) if place.found.kind == "by_hand"]
    assert (by_hand.text, by_hand.masked) == ("王小明", True)
    assert "王小明" not in opinion.body and len(opinion.body) == len(BODY)


def test_before_anybody_masked_only_the_sure_finds_are_ticked() -> None:
    case = Case(title="标题", body="电话13812345678，住滨河路12号3单元502，王小明先生")
    offered = {
        place.text: (place.masked, place.found.confidence) for place in places(Opinion(case=case, layers=[]))
    }
    assert offered["13812345678"][0] is True
    assert all(masked == (confidence >= SURE) for masked, confidence in offered.values())


def test_every_occurrence_is_found() -> None:
    found = occurrences("老李说，老李来过", ["老李"])
    assert [(place.start, place.end) for place in found] == [(0, 2), (4, 6)]


def test_segments_join_to_the_text_and_label_the_places(app: Flask) -> None:
    opinion = make_opinion(body=BODY)
    text, listed = original(opinion), places(opinion)
    for start, end in ((0, len(text)), (0, 5), (len(opinion.case.title) + 1, len(text)), (20, 27)):
        cut = segments(text, listed, start, end)
        assert "".join(part.text for part in cut) == text[start:end]
    labelled = [part.text for part in segments(text, listed, 0, len(text)) if part.label]
    assert labelled == [place.text for place in listed]


def test_a_layer_tells_what_it_hides_without_showing_it() -> None:
    text = "电话13812345678"
    place = Found("mobile", 2, 13, 1.0)
    assert [shown for _label, shown in applied(text, [[place.start, place.end, place.kind]])] == [
        "138****5678"
    ]
