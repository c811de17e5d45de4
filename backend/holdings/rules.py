"""How a holding ends: which reasons go with which end, and what may follow what. Pure."""

from datetime import date
from typing import Final

from backend.holdings.errors import EndBeforeOpening, EndInFuture, HoldingEnded, NotLapsed, ReasonUnknown
from backend.holdings.models import HoldingStatus

REASONS: Final[dict[HoldingStatus, tuple[str, ...]]] = {
    HoldingStatus.LAPSED: ("premium_unpaid", "fee_unpaid"),
    HoldingStatus.CLOSED: (
        "customer_wish",
        "surrendered",
        "repaid",
        "refinanced",
        "moved",
        "switched",
        "deceased",
        "total_loss",
        "written_off",
        "institution",
    ),
    HoldingStatus.CANCELLED: ("cooling_off", "misselling", "non_disclosure", "fraud", "institution"),
    HoldingStatus.MATURED: ("term_ended", "benefit_paid"),
}
ENDED: Final = frozenset(REASONS)


def check_end(status: HoldingStatus, opened_on: date, end: HoldingStatus, reason: str, on: date, today: date) -> None:
    """A lapsed holding may still be closed, cancelled or mature; everything else ends once.

    Raises HoldingEnded, ReasonUnknown, EndBeforeOpening, EndInFuture.
    """
    if status not in {HoldingStatus.OPEN, HoldingStatus.LAPSED} or status == end:
        raise HoldingEnded(status=status.value)
    if reason not in REASONS[end]:
        raise ReasonUnknown(reason=reason, reasons=", ".join(REASONS[end]), field="reason")
    if on < opened_on:
        raise EndBeforeOpening(opened=opened_on, field="on")
    if on > today:
        raise EndInFuture(field="on")


def check_reinstatement(status: HoldingStatus) -> None:
    """Raises NotLapsed."""
    if status is not HoldingStatus.LAPSED:
        raise NotLapsed(status=status.value)
