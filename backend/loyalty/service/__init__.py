"""The verbs of the loyalty programme, one module a subject."""

from backend.loyalty.service.automatic import earn_by_records
from backend.loyalty.service.caring import complete_step
from backend.loyalty.service.earning import EarnInput, earn
from backend.loyalty.service.expiring import expire_due
from backend.loyalty.service.membership import enrol, leave
from backend.loyalty.service.reversing import reverse
from backend.loyalty.service.spending import BurnInput, burn
from backend.loyalty.service.tiers import review_tiers

__all__ = [
    "BurnInput",
    "EarnInput",
    "burn",
    "complete_step",
    "earn",
    "earn_by_records",
    "enrol",
    "expire_due",
    "leave",
    "reverse",
    "review_tiers",
]
