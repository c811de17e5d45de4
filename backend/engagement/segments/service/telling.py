"""What segments are called, and why somebody moved, in the reader's words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from backend.access.context import Context
from backend.core.i18n import translate
from backend.engagement.failures import failure_told
from backend.engagement.segments import rules
from backend.engagement.segments.models import Scheme, SegmentClustering, SegmentRun
from backend.engagement.segments.rules import Crossed
from backend.engagement.segments.ruleset import segment_rules
from backend.engagement.segments.service.grouping import traits
from risk_models.clusters import Trait

_FAILED = "It ended by a fault; the server's log says which."
_DEGREES: Mapping[int, str] = {
    2: "{fact}: far above average",
    1: "{fact}: above average",
    -1: "{fact}: below average",
    -2: "{fact}: far below average",
}
FACT_WORDS: Mapping[str, str] = {
    "kind": "kind of customer",
    "stage": "stage",
    "channel": "channel",
    "risk_level": "risk level",
    "region": "region",
    "products": "products",
    "balance_minor": "balance",
    "balance_3m_ago_minor": "balance three months ago",
    "balance_12m_ago_minor": "balance a year ago",
    "inflow_3m_minor": "money coming in within three months",
    "inflow_prev_3m_minor": "money coming in within the three months before",
    "outflow_3m_minor": "money going out within three months",
    "movements_3m": "movements within three months",
    "movements_prev_3m": "movements within the three months before",
    "months_inactive": "months without a movement",
    "tenure_months": "months with us",
    "premiums_missed": "premiums missed",
    "claims_12m": "claims within a year",
    "complaints_open": "open complaints",
    "complaints_12m": "complaints within a year",
    "competitor_paid_3m_minor": "payments to competitors within three months",
    "churn": "chance of leaving",
    "value": "lifetime value",
    "activity": "chance of being active",
}


@dataclass(frozen=True, slots=True)
class Told:
    code: str
    name: str
    purpose: str


def told(ctx: Context, scheme: Scheme, codes: Iterable[str], grouping: SegmentClustering | None) -> dict[str, Told]:
    """Names of segments; a group is named by what stands out in it, and one of an older grouping by its code."""
    if scheme is Scheme.RULES:
        return {code: _by_rule(ctx, code) for code in codes}
    found = {} if grouping is None else traits(grouping)
    return {code: _by_centre(ctx, code, found.get(code, ())) for code in codes}


def flows_told(run: SegmentRun) -> list[tuple[str, str, int]]:
    """Moves between segments, newcomers left out."""
    return [(each["from"], each["to"], each["count"]) for each in run.flows if each["from"] != rules.NOWHERE]


def outside(run: SegmentRun) -> int:
    """Of a run by groups, how many the grouping does not compare."""
    return run.sizes.get(rules.OUTSIDE, 0)


def arrivals_told(run: SegmentRun) -> list[tuple[str, int]]:
    """Of whoever was in no segment before."""
    return [(each["to"], each["count"]) for each in run.flows if each["from"] == rules.NOWHERE]


def whys(content: bytes) -> tuple[Crossed, ...]:
    return rules.from_json(content)


def failure_words(locale: str, kept: str) -> str:
    """Why a run or a search failed."""
    return failure_told(locale, kept, _FAILED)


def _by_rule(ctx: Context, code: str) -> Told:
    segment = segment_rules(ctx.policies, ctx.now.date()).rules.segment(code)
    if segment is None:
        return Told(code, code.replace("_", " ").capitalize(), "")
    return Told(code, segment.wording.text(ctx.actor.locale), segment.purpose.text(ctx.actor.locale))


def _by_centre(ctx: Context, code: str, striking: tuple[Trait, ...]) -> Told:
    locale, number = ctx.actor.locale, code.rpartition("_")[2]
    if code == rules.OUTSIDE:
        return Told(code, translate(locale, "Outside the grouping"), translate(locale, "not among those it compares"))
    words = [
        translate(locale, _DEGREES[each.degree], fact=translate(locale, FACT_WORDS[each.feature])) for each in striking
    ]
    name = translate(locale, "Group {number}", number=number)
    separator = "；" if locale == "zh_CN" else "; "
    return Told(code, name, separator.join(words) or translate(locale, "like the average customer"))
