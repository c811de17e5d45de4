"""Lists of a few entries, and customers screened against them by the matching itself."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.screening.alerts.findings import Finding, Recorded, percent, record_findings
from backend.screening.alerts.models import Outcome, ScreeningAlert
from backend.screening.alerts.queries import AlertFilter, alerts
from backend.screening.alerts.service import Verdict
from backend.screening.lists.entity import BirthDate, Entity, EntityKind, Name
from backend.screening.matching.compare import Match, compare
from backend.screening.matching.rules import ScreeningRules
from backend.screening.matching.subject import Subject
from tests.factories import onboarding as make

BORN = date(1971, 7, 9)
FALSE_POSITIVE = Verdict(Outcome.FALSE_POSITIVE, "different_birth_date")
TRUE_MATCH = Verdict(Outcome.TRUE_MATCH, "same_person")
INCONCLUSIVE = Verdict(Outcome.INCONCLUSIVE, "too_little_known")


def entity(name: str = "Rurik Vasnetzov", ref: str = "1", **given: Any) -> Entity:
    birth = (BirthDate(BORN, BORN),) if given.pop("born", True) else ()
    return Entity(ref, "TEST", EntityKind.PERSON, (Name(name),), birth_dates=birth, **given)


@dataclass(slots=True)
class Listed:
    """One list in one version."""

    kind: str = "sanctions"
    id: UUID = field(default_factory=new_id)
    version: UUID = field(default_factory=new_id)

    def next_version(self) -> None:
        self.version = new_id()


@dataclass(slots=True)
class Screener:
    bank: make.Bank
    rules: ScreeningRules

    async def party(self) -> UUID:
        return (await make.person(self.bank)).party_id

    def match(self, name: str, against: Entity, born: date | None = BORN) -> Match:
        birth = None if born is None else BirthDate(born, born)
        found = compare(Subject((name,), EntityKind.PERSON, birth_date=birth), against, self.rules)
        assert found is not None
        return found

    def finding(self, on: Listed, against: Entity, name: str = "Rurik Vasnetzov", born: date | None = BORN) -> Finding:
        match = self.match(name, against, born)
        digest = hashlib.sha256(repr(against).encode()).hexdigest()
        return Finding(on.id, on.kind.upper(), on.kind, against.id, digest, percent(match.score), match)

    async def screen(
        self,
        party_id: UUID,
        on: Listed,
        *entries: Entity,
        facts: bytes = b"facts-1",
        trigger: str = "rescan",
        compared: Collection[tuple[UUID, str]] | None = None,
        born: date | None = BORN,
    ) -> Recorded:
        findings = [self.finding(on, entry, entry.names[0].text, born) for entry in entries]

        async def use_case(ctx: Context) -> Recorded:
            return await record_findings(
                ctx, party_id, facts, findings, trigger=trigger, versions={on.id: on.version}, compared=compared
            )

        return await self.bank.platform.run(self.bank.system, use_case)

    async def alerts(self, **wanted: Any) -> list[ScreeningAlert]:
        async with self.bank.platform.transaction(self.bank.system) as ctx:
            return list(await alerts(ctx, AlertFilter(**wanted), limit=500))

    async def only(self, party_id: UUID) -> ScreeningAlert:
        (found,) = await self.alerts(party_id=party_id)
        return found

    async def raised(self, kind: str = "sanctions", **given: Any) -> ScreeningAlert:
        """An open alert on a new customer; on a list of the kind `other` one person is enough."""
        party = await self.party()
        await self.screen(party, Listed(kind), entity(**given))
        return await self.only(party)
