"""Who stands behind an organisation: its ownership explained, and every beneficial owner identified in a case."""

from typing import Final

from backend.access.context import Context
from backend.onboarding.checks.protocol import CheckResult, answer
from backend.onboarding.dossier import Dossier
from backend.onboarding.models import CaseState
from backend.onboarding.ruleset import OnboardingRules

_WHOLE: Final = 100
_IDENTIFIED: Final = (CaseState.APPROVED.value, CaseState.APPROVED_WITH_CONDITIONS.value)


class OwnershipCheck:
    kind = "beneficial_ownership"

    async def run(self, ctx: Context, dossier: Dossier, rules: OnboardingRules) -> CheckResult:
        owners = dossier.owners
        unexplained = _WHOLE - owners.explained_per_cent
        identified = {child.party_id for child in dossier.children if child.state in _IDENTIFIED}
        waiting = [owner for owner in owners.beneficial if owner not in identified]
        lacking = [
            code
            for code, missing in (
                ("ownership_missing", owners.explained_per_cent == 0 and not owners.beneficial),
                ("ownership_unexplained", unexplained > rules.ownership.unexplained_per_cent),
                ("owner_not_identified", bool(waiting)),
            )
            if missing
        ]
        doubtful = [] if owners.beneficial else ["no_owner_above_threshold"]
        figures = {"explained_per_cent": owners.explained_per_cent, "owners": len(owners.beneficial)}
        return answer((), doubtful, lacking, waiting=len(waiting), **figures)
