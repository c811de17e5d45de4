"""Blocks give what the whole gives, of all rows or of some."""

import numpy as np
import pandas as pd

from risk_models.blocks import in_blocks


def _doubled(frame: pd.DataFrame) -> pd.DataFrame:
    return frame * 2


def test_blocks_of_chosen_rows_are_the_rows_of_the_whole() -> None:
    frame = pd.DataFrame({"n": range(10)}, index=list("abcdefghij"))
    rows = np.array([each % 3 != 0 for each in range(10)])
    for block in (1, 4, 100):
        pd.testing.assert_frame_equal(in_blocks(_doubled, frame, block, rows), _doubled(frame[rows]))
        pd.testing.assert_frame_equal(in_blocks(_doubled, frame, block), _doubled(frame))
