"""Ratings from Parquet to Parquet: the same customers, the same levels, however the work is divided or interrupted."""

import os
import subprocess
import sys
import textwrap
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from backend.risk.files.batches import CUSTOMER, rated
from backend.risk.files.errors import (
    OtherRatingsInFolder,
    PortfolioFactsMissing,
    PortfolioFactsUnusable,
    PortfolioFilesMissing,
)
from backend.risk.files.parts import parts_of
from backend.risk.files.portfolio import rate_files
from backend.risk.files.spark import mapper, plain_schema
from risk_models.crr import rate
from risk_models.crr_book import Rating
from tests.risk_models.crr_portfolio import book, portfolio

ON = date(2026, 11, 22)
ROWS = 4_000


@pytest.fixture(scope="module", params=["eu-risk-based", "cn-persons", "cn-organisations", "insurance-policyholders"])
def rating(request: pytest.FixtureRequest) -> Rating:
    known = {each.rules.id for each in book().rules}
    if request.param not in known:
        pytest.fail(f"unknown scheme {request.param}: {sorted(known)}")
    return book().effective(request.param, ON)


@pytest.fixture(scope="module")
def frame(rating: Rating) -> pd.DataFrame:
    return portfolio(rating, ROWS, 7)


@pytest.fixture
def source(frame: pd.DataFrame, tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for number, start in enumerate(range(0, ROWS, 1_500)):
        piece = frame.iloc[start : start + 1_500].reset_index()
        table = pa.Table.from_pandas(piece, preserve_index=False)
        pq.write_table(table, folder / f"{number}.parquet", row_group_size=400)
    return folder


def _read(folder: Path) -> pd.DataFrame:
    files = sorted(folder.glob("part-*.parquet"))
    return pd.concat([pq.read_table(path).to_pandas() for path in files], ignore_index=True)


def _same(left: pd.DataFrame, right: pd.DataFrame) -> bool:
    columns = [name for name in left.columns if name != "next_review"]
    return bool((left[columns].astype(str).to_numpy() == right[columns].astype(str).to_numpy()).all())


def test_files_are_rated_like_the_frame(rating: Rating, frame: pd.DataFrame, source: Path, tmp_path: Path) -> None:
    done = rate_files(source, tmp_path / "out", rating, ON, rows=1_000)
    expected = rate(frame, rating, ON)
    found = _read(tmp_path / "out")
    assert list(found[CUSTOMER]) == list(frame.index)
    columns = [name for name in found.columns if name not in {CUSTOMER, "next_review"}]
    assert _same(found[columns], expected[columns])
    assert list(pd.to_datetime(found["next_review"])) == list(expected["next_review"])
    assert done.customers == ROWS
    assert done.levels == {k: int(v) for k, v in expected["level"].value_counts(sort=False).items()}


@pytest.mark.parametrize("rows", [1, 700, 10_000])
def test_the_division_into_parts_changes_no_rating(rating: Rating, source: Path, tmp_path: Path, rows: int) -> None:
    rate_files(source, tmp_path / "whole", rating, ON, rows=ROWS)
    rate_files(source, tmp_path / "divided", rating, ON, rows=rows)
    assert _read(tmp_path / "whole").equals(_read(tmp_path / "divided"))


def test_every_row_group_belongs_to_one_part(rating: Rating, source: Path) -> None:
    groups = [(part.path, group) for part in parts_of(source, 1_000) for group in part.groups]
    assert len(groups) == len(set(groups)) == 11


def test_sparks_batches_are_rated_like_the_frame(rating: Rating, frame: pd.DataFrame) -> None:
    table = pa.Table.from_pandas(frame.reset_index(), preserve_index=False)
    found = pa.Table.from_batches(mapper(rating, ON)(table.to_batches(max_chunksize=333))).to_pandas()
    assert _same(found, rated(table, rating, ON).to_pandas())


def test_spark_gets_no_type_that_it_lacks(rating: Rating) -> None:
    types = plain_schema(rating, ON, pa.string()).types
    assert not any(pa.types.is_dictionary(each) or pa.types.is_unsigned_integer(each) for each in types)


def test_a_second_run_rates_nothing_again(rating: Rating, source: Path, tmp_path: Path) -> None:
    first = rate_files(source, tmp_path / "out", rating, ON, rows=1_000)
    made = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("part-*")}
    second = rate_files(source, tmp_path / "out", rating, ON, rows=1_000)
    assert second.resumed == len(made)
    assert second.levels == first.levels
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("part-*")} == made


def test_a_truncated_part_is_rated_again(rating: Rating, source: Path, tmp_path: Path) -> None:
    rate_files(source, tmp_path / "out", rating, ON, rows=1_000)
    whole = _read(tmp_path / "out")
    part = next((tmp_path / "out").glob("part-00001.parquet"))
    part.write_bytes(part.read_bytes()[:-100])
    rate_files(source, tmp_path / "out", rating, ON, rows=1_000)
    assert _read(tmp_path / "out").equals(whole)


def test_another_day_needs_another_folder(rating: Rating, source: Path, tmp_path: Path) -> None:
    rate_files(source, tmp_path / "out", rating, ON)
    with pytest.raises(OtherRatingsInFolder):
        rate_files(source, tmp_path / "out", rating, date(2026, 11, 23))


def test_changed_customers_need_another_folder(
    rating: Rating, frame: pd.DataFrame, source: Path, tmp_path: Path
) -> None:
    rate_files(source, tmp_path / "out", rating, ON)
    table = pa.Table.from_pandas(frame.iloc[1:10].reset_index(), preserve_index=False)
    pq.write_table(table, source / "9.parquet")
    with pytest.raises(OtherRatingsInFolder):
        rate_files(source, tmp_path / "out", rating, ON)


def test_a_missing_fact_is_named(rating: Rating, source: Path, tmp_path: Path) -> None:
    lacking = next(iter(rating.rules.facts))
    path = source / "0.parquet"
    pq.write_table(pq.read_table(path).drop_columns([lacking]), path)
    with pytest.raises(PortfolioFactsMissing, match=lacking):
        rate_files(source, tmp_path / "out", rating, ON)


def test_a_fraction_is_refused_with_its_file(tmp_path: Path) -> None:
    rating = book().effective("eu-risk-based", ON)
    frame = portfolio(rating, 50, 1)
    number = next(name for name in frame.columns if str(frame[name].dtype) == "Int64")
    frame[number] = frame[number].astype("float64")
    frame.iloc[7, frame.columns.get_loc(number)] = 0.5
    pq.write_table(pa.Table.from_pandas(frame.reset_index(), preserve_index=False), tmp_path / "bad.parquet")
    with pytest.raises(PortfolioFactsUnusable, match=r"bad\.parquet.*whole number"):
        rate_files(tmp_path / "bad.parquet", tmp_path / "out", rating, ON)


def test_an_empty_folder_is_refused(rating: Rating, tmp_path: Path) -> None:
    with pytest.raises(PortfolioFilesMissing):
        rate_files(tmp_path, tmp_path / "out", rating, ON)


_KILLED = """
    import os, signal, sys
    from datetime import date
    from pathlib import Path
    from backend.risk.files import portfolio
    from tests.risk_models.crr_portfolio import book
    source, target, scheme = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    rating = book().effective(scheme, date(2026, 11, 22))
    def stop(done, of):
        if done >= of / 3:
            os.kill(os.getpid(), signal.SIGKILL)
    portfolio.rate_files(source, target, rating, date(2026, 11, 22), rows=400, progress=stop)
"""


def test_a_killed_run_is_resumed_to_the_same_result(rating: Rating, source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-c", textwrap.dedent(_KILLED), str(source), str(out), rating.rules.id]
    root = str(Path(__file__).resolve().parents[3])
    killed = subprocess.run(command, env={**os.environ, "PYTHONPATH": root}, check=False, cwd=root)
    assert killed.returncode < 0
    done = rate_files(source, out, rating, ON, rows=400)
    rate_files(source, tmp_path / "whole", rating, ON)
    assert done.resumed > 0
    assert _read(out).equals(_read(tmp_path / "whole"))
    assert not list(out.glob(".part-*"))
