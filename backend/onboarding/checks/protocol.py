"""What a check is, and how codes make its answer."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from backend.access.context import Context
from backend.onboarding.dossier import Dossier
from backend.onboarding.models import CheckStatus
from backend.onboarding.ruleset import OnboardingRules


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`codes` say why; `figures` are counts and per cents beside them."""

    status: CheckStatus
    codes: tuple[str, ...] = ()
    figures: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"codes": list(self.codes), **self.figures}


class Check(Protocol):
    kind: str

    async def run(self, ctx: Context, dossier: Dossier, rules: OnboardingRules) -> CheckResult: ...


def answer(contradicted: Iterable[str], doubtful: Iterable[str], lacking: Iterable[str], **figures: Any) -> CheckResult:
    """Failed by a contradiction; referred where a person must judge; open while something is lacking; else passed."""
    failed, referred, open_ = tuple(contradicted), tuple(doubtful), tuple(lacking)
    for status, found in (
        (CheckStatus.FAILED, failed),
        (CheckStatus.OPEN, open_),
        (CheckStatus.REFERRED, referred),
    ):
        if found:
            return CheckResult(status, (*failed, *open_, *referred), figures)
    return CheckResult(CheckStatus.PASSED, (), figures)
