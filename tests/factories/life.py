"""Facts of customers for the pure rules of stages and warnings: somebody ordinary, and what a test says of them."""

from datetime import date
from pathlib import Path
from typing import Any, Final

import pandas as pd

from backend.core.rulesets import Policies

DAY: Final = date(2026, 11, 22)
POLICIES: Final = Policies(Path(__file__).resolve().parents[2] / "policies")
ORDINARY: Final[dict[str, Any]] = {
    "stage": "active",
    "stage_since": date(2025, 1, 1),
    "products": 1,
    "products_12m_ago": 1,
    "products_ever": 1,
    "used": 0,
    "balance_minor": 5_000_000,
    "balance_3m_ago_minor": 5_000_000,
    "balance_12m_ago_minor": 5_000_000,
    "inflow_3m_minor": 6_000_000,
    "inflow_prev_3m_minor": 6_000_000,
    "outflow_3m_minor": 6_000_000,
    "movements_3m": 20,
    "movements_prev_3m": 20,
    "months_inactive": 0,
    "tenure_months": 24,
    "premiums_missed": 0,
    "claims_12m": 0,
    "complaints_open": 0,
    "complaints_12m": 0,
    "competitor_paid_3m_minor": 0,
}
GONE: Final = {"products": 0, "products_ever": 2}


def customers(*several: dict[str, Any]) -> pd.DataFrame:
    """One row for each; what is not said of one is ordinary."""
    return pd.DataFrame([{**ORDINARY, **given} for given in several])
