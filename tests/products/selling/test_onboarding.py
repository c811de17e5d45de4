"""A case that names products of the catalogue asks whether they may be sold to its customer."""

from uuid import UUID

from backend.onboarding import queries, service
from tests.factories import onboarding as make
from tests.factories.suitability import CAUTIOUS, SAFE, Answers, assessed, fund


async def statuses(bank: make.Bank, case_id: UUID, party_id: UUID) -> dict[str, str]:
    await bank.run("system", service.recompute_party, party_id)
    rows = (await bank.run("system", queries.requirements_of, [case_id])).get(case_id, [])
    return {row.code: row.status for row in rows if row.code.startswith("products_")}


async def case_for(bank: make.Bank, product: str, answers: Answers | None) -> tuple[UUID, UUID]:
    known = await make.person(bank)
    if answers is not None:
        await assessed(bank, known.party_id, answers)
    return (await make.draft(bank, known, products=[product])).id, known.party_id


async def test_a_product_that_needs_an_assessment_waits_for_it(bank: make.Bank) -> None:
    await fund(bank)
    case_id, party_id = await case_for(bank, "fund", None)
    assert (await statuses(bank, case_id, party_id))["products_allowed"] == "open"
    await assessed(bank, party_id)
    assert await statuses(bank, case_id, party_id) == {"products_allowed": "satisfied", "products_matched": "satisfied"}


async def test_a_product_beyond_the_grade_waits_for_a_person_to_waive_the_warning(bank: make.Bank) -> None:
    await fund(bank, risk="R4")
    found = await statuses(bank, *await case_for(bank, "fund", CAUTIOUS))
    assert found == {"products_allowed": "satisfied", "products_matched": "open"}


async def test_the_lowest_grade_does_not_get_past_its_refusal(bank: make.Bank) -> None:
    await fund(bank, risk="R2")
    found = await statuses(bank, *await case_for(bank, "fund", SAFE))
    assert found["products_allowed"] == "open"


async def test_a_product_that_the_catalogue_does_not_have_is_not_asked_about(bank: make.Bank) -> None:
    await fund(bank)
    assert await statuses(bank, *await case_for(bank, "basic_account", None)) == {}
