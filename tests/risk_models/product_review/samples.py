"""A product's tables, generated: the same seed, the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd

from risk_models.product_review.inputs import Inputs, Period
from risk_models.product_review.parameters import Comparison, Control, Expectation, Parameters

PERIOD = Period(date(2025, 7, 1), date(2026, 7, 1))
BEGIN = np.datetime64("2023-01-01")
DAYS = 1277
DIMENSIONS = ("region", "gender", "tenure")
BATCH = 500_000


def parameters(**changes: object) -> Parameters:
    given: dict[str, object] = {
        "dimensions": DIMENSIONS,
        "population": ("region", "gender"),
        "comparisons": (Comparison("gender"), Comparison("region")),
        "fee_purposes": ("statement", "fee"),
        "benefit_purposes": ("interest",),
        "lapse_reasons": ("lapsed", "surrendered"),
        "cancel_reasons": ("cancelled",),
        "expectations": tuple(
            Expectation(each, points, "plan")
            for each, points in (("loss_ratio", 6500), ("lapse_rate", 800), ("complaint_rate", 100))
        ),
        "controls": tuple(
            Control(each, 12, 0.5, 5.0, "2023-01-01", "plan")
            for each in ("loss_ratio", "lapse_rate", "complaint_rate", "outside_share")
        ),
        "smallest_group": 10,
        "outlier_ratio": 15_000,
        "psi_watch": 0.1,
        "psi_shifted": 0.25,
        "level": 0.95,
        "resamples": 400,
        "seed": 7,
        "persistency_months": (12, 24),
    }
    return Parameters(**(given | changes))  # type: ignore[arg-type]


def inputs(holdings: int, movements: int, seed: int = 1) -> Inputs:
    """A tenth as many claims as holdings, three premiums each, a complaint on every fiftieth."""
    rng = np.random.default_rng(seed)
    held = holdings_frame(rng, holdings)
    return Inputs(
        held,
        sales_frame(rng, held),
        movement_batches(holdings, movements, seed),
        premiums_frame(rng, holdings, 3 * holdings),
        claims_frame(rng, holdings, holdings // 10),
        complaints_frame(rng, holdings, holdings // 50),
    )


def choice(rng: np.random.Generator, names: tuple[str, ...], size: int) -> pd.Categorical:
    return pd.Categorical.from_codes(rng.integers(0, len(names), size), list(names))


def days(rng: np.random.Generator, size: int) -> np.ndarray:
    return (BEGIN + rng.integers(0, DAYS, size)).astype("datetime64[s]")


def holdings_frame(rng: np.random.Generator, size: int) -> pd.DataFrame:
    opened = days(rng, size)
    gone = rng.random(size) < 0.3
    closed = opened + (rng.integers(1, 900, size) * 86_400).astype("timedelta64[s]")
    reason = pd.Categorical(np.where(gone, rng.choice(["lapsed", "surrendered", "cancelled", "matured"], size), ""))
    return pd.DataFrame(
        {
            "opened_on": opened,
            "closed_on": np.where(gone, closed, np.datetime64("NaT")),
            "close_reason": reason,
            "vulnerable": rng.random(size) < 0.06,
            "region": choice(rng, tuple(f"region {n:02}" for n in range(20)), size),
            "gender": choice(rng, ("female", "male"), size),
            "tenure": choice(rng, ("under 1", "1 to 5", "over 5"), size),
        }
    )


def sales_frame(rng: np.random.Generator, held: pd.DataFrame) -> pd.DataFrame:
    size = len(held)
    verdict = rng.choice(["inside", "outside", "unknown"], size, p=[0.9, 0.07, 0.03])
    reason = np.where(verdict == "outside", rng.choice(["age", "horizon", "capacity"], size), "")
    return pd.DataFrame(
        {
            "sold_on": held["opened_on"].to_numpy(),
            "channel": choice(rng, ("branch", "web", "app", "partner"), size),
            "verdict": pd.Categorical(verdict),
            "reason": pd.Categorical(reason),
            "amount_minor": rng.integers(100, 10_000_000, size),
            "vulnerable": held["vulnerable"].to_numpy(),
            "insisted": (verdict == "outside") & (rng.random(size) < 0.5),
        }
    )


def movement_batches(holdings: int, size: int, seed: int, batch: int = BATCH) -> Iterator[pd.DataFrame]:
    for number, start in enumerate(range(0, size, batch)):
        rng, rows = np.random.default_rng([seed, number]), min(batch, size - start)
        purpose = choice(rng, ("", "statement", "fee", "interest", "household"), rows)
        back = rng.random(rows) < 0.02
        yield pd.DataFrame(
            {
                "holding": rng.integers(0, holdings, rows).astype(np.int32),
                "booked_on": days(rng, rows),
                "purpose": purpose,
                "direction": pd.Categorical(np.where((purpose == "interest") ^ back, "credit", "debit")),
                "amount_minor": rng.integers(1, 1_000_000, rows),
            }
        )


def premiums_frame(rng: np.random.Generator, holdings: int, size: int) -> pd.DataFrame:
    due = rng.integers(1_000, 100_000, size)
    return pd.DataFrame(
        {
            "holding": rng.integers(0, holdings, size).astype(np.int32),
            "booked_on": days(rng, size),
            "due_minor": due,
            "paid_minor": np.where(rng.random(size) < 0.95, due, 0),
        }
    )


def claims_frame(rng: np.random.Generator, holdings: int, size: int) -> pd.DataFrame:
    occurred = days(rng, size)
    reported = occurred + (rng.integers(0, 60, size) * 86_400).astype("timedelta64[s]")
    state = rng.choice(["accepted", "declined", "open"], size, p=[0.7, 0.1, 0.2])
    settled = reported + (rng.integers(1, 90, size) * 86_400).astype("timedelta64[s]")
    return pd.DataFrame(
        {
            "holding": rng.integers(0, holdings, size).astype(np.int32),
            "incurred_on": occurred,
            "reported_on": reported,
            "settled_on": np.where(state == "open", np.datetime64("NaT"), settled),
            "state": pd.Categorical(state),
            "paid_minor": np.where(state == "accepted", rng.integers(1_000, 2_000_000, size), 0),
            "reserve_minor": np.where(state == "open", rng.integers(1_000, 500_000, size), 0),
        }
    )


def complaints_frame(rng: np.random.Generator, holdings: int, size: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "holding": rng.integers(-1, holdings, size).astype(np.int32),
            "received_on": days(rng, size),
            "cause": choice(rng, ("fees", "advice", "claims", "service"), size),
            "outcome": choice(rng, ("upheld", "rejected", "open"), size),
            "vulnerable": rng.random(size) < 0.1,
        }
    )
