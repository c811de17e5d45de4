"""Parties as they are screened: opened in batches, digested under a key, tagged by what their names are found by.

Names are opened to be compared, not shown. What is kept of them are a keyed digest of all screened facts, which tells
that one changed, keyed tags, which find whom a change of the lists can concern, and a sealed outline of the tags by
word, which tells most of those apart whom it does not.
"""

import asyncio
import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final
from uuid import UUID

import orjson

from backend.access.context import Context
from backend.customers.models import (
    CountryTieKind,
    Party,
    PartyCountry,
    PartyIdentifier,
    PartyKind,
    PartyName,
)
from backend.privacy.blind import BlindIndex
from backend.privacy.searching import SearchTags
from backend.privacy.vault import field_ref
from backend.screening import queries
from backend.screening.lists.entity import BirthDate, EntityKind, Gender, Identifier
from backend.screening.matching import tables
from backend.screening.matching.index import Index
from backend.screening.matching.outlines import Outline, Reach, outline, reach
from backend.screening.matching.rules import ScreeningRules
from backend.screening.matching.subject import Subject
from backend.screening.queries import Touched

_FACTS: Final = BlindIndex.unique(field_ref("screening_standing", "facts_digest"), "facts", "identity")
_KEYS: Final = BlindIndex(field_ref("screening_standing", "keys"), "keys", "identity", 31)
"""Who shares a word of a name, the sound of one, or a number: common family and given names can be guessed by rank, and
seven tags in ten stand for one party alone (measured: docs/keys.md)."""
_KINDS: Final = {PartyKind.PERSON: EntityKind.PERSON, PartyKind.ORGANISATION: EntityKind.ORGANISATION}
_COUNTRIES: Final = (CountryTieKind.NATIONALITY.value, CountryTieKind.BIRTH.value)
_SAMPLE: Final = ("Jan Novák", "Иван Петрович Сидоров", "محمد عبد الله", "王小明", "김민수", "Al-Rashid Trading 77 LLC")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a party for screening. The keys in its outline are tags: signed 32-bit integers."""

    party_id: UUID
    subject: Subject
    digest: bytes
    outline: Outline


async def facts_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, Facts]:
    """Four queries, however many parties; merged and erased ones are left out. Without a check of access."""
    subjects = await subjects_of(ctx, party_ids)
    tags = _Tags(ctx.vault.search)
    return {
        party_id: Facts(party_id, subject, facts_digest(ctx, subject), outline(subject, tags.__getitem__))
        for party_id, subject in subjects.items()
    }


async def subjects_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, Subject]:
    parties = await queries.active_parties(ctx, party_ids)
    ids = [party.id for party in parties]
    await ctx.vault.load(ids)
    names = await queries.details_of(ctx, PartyName, ids)
    identifiers = await queries.details_of(ctx, PartyIdentifier, ids)
    countries = await queries.details_of(ctx, PartyCountry, ids)
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


def reach_of(ctx: Context, index: Index) -> Reach:
    """Everything by which any entry of the index is found, tagged as parties are."""
    return reach(index, _Tags(ctx.vault.search).__getitem__)


def sealed_outline(ctx: Context, facts: Facts) -> bytes:
    return ctx.vault.seal("screening_standing", "outline", facts.party_id, facts.party_id, facts.outline.written())


async def whom_to_open(
    ctx: Context, touched: Sequence[Touched], difference: Reach, rules: ScreeningRules
) -> list[UUID]:
    """Whom a search of the difference might compare with an entry, told by outlines alone; no name is opened."""
    made = keys_of(ctx)
    told = {one.party_id: one.outline for one in touched if one.outline is not None and one.keys_of == made}
    await ctx.vault.load(told)
    outlines = [Outline.parsed(_opened(ctx, party_id, sealed)) for party_id, sealed in told.items()]
    met = await asyncio.to_thread(difference.met, outlines, rules)
    unmet = {party_id for party_id, found in zip(told, met, strict=True) if not found}
    return [one.party_id for one in touched if one.party_id not in unmet]


def _opened(ctx: Context, party_id: UUID, sealed: bytes) -> str:
    return ctx.vault.open("screening_standing", "outline", party_id, party_id, sealed)


def keys_of(ctx: Context) -> str:
    """Names the way keys and outlines are made: another release, or another index key, makes others. Who was tagged
    otherwise counts as touched until a screening tags them anew.
    """
    return f"{_made()}-{_Tags(ctx.vault.search)[0]:08x}"


@cache
def _made() -> str:
    samples = [Subject((text,), EntityKind.UNKNOWN) for text in _SAMPLE]
    written = "".join(outline(sample, lambda key: key).written() for sample in samples)
    return hashlib.sha256((written + tables.digest()).encode()).hexdigest()[:16]


class _Tags(dict[int, int]):
    """From a key of the matcher to its tag, computed once; a rotation of the index key changes them all."""

    def __init__(self, search: SearchTags) -> None:
        super().__init__()
        self._search = search

    def __missing__(self, key: int) -> int:
        tag = self[key] = int.from_bytes(self._search.tag(_KEYS, f"{key:08x}"), "big") >> 1
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
