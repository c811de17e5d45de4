"""What a screening found of one party, turned into alerts: the one way in for whoever compares.

An alert is one pair of customer and list entry. A finding opens it, leaves it as it is, is suppressed by what was
decided on the same facts before (and counted, so that it can be seen), or reopens it because one side changed.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from backend.access.context import Context
from backend.screening.alerts import carrying, events, explanation, queries
from backend.screening.alerts.explanation import Explanation
from backend.screening.alerts.memory import Treatment
from backend.screening.alerts.models import DECIDED, ScreeningAlert
from backend.screening.alerts.queries import Standing, parties_alerted, standing
from backend.screening.alerts.recording import Finding, Pair, Screening, lapse, list_of, open_, portions, see, see_again
from backend.screening.alerts.ruleset import in_force

__all__ = [
    "Finding",
    "Recorded",
    "Standing",
    "entries_removed",
    "parties_alerted",
    "percent",
    "record_findings",
    "standing",
]


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many findings went which way; `obsolete` counts open alerts of which this screening found no trace."""

    opened: int = 0
    suppressed: int = 0
    reopened: int = 0
    unchanged: int = 0
    obsolete: int = 0


def percent(score: float) -> int:
    """A match's score as findings carry it."""
    return round(100 * score)


async def record_findings(
    ctx: Context,
    party_id: UUID,
    facts_digest: bytes,
    findings: Sequence[Finding],
    *,
    trigger: str,
    versions: Mapping[UUID, UUID],
    compared: Collection[Pair] | None = None,
) -> Recorded:
    """Idempotent. Part of a use case on the party, whose right was required there.

    `versions` names the version of each list (list id → version id) that was screened against. `compared` names the
    entries (list id, ref) that were compared; None: all entries of the lists in `versions`. Open alerts of the party
    on compared entries that are not among the findings become obsolete. Give every match that is an alert, remembered
    ones too: suppressing is decided here. `trigger` is a code (onboarding, party_changed, list_version, rescan …).
    """
    await carrying.carry_over(ctx, party_id)
    known = {(alert.list_id, alert.entity_ref): alert for alert in await queries.of_party(ctx, party_id)}
    if not known and not findings:
        return Recorded()
    await ctx.vault.load([party_id])
    screening = Screening(ctx, party_id, facts_digest, trigger, versions, in_force(ctx))
    merges = await queries.merges_to_look_at(ctx, party_id)
    decided = await _decided_on(ctx, known.values()) if merges else {}
    found = {one.pair: see(screening, one, known.get(one.pair), decided.get(one.pair)) for one in findings}
    await open_(screening, [seen for seen in found.values() if seen.alert is None])
    await see_again(screening, [seen for seen in found.values() if seen.alert is not None])
    gone = [alert for pair, alert in known.items() if pair not in found and _compared(pair, versions, compared)]
    obsolete = await lapse(ctx, gone, "no_longer_alike")
    if compared is None:
        await carrying.looked_at(ctx, merges)
    counts = Counter(seen.how for seen in found.values())
    if counts[Treatment.OPENED] or counts[Treatment.REOPENED]:
        await events.alerted(ctx, party_id)
    return Recorded(
        opened=counts[Treatment.OPENED],
        suppressed=counts[Treatment.SUPPRESSED],
        reopened=counts[Treatment.REOPENED],
        unchanged=counts[Treatment.UNCHANGED],
        obsolete=len(obsolete),
    )


async def entries_removed(ctx: Context, list_id: UUID, refs: Collection[str], version_id: UUID) -> int:
    """The entries left their list: open alerts on them become obsolete, decided ones are no longer listed.

    How many alerts were touched. Idempotent.
    """
    touched = await queries.on_entries(ctx, list_id, refs)
    for subject, part in portions(touched, list_of):
        async with ctx.audit("screening.alert.delist", subject):
            for alert in part:
                alert.listed, alert.list_version_id, alert.seen_at = False, version_id, ctx.now
    await lapse(ctx, touched, "entry_removed")
    for party_id in dict.fromkeys(alert.party_id for alert in touched if alert.confirmed):
        await events.unmatched(ctx, party_id)
    return len(touched)


async def _decided_on(ctx: Context, alerts: Collection[ScreeningAlert]) -> dict[Pair, Explanation]:
    """What the comparisons said that decisions rest on; the party's key is open."""
    of = {alert.id: (alert.list_id, alert.entity_ref or "") for alert in alerts if alert.state in DECIDED}
    kept = await queries.comparisons_of(ctx, of)
    place = ("screening_comparison", "explanation")
    return {
        of[row.id]: explanation.read(ctx.vault.open(*place, row.id, row.party_id, row.explanation))
        for row in kept.values()
    }


def _compared(pair: tuple[UUID, str | None], versions: Mapping[UUID, UUID], compared: Collection[Pair] | None) -> bool:
    return pair[0] in versions if compared is None else pair in compared
