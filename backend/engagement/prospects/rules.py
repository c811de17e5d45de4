"""Which line of the rule-set says whose a prospect becomes: pure."""

from collections.abc import Collection

from backend.engagement.prospects.models import Source
from backend.engagement.prospects.ruleset import Assignment, ProspectRules


def assignment(
    under: ProspectRules, source: Source, campaign: str | None, region: str | None, interest: Collection[str]
) -> Assignment | None:
    """The first that fits."""
    return next((each for each in under.assignment if _fits(each, source, campaign, region, interest)), None)


def _fits(
    rule: Assignment, source: Source, campaign: str | None, region: str | None, interest: Collection[str]
) -> bool:
    return (
        (not rule.sources or source in rule.sources)
        and (not rule.campaigns or campaign in rule.campaigns)
        and (not rule.regions or region in rule.regions)
        and (not rule.products or not rule.products.isdisjoint(interest))
    )
