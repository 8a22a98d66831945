"""One thing at one place, told by many in different words, is one matter: measured on invented hot issues."""

import pytest

from bench.hot_issues import HALVES, Agreement, agreement, issues, told
from portal.analysis.matters import read_groups


def found(half: str, seed: int) -> Agreement:
    """How well the issues of one half are found among their look-alikes."""
    messages = told(half, seed)
    names = [issue.name for issue in issues() if issue.half == half]
    return agreement(messages.labels, read_groups(messages.messages), names)


@pytest.mark.parametrize("half", HALVES)
def test_issues_told_in_many_words_are_found_nearly_whole(half: str) -> None:
    result = found(half, 1)
    assert result.found == len(result.f1)
    assert result.mean >= 0.85, result.f1


@pytest.mark.parametrize("half", HALVES)
def test_few_groups_mix_an_issue_with_its_look_alikes(half: str) -> None:
    result = found(half, 1)
    assert result.mixed <= 0.4 * result.groups


def test_agreement_counts_what_is_missed_and_what_is_mixed_in() -> None:
    result = agreement(list("aaaabbx"), [[0, 1, 2, 6], [4, 5]], ["a", "b"])
    assert result.f1 == {"a": 0.75, "b": 1.0}
    assert (result.mixed, result.groups, result.found) == (1, 2, 2)
