"""A customer's data key rotated: everything reads as before, under a new key, and history still verifies."""

from uuid import UUID

import pytest
from sqlalchemy import text

from backend.access.context import Context
from backend.access.models import Tenant
from backend.audit.heads import Heads
from backend.audit.keys import LogKeys
from backend.audit.sequencer import open_sequencer
from backend.audit.verify import verify
from backend.core.actor import SYSTEM_ID, Actor
from backend.core.settings import Settings
from backend.customers import inputs, service
from backend.customers.inputs import DocumentInput
from backend.customers.models import Party
from backend.edge.platform import Platform
from backend.jobs import data_keys
from backend.privacy.errors import DataKeyDestroyed
from backend.privacy.personal import sealed_columns
from backend.privacy.shredding import destroy_keys
from tests.factories.customers import Bank, open_bank, person

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    return await open_bank(platform, tenant)


@pytest.fixture
def operator(tenant: Tenant) -> Actor:
    return Actor(SYSTEM_ID, tenant.id, "system", frozenset({"operator"}), "cli", "test")


@pytest.fixture
async def party(bank: Bank) -> Party:
    given = person(
        "Alžběta Kolářová",
        birth_date="1984-02-29",
        contacts=[{"kind": "email", "value": "alzbeta@example.cz"}],
        addresses=[{"kind": "home", "text": "Úzká 3, Brno", "country": "CZ"}],
    )
    recorded = await bank.customer(given)
    document = inputs.parse(DocumentInput, {"type": "proof_of_address", "number": "UB-1", "file_name": "a.pdf"})
    await bank.run(bank.manager, service.upload_document, recorded.id, document, PDF)
    return recorded


async def _rotate(platform: Platform, actor: Actor, owner: UUID) -> int:
    await platform.run(actor, lambda ctx: data_keys.begin(ctx, owner))
    return await _reseal(platform, actor, owner)


async def _reseal(platform: Platform, actor: Actor, owner: UUID) -> int:
    done = 0
    while some := await platform.run(actor, lambda ctx: data_keys.reseal_some(ctx, owner)):
        done += some
    return done


async def _values(platform: Platform, actor: Actor, owner: UUID) -> dict[str, tuple[str, int, bytes]]:
    """What is read, under which version, with which commitment, by place."""

    async def read(ctx: Context) -> dict[str, tuple[str, int, bytes]]:
        await ctx.vault.load([owner])
        found = {}
        for column in sealed_columns():
            c = column.table.c
            wanted = column.table.select().where(c[column.owner] == owner, c[column.name].is_not(None))
            for row in (await ctx.session.execute(wanted)).mappings():
                value = row[column.name]
                plain = ctx.vault.open(column.table.name, column.name, row["id"], owner, value)
                found[f"{column} {row['id']}"] = (plain, int.from_bytes(value[1:5], "big"), value[-32:])
        return found

    return await platform.run(actor, read)


async def test_everything_reads_as_before_under_the_new_key(
    platform: Platform, bank: Bank, operator: Actor, party: Party
) -> None:
    before = await _values(platform, bank.system, party.id)
    assert await _rotate(platform, operator, party.id) > 0
    after = await _values(platform, bank.system, party.id)
    assert after == {place: (plain, 2, kept) for place, (plain, _, kept) in before.items()}
    assert len(after) >= 6


async def test_a_document_is_sealed_anew_and_opens(
    platform: Platform, bank: Bank, operator: Actor, party: Party
) -> None:
    await _rotate(platform, operator, party.id)

    async def read(ctx: Context) -> tuple[bytes, bytes]:
        await ctx.vault.load([party.id])
        id_, body = (await ctx.session.execute(text("SELECT id, body FROM document_content"))).one()
        return body[1:5], b"".join(ctx.vault.open_document(party.id, id_, body))

    assert await platform.run(bank.system, read) == ((2).to_bytes(4, "big"), PDF)


async def test_a_rotation_that_was_killed_is_ended_by_the_next(
    platform: Platform, bank: Bank, operator: Actor, party: Party
) -> None:
    await platform.run(operator, lambda ctx: data_keys.begin(ctx, party.id))
    await platform.run(operator, lambda ctx: data_keys.reseal_some(ctx, party.id))
    await _reseal(platform, operator, party.id)
    assert {version for _, version, _ in (await _values(platform, bank.system, party.id)).values()} == {2}


async def test_what_is_written_after_the_rotation_began_is_sealed_under_the_new_key(
    platform: Platform, bank: Bank, operator: Actor, party: Party
) -> None:
    await platform.run(operator, lambda ctx: data_keys.begin(ctx, party.id))

    async def written(ctx: Context) -> bytes:
        await ctx.vault.load([party.id])
        return ctx.vault.seal("party", "name", party.id, party.id, "Nové Jméno")

    assert (await platform.run(bank.system, written))[1:5] == (2).to_bytes(4, "big")


async def test_history_still_verifies(
    platform: Platform, settings: Settings, bank: Bank, operator: Actor, party: Party
) -> None:
    await _rotate(platform, operator, party.id)
    sequencer = open_sequencer(settings, platform.database, platform.clock)
    await sequencer.drain(operator.tenant_id)
    await sequencer.close()
    report = await verify(platform.engine, operator.tenant_id, LogKeys.of(settings), Heads.of(settings))
    assert report.sound, [finding.words() for finding in report.findings]


async def test_the_key_of_an_erased_customer_is_not_rotated(platform: Platform, operator: Actor, party: Party) -> None:
    await platform.run(operator, lambda ctx: destroy_keys(ctx.session, operator.tenant_id, [party.id], ctx.now))
    with pytest.raises(DataKeyDestroyed):
        await platform.run(operator, lambda ctx: data_keys.begin(ctx, party.id))
