"""After an erasure nothing of an alert leads from the customer to the entry that resembled them."""

from typing import Any

import psycopg
import pytest

from backend.screening import service
from backend.screening.alerts import queries
from backend.screening.alerts import service as alerts
from backend.screening.alerts.models import Outcome, ScreeningAlert
from backend.screening.models import ListKind
from tests.factories import screening
from tests.rights.conftest import NAME, Privacy, privacy

__all__ = ["privacy"]

ENTRY = "Zdenko Wymazal Kanarion"


async def _alerted(privacy: Privacy) -> ScreeningAlert:
    """A customer who left, with an alert that one person has decided."""
    party = await privacy.left(6)
    bank = privacy.bank
    await screening.set_up(bank.platform, bank.system, kind=ListKind.OTHER)
    entries = {"CANARY-77": f"CANARY-77,person,{ENTRY},{NAME},,,,,"}
    await screening.load(bank.platform, bank.system, entries)
    await bank.run(bank.system, service.screen_party, party.id, "request")
    (alert,) = await privacy.read(lambda ctx: queries.of_party(ctx, party.id))
    await bank.run(bank.officer, alerts.decide, alert.id, alerts.Verdict(Outcome.FALSE_POSITIVE, "common_name"))
    return alert


async def _rows(privacy: Privacy, table: str) -> list[Any]:
    database = privacy.platform.database
    async with await psycopg.AsyncConnection.connect(database.libpq(database.owner)) as connection:
        found = await connection.execute(
            f'SELECT to_jsonb(t)::text FROM "{table}" t WHERE tenant_id = %s', [privacy.bank.tenant.id]
        )
        return [row[0] for row in await found.fetchall()]


async def test_the_name_of_the_entry_stands_in_its_list_alone_before_and_after_an_erasure(privacy: Privacy) -> None:
    alert = await _alerted(privacy)
    names = await privacy.read(lambda ctx: queries.entry_names(ctx, [alert.id]))
    assert names == {alert.id: ENTRY}
    tables = ("screening_alert", "screening_disposition", "screening_comparison", "record_version", "outbox")
    for moment in ("before", "after"):
        if moment == "after":
            await privacy.erase(alert.party_id)
        assert not [row for table in tables for row in await _rows(privacy, table) if "Kanarion" in row], moment


@pytest.mark.parametrize("table", ["screening_alert", "screening_disposition"])
async def test_what_leads_to_the_entry_is_emptied_with_the_person(privacy: Privacy, table: str) -> None:
    alert = await _alerted(privacy)
    (before,) = await _rows(privacy, table)
    assert alert.entity_digest is not None
    assert alert.entity_digest in before
    await privacy.erase(alert.party_id)
    (after,) = await _rows(privacy, table)
    assert not [told for told in ("CANARY-77", alert.entity_digest, alert.material_digest) if str(told) in after]
    assert '"facts_digest": null' in after


async def test_the_entry_of_an_erased_customers_alert_has_no_name(privacy: Privacy) -> None:
    alert = await _alerted(privacy)
    await privacy.erase(alert.party_id)
    assert await privacy.read(lambda ctx: queries.entry_names(ctx, [alert.id])) == {alert.id: None}
    assert (await privacy.verified()).sound
