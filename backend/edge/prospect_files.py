"""Lines of a file of prospects, recorded one by one through the capability: what it refuses is the row's problem.

A row that is refused leaves nothing behind; the others of its transaction stay. A row whose key is recorded is known.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import StaffUser, Tenant
from backend.consent.errors import ChannelUnknown, ConsentInFuture, TextVersionUnknown
from backend.core.errors import TenureError
from backend.customers.inputs import ContactInput, NameInput, PartyInput, parse
from backend.customers.models import ContactKind, Customer
from backend.customers.queries.book import merges_of
from backend.engagement.prospects import service
from backend.engagement.prospects.errors import CampaignUnknown, NextStepPast, ProductUnknown, ReferrerUnknown
from backend.engagement.prospects.models import Source
from backend.engagement.prospects.service import ConsentGiven, ProspectInput
from backend.onboarding.migration import recorders
from backend.onboarding.migration.holding_files import FileKind
from backend.onboarding.migration.problems import Problem, RowProblem
from backend.onboarding.migration.prospect_lines import ProspectLine
from backend.onboarding.migration.queries import known_refs
from backend.onboarding.migration.taken import Taken

_REASONS: Final[dict[type[TenureError], tuple[str, str]]] = {
    CampaignUnknown: ("unknown_campaign", "campaign"),
    ProductUnknown: ("unknown_product", "interest"),
    ReferrerUnknown: ("unknown_customer", "referred_by"),
    NextStepPast: ("out_of_range", "next_step_on"),
    TextVersionUnknown: ("unknown_text", "consent_version"),
    ChannelUnknown: ("unknown_code", "consent_channel"),
    ConsentInFuture: ("out_of_range", "consent_on"),
}
_COLUMNS: Final = {"names": "name", "contacts": "phone", "country": "country", "region": "region"}
_OPEN: Final = "open"


@dataclass(frozen=True, slots=True)
class _Known:
    """What the lines refer to, read once for all of them; `country` is that of phone numbers without one."""

    country: str
    customers: dict[str, UUID]
    colleagues: dict[str, UUID]


async def record_prospects(ctx: Context, _run_id: UUID, lines: Sequence[ProspectLine], file: str, taken: Taken) -> None:
    before = await known_refs(ctx, [_ref(line) for line in lines])
    fresh = [line for line in lines if _ref(line) not in before]
    taken.known += len(lines) - len(fresh)
    known, parties = await _read(ctx, fresh), []
    for line in fresh:
        try:
            parties.append(await _record(ctx, line, known))
        except RowProblem as problem:
            taken.problems.append(Problem(file, line.line, problem.code, problem.column))
    taken.taken += len(parties)
    taken.alike += await _alike(ctx, parties)


async def _record(ctx: Context, line: ProspectLine, known: _Known) -> UUID:
    """Raises RowProblem."""
    try:
        party, given = _party(line, known.country), _given(line, known)
        async with ctx.session.begin_nested():
            return (await service.record(ctx, party, given)).party_id
    except TenureError as error:
        raise _problem(error) from error


def _problem(error: TenureError) -> RowProblem:
    field = error.field or ""
    code, column = _REASONS.get(type(error), ("not_valid", _COLUMNS.get(field.split(".")[0], "")))
    return RowProblem(code, column or None)


def _party(line: ProspectLine, country: str) -> PartyInput:
    """A phone number without a country code is one of the prospect's country, else of the institution's."""
    found = ((ContactKind.EMAIL, line.email, None), (ContactKind.PHONE, line.phone, line.country or country))
    return parse(
        PartyInput,
        {
            "kind": line.kind,
            "names": [_name(line)],
            "source": line.source,
            "source_ref": _ref(line),
            "country": line.country,
            "region": line.region,
            "correspondence_language": line.language,
            "contacts": [ContactInput(kind=kind, value=value, region=of) for kind, value, of in found if value],
        },
    )


def _name(line: ProspectLine) -> NameInput:
    parts = (line.given_name, line.family_name) if line.kind == "person" else (None, None)
    return parse(NameInput, {"full_name": line.name, "given_name": parts[0], "family_name": parts[1]})


def _given(line: ProspectLine, known: _Known) -> ProspectInput:
    if line.referred_by is not None and line.referred_by not in known.customers:
        raise RowProblem("unknown_customer", "referred_by")
    if line.manager is not None and line.manager not in known.colleagues:
        raise RowProblem("unknown_colleague", "manager")
    return ProspectInput(
        source=Source(line.source),
        campaign=line.campaign,
        referred_by_id=known.customers.get(line.referred_by or ""),
        interest=line.interest,
        manager_id=known.colleagues.get(line.manager or ""),
        next_step_on=line.next_step_on,
        came_on=line.consent_on,
        consent=ConsentGiven(
            text_version=line.consent_version,
            text_locale=line.consent_language,
            channel=line.consent_channel,
            given_at=datetime.combine(line.consent_on, time(), UTC),
        ),
    )


async def _read(ctx: Context, lines: Collection[ProspectLine]) -> _Known:
    numbers = {line.referred_by for line in lines if line.referred_by}
    logins = {line.manager for line in lines if line.manager}
    customers = select(Customer.number, Customer.party_id).where(col(Customer.number).in_(numbers))
    colleagues = select(StaffUser.login, StaffUser.id).where(col(StaffUser.login).in_(logins), col(StaffUser.active))
    tenant = await ctx.session.get_one(Tenant, ctx.actor.tenant_id)
    return _Known(
        country=tenant.jurisdiction,
        customers={row.number: row.party_id for row in await ctx.session.execute(customers)},
        colleagues={row.login: row.id for row in await ctx.session.execute(colleagues)},
    )


async def _alike(ctx: Context, parties: Sequence[UUID]) -> int:
    """How many of them may be somebody on record, or one another."""
    found = await merges_of(ctx, set(parties)) if parties else {}
    return sum(any(pair.status == _OPEN for pair in found.get(party, ())) for party in parties)


def _ref(line: ProspectLine) -> str:
    return f"prospect:{line.ref}"


recorders.register(FileKind.PROSPECTS, record_prospects)
