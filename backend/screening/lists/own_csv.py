"""An institution's own list (PEP, internal): CSV in UTF-8 with a header, one row per entry.

Columns: `id`, `kind` (person, organisation, vessel, aircraft or unknown) and `name` must be there; `aliases`,
`weak_aliases`, `birth_date`, `countries`, `gender`, `identifiers`, `addresses`, `programmes` and `remarks` may be.
Several values in a cell are divided by `|`. A birth date is YYYY-MM-DD, YYYY-MM, YYYY, "circa YYYY" or "YYYY to YYYY";
countries are ISO 3166-1 alpha-2; gender is female or male; an identifier is `type:number` or `type:number:country`.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from backend.screening.lists.countries import ISO_LENGTH, country_code
from backend.screening.lists.dates import birth_date
from backend.screening.lists.entity import Address, Entity, EntityKind, Gender, Identifier, Name, NameKind
from backend.screening.lists.errors import (
    DuplicateEntry,
    ListEmpty,
    ListTruncated,
    MissingValue,
    UnreadableValue,
    WrongDocument,
)
from backend.screening.lists.rows import rows

FORMAT = "own list CSV"
_REQUIRED = ("id", "kind", "name")
_COLUMNS = (
    *_REQUIRED, "aliases", "weak_aliases", "birth_date", "countries", "gender", "identifiers", "addresses",
    "programmes", "remarks",
)  # fmt: skip
_IDENTIFIER_PARTS = (2, 3)
T = TypeVar("T")


def parse(data: bytes, *, source: str) -> tuple[Entity, ...]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableValue(format=FORMAT, line=line, field="text", expected="UTF-8") from error
    if text and not text.endswith("\n"):
        raise ListTruncated(format=FORMAT, line=text.count("\n") + 1)
    header = _header(text)
    found: dict[str, tuple[int, Entity]] = {}
    for line, row in list(rows(text, name=FORMAT, columns=len(header)))[1:]:
        entity = _entity(line, dict(zip(header, (cell.strip() for cell in row), strict=True)), source)
        if entity.id in found:
            raise DuplicateEntry(format=FORMAT, line=line, first=found[entity.id][0])
        found[entity.id] = line, entity
    if not found:
        raise ListEmpty(format=FORMAT, line=2)
    return tuple(entity for _, entity in found.values())


def _header(text: str) -> list[str]:
    names = [name.strip() for name in text.split("\n", 1)[0].split(",")]
    if not set(_REQUIRED) <= set(names) or not set(names) <= set(_COLUMNS) or len(set(names)) != len(names):
        raise WrongDocument(format=FORMAT, line=1, found=", ".join(names)[:80], expected=", ".join(_COLUMNS))
    return names


def _entity(line: int, row: dict[str, str], source: str) -> Entity:
    for column in _REQUIRED:
        if not row[column]:
            raise MissingValue(format=FORMAT, line=line, field=column)
    kind = _read(line, "kind", [row["kind"]], _kind, "person, organisation, vessel, aircraft or unknown")[0]
    names = [Name(row["name"]), *(Name(text, NameKind.ALIAS) for text in _cells(row, "aliases"))]
    names += [Name(text, NameKind.WEAK) for text in _cells(row, "weak_aliases")]
    return Entity(
        id=row["id"],
        source=source,
        kind=kind,
        names=tuple(dict.fromkeys(names)),
        birth_dates=_read(
            line, "birth_date", _cells(row, "birth_date"), birth_date, "YYYY-MM-DD, YYYY or YYYY to YYYY"
        ),
        countries=_read(line, "countries", _cells(row, "countries"), _country, "ISO 3166-1 alpha-2 codes"),
        genders=_read(line, "gender", _cells(row, "gender"), _gender, "female or male"),
        identifiers=_read(
            line, "identifiers", _cells(row, "identifiers"), _identifier, "type:number or type:number:country"
        ),
        addresses=tuple(Address(text) for text in _cells(row, "addresses")),
        programmes=_cells(row, "programmes"),
        remarks=row.get("remarks", ""),
    )


def _cells(row: dict[str, str], column: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in row.get(column, "").split("|") if part.strip())


def _read(
    line: int, column: str, texts: Sequence[str], reader: Callable[[str], T | None], expected: str
) -> tuple[T, ...]:
    values = []
    for text in texts:
        value = reader(text)
        if value is None:
            raise UnreadableValue(format=FORMAT, line=line, field=column, expected=expected)
        values.append(value)
    return tuple(dict.fromkeys(values))


def _kind(text: str) -> EntityKind | None:
    return {kind.value: kind for kind in EntityKind}.get(text.casefold())


def _country(text: str) -> str | None:
    return country_code(text) if len(text) == ISO_LENGTH else None


def _gender(text: str) -> Gender | None:
    return {"female": Gender.FEMALE, "male": Gender.MALE}.get(text.casefold())


def _identifier(text: str) -> Identifier | None:
    parts = [part.strip() for part in text.split(":")]
    if len(parts) not in _IDENTIFIER_PARTS or not all(parts):
        return None
    return Identifier(parts[0], parts[1], country_code(parts[2]) if len(parts) > _IDENTIFIER_PARTS[0] else None)
