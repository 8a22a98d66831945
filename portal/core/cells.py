"""Text on its way into and out of spreadsheet cells."""

import re
import unicodedata

# The full-width and small forms count too: spreadsheets in East Asian locales take them for operators.
_STARTS = r"[=+\-@\t\r\n＝＋－＠﹦﹢﹣﹫]"
_DANGEROUS = re.compile(rf"'*{_STARTS}")
_RETURN = re.compile(r"_x000[Dd]_\n?")
_GUARDED = re.compile(rf"'+{_STARTS}")


def guard_formula(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula: an apostrophe stands before a leading
    operator.

    Apostrophes that already stand before one are kept behind the new one, so `unguard_formula` gives back
    every text exactly. Source: OWASP “CSV Injection”; CVE-2023-51763.
    """
    return "'" + text if _DANGEROUS.match(text) else text


def unguard_formula(text: str) -> str:
    """Give back what `guard_formula` was given."""
    return text[1:] if _GUARDED.match(text) else text


def plain_returns(text: str) -> str:
    """Return `text` with a line feed for each `_x000D_`.

    This is how a carriage return stands in an xlsx file (ECMA-376, ST_Xstring); careless programs carry it as it
    is into csv files too, where nobody has typed it.
    """
    return _RETURN.sub("\n", text) if "_x000" in text else text


def normal_header(header: str) -> str:
    """Fold a header for comparison: case, width, spaces and invisible marks do not matter."""
    folded = unicodedata.normalize("NFKC", header).casefold()
    return re.sub(r"[\s\u200b-\u200f\ufeff]+", "", folded)
