"""Whom a playbook takes up where its rule-set asks for a least uplift."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from backend.access.context import Context
from backend.core.ids import new_id
from backend.engagement.models.models import ModelVersion, ScoringModel, ScoringRun, StoredScore
from tests.engagement.playbooks.test_entering import customer, found, taking
from tests.factories import onboarding as make

ACTIVE = {"when": "stage", "stages": ["active"], "within_days": 30}


async def score(bank: make.Bank, scores: dict[UUID, float], *, in_use: bool = True, purpose: str = "test") -> None:
    """A run of the playbook's model of uplift."""

    async def write(ctx: Context) -> None:
        tenant, by = ctx.actor.tenant_id, ctx.actor.id
        told = {"tenant_id": tenant, "author_id": by}
        model = ScoringModel(
            id=new_id(), code=f"uplift:{purpose}", kind="uplift", tier=2, owner_id=by, registered_at=ctx.now, **told
        )
        version = ModelVersion(
            id=new_id(),
            model_id=model.id,
            number=1,
            as_of=date(2026, 11, 1),
            horizon_months=6,
            seed=1,
            ruleset="x",
            trained_by=by,
            requested_at=ctx.now,
            **told,
        )
        run = ScoringRun(
            id=new_id(),
            tenant_id=tenant,
            version_id=version.id,
            purpose=model.code,
            as_of=version.as_of,
            in_use=in_use,
            customers=len(scores),
            digest="x",
            scored_by=by,
            scored_at=ctx.now,
        )
        async with ctx.audit("model.run.score", ("scoring_run", run.id)):
            for row in (model, version, run):
                ctx.session.add(row)
                await ctx.session.flush()
        ctx.session.add_all(
            StoredScore(run_id=run.id, party_id=party_id, tenant_id=tenant, value=value)
            for party_id, value in scores.items()
        )

    await bank.run("system", write)


@pytest.fixture
async def pair(bank: make.Bank) -> tuple[UUID, UUID]:
    return await customer(bank), await customer(bank)


async def test_whom_it_would_hardly_change_is_left_in_peace(bank: make.Bank, pair: tuple[UUID, UUID]) -> None:
    wanted = taking(ACTIVE, uplift_at_least=Decimal("0.05"))
    await score(bank, {pair[0]: 0.2, pair[1]: 0.01}, purpose=wanted.id)
    assert await found(bank, wanted) == [pair[0]]
    assert set(await found(bank, taking(ACTIVE))) == set(pair)


async def test_whoever_has_no_score_is_not_taken_up(bank: make.Bank, pair: tuple[UUID, UUID]) -> None:
    wanted = taking(ACTIVE, uplift_at_least=Decimal("0.05"))
    await score(bank, {pair[1]: 0.2}, purpose=wanted.id)
    assert await found(bank, wanted) == [pair[1]]


@pytest.mark.parametrize(("purpose", "in_use"), [(None, False), ("another", True)])
async def test_while_no_model_of_it_is_in_use_everybody_may_enter(
    bank: make.Bank, pair: tuple[UUID, UUID], purpose: str | None, in_use: bool
) -> None:
    wanted = taking(ACTIVE, uplift_at_least=Decimal("0.05"))
    await score(bank, {pair[0]: 0.2}, in_use=in_use, purpose=purpose or wanted.id)
    assert set(await found(bank, wanted)) == set(pair)
