"""PSI and CSI: by hand, silent on noise, loud on shifts."""

import numpy as np
import pandas as pd
import pytest

from risk_models.errors import MissingColumnError, NoRowsError
from risk_models.stability import csi, psi, shift_table


def test_psi_of_two_categories_by_hand() -> None:
    before, now = pd.Series(["a"] * 50 + ["b"] * 50), pd.Series(["a"] * 30 + ["b"] * 70)
    expected = (0.3 - 0.5) * np.log(0.3 / 0.5) + (0.7 - 0.5) * np.log(0.7 / 0.5)
    assert psi(before, now).psi == pytest.approx(expected, abs=1e-12)


def test_the_terms_add_up_to_the_index() -> None:
    rng = np.random.default_rng(1)
    before, now = pd.Series(rng.normal(0, 1, 500)), pd.Series(rng.normal(0.4, 1, 400))
    assert shift_table(before, now)["contribution"].sum() == pytest.approx(psi(before, now).psi, abs=1e-12)


def test_the_same_rows_have_no_shift() -> None:
    sample = pd.Series(np.random.default_rng(2).normal(0, 1, 300))
    found = psi(sample, sample)
    assert (found.psi, found.band) == (0.0, "stable")


def test_chance_alone_is_significant_as_rarely_as_it_says() -> None:
    rng = np.random.default_rng(3)
    found = [psi(pd.Series(rng.random(2000)), pd.Series(rng.random(400))).p_value for _ in range(300)]
    assert 0.02 <= np.mean(np.array(found) < 0.05) <= 0.10


def test_a_moved_population_is_shifted() -> None:
    rng = np.random.default_rng(4)
    found = psi(pd.Series(rng.normal(0, 1, 2000)), pd.Series(rng.normal(1, 1, 2000)))
    assert (found.band, found.p_value < 1e-9) == ("shifted", True)


def test_missing_values_are_a_bin_of_their_own() -> None:
    before = pd.Series([1.0, 2.0, 3.0, 4.0] * 50)
    assert psi(before, before.where(before < 4)).band == "shifted"


def test_a_new_category_is_finite_and_counted() -> None:
    found = psi(pd.Series(["a"] * 100), pd.Series(["a"] * 80 + ["z"] * 20))
    assert np.isfinite(found.psi)
    assert found.bins == 2


def test_csi_ranks_the_column_that_moved_first() -> None:
    rng = np.random.default_rng(5)
    before = pd.DataFrame({"calm": rng.normal(0, 1, 1000), "moved": rng.normal(0, 1, 1000)})
    now = pd.DataFrame({"calm": rng.normal(0, 1, 1000), "moved": rng.normal(0.8, 1, 1000)})
    table = csi(before, now)
    assert table["characteristic"].to_list() == ["moved", "calm"]
    assert table["band"].to_list() == ["shifted", "stable"]


def test_a_column_that_vanished_is_refused() -> None:
    with pytest.raises(MissingColumnError, match="b"):
        csi(pd.DataFrame({"a": [1], "b": [1]}), pd.DataFrame({"a": [1]}))


def test_an_empty_period_is_refused() -> None:
    with pytest.raises(NoRowsError):
        psi(pd.Series([1.0]), pd.Series([], dtype=float))
