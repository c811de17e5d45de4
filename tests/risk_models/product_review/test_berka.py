"""The pack of a real bank's accounts beside plain pandas over the same files, to the cent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from risk_models.product_review.inputs import Inputs, Period, empty
from risk_models.product_review.pack import Pack, compute
from risk_models.product_review.parameters import Comparison
from tests.risk_models.product_review import samples

PERIOD = Period(date(1993, 4, 1), date(1994, 4, 1))
FEES, INTEREST = ("SLUZBY", "SANKC. UROK"), ("UROK",)


@dataclass
class Bank:
    """The files as they are, every column a text."""

    accounts: pd.DataFrame
    movements: pd.DataFrame
    pack: Pack


@pytest.fixture(scope="module")
def bank(shared_data: Path) -> Bank:
    folder = shared_data / "berka"
    accounts, movements, districts = (
        pd.read_csv(folder / name, sep=";", dtype=str, keep_default_na=False)
        for name in ("account.asc", "trans_1993_1994q1.asc", "district.asc")
    )
    regions = dict(zip(districts["A1"], districts["A3"], strict=True))
    accounts = accounts.assign(region=accounts["district_id"].map(regions))
    holdings = pd.DataFrame(
        {
            "opened_on": _days(accounts["date"]),
            "closed_on": np.full(len(accounts), np.datetime64("NaT"), dtype="datetime64[s]"),
            "close_reason": pd.Categorical([""] * len(accounts)),
            "vulnerable": np.zeros(len(accounts), dtype=bool),
            "region": accounts["region"].astype("category"),
            "frequency": accounts["frequency"].astype("category"),
        }
    )
    rules = samples.parameters(
        dimensions=("region", "frequency"),
        population=("region",),
        comparisons=(Comparison("region"),),
        fee_purposes=FEES,
        benefit_purposes=INTEREST,
        controls=(),
    )
    tables = {name: empty(name) for name in ("sales", "premiums", "claims", "complaints")}
    pack = compute(Inputs(holdings=holdings, movements=_batches(accounts, movements), **tables), PERIOD, rules)
    return Bank(accounts, movements, pack)


def _days(texts: pd.Series) -> np.ndarray:
    return pd.to_datetime("19" + texts, format="%Y%m%d").to_numpy(dtype="datetime64[s]")


def _batches(accounts: pd.DataFrame, movements: pd.DataFrame) -> list[pd.DataFrame]:
    places = {account: place for place, account in enumerate(accounts["account_id"])}
    frame = pd.DataFrame(
        {
            "holding": movements["account_id"].map(places).astype(np.int32),
            "booked_on": _days(movements["date"]),
            "purpose": movements["k_symbol"].astype("category"),
            "direction": pd.Categorical(np.where(movements["type"] == "PRIJEM", "credit", "debit")),
            "amount_minor": movements["amount"].str.replace(".", "", regex=False).astype(np.int64),
        }
    )
    return [frame.iloc[start : start + 7_000] for start in range(0, len(frame), 7_000)]


def _plain(bank: Bank, purposes: tuple[str, ...], direction: str) -> pd.DataFrame:
    """Bookings of the period with their amounts as Decimal, taken back where they go the other way."""
    rows = bank.movements[bank.movements["k_symbol"].isin(purposes)]
    rows = rows[(rows["date"] >= "930401") & (rows["date"] < "940401")]
    signs = rows["type"].map(lambda text: 1 if text == direction else -1)
    return rows.assign(amount=[Decimal(a) * s for a, s in zip(rows["amount"], signs, strict=True)])


@pytest.mark.parametrize(
    ("purposes", "direction", "name"),
    [(FEES, "VYDAJ", "fees_minor"), (INTEREST, "PRIJEM", "benefits_minor")],
    ids=["fees", "interest"],
)
def test_every_month_equals_plain_pandas_to_the_cent(
    bank: Bank, purposes: tuple[str, ...], direction: str, name: str
) -> None:
    rows = _plain(bank, purposes, direction)
    wanted = rows.groupby("20" + rows["date"].str[:2] + "-" + rows["date"].str[2:4])["amount"].sum()
    wanted.index = "19" + wanted.index.str[2:]
    found = {row["month"]: Decimal(row[name]) / 100 for row in bank.pack.body["flows"]["by_month"]}
    assert found == {month: wanted.get(month, Decimal(0)) for month in found}
    assert sum(found.values()) > 0


@pytest.mark.parametrize("dimension", ["region", "frequency"])
def test_every_group_equals_plain_pandas_to_the_cent(bank: Bank, dimension: str) -> None:
    rows = _plain(bank, FEES, "VYDAJ").merge(bank.accounts, on="account_id", suffixes=("", "_account"))
    wanted = rows.groupby(dimension)["amount"].sum()
    table = next(each for each in bank.pack.body["value"] if each["dimension"] == dimension)
    found = {row["group"]: Decimal(row["costs_minor"]) / 100 for row in table["groups"]}
    assert found == {group: wanted.get(group, Decimal(0)) for group in found}
    assert len(found) > 2


def test_accounts_in_force_equal_plain_pandas(bank: Bank) -> None:
    opened = bank.accounts["date"]
    for row in bank.pack.body["persistency"]["by_month"]:
        assert row["in_force"] == int((opened.str[:4] <= row["month"][2:4] + row["month"][5:]).sum())
