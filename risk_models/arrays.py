"""Checked arrays: the one gate through which a column of a DataFrame reaches the mathematics."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk_models.errors import MissingColumnError, MissingValueError, NoRowsError, OutOfRangeError, SingleClassError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def require_columns(frame: pd.DataFrame, *columns: str) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise MissingColumnError(f"The table has no column {', '.join(missing)}")
    if frame.empty:
        raise NoRowsError("The table is empty")


def offenders(index: pd.Index, mask: BoolArray) -> list[object]:
    """Index labels of the rows where `mask` is true."""
    return list(index[mask])


def numbers(frame: pd.DataFrame, column: str) -> FloatArray:
    """The column as float64; refuses absent columns, text, NaN and infinities."""
    require_columns(frame, column)
    values = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    bad = ~np.isfinite(values)
    if bad.any():
        raise MissingValueError(f"{column} is missing or not a finite number", offenders(frame.index, bad))
    return values


def non_negative(frame: pd.DataFrame, column: str) -> FloatArray:
    values = numbers(frame, column)
    if (values < 0).any():
        raise OutOfRangeError(f"{column} is negative", offenders(frame.index, values < 0))
    return values


def positive(frame: pd.DataFrame, column: str) -> FloatArray:
    values = numbers(frame, column)
    if (values <= 0).any():
        raise OutOfRangeError(f"{column} is not above zero", offenders(frame.index, values <= 0))
    return values


def counts(frame: pd.DataFrame, column: str) -> FloatArray:
    """Whole numbers from zero up, as float64."""
    values = non_negative(frame, column)
    broken = values != np.floor(values)
    if broken.any():
        raise OutOfRangeError(f"{column} is not a whole number", offenders(frame.index, broken))
    return values


def outcomes(outcome: pd.Series, *, both: bool = True) -> FloatArray:
    """0/1 labels as float64; `both` refuses a sample in which only one of them occurs."""
    name = str(outcome.name or "outcome")
    values = numbers(outcome.to_frame(name), name)
    strange = (values != 0) & (values != 1)
    if strange.any():
        raise OutOfRangeError(f"{name} is neither 0 nor 1", offenders(outcome.index, strange))
    if both and values.min() == values.max():
        raise SingleClassError(f"{name} is {int(values[0])} in all {len(values)} rows")
    return values


def probabilities(prediction: pd.Series) -> FloatArray:
    name = str(prediction.name or "prediction")
    values = numbers(prediction.to_frame(name), name)
    outside = (values < 0) | (values > 1)
    if outside.any():
        raise OutOfRangeError(f"{name} is not a probability", offenders(prediction.index, outside))
    return values
