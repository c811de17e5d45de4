"""Published data for the golden results."""

from pathlib import Path

import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from risk_models import golden


@pytest.fixture(scope="session")
def models_data(shared_data: Path) -> Path:
    directory = shared_data / "models"
    if not directory.is_dir():
        pytest.skip("the shared data holds no models/ folder")
    return directory


@pytest.fixture(scope="session")
def golden_table(models_data: Path) -> pd.DataFrame:
    with threadpool_limits(1):  # on a busy machine BLAS threads wait for each other
        return golden.table(models_data)
