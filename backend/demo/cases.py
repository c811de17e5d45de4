"""Customers who come to the demonstration institution by themselves, each with a case at another point of its way.

Everything goes through the services that people use, in their names and with their rights, so the audit log of the
demonstration reads like that of a real bank.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

from backend.access import queries
from backend.access.context import Context
from backend.access.models import StaffUser
from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.ids import new_id
from backend.customers import service as customers
from backend.customers.inputs import (
    AddressInput,
    ContactInput,
    CountryInput,
    DocumentInput,
    IdentifierInput,
    NameInput,
    PartyInput,
    RelationshipInput,
    StakeInput,
)
from backend.customers.models import (
    AddressKind,
    ContactKind,
    CountryTieKind,
    NameKind,
    Party,
    PartyKind,
    RelationshipKind,
    StakeKind,
)
from backend.demo.papers import paper
from backend.demo.people import PARTNER
from backend.edge.platform import Platform
from backend.onboarding import service as onboarding
from backend.onboarding.migration.queries import known_refs

T = TypeVar("T")


class ClientUnknown(NotFound):
    code = "demo.client_unknown"
    text = "The partner client “{name}” is not registered; run the demonstration from its beginning."


_BORN: Final = {"hana": date(1984, 3, 14), "zhang": date(1979, 6, 30), "novak": date(1968, 11, 2)}


@dataclass(slots=True)
class Story:
    """Acts as one colleague or another, or as the partner, each step a use case of its own."""

    platform: Platform
    tenant_id: UUID
    staff: dict[str, StaffUser]
    roles: dict[str, frozenset[str]]
    partner: Actor

    async def act(self, login: str, use_case: Callable[[Context], Awaitable[T]]) -> T:
        return await self.platform.run(self.actor(login), use_case)

    async def decide(self, login: str, use_case: Callable[[Context], Awaitable[T]]) -> T:
        """What two people must not do at once."""
        return await self.platform.run(self.actor(login), use_case, serializable=True)

    def actor(self, login: str) -> Actor:
        user = self.staff[login]
        return Actor(user.id, self.tenant_id, "staff", self.roles[login], "cli", f"demo-{new_id()}", user.team_id)


async def tell(platform: Platform, operator: Actor) -> None:
    """Every story once; the demonstration that is started again, or was killed, finds out which were told."""
    story = await begin(platform, operator)
    told = await platform.run(operator, lambda ctx: known_refs(ctx, list(_TALES)))
    for ref, tale in _TALES.items():
        if ref not in told:
            await tale(story)


async def begin(platform: Platform, operator: Actor) -> Story:
    return await platform.run(operator, lambda ctx: _story(ctx, platform))


async def _story(ctx: Context, platform: Platform) -> Story:
    staff = {user.login: user for user in await queries.staff(ctx.session)}
    roles = {login: await queries.roles_of(ctx.session, user.id, ctx.now) for login, user in staff.items()}
    return Story(platform, ctx.actor.tenant_id, staff, roles, await _partner(ctx))


async def _partner(ctx: Context) -> Actor:
    client = await queries.client_by_name(ctx.session, PARTNER)
    if client is None:
        raise ClientUnknown(name=PARTNER)
    roles = await queries.roles_of(ctx.session, client.id, ctx.now)
    return Actor(client.id, client.tenant_id, "partner", roles, "graphql", f"demo-{new_id()}")


async def _draft(story: Story) -> None:
    """A prospect from the branch whose application has only begun."""
    party = await story.act("jana", lambda ctx: customers.record_party(ctx, person("Klára", "Bílá", "demo:klara")))
    await story.act("jana", lambda ctx: _open(ctx, party.id, ["current_account"]))


async def _referred(story: Story) -> None:
    """A prospect whom a partner brought: the partner sees it, and nobody else's."""
    given = person("Ondřej", "Kolář", "demo:ondrej").model_copy(update={"source": "partner"})
    await story.platform.run(story.partner, lambda ctx: customers.record_party(ctx, given))


async def _in_review(story: Story) -> None:
    """A complete application that a compliance officer has begun to review."""
    given = person(
        "Hana",
        "Veselá",
        "demo:hana",
        birth_date=_BORN["hana"],
        identifiers=(IdentifierInput(type="cz_birth_number", value="8453144216", country="CZ"),),
        addresses=(AddressInput(kind=AddressKind.HOME, text="Korunní 48, 120 00 Praha 2", country="CZ"),),
    )
    case_id = await apply(story, "jana", given, ["current_account", "card"])
    await story.act("lucie", lambda ctx: onboarding.start_review(ctx, case_id))
    await story.act("lucie", lambda ctx: onboarding.run_checks(ctx, case_id))


async def _awaiting(story: Story) -> None:
    """A customer from abroad, with a name in two scripts, who was asked for a better copy and more."""
    given = PartyInput(
        kind=PartyKind.PERSON,
        names=(
            NameInput(full_name="张伟", given_name="伟", family_name="张"),
            NameInput(full_name="Zhang Wei", kind=NameKind.TRANSLITERATION, given_name="Wei", family_name="Zhang"),
        ),
        source="branch",
        source_ref="demo:zhang",
        birth_date=_BORN["zhang"],
        gender="male",
        occupation="engineer",
        country="CZ",
        correspondence_language="zh_CN",
        identifiers=(IdentifierInput(type="passport", value="E12345678", country="CN", expires_on=date(2031, 5, 1)),),
        contacts=(ContactInput(kind=ContactKind.EMAIL, value="zhang.wei@example.com", preferred=True),),
        countries=(
            CountryInput(kind=CountryTieKind.NATIONALITY, country="CN"),
            CountryInput(kind=CountryTieKind.TAX_RESIDENCY, country="CZ"),
        ),
    )
    case_id = await apply(story, "tomas", given, ["current_account"], identity=("passport", False))
    await story.act("martin", lambda ctx: onboarding.start_review(ctx, case_id))
    await story.act("martin", lambda ctx: onboarding.request_information(ctx, case_id, requirements=["address_proof"]))


async def _structure(story: Story) -> None:
    """A company behind a holding, with a cross-holding: who owns it in the end has to be computed."""
    company = await _organisation(story, "Moravské sklárny a.s.", "25596641", "demo:glass")
    holding = await _organisation(story, "Sklo Holding SE", "27074358", "demo:holding")
    fund = await _organisation(story, "Bohemia Growth Fund", None, "demo:fund")
    novak = await _owner(story, "Jiří", "Novák", "demo:novak", _BORN["novak"])
    hruby = await _owner(story, "Alena", "Hrubá", "demo:hruba", date(1972, 7, 21))
    for owner, owned, share in (
        (holding, company, "0.7"),
        (fund, company, "0.2"),
        (hruby, company, "0.1"),
        (novak, holding, "0.6"),
        (fund, holding, "0.4"),
        (hruby, fund, "0.8"),
        (holding, fund, "0.2"),
    ):
        stake = StakeInput(owner_id=owner.id, owned_id=owned.id, kind=StakeKind.SHARES, fraction=Decimal(share))
        await story.act("eva", partial(customers.add_stake, given=stake))
    director = RelationshipInput(from_id=novak.id, to_id=company.id, kind=RelationshipKind.DIRECTOR)
    await story.act("eva", lambda ctx: customers.add_relationship(ctx, director))
    await _paper(story, "eva", company.id, "register_extract", "Extract of the commercial register")
    case = await story.act("eva", lambda ctx: _open(ctx, company.id, ["current_account", "loan"]))
    await story.act("eva", lambda ctx: onboarding.submit(ctx, case))
    await story.act("lucie", lambda ctx: onboarding.start_review(ctx, case))
    await story.act("lucie", lambda ctx: onboarding.run_checks(ctx, case))


async def _listed(story: Story) -> None:
    """Prospects who stand on the invented lists, or nearly: what screening finds, and what it leaves."""
    morvan = person("Fedor", "Morvan", "demo:morvan", birth_date=date(1974, 2, 4))
    party = await story.act("jana", lambda ctx: customers.record_party(ctx, _foreign(morvan, "RU")))
    await story.act("jana", lambda ctx: _open(ctx, party.id, ["current_account"]))
    teskov = person("Ruvald", "Teskov", "demo:teskov", birth_date=date(1962, 5, 17))
    qaramanli = person("Zubeida", "Qaramanli", "demo:qaramanli", birth_date=date(2001, 1, 9))
    for login, given in (("tomas", teskov), ("tomas", _foreign(qaramanli, "LY")), ("wang", _OUYANG)):
        await story.act(login, partial(customers.record_party, given=given))
    await _organisation(story, "Korval Ocean Lines s.r.o.", None, "demo:korval")


def _foreign(given: PartyInput, country: str) -> PartyInput:
    nationality = CountryInput(kind=CountryTieKind.NATIONALITY, country=country)
    return given.model_copy(update={"countries": (nationality,)})


_OUYANG: Final = PartyInput(
    kind=PartyKind.PERSON,
    names=(NameInput(full_name="Ouyang Peng Fei", given_name="Peng Fei", family_name="Ouyang"),),
    source="branch",
    source_ref="demo:ouyang",
    birth_date=date(1969, 10, 1),
    gender="male",
    occupation="trader",
    country="CZ",
)


async def apply(
    story: Story,
    manager: str,
    given: PartyInput,
    products: list[str],
    *,
    identity: tuple[str, bool] = ("identity_card", True),
) -> UUID:
    """Recorded, with papers, submitted; `identity` is the type of the document and whether it was accepted."""
    party = await story.act(manager, lambda ctx: customers.record_party(ctx, given))
    kind, accepted = identity
    document = await _paper(story, manager, party.id, kind, "Identity document", expires_on=date(2031, 5, 1))
    judge = customers.accept_document if accepted else _blurred
    await story.act("lucie", lambda ctx: judge(ctx, document))
    if accepted:
        proof = await _paper(story, manager, party.id, "proof_of_address", "Electricity bill")
        await story.act("lucie", lambda ctx: customers.accept_document(ctx, proof))
    case_id = await story.act(manager, lambda ctx: _open(ctx, party.id, products))
    await story.act(manager, lambda ctx: onboarding.submit(ctx, case_id))
    return case_id


async def _blurred(ctx: Context, document_id: UUID) -> object:
    return await customers.request_revision(ctx, document_id, "blurred")


async def _open(ctx: Context, party_id: UUID, products: list[str]) -> UUID:
    case = await onboarding.open_case(
        ctx, party_id=party_id, purpose="new", jurisdiction="CZ", products=products, channel="branch"
    )
    return case.id


async def _paper(
    story: Story, login: str, party_id: UUID, kind: str, title: str, expires_on: date | None = None
) -> UUID:
    async def upload(ctx: Context) -> UUID:
        given = DocumentInput(
            type=kind,
            file_name=f"{kind}.pdf",
            country="CZ",
            issued_on=ctx.now.date() - timedelta(days=30),
            expires_on=expires_on,
        )
        content = paper(title, f"Demonstration copy for record {party_id}")
        return (await customers.upload_document(ctx, party_id, given, content)).id

    return await story.act(login, upload)


async def _organisation(story: Story, name: str, number: str | None, ref: str) -> Party:
    identifiers = () if number is None else (IdentifierInput(type="cz_company_number", value=number, country="CZ"),)
    given = PartyInput(
        kind=PartyKind.ORGANISATION,
        names=(NameInput(full_name=name),),
        source="branch",
        source_ref=ref,
        legal_form="joint stock company",
        industry="C23.1",
        country="CZ",
        identifiers=identifiers,
        addresses=(AddressInput(kind=AddressKind.REGISTERED, text="Sklářská 1, 602 00 Brno", country="CZ"),),
    )
    return await story.act("eva", lambda ctx: customers.record_party(ctx, given))


async def _owner(story: Story, given_name: str, family_name: str, ref: str, born: date) -> Party:
    given = person(given_name, family_name, ref, birth_date=born)
    return await story.act("eva", lambda ctx: customers.record_party(ctx, given))


def person(
    given_name: str,
    family_name: str,
    ref: str,
    *,
    birth_date: date | None = None,
    identifiers: tuple[IdentifierInput, ...] = (),
    addresses: tuple[AddressInput, ...] = (),
) -> PartyInput:
    return PartyInput(
        kind=PartyKind.PERSON,
        names=(NameInput(full_name=f"{given_name} {family_name}", given_name=given_name, family_name=family_name),),
        source="branch",
        source_ref=ref,
        birth_date=birth_date,
        country="CZ",
        occupation="employee",
        identifiers=identifiers,
        addresses=addresses,
        contacts=(ContactInput(kind=ContactKind.PHONE, value="+420601123456"),) if identifiers else (),
        countries=(
            CountryInput(kind=CountryTieKind.NATIONALITY, country="CZ"),
            CountryInput(kind=CountryTieKind.TAX_RESIDENCY, country="CZ", tax_number="CZ12345678"),
        ),
    )


_TALES: Final[dict[str, Callable[[Story], Awaitable[None]]]] = {
    "demo:klara": _draft,
    "demo:ondrej": _referred,
    "demo:hana": _in_review,
    "demo:zhang": _awaiting,
    "demo:glass": _structure,
    "demo:morvan": _listed,
}
"""By the reference of the first party that each one records."""
