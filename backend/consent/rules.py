"""May personal data be used for a purpose? Pure: what is recorded in, a decision with its reason out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from backend.consent.acts import Act, Limit
from backend.consent.models import ANY_CHANNEL, ConsentAct, LimitKind
from backend.consent.rulesets import Basis, Purpose
from backend.core.periods import months_later


class Reason(StrEnum):
    CONSENT_GIVEN = "consent_given"
    CONSENT_MISSING = "consent_missing"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_EXPIRED = "consent_expired"
    RESTRICTED = "restricted"
    OBJECTED = "objected"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    LEGITIMATE_INTEREST = "legitimate_interest"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Decision:
    """`article` is that of the legal basis; `until` the last day of a consent."""

    allowed: bool
    reason: Reason
    basis: Basis
    article: str
    until: date | None = None


def decide(
    name: str, purpose: Purpose, jurisdiction: str, acts: Sequence[Act], limits: Sequence[Limit], channel: str, on: date
) -> Decision:
    """`acts` oldest first, none later than `on`; of those for the channel and for any, the newest counts."""
    ground = purpose.ground(jurisdiction)

    def answer(allowed: bool, reason: Reason, until: date | None = None) -> Decision:
        return Decision(allowed, reason, ground.basis, ground.article, until)

    if not purpose.survives_restriction and any(limit.kind == LimitKind.RESTRICTION for limit in limits):
        return answer(False, Reason.RESTRICTED)
    if ground.basis is Basis.CONSENT:
        reason, until = _consent(acts, channel, on)
        return answer(reason is Reason.CONSENT_GIVEN, reason, until)
    objected = any(limit.kind == LimitKind.OBJECTION and limit.purpose == name for limit in limits)
    if ground.basis is Basis.LEGITIMATE_INTEREST and objected:
        return answer(False, Reason.OBJECTED)
    return answer(True, Reason(ground.basis.value))


def _consent(acts: Sequence[Act], channel: str, on: date) -> tuple[Reason, date | None]:
    newest = next((act for act in reversed(acts) if act.channel in {channel, ANY_CHANNEL}), None)
    if newest is None:
        return Reason.CONSENT_MISSING, None
    if newest.act == ConsentAct.WITHDRAWN:
        return Reason.CONSENT_WITHDRAWN, None
    if newest.act == ConsentAct.EXPIRED or (newest.expires_on is not None and newest.expires_on < on):
        return Reason.CONSENT_EXPIRED, newest.expires_on
    return Reason.CONSENT_GIVEN, newest.expires_on


def consent_in_force(acts: Sequence[Act], channel: str, on: date) -> bool:
    return _consent(acts, channel, on)[0] is Reason.CONSENT_GIVEN


def expiry(purpose: Purpose, given_on: date) -> date | None:
    """The last day of a consent."""
    if purpose.validity_months is None:
        return None
    return months_later(given_on, purpose.validity_months)
