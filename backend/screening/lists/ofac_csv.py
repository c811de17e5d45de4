r"""OFAC SDN and consolidated (non-SDN) lists as published in CSV: four files without header, latin-1, `-0-` for null.

prim (sdn.csv): ent_num, name, type, programmes, title, call sign, vessel type, tonnage, GRT, flag, owner, remarks
alt: ent_num, alt_num, type (aka, fka, nka), name, remarks · add: ent_num, add_num, street, city, country, remarks
comments: ent_num, the part of the remarks that did not fit 1,000 characters. Source: OFAC, "SDN data specification".
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from backend.screening.lists.countries import country_code
from backend.screening.lists.entity import Address, Entity, EntityKind, Identifier, Name, NameKind
from backend.screening.lists.errors import DuplicateEntry, ListEmpty, ListTruncated, MissingValue, OrphanRow
from backend.screening.lists.ofac_remarks import Remarks, read_remarks
from backend.screening.lists.rows import rows

FORMAT = "OFAC CSV"
_KINDS = {"individual": EntityKind.PERSON, "vessel": EntityKind.VESSEL, "aircraft": EntityKind.AIRCRAFT}
_NULL = "-0-"


@dataclass(frozen=True, slots=True)
class _Primary:
    line: int
    name: str
    type: str
    programmes: str
    title: str
    call_sign: str
    flag: str
    owner: str
    remarks: str


def parse(
    prim: bytes, alt: bytes = b"", add: bytes = b"", comments: bytes = b"", *, source: str = "OFAC-SDN"
) -> tuple[Entity, ...]:
    """The files of one day; alt, add and comments may be left out, but not contain rows of unknown entries."""
    primaries = dict(_primaries(prim))
    if not primaries:
        raise ListEmpty(format=FORMAT, line=1)
    aliases = _grouped(alt, 5, primaries)
    addresses = _grouped(add, 6, primaries)
    overflow = {key: rest for key, lines in _grouped(comments, 2, primaries).items() for (rest,) in lines[:1]}
    return tuple(
        _entity(key, one, aliases[key], addresses[key], overflow.get(key, ""), source) for key, one in primaries.items()
    )


def _primaries(prim: bytes) -> Iterator[tuple[str, _Primary]]:
    seen: dict[str, int] = {}
    for line, row in _clean_rows(prim, 12):
        number, name, type_, programmes, title, call_sign, _, _, _, flag, owner, remarks = row
        if not number.isdigit() or not name:
            raise MissingValue(format=FORMAT, line=line, field="ent_num or name")
        if number in seen:
            raise DuplicateEntry(format=FORMAT, line=line, first=seen[number])
        seen[number] = line
        yield number, _Primary(line, name, type_, programmes, title, call_sign, flag, owner, remarks)


def _grouped(data: bytes, columns: int, known: dict[str, _Primary]) -> defaultdict[str, list[list[str]]]:
    groups: defaultdict[str, list[list[str]]] = defaultdict(list)
    for line, row in _clean_rows(data, columns):
        if row[0] not in known:
            raise OrphanRow(format=FORMAT, line=line)
        groups[row[0]].append(row[1:])
    return groups


def _clean_rows(data: bytes, columns: int) -> Iterator[tuple[int, list[str]]]:
    text = data.decode("latin-1")
    if text and not text.endswith(("\n", "\x1a")):
        raise ListTruncated(format=FORMAT, line=text.count("\n") + 1)
    for line, row in rows(text, name=FORMAT, columns=columns):
        yield line, ["" if cell.strip() == _NULL else cell.strip() for cell in row]


def _entity(
    key: str, one: _Primary, aliases: list[list[str]], addresses: list[list[str]], overflow: str, source: str
) -> Entity:
    kind = _KINDS.get(one.type.casefold(), EntityKind.ORGANISATION)
    text = one.remarks + overflow
    remarks = read_remarks(text)
    return Entity(
        id=key,
        source=source,
        kind=kind,
        names=_names(one, aliases, remarks, kind),
        birth_dates=remarks.birth_dates,
        birth_places=remarks.birth_places,
        countries=_countries(one, remarks, addresses, kind),
        genders=remarks.genders,
        identifiers=remarks.identifiers + _call_sign(one),
        addresses=tuple(_address(row) for row in addresses if any(row[1:4])),
        programmes=tuple(part for part in re.split(r"\]\s*\[|;", one.programmes.strip("[] ")) if part.strip()),
        remarks="; ".join(part for part in (one.title, text) if part),
    )


def _names(one: _Primary, aliases: list[list[str]], remarks: Remarks, kind: EntityKind) -> tuple[Name, ...]:
    person = kind is EntityKind.PERSON
    names = [Name(one.name, NameKind.PRIMARY, family_first=person and "," in one.name)]
    for _, _, name, quality in aliases:
        weak = NameKind.WEAK if "weak" in quality.casefold() else NameKind.ALIAS
        names.append(Name(name, weak, family_first=person and "," in name))
    names += [Name(name, NameKind.WEAK, family_first=person and "," in name) for name in remarks.weak_names]
    return tuple(dict.fromkeys(names))


def _countries(one: _Primary, remarks: Remarks, addresses: list[list[str]], kind: EntityKind) -> tuple[str, ...]:
    """Nationality and citizenship of persons; seat or flag of everything else."""
    found = list(remarks.countries)
    if kind is not EntityKind.PERSON:
        found += [code for text in (one.flag, *(row[3] for row in addresses)) if (code := country_code(text))]
    return tuple(dict.fromkeys(found))


def _call_sign(one: _Primary) -> tuple[Identifier, ...]:
    return (Identifier("call_sign", one.call_sign, country_code(one.flag)),) if one.call_sign else ()


def _address(row: list[str]) -> Address:
    _, street, city, country, _ = row
    return Address(", ".join(part for part in (street, city, country) if part), country_code(country))
