"""Checks that python-stdnum lacks or leaves open, and what a valid number says about its holder.

Rules raise the exceptions of `stdnum.exceptions`, as that library's own do.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from stdnum.cn import ric
from stdnum.cz import dic, rc
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength
from stdnum.it import codicefiscale
from stdnum.pl import pesel


@dataclass(frozen=True, slots=True)
class Says:
    """What a number states about its holder; a birth date without a century (`certain` False) is not compared."""

    birth_date: date | None = None
    gender: str | None = None
    region: str | None = None
    certain: bool = True


NOTHING: Final = Says()


def readable(value: str) -> str:
    """Full-width signs narrowed, so that a number typed in a Chinese form reads the same."""
    return unicodedata.normalize("NFKC", value).strip()


def plain(value: str) -> str:
    """Letters and digits in upper case: what the blind index and comparisons see. `<` is the filler of the MRZ."""
    return "".join(sign for sign in readable(value).upper() if sign.isalnum() or sign == "<")


_WOMEN: Final = 50
_OVERFLOW: Final = 20
_MONTHS: Final = 12
_OVERFLOW_FROM: Final = 2004
_MODERN: Final = 10


def birth_number(validate: Callable[[str], str]) -> Callable[[str], str]:
    """Czech and Slovak birth numbers: months 1 to 12, + 50 for women, + 20 when a day's numbers ran out since 2004
    (zákon č. 133/2000 Sb., § 13). python-stdnum takes any month modulo 20."""

    def rule(value: str) -> str:
        number: str = validate(value)
        month = int(number[2:4]) % _WOMEN
        if month > _MONTHS and not (
            month - _OVERFLOW in range(1, _MONTHS + 1) and rc.get_birth_date(number).year >= _OVERFLOW_FROM
        ):
            raise InvalidComponent()
        return number

    return rule


def cz_says(number: str) -> Says:
    gender = "female" if int(number[2:4]) > _WOMEN else "male"
    return Says(rc.get_birth_date(number), gender)


def cn_says(number: str) -> Says:
    """GB 11643-1999: six digits of the county, the birth date, and a sequence that is odd for men."""
    region = ric.get_birth_place(number).get("county")
    return Says(ric.get_birth_date(number), "male" if int(number[16]) % 2 else "female", region)


def pl_says(number: str) -> Says:
    return Says(pesel.get_birth_date(number), "female" if pesel.get_gender(number) == "F" else "male")


def it_says(number: str) -> Says:
    """The year has two digits, so the century is a guess."""
    gender = "female" if codicefiscale.get_gender(number) == "F" else "male"
    return Says(codicefiscale.get_birth_date(number), gender, certain=False)


_CZ_COMPANY: Final = 8


def company_number_cz(value: str) -> str:
    """IČO: eight digits with a check digit modulo 11, as in the DIČ of a legal person; leading zeros may be missing."""
    digits = re.sub(r"\s", "", value)
    if not digits.isascii() or not digits.isdigit():
        raise InvalidFormat()
    if len(digits) > _CZ_COMPANY:
        raise InvalidLength()
    whole = digits.zfill(_CZ_COMPANY)
    if dic.calc_check_digit_legal(whole[:-1]) != whole[-1]:
        raise InvalidChecksum()
    return whole


_GB_COMPANY: Final = re.compile(
    r"(\d{8}|(AC|CE|CS|FC|FE|GE|GN|GS|IC|IP|LP|NA|NC|NF|NI|NL|NO|NP|NR|NV|NZ|OC|OE|PC|R0|RC|RS|SA|SC|SE|SF|SG|SI|SL|SO|SP"
    r"|SR|SZ|ZC)[0-9A-Z]{6})"
)
_GB_LENGTH: Final = 8


def company_number_gb(value: str) -> str:
    """Eight digits, or a prefix of the register and six signs (Companies House); there is no check digit."""
    number = plain(value)
    padded = number.zfill(_GB_LENGTH) if number.isdigit() else number
    if len(padded) != _GB_LENGTH:
        raise InvalidLength()
    if _GB_COMPANY.fullmatch(padded) is None:
        raise InvalidFormat()
    return padded


_NINO: Final = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]", re.ASCII)
_NINO_LENGTH: Final = 9


def nino(value: str) -> str:
    """HMRC, National Insurance Manual NIM39110: no D, F, I, Q, U or V; some prefixes are never given."""
    number = plain(value)
    if len(number) != _NINO_LENGTH:
        raise InvalidLength()
    if _NINO.fullmatch(number) is None:
        raise InvalidFormat()
    return number


_DOCUMENT: Final = re.compile(r"[A-Z0-9]{5,12}", re.ASCII)


def travel_document(value: str) -> str:
    """ICAO Doc 9303 part 4: letters and digits; nine in the machine readable zone, more overflow in it."""
    number = plain(value)
    if _DOCUMENT.fullmatch(number) is None:
        raise InvalidFormat()
    return number


_MRZ_LENGTH: Final = 44
_WEIGHTS: Final = (7, 3, 1)
_CHECKED: Final = ((slice(0, 9), 9), (slice(13, 19), 19), (slice(21, 27), 27))
_COMPOSITE: Final = (slice(0, 10), slice(13, 20), slice(21, 43))
_SEX: Final = {"M": "male", "F": "female"}


def check_digit(text: str) -> str:
    """ICAO Doc 9303 part 3, 4.9: weights 7, 3, 1; A is 10 … Z is 35, the filler < is 0; modulo 10."""
    values = (0 if sign == "<" else int(sign, 36) for sign in text)
    return str(sum(value * _WEIGHTS[place % 3] for place, value in enumerate(values)) % 10)


def mrz(value: str) -> str:
    """The second line of a passport (TD3): number, nationality, birth date, sex, expiry, each with its check digit."""
    line = re.sub(r"\s", "", value).upper()
    if len(line) != _MRZ_LENGTH:
        raise InvalidLength()
    if re.fullmatch(r"[A-Z0-9<]+", line, re.ASCII) is None:
        raise InvalidFormat()
    single = all(check_digit(line[part]) == line[place] for part, place in _CHECKED)
    personal = line[42] == check_digit(line[28:42]) or (line[42] == "<" and not line[28:42].strip("<"))
    if not (single and personal and check_digit("".join(line[part] for part in _COMPOSITE)) == line[43]):
        raise InvalidChecksum()
    return line


def mrz_says(line: str) -> Says:
    """The century is not written, and an unknown day is, as fillers: then nothing is said."""
    born = line[13:19]
    if not born.isdigit():
        return Says(gender=_SEX.get(line[20]), region=_issuer(line))
    year = 2000 + int(born[:2])
    try:
        day = date(year, int(born[2:4]), int(born[4:6]))
    except ValueError:
        return Says(gender=_SEX.get(line[20]), region=_issuer(line))
    return Says(day, _SEX.get(line[20]), _issuer(line), certain=False)


def _issuer(line: str) -> str:
    return line[10:13].strip("<")
