"""Imports end to end, against the database: what they record, and that they can be run again."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import text

from backend.access.errors import NotAllowed
from backend.access.models import Tenant
from backend.core.actor import Actor, system_actor
from backend.edge.platform import Platform
from backend.jobs.importing import Summary, import_berka, import_customers
from backend.onboarding.migration.czech_names import name_for
from backend.onboarding.migration.problems import Problem
from tests.onboarding.migration.bank_files import FILES, write_bank


def _silent(_stage: str, _done: int, _total: int) -> None:
    return


async def _import(platform: Platform, tenant: Tenant, folder: Path, actor: Actor | None = None) -> Summary:
    actor = actor or system_actor(tenant.id, "test", "cli")
    return await import_berka(platform, actor, folder, seed=7, progress=_silent)


async def _one(platform: Platform, tenant: Tenant, query: str, **params: Any) -> Any:
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        return (await ctx.session.execute(text(query), params)).one()


async def test_every_client_becomes_a_customer_with_a_case(platform: Platform, tenant: Tenant, tmp_path: Path) -> None:
    await _import(platform, tenant, write_bank(tmp_path))
    tables = ("party", "customer", "onboarding_case")
    counts = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
    assert tuple(await _one(platform, tenant, counts)) == (3, 3, 3)


async def test_outcomes_differ_with_the_facts(platform: Platform, tenant: Tenant, tmp_path: Path) -> None:
    """Client 1 owes on a loan, client 2 is a disponent, client 3 is a child."""
    summary = await _import(platform, tenant, write_bank(tmp_path))
    assert summary.outcome.states == {
        "pending_approval": 1,
        "approved_with_conditions": 1,
        "awaiting_information": 1,
    }


async def test_what_was_deferred_stands_in_the_audit_entry(platform: Platform, tenant: Tenant, tmp_path: Path) -> None:
    await _import(platform, tenant, write_bank(tmp_path))
    query = "SELECT count(*) FROM audit_entry WHERE reason LIKE '%deferred:screening,rating'"
    assert (await _one(platform, tenant, query))[0] == 3


async def test_the_entry_names_the_rule_set_that_decided(platform: Platform, tenant: Tenant, tmp_path: Path) -> None:
    await _import(platform, tenant, write_bank(tmp_path))
    query = (
        "SELECT bool_and(e.ruleset = c.ruleset AND length(c.ruleset) = 64) FROM audit_entry e "
        "JOIN onboarding_case c ON c.entry_id = e.id"
    )
    assert (await _one(platform, tenant, query))[0] is True


async def test_movements_keep_amount_and_balance_exact(platform: Platform, tenant: Tenant, tmp_path: Path) -> None:
    await _import(platform, tenant, write_bank(tmp_path))
    row = await _one(platform, tenant, "SELECT amount, balance FROM movement WHERE source_ref = 'berka:trans:62'")
    assert tuple(row) == (Decimal("250.50"), Decimal("449.50"))


async def test_running_it_twice_changes_nothing(platform: Platform, tenant: Tenant, tmp_path: Path) -> None:
    await _import(platform, tenant, write_bank(tmp_path))
    versions = "SELECT count(*) FROM record_version WHERE table_name <> 'import_run'"
    before = (await _one(platform, tenant, versions))[0]
    again = await _import(platform, tenant, tmp_path)
    assert (await _one(platform, tenant, versions))[0] == before
    assert (again.outcome.taken, again.outcome.known, again.rows) == (0, 3, 0)


class _Killed(Exception):
    pass


@pytest.mark.parametrize("stage", ["onboard", "holdings", "movements"])
async def test_a_run_that_was_killed_is_completed_by_the_next(
    platform: Platform, tenant: Tenant, tmp_path: Path, stage: str
) -> None:
    def die(reached: str, _done: int, _total: int) -> None:
        if reached == stage:
            raise _Killed

    folder = write_bank(tmp_path)
    with pytest.raises(_Killed):
        await import_berka(platform, system_actor(tenant.id, "test"), folder, seed=7, progress=die)
    await _import(platform, tenant, folder)
    counts = "SELECT (SELECT count(*) FROM party), (SELECT count(*) FROM account), (SELECT count(*) FROM movement)"
    assert tuple(await _one(platform, tenant, counts)) == (3, 2, 2)


async def test_bad_rows_are_kept_with_the_run(platform: Platform, tenant: Tenant, tmp_path: Path) -> None:
    await _import(platform, tenant, write_bank(tmp_path, client=FILES["client.asc"] + '4;"459904";1\n'))
    row = await _one(platform, tenant, "SELECT file, line, code FROM import_problem")
    assert tuple(row) == ("client.asc", 5, "not_a_birth_number")


async def test_a_person_may_not_onboard_in_bulk(platform: Platform, tenant: Tenant, tmp_path: Path) -> None:
    head = replace(system_actor(tenant.id, "test"), type="staff", roles=frozenset({"head_of_compliance"}))
    with pytest.raises(NotAllowed):
        await _import(platform, tenant, write_bank(tmp_path), head)


async def test_names_are_stored_sealed(platform: Platform, tenant: Tenant, tmp_path: Path) -> None:
    await _import(platform, tenant, write_bank(tmp_path))
    plain = [
        name_for(key, gender, 7).family.encode() for key, gender in (("1", "female"), ("2", "male"), ("3", "female"))
    ]
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        stored = b"".join((await ctx.session.execute(text("SELECT name FROM party"))).scalars())
    assert not any(name in stored for name in plain)


CUSTOMERS = """record,ref,name,birth_date,cz_birth_number,cz_company_number,role,owned_ref,share_percent
organisation,F1,Lípa a.s.,,,25596641,owner,,
person,P1,Jana Nováková,1970-12-13,7062130009,,owner,,
person,P2,Petr Svoboda,1960-02-30,,,owner,,
ownership,P1,,,,,,F1,60
ownership,P9,,,,,,F1,10
"""


async def test_a_customer_file_brings_parties_and_owners(platform: Platform, tenant: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text(CUSTOMERS, encoding="utf-8")
    actor = system_actor(tenant.id, "test", "cli")
    summary = await import_customers(platform, actor, path, jurisdiction="CZ", progress=_silent)
    assert summary.problems == [
        Problem("customers.csv", 4, "not_a_date", "birth_date"),
        Problem("customers.csv", 6, "unknown_reference", "ref"),
    ]
    row = await _one(platform, tenant, "SELECT (SELECT count(*) FROM party), (SELECT fraction FROM ownership_stake)")
    assert tuple(row) == (2, Decimal("0.6"))


async def test_an_organisation_of_which_a_part_is_unexplained_names_its_owners_later(
    platform: Platform, tenant: Tenant, tmp_path: Path
) -> None:
    """Three fifths have a known owner; three quarters are asked for."""
    path = tmp_path / "customers.csv"
    path.write_text(CUSTOMERS, encoding="utf-8")
    await import_customers(platform, system_actor(tenant.id, "test"), path, jurisdiction="CZ", progress=_silent)
    query = (
        "SELECT array_agg(p.kind) FROM case_condition c JOIN onboarding_case o ON o.id = c.case_id "
        "JOIN party p ON p.id = o.party_id WHERE c.code = 'establish_owners'"
    )
    assert (await _one(platform, tenant, query))[0] == ["organisation"]


async def test_a_workbook_is_read_like_a_csv_file(platform: Platform, tenant: Tenant, tmp_path: Path) -> None:
    book = Workbook()
    for line in CUSTOMERS.splitlines():
        book.active.append(line.split(","))
    book.save(tmp_path / "customers.xlsx")
    actor = system_actor(tenant.id, "test", "cli")
    path = tmp_path / "customers.xlsx"
    summary = await import_customers(platform, actor, path, jurisdiction="CZ", progress=_silent)
    assert (summary.outcome.taken, [problem.line for problem in summary.problems]) == (2, [4, 6])


async def test_a_customer_who_is_known_under_another_number_is_noted(
    platform: Platform, tenant: Tenant, tmp_path: Path
) -> None:
    actor = system_actor(tenant.id, "test", "cli")
    for name in ("first", "second"):
        path = tmp_path / f"{name}.csv"
        path.write_text(CUSTOMERS.replace("P1", f"P-{name}").replace("F1", f"F-{name}"), encoding="utf-8")
        summary = await import_customers(platform, actor, path, jurisdiction="CZ", progress=_silent)
    assert summary.duplicates == 2


async def test_a_number_that_belongs_to_another_customer_is_a_problem_of_its_row(
    platform: Platform, tenant: Tenant, tmp_path: Path
) -> None:
    actor = system_actor(tenant.id, "test", "cli")
    header = "record,ref,number,name,country\n"
    files = {"first": "person,A,7,Jana Nová,CZ\n", "second": "person,B,7,Eva Malá,CZ\nperson,C,8,Jan Bílý,CZ\n"}
    for name, rows in files.items():
        path = tmp_path / f"{name}.csv"
        path.write_text(header + rows, encoding="utf-8")
        summary = await import_customers(platform, actor, path, jurisdiction="CZ", progress=_silent)
    assert (summary.outcome.taken, summary.problems) == (1, [Problem("second.csv", 2, "number_taken", "number")])


async def test_importing_the_same_customer_file_again_changes_nothing(
    platform: Platform, tenant: Tenant, tmp_path: Path
) -> None:
    path = tmp_path / "customers.csv"
    path.write_text(CUSTOMERS, encoding="utf-8")
    actor = system_actor(tenant.id, "test", "cli")
    versions = "SELECT count(*) FROM record_version WHERE table_name <> 'import_run'"
    await import_customers(platform, actor, path, jurisdiction="CZ", progress=_silent)
    before = (await _one(platform, tenant, versions))[0]
    again = await import_customers(platform, actor, path, jurisdiction="CZ", progress=_silent)
    assert ((await _one(platform, tenant, versions))[0], again.rows, again.duplicates) == (before, 0, 0)
