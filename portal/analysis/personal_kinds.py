"""The kinds of personal data that the engine finds, and one find."""

from typing import Literal, NamedTuple, get_args

# "by_hand" is what a person marked and the engine did not find.
Kind = Literal[
    "mobile", "landline", "id_card", "bank_card", "plate", "email", "im_account", "address", "name", "by_hand"
]
KINDS: tuple[Kind, ...] = get_args(Kind)


class Found(NamedTuple):
    """One place of personal data: `text[start:end]` in characters; confidence 0–1, sure enough from .8."""

    kind: Kind
    start: int
    end: int
    confidence: float
