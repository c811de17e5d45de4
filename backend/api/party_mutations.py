"""Recording and changing parties; each answers with the party as it is afterwards, or with why not."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import changes
from backend.api.inputs import INPUT, Id, Key, plain
from backend.api.parties import Organisation, Person, fetch_parties
from backend.api.party_inputs import (
    AddressInput,
    ContactInput,
    CountryInput,
    IdentifierInput,
    NameInput,
    PartyChanges,
    PartyInput,
    RelationshipInput,
    StakeInput,
)
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    Problems,
    unseen,
    write,
)
from backend.api.request import Info
from backend.customers import inputs, service

PartyResult = Annotated[
    Person | Organisation | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("PartyResult"),
]
_End = Callable[[Context, UUID, date], Awaitable[Any]]


def _party(row: Any) -> UUID:
    party_id: UUID = row.party_id
    return party_id


async def party_answer(info: Info, outcome: UUID | Problems) -> PartyResult:
    if isinstance(outcome, Problem):
        return outcome
    found = await info.context.loader(fetch_parties, None).get(outcome)
    return found if isinstance(found, Person | Organisation) else unseen(info)


async def _add(info: Info, act: Any, party_id: UUID, model: Any, given: Any, key: str | None) -> PartyResult:
    async def added(ctx: Context) -> Any:
        return await act(ctx, party_id, inputs.parse(model, plain(given)))

    return await party_answer(info, await write(info, added, _party, key=key, given=[party_id, given]))


async def _end(info: Info, act: _End, record_id: UUID, on: date, key: str | None, id_of: Any = _party) -> PartyResult:
    async def ended(ctx: Context) -> Any:
        return await act(ctx, record_id, on)

    return await party_answer(info, await write(info, ended, id_of, key=key, given=[record_id, on]))


@strawberry.type
class PartyMutation:
    @changes("Records a party, and with `relation` the customer relationship.")
    async def record_party(
        self, info: Info, given: Annotated[PartyInput, INPUT], idempotency_key: Key = None
    ) -> PartyResult:
        async def recorded(ctx: Context) -> Any:
            return await service.record_party(ctx, inputs.parse(inputs.PartyInput, plain(given)))

        outcome = await write(info, recorded, lambda row: row.id, key=idempotency_key, given=given)
        return await party_answer(info, outcome)

    @changes("Changes what is given and nothing else.")
    async def edit_party(
        self, info: Info, party_id: UUID, given: Annotated[PartyChanges, INPUT], idempotency_key: Key = None
    ) -> PartyResult:
        async def edited(ctx: Context) -> Any:
            return await service.edit_party(ctx, party_id, inputs.parse(inputs.PartyChanges, plain(given)))

        outcome = await write(info, edited, lambda row: row.id, key=idempotency_key, given=[party_id, given])
        return await party_answer(info, outcome)

    @changes("Adds a name; a new legal name takes the place of the old one.")
    async def add_name(
        self, info: Info, party_id: UUID, given: Annotated[NameInput, INPUT], idempotency_key: Key = None
    ) -> PartyResult:
        return await _add(info, service.add_name, party_id, inputs.NameInput, given, idempotency_key)

    @changes("Ends a name on a day.")
    async def end_name(self, info: Info, record_id: Id, on: date, idempotency_key: Key = None) -> PartyResult:
        return await _end(info, service.end_name, record_id, on, idempotency_key)

    @changes("Adds an identifier after checking it by the public rule of its type.")
    async def add_identifier(
        self, info: Info, party_id: UUID, given: Annotated[IdentifierInput, INPUT], idempotency_key: Key = None
    ) -> PartyResult:
        return await _add(info, service.add_identifier, party_id, inputs.IdentifierInput, given, idempotency_key)

    @changes("Ends an identifier on a day.")
    async def end_identifier(self, info: Info, record_id: Id, on: date, idempotency_key: Key = None) -> PartyResult:
        return await _end(info, service.end_identifier, record_id, on, idempotency_key)

    @changes("Adds an address.")
    async def add_address(
        self, info: Info, party_id: UUID, given: Annotated[AddressInput, INPUT], idempotency_key: Key = None
    ) -> PartyResult:
        return await _add(info, service.add_address, party_id, inputs.AddressInput, given, idempotency_key)

    @changes("Ends an address on a day.")
    async def end_address(self, info: Info, record_id: Id, on: date, idempotency_key: Key = None) -> PartyResult:
        return await _end(info, service.end_address, record_id, on, idempotency_key)

    @changes("Adds a phone number or an e-mail address.")
    async def add_contact(
        self, info: Info, party_id: UUID, given: Annotated[ContactInput, INPUT], idempotency_key: Key = None
    ) -> PartyResult:
        return await _add(info, service.add_contact, party_id, inputs.ContactInput, given, idempotency_key)

    @changes("Ends a contact on a day.")
    async def end_contact(self, info: Info, record_id: Id, on: date, idempotency_key: Key = None) -> PartyResult:
        return await _end(info, service.end_contact, record_id, on, idempotency_key)

    @changes("Adds a nationality, a tax residency or the country of birth.")
    async def add_country(
        self, info: Info, party_id: UUID, given: Annotated[CountryInput, INPUT], idempotency_key: Key = None
    ) -> PartyResult:
        return await _add(info, service.add_country, party_id, inputs.CountryInput, given, idempotency_key)

    @changes("Removes a nationality, tax residency or country of birth that was recorded of the party.")
    async def remove_country(
        self, info: Info, party_id: UUID, record_id: Id, idempotency_key: Key = None
    ) -> PartyResult:
        async def removed(ctx: Context) -> UUID:
            await service.remove_country(ctx, record_id)
            return party_id

        outcome = await write(info, removed, lambda each: each, key=idempotency_key, given=[party_id, record_id])
        return await party_answer(info, outcome)

    @changes("Records a tie between two parties; answers with the first.")
    async def record_relationship(
        self, info: Info, given: Annotated[RelationshipInput, INPUT], idempotency_key: Key = None
    ) -> PartyResult:
        async def recorded(ctx: Context) -> Any:
            return await service.add_relationship(ctx, inputs.parse(inputs.RelationshipInput, plain(given)))

        outcome = await write(info, recorded, lambda row: row.from_id, key=idempotency_key, given=given)
        return await party_answer(info, outcome)

    @changes("Ends a tie on a day.")
    async def end_relationship(self, info: Info, record_id: Id, on: date, idempotency_key: Key = None) -> PartyResult:
        return await _end(info, service.end_relationship, record_id, on, idempotency_key, lambda row: row.from_id)

    @changes("Records a share, votes or control; answers with what is owned.")
    async def record_stake(
        self, info: Info, given: Annotated[StakeInput, INPUT], idempotency_key: Key = None
    ) -> PartyResult:
        async def recorded(ctx: Context) -> Any:
            return await service.add_stake(ctx, inputs.parse(inputs.StakeInput, plain(given)))

        outcome = await write(info, recorded, lambda row: row.owned_id, key=idempotency_key, given=given)
        return await party_answer(info, outcome)

    @changes("Ends a stake on a day.")
    async def end_stake(self, info: Info, record_id: Id, on: date, idempotency_key: Key = None) -> PartyResult:
        return await _end(info, service.end_stake, record_id, on, idempotency_key, lambda row: row.owned_id)
