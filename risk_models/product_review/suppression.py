"""Small groups are not told: neither they, nor the one from which a single small group could be worked out.

Primary and complementary suppression as statistical offices do it (Hundepool and others, Statistical Disclosure
Control, 2012, §4): with one group held back, the total less the others would tell it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from risk_models.arrays import BoolArray, IntArray


def told(numbers: Sequence[int] | IntArray, smallest: int) -> BoolArray:
    """Which groups of one partition may be told; an empty group says nothing of anybody."""
    found = np.asarray(numbers, dtype=np.int64)
    hidden = (found > 0) & (found < smallest)
    if hidden.sum() == 1 and (found > 0).sum() > 1:
        others = np.where(hidden | (found == 0), np.iinfo(np.int64).max, found)
        hidden[int(others.argmin())] = True
    shown: BoolArray = ~hidden
    return shown
