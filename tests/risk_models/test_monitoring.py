"""The monitoring sheet says what moved, what no longer separates and what no longer comes true."""

import numpy as np
import pandas as pd

from risk_models.monitoring import COLUMNS, report


def period(rows: int, seed: int, shift: float = 0.0) -> tuple[pd.Series, pd.Series]:
    """Predictions and outcomes of one period; `shift` moves the truth away from the predictions."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(-1, 1, rows)
    truth = 1 / (1 + np.exp(-(odds + shift)))
    return pd.Series(1 / (1 + np.exp(-odds))), pd.Series((rng.random(rows) < truth).astype(int))


def findings(sheet: pd.DataFrame) -> dict[str, str]:
    return dict(zip(sheet["measure"], sheet["finding"], strict=True))


def test_a_sound_model_is_reported_sound() -> None:
    reference, (current, outcome) = period(3000, 1)[0], period(3000, 2)
    found = findings(report(reference, current, outcome, seed=3))
    assert found["PSI"] == "stable"
    assert found["calibration slope"] == found["calibration intercept"] == found["Hosmer-Lemeshow p"] == "calibrated"


def test_a_changed_world_is_reported_miscalibrated() -> None:
    reference, (current, outcome) = period(3000, 1)[0], period(3000, 2, shift=0.8)
    found = findings(report(reference, current, outcome, seed=3))
    assert found["PSI"] == "stable"
    assert found["calibration intercept"] == found["Hosmer-Lemeshow p"] == "miscalibrated"


def test_without_outcomes_only_movement_is_reported() -> None:
    reference, current = period(500, 1)[0], period(500, 2)[0]
    columns = pd.DataFrame({"age": [1.0, 2.0] * 250})
    sheet = report(reference, current, characteristics=(columns, columns))
    assert sheet["measure"].to_list() == ["PSI", "CSI age"]
    assert list(sheet.columns) == COLUMNS
