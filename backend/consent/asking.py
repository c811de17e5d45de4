"""May data be used for a purpose? The question that every use of data asks, of some parties or of everybody."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from backend.access.context import Context
from backend.consent import queries, rules
from backend.consent.errors import PurposeUnknown
from backend.consent.models import ANY_CHANNEL
from backend.consent.queries import Record
from backend.consent.rules import Decision, Reason
from backend.consent.rulesets import Basis, Purpose, Purposes, purposes_on
from backend.customers.models import PartyStatus


async def allowed(
    ctx: Context, party_ids: Collection[UUID], purpose: str, channel: str = ANY_CHANNEL, on: date | None = None
) -> dict[UUID, Decision]:
    """May data of these parties be used for the purpose on that day (today)? One query. Raises PurposeUnknown."""
    return (await allowed_by(ctx, party_ids, purpose, [channel], on))[channel]


async def allowed_by(
    ctx: Context, party_ids: Collection[UUID], purpose: str, channels: Collection[str], on: date | None = None
) -> dict[str, dict[UUID, Decision]]:
    """`allowed` for each of the channels, still by one query."""
    day = on or ctx.now.date()
    rule = purpose_of(purposes_on(ctx.policies, day).rules, purpose)
    record = await queries.recorded(ctx, party_ids, purpose, list({*channels, ANY_CHANNEL}), day)
    return {channel: _decided(purpose, rule, record, channel, day) for channel in channels}


def _decided(name: str, purpose: Purpose, record: Record, channel: str, day: date) -> dict[UUID, Decision]:
    ground = purpose.ground(record.jurisdiction)
    erased = Decision(False, Reason.ERASED, ground.basis, ground.article)
    unknown = rules.decide(name, purpose, record.jurisdiction, (), (), channel, day)
    decisions = {}
    for party_id, found in record.parties.items():
        if found.status in {None, PartyStatus.SHREDDED}:
            decisions[party_id] = erased
        elif not found.acts and not found.limits:
            decisions[party_id] = unknown
        else:
            decided = rules.decide(name, purpose, record.jurisdiction, found.acts, found.limits, channel, day)
            decisions[party_id] = decided
    return decisions


@dataclass(frozen=True, slots=True)
class Throughout:
    """A purpose over a whole portfolio: data of everybody may be used for it, or of nobody, but for those `apart`."""

    allowed: bool
    apart: frozenset[UUID]


async def throughout(ctx: Context, purpose: str, party_ids: Collection[UUID] | None = None) -> Throughout:
    """`allowed` for everybody at once, or for these; what reads it leaves out whoever is not on record any more.

    Raises PurposeUnknown.
    """
    day = ctx.now.date()
    rule = purpose_of(purposes_on(ctx.policies, day).rules, purpose)
    house = await queries.jurisdiction(ctx)
    usual = rules.decide(purpose, rule, house, (), (), ANY_CHANNEL, day).allowed
    acts = rule.ground(house).basis is Basis.CONSENT
    apart = {
        party_id
        async for party_id, found in queries.recorded_throughout(ctx, purpose, day, party_ids, acts=acts)
        if rules.decide(purpose, rule, house, found.acts, found.limits, ANY_CHANNEL, day).allowed is not usual
    }
    return Throughout(usual, frozenset(apart))


def purpose_of(rules_: Purposes, name: str) -> Purpose:
    if name not in rules_.purposes:
        raise PurposeUnknown(field="purpose", purpose=name, known=", ".join(rules_.purposes))
    return rules_.purposes[name]
