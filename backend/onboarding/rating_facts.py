"""What rating learns from the processes and subjects that meet here: the case, the holdings, who owns the customer."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select

from backend.access.context import Context
from backend.customers.models import Customer, Party, PartyKind
from backend.holdings.models import Account, AccountHolder, Card, HolderRole, Loan
from backend.onboarding.models import OnboardingCase
from backend.onboarding.owners import owners_of
from backend.risk.facts import register
from backend.risk.record import months_between
from backend.risk.rules import Offered


class RelationshipFacts:
    """`products` are those held and those applied for; `months_known` counts from the oldest tie to the customer."""

    name: str = "relationship"

    async def facts(self, ctx: Context, party_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Offered]]:
        cases, products = await _cases(ctx, party_ids), await _products(ctx, party_ids)
        since = await _since(ctx, party_ids)
        found: dict[UUID, dict[str, Offered]] = defaultdict(dict)
        for party_id in party_ids:
            case = cases.get(party_id)
            held = products.get(party_id, set()) | set(case.products if case is not None else ())
            known_since = since.get(party_id)
            found[party_id] = {
                "channel": None if case is None else case.channel,
                "products": frozenset(held) or None,
                "months_known": None if known_since is None else months_between(known_since, ctx.now.date()),
            }
        return found


class OwnershipFacts:
    """Layers and countries above an organisation; nothing is claimed where no owner is recorded."""

    name: str = "ownership"

    async def facts(self, ctx: Context, party_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Offered]]:
        firms = select(Party).where(col(Party.id).in_(party_ids), Party.kind == PartyKind.ORGANISATION)
        found = {}
        for party in (await ctx.session.scalars(firms)).all():
            owners = await owners_of(ctx, party)
            if owners.explained_per_cent or owners.beneficial:
                found[party.id] = {
                    "ownership_layers": owners.layers,
                    "owner_countries": owners.countries or None,
                    "nationalities": owners.countries or None,
                }
        return found


async def _cases(ctx: Context, party_ids: Sequence[UUID]) -> dict[UUID, OnboardingCase]:
    """The newest case of each."""
    query = (
        select(OnboardingCase)
        .where(col(OnboardingCase.party_id).in_(party_ids))
        .ext(distinct_on(col(OnboardingCase.party_id)))
        .order_by(col(OnboardingCase.party_id), col(OnboardingCase.opened_at).desc(), col(OnboardingCase.id).desc())
    )
    return {case.party_id: case for case in await ctx.session.scalars(query)}


async def _products(ctx: Context, party_ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    """Open accounts that the party holds in any role, its cards, and loans on accounts that it owns."""
    account, holder = col(Account.id), col(AccountHolder.account_id)
    held: Any = sql_select(col(AccountHolder.party_id), col(Account.product)).join(AccountHolder, holder == account)
    held = held.where(col(AccountHolder.party_id).in_(party_ids), col(Account.closed_on).is_(None))
    cards = sql_select(col(Card.party_id)).where(col(Card.party_id).in_(party_ids)).distinct()
    loans = sql_select(col(AccountHolder.party_id)).join(Loan, col(Loan.account_id) == holder).distinct()
    loans = loans.where(col(AccountHolder.party_id).in_(party_ids), col(AccountHolder.role) == HolderRole.OWNER.value)
    found: dict[UUID, set[str]] = defaultdict(set)
    for party_id, product in (await ctx.session.execute(held)).all():
        found[party_id].add(product)
    for code, query in (("card", cards), ("loan", loans)):
        for party_id in await ctx.session.scalars(query):
            found[party_id].add(code)
    return found


async def _since(ctx: Context, party_ids: Sequence[UUID]) -> dict[UUID, date]:
    """The oldest account, or the day the relationship was activated."""
    opened = func.min(col(Account.opened_on))
    accounts: Any = sql_select(col(AccountHolder.party_id), opened).join(
        Account, col(Account.id) == col(AccountHolder.account_id)
    )
    accounts = accounts.where(col(AccountHolder.party_id).in_(party_ids)).group_by(col(AccountHolder.party_id))
    found: dict[UUID, date] = {row[0]: row[1] for row in await ctx.session.execute(accounts)}
    active = select(Customer.party_id, Customer.activated_at).where(col(Customer.party_id).in_(party_ids))
    for party_id, at in (await ctx.session.execute(active)).all():
        if at is not None:
            found[party_id] = min(at.date(), found.get(party_id, at.date()))
    return found


register(RelationshipFacts())
register(OwnershipFacts())
