"""Why a rule-set or a table is refused: every problem at once, each with its file and line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Path = tuple[str | int, ...]
Finding = tuple[Path, str]


@dataclass(frozen=True, slots=True)
class Problem:
    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class RuleSetRefusedError(ValueError):
    """`problems` are in the order of the lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line)))
        super().__init__("\n".join(map(str, self.problems)))


class NoVersionError(LookupError):
    """No version is effective on the day, or none has the digest that is asked for."""
