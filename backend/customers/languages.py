"""In which language somebody is written to: their own, else that of their country, else the institution's."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from backend.access.context import Context
from backend.access.models import Tenant
from backend.customers.models import Party
from backend.customers.rulesets import languages

TAGS: Final[Mapping[str, str]] = MappingProxyType(
    {"en": "en", "zh": "zh_CN", "zh_CN": "zh_CN", "zh-CN": "zh_CN", "zh-Hans": "zh_CN", "zh-Hans-CN": "zh_CN"}
)
"""What files and partners may call a language (BCP 47, RFC 5646), with the product's own code for it."""


async def language_of(ctx: Context, party_id: UUID) -> str:
    """A code of `backend.core.i18n.LOCALES`. Without a known country somebody counts as of the institution's.

    For writing to them: no right is asked for, and nothing is noted as read.
    """
    country = func.coalesce(Party.country, Tenant.jurisdiction)
    query = (
        select(col(Party.correspondence_language), country)
        .join(Tenant, col(Tenant.id) == col(Party.tenant_id))
        .where(col(Party.id) == party_id)
    )
    own, where = (await ctx.session.execute(query)).one()
    return languages(ctx).rules.of(own, where)
