"""Imports as a job: read, onboard and load in chunks, each a transaction of its own, with progress.

A chunk that was committed is found again by its references, so an import that was killed is simply run again.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from backend.access import queries as directory
from backend.access.context import Context
from backend.core.actor import Actor
from backend.customers import service as customers
from backend.customers.rulesets import OwnershipRules
from backend.edge.platform import Platform
from backend.holdings import queries as holding_queries
from backend.holdings.intake import record_accounts, record_movements
from backend.holdings.models import Account
from backend.onboarding.migration import berka_holdings, berka_migrants, service
from backend.onboarding.migration.assignment import Books, Manager
from backend.onboarding.migration.berka_files import Bank, read_bank
from backend.onboarding.migration.customer_file import read_customers, with_ownership
from backend.onboarding.migration.migrant import PURPOSE, Migrant
from backend.onboarding.migration.problems import Problem
from backend.onboarding.migration.product_links import TABLES, link, unlinked
from backend.onboarding.migration.queries import known_refs
from backend.onboarding.migration.writing import Outcome, Plan, write_chunk, write_stakes
from backend.onboarding.ruleset import choose

T = TypeVar("T")
Progress = Callable[[str, int, int], None]
_CUSTOMERS, _ACCOUNTS, _MOVEMENTS = 500, 500, 5_000
_WRITERS = 2
_LINKED = 100
_COMPARED = 50


@dataclass(slots=True)
class Summary:
    """`onboarding_seconds` is the time for assessing, sealing, auditing and writing the customers alone."""

    outcome: Outcome = field(default_factory=Outcome)
    holding_rows: int = 0
    movement_rows: int = 0
    linked: int = 0
    unknown_products: Counter[str] = field(default_factory=Counter)
    duplicates: int = 0
    problems: list[Problem] = field(default_factory=list)
    onboarding_seconds: float = 0.0
    seconds: float = 0.0

    @property
    def rows(self) -> int:
        return self.outcome.rows + self.holding_rows + self.movement_rows

    def counts(self) -> dict[str, Any]:
        return {
            "taken": self.outcome.taken,
            "known": self.outcome.known,
            "rows": self.rows,
            "duplicates": self.duplicates,
            "states": dict(self.outcome.states),
            "reasons": dict(self.outcome.reasons),
            "problems": len(self.problems),
            "linked": self.linked,
            "unknown_products": dict(self.unknown_products),
        }


async def import_berka(platform: Platform, actor: Actor, folder: Path, *, seed: int, progress: Progress) -> Summary:
    started = time.monotonic()
    bank = read_bank(folder)
    progress("read", len(bank.clients), len(bank.clients))
    run = await platform.run(actor, lambda ctx: service.start_run(ctx, "berka", bank.source_hash, bank.problems))
    summary = Summary(problems=bank.problems)
    migrants = list(berka_migrants.migrants(bank, seed))
    await onboard(platform, actor, migrants, berka_migrants.COUNTRY, bank.cut_over, summary, progress)
    parties = await _parties(platform, actor, bank)
    await _holdings(platform, actor, bank, parties, summary, progress)
    await _movements(platform, actor, run.id, bank, parties, summary, progress)
    await link_products(platform, actor, summary, progress)
    summary.seconds = time.monotonic() - started
    await platform.run(actor, lambda ctx: service.finish_run(ctx, run.id, summary.counts()))
    return summary


async def import_customers(
    platform: Platform, actor: Actor, path: Path, *, jurisdiction: str, progress: Progress
) -> Summary:
    """The documented file of persons, organisations and owners (docs/customer-file.md)."""
    started = time.monotonic()
    file = read_customers(path, jurisdiction)
    progress("read", len(file.migrants), len(file.migrants))
    run = await platform.run(actor, lambda ctx: service.start_run(ctx, "customers", file.source_hash, file.problems))
    summary = Summary(problems=file.problems)
    today = platform.clock().date()
    rules = platform.policies_of(actor).book("customers/ownership", OwnershipRules).effective(today).rules
    migrants = with_ownership(file, rules, jurisdiction)
    await onboard(platform, actor, migrants, jurisdiction, today, summary, progress)
    refused = [Problem(path.name, migrant.line, "number_taken", "number") for migrant in summary.outcome.refused]
    await platform.run(actor, lambda ctx: service.keep_problems(ctx, run.id, refused))
    summary.problems += refused
    done = 0
    for chunk in _chunks(file.stakes, _CUSTOMERS):
        summary.holding_rows += await platform.run(actor, partial(write_stakes, stakes=chunk))
        done += len(chunk)
        progress("owners", done, len(file.stakes))
    await _duplicates(platform, actor, summary, progress)
    summary.seconds = time.monotonic() - started
    await platform.run(actor, lambda ctx: service.finish_run(ctx, run.id, summary.counts()))
    return summary


async def _duplicates(platform: Platform, actor: Actor, summary: Summary, progress: Progress) -> None:
    """Files of several origins meet customers who are known under another number: people judge the pairs."""

    async def note(ctx: Context, parties: Sequence[UUID]) -> int:
        await ctx.vault.load(parties)
        return sum([len(await customers.note_duplicates(ctx, party)) for party in parties])

    done = 0
    for chunk in _chunks(summary.outcome.parties, _COMPARED):
        summary.duplicates += await platform.run(actor, partial(note, parties=chunk))
        done += len(chunk)
        progress("duplicates", done, len(summary.outcome.parties))


async def onboard(
    platform: Platform,
    actor: Actor,
    migrants: Sequence[Migrant],
    jurisdiction: str,
    as_of: date,
    summary: Summary,
    progress: Progress,
) -> None:
    """The bulk onboarding itself: every migrant assessed by the rule-set that is effective today."""
    started = time.monotonic()
    plan = await platform.run(actor, lambda ctx: _plan(ctx, migrants, jurisdiction, as_of))
    chunks, done = _chunks(migrants, _CUSTOMERS), 0

    async def writer() -> None:
        """While one writer's rows are on their way to the disk, another's are being made."""
        nonlocal done
        for chunk in chunks:
            summary.outcome.add(await platform.run(actor, partial(write_chunk, migrants=chunk, plan=plan)))
            done += len(chunk)
            progress("onboard", done, len(migrants))

    try:
        async with asyncio.TaskGroup() as writers:
            for _ in range(_WRITERS):
                writers.create_task(writer())
    except* Exception as failed:
        raise failed.exceptions[0] from failed
    summary.onboarding_seconds = time.monotonic() - started


async def _plan(ctx: Context, migrants: Sequence[Migrant], jurisdiction: str, as_of: date) -> Plan:
    holders = await directory.holders_of(ctx.session, "relationship_manager", ctx.now)
    managers = [Manager(user.id, user.team_id) for user in holders]
    rules = choose(ctx.policies, jurisdiction, PURPOSE, ctx.now.date())
    return Plan(rules, jurisdiction, as_of, Books(managers, [migrant.region for migrant in migrants]))


async def _parties(platform: Platform, actor: Actor, bank: Bank) -> dict[str, UUID]:
    """By client id; they were all recorded by now, in this run or an earlier one."""
    refs = {berka_migrants.ref("client", client): client for client in bank.clients}
    found = await platform.run(actor, lambda ctx: known_refs(ctx, list(refs)))
    return {refs[ref]: party for ref, party in found.items()}


async def _holdings(
    platform: Platform, actor: Actor, bank: Bank, parties: Mapping[str, UUID], summary: Summary, progress: Progress
) -> None:
    done = 0
    for chunk in _chunks(berka_holdings.accounts(bank, parties), _ACCOUNTS):
        summary.holding_rows += await platform.run(actor, partial(record_accounts, accounts=chunk))
        done += len(chunk)
        progress("holdings", done, len(bank.accounts))


async def _movements(
    platform: Platform,
    actor: Actor,
    run_id: UUID,
    bank: Bank,
    parties: Mapping[str, UUID],
    summary: Summary,
    progress: Progress,
) -> None:
    refs = {berka_migrants.ref("account", account): account for account in bank.accounts}
    found = await platform.run(actor, lambda ctx: holding_queries.ids_by_ref(ctx, Account, list(refs)))
    known = {refs[ref]: account for ref, account in found.items()}
    done = 0
    for chunk in _chunks(berka_holdings.movements(bank, known, parties), _MOVEMENTS):
        write = partial(record_movements, run_id=run_id, movements=chunk)
        summary.movement_rows += await platform.run(actor, write)
        done += len(chunk)
        progress("movements", done, len(bank.movements))


async def link_products(platform: Platform, actor: Actor, summary: Summary, progress: Progress) -> None:
    """Accounts, cards and loans become holdings of the versions that the catalogue has for their product's code."""
    waiting = {model: await platform.run(actor, partial(unlinked, model=model)) for model in TABLES}
    total, done = sum(waiting.values()), 0
    for model in (model for model, count in waiting.items() if count):
        after: UUID | None = None
        while True:
            found = await platform.run(actor, partial(link, model=model, after=after, limit=_LINKED))
            summary.linked += found.linked
            summary.unknown_products += found.unknown
            done, after = done + found.linked + found.unknown.total(), found.last
            progress("products", done, total)
            if after is None:
                break


def _chunks(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk
