"""How the customers of the demonstration bank can be reached, and who agreed to offers when: seeded by their numbers.

Written in bulk, a batch a transaction: a bank that is taken over brings its address book, and consents came since.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select as sql
from sqlmodel import col, select

from backend.access.context import Context
from backend.audit.copying import Batch
from backend.consent.models import ANY_CHANNEL, ConsentAct, ConsentEvent
from backend.consent.rules import expiry
from backend.consent.rulesets import purposes_on
from backend.core.actor import Actor
from backend.core.ids import new_id
from backend.customers.indexes import EMAIL, PHONE
from backend.customers.models import ContactKind, Customer, Party, PartyContact, Stage
from backend.demo.cases import Story

_SEED: Final = 23
_A_MONTH: Final = timedelta(days=30)
_MONTHS: Final = 24
_BATCH: Final = 500
_MAILED: Final = 0.88
_PHONED: Final = 0.7
_PREFERS_PHONE: Final = 0.3
_CHINESE: Final = 0.06
_AGREE: Final = {"marketing": 0.62, "profiling": 0.47}
_WITHDRAW: Final = 0.07
_ONLINE: Final = "online_form"
_ASKED_TO_STOP: Final = "request"
_TEXT: Final = 1
People = Sequence[tuple[UUID, str]]
"""Customers with their numbers, which decide their lots."""


@dataclass(frozen=True, slots=True)
class _Place:
    kind: ContactKind
    value: str
    preferred: bool


@dataclass(frozen=True, slots=True)
class _Said:
    party_id: UUID
    purpose: str
    act: ConsentAct


async def tell(story: Story, system: Actor) -> None:
    """Once: whoever has a way to be reached is left alone."""
    people = await story.platform.run(system, _unreached)
    await _in_batches(story, system, people)
    await _in_other_languages(story, system, people)
    for months_ago, said in sorted(_said(people).items(), reverse=True):
        then = replace(story.platform, clock=_before(story, months_ago))
        await then.run(system, lambda ctx, of=said: _record(ctx, of))  # type: ignore[misc]


def _before(story: Story, months: int) -> Callable[[], datetime]:
    at = story.platform.clock() - _A_MONTH * months
    return lambda: at


async def _unreached(ctx: Context) -> list[tuple[UUID, str]]:
    known = sql(col(PartyContact.party_id))
    query = sql(col(Customer.party_id), col(Customer.number)).where(
        col(Customer.stage).not_in((Stage.PROSPECT, Stage.ONBOARDING)), col(Customer.party_id).not_in(known)
    )
    rows = await ctx.session.execute(query.order_by(col(Customer.number)))
    return [(row.party_id, row.number) for row in rows]


async def _in_batches(story: Story, system: Actor, people: People) -> None:
    then = replace(story.platform, clock=_before(story, _MONTHS + 1))
    for first in range(0, len(people), _BATCH):
        some = people[first : first + _BATCH]
        await then.run(system, lambda ctx, of=some: _reach(ctx, of))  # type: ignore[misc]


async def _in_other_languages(story: Story, system: Actor, people: People) -> None:
    """A few want to be written to in a language that is not that of the country."""
    then = replace(story.platform, clock=_before(story, _MONTHS + 1))
    some = [party_id for party_id, number in people if _lot(number, "language").random() < _CHINESE]
    await then.run(system, lambda ctx: _say_chinese(ctx, some))


async def _say_chinese(ctx: Context, people: Sequence[UUID]) -> None:
    silent = select(Party).where(col(Party.id).in_(people), col(Party.correspondence_language).is_(None))
    for party in (await ctx.session.scalars(silent.order_by(col(Party.id)))).all():
        async with ctx.audit("customer.edit", ("party", party.id)):
            party.correspondence_language = "zh_CN"


def _lot(number: str, what: str) -> random.Random:
    return random.Random(f"{_SEED} {what} {number}")  # noqa: S311 - a story, no secret


async def _reach(ctx: Context, people: People) -> None:
    await ctx.vault.load([party_id for party_id, _ in people])
    batch = Batch(ctx.trail)
    for party_id, number in people:
        places = _places(number)
        if places:
            entry = batch.entry("customer.edit", ("party", party_id))
            for each in places:
                _add_place(ctx, batch, entry, party_id, each)
    await batch.write(ctx.session)


def _places(number: str) -> list[_Place]:
    """Some have both, most one, a few nothing that is known."""
    lot, digits = _lot(number, "reach"), "".join(each for each in number if each.isdigit())[-6:].zfill(6)
    mailed, phoned, prefers_phone = lot.random() < _MAILED, lot.random() < _PHONED, lot.random() < _PREFERS_PHONE
    found = []
    if mailed:
        address = f"customer.{number.lower()}@example.com"
        found.append(_Place(ContactKind.EMAIL, address, not (phoned and prefers_phone)))
    if phoned:
        found.append(_Place(ContactKind.PHONE, f"+420777{digits}", prefers_phone or not mailed))
    return found


def _add_place(ctx: Context, batch: Batch, entry: UUID, party_id: UUID, place: _Place) -> None:
    row, index = new_id(), EMAIL if place.kind is ContactKind.EMAIL else PHONE
    batch.add(
        PartyContact,
        entry,
        id=row,
        party_id=party_id,
        kind=place.kind,
        value=ctx.vault.seal("party_contact", "value", row, party_id, place.value),
        value_tag=ctx.vault.search.tag(index, place.value),
        preferred=place.preferred,
    )


def _said(people: People) -> dict[int, list[_Said]]:
    """By how many months ago: most agreed once in the two years, and some took it back later."""
    found: dict[int, list[_Said]] = defaultdict(list)
    for party_id, number in people:
        for purpose, share in _AGREE.items():
            lot = _lot(number, purpose)
            if lot.random() >= share:
                continue
            given = max(lot.randrange(1, _MONTHS), lot.randrange(1, _MONTHS))
            found[given].append(_Said(party_id, purpose, ConsentAct.GIVEN))
            if given > 1 and lot.random() < _WITHDRAW:
                found[lot.randrange(1, given)].append(_Said(party_id, purpose, ConsentAct.WITHDRAWN))
    return found


async def _record(ctx: Context, said: Sequence[_Said]) -> None:
    batch, loaded = Batch(ctx.trail), purposes_on(ctx.policies, ctx.now.date())
    for each in said:
        given = each.act is ConsentAct.GIVEN
        verb = "consent.give" if given else "consent.withdraw"
        batch.add(
            ConsentEvent,
            batch.entry(verb, ("party", each.party_id), reason=each.purpose, ruleset=loaded.sha256),
            id=new_id(),
            party_id=each.party_id,
            purpose=each.purpose,
            channel=ANY_CHANNEL,
            act=each.act,
            text_version=_TEXT if given else None,
            text_locale="en" if given else None,
            ruleset=loaded.sha256,
            evidence=_ONLINE if given else _ASKED_TO_STOP,
            effective_at=ctx.now,
            expires_on=expiry(loaded.rules.purposes[each.purpose], ctx.now.date()) if given else None,
            recorded_by=ctx.actor.id,
            recorded_at=ctx.now,
        )
    await batch.write(ctx.session)
