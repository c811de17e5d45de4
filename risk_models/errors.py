"""What a model says when it is given data it cannot use: which rows, and how to mend them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

SHOWN_ROWS = 5


class ModelInputError(ValueError):
    """The data cannot be used. `rows` holds the index labels of all offending rows, `remedy` the way out."""

    default_remedy: ClassVar[str] = "Correct these rows and try again."

    def __init__(self, problem: str, rows: Iterable[object] = (), remedy: str = "") -> None:
        self.problem = problem
        self.rows: tuple[object, ...] = tuple(rows)
        self.remedy = remedy or self.default_remedy
        super().__init__(f"{problem}{_where(self.rows)}. {self.remedy}")


class NoRowsError(ModelInputError):
    default_remedy = "Pass at least one row; check the filter or the join that produced this table."


class MissingColumnError(ModelInputError):
    default_remedy = "Add the column, or rename the one that holds this figure."


class MissingValueError(ModelInputError):
    default_remedy = "Fill these values or leave the rows out before the model sees them."


class OutOfRangeError(ModelInputError):
    default_remedy = "Correct the values, or leave the rows out and say so in the model card."


class ContradictionError(ModelInputError):
    """Two figures of the same row cannot both be true."""

    default_remedy = "Recompute both figures from the same events and the same cut-off date."


class SingleClassError(ModelInputError):
    default_remedy = "Widen the sample or the outcome window until both outcomes occur."


class UnknownModelError(ModelInputError):
    """A stored record is not of the class that is asked to read it."""

    default_remedy = "Read it with the class named in its `model` field, or fit the model again."


def _where(rows: tuple[object, ...]) -> str:
    if not rows:
        return ""
    shown = ", ".join(str(row) for row in rows[:SHOWN_ROWS])
    rest = len(rows) - SHOWN_ROWS
    return f" in row{'s' if len(rows) > 1 else ''} {shown}" + (f" and {rest} more" if rest > 0 else "")
