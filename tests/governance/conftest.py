"""An institution with people in the roles that govern, and a short way to run a verb as one of them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import pytest

from backend.access.context import Context
from backend.access.models import RoleGrant, StaffUser, Tenant
from backend.core.actor import Actor, system_actor
from backend.core.clock import FixedClock
from backend.edge import governing, simulating
from backend.edge.platform import Platform
from backend.governance import service
from backend.governance import simulating as runs
from backend.governance.access import bundle
from backend.governance.models import Proposal

T = TypeVar("T")
REASON = "The audit of October asks for it"


@dataclass
class House:
    platform: Platform
    tenant: Tenant
    clock: FixedClock
    people: dict[str, Actor] = field(default_factory=dict)

    async def run(self, actor: Actor, verb: Callable[..., Awaitable[T]], *given: Any, **named: Any) -> T:
        return await self.platform.run(actor, lambda ctx: verb(ctx, *given, **named), serializable=True)

    async def hire(self, login: str, *roles: str) -> Actor:
        user = StaffUser(tenant_id=self.tenant.id, login=login, display_name=login.title())

        async def write(ctx: Context) -> None:
            async with ctx.audit("role.appoint", ("staff_user", user.id)):
                ctx.session.add(user)
                for role in roles:
                    ctx.session.add(
                        RoleGrant(
                            tenant_id=self.tenant.id,
                            holder_id=user.id,
                            role=role,
                            granted_by=self.system.id,
                            valid_from=ctx.now,
                        )
                    )

        await self.platform.run(self.system, write)
        self.people[login] = Actor(user.id, self.tenant.id, "staff", frozenset(roles), "web", "test")
        return self.people[login]

    @property
    def system(self) -> Actor:
        return system_actor(self.tenant.id, "test")

    @property
    def files(self) -> str:
        """The access policy of the files, as one text."""
        return bundle.of_directory(self.platform.policies.directory / "access").decode()

    async def propose(
        self, who: str, content: str, kind: str = "access", name: str = "access", **given: Any
    ) -> Proposal:
        given = {"reason": REASON} | given
        return await self.run(
            self.people[who], service.propose, kind=kind, name=name, content=content.encode(), **given
        )

    async def simulate(self, who: str, proposal_id: UUID) -> None:
        run = await self.run(self.people[who], runs.begin, proposal_id)
        await simulating.carry_out(self.platform, self.people[who], run.id)

    async def ready(self, who: str, content: str, **given: Any) -> Proposal:
        """Proposed, simulated and put forward."""
        row = await self.propose(who, content, **given)
        await self.simulate(who, row.id)
        return await self.run(self.people[who], service.submit, row.id)

    async def change(self, maker: str, checker: str, content: str, **given: Any) -> Proposal:
        """Approved, and a second has passed."""
        row = await self.ready(maker, content, **given)
        approved = await self.run(self.people[checker], service.approve, row.id)
        self.clock.advance(timedelta(seconds=1))
        return approved

    async def look_again(self) -> None:
        """As long as a process may go on with what it knows."""
        await asyncio.sleep(governing.LOOK_AGAIN_SECONDS + 0.05)


@pytest.fixture
async def house(platform: Platform, tenant: Tenant, clock: FixedClock) -> House:
    made = House(platform, tenant, clock)
    await made.hire("admin", "administrator")
    await made.hire("adela", "administrator")
    await made.hire("helena", "head_of_compliance")
    await made.hire("lucie", "compliance_officer")
    await made.hire("jana", "relationship_manager")
    await made.hire("olga", "auditor")
    return made
