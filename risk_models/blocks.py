"""Row-wise scoring in blocks: a million customers need the memory of a hundred thousand."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

BLOCK = 100_000


def in_blocks(score: Callable[[pd.DataFrame], pd.DataFrame], frame: pd.DataFrame, block: int = BLOCK) -> pd.DataFrame:
    """`score` of consecutive slices of `frame`, put together; for scores in which rows do not see each other."""
    if len(frame) <= block:
        return score(frame)
    return pd.concat([score(frame.iloc[at : at + block]) for at in range(0, len(frame), block)])
