"""Which articles speak of a question: TF-IDF (scikit-learn) over what people ask and over what articles say. Pure.

An article is found by the best of its questions and its title, and by its text; how much of the question it knows at
all (`coverage`, weighted by how rare the words are) tells a near miss from a hit. Chinese is compared by signs in ones,
twos and threes, English by stems and pairs of them (Manning, Raghavan & Schütze, Introduction to Information Retrieval,
2008, chapters 2 and 6).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from backend.servicing.assistant.reading import Same, telling, tokens

_ASKED: Final = 0.7
_SAID: Final = 0.3


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of one article in one language; `paragraphs` are what can be quoted."""

    version_id: UUID
    code: str
    title: str
    questions: tuple[str, ...]
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """`score` 0 to 1; `lead` over the next article; `paragraphs` by number from 1, the best first."""

    entry: Entry
    score: float
    lead: float
    coverage: float
    paragraphs: tuple[int, ...]


class Index:
    """Built once for a set of articles; asked often."""

    def __init__(self, entries: Sequence[Entry], locale: str, same: Same) -> None:
        self.entries, self.locale = tuple(entries), locale
        self._tokens = partial(tokens, locale=locale, same=same)
        asked = [text for entry in self.entries for text in (entry.title, *entry.questions)]
        said = [text for entry in self.entries for text in entry.paragraphs]
        self._owner_asked = [place for place, entry in enumerate(self.entries) for _ in (0, *entry.questions)]
        self._owner_said = [place for place, entry in enumerate(self.entries) for _ in entry.paragraphs]
        self._words: Any = TfidfVectorizer(analyzer=self._tokens, sublinear_tf=True)
        if self.entries:
            self._words.fit([*asked, *said])
            self._asked, self._said = self._words.transform(asked), self._words.transform(said)
            self._known = [self._vocabulary(entry) for entry in self.entries]

    def search(self, question: str, limit: int = 3) -> list[Hit]:
        """The best first; nothing of which no word is known."""
        if not self.entries:
            return []
        asked = self._words.transform([question])
        if not asked.nnz:
            return []
        by_asked = np.asarray((self._asked @ asked.T).todense()).ravel()
        by_said = np.asarray((self._said @ asked.T).todense()).ravel()
        scores = _ASKED * _best(by_asked, self._owner_asked, len(self.entries)) + _SAID * _best(
            by_said, self._owner_said, len(self.entries)
        )
        order = np.argsort(-scores, kind="stable")
        found = []
        for rank, place in enumerate(order[:limit]):
            behind = scores[order[rank + 1]] if rank + 1 < len(order) else 0.0
            if scores[place] > 0:
                found.append(self._hit(question, int(place), float(scores[place]), float(behind), by_said))
        return found

    def _hit(self, question: str, place: int, score: float, behind: float, by_said: Any) -> Hit:
        own = [row for row, owner in enumerate(self._owner_said) if owner == place]
        ranked = sorted(range(len(own)), key=lambda number: (-by_said[own[number]], number))
        numbers = tuple(number + 1 for number in ranked)
        return Hit(self.entries[place], score, score - behind, self._coverage(question, place), numbers)

    def _vocabulary(self, entry: Entry) -> frozenset[str]:
        texts = (entry.title, *entry.questions, *entry.paragraphs)
        return frozenset(token for text in texts for token in self._tokens(text))

    def _coverage(self, question: str, place: int) -> float:
        """The share of the question that the article has, by rarity; a word that no article has is the rarest."""
        rarest = float(self._words.idf_.max())
        index = self._words.vocabulary_
        weights = {
            token: float(self._words.idf_[index[token]]) if token in index else rarest
            for token in set(self._tokens(question))
            if telling(token)
        }
        whole = sum(weights.values())
        return sum(weight for token, weight in weights.items() if token in self._known[place]) / whole if whole else 0.0


def _best(values: Any, owners: Sequence[int], count: int) -> Any:
    """The greatest value of each owner."""
    found = np.zeros(count)
    np.maximum.at(found, np.asarray(owners, dtype=int), values)
    return found
