"""What models said of a customer goes with the customer; the run that proves the others stays."""

from datetime import date
from typing import Any

import pandas as pd
from sqlmodel import select

from backend.access.context import Context
from backend.engagement.models import service
from backend.engagement.models.models import ScoringRun, StoredScore
from backend.rights.records import held_about
from tests.factories.customers import with_roles
from tests.rights.conftest import Privacy, privacy

__all__ = ["privacy"]


async def test_scores_go_with_the_person_and_the_run_stays(privacy: Privacy) -> None:
    bank = privacy.bank
    gone, kept = await privacy.left(6), await privacy.customer()
    version = await bank.run(with_roles(bank.colleague, "risk_analyst"), service.request, "rfm")
    index = pd.Index([gone.id, kept.id], dtype=object)
    scores = pd.DataFrame({"value": [7.0, 9.0], "low": None, "high": None, "reasons": "r:3 f:2 m:2"}, index=index)
    run = await bank.run(bank.system, service.store, version.id, date(2026, 11, 1), scores.sort_index())
    await privacy.erase(gone.id)

    async def left(ctx: Context) -> tuple[list[Any], list[Any]]:
        stored = await ctx.session.scalars(select(StoredScore.party_id))
        return list(stored), list(await ctx.session.scalars(select(ScoringRun.digest)))

    assert await bank.run(bank.system, left) == ([kept.id], [run.digest])


async def test_scores_stand_in_the_package_of_the_person(privacy: Privacy) -> None:
    bank = privacy.bank
    party = await privacy.customer()
    version = await bank.run(with_roles(bank.colleague, "risk_analyst"), service.request, "rfm")
    index = pd.Index([party.id], dtype=object)
    scores = pd.DataFrame({"value": [7.0], "low": None, "high": None, "reasons": "r:3"}, index=index)
    await bank.run(bank.system, service.store, version.id, date(2026, 11, 1), scores)
    sections = await privacy.read(lambda ctx: _sections(ctx, party.id))
    assert sections["score"][0]["reasons"] == "r:3"


async def _sections(ctx: Context, party_id: Any) -> dict[str, Any]:
    held = await held_about(ctx, party_id, [party_id], ())
    return {section.table: section.rows for section in held.sections}
