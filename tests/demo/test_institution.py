"""The demonstration institution: everybody is hired once, every story is told once, through the real services."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from backend.access import queries
from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.actor import Actor, system_actor
from backend.customers import service as customers
from backend.customers.inputs import DocumentInput
from backend.demo import cases, people
from backend.demo.papers import paper
from backend.edge import sessions
from backend.edge.platform import Platform
from tests.factories.customers import open_bank


@pytest.fixture
def operator(tenant: Tenant) -> Actor:
    return replace(system_actor(tenant.id, "test", "cli"), roles=frozenset({"operator"}))


async def _rows(platform: Platform, tenant: Tenant, query: str) -> list[tuple[object, ...]]:
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        return [tuple(row) for row in (await ctx.session.execute(text(query))).all()]


async def test_every_kind_of_user_is_hired_once_and_may_sign_in(
    platform: Platform, tenant: Tenant, operator: Actor
) -> None:
    for _ in range(2):
        await platform.run(operator, people.hire)

    async def roles(ctx: Context) -> list[str]:
        held = [await queries.roles_of(ctx.session, user.id, ctx.now) for user in await queries.staff(ctx.session)]
        return sorted(role for roles in held for role in roles)

    assert await platform.run(operator, roles) == sorted(colleague.role for colleague in people.COLLEAGUES)
    opened = await sessions.sign_in(
        platform, slug=tenant.slug, login="wang", password=people.PASSWORD, request_id="test"
    )
    assert opened.token.startswith(tenant.id.hex)


async def test_a_partner_gets_a_key_once(platform: Platform, operator: Actor) -> None:
    first = await platform.run(operator, people.register_partner)
    assert first is not None
    assert first.startswith("tnr_")
    assert await platform.run(operator, people.register_partner) is None


async def test_stories_are_told_once_and_stand_where_they_were_left(
    platform: Platform, tenant: Tenant, operator: Actor
) -> None:
    await platform.run(operator, people.hire)
    await platform.run(operator, people.register_partner)
    counts = "SELECT (SELECT count(*) FROM party), (SELECT count(*) FROM document), (SELECT count(*) FROM audit_entry)"
    await cases.tell(platform, operator)
    told = await _rows(platform, tenant, counts)
    await cases.tell(platform, operator)
    assert await _rows(platform, tenant, counts) == told
    query = "SELECT source_ref, state FROM onboarding_case c JOIN party p ON p.id = party_id WHERE parent_id IS NULL"
    left = {
        "demo:klara": "draft",
        "demo:hana": "in_review",
        "demo:zhang": "awaiting_information",
        "demo:glass": "in_review",
    }
    assert left.items() <= dict(await _rows(platform, tenant, query)).items()


async def test_papers_are_accepted_as_documents(platform: Platform, tenant: Tenant) -> None:
    bank = await open_bank(platform, tenant)
    party = await bank.customer()
    content = paper("Electricity bill", f"Demonstration copy for record {party.id}")
    given = DocumentInput(type="proof_of_address", file_name="bill.pdf", country="CZ", issued_on=date(2026, 11, 1))
    document = await bank.run(bank.manager, customers.upload_document, party.id, given, content)
    download = await bank.run(bank.manager, customers.download_document, document.id)
    assert (document.media_type, download.content) == ("application/pdf", content)


def test_a_paper_points_at_each_of_its_objects() -> None:
    """The table of a PDF gives the byte at which each object begins."""
    content = paper("Title", "Line")
    start = int(content.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    table = content[start:].splitlines()
    assert table[0] == b"xref"
    for number, row in enumerate(table[3:7], start=1):
        assert content[int(row.split()[0]) :].startswith(b"%d 0 obj" % number)
