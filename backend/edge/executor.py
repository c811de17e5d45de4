"""What a door may ask of the GraphQL schema without knowing how it is served.

The doors never meet: the assembly builds the executor of the API and hands it, as this protocol, to the web client.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from backend.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Answer:
    """One GraphQL response. Dates, instants, ids and decimals in `data` are still Python values.

    `status` is the HTTP status of the GraphQL over HTTP specification; `data` without `executed` means that the
    operation never began (it was malformed, refused or too large), and the response then has no `data` entry.
    """

    data: Mapping[str, Any] | None
    errors: tuple[Mapping[str, Any], ...] = ()
    executed: bool = True
    status: int = 200

    @property
    def code(self) -> str | None:
        """The code of the first error."""
        return None if not self.errors else str(self.errors[0]["extensions"]["code"])


class GraphQLExecutor(Protocol):
    async def run(
        self,
        actor: Actor,
        *,
        document: str | None = None,
        document_id: str | None = None,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
    ) -> Answer:
        """Carry out one operation; never raises for what the request or the policy is to blame for.

        `document_id` is the name of a trusted document ("web/customer", its path below graphql/operations) or
        "sha256:" and the hash of its text.
        """
        ...
