"""The picture of a query code."""

import random
from base64 import b64decode
from io import BytesIO

import pytest
import segno
from PIL import Image

from portal.core.ids import CODE_ALPHABET, CODE_LENGTH, GROUPED_LENGTH, grouped_code
from portal.core.qr import qr_drawer

START = "https://xianyice.example.cn/receipts#"


def pixels(picture: Image.Image) -> tuple[tuple[int, int], bytes]:
    return picture.size, picture.convert("L").tobytes()


@pytest.mark.parametrize("start", [START, "http://a.cn/#", "https://" + "d" * 120 + ".cn/portal/receipts#"])
def test_the_picture_shows_the_code_and_a_quiet_zone_around_it(start: str) -> None:
    """Whatever the code, put together from what its characters change it is the one that is worked out whole."""
    draw, chance = qr_drawer(start, GROUPED_LENGTH), random.Random(7)
    for _ in range(20):
        code = grouped_code("".join(chance.choices(CODE_ALPHABET, k=CODE_LENGTH)))
        kind, _comma, data = draw(code).partition(",")
        assert kind == "data:image/png;base64"
        whole = segno.make(start + code, error="m", micro=False, mask=3)
        as_drawn = BytesIO()
        whole.save(as_drawn, kind="png", scale=6, border=3)
        assert pixels(Image.open(BytesIO(b64decode(data)))) == pixels(Image.open(as_drawn))


@pytest.mark.parametrize("code", ["ABCD", "ABCD-EFGH-JKM查"])
def test_what_is_no_code_is_not_drawn(code: str) -> None:
    with pytest.raises(ValueError, match="14 characters"):
        qr_drawer(START, GROUPED_LENGTH)(code)
