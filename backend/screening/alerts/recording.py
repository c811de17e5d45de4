"""How findings are written: alerts opened, seen again, reopened, lapsed; each write under an entry that says why.

The entries are about the list, never about the party: the trail of a customer is read by people who must not learn
that there is an alert.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, TypeVar
from uuid import UUID

from backend.access.context import Context
from backend.audit.trail import Subject
from backend.core.ids import new_id
from backend.core.rulesets import Loaded
from backend.screening.alerts import events, explanation, queries, rules
from backend.screening.alerts.explanation import Explanation
from backend.screening.alerts.memory import Known, Sides, Treatment, treat
from backend.screening.alerts.models import AlertState, ScreeningAlert, ScreeningComparison
from backend.screening.alerts.positions import apply, position
from backend.screening.alerts.ruleset import AlertRules
from backend.screening.matching.compare import Match

T = TypeVar("T")
Pair = tuple[UUID, str]
_ROWS_AN_ENTRY: Final = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """`score` in per cent, 0 to 100; `comparison` is the match that made it an alert."""

    list_id: UUID
    list_code: str
    list_kind: str
    entity_ref: str
    entity_digest: str
    score: int
    comparison: Match

    @property
    def pair(self) -> Pair:
        return self.list_id, self.entity_ref


@dataclass(frozen=True, slots=True)
class Screening:
    """One screening of one party, under the rule-set in force."""

    ctx: Context
    party_id: UUID
    facts_digest: bytes
    trigger: str
    versions: Mapping[UUID, UUID]
    loaded: Loaded[AlertRules]

    @property
    def sha256(self) -> str:
        return self.loaded.sha256


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding beside what is on record of its pair, and what that means."""

    finding: Finding
    sides: Sides
    version_id: UUID
    alert: ScreeningAlert | None
    how: Treatment

    @property
    def stale(self) -> bool:
        """What is on record is not what was seen now."""
        alert = self.alert
        return alert is not None and (
            not alert.listed or alert.entity_digest != self.finding.entity_digest or sides(alert) != self.sides
        )

    @property
    def noteworthy(self) -> bool:
        """A suppressed pair is counted once for each version of its list and each state of its sides."""
        if self.how is Treatment.SUPPRESSED and self.alert is not None:
            return self.stale or self.alert.list_version_id != self.version_id
        return self.how is Treatment.UNCHANGED and self.stale


def sides(alert: ScreeningAlert) -> Sides:
    return Sides(alert.facts_digest, alert.material_digest)


def see(
    screening: Screening, finding: Finding, alert: ScreeningAlert | None, decided: Explanation | None = None
) -> Seen:
    """`decided` is what the decision on the pair rests on, given where the customer's record took another in since."""
    material = explanation.material_digest(finding.comparison.entity, screening.loaded.rules.material)
    seen = Sides(screening.facts_digest, material)
    merged = decided is not None and explanation.adds_nothing(finding.comparison, decided)
    known = None if alert is None else Known(AlertState(alert.state), sides(alert), alert.remembered_until, merged)
    how = treat(known, seen, screening.ctx.now.date())
    return Seen(finding, seen, screening.versions[finding.list_id], alert, how)


async def open_(screening: Screening, fresh: Sequence[Seen]) -> None:
    ctx = screening.ctx
    for subject, part in portions(fresh, _list_of_seen):
        async with ctx.audit("screening.alert.open", subject, reason=screening.trigger, ruleset=screening.sha256):
            alerts = [_alert(screening, seen) for seen in part]
            ctx.session.add_all(alerts)
            await ctx.session.flush()
            ctx.session.add_all(
                ScreeningComparison(
                    id=alert.id,
                    tenant_id=ctx.actor.tenant_id,
                    party_id=screening.party_id,
                    explanation=_sealed(screening, alert.id, seen.finding),
                )
                for alert, seen in zip(alerts, part, strict=True)
            )


async def see_again(screening: Screening, known: Sequence[Seen]) -> None:
    """Nothing is written of pairs that look as they did. What is reopened has an entry of its own, which says why."""
    ctx = screening.ctx
    changed = [(seen, seen.alert) for seen in known if seen.alert is not None and _is_news(seen)]
    kept = await queries.comparisons_of(ctx, [alert.id for _, alert in changed])
    for seen, alert in (pair for pair in changed if pair[0].how is Treatment.REOPENED):
        why = _why(seen, alert)
        async with ctx.audit(
            "screening.alert.reopen", (queries.OBJECT, alert.id), reason=why, ruleset=screening.sha256
        ):
            apply(alert, rules.reopen(position(alert)))
            alert.opened_at, alert.cause, alert.suppressed = ctx.now, why, 0
            _refresh(screening, seen, alert, kept[alert.id])
    rest = [pair for pair in changed if pair[0].how is not Treatment.REOPENED]
    for subject, part in portions(rest, lambda pair: pair[1].list_id):
        async with ctx.audit("screening.alert.refresh", subject, reason=screening.trigger, ruleset=screening.sha256):
            for seen, alert in part:
                _note(screening, seen, alert)
                _refresh(screening, seen, alert, kept[alert.id])


async def lapse(ctx: Context, alerts: Collection[ScreeningAlert], why: str) -> list[ScreeningAlert]:
    """Those of the alerts that nobody has decided become obsolete; which they were."""
    active = [alert for alert in alerts if AlertState(alert.state) in rules.FROM[rules.Verb.LAPSE]]
    for subject, part in portions(active, list_of):
        async with ctx.audit("screening.alert.lapse", subject, reason=why):
            for alert in part:
                apply(alert, rules.lapse(position(alert)))
                alert.cause = why
    for alert in active:
        await events.settled(ctx, alert)
    return active


def portions(items: Collection[T], list_of: Callable[[T], UUID]) -> Iterator[tuple[Subject, list[T]]]:
    """By list, as many at a time as one entry of the log has room for."""
    for list_id, of_list in groupby(sorted(items, key=list_of), key=list_of):
        rest = list(of_list)
        for start in range(0, len(rest), _ROWS_AN_ENTRY):
            yield ("screening_list", list_id), rest[start : start + _ROWS_AN_ENTRY]


def list_of(alert: ScreeningAlert) -> UUID:
    return alert.list_id


def _list_of_seen(seen: Seen) -> UUID:
    return seen.finding.list_id


def _is_news(seen: Seen) -> bool:
    return seen.how is Treatment.REOPENED or seen.noteworthy


def _why(seen: Seen, alert: ScreeningAlert) -> str:
    if alert.state == AlertState.OBSOLETE:
        return "found_again"
    if alert.facts_digest != seen.sides.facts:
        return "customer_changed"
    return "entry_changed" if alert.material_digest != seen.sides.material else "expired"


def _note(screening: Screening, seen: Seen, alert: ScreeningAlert) -> None:
    """A suppressed pair is counted; a proposal on facts that have changed falls."""
    if seen.how is Treatment.SUPPRESSED:
        alert.suppressed += 1
        alert.suppressed_at = screening.ctx.now
    elif alert.proposal is not None and sides(alert) != seen.sides:
        apply(alert, rules.void(position(alert)))


def _alert(screening: Screening, seen: Seen) -> ScreeningAlert:
    finding, now = seen.finding, screening.ctx.now
    kind = screening.loaded.rules.kinds[finding.list_kind]
    return ScreeningAlert(
        id=new_id(),
        tenant_id=screening.ctx.actor.tenant_id,
        party_id=screening.party_id,
        list_id=finding.list_id,
        list_code=finding.list_code,
        list_kind=finding.list_kind,
        list_version_id=seen.version_id,
        entity_ref=finding.entity_ref,
        entity_digest=finding.entity_digest,
        material_digest=seen.sides.material,
        facts_digest=seen.sides.facts,
        score=finding.score,
        strength=explanation.strength(finding.comparison),
        severity=kind.severity(finding.score),
        four_eyes=kind.four_eyes(finding.score),
        cause=screening.trigger,
        opened_at=now,
        seen_at=now,
    )


def _refresh(screening: Screening, seen: Seen, alert: ScreeningAlert, kept: ScreeningComparison) -> None:
    """What was decided keeps the score it was decided at; everything else is as seen now."""
    finding = seen.finding
    if seen.how is not Treatment.SUPPRESSED:
        kind = screening.loaded.rules.kinds[finding.list_kind]
        alert.score, alert.strength = finding.score, explanation.strength(finding.comparison)
        alert.severity, alert.four_eyes = kind.severity(finding.score), kind.four_eyes(finding.score)
    alert.list_code, alert.list_kind, alert.listed = finding.list_code, finding.list_kind, True
    alert.list_version_id, alert.seen_at = seen.version_id, screening.ctx.now
    alert.entity_digest, alert.material_digest = finding.entity_digest, seen.sides.material
    alert.facts_digest = seen.sides.facts
    kept.explanation = _sealed(screening, alert.id, finding)


def _sealed(screening: Screening, alert_id: UUID, finding: Finding) -> bytes:
    text = explanation.document(finding.comparison)
    return screening.ctx.vault.seal("screening_comparison", "explanation", alert_id, screening.party_id, text)
