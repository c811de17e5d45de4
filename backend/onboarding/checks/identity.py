"""Is the person who they say: an identifier of possible form, an accepted and valid document, one birth date.

Which numbers carry a date of birth, and how their check digits are computed, is known to `customers.identifiers`.
"""

from datetime import date

from backend.access.context import Context
from backend.customers.identifiers import DOCUMENT, NATIONAL, TYPES, Verdict, check
from backend.onboarding.checks.protocol import CheckResult, answer
from backend.onboarding.dossier import IDENTITY_TYPES, Dossier, Identifier
from backend.onboarding.ruleset import OnboardingRules


class IdentityCheck:
    kind = "identity"

    async def run(self, ctx: Context, dossier: Dossier, rules: OnboardingRules) -> CheckResult:
        return identity(dossier, ctx.now.date())


def identity(dossier: Dossier, today: date) -> CheckResult:
    identifiers = [i for i in dossier.identifiers if i.field in {NATIONAL, DOCUMENT}]
    current = [i for i in identifiers if i.expires_on is None or i.expires_on >= today]
    papers = [p for p in dossier.papers if p.type in IDENTITY_TYPES and p.status == "accepted"]
    valid = [p for p in papers if p.expires_on is None or p.expires_on >= today]
    contradicted = [code for i in identifiers for code in _contradictions(i, dossier.birth_date)]
    lacking = [
        code
        for code, missing in (
            ("identifier_missing", not identifiers),
            ("identifier_expired", bool(identifiers) and not current),
            ("document_missing", not papers),
            ("document_expired", bool(papers) and not valid),
            ("birth_date_missing", dossier.birth_date is None),
        )
        if missing
    ]
    unverified = current and all(i.verdict is Verdict.NO_RULE for i in current)
    doubtful = ["identifier_unverified"] if unverified else []
    figures = {"identifiers": len(current), "documents": len(valid)}
    return answer(dict.fromkeys(contradicted), doubtful, lacking, **figures)


def _contradictions(identifier: Identifier, birth_date: date | None) -> list[str]:
    if identifier.verdict is Verdict.INVALID:
        return ["identifier_invalid"]
    says = check(TYPES[identifier.type], identifier.value).says if identifier.type in TYPES else None
    if says is None or says.birth_date is None or not says.certain or birth_date is None:
        return []
    return [] if says.birth_date == birth_date else ["birth_date_disagrees"]
