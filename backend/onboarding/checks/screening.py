"""Does anybody behind the case stand on a list: the party, who owns it in the end, who acts for it.

Looked for now, on what the record and the lists say now. What a case is told are counts and codes: on which list, and
why, is for those who work on alerts (nobody tells a customer that it was noticed).
"""

from collections.abc import Collection
from typing import Final

from backend.access.context import Context
from backend.onboarding.checks.protocol import CheckResult, answer
from backend.onboarding.dossier import Dossier
from backend.onboarding.ruleset import OnboardingRules
from backend.screening import service
from backend.screening.alerts.findings import Standing, standing
from backend.screening.models import ListKind
from backend.screening.ruleset import Answer, ListRules, list_rules

_TRIGGER: Final = "onboarding"


class ScreeningCheck:
    """`politically_exposed` stands in the figures: rules of the case read it."""

    kind = "screening"

    async def run(self, ctx: Context, dossier: Dossier, rules: OnboardingRules) -> CheckResult:
        policy = list_rules(ctx).rules
        related = {tie.from_id for tie in dossier.ties if tie.to_id == dossier.party.id and tie.kind in policy.related}
        everybody = list(dict.fromkeys((dossier.party.id, *dossier.owners.beneficial, *sorted(related))))
        if not await service.ensure_screened(ctx, everybody, _TRIGGER):
            return answer((), (), ["no_list_loaded"])
        found = await standing(ctx, everybody)
        return judged(list(found.values()), policy)


def judged(found: Collection[Standing], policy: ListRules) -> CheckResult:
    """An open alert leaves the check open; a decided one answers as the rule-set says for the kind of its list."""
    codes: dict[Answer, list[str]] = {"failed": [], "referred": [], "passed": []}
    for kind in ListKind:
        if any(kind.value in one.kinds for one in found):
            codes[policy.true_match[kind]].append(f"listed_{kind.value}")
    if any(one.inconclusive for one in found):
        codes[policy.inconclusive].append("match_inconclusive")
    waiting = sum(one.open for one in found)
    figures = {"screened": len(found), "politically_exposed": any(one.politically_exposed for one in found)}
    return answer(codes["failed"], codes["referred"], ["alert_open"] if waiting else [], **figures)
