"""From text to something that may be executed: lexed, parsed, measured, validated, each document once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    get_operation_ast,
    parse,
    validate,
)

from backend.api.errors import DocumentInvalid, RequestMalformed
from backend.api.limits import Extent, Limits, check_tokens, measure, sizes
from backend.core.errors import TenureError

_KEPT: Final = 512
_MOST_ERRORS: Final = 10


@dataclass(slots=True, eq=False)
class Prepared:
    """A valid document and one operation of it."""

    document: DocumentNode
    operation: OperationDefinitionNode
    sizes: frozenset[str]
    extents: dict[tuple[tuple[str, Any], ...], Extent] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why a document was turned away; remembered like a good one, so that repeating it is cheap too."""

    errors: tuple[TenureError, ...]


class DocumentsRejected(Exception):
    def __init__(self, errors: tuple[TenureError, ...]) -> None:
        self.errors = errors
        super().__init__(str(errors[0]))


class Preparer:
    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self._schema = schema
        self._limits = limits
        self._cached = lru_cache(maxsize=_KEPT)(self._prepare)

    def prepare(self, text: str, operation_name: str | None, variables: Mapping[str, Any]) -> Prepared:
        """Raises DocumentsRejected with every reason, or LimitExceeded for the sizes that these variables ask for."""
        prepared = self._cached(text, operation_name)
        if isinstance(prepared, Rejected):
            raise DocumentsRejected(prepared.errors)
        self._limits.check(self._extent(prepared, variables))
        return prepared

    def _extent(self, prepared: Prepared, variables: Mapping[str, Any]) -> Extent:
        relevant = {name: variables[name] for name in sorted(prepared.sizes & variables.keys())}
        key = tuple((name, value if isinstance(value, int) else None) for name, value in relevant.items())
        extent = prepared.extents.get(key)
        if extent is None:
            extent = measure(self._schema, prepared.document, prepared.operation, relevant)
            if len(prepared.extents) < _KEPT:
                prepared.extents[key] = extent
        return extent

    def _prepare(self, text: str, operation_name: str | None) -> Prepared | Rejected:
        try:
            return self._checked(text, operation_name)
        except TenureError as error:
            return Rejected((error,))
        except GraphQLError as error:
            return Rejected((DocumentInvalid(problem=error.message, locations=error.locations),))

    def _checked(self, text: str, operation_name: str | None) -> Prepared | Rejected:
        """Measured with the default sizes before validation, whose own visitors a hostile document would exhaust."""
        check_tokens(text, self._limits)
        document = parse(text)
        operation = get_operation_ast(document, operation_name)
        if operation is None:
            raise RequestMalformed(problem="it holds no operation, or several and does not name one")
        extent = measure(self._schema, document, operation, {})
        self._limits.check(extent)
        errors = validate(self._schema, document, max_errors=_MOST_ERRORS, hide_suggestions=True)
        if errors:
            return Rejected(tuple(DocumentInvalid(problem=e.message, locations=e.locations) for e in errors))
        return Prepared(document, operation, sizes(operation))
