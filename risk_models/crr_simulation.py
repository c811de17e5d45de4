"""What another rule-set would change over a portfolio: who moves where, why, and how much review work it makes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from risk_models.arrays import same_rows
from risk_models.crr_book import Rating
from risk_models.crr_explain import contributions
from risk_models.reasons import reasons

MONTHS_A_YEAR = 12
HORIZON = 24


@dataclass(frozen=True)
class Simulation:
    """`matrix`: customers by level before (rows) and after (columns).

    `changed`: one row per customer whose level differs, with `stricter` and the items that moved him most, in points of
    the scale from 0 to 100. `workload`: per rule-set and level the customers, the months between reviews and the
    reviews in an average year. `calendar`: reviews that fall due per month from now, before and after.
    """

    matrix: pd.DataFrame
    changed: pd.DataFrame
    workload: pd.DataFrame
    calendar: pd.DataFrame

    @property
    def reviews_a_year(self) -> tuple[float, float]:
        by_side = self.workload.groupby("side")["reviews_a_year"].sum()
        return float(by_side["before"]), float(by_side["after"])


def compare(
    before: pd.DataFrame, rating_before: Rating, after: pd.DataFrame, rating_after: Rating, top: int = 3
) -> Simulation:
    """`before` and `after` are what `rate` said of the same customers, in the same order."""
    same_rows(before["points"], after["points"])
    sides = {"before": (before, rating_before), "after": (after, rating_after)}
    workload = pd.concat([_workload(rated, rating, side) for side, (rated, rating) in sides.items()], ignore_index=True)
    calendar = pd.DataFrame(
        {side: _due(rated["next_review"], before["next_review"]) for side, (rated, _) in sides.items()}
    )
    return Simulation(
        pd.crosstab(before["level"], after["level"], rownames=["before"], colnames=["after"], dropna=False),
        _changed(before, rating_before, after, rating_after, top),
        workload,
        calendar.fillna(0).astype(np.int64),
    )


def _changed(
    before: pd.DataFrame, rating_before: Rating, after: pd.DataFrame, rating_after: Rating, top: int
) -> pd.DataFrame:
    moved = (before["level"].astype(str) != after["level"].astype(str)).to_numpy()
    old, new = before[moved], after[moved]
    shift = _share(new, rating_after).sub(_share(old, rating_before), fill_value=0)
    figures = pd.DataFrame({"before": old["level"].astype(str), "after": new["level"].astype(str)})
    figures["stricter"] = _strictness(new, rating_after, rating_before) > _strictness(old, rating_before, rating_after)
    figures["points"] = shift.sum(axis=1).round(6)
    return pd.concat([figures, reasons(shift, top)], axis=1) if moved.any() else figures


def _share(rated: pd.DataFrame, rating: Rating) -> pd.DataFrame:
    """Contributions on the common scale from 0 to 100, whatever the highest score."""
    return contributions(rated, rating) / rating.rules.highest_score


def _strictness(rated: pd.DataFrame, rating: Rating, other: Rating) -> pd.Series:
    """The rank of the level; between rule-sets with other levels, how often it is reviewed."""
    ranks = rated["level"].cat.codes
    if rating.rules.level_codes == other.rules.level_codes:
        return ranks
    return -ranks.map(dict(enumerate(level.review_months for level in rating.rules.levels)))


def _workload(rated: pd.DataFrame, rating: Rating, side: str) -> pd.DataFrame:
    customers = rated["level"].value_counts()
    rows = [
        (side, level.code, count, level.review_months, count * MONTHS_A_YEAR / level.review_months)
        for level in rating.rules.levels
        for count in [int(customers[level.code])]
    ]
    return pd.DataFrame(rows, columns=["side", "level", "customers", "review_months", "reviews_a_year"])


def _due(dates: pd.Series, reference: pd.Series) -> pd.Series:
    """Reviews per month, for `HORIZON` months from the first one that is due in `reference`."""
    first = reference.min().to_period("M")
    months = pd.period_range(first, periods=HORIZON, freq="M")
    due: pd.Series = dates.dt.to_period("M").value_counts().reindex(months, fill_value=0)
    return due
