"""How a written name may be read: the words that count, in order."""

from dataclasses import dataclass
from enum import StrEnum

from backend.screening.matching.scripts import Script
from backend.screening.matching.words import Word


class System(StrEnum):
    """Readings are compared within one system: words with words, syllables with syllables, and an abbreviation with
    the initials of a name.
    """

    WORDS = "words"
    CHINESE = "Chinese syllables"
    KOREAN = "Korean syllables"
    ABBREVIATION = "abbreviation"
    INITIALS = "initials"

    def compares_with(self, other: "System") -> bool:
        return other is _COUNTERPARTS.get(self, self)


_COUNTERPARTS = {System.ABBREVIATION: System.INITIALS, System.INITIALS: System.ABBREVIATION}


@dataclass(frozen=True, slots=True)
class Reading:
    """`legal` are classes of legal forms; `ordered` says that the first word is known to be the person's own name;
    `optional` are positions of words that are often left out: middle names, second family names.
    """

    system: System
    words: tuple[Word, ...]
    legal: frozenset[str] = frozenset()
    ordered: bool = False
    optional: frozenset[int] = frozenset()
    script: Script = Script.LATIN
    """The script that was read; of Chinese characters there are several readings."""
