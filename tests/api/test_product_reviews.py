"""Reviews of products over GraphQL: opened, packed, found, decided by two, and what each reader is told."""

from typing import Any

import pytest

from backend.access.models import Tenant
from backend.core.clock import FixedClock
from backend.edge.platform import Platform
from backend.jobs import product_reviews as jobs
from backend.products.models import Product, ProductRisk
from tests.api.conftest import Door
from tests.factories import products as make

ANSWER = "{ __typename ... on ProductReview { id state } ... on Problem { code } }"
OPEN = f'mutation ($id: UUID!) {{ openProductReview(productId: $id, kind: REQUEST, note: "Look") {ANSWER} }}'
TAKE = f"mutation ($id: UUID!) {{ takeProductReview(id: $id) {ANSWER} }}"
PACK = f"mutation ($id: UUID!) {{ requestReviewPack(id: $id) {ANSWER} }}"
FIND = f"""mutation ($id: UUID!) {{
  addReviewFinding(id: $id, input: {{section: "value", severity: LOW, words: "Little interest"}}) {ANSWER}
}}"""
PROPOSE = f"""mutation ($id: UUID!) {{
  proposeProductDecision(id: $id, input: {{decision: CONTINUE, reason: "as_expected"}}) {ANSWER}
}}"""
SIGN = f"mutation ($id: UUID!) {{ signProductDecision(id: $id) {ANSWER} }}"
FILE = """
query ($id: UUID!) {
  productReview(id: $id) {
    state decision overdue
    product { code }
    proposedBy { name }
    signedBy { name }
    pack { state digest progress { stage } inputs { table rows } sections { code figures { code value unit } } }
    file { verbs channels triggers { kind note } findings { number words actions { words } } }
  }
}
"""
LIST = "{ productReviews { nodes { id } totalCount } productReviewFigures { state reviews } }"


@pytest.fixture
async def makers(platform: Platform, tenant: Tenant, clock: FixedClock) -> make.Makers:
    return await make.makers(platform, tenant, clock)


@pytest.fixture
async def product(makers: make.Makers) -> Product:
    return await makers.on_sale(risk=ProductRisk.MEDIUM)


async def packed(door: Door, makers: make.Makers, product: Product) -> str:
    """A review that has its pack, by its id."""
    maker = makers.people["maker"]
    opened = await door.data(OPEN, maker, id=str(product.id))
    review = opened["openProductReview"]["id"]
    for mutation in (TAKE, PACK):
        await door.data(mutation, maker, id=review)
    assert await jobs.compute_waiting(makers.platform, makers.tenant.id) == 1
    return str(review)


async def answered(door: Door, mutation: str, actor: Any, review: str) -> str:
    """The state afterwards, or the code of the problem."""
    (outcome,) = (await door.data(mutation, actor, id=review)).values()
    return str(outcome.get("state") or outcome["code"])


async def test_a_review_goes_from_its_opening_to_two_signatures(
    door: Door, makers: make.Makers, product: Product
) -> None:
    review = await packed(door, makers, product)
    assert await answered(door, FIND, makers.people["maker"], review) == "IN_REVIEW"
    assert await answered(door, PROPOSE, makers.people["maker"], review) == "PENDING_SIGNATURE"
    assert await answered(door, SIGN, makers.people["officer"], review) == "DECIDED"
    shown = (await door.data(FILE, makers.people["auditor"], id=review))["productReview"]
    assert (shown["proposedBy"]["name"], shown["signedBy"]["name"]) == ("maker", "officer")
    assert shown["file"]["verbs"] == []


async def test_a_pack_is_read_section_by_section(door: Door, makers: make.Makers, product: Product) -> None:
    review = await packed(door, makers, product)
    shown = (await door.data(FILE, makers.people["officer"], id=review))["productReview"]
    assert shown["pack"]["state"] == "READY"
    assert shown["pack"]["progress"] is None
    assert {each["table"] for each in shown["pack"]["inputs"]} == {
        "holdings", "sales", "movements", "premiums", "claims", "complaints", "feedback",
    }  # fmt: skip
    assert len(shown["pack"]["digest"]) == 64


async def test_whoever_signed_first_is_refused_as_second(door: Door, makers: make.Makers, product: Product) -> None:
    review = await packed(door, makers, product)
    await answered(door, PROPOSE, makers.people["maker"], review)
    assert await answered(door, SIGN, makers.people["maker"], review) == "access.not_allowed"


async def test_the_first_line_finds_no_reviews(door: Door, makers: make.Makers, product: Product) -> None:
    await packed(door, makers, product)
    seen = await door.data(LIST, makers.people["rm"])
    assert seen == {"productReviews": {"nodes": [], "totalCount": 0}, "productReviewFigures": []}


async def test_what_may_be_done_is_told_to_each(door: Door, makers: make.Makers, product: Product) -> None:
    review = await packed(door, makers, product)
    verbs = {
        login: (await door.data(FILE, makers.people[login], id=review))["productReview"]["file"]["verbs"]
        for login in ("maker", "maker2", "officer")
    }
    assert verbs == {"maker": ["compute", "find", "propose", "release"], "maker2": [], "officer": []}
