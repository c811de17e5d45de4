"""UK sanctions list of the Foreign, Commonwealth & Development Office, the short CSV with one row per entry.

Header: Unique ID, OFSI Group ID, Name, Regime Name, Type, Designation source, Date Designated, Sanctions Imposed.
Persons' names are written family name first; an entry may repeat its Unique ID for each further name. The list
published on 2025-08-11 has two entries without any name; they are kept, and can be found by their identifiers only.
"""

from backend.screening.lists.entity import Entity, EntityKind, Identifier, Name, NameKind
from backend.screening.lists.errors import ListEmpty, ListTruncated, MissingValue, UnreadableValue, WrongDocument
from backend.screening.lists.rows import rows

FORMAT = "UK sanctions list CSV"
_HEADER = [
    "Unique ID", "OFSI Group ID", "Name", "Regime Name", "Type", "Designation source", "Date Designated",
    "Sanctions Imposed",
]  # fmt: skip
_KINDS = {"individual": EntityKind.PERSON, "entity": EntityKind.ORGANISATION, "ship": EntityKind.VESSEL}


def parse(data: bytes, *, source: str = "UK") -> tuple[Entity, ...]:
    text = data.decode("utf-8-sig")
    if text and not text.endswith("\n"):
        raise ListTruncated(format=FORMAT, line=text.count("\n") + 1)
    lines = rows(text, name=FORMAT, columns=len(_HEADER))
    first = next(lines, (1, []))
    if [cell.strip() for cell in first[1]] != _HEADER:
        raise WrongDocument(format=FORMAT, line=1, found=",".join(first[1])[:60], expected=",".join(_HEADER))
    found: dict[str, Entity] = {}
    for line, row in lines:
        entity = _entity(line, [cell.strip() for cell in row], source)
        known = found.get(entity.id)
        found[entity.id] = entity if known is None else _merged(known, entity)
    if not found:
        raise ListEmpty(format=FORMAT, line=2)
    return tuple(found.values())


def _entity(line: int, row: list[str], source: str) -> Entity:
    id_, group, name, regime, type_, designated_by, day, measures = row
    if not id_:
        raise MissingValue(format=FORMAT, line=line, field="Unique ID")
    kind = _KINDS.get(type_.casefold())
    if kind is None:
        raise UnreadableValue(format=FORMAT, line=line, field="Type", expected="Individual, Entity or Ship")
    return Entity(
        id=id_,
        source=source,
        kind=kind,
        names=(Name(name, family_first=kind is EntityKind.PERSON),) if name else (),
        identifiers=(Identifier("ofsi_group", group),) if group else (),
        programmes=(regime,) if regime else (),
        remarks="; ".join(part for part in (designated_by, day, measures) if part),
    )


def _merged(known: Entity, further: Entity) -> Entity:
    names = known.names + tuple(Name(one.text, NameKind.ALIAS, family_first=one.family_first) for one in further.names)
    programmes = tuple(dict.fromkeys(known.programmes + further.programmes))
    return Entity(
        known.id, known.source, known.kind, tuple(dict.fromkeys(names)),
        identifiers=tuple(dict.fromkeys(known.identifiers + further.identifiers)),
        programmes=programmes, remarks=known.remarks,
    )  # fmt: skip
