"""How long a loan runs."""

from dataclasses import dataclass
from datetime import date

from backend.core.periods import months_later


@dataclass(frozen=True, slots=True)
class LoanTerm:
    granted_on: date
    months: int

    @property
    def ends_on(self) -> date:
        return months_later(self.granted_on, self.months)
