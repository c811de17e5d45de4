"""Reading delimited files row by row: a bad row is reported and left out, the rest is kept."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from backend.onboarding.migration.problems import ColumnsMissing, FileUnreadable, Problem, RowProblem

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    values: dict[str, str]
    line: int = 0

    def text(self, column: str) -> str:
        value = self.values[column].strip()
        if not value:
            raise RowProblem("missing", column)
        return value

    def optional(self, column: str) -> str | None:
        return self.values.get(column, "").strip() or None

    def number(self, column: str) -> int:
        try:
            return int(self.text(column))
        except ValueError:
            raise RowProblem("not_a_number", column) from None

    def amount(self, column: str) -> Decimal:
        try:
            amount = Decimal(self.text(column))
        except InvalidOperation:
            raise RowProblem("not_an_amount", column) from None
        if not amount.is_finite():
            raise RowProblem("not_an_amount", column)
        return amount

    def iso_date(self, column: str) -> date | None:
        """ISO 8601, YYYY-MM-DD; None when the cell is empty."""
        text = self.optional(column)
        try:
            return None if text is None else date.fromisoformat(text)
        except ValueError:
            raise RowProblem("not_a_date", column) from None

    def several(self, column: str) -> tuple[str, ...]:
        """Values set apart by semicolons."""
        return tuple(part.strip() for part in (self.optional(column) or "").split(";") if part.strip())

    def short_date(self, column: str) -> date:
        """YYMMDD of the twentieth century, a time after it ignored."""
        digits = self.text(column)[:6]
        try:
            return date(1900 + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
        except ValueError:
            raise RowProblem("not_a_short_date", column) from None

    def code(self, column: str, known: dict[str, T]) -> T:
        try:
            return known[self.values[column].strip()]
        except KeyError:
            raise RowProblem("unknown_code", column) from None


@dataclass(slots=True)
class Report:
    problems: list[Problem] = field(default_factory=list)

    def take(self, file: str, rows: Iterable[tuple[int, Row]], make: Callable[[Row], T]) -> Iterator[T]:
        for line, row in rows:
            try:
                yield make(row)
            except RowProblem as problem:
                self.problems.append(Problem(file, line, problem.code, problem.column))

    def keyed(self, file: str, rows: Iterable[tuple[int, Row]], make: Callable[[Row], tuple[str, T]]) -> dict[str, T]:
        """By key; a key that comes again is reported and its first row kept."""
        taken: dict[str, T] = {}

        def once(row: Row) -> None:
            key, value = make(row)
            if key in taken:
                raise RowProblem("repeated")
            taken[key] = value

        for _ in self.take(file, rows, once):
            pass
        return taken


def read_rows(path: Path, required: Sequence[str], report: Report, delimiter: str = ";") -> Iterator[tuple[int, Row]]:
    """Line numbers count from 1 and include the header, as an editor shows them."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, delimiter=delimiter)
            missing = [name for name in required if name not in (reader.fieldnames or ())]
            if missing:
                raise ColumnsMissing(file=path.name, columns=", ".join(missing))
            for values in reader:
                if any(value is None for value in values.values()):
                    report.problems.append(Problem(path.name, reader.line_num, "too_few_columns"))
                else:
                    yield reader.line_num, Row(values, reader.line_num)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FileUnreadable(file=path.name, problem=str(error)) from error
