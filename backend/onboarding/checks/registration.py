"""Does the organisation exist: a registration number or LEI of valid form, and an accepted extract of its register."""

from typing import Final

from backend.access.context import Context
from backend.customers.identifiers import REGISTRATION, Verdict
from backend.onboarding.checks.protocol import CheckResult, answer
from backend.onboarding.dossier import Dossier
from backend.onboarding.rules import acceptable
from backend.onboarding.ruleset import OnboardingRules

REQUIREMENT: Final = "register_extract"


class RegistrationCheck:
    kind = "registry"

    async def run(self, ctx: Context, dossier: Dossier, rules: OnboardingRules) -> CheckResult:
        from_rules = rules.requirements.get(REQUIREMENT)
        today = ctx.now.date()
        extract = from_rules is not None and any(acceptable(paper, from_rules, today) for paper in dossier.papers)
        numbers = [i for i in dossier.identifiers if i.field == REGISTRATION]
        lacking = [
            code for code, missing in (("number_missing", not numbers), ("extract_missing", not extract)) if missing
        ]
        invalid = any(i.verdict is Verdict.INVALID for i in numbers)
        unverified = numbers and all(i.verdict is Verdict.NO_RULE for i in numbers)
        doubtful = ["number_unverified"] if unverified else []
        return answer(["number_invalid"] if invalid else [], doubtful, lacking, numbers=len(numbers))
