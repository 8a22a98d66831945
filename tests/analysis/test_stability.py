"""From one analysis to the next: ids stay, people's work stays, and what changed is told."""

from dataclasses import replace

from portal.analysis.engine import analyse, previous_of
from portal.analysis.records import Matter, Message, Previous
from tests.analysis.texts import written

NOISE = {"m00", "m01", "m02", "m03"}
EAST = {"m04", "m05"}


def before(messages: list[Message]) -> Previous:
    return previous_of(analyse(messages))


def without(*ids: str) -> list[Message]:
    return [message for message in written() if message.id not in ids]


def with_changed_matter(previous: Previous, ids: set[str], **changes: object) -> Previous:
    """The same, after people changed the matter that holds these opinions."""
    return replace(
        previous,
        matters=tuple(
            replace(one, **changes) if set(one.opinion_ids) == ids else one  # type: ignore[arg-type]
            for one in previous.matters
        ),
    )


def holding(matters: tuple[Matter, ...], opinion: str) -> Matter:
    return next(one for one in matters if opinion in one.opinion_ids)


def test_the_same_messages_give_the_same_ids_and_nothing_new() -> None:
    first = analyse(written())
    again = analyse(written(), previous=first)
    assert [one.id for one in again.matters] == [one.id for one in first.matters]
    assert [one.id for one in again.aspects] == [one.id for one in first.aspects]
    assert {one.change for one in (*again.matters, *again.aspects)} == {"same"}
    assert (again.gone_matters, again.gone_aspects) == ((), ())


def test_a_matter_that_grows_keeps_its_id() -> None:
    first = analyse(without("m03"))
    later = analyse(written(), previous=first)
    old, new = holding(first.matters, "m00"), holding(later.matters, "m00")
    assert new.id == old.id
    assert (new.change, new.previous_count, set(new.opinion_ids)) == ("grown", 3, NOISE)


def test_a_matter_of_which_most_is_withdrawn_is_told_as_gone() -> None:
    first = analyse(written())
    old = holding(first.matters, "m04")
    later = analyse(without("m05"), previous=first)
    (lost,) = later.gone_matters
    assert (lost.id, lost.title, lost.into) == (old.id, old.title, None)


def test_a_new_matter_is_told_as_new() -> None:
    later = analyse(written(), previous=analyse(without(*EAST)))
    assert holding(later.matters, "m04").change == "new"
    assert {one.change for one in later.matters if "m04" not in one.opinion_ids} == {"same"}


def test_a_title_that_people_gave_stays() -> None:
    previous = with_changed_matter(before(without("m03")), NOISE - {"m03"}, title="菜市场卸货", renamed=True)
    new = holding(analyse(written(), previous=previous).matters, "m00")
    assert (new.title, new.renamed, set(new.opinion_ids)) == ("菜市场卸货", True, NOISE)


def test_what_people_merged_stays_together_and_new_opinions_join() -> None:
    together = tuple(sorted((NOISE | EAST) - {"m03"}))
    previous = with_changed_matter(before(without("m03")), NOISE - {"m03"}, opinion_ids=together, merged=True)
    new = holding(analyse(written(), previous=previous).matters, "m00")
    assert set(new.opinion_ids) == NOISE | EAST
    assert new.merged


def test_what_people_took_out_of_a_pinned_matter_stays_out() -> None:
    previous = with_changed_matter(before(written()), NOISE, opinion_ids=("m00", "m01"), pinned=True)
    result = analyse(written(), previous=previous)
    assert set(holding(result.matters, "m00").opinion_ids) == {"m00", "m01"}
    assert result.matters[0].pinned


def test_an_aspect_that_people_pinned_keeps_its_opinions_and_takes_new_ones_of_its_topics() -> None:
    first = before(without("m01"))
    chosen = next(one for one in first.aspects if "m00" in one.opinion_ids)
    pinned = replace(chosen, title="市场扰民", renamed=True, pinned=True)
    previous = replace(first, aspects=tuple(pinned if one is chosen else one for one in first.aspects))
    result = analyse(written(), previous=previous)
    same = next(one for one in result.aspects if one.id == pinned.id)
    assert same.title == "市场扰民"
    assert set(same.opinion_ids) == {*pinned.opinion_ids, "m01"}
    assert {opinion for one in result.aspects for opinion in one.opinion_ids} == {one.id for one in written()}


def test_ids_are_unique_even_where_a_known_matter_bears_the_natural_one() -> None:
    first = analyse(written())
    stolen = holding(first.matters, "m04").id
    known = previous_of(first)
    known = replace(known, matters=tuple(one for one in known.matters if one.id != stolen))
    previous = with_changed_matter(known, NOISE, id=stolen)
    ids = [one.id for one in analyse(written(), previous=previous).matters]
    assert len(set(ids)) == len(ids)
