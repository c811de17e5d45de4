"""What PostgreSQL refused, in our words."""

from typing import Final

import psycopg.errors
from sqlalchemy.exc import DBAPIError

from backend.audit.errors import StaleRecord, UnauditedWrite
from backend.core.errors import TenureError
from backend.edge.errors import Duplicate, RuleOfDatabase, StillReferred

_RETRY: Final = frozenset({"40001", "40P01"})
_STALE, _UNAUDITED = "TN001", "TN002"


def worth_retrying(error: BaseException) -> bool:
    """A serialisation failure or deadlock: the same transaction may succeed when run again."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _RETRY


def named(error: DBAPIError) -> TenureError | None:
    """None for what is a fault of ours and not of the request."""
    cause = error.orig
    if not isinstance(cause, psycopg.Error):
        return None
    constraint = cause.diag.constraint_name or ""
    match cause:
        case psycopg.errors.UniqueViolation():
            return Duplicate(constraint=constraint)
        case psycopg.errors.ForeignKeyViolation():
            return StillReferred(constraint=constraint)
        case psycopg.errors.CheckViolation() | psycopg.errors.ExclusionViolation():
            return RuleOfDatabase(constraint=constraint)
    if cause.sqlstate == _STALE:
        return StaleRecord()
    if cause.sqlstate == _UNAUDITED:
        return UnauditedWrite(table=cause.diag.table_name or "")
    return None
