"""A Spark DataFrame, rated by `mapInArrow`: the rows stay in Spark's partitions, the function is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from backend.risk.files.batches import CUSTOMER, columns_of, rated, schema_of
from backend.risk.files.errors import EngineMissing
from risk_models.crr_book import Rating

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Mapped = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]


def rate_frame(frame: DataFrame, rating: Rating, on: date) -> DataFrame:
    """One row per customer, with the columns of `plain_schema`."""
    try:
        from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415  an extra
    except ImportError as error:
        raise EngineMissing(engine="spark", extra="spark") from error
    chosen = frame.select(*columns_of(rating, frame.columns))
    customer = pa.int64() if dict(frame.dtypes)[CUSTOMER] in {"bigint", "int"} else pa.string()
    return chosen.mapInArrow(mapper(rating, on), from_arrow_schema(plain_schema(rating, on, customer)))


def mapper(rating: Rating, on: date) -> Mapped:
    def mapped(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            result = rated(pa.Table.from_batches([batch]), rating, on)
            yield from result.cast(plain_schema(rating, on, batch.schema.field(CUSTOMER).type)).to_batches()

    return mapped


def plain_schema(rating: Rating, on: date, customer: pa.DataType) -> pa.Schema:
    """Spark knows neither dictionaries nor unsigned numbers: levels are text, bit sets are long."""
    schema = schema_of(rating, on, customer)
    plain = {True: pa.string(), False: pa.int64()}
    fields = [
        field.with_type(plain[pa.types.is_dictionary(field.type)])
        if pa.types.is_dictionary(field.type) or pa.types.is_unsigned_integer(field.type)
        else field
        for field in schema
    ]
    return pa.schema(fields)
