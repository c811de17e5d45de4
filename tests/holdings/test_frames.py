"""Holdings and their ledgers as frames: exact, complete, and only what belongs to the institution."""

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.holdings import frames
from backend.holdings.frames import Period
from tests.factories.customers import with_roles
from tests.holdings.conftest import MOVEMENTS, Shop

YEAR = Period(date(2024, 1, 1), date(2024, 12, 31))


async def _movements(shop: Shop, columns: list[str], period: Period = YEAR, **options: Any) -> pd.DataFrame:
    async def read(ctx: Context) -> pd.DataFrame:
        return await frames.frame(frames.movements(ctx, period, columns, **options), frames.MOVEMENTS, columns)

    return await shop.bank.run(shop.bank.system, read)


@pytest.fixture
async def moved(account: Shop) -> Shop:
    rows = "".join(f"m{n},h1,2024-{1 + n % 12:02d}-01,credit,{n}.01,{n},CZK\n" for n in range(1, 50))
    await account.load("movements", MOVEMENTS + rows)
    return account


async def test_money_arrives_to_the_cent(moved: Shop) -> None:
    found = await _movements(moved, ["amount"])
    assert found["amount"].sum() == sum(Decimal(f"{n}.01") for n in range(1, 50))


async def test_only_the_days_of_the_period_are_read(moved: Shop) -> None:
    found = await _movements(moved, ["booked_on"], Period(date(2024, 3, 1), date(2024, 3, 31)))
    assert set(found["booked_on"]) == {pd.Timestamp(2024, 3, 1)}


async def test_movements_of_other_versions_are_left_out(moved: Shop) -> None:
    lengths = [len(await _movements(moved, ["amount"], versions=[version])) for version in moved.versions]
    assert lengths == [49, 0]


async def test_keys_join_movements_to_holdings(moved: Shop) -> None:
    async def read(ctx: Context) -> pd.DataFrame:
        return await frames.frame(frames.holdings(ctx, ["holding_key"]), frames.HOLDINGS, ["holding_key"])

    held = await moved.bank.run(moved.bank.system, read)
    booked = await _movements(moved, ["holding_key"])
    assert len(booked.merge(held, on="holding_key")) == 49


async def test_blocks_of_any_size_give_the_same_rows(moved: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = await _movements(moved, ["amount", "booked_on", "purpose"])
    monkeypatch.setattr(frames, "_BLOCK_BYTES", 64)
    pd.testing.assert_frame_equal(await _movements(moved, ["amount", "booked_on", "purpose"]), whole)


async def test_an_empty_period_is_an_empty_frame_with_its_columns(account: Shop) -> None:
    found = await _movements(account, ["amount", "purpose"])
    assert (len(found), list(found.columns)) == (0, ["amount", "purpose"])


async def test_somebody_who_sees_no_holdings_gets_no_frame(moved: Shop) -> None:
    moved_by = with_roles(moved.bank.officer, "administrator")

    async def read(ctx: Context) -> pd.DataFrame:
        return await frames.frame(frames.movements(ctx, YEAR, ["amount"]), frames.MOVEMENTS, ["amount"])

    with pytest.raises(NotAllowed):
        await moved.bank.run(moved_by, read)
