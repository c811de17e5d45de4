"""The log in the database tampered with, at many places: every change is caught, and the leaf is named."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from backend.audit import sequencer as sequencing
from backend.audit.findings import Report
from backend.audit.formats import checkpoint
from backend.audit.formats.checkpoint import Checkpoint
from backend.audit.verify import verify
from tests.audit.packing import House
from tests.audit.raw import Connect, MakeTeam, raw_entry

SIZE = 40
_TABLES = ("audit_leaf", "audit_tile", "audit_checkpoint", "audit_tree", "record_version")
some = settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
leaf = st.integers(0, SIZE - 1)
Owner = psycopg.AsyncConnection[Any]


@pytest.fixture
async def log(house: House, raw: Connect, make_team: MakeTeam, monkeypatch: pytest.MonkeyPatch) -> House:
    """40 leaves under four heads, ten of them with a change."""
    monkeypatch.setattr(sequencing, "_BULK_BATCH", 10)
    for number in range(10):
        await make_team(f"team {number}")
    async with raw() as connection:
        for _ in range(SIZE - 10):
            await raw_entry(connection, house.tenant.id)
    await house.sequencer.drain(house.tenant.id)
    assert (await check(house)).findings == ()
    return house


async def check(house: House) -> Report:
    return await verify(house.platform.engine, house.tenant.id, house.sequencer.keys, house.sequencer.heads)


@asynccontextmanager
async def tampering(owner: Connect, house: House) -> AsyncIterator[Owner]:
    """Whatever is done is undone afterwards, so that the next example finds a sound log."""
    tenant = [house.tenant.id]
    async with owner() as connection:
        for table in _TABLES:
            await connection.execute(
                f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM {table} WHERE tenant_id = %s", tenant
            )
        await connection.commit()
        try:
            yield connection
        finally:
            await connection.rollback()
            for table in _TABLES:
                await connection.execute(f"DELETE FROM {table} WHERE tenant_id = %s", tenant)
                await connection.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
                await connection.execute(f"DROP TABLE kept_{table}")


def named(report: Report, code: str) -> set[Any]:
    return {finding.params["leaf"] for finding in report.findings if finding.code == code}


@some
@given(at=leaf, place=st.integers(0, 400), bit=st.integers(0, 7))
async def test_an_edited_leaf_is_named(log: House, owner: Connect, at: int, place: int, bit: int) -> None:
    async with tampering(owner, log) as connection:
        await connection.execute(
            "UPDATE audit_leaf SET body = set_byte(body, %s, get_byte(body, %s) # %s) "
            "WHERE tenant_id = %s AND idx = %s",
            [place, place, 1 << bit, log.tenant.id, at],
        )
        await connection.commit()
        assert named(await check(log), "leaf_changed") == {at}


@some
@given(at=leaf)
async def test_an_omitted_leaf_is_named(log: House, owner: Connect, at: int) -> None:
    async with tampering(owner, log) as connection:
        await connection.execute("DELETE FROM audit_leaf WHERE tenant_id = %s AND idx = %s", [log.tenant.id, at])
        await connection.commit()
        assert named(await check(log), "leaf_missing") == {at}


@some
@given(one=leaf, other=leaf)
async def test_leaves_in_each_others_place_are_named(log: House, owner: Connect, one: int, other: int) -> None:
    assume(one != other)
    async with tampering(owner, log) as connection:
        for old, new in ((one, -1), (other, one), (-1, other)):
            await connection.execute(
                "UPDATE audit_leaf SET idx = %s WHERE tenant_id = %s AND idx = %s", [new, log.tenant.id, old]
            )
        await connection.commit()
        assert named(await check(log), "leaf_changed") == {one, other}


@some
@given(size=st.integers(0, SIZE - 1))
async def test_a_log_that_was_cut_off_is_named(log: House, owner: Connect, size: int) -> None:
    async with tampering(owner, log) as connection:
        await connection.execute("DELETE FROM audit_leaf WHERE tenant_id = %s AND idx >= %s", [log.tenant.id, size])
        await connection.commit()
        assert min(named(await check(log), "leaf_missing")) == size


@some
@given(size=st.sampled_from([10, 20, 30]))
async def test_a_log_put_back_to_an_older_head_is_named(log: House, owner: Connect, size: int) -> None:
    async with tampering(owner, log) as connection:
        for statement in ("audit_leaf WHERE idx >= %s", "audit_checkpoint WHERE size > %s"):
            await connection.execute(f"DELETE FROM {statement} AND tenant_id = %s", [size, log.tenant.id])
        await connection.execute("UPDATE audit_tree SET size = %s WHERE tenant_id = %s", [size, log.tenant.id])
        await connection.commit()
        beyond = [f.params for f in (await check(log)).findings if f.code == "head_beyond"]
        assert {params["size"] for params in beyond} == set(range(size + 10, SIZE + 1, 10))
        assert all(params["end"] == size for params in beyond)


@some
@given(at=leaf)
async def test_a_doubled_leaf_is_named(log: House, owner: Connect, at: int) -> None:
    async with tampering(owner, log) as connection:
        await connection.execute("ALTER TABLE audit_leaf DROP CONSTRAINT uq_audit_leaf_entry_id")
        try:
            await connection.execute(
                "INSERT INTO audit_leaf SELECT tenant_id, %s, entry_id, body, hash FROM audit_leaf "
                "WHERE tenant_id = %s AND idx = %s",
                [SIZE, log.tenant.id, at],
            )
            await connection.commit()
            assert named(await check(log), "leaf_too_many") == {SIZE}
        finally:
            await connection.execute("DELETE FROM audit_leaf WHERE tenant_id = %s AND idx = %s", [log.tenant.id, SIZE])
            await connection.execute("ALTER TABLE audit_leaf ADD CONSTRAINT uq_audit_leaf_entry_id UNIQUE (entry_id)")
            await connection.commit()


@some
@given(size=st.sampled_from([10, 20, 30, 40]), root=st.binary(min_size=32, max_size=32))
async def test_a_head_of_another_log_is_named(log: House, owner: Connect, size: int, root: bytes) -> None:
    """Split view: signed with the right key, kept in the database, and not what the file of heads holds."""
    signer = log.sequencer.keys.signer(log.tenant.id)
    note = checkpoint.sign(Checkpoint(signer.name, size, root), signer).decode()
    async with tampering(owner, log) as connection:
        await connection.execute(
            "UPDATE audit_checkpoint SET note = %s, root = %s WHERE tenant_id = %s AND size = %s",
            [note, root, log.tenant.id, size],
        )
        await connection.commit()
        (found,) = (await check(log)).findings
        assert (found.code, found.params["size"], found.params["source"]) == ("head_differs", size, "audit_checkpoint")


@some
@given(size=st.sampled_from([10, 20, 30, 40]), at=st.integers(0, 60))
async def test_a_forged_signature_is_named(log: House, owner: Connect, size: int, at: int) -> None:
    async with tampering(owner, log) as connection:
        row = await (
            await connection.execute(
                "SELECT note FROM audit_checkpoint WHERE tenant_id = %s AND size = %s", [log.tenant.id, size]
            )
        ).fetchone()
        assert row is not None
        body, _, line = row[0].rpartition(" ")
        forged = line[: 8 + at] + ("A" if line[8 + at] != "A" else "B") + line[9 + at :]
        await connection.execute(
            "UPDATE audit_checkpoint SET note = %s WHERE tenant_id = %s AND size = %s",
            [f"{body} {forged}", log.tenant.id, size],
        )
        await connection.commit()
        forged_heads = {f.params["size"] for f in (await check(log)).findings if f.code == "head_forged"}
        assert forged_heads == {size}


@pytest.mark.parametrize("size", [10, 20, 30])
async def test_a_head_that_is_gone_from_the_file_is_named(log: House, size: int) -> None:
    path = log.sequencer.heads.path(log.tenant.id)
    kept = [note for note in log.sequencer.heads.read(log.tenant.id) if f"\n{size}\n".encode() not in note]
    path.write_bytes(b"".join(note + b"\n" for note in kept))
    (found,) = (await check(log)).findings
    assert (found.code, found.params["size"]) == ("head_unfiled", size)


@some
@given(size=st.sampled_from([10, 20, 30, 40]))
async def test_a_head_that_is_gone_from_the_database_is_named(log: House, owner: Connect, size: int) -> None:
    async with tampering(owner, log) as connection:
        await connection.execute(
            "DELETE FROM audit_checkpoint WHERE tenant_id = %s AND size = %s", [log.tenant.id, size]
        )
        await connection.commit()
        found = {f.params["size"] for f in (await check(log)).findings if f.code == "head_unstored"}
        assert found == {size}
