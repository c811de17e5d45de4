"""The rule-set of sign-in: passwords, locks, sessions, second factors, confirmation, emergency access."""

from datetime import date, timedelta
from typing import Self

from pydantic import Field, model_validator

from backend.access.actions import FOUR_EYES, RIGHTS
from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording

DIRECTORY = "sign_in"


class PasswordRules(Part):
    shortest: int = Field(ge=8)
    longest: int = Field(ge=64, le=4096)
    own_letters: int = Field(ge=0)
    temporary_hours: int = Field(ge=1)
    common: frozenset[str]


class LockRules(Part):
    account_failures: int = Field(ge=1)
    address_failures: int = Field(ge=1)
    first_seconds: int = Field(ge=1)
    longest_minutes: int = Field(ge=1)
    address_forgotten_minutes: int = Field(ge=1)

    def time(self, failures: int, free: int) -> timedelta | None:
        """None while the failures are still free; then doubling with each one."""
        excess = failures - free
        if excess < 0:
            return None
        longest = timedelta(minutes=self.longest_minutes)
        return min(longest, timedelta(seconds=self.first_seconds * 2 ** min(excess, 20)))


class SessionRules(Part):
    idle_minutes: int = Field(ge=1)

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.idle_minutes)


class SecondFactorRules(Part):
    required_for: frozenset[str]
    window_steps: int = Field(ge=0, le=2)
    recovery_codes: int = Field(ge=1, le=20)


class StepUpRules(Part):
    """`also` names rights as `object.action`."""

    minutes: int = Field(ge=1)
    also: frozenset[str]

    @model_validator(mode="after")
    def _known(self) -> Self:
        unknown = self.also - {f"{obj}.{action}" for obj, action in RIGHTS}
        if unknown:
            raise ValueError(f"there is no right {', '.join(sorted(unknown))}")
        return self

    @property
    def recent(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    def asks(self, action: str, obj: str) -> bool:
        right = RIGHTS.get((obj, action))
        return right is not None and (right.requires >= FOUR_EYES or f"{obj}.{action}" in self.also)


class EmergencyRole(Part):
    wording: Wording
    open_to: frozenset[str]
    longest_minutes: int = Field(ge=1, le=24 * 60)


class EmergencyRules(Part):
    roles: dict[str, EmergencyRole]
    reasons: dict[str, Wording] = Field(min_length=1)


class SignInRules(RuleSet):
    password: PasswordRules
    lock: LockRules
    session: SessionRules
    second_factor: SecondFactorRules
    step_up: StepUpRules
    emergency: EmergencyRules


def sign_in_rules(policies: Policies, on: date) -> Loaded[SignInRules]:
    return policies.book(DIRECTORY, SignInRules).effective(on)
