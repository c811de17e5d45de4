"""Products at any point of their life, made through the services by the people whose part it is."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from backend.access.context import Context
from backend.access.models import RoleGrant, StaffUser, Tenant
from backend.core.actor import Actor, system_actor
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.edge.platform import Platform
from backend.products import moving, queries, service
from backend.products.models import Product, ProductMove, ProductRisk, ProductState, ProductVersion, Vote
from backend.products.standing import Papers, Terms, papers

FILE = b"%PDF-1.7 a paper"
_PEOPLE = {
    "maker": "product_manager",
    "maker2": "product_manager",
    "officer": "compliance_officer",
    "officer2": "compliance_officer",
    "head": "head_of_compliance",
    "analyst": "risk_analyst",
    "member": "product_committee",
    "member2": "product_committee",
    "member3": "product_committee",
    "rm": "relationship_manager",
    "auditor": "auditor",
}
_WAY = (
    ProductState.DESIGN,
    ProductState.TARGET_MARKET,
    ProductState.TESTING,
    ProductState.APPROVAL,
    ProductState.ON_SALE,
)


def definition(kind: str = "deposit", **given: Any) -> dict[str, Any]:
    """What a definition of the kind needs to come on sale, its documents left to be added."""
    data: dict[str, Any] = {
        "kind": kind,
        "names": {"en": "Savings account", "zh": "储蓄账户"},
        "summary": {"en": "Money put aside.", "zh": "存钱。"},
        "currency": "CZK",
        "channels": ["branch", "web"],
        "fees": [
            {
                "code": "account",
                "name": {"en": "Account fee", "zh": "账户费"},
                "basis": "monthly",
                "prices": [{"valid_from": "2026-01-01", "value": "9.90"}],
            }
        ],
        "target_market": {"positive": [{"id": "adult", "fact": "age", "op": "at_least", "value": 18}]},
    }
    if kind in {"fund", "structured"}:
        data |= {"risk_grade": "R4", "needs_assessment": "suitability", "questionnaire": "suitability-eu"}
    return data | given


@dataclass(slots=True)
class Makers:
    """An institution with everybody who has a part in the life of a product."""

    platform: Platform
    clock: FixedClock
    tenant: Tenant
    people: dict[str, Actor]

    @property
    def system(self) -> Actor:
        return system_actor(self.tenant.id, "test")

    async def run(self, login: str, use_case: Any, *args: Any, **options: Any) -> Any:
        actor = self.system if login == "system" else self.people[login]
        return await self.platform.run(actor, lambda ctx: use_case(ctx, *args, **options), serializable=True)

    async def concept(
        self, kind: str = "deposit", risk: ProductRisk = ProductRisk.LOW, code: str | None = None, **given: Any
    ) -> Product:
        async def create(ctx: Context) -> Product:
            read = service.read_definition(ctx, definition(kind, **given))
            return await service.create(ctx, code or f"p{new_id().hex[-10:]}", read, risk)

        row: Product = await self.run("maker", create)
        return row

    async def papers(self, product_id: UUID) -> Papers:
        async def read(ctx: Context) -> Papers:
            return await papers(ctx, await queries.product(ctx, product_id))

        found: Papers = await self.run("maker", read)
        return found

    async def version(self, product_id: UUID) -> ProductVersion:
        """The version in preparation, or the one approved last."""
        found = await self.papers(product_id)
        version = found.draft or found.approved
        assert version is not None
        return version

    async def revise(self, login: str, product_id: UUID, given: dict[str, Any]) -> ProductVersion:
        async def write(ctx: Context) -> ProductVersion:
            return await service.revise(ctx, product_id, service.read_definition(ctx, given))

        version: ProductVersion = await self.run(login, write)
        return version

    async def bring(self, product_id: UUID, target: ProductState, *, of_version: bool = False) -> None:
        """Everything in writing that the gate asks for."""
        found = await self.papers(product_id)
        version = (found.draft if of_version or found.approved is None else found.approved) or await self.version(
            product_id
        )
        origin = ProductState(version.stage if version is found.draft else found.product.state)
        gate = found.rules.rules.gate(origin, target, *found.steps_of)
        assert gate is not None
        for kind in gate.artefacts:
            await self.run("maker", service.attach, version.id, kind, kind, FILE)
        for kind in gate.documents:
            for language in ("en", "zh"):
                await self.run("maker", service.attach_document, product_id, kind, language, kind, FILE)

    async def sign_all(self, move: ProductMove) -> ProductMove:
        """Everybody who is asked, one after another, until nobody is missing."""
        for login in ("officer", "head", "analyst", "member", "member2", "member3"):
            found = await self.papers(move.product_id)
            move = next(each for each in found.moves if each.id == move.id)
            if move.state != "open":
                break
            gate = found.rules.rules.gate(ProductState(move.origin), ProductState(move.target), *found.steps_of)
            assert gate is not None
            asked = {signer.role for signer in gate.signatures} | ({gate.committee.role} if gate.committee else set())
            if _PEOPLE[login] in asked:
                move = await self.run(login, moving.sign, move.id, Vote.AGREE)
        return move

    async def pass_on(
        self, product_id: UUID, target: ProductState, *, of_version: bool = False, terms: Terms | None = None
    ) -> ProductMove:
        """One step with everything that it takes, waiting included."""
        await self.bring(product_id, target, of_version=of_version)
        move: ProductMove = await self.run(
            "maker", moving.propose, product_id, target, of_version=of_version, terms=terms or Terms()
        )
        if move.state == "open":
            move = await self.sign_all(move)
        if move.state == "open":
            self.clock.advance(timedelta(days=3))
            move = await self.run("maker", moving.take, move.id)
        return move

    async def bring_to(self, product_id: UUID, state: ProductState, way: Sequence[ProductState] = _WAY) -> None:
        for target in way[: way.index(state) + 1]:
            await self.pass_on(product_id, target)

    async def on_sale(self, kind: str = "deposit", risk: ProductRisk = ProductRisk.LOW, **given: Any) -> Product:
        row = await self.concept(kind, risk, **given)
        await self.bring_to(row.id, ProductState.ON_SALE)
        sold: Product = await self.run("maker", queries.product, row.id)
        return sold


async def makers(platform: Platform, tenant: Tenant, clock: FixedClock) -> Makers:
    people: dict[str, Actor] = {}
    system = system_actor(tenant.id, "test")
    async with platform.transaction(system) as ctx:
        for login, role in _PEOPLE.items():
            user = StaffUser(id=new_id(), tenant_id=tenant.id, login=login, display_name=login)
            async with ctx.audit("role.appoint", ("staff_user", user.id)):
                ctx.session.add(user)
                ctx.session.add(
                    RoleGrant(
                        tenant_id=tenant.id, holder_id=user.id, role=role, granted_by=system.id, valid_from=ctx.now
                    )
                )
            people[login] = Actor(user.id, tenant.id, "staff", frozenset({role}), "web", f"test-{login}")
    return Makers(platform, clock, tenant, people)


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
