"""Erasure by key destruction: nothing personal is left, the log holds, and a kill between two steps loses nothing."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.audit.sequencer import open_sequencer
from backend.customers.errors import PartyClosed
from backend.customers.models import PartyContact, Stage
from backend.customers.queries import party_view
from backend.customers.service.loading import remove
from backend.privacy.errors import DataKeyDestroyed
from backend.rights import queries
from backend.rights import service as rights
from backend.rights.errors import ErasedAlready, ErasureNotDue, RequestState
from tests.audit.packing import House, findings
from tests.rights.conftest import ADDRESS, BIRTH_NUMBER, EMAIL, NAME, OCCUPATION, PHONE, Privacy

_SEALED = [*NAME.split(), EMAIL, PHONE, ADDRESS, BIRTH_NUMBER, "UB-4711", "Zdenko.pdf"]


async def _dump(privacy: Privacy) -> str:
    """Every row of every table of the institution, as its owner sees them."""
    found = []
    database = privacy.platform.database
    async with await psycopg.AsyncConnection.connect(database.libpq(database.owner)) as connection:
        tables = await connection.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' "
            "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
        )
        for (table,) in await tables.fetchall():
            rows = await connection.execute(
                f'SELECT to_jsonb(t)::text FROM "{table}" t WHERE tenant_id = %s', [privacy.bank.tenant.id]
            )
            found += [row[0] for row in await rows.fetchall()]
    return "\n".join(found)


async def _scalar(privacy: Privacy, query: str, **params: Any) -> Any:
    async def ask(ctx: Context) -> Any:
        return await ctx.session.scalar(text(query), params)

    return await privacy.read(ask)


async def test_an_erased_person_can_no_longer_be_read(privacy: Privacy) -> None:
    party = await privacy.left(6)
    await privacy.erase(party.id)
    view = await privacy.read(lambda ctx: party_view(ctx, party.id), privacy.bank.officer)
    assert (view.status, view.name, view.birth_date, view.occupation) == ("shredded", None, None, None)
    assert [each.value for each in (*view.identifiers, *view.contacts)] == [None, None, None]


async def test_no_ciphertext_is_left_in_rows_or_versions(privacy: Privacy) -> None:
    party = await privacy.left(6)
    before = await _scalar(privacy, "SELECT name FROM party WHERE id = :id", id=party.id)
    await privacy.erase(party.id)
    left = "SELECT count(*) FROM record_version WHERE sealed IS NOT NULL AND record_id = :id"
    assert await _scalar(privacy, left, id=party.id) == 0
    after = await _scalar(privacy, "SELECT name FROM party WHERE id = :id", id=party.id)
    assert after[-32:] == before[-32:]
    assert after[5:-32] == bytes(44)


async def test_tags_files_and_open_columns_go_with_the_person(privacy: Privacy) -> None:
    party = await privacy.left(6)
    await privacy.erase(party.id)
    for query in (
        "SELECT count(*) FROM name_tag WHERE party_id = :id",
        "SELECT count(*) FROM document_content WHERE party_id = :id",
        "SELECT count(*) FROM party_identifier WHERE party_id = :id AND value_tag IS NOT NULL",
        "SELECT count(*) FROM party_contact WHERE party_id = :id AND value_tag IS NOT NULL",
        "SELECT num_nonnulls(gender, occupation, region, correspondence_language) FROM party WHERE id = :id",
        "SELECT count(*) FROM data_key WHERE owner_id = :id AND wrapped IS NOT NULL",
    ):
        assert await _scalar(privacy, query, id=party.id) == 0, query


async def test_a_key_that_a_process_still_holds_opens_nothing(privacy: Privacy) -> None:
    party = await privacy.left(6)
    sealed = await _scalar(privacy, "SELECT name FROM party WHERE id = :id", id=party.id)

    async def open_(ctx: Context) -> str:
        await ctx.vault.load([party.id])
        return ctx.vault.open("party", "name", party.id, party.id, sealed)

    assert await privacy.read(open_) == NAME
    await privacy.erase(party.id)
    with pytest.raises(DataKeyDestroyed):
        await privacy.read(open_)


async def test_no_value_of_an_erased_person_stands_in_a_dump(privacy: Privacy) -> None:
    party = await privacy.left(6)
    await privacy.erase(party.id)
    dump = await _dump(privacy)
    assert [word for word in (*_SEALED, OCCUPATION, "male", "Praha 1") if word in dump] == []


async def test_no_earlier_version_of_an_erased_person_has_an_open_column_or_a_tag(privacy: Privacy) -> None:
    party = await privacy.left(6)
    await privacy.platform.run(privacy.bank.system, partial(_remove_contact, party_id=party.id))
    await privacy.erase(party.id)
    left = """SELECT count(*) FROM record_version WHERE (row ->> 'party_id' = :id OR record_id::text = :id)
              AND coalesce(row ->> 'occupation', row ->> 'gender', row ->> 'region', row ->> 'value_tag') IS NOT NULL"""
    assert await _scalar(privacy, left, id=str(party.id)) == 0
    report = await privacy.verified()
    assert report.sound, [finding.words() for finding in report.findings]


async def _remove_contact(ctx: Context, party_id: UUID) -> None:
    contact = (await ctx.session.scalars(select(PartyContact).where(PartyContact.party_id == party_id))).first()
    assert contact is not None
    async with ctx.audit("customer.edit", ("party", party_id)) as entry:
        await remove(ctx, contact, entry)


async def test_a_version_that_no_erasure_redacted_is_named_by_verification(privacy: Privacy) -> None:
    party = await privacy.customer()
    database = privacy.platform.database
    async with await psycopg.AsyncConnection.connect(database.libpq(database.owner)) as connection:
        emptied = "UPDATE record_version SET row = (row::jsonb || '{\"occupation\": null}')::json WHERE record_id = %s"
        await connection.execute(emptied, [party.id])
    found = {finding.code for finding in (await privacy.verified()).findings}
    assert "version_edited" in found


async def test_the_database_redacts_nobody_whose_keys_are_whole(privacy: Privacy) -> None:
    party = await privacy.customer()

    async def redact(ctx: Context) -> None:
        async with ctx.audit("customer.erase", ("party", party.id)) as entry:
            asked = text("SELECT redact_versions(:entry, ARRAY['occupation'])")
            await ctx.session.execute(asked, {"entry": entry})

    with pytest.raises(DBAPIError, match=r"keys of .* are not destroyed"):
        await privacy.platform.run(privacy.bank.system, redact)


async def test_the_log_verifies_after_an_erasure(privacy: Privacy) -> None:
    party = await privacy.left(6)
    await privacy.log()
    await privacy.erase(party.id)
    report = await privacy.verified()
    assert report.sound, [finding.words() for finding in report.findings]


async def test_the_history_of_an_erased_record_remains(privacy: Privacy) -> None:
    party = await privacy.left(6)
    await privacy.erase(party.id)
    actions = "SELECT array_agg(action ORDER BY id) FROM audit_entry WHERE subject_id = :id"
    done = await _scalar(privacy, actions, id=party.id)
    assert done[0] == "customer.create"
    assert [each for each in done if each in {"customer.shredded", "erasure.complete"}] == [
        "customer.shredded",
        "erasure.complete",
    ]


@pytest.mark.parametrize("steps", [0, 1, 2])
async def test_an_erasure_that_was_killed_between_steps_is_finished(privacy: Privacy, steps: int) -> None:
    party = await privacy.left(6)
    request = await privacy.requested(party.id, "erasure")
    await privacy.run(privacy.bank.officer, rights.propose_erasure, request)
    await privacy.run(privacy.bank.second_officer, rights.approve_erasure, request)
    for _ in range(steps):
        await privacy.platform.run(privacy.bank.system, rights.advance)
    with pytest.raises(RuntimeError):
        await privacy.platform.run(privacy.bank.system, _killed)
    assert await privacy.finish() == 3 - steps
    assert (await privacy.read(lambda ctx: queries.request(ctx, request))).state == "fulfilled"
    assert (await privacy.verified()).sound


async def _killed(ctx: Context) -> None:
    """The step was done and its transaction was not."""
    await rights.advance(ctx)
    raise RuntimeError


async def test_nothing_is_written_about_an_erased_person(privacy: Privacy) -> None:
    party = await privacy.left(6)
    await privacy.erase(party.id)
    with pytest.raises(PartyClosed):
        await privacy.requested(party.id, "access")
    with pytest.raises(ErasedAlready):
        await privacy.run(privacy.bank.officer, rights.place_hold, party.id, "litigation")


async def test_who_proposed_an_erasure_does_not_approve_it(privacy: Privacy) -> None:
    party = await privacy.left(6)
    request = await privacy.requested(party.id, "erasure")
    await privacy.run(privacy.bank.officer, rights.propose_erasure, request)
    with pytest.raises(NotAllowed):
        await privacy.run(privacy.bank.officer, rights.approve_erasure, request)


async def test_a_running_relationship_defers_an_erasure_without_a_day(privacy: Privacy) -> None:
    party = await privacy.customer()
    await privacy.stage(party.id, Stage.ACTIVE)
    request = await privacy.requested(party.id, "erasure")
    deferred = await privacy.run(privacy.bank.officer, rights.propose_erasure, request)
    assert (deferred.state, deferred.deferred_until) == ("deferred", None)
    assert {each["code"] for each in deferred.deferral} == {"due_diligence", "claims"}


async def test_retention_defers_an_erasure_until_a_day_and_says_why(privacy: Privacy) -> None:
    party = await privacy.left(1)
    request = await privacy.requested(party.id, "erasure")
    deferred = await privacy.run(privacy.bank.officer, rights.propose_erasure, request)
    left = privacy.clock() - timedelta(days=365.25)
    assert deferred.deferred_until == left.date().replace(year=left.year + 5) + timedelta(days=1)
    assert {each["article"][:4] for each in deferred.deferral} == {"AMLR", "GDPR"}


async def test_a_deferred_erasure_is_taken_up_when_nothing_keeps_the_data(privacy: Privacy) -> None:
    party = await privacy.left(4.9)
    request = await privacy.requested(party.id, "erasure")
    await privacy.run(privacy.bank.officer, rights.propose_erasure, request)
    assert await privacy.platform.run(privacy.bank.system, rights.take_up_deferred) == 0
    privacy.clock.advance(timedelta(days=60))
    assert await privacy.platform.run(privacy.bank.system, rights.take_up_deferred) == 1
    assert (await privacy.read(lambda ctx: queries.request(ctx, request))).state == "in_progress"


async def test_a_hold_placed_after_approval_stops_the_erasure(privacy: Privacy) -> None:
    party = await privacy.left(6)
    request = await privacy.requested(party.id, "erasure")
    await privacy.run(privacy.bank.officer, rights.propose_erasure, request)
    await privacy.run(privacy.bank.second_officer, rights.approve_erasure, request)
    await privacy.run(privacy.bank.officer, rights.place_hold, party.id, "litigation", "12 C 34/2026")
    await privacy.finish()
    stopped = await privacy.read(lambda ctx: queries.request(ctx, request))
    assert (stopped.state, [each["code"] for each in stopped.deferral]) == ("deferred", ["hold.litigation"])
    assert (
        await _scalar(privacy, "SELECT count(*) FROM data_key WHERE owner_id = :id AND wrapped IS NULL", id=party.id)
        == 0
    )


async def test_a_hold_refuses_the_approval_of_an_erasure(privacy: Privacy) -> None:
    party = await privacy.left(6)
    request = await privacy.requested(party.id, "erasure")
    await privacy.run(privacy.bank.officer, rights.propose_erasure, request)
    await privacy.run(privacy.bank.officer, rights.place_hold, party.id, "investigation")
    with pytest.raises(ErasureNotDue, match=r"hold\.investigation"):
        await privacy.run(privacy.bank.second_officer, rights.approve_erasure, request)


async def test_an_erasure_cannot_be_withdrawn_once_approved(privacy: Privacy) -> None:
    party = await privacy.left(6)
    request = await privacy.requested(party.id, "erasure")
    await privacy.run(privacy.bank.officer, rights.propose_erasure, request)
    await privacy.run(privacy.bank.second_officer, rights.approve_erasure, request)
    with pytest.raises(RequestState):
        await privacy.run(privacy.bank.officer, rights.withdraw, request)
    await privacy.finish()


async def test_ciphertexts_cannot_be_taken_away_while_the_key_is_there(privacy: Privacy) -> None:
    party = await privacy.left(6)

    async def take(ctx: Context) -> None:
        async with ctx.audit("customer.erase", ("party", party.id)) as entry:
            await ctx.session.execute(text("SELECT erase_sealed(:id, :entry)"), {"id": party.id, "entry": entry})

    with pytest.raises(Exception, match="are not destroyed"):
        await privacy.platform.run(privacy.bank.system, take)


async def test_ciphertexts_cannot_be_taken_away_without_an_entry_that_says_so(privacy: Privacy) -> None:
    party = await privacy.left(6)

    async def take(ctx: Context) -> None:
        async with ctx.audit("customer.edit", ("party", party.id)) as entry:
            await ctx.session.execute(text("SELECT erase_sealed(:id, :entry)"), {"id": party.id, "entry": entry})

    with pytest.raises(Exception, match="names no audit entry"):
        await privacy.platform.run(privacy.bank.system, take)


async def test_versions_cannot_be_emptied_past_the_function(privacy: Privacy) -> None:
    await privacy.left(6)

    async def empty(ctx: Context) -> None:
        await ctx.session.execute(text("UPDATE record_version SET sealed = NULL"))

    with pytest.raises(Exception, match="permission denied"):
        await privacy.platform.run(privacy.bank.system, empty)


async def test_a_pack_of_the_log_verifies_by_itself_after_an_erasure(privacy: Privacy, tmp_path: Path) -> None:
    party = await privacy.left(6)
    await privacy.erase(party.id)
    sequencer = open_sequencer(privacy.settings, privacy.platform.database, privacy.clock)
    house = House(privacy.platform, privacy.bank.tenant, sequencer)
    done = await house.export(tmp_path / "a.auditpack", "forensic_auditor")
    await sequencer.close()
    assert findings(tmp_path / "a.auditpack", house.key) == []
    assert 0 < done.contents < done.versions
