"""Is a minor represented: a guardian on record who is of age, and a paper that proves the tie."""

from typing import Final

from backend.access.context import Context
from backend.onboarding.checks.protocol import CheckResult, answer
from backend.onboarding.dossier import Dossier
from backend.onboarding.rules import acceptable
from backend.onboarding.ruleset import OnboardingRules

REQUIREMENT: Final = "guardian_document"


class GuardianCheck:
    kind = "guardian"

    async def run(self, ctx: Context, dossier: Dossier, rules: OnboardingRules) -> CheckResult:
        asked = rules.requirements.get(REQUIREMENT)
        proven = asked is not None and any(acceptable(p, asked, ctx.now.date()) for p in dossier.papers)
        lacking = [
            code
            for code, missing in (("guardian_missing", not dossier.guardians), ("guardian_unproven", not proven))
            if missing
        ]
        return answer((), (), lacking, guardians=len(dossier.guardians))
