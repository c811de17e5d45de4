"""Products over GraphQL: from a text to a signed step, differences in words, and what partners are shown."""

import base64
from typing import Any

import pytest
import yaml

from backend.access.models import Tenant
from backend.core.clock import FixedClock
from backend.edge.platform import Platform
from backend.products import service
from backend.products.models import ProductState
from tests.api.conftest import Door
from tests.factories import products as make

CREATE = """
mutation ($definition: String!) {
  createProduct(code: "savings", risk: LOW, definition: $definition) {
    __typename
    ... on Product { id state versions { id number stage } }
    ... on Problem { code message }
    ... on InvalidProblem { field }
  }
}
"""
FILE = """
query ($id: UUID!) {
  product(id: $id) {
    state
    current { definition { name rateOn(tier: "standard", on: "2026-11-22") positiveMarket { words } prices { words } } }
    file { steps { target role items { sort name met } binding mayPropose move { id state } } }
  }
}
"""
PROPOSE = """
mutation ($id: UUID!, $input: ProductStepInput!) {
  proposeProductStep(id: $id, input: $input) { __typename ... on Product { state } ... on Problem { code } }
}
"""
SIGN = """
mutation ($id: UUID!, $binding: String!) {
  signProductStep(id: $id, vote: AGREE, binding: $binding) {
    __typename ... on Product { state } ... on Problem { code }
  }
}
"""
ATTACH = """
mutation ($id: UUID!, $content: String!) {
  attachProductArtefact(versionId: $id, kind: "concept_paper", name: "Concept", content: $content) {
    __typename ... on Product { id } ... on Problem { code }
  }
}
"""
ALL = "{ products { nodes { code } } }"
DIFFERENCES = "query ($a: UUID!, $b: UUID!) { productDifferences(before: $a, after: $b) { sort place words } }"


@pytest.fixture
async def makers(platform: Platform, tenant: Tenant, clock: FixedClock) -> make.Makers:
    return await make.makers(platform, tenant, clock)


async def test_a_text_becomes_a_concept_that_moves_on_when_its_paper_is_there(door: Door, makers: make.Makers) -> None:
    maker = makers.people["maker"]
    made = (await door.data(CREATE, maker, definition=yaml.safe_dump(make.definition())))["createProduct"]
    given: dict[str, Any] = {"id": made["id"], "input": {"target": "DESIGN"}}
    await door.data(PROPOSE, maker, **given)
    (step, *_) = (await door.data(FILE, maker, id=made["id"]))["product"]["file"]["steps"]
    assert [(item["name"], item["met"]) for item in step["items"]] == [("concept_paper", False)]
    content = base64.b64encode(make.FILE).decode()
    attached = await door.data(ATTACH, maker, id=made["versions"][0]["id"], content=content)
    assert attached["attachProductArtefact"]["__typename"] == "Product"


async def test_a_text_that_is_no_definition_says_where_it_is_wrong(door: Door, makers: make.Makers) -> None:
    wrong = yaml.safe_dump(make.definition(currency="crowns"))
    answer = (await door.data(CREATE, makers.people["maker"], definition=wrong))["createProduct"]
    assert (answer["__typename"], answer["code"]) == ("InvalidProblem", "product.definition")
    assert "currency" in answer["message"]


async def test_only_whom_the_gate_asks_is_offered_to_sign(door: Door, makers: make.Makers) -> None:
    row = await makers.concept()
    await makers.bring_to(row.id, ProductState.APPROVAL)
    await makers.bring(row.id, ProductState.ON_SALE)
    await door.data(PROPOSE, makers.people["maker"], id=str(row.id), input={"target": "ON_SALE"})

    async def step(login: str) -> dict[str, Any]:
        found: dict[str, Any] = (await door.data(FILE, makers.people[login], id=str(row.id)))["product"]
        return next(each for each in found["file"]["steps"] if each["move"])

    assert [(await step(login))["role"] for login in ("maker", "rm", "officer")] == [None, None, "compliance_officer"]
    shown = await step("officer")
    given = {"id": shown["move"]["id"], "binding": shown["binding"]}
    assert (await door.data(SIGN, makers.people["maker"], **given))["signProductStep"]["__typename"] == (
        "NotAllowedProblem"
    )
    assert (await door.data(SIGN, makers.people["officer"], **given))["signProductStep"]["state"] == "ON_SALE"


async def test_versions_differ_in_words(door: Door, makers: make.Makers) -> None:
    row = await makers.on_sale()
    first = await makers.version(row.id)
    draft = await makers.run("maker", service.begin_version, row.id)
    dearer = make.definition()["fees"][0] | {"prices": [{"valid_from": "2026-01-01", "value": "12.00"}]}
    await makers.revise("maker", row.id, {**first.definition, "fees": [dearer]})
    found = await door.data(DIFFERENCES, makers.people["rm"], a=str(first.id), b=str(draft.id))
    (line,) = found["productDifferences"]
    assert (line["sort"], line["place"]) == ("CHANGED", "prices")
    assert "was 9.90 CZK a month, becomes 12.00 CZK a month" in line["words"]


async def test_partners_see_what_is_on_sale_through_them_and_no_drafts(door: Door, makers: make.Makers) -> None:
    await makers.on_sale(code="with_partners", channels=["partner"])
    await makers.on_sale(code="in_branches")
    await makers.concept(code="secret", channels=["partner"])
    answer = (await door.post(door.partner(), documentId="partner/products", variables={})).json()
    offers = answer["data"]["productOffers"]
    assert [each["code"] for each in offers] == ["with_partners"]
    assert (await door.data(ALL, door.partner("partner_developer")))["products"]["nodes"] == []
