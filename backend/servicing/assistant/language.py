"""A language model may put what was quoted into other words; none is there unless the institution plugs one in."""

from collections.abc import Sequence
from typing import Protocol


class LanguageModel(Protocol):
    """`reword` sees the question and the quoted passages, and nothing else; what it says stands beside the quotes.

    Every paragraph of it cites what it rests on by the number of the passage, from 1: `… in the app [1].` What cites
    nothing, or what was not quoted, or says a figure that the passages do not say, is dropped.
    """

    async def reword(self, question: str, passages: Sequence[str], locale: str) -> str: ...


_plugged: list[LanguageModel] = []


def plug(model: LanguageModel | None) -> None:
    """None takes it out again."""
    _plugged[:] = [] if model is None else [model]


def plugged() -> LanguageModel | None:
    return _plugged[0] if _plugged else None
