"""A party as it was recorded at an instant, read from its versions; shown by the rights of today."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

import strawberry

from backend.access import fields
from backend.access.context import Context
from backend.api.costs import resolved
from backend.api.inputs import Id
from backend.api.party_enums import PartyKind, PartyStatus
from backend.api.party_parts import shown
from backend.api.personal import PersonalText
from backend.api.request import Info
from backend.audit import history
from backend.customers import queries
from backend.customers.models import Party
from backend.privacy.errors import DataKeyDestroyed

_FIELDS: Final = ["name", "birth_date", "occupation", "city", "language"]


@strawberry.type
class PastParty:
    id: UUID
    version: int
    kind: PartyKind
    status: PartyStatus
    name: PersonalText
    birth_date: PersonalText
    occupation: PersonalText
    region: PersonalText
    correspondence_language: PersonalText
    gender: str | None
    industry: str | None
    legal_form: str | None
    founded_on: date | None
    country: str | None


@strawberry.type
class HistoryQuery:
    @resolved("A party as it was recorded at an instant; null before it was made.", weight=10)
    async def party_as_of(self, info: Info, record_id: Id, at: datetime) -> PastParty | None:
        return await info.context.read(lambda ctx: _past(ctx, record_id, at))


async def _past(ctx: Context, party_id: UUID, at: datetime) -> PastParty | None:
    facts = await queries.facts(ctx, party_id)
    ctx.require("view_history", "customer", facts)
    row = (await history.at(ctx.session, Party, [party_id], at)).get(party_id)
    if row is None:
        return None
    visible = ctx.plan("customer", _FIELDS).of(facts)
    await ctx.vault.load([party_id])
    values = {
        "name": _opened(ctx, row.id, "name", row.name, visible["name"]),
        "birth_date": _opened(ctx, row.id, "birth_date", row.birth_date, visible["birth_date"]),
        "occupation": fields.show("customer.occupation", row.occupation, visible["occupation"]),
        "city": fields.show("customer.city", row.region, visible["city"]),
        "language": fields.show("customer.language", row.correspondence_language, visible["language"]),
    }
    ctx.saw(("party", party_id), *(name for name, value in values.items() if value is not None))
    return PastParty(
        id=row.id,
        version=row.ver,
        kind=PartyKind(row.kind),
        status=PartyStatus(row.status),
        name=shown(visible, "name", values["name"]),
        birth_date=shown(visible, "birth_date", values["birth_date"]),
        occupation=shown(visible, "occupation", values["occupation"]),
        region=shown(visible, "city", values["city"]),
        correspondence_language=shown(visible, "language", values["language"]),
        gender=row.gender,
        industry=row.industry,
        legal_form=row.legal_form,
        founded_on=row.founded_on,
        country=row.country,
    )


def _opened(
    ctx: Context, party_id: UUID, column: str, sealed: bytes | None, visibility: fields.Visibility
) -> str | date | None:
    """None too for what was erased."""
    if sealed is None or visibility is fields.Visibility.HIDDEN:
        return None
    try:
        text = ctx.vault.open("party", column, party_id, party_id, sealed)
    except DataKeyDestroyed:
        return None
    return fields.show(f"customer.{column}", text, visibility)
