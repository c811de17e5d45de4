"""Row-wise scoring in blocks: a million customers need the memory of a hundred thousand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

BLOCK = 100_000


def in_blocks(
    score: Callable[[pd.DataFrame], pd.DataFrame],
    frame: pd.DataFrame,
    block: int = BLOCK,
    rows: NDArray[np.bool_] | None = None,
) -> pd.DataFrame:
    """`score` of consecutive slices of `frame`, put together; for scores in which rows do not see each other.

    `rows`: which of them are scored; they are not copied out before.
    """
    places = np.arange(len(frame)) if rows is None else np.flatnonzero(rows)
    if len(places) <= block:
        return score(frame.iloc[places])
    return pd.concat([score(frame.iloc[places[at : at + block]]) for at in range(0, len(places), block)])
