"""What the rule of contact has to know of many customers, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import col

from backend.access.context import Context
from backend.access.models import Tenant
from backend.complaints.queries import open_complaints
from backend.consent import service as consent
from backend.core.arrays import among
from backend.customers.models import Customer, Party, PartyStatus, Stage
from backend.servicing.interactions.answers import Reason
from backend.servicing.interactions.caps import Contacted
from backend.servicing.interactions.facts import Standing
from backend.servicing.interactions.models import BarKind, Channel, ContactBar, Direction, Interaction, State
from backend.servicing.interactions.queries.addresses import addresses_for
from backend.servicing.interactions.ruleset import ContactRules

COUNTED: Final = frozenset(
    {State.RECORDED, State.CLAIMED, State.STUCK, State.SENT, State.DELIVERED, State.OPENED, State.BOUNCED}
)
"""Messages that went out or of which nobody knows better, and calls that were made."""
_STATUS: Final = {PartyStatus.MERGED.value: Reason.MERGED, PartyStatus.SHREDDED.value: Reason.ERASED}
_BARS: Final = {BarKind.DECEASED.value: Reason.DECEASED, BarKind.NO_CONTACT.value: Reason.NO_CONTACT}


async def standings(
    ctx: Context, rules: ContactRules, party_ids: Collection[UUID], processing: str | None
) -> dict[UUID, Standing]:
    """For contact that rests on this purpose of processing; whatever the actor may see of them.

    Of a party that is not on record, that there is nobody.
    """
    ids = set(party_ids)
    if not ids:
        return {}
    parties, bars = await _parties(ctx, ids), await _bars(ctx, ids)
    bases = await _bases(ctx, rules, ids, processing)
    addresses = await addresses_for(ctx, rules, ids)
    past = await _past(ctx, rules, ids)
    complaining = await open_complaints(ctx, ids)
    house = await _jurisdiction(ctx)
    found = {}
    for party_id in ids:
        party = parties.get(party_id, _Party())
        country = party.country or house
        found[party_id] = Standing(
            zones=rules.zones_of(country),
            country=country,
            never=party.never | bars.get(party_id, frozenset()),
            held=frozenset({Reason.COMPLAINT}) if party_id in complaining else frozenset(),
            former=party.former,
            bases=bases.get(party_id, {}),
            addresses=addresses.get(party_id, {}),
            past=past.get(party_id, ()),
        )
    return found


@dataclass(frozen=True, slots=True)
class _Party:
    never: frozenset[Reason] = frozenset({Reason.ERASED})
    former: bool = False
    country: str | None = None


async def _parties(ctx: Context, ids: Collection[UUID]) -> dict[UUID, _Party]:
    query = (
        select(col(Party.id), col(Party.status), col(Party.country), col(Customer.stage))
        .outerjoin(Customer, col(Customer.party_id) == col(Party.id))
        .where(among(col(Party.id), ids))
    )
    return {
        party_id: _Party(frozenset({_STATUS[status]} if status in _STATUS else ()), stage == Stage.EXITED, country)
        for party_id, status, country, stage in await ctx.session.execute(query)
    }


async def _jurisdiction(ctx: Context) -> str:
    return str(await ctx.session.scalar(select(col(Tenant.jurisdiction)).where(col(Tenant.id) == ctx.actor.tenant_id)))


def heir() -> Any:
    """The party under which a record counts: what was merged counts with the one that it became."""
    return func.coalesce(col(Party.merged_into_id), col(Party.id))


def _counting(ids: Collection[UUID]) -> tuple[ColumnElement[bool], ...]:
    """Which parties' records count with these; each half of the first condition has an index, the second has none."""
    return or_(among(col(Party.id), ids), among(col(Party.merged_into_id), ids)), among(heir(), ids)


async def _bars(ctx: Context, ids: Collection[UUID]) -> dict[UUID, frozenset[Reason]]:
    query = (
        select(heir(), col(ContactBar.kind))
        .join(Party, col(Party.id) == col(ContactBar.party_id))
        .where(*_counting(ids), col(ContactBar.until).is_(None))
    )
    found: dict[UUID, set[Reason]] = defaultdict(set)
    for party_id, kind in await ctx.session.execute(query):
        found[party_id].add(_BARS[kind])
    return {party_id: frozenset(reasons) for party_id, reasons in found.items()}


async def _bases(
    ctx: Context, rules: ContactRules, ids: Collection[UUID], processing: str | None
) -> dict[UUID, Mapping[Channel, Reason]]:
    """What the legal basis says against each channel."""
    if processing is None:
        return {}
    found: dict[UUID, dict[Channel, Reason]] = defaultdict(dict)
    decided = await consent.allowed_by(ctx, ids, processing, {rule.consent for rule in rules.channels.values()})
    for channel, rule in rules.channels.items():
        for party_id, decision in decided[rule.consent].items():
            if not decision.allowed:
                found[party_id][channel] = Reason(decision.reason.value)
    return dict(found)


async def _past(ctx: Context, rules: ContactRules, ids: Collection[UUID]) -> dict[UUID, list[Contacted]]:
    at = func.coalesce(col(Interaction.sent_at), col(Interaction.claimed_at), col(Interaction.happened_at))
    query = (
        select(heir(), at, col(Interaction.purpose), col(Interaction.channel))
        .join(Party, col(Party.id) == col(Interaction.party_id))
        .where(
            *_counting(ids),
            col(Interaction.direction) == Direction.OUTBOUND,
            col(Interaction.purpose).is_not(None),
            col(Interaction.state).in_(COUNTED),
            at > ctx.now - timedelta(days=rules.longest_cap_days),
        )
    )
    found: dict[UUID, list[Contacted]] = defaultdict(list)
    for party_id, instant, purpose, channel in await ctx.session.execute(query):
        found[party_id].append(Contacted(instant, purpose, Channel(channel)))
    return dict(found)
