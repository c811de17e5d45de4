"""Is the address proven: recorded, and by an accepted paper that is as recent as the rule-set demands."""

from typing import Final

from backend.access.context import Context
from backend.onboarding.checks.protocol import CheckResult, answer
from backend.onboarding.dossier import Dossier
from backend.onboarding.rules import acceptable
from backend.onboarding.ruleset import OnboardingRules

REQUIREMENT: Final = "address_proof"


class AddressCheck:
    kind = "address"

    async def run(self, ctx: Context, dossier: Dossier, rules: OnboardingRules) -> CheckResult:
        asked = rules.requirements.get(REQUIREMENT)
        today = ctx.now.date()
        proofs = (
            [] if asked is None else [p for p in dossier.papers if p.type in asked.accepts and p.status == "accepted"]
        )
        recent = [] if asked is None else [p for p in proofs if acceptable(p, asked, today)]
        lacking = [
            code
            for code, missing in (
                ("address_missing", not dossier.addresses),
                ("proof_missing", not proofs),
                ("proof_too_old", bool(proofs) and not recent),
            )
            if missing
        ]
        return answer((), (), lacking, proofs=len(recent))
