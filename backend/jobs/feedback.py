"""Surveys as jobs: after an approved application, a closed complaint, a sale or a paid claim, and once a year."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.complaints.models import Complaint, State
from backend.holdings import queries as holdings
from backend.onboarding import queries as onboarding
from backend.onboarding.migration.migrant import PURPOSE as MIGRATED
from backend.onboarding.models import CaseState
from backend.product_reviews import service as product_reviews
from backend.product_reviews.models import ProductTrigger
from backend.product_reviews.service.opening import Signal
from backend.products import queries as products
from backend.products.selling import queries as selling
from backend.products.selling.models import SaleState
from backend.servicing.feedback import service
from backend.servicing.feedback.concerns import Concerned
from backend.servicing.feedback.links import Links
from backend.servicing.feedback.models import Survey, SurveyKind
from backend.servicing.feedback.ruleset import survey_rules
from backend.servicing.feedback.service import Occasion

Follow = Callable[[Context, Links, UUID], Awaitable[Survey | None]]
_APPROVED: Final = (CaseState.APPROVED, CaseState.APPROVED_WITH_CONDITIONS)

close_expired = service.close_expired


async def after_onboarding(ctx: Context, links: Links, party_id: UUID) -> Survey | None:
    """A bank that is taken over asks nobody how its papers were moved."""
    cases = (await onboarding.cases_by_parties(ctx, [party_id])).get(party_id, [])
    case = next((each for each in cases if each.state in _APPROVED and each.purpose != MIGRATED), None)
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
    sales = (await selling.of_parties(ctx, [party_id])).get(party_id, [])
    sale = next((each for each in sales if each.state == SaleState.CONFIRMED), None)
    if sale is None:
        return None
    product = (await products.by_ids(ctx, [sale.product_id]))[sale.product_id]
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
    paid = await holdings.paid_claims(ctx, ctx.now.date() - timedelta(days=known.fresh_days))
    versions = await products.versions_by_ids(ctx, {holding.product_version_id for _, holding in paid})
    of_product = await products.by_ids(ctx, {version.product_id for version in versions.values()})
    asked = 0
    for claim, holding in paid:
        occasion = Occasion(
            event="claim.paid",
            party_id=holding.party_id,
            about_id=claim.id,
            product_code=of_product[versions[holding.product_version_id].product_id].code,
            channel=holding.channel,
        )
        asked += await service.invite(ctx, links, occasion) is not None
    return asked


async def ask_daily(ctx: Context, links: Links) -> int:
    return await after_claims(ctx, links) + await service.ask_yearly(ctx, links)


async def look_at_products(ctx: Context) -> int:
    """Products whose customers are not content are reviewed, each survey of a month once; how many."""
    found, today = await service.discontent(ctx), ctx.now.date()
    known = await products.by_codes(ctx, {each.product_code for each in found})
    for each in found:
        if (product := known.get(each.product_code)) is not None:
            source = f"{each.survey} {today:%Y-%m}"
            signal = Signal(ProductTrigger.LOW_SATISFACTION, source, today, _figures(each))
            await product_reviews.note(ctx, product, [signal])
    return len({each.product_code for each in found})


def _figures(each: Concerned) -> dict[str, str | int]:
    unit = " %" if each.kind is SurveyKind.CSAT else ""
    values = {"score": each.score.value, "low": each.score.low, "high": each.score.high, "expected": each.below}
    return {"measure": each.kind, "answers": each.answers, **{name: f"{value}{unit}" for name, value in values.items()}}


FOLLOWED: Final[Mapping[str, Follow]] = {
    "feedback.onboarded": after_onboarding,
    "feedback.complained": after_complaint,
    "feedback.sold": after_sale,
}
"""Jobs about one record that send links, which the schedule knows how to sign."""
