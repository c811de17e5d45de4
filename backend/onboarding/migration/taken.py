"""What came of some lines of a file."""

from dataclasses import dataclass, field

from backend.onboarding.migration.problems import Problem


@dataclass(slots=True)
class Taken:
    """`taken` lines were recorded now, `known` were there before; the others have their problem.

    `alike` of the taken may be somebody on record already, for people to judge.
    """

    taken: int = 0
    known: int = 0
    alike: int = 0
    problems: list[Problem] = field(default_factory=list)
