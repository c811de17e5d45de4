"""Carries one GraphQL operation out: may it run, is it small enough, run it, note what was shown, name what failed."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self, TypeGuard, cast

from graphql import ExecutionResult, GraphQLSchema, execute
from strawberry.execution import optimized_is_awaitable

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.api import faults
from backend.api.cursors import Cursors
from backend.api.errors import RequestMalformed, TooSlow
from backend.api.limits import Limits
from backend.api.preparation import DocumentsRejected, Prepared, Preparer
from backend.api.reading import Reading, snapshots
from backend.api.request import Request
from backend.api.schema import schema
from backend.api.trusted import TrustedDocuments
from backend.core.actor import Actor
from backend.core.errors import Refused, TenureError
from backend.customers.service import Dependants
from backend.edge.executor import Answer
from backend.edge.platform import Platform

_is_awaitable = cast("Callable[[Any], TypeGuard[Awaitable[Any]]]", optimized_is_awaitable)


@cache
def _preparer(limits: Limits) -> Preparer:
    """What was parsed and validated once is so for every executor of the process: they share one schema."""
    return Preparer(schema._schema, limits)


@dataclass(slots=True)
class Executor:
    """Implements `backend.edge.executor.GraphQLExecutor`."""

    platform: Platform
    trusted: TrustedDocuments
    limits: Limits
    dependants: Dependants
    _snapshots: Platform
    _cursors: Cursors
    _preparer: Preparer
    _schema: GraphQLSchema = field(repr=False)

    @classmethod
    def open(
        cls,
        platform: Platform,
        dependants: Dependants,
        *,
        limits: Limits | None = None,
        trusted: TrustedDocuments | None = None,
    ) -> Self:
        """`dependants` moves what hangs on a party when it is merged into another."""
        limits = limits or Limits()
        return cls(
            platform=platform,
            trusted=trusted or TrustedDocuments.load(platform.settings.operations / "operations"),
            limits=limits,
            dependants=dependants,
            _snapshots=snapshots(platform),
            _cursors=Cursors.derive(platform.index_root),
            _preparer=_preparer(limits),
            _schema=schema._schema,
        )

    async def run(
        self,
        actor: Actor,
        *,
        document: str | None = None,
        document_id: str | None = None,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
    ) -> Answer:
        given = dict(variables or {})
        try:
            text = self._text(actor, document, document_id)
            prepared = self._preparer.prepare(text, operation_name, given)
        except DocumentsRejected as rejected:
            return self._refused(actor, *rejected.errors)
        except TenureError as error:
            await self._audit(actor, error)
            return self._refused(actor, error)
        return await self._execute(actor, prepared, given)

    def _text(self, actor: Actor, document: str | None, document_id: str | None) -> str:
        """The document to run. Raises NotAllowed without the right to send one's own."""
        if (document is None) == (document_id is None):
            raise RequestMalformed(problem="it needs either a query or a documentId")
        facts = Facts(tenant_id=actor.tenant_id)
        if document_id is not None or (document is not None and self.trusted.same_as(actor, document)):
            self.platform.policy_of(actor).require(actor, "trusted_document", "graphql", facts)
        else:
            self.platform.policy_of(actor).require(actor, "ad_hoc_query", "graphql", facts)
        return document if document_id is None else self.trusted.get(actor, document_id).text  # type: ignore[return-value]

    async def _execute(self, actor: Actor, prepared: Prepared, variables: dict[str, Any]) -> Answer:
        reading = Reading(self._snapshots, actor)
        request = Request(self.platform, actor, reading, self._cursors, self.dependants)
        try:
            async with asyncio.timeout(self.limits.seconds):
                result = await self._resolved(prepared, request, variables)
                await reading.end()
        except TimeoutError:
            return self._refused(actor, TooSlow(seconds=self.limits.seconds))
        except Exception as error:  # the reads could not be noted: nothing is handed out
            return Answer(None, (faults.masked(error, actor),), executed=False, status=500)
        finally:
            with suppress(Exception):
                await reading.abandon()
        await self._audit(actor, *(error.original_error for error in result.errors or ()))
        return self._answer(actor, result)

    async def _resolved(self, prepared: Prepared, request: Request, variables: dict[str, Any]) -> ExecutionResult:
        outcome = execute(
            self._schema,
            prepared.document,
            context_value=request,
            variable_values=variables,
            operation_name=None if prepared.operation.name is None else prepared.operation.name.value,
            is_awaitable=_is_awaitable,
            hide_suggestions=True,
        )
        return outcome if isinstance(outcome, ExecutionResult) else await outcome

    def _answer(self, actor: Actor, result: ExecutionResult) -> Answer:
        """A result without data whose errors have no path was refused before any field was resolved."""
        errors = tuple(faults.fault(error, actor) for error in result.errors or ())
        executed = result.data is not None or any(error.path is not None for error in result.errors or ())
        return Answer(result.data, errors, executed, 200 if executed else 400)

    def _refused(self, actor: Actor, *errors: TenureError) -> Answer:
        entries = tuple(faults.named(error, actor) for error in errors)
        return Answer(None, entries, executed=False, status=faults.status_of(errors[0]))

    async def _audit(self, actor: Actor, *errors: BaseException | None) -> None:
        """A refusal met while reading is noted like one met while writing, once an operation and kind."""
        refusals = {str(error): error for error in errors if isinstance(error, Refused)}
        for refusal in refusals.values():

            async def refuse(_: Context, refusal: Refused = refusal) -> None:
                raise refusal

            with suppress(Refused):
                await self.platform.run(actor, refuse)
