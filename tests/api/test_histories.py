"""Who changed the institution's own records: each kind tells its acts, to whoever may read the record."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from backend.access import directory
from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.ids import new_id
from backend.edge.platform import Platform
from backend.engagement.playbooks import service as playbooks
from backend.governance import kinds, standing
from backend.governance import service as governance
from backend.products import service as products
from backend.products.models import ProductRisk
from backend.servicing.assistant import service as knowledge
from backend.servicing.interactions import service as contact
from tests.api.conftest import Door
from tests.api.test_proofs import drain
from tests.factories import contact as letters
from tests.factories import knowledge as articles
from tests.factories import products as made
from tests.factories.contact_house import House, house
from tests.factories.customers import Bank, with_roles

ENTRY = """action words reason leaf covered actor { name } changes { table operation
  columns { column sealed before after afterAgent { name } } }"""
HISTORY = f"""query ($kind: HistoryKind!, $key: String! = "", $first: Int! = 20, $after: String) {{
  recordHistory(kind: $kind, key: $key, first: $first, after: $after) {{
    nodes {{ id {ENTRY} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
PROOF = """query ($entry: UUID!, $kind: HistoryKind!, $key: String! = "") {
  recordProof(entryId: $entry, kind: $kind, key: $key) { name } }"""
PROVEN = '{ auditLog(filters: {actions: ["audit.prove"]}) { nodes { subjectId actor { name } } } }'
GOAL = """mutation { answer: setTarget(measure: "churn", value: "0.05", startsOn: "2026-11-01") {
  __typename ... on TargetGoal { id } } }"""


@pytest.fixture(autouse=True)
def post() -> Iterator[House]:
    with house() as kept:
        yield kept


async def _article(bank: Bank) -> str:
    given = knowledge.ArticleInput(code="block-card", audience="customer", topic="cards", review_on=articles.REVIEW_ON)
    version = await bank.run(bank.officer, knowledge.create, given, articles.CARD)
    await bank.run(bank.officer, knowledge.propose, version.id)
    await bank.run(bank.second_officer, knowledge.approve, version.id)
    return str(version.article_id)


async def _template(bank: Bank) -> str:
    row = await bank.run(with_roles(bank.manager, "product_manager"), contact.draft_template, letters.template())
    await bank.run(bank.officer, contact.approve_template, row.id)
    return str(row.id)


async def _playbook(bank: Bank) -> str:
    lead = with_roles(bank.lead, "product_manager")
    await bank.run(lead, playbooks.pause, "win_back", "The wording is wrong.")
    await bank.run(lead, playbooks.resume, "win_back")
    return "win_back"


async def _product(bank: Bank) -> str:
    maker = with_roles(bank.lead, "product_manager")

    async def create(ctx: Context) -> Any:
        given = products.read_definition(ctx, made.definition("deposit"))
        return await products.create(ctx, "savings", given, ProductRisk.LOW)

    return str((await bank.platform.run(maker, create)).id)


async def _colleague(bank: Bank) -> str:
    await bank.run(bank.administrator, directory.set_work_email, bank.manager.id, "jana@bank.example")
    return str(bank.manager.id)


def _proposed(kind: str, key: str = "") -> Callable[[Bank], Awaitable[str]]:
    """A proposal to change the rules of that kind."""

    async def propose(bank: Bank) -> str:
        async def write(ctx: Context) -> None:
            (name,) = kinds.find(kind).initial(ctx.policies, ctx.now.date())
            content = (await standing.effective(ctx, kind, name)).source + b"# clearer\n"
            await governance.propose(ctx, kind=kind, name=name, content=content, reason="Clearer")

        await bank.platform.run(with_roles(bank.lead, "head_of_compliance"), write)
        return key

    return propose


@dataclass(frozen=True)
class Kind:
    """How a record comes to be; its acts, the newest first; a role that reads it and one that may not."""

    make: Callable[[Bank], Awaitable[str]]
    acts: tuple[str, ...]
    reads: str
    refused: str = "administrator"


KINDS = {
    "ARTICLE": Kind(_article, ("knowledge.approve", "knowledge.propose", "knowledge.create"), "service_agent", ""),
    "TEMPLATE": Kind(_template, ("contact.template_approve", "contact.template_draft"), "relationship_manager"),
    "PLAYBOOK": Kind(_playbook, ("playbook.resume", "playbook.pause"), "relationship_manager"),
    "PRODUCT": Kind(_product, ("product.create",), "service_agent", ""),
    "COLLEAGUE": Kind(_colleague, ("staff.edit", "team.create"), "administrator", "relationship_manager"),
    "RULE_SET": Kind(
        _proposed("loyalty", "loyalty/loyalty_programme"), ("ruleset.propose",), "auditor", "service_agent"
    ),
    "SEGMENTS": Kind(_proposed("clusters"), ("ruleset.propose",), "risk_analyst"),
    "GOALS": Kind(_proposed("targets"), ("ruleset.propose",), "risk_analyst"),
    "LOYALTY": Kind(_proposed("loyalty"), ("ruleset.propose",), "compliance_officer"),
    "SURVEYS": Kind(_proposed("surveys"), ("ruleset.propose",), "compliance_officer"),
    "CAMPAIGNS": Kind(_proposed("prospects"), ("ruleset.propose",), "compliance_officer"),
}


async def acts(door: Door, bank: Bank, role: str, kind: str, key: str) -> list[dict[str, Any]]:
    answer = await door.data(HISTORY, with_roles(bank.lead, role), kind=kind, key=key)
    found: list[dict[str, Any]] = answer["recordHistory"]["nodes"]
    return found


@pytest.mark.parametrize("kind", KINDS)
async def test_a_record_tells_what_was_done_to_it_newest_first(door: Door, bank: Bank, kind: str) -> None:
    case = KINDS[kind]
    key = await case.make(bank)
    assert tuple(each["action"] for each in await acts(door, bank, case.reads, kind, key)) == case.acts


@pytest.mark.parametrize("kind", [kind for kind, case in KINDS.items() if case.refused])
async def test_who_may_not_read_a_record_reads_no_history_of_it(door: Door, bank: Bank, kind: str) -> None:
    case = KINDS[kind]
    key = await case.make(bank)
    (code,) = await door.codes(HISTORY, with_roles(bank.stranger, case.refused), kind=kind, key=key)
    assert code in {"access.not_allowed", "role.unknown_holder"}


@pytest.mark.parametrize("kind", ["ARTICLE", "TEMPLATE", "PRODUCT", "COLLEAGUE"])
async def test_a_record_of_another_institution_is_as_one_that_is_not_there(
    door: Door, bank: Bank, foreign: Bank, kind: str
) -> None:
    case, theirs = KINDS[kind], with_roles(bank.lead, KINDS[kind].reads)
    key = await case.make(foreign)
    absent = await door.codes(HISTORY, theirs, kind=kind, key=str(new_id()))
    assert await door.codes(HISTORY, theirs, kind=kind, key=key) == absent != []


async def test_a_model_tells_that_it_was_entered(door: Door, bank: Bank) -> None:
    analyst = with_roles(bank.colleague, "risk_analyst")
    await door.data('mutation { trainModel(code: "rfm") { __typename } }', analyst)
    (model,) = (await door.data("{ models { history { nodes { action } } } }", analyst))["models"]
    assert [each["action"] for each in model["history"]["nodes"]] == ["model.request", "model.register"]


async def test_one_goal_tells_of_itself_alone(door: Door, bank: Bank) -> None:
    await _proposed("targets")(bank)
    goal = (await door.data(GOAL, bank.lead))["answer"]["id"]
    (entry,) = await acts(door, bank, "team_lead", "GOALS", goal)
    assert entry["action"] == "target.set"
    values = {each["column"]: each["after"] for each in entry["changes"][0]["columns"]}
    assert values["value"] == '"0.0500"'


async def test_a_value_that_names_somebody_comes_with_the_name(door: Door, bank: Bank) -> None:
    key = await _article(bank)
    approved = (await acts(door, bank, "service_agent", "ARTICLE", key))[0]
    named = {each["column"]: each["afterAgent"] for each in approved["changes"][0]["columns"]}
    assert named["decided_by"] == {"name": "second_officer"}
    assert named["state"] is None


async def test_proposals_are_told_only_to_who_may_see_rule_sets(door: Door, bank: Bank) -> None:
    await _proposed("surveys")(bank)
    assert await acts(door, bank, "relationship_manager", "SURVEYS", "") == []


async def test_roles_are_told_only_to_who_may_see_them(door: Door, bank: Bank) -> None:
    await bank.run(bank.administrator, directory.grant_role, holder_id=bank.manager.id, role="service_agent")
    told = {role: await acts(door, bank, role, "COLLEAGUE", str(bank.manager.id)) for role in ("auditor", "team_lead")}
    assert {role: "role.grant" in [each["action"] for each in found] for role, found in told.items()} == {
        "auditor": True,
        "team_lead": False,
    }


async def test_signing_in_is_no_act_upon_an_account(door: Door, bank: Bank) -> None:
    async def sign_in(ctx: Context) -> None:
        await ctx.trail.note("session.sign_in", ("staff_user", bank.manager.id))

    await bank.platform.run(bank.manager, sign_in)
    found = await acts(door, bank, "auditor", "COLLEAGUE", str(bank.manager.id))
    assert [each["action"] for each in found] == ["team.create"]


async def test_a_history_goes_on_where_its_page_ended(door: Door, bank: Bank) -> None:
    key, reader = await _article(bank), with_roles(bank.lead, "service_agent")
    first = (await door.data(HISTORY, reader, kind="ARTICLE", key=key, first=2))["recordHistory"]
    cursor = first["pageInfo"]["endCursor"]
    rest = (await door.data(HISTORY, reader, kind="ARTICLE", key=key, first=2, after=cursor))["recordHistory"]
    assert [each["action"] for each in (*first["nodes"], *rest["nodes"])] == list(KINDS["ARTICLE"].acts)
    assert rest["pageInfo"] == {"hasNextPage": False, "endCursor": None}


async def test_no_proof_is_given_of_an_entry_that_the_history_does_not_tell(door: Door, bank: Bank) -> None:
    key, other = await _article(bank), await _template(bank)
    reader = with_roles(bank.lead, "relationship_manager")
    entry = (await door.data(HISTORY, reader, kind="TEMPLATE", key=other))["recordHistory"]["nodes"][0]["id"]
    assert await door.codes(PROOF, reader, entry=entry, kind="ARTICLE", key=key) == ["audit.entry_unknown"]


async def test_a_proof_of_an_entry_is_handed_out_and_noted(
    door: Door, bank: Bank, platform: Platform, tenant: Tenant
) -> None:
    key, reader = await _article(bank), with_roles(bank.lead, "service_agent")
    await drain(platform, tenant)
    newest = (await acts(door, bank, "service_agent", "ARTICLE", key))[0]
    assert newest["covered"]
    given = {"entry": newest["id"], "kind": "ARTICLE", "key": key}
    assert (await door.data(PROOF, reader, **given))["recordProof"]["name"] == f"entry-{newest['leaf']}.auditproof"
    (entry,) = (await door.data(PROVEN, bank.auditor))["auditLog"]["nodes"]
    assert (entry["subjectId"], entry["actor"]) == (key, {"name": "lead"})


async def test_a_malformed_key_is_not_found(door: Door, bank: Bank) -> None:
    assert await door.codes(HISTORY, bank.officer, kind="ARTICLE", key="block-card") == ["report.history_unknown"]
