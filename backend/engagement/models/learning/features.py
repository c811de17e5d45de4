"""What a model of leaving or buying looks at, made of the facts of a portfolio; each column is a reason code too.

Left out on purpose: risk level (facts of compliance are not for selling), region, team and manager (they stand for
where people live and who serves them), stage and segment (they are made from scores, and would feed back).
"""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LEFT_OUT: Final = ("risk_level", "region", "team_id", "manager_id", "stage", "segment")
_HUNDRED: Final = 10_000.0
"""Minor units of a hundred: below it amounts are taken as about nothing."""
_CATEGORIES: Final = ("channel", "kind")
_PLAIN: Final = (
    "tenure_months",
    "products",
    "months_inactive",
    "movements_3m",
    "premiums_missed",
    "claims_12m",
    "complaints_open",
    "complaints_12m",
)
_AMOUNTS: Final = {
    "balance": "balance_minor",
    "inflow": "inflow_3m_minor",
    "outflow": "outflow_3m_minor",
    "competitor_paid": "competitor_paid_3m_minor",
}
_CHANGES: Final = {
    "balance_change_3m": ("balance_minor", "balance_3m_ago_minor"),
    "balance_change_12m": ("balance_minor", "balance_12m_ago_minor"),
    "inflow_change": ("inflow_3m_minor", "inflow_prev_3m_minor"),
}


def features(facts: pd.DataFrame) -> pd.DataFrame:
    """Amounts on a logarithmic scale that keeps the sign, changes as differences of these; nothing is missing."""
    columns: dict[str, object] = {name: _numbers(facts, name) for name in _PLAIN}
    columns |= {name: _scaled(_numbers(facts, source)) for name, source in _AMOUNTS.items()}
    for name, (now, before) in _CHANGES.items():
        columns[name] = _scaled(_numbers(facts, now)) - _scaled(_numbers(facts, before))
    columns["movements_change"] = _numbers(facts, "movements_3m") - _numbers(facts, "movements_prev_3m")
    for name in _CATEGORIES:
        columns[name] = pd.Categorical(facts[name].astype(object).where(facts[name].notna(), "unknown"))
    return pd.DataFrame(columns, index=facts.index)


def informative(frame: pd.DataFrame) -> pd.DataFrame:
    """Without columns that say the same of everybody."""
    return frame[[name for name in frame.columns if frame[name].nunique() > 1]]


def _numbers(facts: pd.DataFrame, name: str) -> NDArray[np.float64]:
    values: NDArray[np.float64] = pd.to_numeric(facts[name]).to_numpy(dtype=np.float64, na_value=0.0)
    return values


def _scaled(minor: NDArray[np.float64]) -> NDArray[np.float64]:
    scaled: NDArray[np.float64] = np.sign(minor) * np.log1p(np.abs(minor) / _HUNDRED)
    return scaled
