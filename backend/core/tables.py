"""How a table is declared: every row has a tenant; an audited row names the entry that made it, and its version."""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary
from sqlmodel import Field, SQLModel

from backend.core.ids import new_id

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = SQLModel.metadata


class Tenanted(SQLModel):
    """Rows that one tenant owns; row-level security keeps every other tenant out."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    tenant_id: UUID


class Audited(Tenanted):
    """Rows whose every version is kept; `entry_id` and `ver` are filled when the session flushes."""

    audited: ClassVar[bool] = True

    entry_id: UUID = Field(default=None)
    ver: int = Field(default=0)


def utc_column(*, index: bool = False, **options: Any) -> Any:
    """A timestamptz column."""
    return Field(sa_type=DateTime(timezone=True), index=index, **options)


def sealed_column(*, owner: str = "party_id", **options: Any) -> Any:
    """An encrypted personal field (records.md); `owner` names the column with the customer whose key seals it."""
    return Field(
        sa_type=LargeBinary,
        sa_column_kwargs={"info": {"sealed": True, "owner": owner}, "comment": f"sealed by {owner}"},
        **options,
    )


def personal_column(**options: Any) -> Any:
    """A plain column that says something about a person; it is emptied when the person is erased."""
    return Field(sa_column_kwargs={"info": {"personal": True}}, **options)
