"""What stands against selling to a customer, gathered from the floors that know it and wired once a process.

Who sells is told a code alone. An alert of screening is never told as such: nobody may learn that there is one.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.complaints.queries import open_complaints
from backend.consent import queries as consents
from backend.consent.models import LimitKind
from backend.customers.models import Stage
from backend.customers.queries import stages_of
from backend.product_reviews.queries.reviews import closed_channels
from backend.products.selling import closures
from backend.products.selling.bars import register
from backend.products.selling.rules import Bar
from backend.reviews.queries import reviews
from backend.reviews.ruleset import review_rules
from backend.screening.alerts.findings import Standing, standing
from backend.screening.models import ListKind

KYC: Final = "kyc"
_NOT_APPROVED: Final = Bar("kyc.not_approved")
_EXITED: Final = Bar("customer.exited")
_HELD: Final = Bar("compliance.hold")
_RESTRICTED: Final = Bar("processing.restricted")
_COMPLAINS: Final = Bar("complaint.open")
_NOT_YET: Final = (Stage.PROSPECT.value, Stage.ONBOARDING.value)
Found = Mapping[UUID, Sequence[Bar]]


async def approved(ctx: Context, party_ids: Collection[UUID]) -> Found:
    """Whoever has no relationship that was approved, or had one."""
    stages = await stages_of(ctx, party_ids)
    return {party_id: _standing_of(stages.get(party_id)) for party_id in party_ids}


def _standing_of(stage: str | None) -> tuple[Bar, ...]:
    if stage is None or stage in _NOT_YET:
        return (_NOT_APPROVED,)
    return (_EXITED,) if stage == Stage.EXITED else ()


async def screened(ctx: Context, party_ids: Collection[UUID]) -> Found:
    """An alert that waits, one in doubt, or a match with a sanctions list."""
    found = await standing(ctx, list(party_ids))
    return {party_id: (_HELD,) for party_id, one in found.items() if _held(one)}


def _held(one: Standing) -> bool:
    return bool(one.open) or bool(one.inconclusive) or ListKind.SANCTIONS.value in one.kinds


async def reviewed(ctx: Context, party_ids: Collection[UUID]) -> Found:
    """Measures of late reviews and of decided ones, with the kinds of product that each is about."""
    measures = review_rules(ctx.policies, ctx.now.date()).rules.measures
    found = await reviews.restrictions_of(ctx, party_ids)
    return {
        party_id: [
            Bar("review.restriction", measures[row.measure].products if row.measure in measures else frozenset())
            for row in rows
        ]
        for party_id, rows in found.items()
    }


async def processed(ctx: Context, party_ids: Collection[UUID]) -> Found:
    """A restriction of processing (GDPR art. 18): data is kept, and not used to sell."""
    found = await consents.limits(ctx, party_ids)
    return {
        party_id: (_RESTRICTED,)
        for party_id, rows in found.items()
        if any(row.kind == LimitKind.RESTRICTION for row in rows)
    }


async def complained(ctx: Context, party_ids: Collection[UUID]) -> Found:
    """Whoever complains and has no answer yet is sold nothing."""
    return dict.fromkeys(await open_complaints(ctx, party_ids), (_COMPLAINS,))


register(KYC, approved)
register("screening", screened)
register("reviews", reviewed)
register("consent", processed)
register("complaints", complained)
closures.register("product_reviews", closed_channels)
