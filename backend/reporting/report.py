"""What a report is: its columns, what each means, what narrows it, who may have it, and its lines page by page."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.i18n import translate
from backend.reporting.errors import FilterUnused
from backend.reporting.filters import Filters
from backend.reporting.models import Format

Line = Mapping[str, str | int | None]
VIEW_LOG: Final = ("view", "audit")
EXPORT_LOG: Final = (("export", "audit"),)
_NO_FORMAT: Final[frozenset[Format]] = frozenset()


@dataclass(frozen=True, slots=True)
class Head:
    """The signed head of the log that a report stands under; `root` in base64, as in the checkpoint itself."""

    size: int
    root: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is asked: the answer depends on nothing else, and on the records as they are."""

    filters: Filters
    head: Head
    at: datetime
    locale: str = "en"

    def say(self, text: str) -> str:
        return translate(self.locale, text)


@dataclass(frozen=True, slots=True)
class Page:
    """`following` is where the next one begins, None after the last; `done` of `total` tell how far the report is."""

    lines: Sequence[Line]
    following: Any | None
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Column:
    """`means` is printed under the report. `width` is in characters of a sheet. `shared` columns are the same in all
    lines of a group (one entry of the log), so a PDF says them once."""

    key: str
    title: str
    means: str
    width: int = 18
    shared: bool = False
    printed: bool = True
    without: frozenset[Format] = _NO_FORMAT


PageOf = Callable[[Context, Inquiry, Any], Awaitable[Page]]


@dataclass(frozen=True, slots=True)
class Report:
    """`right` is (action, object) to look at it, `export` those to take it away, asked of the whole institution;
    `grouped` names the column that a PDF groups by."""

    code: str
    title: str
    about: str
    right: tuple[str, str]
    export: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    page: PageOf
    filters: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    grouped: str | None = None

    def columns_of(self, form: Format) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if form not in column.without)

    def check(self, filters: Filters) -> None:
        """Raises FilterUnused: a filter that did nothing would make a report look complete."""
        for name in sorted(filters.used - self.filters):
            raise FilterUnused(report=self.code, filter=name)

    @property
    def of_log(self) -> bool:
        return self.right == VIEW_LOG

    def require_view(self, ctx: Context) -> None:
        """Raises NotAllowed. A right that holds for some customers alone does not open a report."""
        ctx.require(*self.right, Facts(tenant_id=ctx.actor.tenant_id))

    def require_export(self, ctx: Context) -> None:
        """Raises NotAllowed, StepUpNeeded."""
        for action, obj in self.export:
            ctx.require(action, obj, Facts(tenant_id=ctx.actor.tenant_id))
