"""What every kind of model leaves behind when it was trained, and what it gives when it scores."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from backend.engagement.models.learning.snapshot import Snapshot
from risk_models.arrays import FloatArray, IntArray
from risk_models.estimate import Estimate
from risk_models.record import Json
from risk_models.reference import Reference

SCORES = ("value", "low", "high", "reasons")


class Scorer(Protocol):
    """A fitted record of risk_models' kind: it keeps itself as JSON and scores a portfolio.

    `score` gives the columns of SCORES by party_id (`reasons`: codes apart by a space), `watched` what is held against
    the reference: the score itself and, where there are any, its characteristics; `effects` what these do to the score
    of the average customer now, in log-odds against the customers it learned from, where the model can say.
    """

    def score(self, of: Snapshot) -> pd.DataFrame: ...
    def watched(self, of: Snapshot, scores: pd.DataFrame) -> pd.DataFrame: ...
    def effects(self, of: Snapshot, scores: pd.DataFrame) -> Mapping[str, float]: ...
    def to_dict(self) -> dict[str, Json]: ...


class Unseen(Protocol):
    """What tells each customer's outcome without having learned from it: what a version is judged by, and compared.

    `predict` tells of the horizon of `months` that begins on the day of `before`.
    """

    def predict(self, before: Snapshot, months: int) -> pd.Series: ...
    def to_dict(self) -> dict[str, Json]: ...


class WithoutEffects:
    """A scorer whose score is no sum over its characteristics."""

    def effects(self, of: Snapshot, scores: pd.DataFrame) -> Mapping[str, float]:
        return {}


@dataclass(frozen=True)
class Trained:
    """`metrics` are of rows that the parameters had not seen; `learned_from` are the rows themselves, for the digest.

    `outcomes` is the number of the rarer outcome, None where there is none; `unseen` what told the metrics' rows.
    """

    scorer: Scorer
    metrics: tuple[Estimate, ...]
    curves: Mapping[str, list[dict[str, Any]]]
    reference: Reference
    features: tuple[str, ...]
    learned_from: pd.DataFrame
    outcomes: int | None
    unseen: Unseen


def joined(*columns: pd.Series) -> pd.Series:
    """Codes of each row in one text, apart by a space; absent ones are left out. Rows that say the same share it."""
    parts = [column.to_numpy(dtype=object) for column in columns]
    known: dict[tuple[str | None, ...], str] = {}
    texts = []
    for codes in zip(*parts, strict=True):
        text = known.get(codes)
        if text is None:
            text = known[codes] = " ".join(code for code in codes if code is not None)
        texts.append(text)
    return pd.Series(texts, index=columns[0].index, dtype=object)


def directed(reason: pd.Series, effect: pd.Series) -> pd.Series:
    """`purchases:up` or `purchases:down`; None where there is no reason."""
    names, up = reason.to_numpy(dtype=object), effect.to_numpy(dtype=np.float64) > 0
    known = {(name, rose): f"{name}:{'up' if rose else 'down'}" for name in set(names) for rose in (False, True)}
    texts = [None if each[0] is None else known[each] for each in zip(names, up.tolist(), strict=True)]
    return pd.Series(texts, index=reason.index, dtype=object)


def points(table: pd.DataFrame) -> list[dict[str, Any]]:
    """A small table as plain records; what is not a finite number is None."""
    return [
        {str(name): None if not np.isfinite(value) else round(float(value), 6) for name, value in row.items()}
        for row in table.to_dict(orient="records")
    ]


def lower_ends(values: FloatArray, codes: IntArray) -> tuple[float, ...]:
    """Where each group but the first begins."""
    return tuple(float(values[codes == group].min()) for group in range(1, int(codes.max()) + 1))
