"""No table with personal data is forgotten: what is found in the schema is what is handed out and emptied."""

from collections.abc import Collection
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, ForeignKey, LargeBinary, MetaData, Table, Uuid, select

import backend.schema
from backend.privacy.personal import APART, about, personal_tables

_PARTY_COLUMNS = {"party_id", "customer_id", "owner_id", "owned_id", "from_id", "to_id", "first_id", "second_id"}
_NO_PARTY = {
    ("ownership_stake", "owned_id"),
    ("work_item", "owner_id"),  # the colleague who has taken it
    ("product", "owner_id"),  # the colleague who answers for it
    ("product_review_action", "owner_id"),  # the colleague who does it
    ("scoring_model", "owner_id"),  # the colleague who answers for its use
    ("knowledge_article", "owner_id"),  # the colleague who answers for its being right
}


def _table(of: MetaData, name: str, *columns: Column[Any]) -> Table:
    return Table(name, of, Column("id", Uuid, primary_key=True), *columns)


def _party(of: MetaData) -> Table:
    return _table(
        of,
        "party",
        Column("name", LargeBinary, info={"sealed": True, "owner": "id"}),
    )


def test_every_table_with_a_sealed_column_is_known() -> None:
    staff = {"user_id", "staff_id", "holder_id"}
    sealed = {
        table.name
        for table in backend.schema.metadata.sorted_tables
        for column in table.c
        if column.info.get("sealed") and column.info["owner"] not in staff
    }
    assert sealed - personal_tables().keys() == set()


def test_every_table_that_names_a_party_is_known_or_stands_apart_with_a_reason() -> None:
    naming = {
        table.name
        for table in backend.schema.metadata.sorted_tables
        for column in table.c
        if column.name in _PARTY_COLUMNS and (table.name, column.name) not in _NO_PARTY
    }
    assert naming - personal_tables().keys() - APART.keys() == set()


def test_a_new_table_with_a_sealed_column_is_found() -> None:
    of = MetaData()
    _party(of)
    _table(
        of,
        "diary",
        Column("party_id", Uuid),
        Column("text", LargeBinary, info={"sealed": True, "owner": "party_id"}),
    )
    assert personal_tables(of)["diary"].sealed == {"text": "party_id"}


def test_a_new_table_that_points_at_a_party_is_found() -> None:
    of = MetaData()
    _party(of)
    _table(of, "pet", Column("keeper", Uuid, ForeignKey("party.id")))
    assert personal_tables(of)["pet"].owners == ("keeper",)


def test_a_record_of_a_record_is_found_however_deep() -> None:
    of = MetaData()
    _party(of)
    _table(of, "pet", Column("keeper", Uuid, ForeignKey("party.id")))
    _table(of, "collar", Column("pet_id", Uuid, ForeignKey("pet.id")))
    _table(of, "bell", Column("collar_id", Uuid, ForeignKey("collar.id")))
    assert personal_tables(of)["bell"].via == (("collar_id", "collar"),)


def test_a_table_about_nobody_is_left_out() -> None:
    of = MetaData()
    _party(of)
    _table(of, "rate")
    assert "rate" not in personal_tables(of)


@pytest.mark.parametrize("parties", [[uuid4()], [uuid4(), uuid4()]])
def test_each_table_can_be_asked_for_the_rows_about_a_party(parties: Collection[UUID]) -> None:
    tables = personal_tables()
    for name, of in tables.items():
        text = str(select(of.table).where(about(name, parties, tables)))
        assert any(name in text for name in ("party_id", ".id IN", "owner_id", "key_id", "from_id", "first_id"))
