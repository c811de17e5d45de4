"""A bank with its people, customers whose relationship has ended, and a sequencer for the log's proofs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from backend.access.context import Context
from backend.access.models import Tenant
from backend.audit.findings import Report
from backend.audit.heads import Heads
from backend.audit.keys import LogKeys
from backend.audit.sequencer import open_sequencer
from backend.audit.verify import verify
from backend.core.actor import Actor
from backend.core.clock import FixedClock
from backend.core.settings import Settings
from backend.customers import inputs, service
from backend.customers.inputs import DocumentInput
from backend.customers.models import Customer, Party, Stage
from backend.customers.service.relations import customer_of
from backend.edge.platform import Platform
from backend.rights import service as rights
from backend.rights.models import RequestKind
from tests.factories.customers import Bank, open_bank, person

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
NAME, EMAIL, PHONE = "Zdenko Vymazal", "zdenko.vymazal@example.cz", "+420603123456"
ADDRESS, OCCUPATION, BIRTH_NUMBER = "Kanárkova 17, 110 00 Praha 1", "sklář", "710319/2745"


@dataclass(frozen=True)
class Privacy:
    """The bank, and what a test of data protection does with it again and again."""

    bank: Bank
    platform: Platform
    settings: Settings
    clock: FixedClock

    async def run(self, actor: Actor, verb: Any, *args: Any, **options: Any) -> Any:
        return await self.bank.run(actor, verb, *args, **options)

    async def customer(self, **given: Any) -> Party:
        """With a value in every kind of record."""
        full = {
            "birth_date": "1971-03-19",
            "gender": "male",
            "occupation": OCCUPATION,
            "region": "Praha",
            "correspondence_language": "zh_CN",
            "identifiers": [{"type": "cz_birth_number", "country": "CZ", "value": BIRTH_NUMBER}],
            "contacts": [{"kind": "email", "value": EMAIL}, {"kind": "phone", "value": PHONE}],
            "addresses": [{"kind": "home", "text": ADDRESS, "country": "CZ"}],
            **given,
        }
        party = await self.bank.customer(person(NAME, **full))
        document = inputs.parse(
            DocumentInput, {"type": "proof_of_address", "number": "UB-4711", "file_name": "Zdenko.pdf"}
        )
        await self.run(self.bank.manager, service.upload_document, party.id, document, PDF)
        return party

    async def stage(self, party_id: UUID, stage: Stage, at: datetime | None = None) -> None:
        """As the processes that activate and close relationships leave it."""

        async def write(ctx: Context) -> None:
            customer = await customer_of(ctx, party_id)
            assert isinstance(customer, Customer)
            when = at or ctx.now
            async with ctx.audit("customer.stage", ("party", party_id)):
                customer.stage, customer.stage_since = stage, when
                customer.activated_at = customer.activated_at or when - timedelta(days=400)
                customer.exited_at = when if stage is Stage.EXITED else None

        await self.platform.run(self.bank.system, write)

    async def left(self, years: float, **given: Any) -> Party:
        """A customer who left that long ago."""
        party = await self.customer(**given)
        await self.stage(party.id, Stage.EXITED, self.clock() - timedelta(days=365.25 * years))
        return party

    async def erase(self, party_id: UUID) -> None:
        """By request, as two officers do it, up to the end."""
        request = await self.requested(party_id, "erasure")
        await self.run(self.bank.officer, rights.propose_erasure, request)
        await self.run(self.bank.second_officer, rights.approve_erasure, request)
        await self.finish()

    async def requested(self, party_id: UUID, kind: str, **given: Any) -> UUID:
        """Taken in and identified."""
        told = rights.RequestInput(kind=RequestKind(kind), channel="branch", **given)
        request = await self.run(self.bank.officer, rights.receive, party_id, told)
        await self.run(self.bank.officer, rights.identify, request.id, "identity_document")
        return UUID(str(request.id))

    async def finish(self) -> int:
        steps = 0
        while await self.platform.run(self.bank.system, rights.advance):
            steps += 1
        return steps

    async def log(self) -> None:
        """Everything written so far stands in the signed log."""
        sequencer = open_sequencer(self.settings, self.platform.database, self.clock)
        await sequencer.drain(self.bank.tenant.id)
        await sequencer.close()

    async def verified(self) -> Report:
        await self.log()
        keys, heads = LogKeys.of(self.settings), Heads.of(self.settings)
        return await verify(self.platform.engine, self.bank.tenant.id, keys, heads)

    async def read(self, query: Callable[[Context], Awaitable[Any]], actor: Actor | None = None) -> Any:
        async with self.platform.transaction(actor or self.bank.system) as ctx:
            return await query(ctx)


@pytest.fixture
async def privacy(platform: Platform, tenant: Tenant, settings: Settings, clock: FixedClock) -> Privacy:
    bank = await open_bank(platform, tenant)
    head = replace(bank.second_officer, roles=frozenset({"head_of_compliance"}))
    return Privacy(replace(bank, second_officer=head), platform, settings, clock)
