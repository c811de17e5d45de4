"""What a customer said to the last offer of a product, as far as the next ranking heeds it."""

from dataclasses import dataclass
from datetime import date

from backend.engagement.offers.models import Answer


@dataclass(frozen=True, slots=True)
class Said:
    """The last answer to an offer of the product."""

    answer: Answer
    on: date
    until: date | None = None
