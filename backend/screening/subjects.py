"""Parties as they are screened: opened in batches, digested under a key, tagged by what their names are found by.

Names are opened to be compared, not shown. What is kept of them are a keyed digest of all screened facts, which tells
that one changed, and keyed tags, which find whom a change of the lists can concern.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final
from uuid import UUID

import numpy as np
import orjson
from sqlmodel import col, select

from backend.access.context import Context
from backend.customers.models import (
    CountryTieKind,
    Party,
    PartyCountry,
    PartyIdentifier,
    PartyKind,
    PartyName,
    PartyStatus,
)
from backend.privacy.blind import Blinder, BlindIndex
from backend.privacy.vault import field_ref
from backend.screening.lists.entity import BirthDate, EntityKind, Gender, Identifier
from backend.screening.matching.index import Index
from backend.screening.matching.subject import Subject
from backend.screening.matching.watched import watch

_FACTS: Final = BlindIndex.unique(field_ref("screening_standing", "facts_digest"), "facts", "identity")
_KEYS: Final = BlindIndex(field_ref("screening_standing", "keys"), "keys", "identity", 31)
_KINDS: Final = {PartyKind.PERSON: EntityKind.PERSON, PartyKind.ORGANISATION: EntityKind.ORGANISATION}
_COUNTRIES: Final = (CountryTieKind.NATIONALITY.value, CountryTieKind.BIRTH.value)
_SAMPLE: Final = ("Jan Novák", "Иван Петрович Сидоров", "محمد عبد الله", "王小明", "김민수", "Al-Rashid Trading 77 LLC")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a party for screening. `keys` are sorted and signed 32-bit integers."""

    party_id: UUID
    subject: Subject
    digest: bytes
    keys: tuple[int, ...]


async def facts_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, Facts]:
    """Four queries, however many parties; merged and erased ones are left out. Without a check of access."""
    subjects = await subjects_of(ctx, party_ids)
    found = watch(subjects)
    tags = _Tags(ctx.vault.blinder)
    keys: dict[int, list[int]] = defaultdict(list)
    for key, start, end in zip(
        found.postings.keys.tolist(), found.postings.starts[:-1], found.postings.starts[1:], strict=True
    ):
        for number in found.postings.values[start:end].tolist():
            keys[number].append(tags[key])
    return {
        party_id: Facts(party_id, subject, facts_digest(ctx, subject), tuple(sorted(keys[number])))
        for number, (party_id, subject) in enumerate(subjects.items())
    }


async def subjects_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, Subject]:
    parties = (
        await ctx.session.scalars(
            select(Party)
            .where(col(Party.id).in_(party_ids), Party.status == PartyStatus.ACTIVE)
            .order_by(col(Party.id))
        )
    ).all()
    ids = [party.id for party in parties]
    await ctx.vault.load(ids)
    names = await _rows(ctx, PartyName, ids)
    identifiers = await _rows(ctx, PartyIdentifier, ids)
    countries = await _rows(ctx, PartyCountry, ids)
    return {
        party.id: _subject(ctx, party, names[party.id], identifiers[party.id], countries[party.id]) for party in parties
    }


def facts_digest(ctx: Context, subject: Subject) -> bytes:
    """Keyed: an unkeyed digest of names and birth dates could be guessed."""
    born = subject.birth_date
    document = [
        subject.kind.value,
        sorted(subject.names),
        None if born is None else [born.first.isoformat(), born.last.isoformat(), born.approximate],
        sorted(subject.countries),
        None if subject.gender is None else subject.gender.value,
        sorted([one.type, one.value, one.country or ""] for one in subject.identifiers),
    ]
    return ctx.vault.blind(_FACTS, orjson.dumps(document).decode())


def keys_of_index(ctx: Context, index: Index) -> list[int]:
    """The tags of everything by which any entry of the index is found: its words, its pairs of words, its numbers."""
    numbers = tuple(Identifier("number", number) for number in index.entities_of_number)
    of_numbers = watch({0: Subject((), identifiers=numbers)}).postings.keys
    tags = _Tags(ctx.vault.blinder)
    return sorted({tags[key] for key in np.union1d(index.terms.keys, of_numbers).tolist()})


@cache
def keys_of() -> str:
    """Names the way keys are made: another release may make others, and then all parties are tagged anew."""
    sample = watch({n: Subject((text,), EntityKind.UNKNOWN) for n, text in enumerate(_SAMPLE)}).postings
    whole = hashlib.sha256(sample.keys.tobytes() + sample.starts.tobytes() + sample.values.tobytes())
    return whole.hexdigest()[:16]


class _Tags(dict[int, int]):
    """From a key of the matcher to its tag, computed once."""

    def __init__(self, blinder: Blinder) -> None:
        super().__init__()
        self._blinder = blinder

    def __missing__(self, key: int) -> int:
        tag = self[key] = int.from_bytes(self._blinder.tag(_KEYS, f"{key:08x}"), "big") >> 1
        return tag


def _subject(
    ctx: Context,
    party: Party,
    names: Iterable[PartyName],
    identifiers: Iterable[PartyIdentifier],
    countries: Iterable[PartyCountry],
) -> Subject:
    texts = [ctx.vault.open("party", "name", party.id, party.id, party.name)]
    texts += [ctx.vault.open("party_name", "full_name", row.id, party.id, row.full_name) for row in names]
    person = party.kind == PartyKind.PERSON
    return Subject(
        names=tuple(dict.fromkeys(texts)),
        kind=_KINDS[PartyKind(party.kind)],
        birth_date=_born(ctx, party),
        countries=_countries(party, countries),
        gender=Gender(party.gender) if person and party.gender in set(Gender) else None,
        identifiers=tuple(
            Identifier(row.type, ctx.vault.open("party_identifier", "value", row.id, party.id, row.value), row.country)
            for row in identifiers
        ),
    )


def _born(ctx: Context, party: Party) -> BirthDate | None:
    text = ctx.vault.open_optional("party", "birth_date", party.id, party.id, party.birth_date)
    if text is None:
        return None
    day = date.fromisoformat(text)
    return BirthDate(day, day)


def _countries(party: Party, ties: Iterable[PartyCountry]) -> frozenset[str]:
    """Lists publish nationalities of persons and seats of organisations; where a person lives says little."""
    if party.kind == PartyKind.PERSON:
        return frozenset(tie.country for tie in ties if tie.kind in _COUNTRIES)
    return frozenset() if party.country is None else frozenset({party.country})


async def _rows(ctx: Context, model: Any, party_ids: Collection[UUID]) -> Mapping[UUID, list[Any]]:
    grouped: dict[UUID, list[Any]] = defaultdict(list)
    for row in await ctx.session.scalars(select(model).where(model.party_id.in_(party_ids)).order_by(model.id)):
        grouped[row.party_id].append(row)
    return grouped
