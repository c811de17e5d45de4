"""How risky is the customer: rated now, on everything that is known by now; every level is an answer."""

import backend.onboarding.rating_facts
import backend.onboarding.screening_facts  # noqa: F401 - both register what they tell of customers
from backend.access.context import Context
from backend.onboarding.checks.protocol import CheckResult
from backend.onboarding.dossier import Dossier
from backend.onboarding.models import CheckStatus
from backend.onboarding.ruleset import OnboardingRules
from backend.risk import queries, service
from backend.risk.models import Cause
from backend.risk.rules import percent


class RatingCheck:
    """Level and points stand in the figures: the rules of the case pick the level of due diligence by them.

    `points` are on the scale of the levels, 0 to 100.
    """

    kind = "rating"

    async def run(self, ctx: Context, dossier: Dossier, rules: OnboardingRules) -> CheckResult:
        party_id = dossier.party.id
        await service.rate(ctx, [party_id], Cause.ONBOARDING)
        row = (await queries.current(ctx, [party_id])).get(party_id)
        if row is None:
            return CheckResult(CheckStatus.OPEN, ("not_rated",))
        figures = {"level": row.level, "points": percent(row.points, row.out_of), "rating": str(row.id)}
        return CheckResult(CheckStatus.PASSED, (), figures)
