"""Checked arrays: the one gate through which a column of a DataFrame reaches the mathematics."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk_models.errors import (
    ContradictionError,
    MissingColumnError,
    MissingValueError,
    NoRowsError,
    OutOfRangeError,
    SingleClassError,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def require_columns(frame: pd.DataFrame, *columns: str) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise MissingColumnError(f"The table has no column {', '.join(missing)}")
    if frame.empty:
        raise NoRowsError("The table is empty")


def name_of(series: pd.Series, otherwise: str) -> str:
    return otherwise if series.name is None else str(series.name)


def tally(codes: IntArray, size: int = 0, weights: FloatArray | None = None) -> FloatArray:
    """Rows (or their summed weights) per code 0..size-1, as float64."""
    return np.bincount(codes, weights=weights, minlength=size).astype(np.float64)


def texts(column: pd.Series) -> NDArray[np.object_]:
    """The column as text, None where it is missing."""
    out: NDArray[np.object_] = column.astype(str).to_numpy(dtype=object)
    out[column.isna().to_numpy(dtype=bool)] = None
    return out


def optional_numbers(frame: pd.DataFrame, column: str) -> FloatArray:
    """The column as float64, NaN where it is missing; refuses infinities."""
    require_columns(frame, column)
    values = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(values).any():
        raise OutOfRangeError(f"{column} is infinite", offenders(frame.index, np.isinf(values)))
    return values


def same_rows(*columns: pd.Series) -> None:
    """Refuses series that do not describe the same rows in the same order."""
    if not all(column.index.equals(columns[0].index) for column in columns[1:]):
        names = ", ".join(name_of(column, "unnamed") for column in columns)
        raise ContradictionError(f"These columns are not of the same rows: {names}", remedy="Align them on one index.")


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
    name = name_of(outcome, "outcome")
    values = numbers(outcome.to_frame(name), name)
    strange = (values != 0) & (values != 1)
    if strange.any():
        raise OutOfRangeError(f"{name} is neither 0 nor 1", offenders(outcome.index, strange))
    if both and values.min() == values.max():
        raise SingleClassError(f"{name} is {int(values[0])} in all {len(values)} rows")
    return values


def probabilities(prediction: pd.Series) -> FloatArray:
    name = name_of(prediction, "prediction")
    values = numbers(prediction.to_frame(name), name)
    outside = (values < 0) | (values > 1)
    if outside.any():
        raise OutOfRangeError(f"{name} is not a probability", offenders(prediction.index, outside))
    return values
