"""The rows of one migrant's record: party, names, identifiers, addresses, contacts, countries, relationship."""

from uuid import UUID

from backend.access.context import Context
from backend.audit.copying import Batch
from backend.core.ids import new_id
from backend.customers.indexes import EMAIL, IDENTIFIER, PHONE
from backend.customers.models import (
    Customer,
    NameTag,
    Party,
    PartyAddress,
    PartyContact,
    PartyCountry,
    PartyIdentifier,
    PartyName,
    Stage,
)
from backend.onboarding.migration.assignment import Manager
from backend.onboarding.migration.migrant import Migrant, Name


class PartyRows:
    """One entry a party names all of them."""

    def __init__(self, ctx: Context, batch: Batch) -> None:
        self._ctx, self.batch = ctx, batch

    def write(
        self, party_id: UUID, migrant: Migrant, *, active: bool, risk_level: str, manager: Manager | None
    ) -> UUID:
        """Returns the id of the customer relationship."""
        entry = self.batch.entry("customer.import", ("party", party_id))
        self._party(entry, party_id, migrant)
        self._details(entry, party_id, migrant)
        self._countries(entry, party_id, migrant)
        return self._customer(entry, party_id, migrant, active, risk_level, manager)

    def _party(self, entry: UUID, party_id: UUID, migrant: Migrant) -> None:
        vault = self._ctx.vault
        born = None if migrant.birth_date is None else migrant.birth_date.isoformat()
        self.batch.add(
            Party,
            entry,
            id=party_id,
            kind=migrant.kind,
            name=vault.seal("party", "name", party_id, party_id, migrant.legal_name),
            birth_date=vault.seal_optional("party", "birth_date", party_id, party_id, born),
            gender=migrant.gender,
            occupation=migrant.occupation,
            industry=migrant.industry,
            legal_form=migrant.legal_form,
            founded_on=migrant.founded_on,
            country=migrant.country,
            region=migrant.region,
            correspondence_language=migrant.language,
            source="migration",
            source_ref=migrant.ref,
            created_by=self._ctx.actor.id,
            created_at=self._ctx.now,
        )
        tags: set[bytes] = set()
        for name in migrant.names:
            self._name(entry, party_id, name)
            tags.update(vault.search.name(name.full))
        for tag in sorted(tags):
            self.batch.add(NameTag, party_id=party_id, tag=tag)

    def _name(self, entry: UUID, party_id: UUID, name: Name) -> None:
        row, vault = new_id(), self._ctx.vault
        self.batch.add(
            PartyName,
            entry,
            id=row,
            party_id=party_id,
            kind=name.kind,
            script=name.script,
            full_name=vault.seal("party_name", "full_name", row, party_id, name.full),
            given_name=vault.seal_optional("party_name", "given_name", row, party_id, name.given),
            family_name=vault.seal_optional("party_name", "family_name", row, party_id, name.family),
        )

    def _details(self, entry: UUID, party_id: UUID, migrant: Migrant) -> None:
        vault = self._ctx.vault
        for identifier in migrant.identifiers:
            row = new_id()
            self.batch.add(
                PartyIdentifier,
                entry,
                id=row,
                party_id=party_id,
                type=identifier.type,
                country=identifier.country,
                value=vault.seal("party_identifier", "value", row, party_id, identifier.value),
                value_tag=vault.search.tag(IDENTIFIER, identifier.value),
                expires_on=identifier.expires_on,
                checked=identifier.verdict == "valid",
            )
        for kind, value, index in (("email", migrant.email, EMAIL), ("phone", migrant.phone, PHONE)):
            if value is not None:
                row = new_id()
                sealed = vault.seal("party_contact", "value", row, party_id, value)
                tag = vault.search.tag(index, value)
                self.batch.add(PartyContact, entry, id=row, party_id=party_id, kind=kind, value=sealed, value_tag=tag)
        if migrant.address is not None and migrant.country is not None:
            row = new_id()
            text = vault.seal("party_address", "text", row, party_id, migrant.address)
            kind = "home" if migrant.kind == "person" else "registered"
            self.batch.add(
                PartyAddress, entry, id=row, party_id=party_id, kind=kind, text=text, country=migrant.country
            )

    def _countries(self, entry: UUID, party_id: UUID, migrant: Migrant) -> None:
        ties: list[tuple[str, str, str | None]] = [("nationality", country, None) for country in migrant.nationalities]
        ties += [("tax_residency", country, number) for country, number in migrant.tax_residencies]
        for kind, country, number in ties:
            row = new_id()
            sealed = self._ctx.vault.seal_optional("party_country", "tax_number", row, party_id, number)
            self.batch.add(
                PartyCountry, entry, id=row, party_id=party_id, kind=kind, country=country, tax_number=sealed
            )

    def _customer(
        self, entry: UUID, party_id: UUID, migrant: Migrant, active: bool, risk_level: str, manager: Manager | None
    ) -> UUID:
        customer_id, now = new_id(), self._ctx.now
        self.batch.add(
            Customer,
            entry,
            id=customer_id,
            party_id=party_id,
            number=migrant.number,
            manager_id=None if manager is None else manager.id,
            team_id=None if manager is None else manager.team_id,
            stage=Stage.ACTIVE if active else Stage.ONBOARDING,
            stage_since=now,
            risk_level=risk_level,
            activated_at=now if active else None,
        )
        return customer_id
