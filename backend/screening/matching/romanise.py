"""Words of any script → Latin letters, the way they are commonly written; several readings where usage differs."""

from functools import lru_cache

from anyascii import anyascii

from backend.screening.matching.scripts import Script
from backend.screening.matching.tables import lines

_ARABIC = {
    "ا": "a", "آ": "a", "أ": "a", "إ": "a", "ٱ": "a", "ى": "y", "ب": "b", "پ": "p", "ت": "t", "ث": "th", "ج": "j",
    "چ": "ch", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh", "ر": "r", "ز": "z", "ژ": "zh", "س": "s", "ش": "sh", "ص": "s",
    "ض": "d", "ط": "t", "ظ": "z", "ع": "", "غ": "gh", "ف": "f", "ڤ": "v", "ق": "q", "ک": "k", "ك": "k", "گ": "g",
    "ل": "l", "م": "m", "ن": "n", "ں": "n", "و": "w", "ؤ": "w", "ه": "h", "ہ": "h", "ھ": "h", "ة": "a", "ۃ": "a",
    "ي": "y", "ی": "y", "ې": "y", "ۍ": "y", "ے": "y", "ئ": "y", "ء": "", "ٹ": "t", "ڈ": "d", "ڑ": "r", "ټ": "t",
    "ډ": "d", "ړ": "r", "ڼ": "n", "ځ": "z", "څ": "ts", "ښ": "sh", "ږ": "g", "ګ": "g", "ێ": "y", "ە": "a", "ۆ": "o",
}  # fmt: skip
_HEBREW = {
    "א": "a", "ב": "b", "ג": "g", "ד": "d", "ה": "h", "ו": "w", "ז": "z", "ח": "h", "ט": "t", "י": "y", "כ": "k",
    "ך": "k", "ל": "l", "מ": "m", "ם": "m", "נ": "n", "ן": "n", "ס": "s", "ע": "", "פ": "p", "ף": "f", "צ": "ts",
    "ץ": "ts", "ק": "k", "ר": "r", "ש": "sh", "ת": "t",
}  # fmt: skip
_TABLES = {Script.ARABIC: _ARABIC, Script.HEBREW: _HEBREW}
_GREEK = (("μπ", "b"), ("ντ", "d"), ("γκ", "g"), ("ου", "u"), ("χ", "ch"), ("υ", "y"), ("β", "v"), ("η", "i"))
_PERSIAN = str.maketrans(
    {"ي": "ی", "ى": "ی", "ك": "ک", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ھ": "ه", "ہ": "ه", "ة": "ه"}
)


def plain_arabic(word: str) -> str:
    """Letters that differ between Arabic, Persian, Urdu and Pashto keyboards written alike."""
    return word.translate(_PERSIAN)


def latin(word: str, script: Script) -> str:
    """One reading, letters only; unwritten vowels stay unwritten."""
    if word.isascii() and word.isalnum():
        return word.casefold()
    if script in _TABLES:
        return "".join(letter_by_letter(word, script))
    if script is Script.GREEK:
        for greek, letters in _GREEK:
            word = word.replace(greek, letters)
    return "".join(char for char in anyascii(word).casefold() if char.isalnum())


def letter_by_letter(word: str, script: Script) -> list[str]:
    """Of an Arabic or Hebrew word, so that "t", "s" is told from "ts". A leading ayn is heard as a vowel."""
    table = _TABLES[script]
    letters = [table.get(char, char if char.isascii() and char.isalnum() else "") for char in word]
    return ["a", *letters] if word.startswith("ع") else letters


@lru_cache(maxsize=1)
def _han() -> dict[str, tuple[str, str]]:
    table = {}
    for line in lines("han_readings.txt"):
        characters, rest = line.split(" ", 1)
        cantonese, korean = (part.strip() for part in rest.split("|"))
        table.update(dict.fromkeys(characters, (cantonese, korean)))
    return table


@lru_cache(maxsize=1)
def _japanese() -> dict[str, str]:
    words = " ".join(lines("japanese_names.txt")).split()
    return dict(zip(words[::2], words[1::2], strict=True))


def mandarin(text: str) -> tuple[str, ...]:
    """A syllable for each character."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its dictionary takes a second, which few commands need

    return tuple(syllable.replace("ü", "u").replace("v", "u") for syllable in lazy_pinyin(text))


def cantonese(text: str) -> tuple[str, ...] | None:
    return _by_character(text, 0)


def sino_korean(text: str) -> tuple[str, ...] | None:
    return _by_character(text, 1)


def _by_character(text: str, column: int) -> tuple[str, ...] | None:
    """None unless every character is in the table: half a reading would be a guess."""
    table = _han()
    if not all(char in table for char in text):
        return None
    return tuple(table[char][column] for char in text)


def japanese(text: str) -> tuple[str, ...] | None:
    """Family and given name where both are known; written without a space between them."""
    table = _japanese()
    for cut in range(1, len(text)):
        if text[:cut] in table and text[cut:] in table:
            return table[text[:cut]], table[text[cut:]]
    return (table[text],) if text in table else None


_HANGUL_FAMILIES = {
    "김": ("kim",), "이": ("lee", "ri"), "리": ("ri",), "박": ("park", "pak"), "최": ("choi", "choe"),
    "정": ("jung", "jong"), "강": ("kang",), "조": ("cho", "jo"), "윤": ("yoon", "yun"), "장": ("jang",),
    "임": ("lim", "im"), "림": ("rim",), "한": ("han",), "오": ("oh", "o"), "서": ("seo", "so"), "신": ("shin", "sin"),
    "권": ("kwon",), "황": ("hwang",), "안": ("ahn", "an"), "송": ("song",), "류": ("ryu",), "유": ("yoo", "yu"),
    "전": ("jeon", "jon"), "홍": ("hong",), "고": ("ko",), "문": ("moon", "mun"), "양": ("yang",), "손": ("son",),
    "배": ("bae", "pae"), "백": ("baek", "paek"), "허": ("heo", "ho"), "남": ("nam",), "심": ("shim", "sim"),
    "노": ("noh", "ro"), "로": ("ro",), "하": ("ha",), "곽": ("kwak",), "성": ("sung", "song"), "차": ("cha",),
    "주": ("joo", "ju"), "우": ("woo", "u"), "구": ("koo", "ku"), "나": ("na", "ra"), "현": ("hyun", "hyon"),
}  # fmt: skip
_INITIALS = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
_VOWELS = {
    "south": ("a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu",
              "eu", "ui", "i"),
    "north": ("a", "ae", "ya", "yae", "o", "e", "yo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu",
              "u", "ui", "i"),
}  # fmt: skip
_FINALS = ("", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng",
           "t", "t", "k", "t", "p", "t")  # fmt: skip
_FIRST_SYLLABLE = 0xAC00


def hangul(text: str) -> tuple[tuple[str, ...], ...]:
    """Readings of a personal name, a syllable each: South and North Korean practice, families as on passports."""
    found = []
    for usage in ("south", "north"):
        given = tuple(_syllable(char, usage) for char in text[1:])
        families = _HANGUL_FAMILIES.get(text[0], (_syllable(text[0], usage),))
        found += [(family, *given) for family in families]
    return tuple(dict.fromkeys(found))


def _syllable(char: str, usage: str) -> str:
    index = ord(char) - _FIRST_SYLLABLE
    if not 0 <= index < 19 * 21 * 28:
        return anyascii(char).casefold()
    initial, vowel, final = index // 588, index // 28 % 21, index % 28
    return _INITIALS[initial] + _VOWELS[usage][vowel] + _FINALS[final]


def chinese(text: str) -> tuple[tuple[str, ...], ...]:
    """Mandarin first, then the readings of the same characters in Cantonese, Korean and Japanese names."""
    others = (cantonese(text), sino_korean(text), japanese(text))
    return tuple(dict.fromkeys((mandarin(text), *(reading for reading in others if reading))))
