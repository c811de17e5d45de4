"""Surveys as jobs: after an approved application, a closed complaint, a sale or a paid claim, and once a year."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.complaints.models import Complaint, State
from backend.holdings.models import Claim, ClaimState, Holding
from backend.onboarding.migration.migrant import PURPOSE as MIGRATED
from backend.onboarding.models import CaseState, OnboardingCase
from backend.products.models import Product, ProductVersion
from backend.products.selling.models import Sale, SaleState
from backend.servicing.feedback import service
from backend.servicing.feedback.links import Links
from backend.servicing.feedback.models import Survey
from backend.servicing.feedback.ruleset import survey_rules
from backend.servicing.feedback.service import Occasion

Follow = Callable[[Context, Links, UUID], Awaitable[Survey | None]]
_APPROVED: Final = (CaseState.APPROVED, CaseState.APPROVED_WITH_CONDITIONS)

close_expired = service.close_expired


async def after_onboarding(ctx: Context, links: Links, party_id: UUID) -> Survey | None:
    """A bank that is taken over asks nobody how its papers were moved."""
    query = select(OnboardingCase).where(
        col(OnboardingCase.party_id) == party_id,
        col(OnboardingCase.state).in_(_APPROVED),
        col(OnboardingCase.purpose) != MIGRATED,
    )
    case = (await ctx.session.scalars(query.order_by(col(OnboardingCase.decided_at).desc()))).first()
    if case is None:
        return None
    product = case.products[0] if case.products else None
    return await service.invite(
        ctx,
        links,
        Occasion(
            event="onboarding.approved",
            party_id=party_id,
            about_id=case.id,
            happened_at=case.decided_at,
            product_code=product,
            channel=case.channel,
        ),
    )


async def after_complaint(ctx: Context, links: Links, complaint_id: UUID) -> Survey | None:
    """Nobody on record has no address on record."""
    row = await ctx.session.get(Complaint, complaint_id)
    if row is None or row.party_id is None or row.state != State.CLOSED:
        return None
    return await service.invite(
        ctx,
        links,
        Occasion(
            event="complaint.closed",
            party_id=row.party_id,
            about_id=row.id,
            happened_at=row.closed_at,
            product_code=row.product_code,
            channel=row.channel,
            locale=row.locale,
        ),
    )


async def after_sale(ctx: Context, links: Links, party_id: UUID) -> Survey | None:
    """About the latest one: several in a row are one occasion."""
    query = (
        select(Sale, Product)
        .join(Product, col(Product.id) == col(Sale.product_id))
        .where(col(Sale.party_id) == party_id, col(Sale.state) == SaleState.CONFIRMED)
        .order_by(col(Sale.sold_at).desc())
        .limit(1)
    )
    found = (await ctx.session.execute(query)).first()
    if found is None:
        return None
    sale, product = found
    return await service.invite(
        ctx,
        links,
        Occasion(
            event="sale.confirmed",
            party_id=party_id,
            about_id=sale.id,
            happened_at=sale.sold_at,
            product_code=product.code,
            channel=sale.channel,
        ),
    )


async def after_claims(ctx: Context, links: Links) -> int:
    """For the schedule: how many whose claim was paid in the last days were asked. Claims come in files, without an
    event each."""
    known = survey_rules(ctx.policies, ctx.now.date()).rules
    query = (
        select(Claim, Holding, Product)
        .join(Holding, col(Holding.id) == col(Claim.holding_id))
        .join(ProductVersion, col(ProductVersion.id) == col(Holding.product_version_id))
        .join(Product, col(Product.id) == col(ProductVersion.product_id))
        .where(
            col(Claim.state) == ClaimState.PAID,
            col(Claim.settled_on) > ctx.now.date() - timedelta(days=known.fresh_days),
        )
        .order_by(col(Claim.settled_on), col(Claim.id))
    )
    asked = 0
    for claim, holding, product in (await ctx.session.execute(query)).all():
        occasion = Occasion(
            event="claim.paid",
            party_id=holding.party_id,
            about_id=claim.id,
            product_code=product.code,
            channel=holding.channel,
        )
        asked += await service.invite(ctx, links, occasion) is not None
    return asked


async def ask_daily(ctx: Context, links: Links) -> int:
    return await after_claims(ctx, links) + await service.ask_yearly(ctx, links)


FOLLOWED: Final[Mapping[str, Follow]] = {
    "feedback.onboarded": after_onboarding,
    "feedback.complained": after_complaint,
    "feedback.sold": after_sale,
}
"""Jobs about one record that send links, which the schedule knows how to sign."""
