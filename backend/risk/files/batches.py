"""One batch of customers in Arrow's columns, rated: the same pure function, whichever engine carries the batches."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from risk_models.crr import PREFIX, REVIEWED_ON, rate
from risk_models.crr_book import Rating

CUSTOMER = "customer"
LEVELS = ("scored", "computed", "level")


def columns_of(rating: Rating, available: list[str]) -> list[str]:
    """What is read of a file: the customer, the facts of the rule-set and, where it is there, the last review."""
    return [name for name in (CUSTOMER, *rating.rules.facts, REVIEWED_ON) if name != REVIEWED_ON or name in available]


def schema_of(rating: Rating, on: date, customer: pa.DataType) -> pa.Schema:
    """What a rated batch looks like; its metadata say which rule-set judged, and what the bits of two columns mean."""
    level = pa.dictionary(pa.int8(), pa.string(), ordered=True)
    fields = [
        pa.field(CUSTOMER, customer, nullable=False),
        pa.field("points", pa.int16(), nullable=False),
        *(pa.field(name, level, nullable=False) for name in LEVELS),
        pa.field("fired", pa.uint32(), nullable=False),
        pa.field("unknown", pa.uint32(), nullable=False),
        pa.field("next_review", pa.date32()),
        *(pa.field(PREFIX + item.code, pa.int16(), nullable=False) for item in rating.rules.items),
    ]
    return pa.schema(fields, metadata={"tenure.ruleset": rating.digest, "tenure.on": on.isoformat()})


def rated(batch: pa.Table, rating: Rating, on: date) -> pa.Table:
    """The batch's customers with their ratings, in the batch's order."""
    facts = batch.drop_columns([CUSTOMER])
    result = rate(_frame(facts), rating, on)
    levels = pa.array(list(rating.rules.level_codes), pa.string())
    schema = schema_of(rating, on, batch.schema.field(CUSTOMER).type)
    ratings = [_column(result[field.name], field.type, levels) for field in list(schema)[1:]]
    return pa.Table.from_arrays([batch.column(CUSTOMER), *ratings], schema=schema)


def _frame(facts: pa.Table) -> pd.DataFrame:
    """Text as categories: a fact has few distinct values, and each of them is looked up once."""
    for place, field in enumerate(facts.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            encoded = pc.dictionary_encode(facts.column(place))
            facts = facts.set_column(place, field.name, encoded)
    frame: pd.DataFrame = facts.unify_dictionaries().to_pandas(date_as_object=False)
    return frame


def _column(values: pd.Series, type_: pa.DataType, levels: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(type_):
        codes = pa.array(values.cat.codes.to_numpy(dtype=np.int8))
        return pa.DictionaryArray.from_arrays(codes, levels, ordered=True)
    if pa.types.is_date(type_):
        return pa.array(values.to_numpy().astype("datetime64[D]"), type_)
    return pa.array(values.to_numpy(), type_)
