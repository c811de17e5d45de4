"""The checks there are, by kind. A kind that a rule-set asks for and nobody has registered stays open."""

from backend.onboarding.checks.address import AddressCheck
from backend.onboarding.checks.guardian import GuardianCheck
from backend.onboarding.checks.identity import IdentityCheck
from backend.onboarding.checks.ownership import OwnershipCheck
from backend.onboarding.checks.protocol import Check
from backend.onboarding.checks.rating import RatingCheck
from backend.onboarding.checks.registration import RegistrationCheck
from backend.onboarding.checks.screening import ScreeningCheck

_checks: dict[str, Check] = {}


def register(check: Check) -> None:
    """Raises ValueError for a kind that is taken: two answers to one question would depend on the order of imports."""
    if check.kind in _checks:
        raise ValueError(f"there is a check of the kind {check.kind} already")
    _checks[check.kind] = check


def unregister(kind: str) -> None:
    del _checks[kind]


def find(kind: str) -> Check | None:
    return _checks.get(kind)


for _check in (
    IdentityCheck(),
    RegistrationCheck(),
    AddressCheck(),
    OwnershipCheck(),
    GuardianCheck(),
    RatingCheck(),
    ScreeningCheck(),
):
    register(_check)
