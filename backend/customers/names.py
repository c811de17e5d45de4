"""Names in their own script: which script it is, what is shown, how the parts go together."""

import unicodedata
from enum import StrEnum
from typing import Final


class Script(StrEnum):
    """ISO 15924 codes of the scripts that names come in; Zyyy has none (digits), Zzzz is any other or a mixture."""

    LATIN = "Latn"
    HAN = "Hani"
    JAPANESE = "Jpan"
    HANGUL = "Hang"
    CYRILLIC = "Cyrl"
    GREEK = "Grek"
    ARABIC = "Arab"
    HEBREW = "Hebr"
    THAI = "Thai"
    DEVANAGARI = "Deva"
    GEORGIAN = "Geor"
    ARMENIAN = "Armn"
    NONE = "Zyyy"
    OTHER = "Zzzz"


_BY_WORD: Final = {
    "LATIN": Script.LATIN,
    "CJK": Script.HAN,
    "IDEOGRAPHIC": Script.HAN,
    "HIRAGANA": Script.JAPANESE,
    "KATAKANA": Script.JAPANESE,
    "HANGUL": Script.HANGUL,
    "CYRILLIC": Script.CYRILLIC,
    "GREEK": Script.GREEK,
    "ARABIC": Script.ARABIC,
    "HEBREW": Script.HEBREW,
    "THAI": Script.THAI,
    "DEVANAGARI": Script.DEVANAGARI,
    "GEORGIAN": Script.GEORGIAN,
    "ARMENIAN": Script.ARMENIAN,
}
_FAMILY_FIRST: Final = frozenset({Script.HAN, Script.JAPANESE, Script.HANGUL})
_JOINED: Final = frozenset({Script.HAN, Script.HANGUL})
_COMPOUND_NAMES: Final = """
欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 司徒 东方 東方 独孤 獨孤 南宫 南宮 夏侯
皇甫 尉迟 尉遲 公孙 公孫 慕容 长孙 長孫 宇文 令狐 端木 轩辕 軒轅 百里 呼延
东郭 東郭 西门 西門 申屠 太史 闻人 聞人 赫连 赫連 澹台 澹臺 公冶 宗政 濮阳
濮陽 淳于 单于 單于 钟离 鍾離 鲜于 鮮于 司空 闾丘 閭丘 仲孙 仲孫 拓跋 夹谷
夾谷 谷梁 穀梁 左丘 梁丘
"""
_COMPOUND: Final = frozenset(_COMPOUND_NAMES.split())
"""Family names of two characters; the rest of a Chinese name of three or four is the given name."""
_PERSONAL: Final = range(2, 5)


def script_of(text: str) -> Script:
    """The one script of all letters; kanji beside kana is Japanese, any other mixture is Zzzz."""
    found = {_script(sign) for sign in unicodedata.normalize("NFKC", text) if sign.isalpha()}
    if not found:
        return Script.NONE
    if found == {Script.HAN, Script.JAPANESE}:
        return Script.JAPANESE
    return found.pop() if len(found) == 1 else Script.OTHER


def _script(sign: str) -> Script:
    return _BY_WORD.get(unicodedata.name(sign, "").split(" ")[0], Script.OTHER)


def display_name(full_name: str, given: str | None, family: str | None) -> str:
    """Family name first in Chinese, Korean and Japanese script, given name first elsewhere.

    Without both parts the full name stands as it was given.
    """
    if given is None or family is None:
        return full_name
    script = script_of(family + given)
    if script not in _FAMILY_FIRST:
        return f"{given} {family}"
    return f"{family}{given}" if script in _JOINED else f"{family} {given}"


def split_han(full_name: str) -> tuple[str, str] | None:
    """(family, given) of a personal name in Han script; None for anything else, since guessing would be wrong.

    A two-character family name is split off only where one given character or more remains.
    """
    joined = "".join(full_name.split())
    if len(joined) not in _PERSONAL or script_of(joined) is not Script.HAN:
        return None
    size = 2 if joined[:2] in _COMPOUND and len(joined) > len(joined[:2]) else 1
    return joined[:size], joined[size:]
