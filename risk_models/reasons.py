"""The reasons of a score: which columns moved it most, in a fixed order of preference among equals."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from risk_models.errors import OutOfRangeError

Direction = Literal["up", "down", "both"]


def reasons(contributions: pd.DataFrame, top: int = 4, direction: Direction = "both") -> pd.DataFrame:
    """Columns `reason_1`, `effect_1`, ... per row, strongest first.

    `up` keeps what raised the figure, `down` what lowered it; an absent reason is None with effect 0. Equal
    effects keep the order of the columns.
    """
    if top < 1:
        raise OutOfRangeError("Fewer than one reason was asked for", remedy="Ask for one or more.")
    effects = contributions.to_numpy(dtype=np.float64)
    strength = {"up": effects, "down": -effects, "both": np.abs(effects)}[direction]
    order = np.argsort(-strength, axis=1, kind="stable")[:, :top]
    chosen = np.take_along_axis(effects, order, axis=1)
    speaks = np.take_along_axis(strength, order, axis=1) > 0
    names = contributions.columns.to_numpy(dtype=object)[order]
    names[~speaks] = None
    columns: dict[str, object] = {}
    for rank in range(order.shape[1]):
        columns[f"reason_{rank + 1}"] = pd.Series(names[:, rank], index=contributions.index, dtype=object)
        columns[f"effect_{rank + 1}"] = np.where(speaks[:, rank], chosen[:, rank], 0.0)
    return pd.DataFrame(columns, index=contributions.index)
