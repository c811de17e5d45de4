"""Prospects from a file: each row taken as one recorded by hand, or named with its line, column and reason."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, func, select

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.access.models import Tenant
from backend.consent.queries import recorded
from backend.consent.rules import consent_in_force
from backend.core.clock import FixedClock
from backend.core.events import Outbox
from backend.customers.languages import language_of
from backend.customers.models import Customer, Party
from backend.edge import loading
from backend.edge.loading import Loaded
from backend.edge.platform import Platform
from backend.engagement.prospects.models import Prospect
from backend.onboarding.migration import file_runs, waiting_files
from backend.onboarding.migration.holding_files import FileKind
from backend.onboarding.migration.models import ImportPiece, RunState
from backend.onboarding.migration.problems import Problem
from tests.factories import onboarding as banks

HEAD = (
    "ref,name,email,phone,country,region,source,campaign,referred_by,interest,manager,"
    "consent_version,consent_on,consent_channel"
)
GOOD = "C1,Petra Dvořáková,petra@example.com,,CZ,Praha,campaign,welcome_bonus,,,,1,2026-11-02,email"


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> banks.Bank:
    return await banks.bank(platform, tenant)


async def load(bank: banks.Bank, folder: Path, *rows: str, name: str = "c.csv") -> tuple[Loaded, list[Problem]]:
    path = folder / name
    path.write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    loaded = await loading.load(bank.platform, bank.system, FileKind.PROSPECTS, path, watch=lambda *_: None)
    found = await bank.run("system", file_runs.problems_of, loaded.run_id, limit=50)
    return loaded, found


async def count(bank: banks.Bank, model: Any) -> int:
    async def counted(ctx: Context) -> int:
        return await ctx.session.scalar(select(func.count()).select_from(model)) or 0

    found: int = await bank.run("system", counted)
    return found


async def only(bank: banks.Bank) -> Prospect:
    async def found(ctx: Context) -> Prospect:
        return (await ctx.session.scalars(select(Prospect))).one()

    row: Prospect = await bank.run("system", found)
    return row


async def test_a_row_is_a_prospect_of_nobody_with_its_campaign_and_consent(bank: banks.Bank, tmp_path: Path) -> None:
    loaded, problems = await load(bank, tmp_path, GOOD)
    row = await only(bank)
    assert (loaded.taken, problems, row.campaign) == (1, [], "welcome_bonus")
    day = bank.platform.clock().date()
    acts = (await bank.run("system", recorded, [row.party_id], "marketing", ["email", "any"], day)).parties
    given = acts[row.party_id].acts
    assert [(each.channel, each.effective_at.date().isoformat()) for each in given] == [("email", "2026-11-02")]
    assert consent_in_force(given, "email", day)


async def test_a_row_says_in_which_language_somebody_is_written_to(bank: banks.Bank, tmp_path: Path) -> None:
    path = tmp_path / "spoken.csv"
    path.write_text(f"{HEAD},language\n{GOOD},zh\n", encoding="utf-8")
    await loading.load(bank.platform, bank.system, FileKind.PROSPECTS, path, watch=lambda *_: None)
    assert await bank.run("system", language_of, (await only(bank)).party_id) == "zh_CN"


async def test_the_same_file_twice_records_nobody_twice(bank: banks.Bank, tmp_path: Path) -> None:
    await load(bank, tmp_path, GOOD)
    again, _ = await load(bank, tmp_path, GOOD, name="again.csv")
    assert (again.taken, again.known, await count(bank, Prospect)) == (0, 1, 1)


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("C1,,a@example.com,,CZ,,web,,,,,1,2026-11-02,email", "missing", "name"),
        ("C1,Petra,,,CZ,,web,,,,,1,2026-11-02,email", "missing", "email"),
        ("C1,Petra,not-an-address,,CZ,,web,,,,,1,2026-11-02,email", "not_valid", "email"),
        ("C1,Petra,,123,CZ,,web,,,,,1,2026-11-02,email", "not_valid", "phone"),
        ("C1,Petra,a@example.com,,XX,,web,,,,,1,2026-11-02,email", "unknown_code", "country"),
        ("C1,Petra,a@example.com,,CZ,,heaven,,,,,1,2026-11-02,email", "unknown_code", "source"),
        ("C1,Petra,a@example.com,,CZ,,campaign,,,,,1,2026-11-02,email", "missing", "campaign"),
        ("C1,Petra,a@example.com,,CZ,,web,welcome_bonus,,,,1,2026-11-02,email", "not_valid", "campaign"),
        ("C1,Petra,a@example.com,,CZ,,campaign,spring_savings,,,,1,2026-11-02,email", "unknown_campaign", "campaign"),
        ("C1,Petra,a@example.com,,CZ,,referral,,77,,,1,2026-11-02,email", "unknown_customer", "referred_by"),
        ("C1,Petra,a@example.com,,CZ,,web,,,moonshot,,1,2026-11-02,email", "unknown_product", "interest"),
        ("C1,Petra,a@example.com,,CZ,,web,,,,nobody,1,2026-11-02,email", "unknown_colleague", "manager"),
        ("C1,Petra,a@example.com,,CZ,,web,,,,,,2026-11-02,email", "missing", "consent_version"),
        ("C1,Petra,a@example.com,,CZ,,web,,,,,99,2026-11-02,email", "unknown_text", "consent_version"),
        ("C1,Petra,a@example.com,,CZ,,web,,,,,1,,email", "missing", "consent_on"),
        ("C1,Petra,a@example.com,,CZ,,web,,,,,1,2027-01-02,email", "out_of_range", "consent_on"),
        ("C1,Petra,a@example.com,,CZ,,web,,,,,1,2026-11-02,telepathy", "unknown_code", "consent_channel"),
        ("C1,Petra,a@example.com,,CZ,,web,,,,,1,2026-11-02,", "missing", "consent_channel"),
    ],
)
async def test_a_row_that_cannot_be_taken_is_named_and_the_rest_is_taken(
    bank: banks.Bank, tmp_path: Path, row: str, code: str, column: str
) -> None:
    loaded, problems = await load(bank, tmp_path, row, GOOD.replace("C1", "C2"))
    assert [(each.line, each.code, each.column) for each in problems] == [(2, code, column)]
    assert (loaded.taken, await count(bank, Prospect), await count(bank, Party)) == (1, 1, 1)


async def test_a_key_that_comes_twice_is_taken_once(bank: banks.Bank, tmp_path: Path) -> None:
    loaded, problems = await load(bank, tmp_path, GOOD, GOOD)
    assert (loaded.taken, [(each.line, each.code) for each in problems]) == (1, [(3, "repeated")])


async def test_somebody_on_record_is_shown_and_not_merged(bank: banks.Bank, tmp_path: Path) -> None:
    await load(bank, tmp_path, GOOD)
    loaded, _ = await load(bank, tmp_path, GOOD.replace("C1", "C2"), name="second.csv")
    assert (loaded.taken, loaded.alike, await count(bank, Prospect)) == (1, 1, 2)


async def test_a_row_can_name_who_follows_up(bank: banks.Bank, tmp_path: Path) -> None:
    await load(bank, tmp_path, GOOD.replace("welcome_bonus,,,,", "welcome_bonus,,,rm2,"))

    async def manager(ctx: Context) -> Any:
        return await ctx.session.scalar(select(col(Customer.manager_id)))

    assert await bank.run("system", manager) == bank["rm2"].id


async def test_whoever_comes_from_a_file_is_screened_like_everybody(bank: banks.Bank, tmp_path: Path) -> None:
    await load(bank, tmp_path, GOOD)
    row = await only(bank)

    async def told(ctx: Context) -> list[str]:
        query = select(Outbox.name).where(Outbox.subject_id == row.party_id)
        return list(await ctx.session.scalars(query))

    assert "party.recorded" in await bank.run("system", told)


async def checked(bank: banks.Bank, who: str = "lead") -> Any:
    content = "\n".join([HEAD, GOOD, "C2,,b@example.com,,CZ,,web,,,,,1,2026-11-02,email", ""]).encode()
    return await loading.check(bank.platform, bank[who], FileKind.PROSPECTS, "c.csv", content)


async def test_a_file_that_is_looked_at_records_nothing_and_shows_what_it_holds(bank: banks.Bank) -> None:
    run_id = await checked(bank)
    shown = await loading.preview(bank.platform, bank["lead"], run_id, most=5)
    assert (shown.rows, shown.bad, await count(bank, Prospect)) == (1, 1, 0)
    assert [(each.line, each.column) for each in shown.problems] == [(3, "name")]


async def test_a_file_that_was_looked_at_is_loaded_once(bank: banks.Bank) -> None:
    run_id = await checked(bank)
    await loading.confirm(bank.platform, bank["lead"], run_id, wait_seconds=30)
    await loading.confirm(bank.platform, bank["lead"], run_id, wait_seconds=30)
    found = await bank.run("lead", file_runs.shown, run_id)
    assert (found[0].state, found[1].taken, await count(bank, Prospect)) == (RunState.FINISHED, 1, 1)


async def test_a_file_that_is_thrown_away_leaves_nothing(bank: banks.Bank) -> None:
    run_id = await checked(bank)
    await bank.run("lead", waiting_files.discard, run_id)
    assert (await bank.run("lead", file_runs.shown, run_id))[0].state == RunState.DISCARDED
    assert await count(bank, ImportPiece) == 0


async def test_a_file_that_nobody_loads_is_thrown_away_after_a_day(bank: banks.Bank, clock: FixedClock) -> None:
    run_id = await checked(bank)
    assert await bank.run("system", waiting_files.discard_forgotten) == 0
    clock.advance(timedelta(days=2))
    assert await bank.run("system", waiting_files.discard_forgotten) == 1
    assert (await bank.run("lead", file_runs.shown, run_id))[0].state == RunState.DISCARDED


async def test_a_relationship_manager_loads_no_file(bank: banks.Bank) -> None:
    with pytest.raises(NotAllowed):
        await checked(bank, "rm")


async def test_whoever_loads_prospects_loads_no_holdings_and_sees_none(bank: banks.Bank) -> None:
    assert await bank.run("lead", _loads) == [FileKind.PROSPECTS]


async def _loads(ctx: Context) -> list[FileKind]:
    return file_runs.loads(ctx)
