"""A questionnaire changed: everybody who answered it graded anew, and what that means for holdings and sales."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.ids import new_id
from backend.core.rulesets import Loaded, parse
from backend.core.settings import Settings
from backend.edge.platform import Platform
from backend.governance.documents import Document
from backend.holdings.contracts import NewHolding, record_holdings
from backend.product_reviews.what_if_questionnaire import QuestionnaireKind
from backend.products.suitability.questionnaire import DIRECTORY, Questionnaire
from tests.factories import onboarding as make
from tests.factories import suitability as suit

FILE = Settings().policies / DIRECTORY / "suitability-eu-2026.yaml"


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


@pytest.fixture
async def held(bank: make.Bank) -> UUID:
    """A customer of grade C3 who holds a fund that suits her, and to whom it was sold."""
    version_id = await suit.fund(bank, risk="R1")
    party_id = await suit.investor(bank)
    await suit.sold(bank, party_id, "fund", told=True)
    holding = NewHolding(new_id().hex, party_id, "fund", version_id, "fund", "CZK", date(2025, 1, 1))
    await bank.run("system", record_holdings, new_id(), [holding])
    return party_id


def loaded(*changes: tuple[str, str], file: Path = FILE) -> Loaded[Questionnaire]:
    content = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in content
        content = content.replace(old, new)
    return parse(content.encode(), "changed", Questionnaire)


async def simulate(bank: make.Bank, proposed: Loaded[Questionnaire]) -> Document:
    async def progress(_done: int, _total: int) -> None:
        return

    async def use_case(ctx: Context) -> Document:
        return await QuestionnaireKind().simulate(ctx, loaded(), proposed, progress)

    found: Document = await bank.run("system", use_case)
    return found


async def test_a_questionnaire_that_stays_moves_nobody(bank: make.Bank, held: UUID) -> None:
    found = await simulate(bank, loaded())
    assert [dict(each.words.params) for each in found.statements] == [
        {"assessments": 1, "other": 0, "again": 0},
        {"fallen": 0, "refused": 0},
    ]


async def test_answers_that_no_longer_fit_have_to_be_asked_again(bank: make.Bank, held: UUID) -> None:
    found = await simulate(bank, loaded(("quarter", "fourth_part")))
    told = [dict(each.words.params) for each in found.statements]
    assert told == [{"assessments": 1, "other": 0, "again": 1}, {"fallen": 0, "refused": 1}]


async def test_customers_of_other_questionnaires_are_not_graded(bank: make.Bank, held: UUID) -> None:
    other = loaded(file=FILE.with_name("suitability-cn-2026.yaml"))
    found = await simulate(bank, other)
    assert found.statements[0].words.params["assessments"] == 0
