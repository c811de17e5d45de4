"""A population remembered by its bins gives the same PSI as its rows would."""

import numpy as np
import pandas as pd
import pytest

from risk_models import reference, stability
from risk_models.reference import Reference


def population(seed: int, shift: float = 0.0, rows: int = 4_000) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    amount = rng.normal(100 + shift, 20, rows)
    amount[rng.random(rows) < 0.05] = np.nan
    channel = rng.choice(["branch", "app", "mail"], rows, p=[0.5, 0.4, 0.1])
    return pd.DataFrame({"amount": amount, "channel": channel, "age": rng.integers(18, 90, rows)})


def test_bins_give_the_psi_of_the_rows() -> None:
    before, now = population(1), population(2, shift=15)
    by_rows = stability.csi(before, now).set_index("characteristic")["csi"]
    by_bins = reference.learn(before).compare(now).set_index("characteristic")["psi"]
    assert by_bins.to_dict() == pytest.approx(by_rows.to_dict(), abs=1e-12)


def test_a_value_that_was_not_there_counts_as_a_shift() -> None:
    before = pd.DataFrame({"channel": ["branch"] * 500 + ["app"] * 500})
    now = pd.DataFrame({"channel": ["branch"] * 500 + ["robot"] * 500})
    assert reference.learn(before).compare(now)["band"].tolist() == ["shifted"]


def test_a_reference_reads_back_from_its_record() -> None:
    learned = reference.learn(population(3))
    assert Reference.from_dict(learned.to_dict()) == learned


def test_the_same_population_is_stable() -> None:
    assert set(reference.learn(population(4)).compare(population(5))["band"]) == {"stable"}
