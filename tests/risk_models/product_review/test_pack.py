from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from risk_models.errors import MissingColumnError, MissingValueError, OutOfRangeError
from risk_models.product_review.inputs import Inputs, Period, empty
from risk_models.product_review.pack import Pack, compute
from tests.risk_models.product_review import reference, samples

HOLDINGS, MOVEMENTS = 3_000, 12_000


@pytest.fixture(scope="module")
def given() -> Inputs:
    inputs = samples.inputs(HOLDINGS, 0)
    return replace(inputs, movements=list(samples.movement_batches(HOLDINGS, MOVEMENTS, 1, batch=5_000)))


@pytest.fixture(scope="module")
def made(given: Inputs) -> Pack:
    return compute(given, samples.PERIOD, samples.parameters())


@pytest.fixture(scope="module")
def plain(given: Inputs) -> dict[str, dict[object, Decimal]]:
    return reference.flows(given.movements, given, samples.PERIOD, samples.parameters())


def test_costs_and_benefits_equal_the_plain_sums_to_the_cent(made: Pack, plain: dict) -> None:
    flows = made.body["flows"]
    assert reference.units(flows["costs_minor"]) == sum(plain["costs"].values())
    assert reference.units(flows["received_minor"]) == sum(plain["benefits"].values())


def test_every_month_of_fees_and_interest_equals_the_plain_sums(made: Pack, plain: dict) -> None:
    for row in made.body["flows"]["by_month"]:
        assert reference.units(row["fees_minor"]) == plain["fee_months"][row["month"]]
        assert reference.units(row["benefits_minor"]) == plain["benefit_months"][row["month"]]


@pytest.mark.parametrize("dimension", samples.DIMENSIONS)
def test_every_group_of_customers_equals_the_plain_sums(made: Pack, given: Inputs, plain: dict, dimension: str) -> None:
    held = {int(each): amount for each, amount in plain["costs"].items() if _held(given, int(each))}
    table = next(each for each in made.body["value"] if each["dimension"] == dimension)
    costs = reference.by_group(given, dimension, held)
    assert {row["group"]: reference.units(row["costs_minor"]) for row in table["groups"]} == dict(costs)


def _held(given: Inputs, place: int) -> bool:
    row = given.holdings.iloc[place]
    starts = row["opened_on"] < pd.Timestamp(samples.PERIOD.end)
    return bool(starts and (pd.isna(row["closed_on"]) or row["closed_on"] > pd.Timestamp(samples.PERIOD.start)))


def test_sales_by_month_and_verdict_equal_a_plain_groupby(made: Pack, given: Inputs) -> None:
    sold = reference.within(given.sales, "sold_on", samples.PERIOD)
    wanted = reference.money(sold["amount_minor"]).groupby(
        [reference.month(sold, "sold_on"), sold["verdict"].astype(str)]
    )
    sums = wanted.sum().to_dict()
    for row in made.body["sales"]["by_month"]:
        for verdict in ("inside", "outside", "unknown"):
            assert reference.units(row[f"{verdict}_minor"]) == sums.get((row["month"], verdict), Decimal(0))


def test_sales_by_channel_add_up_to_the_total(made: Pack) -> None:
    sales = made.body["sales"]
    for verdict in ("inside", "outside", "unknown", "outside_minor"):
        assert sum(row[verdict] for row in sales["by_channel"]) == sales["total"][verdict]


def test_premiums_and_losses_equal_a_plain_groupby(made: Pack, given: Inputs) -> None:
    due = reference.within(given.premiums, "booked_on", samples.PERIOD)
    lost = reference.within(given.claims, "incurred_on", samples.PERIOD)
    claims = made.body["claims"]
    assert reference.units(claims["premiums_due_minor"]) == reference.money(due["due_minor"]).sum()
    losses = reference.money(lost["paid_minor"]).sum() + reference.money(lost["reserve_minor"]).sum()
    assert reference.units(claims["incurred_minor"]) == losses


def test_holdings_in_force_equal_a_count_row_by_row(made: Pack, given: Inputs) -> None:
    held = given.holdings
    for row in made.body["persistency"]["by_month"]:
        first = pd.Timestamp(f"{row['month']}-01")
        after = first + pd.offsets.MonthBegin()
        there = (held["opened_on"] < after) & (held["closed_on"].isna() | (held["closed_on"] >= first))
        assert row["in_force"] == int(there.sum())


def test_the_same_inputs_give_the_same_bytes(given: Inputs, made: Pack) -> None:
    again = compute(given, samples.PERIOD, samples.parameters())
    assert again.canonical() == made.canonical()
    assert json.loads(made.canonical()) == made.body


def test_batches_of_another_size_give_the_same_bytes(given: Inputs, made: Pack) -> None:
    whole = [pd.concat(given.movements, ignore_index=True)]
    assert compute(replace(given, movements=whole), samples.PERIOD, samples.parameters()).digest() == made.digest()


def test_a_changed_cent_changes_the_digest(given: Inputs, made: Pack) -> None:
    premiums = given.premiums.copy()
    inside = premiums.index[samples.PERIOD.holds(premiums["booked_on"])][0]
    premiums.loc[inside, "paid_minor"] += 1
    changed = compute(replace(given, premiums=premiums), samples.PERIOD, samples.parameters())
    assert changed.digest() != made.digest()


def test_a_pack_holds_no_binary_fraction(made: Pack) -> None:
    def floats(value: object) -> list[object]:
        if isinstance(value, dict):
            return [found for each in value.values() for found in floats(each)]
        if isinstance(value, list | tuple):
            return [found for each in value for found in floats(each)]
        return [value] if isinstance(value, float) else []

    assert floats(made.body) == []


def test_a_product_that_nobody_holds_has_a_pack_without_figures() -> None:
    tables = {name: empty(name) for name in ("sales", "premiums", "claims", "complaints")}
    nothing = Inputs(holdings=empty("holdings", samples.DIMENSIONS), movements=[], **tables)
    body = compute(nothing, samples.PERIOD, samples.parameters()).body
    assert body["sales"]["total"]["share"] is None
    assert body["claims"]["loss_ratio"] is None
    assert body["persistency"]["lapse_rate"] is None


def test_a_refunded_fee_is_no_fee() -> None:
    held = pd.DataFrame(
        {
            "opened_on": np.array(["2025-01-01"], dtype="datetime64[s]"),
            "closed_on": np.array(["NaT"], dtype="datetime64[s]"),
            "close_reason": [""],
            "vulnerable": [False],
        }
    )
    booked = pd.DataFrame(
        {
            "holding": [0, 0],
            "booked_on": np.array(["2025-08-01", "2025-08-02"], dtype="datetime64[s]"),
            "purpose": ["fee", "fee"],
            "direction": ["debit", "credit"],
            "amount_minor": [1000, 400],
        }
    )
    tables = {name: empty(name) for name in ("sales", "premiums", "claims", "complaints")}
    rules = samples.parameters(dimensions=(), population=(), comparisons=())
    body = compute(Inputs(holdings=held, movements=[booked], **tables), samples.PERIOD, rules).body
    assert body["flows"]["fees_minor"] == 600


def test_a_table_without_a_column_is_refused(given: Inputs) -> None:
    with pytest.raises(MissingColumnError):
        compute(replace(given, sales=given.sales.drop(columns="channel")), samples.PERIOD, samples.parameters())


def test_a_missing_day_is_refused(given: Inputs) -> None:
    broken = given.sales.assign(sold_on=pd.NaT)
    with pytest.raises(MissingValueError):
        compute(replace(given, sales=broken), samples.PERIOD, samples.parameters())


def test_money_in_binary_fractions_is_refused(given: Inputs) -> None:
    broken = given.sales.assign(amount_minor=given.sales["amount_minor"].astype(float))
    with pytest.raises(OutOfRangeError):
        compute(replace(given, sales=broken), samples.PERIOD, samples.parameters())


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(OutOfRangeError):
        Period(date(2026, 1, 1), date(2026, 1, 1))
