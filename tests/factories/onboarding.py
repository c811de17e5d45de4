"""An institution with people in their roles, parties with their papers, and cases at any point of their life."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from backend.access.context import Context
from backend.access.models import RoleGrant, StaffUser, Team, Tenant
from backend.core.actor import Actor, system_actor
from backend.core.ids import new_id
from backend.customers.models import (
    AddressKind,
    ContactKind,
    CountryTieKind,
    Customer,
    Document,
    DocumentStatus,
    OwnershipStake,
    Party,
    PartyAddress,
    PartyContact,
    PartyCountry,
    PartyIdentifier,
    PartyKind,
    PartyRelationship,
    RelationshipKind,
    StakeKind,
)
from backend.edge.platform import Platform
from backend.holdings.models import Account, AccountHolder, HolderRole, Loan
from backend.onboarding import service
from backend.onboarding.models import OnboardingCase
from backend.screening import queries
from tests.factories import screening

BIRTH_DATE = date(1971, 7, 9)
BIRTH_NUMBER = "7107091101"


@dataclass(slots=True)
class Bank:
    """One institution: `rm` sells, `lead` leads, three compliance officers and their head check."""

    platform: Platform
    tenant: Tenant
    team_id: UUID
    people: dict[str, Actor] = field(default_factory=dict)

    def __getitem__(self, login: str) -> Actor:
        return self.people[login]

    @property
    def system(self) -> Actor:
        return system_actor(self.tenant.id, "test")

    async def run(self, login: str, use_case: Any, *args: Any, **options: Any) -> Any:
        """A service verb as one of the people, in a transaction of its own."""
        actor = self.system if login == "system" else self[login]
        return await self.platform.run(actor, lambda ctx: use_case(ctx, *args, **options), serializable=True)


_PEOPLE = {
    "rm": "relationship_manager",
    "rm2": "relationship_manager",
    "lead": "team_lead",
    "officer": "compliance_officer",
    "officer2": "compliance_officer",
    "officer3": "compliance_officer",
    "head": "head_of_compliance",
    "auditor": "auditor",
}


async def bank(platform: Platform, tenant: Tenant) -> Bank:
    team = Team(id=new_id(), tenant_id=tenant.id, name="Praha")
    made = Bank(platform, tenant, team.id)
    async with platform.transaction(made.system) as ctx:
        async with ctx.audit("team.create", ("team", team.id)):
            ctx.session.add(team)
        for login, role in _PEOPLE.items():
            user = StaffUser(id=new_id(), tenant_id=tenant.id, login=login, display_name=login, team_id=team.id)
            async with ctx.audit("role.appoint", ("staff_user", user.id)):
                ctx.session.add(user)
                ctx.session.add(
                    RoleGrant(
                        tenant_id=tenant.id, holder_id=user.id, role=role, granted_by=made.system.id, valid_from=ctx.now
                    )
                )
            made.people[login] = Actor(
                user.id, tenant.id, "staff", frozenset({role}), "web", f"test-{login}", team_id=team.id
            )
    return made


@dataclass(frozen=True, slots=True)
class Known:
    party_id: UUID
    customer_id: UUID | None


async def person(made: Bank, **options: Any) -> Known:
    """A Czech who lives in Praha, with everything an application of a low risk needs, unless told otherwise."""
    return await made.run("system", _person, made, **options)


async def _person(
    ctx: Context,
    made: Bank,
    *,
    born: date | None = BIRTH_DATE,
    birth_number: str | None = BIRTH_NUMBER,
    nationality: str | None = "CZ",
    country: str = "CZ",
    address: bool = True,
    contact: bool = True,
    occupation: str | None = "teacher",
    region: str | None = "Praha",
    language: str | None = None,
    customer: bool = True,
    papers: Iterable[str] = ("identity_card",),
) -> Known:
    id_, tenant = new_id(), made.tenant.id
    await ctx.vault.create([id_])
    seal = ctx.vault.seal_optional
    party = Party(
        id=id_,
        tenant_id=tenant,
        kind=PartyKind.PERSON,
        name=ctx.vault.seal("party", "name", id_, id_, "Jana Nováková"),
        birth_date=seal("party", "birth_date", id_, id_, None if born is None else born.isoformat()),
        gender="male",
        occupation=occupation,
        country=country,
        region=region,
        correspondence_language=language,
        source="test",
        created_by=made["rm"].id,
        created_at=ctx.now,
    )
    rows: list[Any] = []
    if birth_number is not None:
        rows.append(_identifier(ctx, tenant, id_, "cz_birth_number", birth_number))
    if nationality is not None:
        rows.append(PartyCountry(tenant_id=tenant, party_id=id_, kind=CountryTieKind.NATIONALITY, country=nationality))
    if address:
        rows.append(_address(ctx, tenant, id_))
    if contact:
        row_id = new_id()
        value = ctx.vault.seal("party_contact", "value", row_id, id_, "jana@example.cz")
        rows.append(PartyContact(id=row_id, tenant_id=tenant, party_id=id_, kind=ContactKind.EMAIL, value=value))
    rows += [paper(ctx, made, id_, type_) for type_ in papers]
    return await _save(ctx, made, party, rows, customer=customer)


async def organisation(made: Bank, owners: dict[UUID, str], **options: Any) -> Known:
    """Owners by party id, with the share of one each holds, as text."""
    return await made.run("system", _organisation, made, owners, **options)


async def _organisation(
    ctx: Context, made: Bank, owners: dict[UUID, str], *, customer: bool = True, director: UUID | None = None
) -> Known:
    id_, tenant = new_id(), made.tenant.id
    await ctx.vault.create([id_])
    party = Party(
        id=id_,
        tenant_id=tenant,
        kind=PartyKind.ORGANISATION,
        name=ctx.vault.seal("party", "name", id_, id_, "Pekařství s.r.o."),
        industry="bakery",
        legal_form="s.r.o.",
        country="CZ",
        source="test",
        created_by=made["rm"].id,
        created_at=ctx.now,
    )
    rows: list[Any] = [
        _identifier(ctx, tenant, id_, "cz_company_number", "25596641"),
        _address(ctx, tenant, id_, AddressKind.REGISTERED),
        paper(ctx, made, id_, "register_extract"),
    ]
    rows += [
        OwnershipStake(tenant_id=tenant, owner_id=owner, owned_id=id_, kind=StakeKind.SHARES, fraction=fraction)
        for owner, fraction in owners.items()
    ]
    if director is not None:
        rows.append(tie(made, director, id_, RelationshipKind.DIRECTOR))
    return await _save(ctx, made, party, rows, customer=customer)


async def _save(ctx: Context, made: Bank, party: Party, rows: list[Any], *, customer: bool) -> Known:
    async with ctx.audit("customer.create", ("party", party.id)):
        ctx.session.add(party)
        await ctx.session.flush()
        ctx.session.add_all(rows)
    if not customer:
        return Known(party.id, None)
    relation = Customer(
        id=new_id(),
        tenant_id=made.tenant.id,
        party_id=party.id,
        number=f"C{party.id.hex[-10:]}",
        manager_id=made["rm"].id,
        team_id=made.team_id,
        stage_since=ctx.now,
    )
    async with ctx.audit("customer.create", ("customer", relation.id)):
        ctx.session.add(relation)
    return Known(party.id, relation.id)


def _identifier(ctx: Context, tenant: UUID, owner: UUID, type_: str, value: str) -> PartyIdentifier:
    id_ = new_id()
    sealed = ctx.vault.seal("party_identifier", "value", id_, owner, value)
    return PartyIdentifier(
        id=id_, tenant_id=tenant, party_id=owner, type=type_, country="CZ", value=sealed, checked=True
    )


def _address(ctx: Context, tenant: UUID, owner: UUID, kind: AddressKind = AddressKind.HOME) -> PartyAddress:
    id_ = new_id()
    text = ctx.vault.seal("party_address", "text", id_, owner, "Dlouhá 1, Praha")
    return PartyAddress(id=id_, tenant_id=tenant, party_id=owner, kind=kind, text=text, country="CZ")


def paper(
    ctx: Context, made: Bank, owner: UUID, type_: str, status: str = DocumentStatus.ACCEPTED, **options: Any
) -> Document:
    given = {"issued_on": date(2026, 10, 1), "expires_on": date(2031, 1, 1)} | options
    return Document(
        tenant_id=made.tenant.id,
        party_id=owner,
        type=type_,
        media_type="application/pdf",
        size=1,
        sha256=bytes(32),
        status=status,
        uploaded_by=made["rm"].id,
        uploaded_at=ctx.now,
        **given,
    )


def tie(made: Bank, from_id: UUID, to_id: UUID, kind: RelationshipKind) -> PartyRelationship:
    return PartyRelationship(tenant_id=made.tenant.id, from_id=from_id, to_id=to_id, kind=kind)


async def account(made: Bank, holder: UUID, role: HolderRole, *, loan: str | None = None) -> UUID:
    """An account at which the party has a role, with a loan of the given standing if there is one."""

    async def use_case(ctx: Context) -> UUID:
        id_ = new_id()
        await ctx.vault.load([holder])
        number = ctx.vault.seal("account", "number", id_, holder, "1001")
        opened = Account(
            id=id_,
            tenant_id=made.tenant.id,
            owner_id=holder,
            number=number,
            product="account",
            currency="CZK",
            opened_on=date(1996, 1, 1),
        )
        async with ctx.audit("holding.import", ("account", id_)):
            ctx.session.add(opened)
            await ctx.session.flush()
            ctx.session.add(AccountHolder(tenant_id=made.tenant.id, account_id=id_, party_id=holder, role=role))
            if loan is not None:
                ctx.session.add(_loan(made, id_, loan))
        return id_

    return await made.platform.run(made.system, use_case)


def _loan(made: Bank, account_id: UUID, status: str) -> Loan:
    return Loan(
        tenant_id=made.tenant.id,
        account_id=account_id,
        granted_on=date(1997, 1, 1),
        amount=Decimal(100000),
        currency="CZK",
        months=24,
        payment=Decimal(4600),
        status=status,
    )


def in_role(actor: Actor, role: str) -> Actor:
    """The same person after a change of role."""
    return replace(actor, roles=frozenset({role}))


def elsewhere(actor: Actor) -> Actor:
    """A person of the same role in another institution."""
    return replace(actor, id=new_id(), tenant_id=new_id())


def of_team(actor: Actor, team_id: UUID | None) -> Actor:
    return replace(actor, team_id=team_id)


def speaking(actor: Actor, locale: str) -> Actor:
    return replace(actor, locale=locale)


async def hand_in(made: Bank, owner: UUID, type_: str, status: str = DocumentStatus.ACCEPTED, **options: Any) -> UUID:
    async def use_case(ctx: Context) -> UUID:
        document = paper(ctx, made, owner, type_, status, **options)
        async with ctx.audit("document.upload", ("document", document.id)):
            ctx.session.add(document)
        return document.id

    return await made.platform.run(made.system, use_case)


async def lists(made: Bank) -> None:
    """A list in force, if there is none yet: nobody of these factories stands on it."""
    async with made.platform.transaction(made.system) as ctx:
        if await queries.stamp(ctx):
            return
    await screening.set_up(made.platform, made.system, "STRANGERS")
    await screening.load(made.platform, made.system, code="STRANGERS")


async def draft(made: Bank, known: Known, **options: Any) -> OnboardingCase:
    given = {"purpose": "new", "jurisdiction": "CZ", "products": ["basic_account"], "channel": "branch"} | options
    return await made.run("rm", service.open_case, party_id=known.party_id, **given)


async def submitted(made: Bank, known: Known, **options: Any) -> OnboardingCase:
    case = await draft(made, known, **options)
    return await made.run("rm", service.submit, case.id)


async def in_review(made: Bank, known: Known, **options: Any) -> OnboardingCase:
    """Reviewed by `officer`, with every check run; the bank screens against a list of strangers."""
    await lists(made)
    case = await submitted(made, known, **options)
    await made.run("officer", service.start_review, case.id)
    await made.run("officer", service.run_checks, case.id)
    return case
