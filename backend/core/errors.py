"""Named errors. Each has a stable code and an English template; the doors translate and map them.

A capability subclasses one of the four families and gives `code` and `text`; parameters are given by keyword
when it is raised, and no personal data may be among them (errors are logged and audited).
"""

from typing import Any, ClassVar


class TenureError(Exception):
    code: ClassVar[str] = "error"
    text: ClassVar[str] = "The request could not be carried out."

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(self.text.format_map(_Lenient(params)))

    @property
    def field(self) -> str | None:
        """The path of the input that is wrong, where there is one."""
        value = self.params.get("field")
        return None if value is None else str(value)


class Refused(TenureError):
    """A policy or rule said no; the caller could be right at another time or in another role."""

    code = "refused"
    text = "This is not allowed."


class NotFound(TenureError):
    code = "not_found"
    text = "There is no such record, or you may not see it."


class Conflict(TenureError):
    """The state of the record does not allow it now."""

    code = "conflict"
    text = "The record is not in a state that allows this."


class Invalid(TenureError):
    """The input is wrong; `field` names where."""

    code = "invalid"
    text = "The input is not valid."


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
