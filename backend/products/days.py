"""The days of a step: which may be asked for, and from and until when a version is sold."""

from datetime import date
from typing import Final

from backend.products.errors import DayInvalid
from backend.products.models import ProductMove, ProductState
from backend.products.standing import Papers, Terms

NO_DAYS: Final = Terms()


def check_days(found: Papers, target: ProductState, sides: tuple[bool, bool], terms: Terms, today: date) -> None:
    if terms == NO_DAYS:
        return
    day, until = terms.effective_on, terms.effective_to
    launch = target is ProductState.ON_SALE and sides[0]
    if not launch and target is not ProductState.WITHDRAWN:
        raise DayInvalid(field="effectiveOn", problem="this step has no day")
    if until is not None and (not launch or until < (day or today)):
        raise DayInvalid(field="effectiveTo", problem="the last day comes before the first")
    if day is not None and day < today and not (launch and found.approved is None):
        raise DayInvalid(field="effectiveOn", problem="the day is past")
    if launch and found.approved is not None and (day or today) <= (found.approved.effective_from or today):
        raise DayInvalid(field="effectiveOn", problem="the version before begins only then")


def first_day(move: ProductMove, today: date) -> date:
    """The day that was asked for, or today when that has passed meanwhile; of what was sold before, its day then."""
    day = move.effective_on or today
    first = day if day < move.proposed_at.date() else max(day, today)
    if move.effective_to is not None and move.effective_to < first:
        raise DayInvalid(field="effectiveTo", problem="the last day comes before the first")
    return first


def earlier(day: date | None, other: date) -> date:
    return other if day is None else min(day, other)


def last_sale(found: Papers) -> date | None:
    """The last day on which a version may be sold; far away while it has no end."""
    days = [
        version.effective_to or date.max
        for version in found.versions
        if version.effective_from is not None
        and (version.effective_to is None or version.effective_to >= version.effective_from)
    ]
    return max(days, default=None)
