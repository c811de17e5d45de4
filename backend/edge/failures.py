"""What PostgreSQL refused, in our words."""

from typing import Final

import psycopg
from sqlalchemy.exc import DBAPIError

from backend.audit.errors import StaleRecord, UnauditedWrite
from backend.core.errors import TenureError
from backend.edge.errors import Duplicate, RuleOfDatabase, StillReferred

_RETRY: Final = frozenset({"40001", "40P01"})
_NAMES: Final[dict[str, type[TenureError]]] = {
    "23505": Duplicate,
    "23503": StillReferred,
    "23514": RuleOfDatabase,
    "23P01": RuleOfDatabase,
    "TN001": StaleRecord,
    "TN002": UnauditedWrite,
}


def worth_retrying(error: BaseException) -> bool:
    """A serialisation failure or deadlock: the same transaction may succeed when run again."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _RETRY


def named(error: DBAPIError) -> TenureError | None:
    """None for what is a fault of ours and not of the request."""
    cause = error.orig
    if not isinstance(cause, psycopg.Error):
        return None
    name = _NAMES.get(cause.sqlstate or "")
    return None if name is None else name(constraint=cause.diag.constraint_name or "", table=cause.diag.table_name)
