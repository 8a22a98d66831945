"""Numbers that prove themselves: the check characters of identity and bank cards, and dates."""

from calendar import isleap
from datetime import date, timedelta
from operator import mul

# First two digits of GB/T 2260 codes.
PROVINCES = frozenset(
    str(region * 10 + place)
    for region, last in enumerate((5, 3, 7, 6, 4, 5, 1, 2), 1)
    for place in range(1 if region not in (5, 7) else 0, last + 1)
)
# What each of the first 17 digits counts in the check of GB 11643.
_WEIGHTS = [pow(2, 17 - place, 11) for place in range(17)]
_ZEROS = ord("0") * sum(_WEIGHTS)
# Month and day of all days but the one of leap years.
_DAYS = frozenset(f"{date(2001, 1, 1) + timedelta(number):%m%d}" for number in range(365))
# The sum of the digits of twice each digit, as a byte for a byte.
_DOUBLED = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))


def id_checksum(first17: str) -> str:
    """The check character of a resident identity number (GB 11643-1999, ISO 7064 MOD 11-2), X as x."""
    return "10x98765432"[(sum(map(mul, _WEIGHTS, first17.encode())) - _ZEROS) % 11]


def is_identity(digits: str) -> bool:
    """Whether 18 characters are a resident identity number whose check character is right."""
    return digits[:2] in PROVINCES and is_date(digits[6:14]) and id_checksum(digits[:17]) == digits[17]


def luhn_holds(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit (ISO/IEC 7812-1) of the others."""
    backwards = digits[::-1].encode()
    plain = backwards[::2]
    return (sum(plain) - ord("0") * len(plain) + sum(backwards[1::2].translate(_DOUBLED))) % 10 == 0


def is_date(digits: str) -> bool:
    """Whether eight digits read as a day between 1900 and 2099."""
    if digits[:2] not in ("19", "20"):
        return False
    return digits[4:] in _DAYS or (digits[4:] == "0229" and isleap(int(digits[:4])))
