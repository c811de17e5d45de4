"""Versions of lists and decisions on alerts that wait for a second person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.access.signatures import MOST, SignatureKind, Waiting
from backend.core.i18n import translate
from backend.screening import queries
from backend.screening.alerts import queries as alerts
from backend.screening.alerts.models import AlertState, ScreeningAlert

_OUTCOMES: Final[Mapping[AlertState, str]] = {
    AlertState.TRUE_MATCH: "True match",
    AlertState.FALSE_POSITIVE: "False positive",
    AlertState.INCONCLUSIVE: "Inconclusive",
}


async def _versions(ctx: Context) -> list[Waiting]:
    return [
        Waiting(
            id=version.id,
            words=f"{each.list.name} ({version.number})",
            page=f"/screening/lists/{each.list.id}",
            made_at=version.loaded_at,
            made_by=version.loaded_by,
            mine=ctx.may(
                "confirm",
                "screening_list",
                Facts(tenant_id=version.tenant_id, maker_id=version.loaded_by, deciders=frozenset()),
            ),
        )
        for each in await queries.lists(ctx)
        for version in (each.waiting,)
        if version is not None
    ]


async def _alerts(ctx: Context) -> list[Waiting]:
    """Escalated ones: handed up, or decided by one person where the rules want two."""
    wanted = alerts.AlertFilter(states=frozenset({AlertState.ESCALATED}))
    found = await alerts.alerts(ctx, wanted, limit=MOST)
    names = await alerts.entry_names(ctx, [row.id for row in found])
    since = await alerts.changed_at(ctx, [row.id for row in found])
    return [_alert(ctx, row, names[row.id] or row.list_code, since[row.id]) for row in found]


def _alert(ctx: Context, row: ScreeningAlert, name: str, since: datetime) -> Waiting:
    maker = row.proposed_by or row.escalated_by
    asked = _OUTCOMES[AlertState(row.proposal)] if row.proposal else "Handed up"
    return Waiting(
        id=row.id,
        words=f"{translate(ctx.actor.locale, asked)} · {name}",
        page=f"/screening/alerts/{row.id}",
        made_at=since,
        made_by=maker,
        mine=maker != ctx.actor.id and ctx.may("approve", alerts.OBJECT, alerts.facts(row)),
        party_id=row.party_id,
    )


LIST_VERSIONS: Final = SignatureKind("list_version", "Version of a list", (("screening_list", "confirm"),), _versions)
ALERTS: Final = SignatureKind("alert", "Screening alert", (("screening_alert", "approve"),), _alerts)
