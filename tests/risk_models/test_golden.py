"""Each model reaches what its literature published."""

from pathlib import Path

import pandas as pd
import pytest

from risk_models import bgnbd, golden, golden_data, pareto_nbd

EXPECTED = {"BG/NBD": 6, "Pareto/NBD": 5, "Gamma-Gamma": 3, "Scorecard": 2, "Churn": 1, "Lapse": 1, "Points scaling": 2}


@pytest.mark.parametrize(("model", "figures"), [*EXPECTED.items(), ("Kaplan-Meier", 4)])
def test_published_results_are_reached(golden_table: pd.DataFrame, model: str, figures: int) -> None:
    rows = golden_table[golden_table["model"] == model]
    assert len(rows) == figures
    assert rows["met"].all(), rows[~rows["met"]].to_string()


def test_reached_figures_lie_in_their_own_intervals(golden_table: pd.DataFrame) -> None:
    rows = golden_table.dropna(subset=["low"])
    assert len(rows) >= 20
    assert ((rows["low"] <= rows["reached"]) & (rows["reached"] <= rows["high"])).all()


def test_a_missed_figure_is_reported_as_missed() -> None:
    missed = golden.Result("BG/NBD", "CDNOW", "r", 0.243, 0.244, None, None, "equal", 0.243, 0.0005)
    assert not missed.met


def test_histories_from_transactions_equal_the_published_summary(models_data: Path) -> None:
    built = golden_data.cdnow_histories(models_data)
    published = pd.read_csv(models_data / "cdnow_customers_summary.csv", index_col="ID")
    assert list(built["frequency"]) == list(published["frequency"])
    for mine, theirs in (("recency", "recency"), ("age", "T")):
        assert (built[mine] - published[theirs]).abs().max() < 0.005


def test_fits_converge_to_a_flat_gradient_on_cdnow(models_data: Path) -> None:
    frame = golden_data.cdnow_histories(models_data)
    for model in (bgnbd, pareto_nbd):
        facts = model.fit(frame).convergence
        assert facts.converged
        assert facts.decrement < 1e-9
