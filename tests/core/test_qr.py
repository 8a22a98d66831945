"""The picture of a query code."""

from base64 import b64decode
from io import BytesIO

import segno
from PIL import Image

from portal.core.qr import qr_picture

TEXT = "https://xianyice.example.cn/receipts#ABCD-EFGH-JKMN"


def test_the_picture_shows_the_code_and_a_quiet_zone_around_it() -> None:
    kind, _, data = qr_picture(TEXT).partition(",")
    assert kind == "data:image/png;base64"
    picture = Image.open(BytesIO(b64decode(data)))
    picture.load()
    code = segno.make(TEXT, error="m", micro=False, mask=3)
    as_drawn = BytesIO()
    code.save(as_drawn, kind="png", scale=6, border=3)
    expected = Image.open(as_drawn)
    assert picture.size == expected.size
    assert picture.convert("L").tobytes() == expected.convert("L").tobytes()
