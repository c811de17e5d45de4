"""The dossier of a case: everything about its party and itself that rules and checks look at, opened once.

Personal values are opened here to be compared, not shown: what leaves are facts, codes and figures.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from backend.access.context import Context
from backend.customers.identifiers import NATIONAL, REGISTRATION, TYPES, Verdict, check
from backend.customers.models import (
    AddressKind,
    CountryTieKind,
    Document,
    Party,
    PartyAddress,
    PartyContact,
    PartyCountry,
    PartyIdentifier,
    PartyKind,
    PartyRelationship,
    RelationshipKind,
)
from backend.onboarding import queries
from backend.onboarding.facts import CaseFacts, Evidence, Paper, age
from backend.onboarding.holding_facts import holding_facts
from backend.onboarding.models import (
    CaseApproval,
    CaseCheck,
    CaseRequirement,
    CaseState,
    OnboardingCase,
    RequirementStatus,
    Signature,
)
from backend.onboarding.owners import Owners, owners_of
from backend.onboarding.product_facts import product_facts

_APPROVED: Final = (CaseState.APPROVED.value, CaseState.APPROVED_WITH_CONDITIONS.value)
IDENTITY_TYPES: Final = ("passport", "identity_card", "residence_permit")
_REPRESENTS: Final = (RelationshipKind.DIRECTOR.value, RelationshipKind.AUTHORISED_SIGNATORY.value)
Row = TypeVar("Row", PartyAddress, PartyContact, PartyCountry, PartyIdentifier, Document)


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier with its value in clear; `verdict` is that of the public rule of its type today."""

    type: str
    field: str
    value: str
    verdict: Verdict
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Dossier:
    case: OnboardingCase
    party: Party
    birth_date: date | None
    identifiers: tuple[Identifier, ...]
    addresses: Sequence[PartyAddress]
    contacts: Sequence[PartyContact]
    countries: Sequence[PartyCountry]
    ties: Sequence[PartyRelationship]
    papers: tuple[Paper, ...]
    owners: Owners
    children: Sequence[OnboardingCase]
    requirements: Mapping[str, CaseRequirement]
    checks: Mapping[str, CaseCheck]
    approvals: Sequence[CaseApproval]
    known: Mapping[str, Any]

    @property
    def guardians(self) -> tuple[UUID, ...]:
        """Who is guardian or parent of the party; a parent represents a minor by law."""
        kinds = (RelationshipKind.GUARDIAN.value, RelationshipKind.PARENT.value)
        return tuple(tie.from_id for tie in self.ties if tie.to_id == self.party.id and tie.kind in kinds)

    def age(self, today: date) -> int | None:
        return None if self.birth_date is None else age(self.birth_date, today)


async def load(ctx: Context, case: OnboardingCase, party: Party) -> Dossier:
    await ctx.vault.load([party.id])
    identifiers = await _rows(ctx, PartyIdentifier, party.id)
    requirements = (await queries.requirements_of(ctx, [case.id])).get(case.id, [])
    checks = (await queries.checks_of(ctx, [case.id])).get(case.id, [])
    return Dossier(
        case=case,
        party=party,
        birth_date=_birth_date(ctx, party),
        identifiers=tuple(_opened(ctx, row) for row in identifiers),
        addresses=await _rows(ctx, PartyAddress, party.id, _valid(ctx, PartyAddress.valid_to)),
        contacts=await _rows(ctx, PartyContact, party.id, _valid(ctx, PartyContact.valid_to)),
        countries=await _rows(ctx, PartyCountry, party.id),
        ties=await _ties(ctx, party.id),
        papers=tuple(_paper(row) for row in await _rows(ctx, Document, party.id)),
        owners=await owners_of(ctx, party),
        children=await queries.children(ctx, case.id),
        requirements={row.code: row for row in requirements},
        checks={row.kind: row for row in checks},
        approvals=(await queries.approvals_of(ctx, [case.id])).get(case.id, []),
        known={**case_known(checks), **await holding_facts(ctx, party.id), **await product_facts(ctx, case)},
    )


def case_known(checks: Sequence[CaseCheck]) -> Mapping[str, Any]:
    """What rating and screening found out, once they answered: it stands in the result of their checks."""
    results = {check.kind: check.result for check in checks}
    rating, screening = results.get("rating", {}), results.get("screening", {})
    return {
        "rated_level": rating.get("level"),
        "rated_points": rating.get("points"),
        "politically_exposed": screening.get("politically_exposed"),
    }


def facts(dossier: Dossier, today: date) -> CaseFacts:
    case, party, owners = dossier.case, dossier.party, dossier.owners
    organisation = party.kind == PartyKind.ORGANISATION
    home = next((address for address in dossier.addresses), None)
    return CaseFacts(
        party_kind=party.kind,
        purpose=case.purpose,
        jurisdiction=case.jurisdiction,
        products=frozenset(case.products),
        channel=case.channel,
        age=dossier.age(today),
        birth_date_known=dossier.birth_date is not None,
        gender=party.gender,
        residence=party.country or (None if home is None else home.country),
        region=party.region or (None if home is None else home.region),
        nationalities=_countries(dossier, CountryTieKind.NATIONALITY),
        tax_residencies=_countries(dossier, CountryTieKind.TAX_RESIDENCY),
        tax_number_known=_tax_numbers_known(dossier),
        occupation=party.occupation,
        industry=party.industry,
        legal_form=party.legal_form,
        national_id=_standing(i for i in dossier.identifiers if i.field == NATIONAL),
        registration_number=_standing(i for i in dossier.identifiers if i.field == REGISTRATION),
        lei=_standing(i for i in dossier.identifiers if i.type == "lei"),
        identity_document=_identity_document(dossier),
        address_known=any(address.kind != AddressKind.POSTAL for address in dossier.addresses),
        contact_known=bool(dossier.contacts),
        guardian_known=bool(dossier.guardians),
        representative_known=any(tie.kind in _REPRESENTS for tie in dossier.ties if tie.to_id == party.id),
        owners_explained=owners.explained_per_cent if organisation else None,
        owners_above_threshold=len(owners.beneficial) if organisation else None,
        open_owner_cases=sum(child.state not in _APPROVED for child in dossier.children),
        ownership_layers=owners.layers if organisation else None,
        ownership_countries=owners.countries if organisation else None,
        **dossier.known,
    )


def evidence(dossier: Dossier) -> Evidence:
    waived = {code for code, row in dossier.requirements.items() if row.status == RequirementStatus.WAIVED}
    signed = [a for a in dossier.approvals if a.round == dossier.case.round and a.decision == Signature.APPROVE]
    return Evidence(
        papers=dossier.papers,
        checks={kind: check.status for kind, check in dossier.checks.items()},
        waived=frozenset(waived),
        signatures=len(signed),
    )


def _birth_date(ctx: Context, party: Party) -> date | None:
    text = ctx.vault.open_optional("party", "birth_date", party.id, party.id, party.birth_date)
    return None if text is None else date.fromisoformat(text)


def _opened(ctx: Context, row: PartyIdentifier) -> Identifier:
    value = ctx.vault.open("party_identifier", "value", row.id, row.party_id, row.value)
    type_ = TYPES.get(row.type)
    if type_ is None:
        return Identifier(row.type, row.type, value, Verdict.NO_RULE, row.expires_on)
    return Identifier(row.type, type_.field, value, check(type_, value).verdict, row.expires_on)


def _paper(row: Document) -> Paper:
    return Paper(row.id, row.type, row.status, row.issued_on, row.expires_on)


def _countries(dossier: Dossier, kind: CountryTieKind) -> frozenset[str] | None:
    return frozenset(tie.country for tie in dossier.countries if tie.kind == kind) or None


def _tax_numbers_known(dossier: Dossier) -> bool:
    residencies = [tie for tie in dossier.countries if tie.kind == CountryTieKind.TAX_RESIDENCY]
    return bool(residencies) and all(tie.tax_number is not None for tie in residencies)


def _standing(identifiers: Iterable[Identifier]) -> str | None:
    """The best of them: valid by its public rule, incomplete (no rule could check it), invalid; None without one."""
    verdicts = {identifier.verdict for identifier in identifiers}
    for verdict, standing in (
        (Verdict.VALID, "valid"),
        (Verdict.NO_RULE, "incomplete"),
        (Verdict.INVALID, "invalid"),
    ):
        if verdict in verdicts:
            return standing
    return None


def _identity_document(dossier: Dossier) -> str | None:
    """The furthest that any identity document has come: accepted, pending, revision, rejected, expired."""
    order = ["accepted", "pending", "revision", "rejected", "expired"]
    statuses = [paper.status for paper in dossier.papers if paper.type in IDENTITY_TYPES]
    return min(statuses, key=order.index, default=None)


def _valid(ctx: Context, column: Any) -> ColumnElement[bool]:
    return or_(col(column).is_(None), col(column) >= ctx.now.date())


async def _rows(ctx: Context, model: type[Row], party_id: UUID, *wanted: ColumnElement[bool]) -> Sequence[Row]:
    query = select(model).where(col(model.party_id) == party_id, *wanted).order_by(col(model.id))
    return (await ctx.session.scalars(query)).all()


async def _ties(ctx: Context, party_id: UUID) -> Sequence[PartyRelationship]:
    of_party = or_(col(PartyRelationship.from_id) == party_id, col(PartyRelationship.to_id) == party_id)
    query = select(PartyRelationship).where(of_party, _valid(ctx, PartyRelationship.valid_to))
    return (await ctx.session.scalars(query.order_by(col(PartyRelationship.id)))).all()
