"""Dask's workers give the one process's ratings, also when one of them is killed at its work."""

import os
import signal
import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from backend.risk.files import dask
from backend.risk.files.portfolio import rate_files
from backend.risk.files.work import Done, rate_part
from tests.risk_models.crr_portfolio import book, portfolio

distributed = pytest.importorskip("distributed", reason="the extra `dask` is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")  # what Tornado and Dask warn of when a worker dies

ON = date(2026, 11, 22)
ROWS = 6_000


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("in")
    frame = portfolio(book().effective("eu-risk-based", ON), ROWS, 3).reset_index()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), folder / "all.parquet", row_group_size=250)
    return folder


@pytest.fixture(scope="module")
def client() -> "Iterator[distributed.Client]":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with (
            distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
            distributed.Client(cluster) as client,
        ):
            yield client


def _bytes(folder: Path) -> list[pa.Table]:
    return [pq.read_table(path) for path in sorted(folder.glob("part-*.parquet"))]


def test_dask_and_one_process_give_the_same_ratings(client: "distributed.Client", source: Path, tmp_path: Path) -> None:
    rating = book().effective("eu-risk-based", ON)

    def engine(*work: object) -> Iterator[Done]:
        return dask.submit(client, *work)

    by_dask = rate_files(source, tmp_path / "dask", rating, ON, engine=engine, rows=1_000)
    by_one = rate_files(source, tmp_path / "one", rating, ON, rows=1_000)
    assert by_dask == by_one
    assert _bytes(tmp_path / "dask") == _bytes(tmp_path / "one")


def _fatal_once(part: object, target: Path, *rest: object) -> Done:
    """The first worker that takes the third part dies in the middle of it."""
    mark = target / "died"
    if part.number == 2 and not mark.exists():
        mark.touch()
        (target / ".part-00002.parquet.half").write_bytes(b"half")
        os.kill(os.getpid(), signal.SIGKILL)
    return rate_part(part, target, *rest)


def test_a_killed_worker_loses_no_customer(
    client: "distributed.Client", source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rating = book().effective("eu-risk-based", ON)
    monkeypatch.setattr(dask, "rate_part", _fatal_once)

    def engine(*work: object) -> Iterator[Done]:
        return dask.submit(client, *work)

    done = rate_files(source, tmp_path / "dask", rating, ON, engine=engine, rows=500)
    assert (tmp_path / "dask" / "died").exists()
    rate_files(source, tmp_path / "one", rating, ON, rows=500)
    assert done.customers == ROWS
    assert _bytes(tmp_path / "dask") == _bytes(tmp_path / "one")
    assert not list((tmp_path / "dask").glob(".part-*"))
