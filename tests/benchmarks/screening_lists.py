"""The real lists the screening benchmarks run against: OFAC SDN and non-SDN, UN, UK (read in place, never copied)."""

import csv
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path

from backend.core.rulesets import load
from backend.screening.lists import ofac_csv, uk_csv, un_xml
from backend.screening.lists.entity import Entity, EntityKind, Name, NameKind
from backend.screening.matching.rules import ScreeningRules
from backend.screening.matching.scripts import Script, script_of

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("TENURE_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
RULES = REPOSITORY / "policies" / "screening" / "names-2026.yaml"


def rules() -> ScreeningRules:
    return load(RULES, ScreeningRules).rules


@dataclass(frozen=True)
class Lists:
    """`ofac` joins the main file of 2024-05-03 with the aliases of 2021-07, the last complete set at hand."""

    ofac: tuple[Entity, ...]
    consolidated: tuple[Entity, ...]
    uk: tuple[Entity, ...]
    un: tuple[Entity, ...]

    @property
    def all(self) -> tuple[Entity, ...]:
        return self.publishing_birth_dates + self.uk

    @property
    def publishing_birth_dates(self) -> tuple[Entity, ...]:
        return self.ofac + self.consolidated + self.un


def read_lists() -> Lists:
    old = ofac_csv.parse(_file("ofac_sdn_2021-07.csv"), _file("ofac_alt_2021-07.csv"), _file("ofac_add_2021-07.csv"),
                         _file("ofac_sdn_comments_2021-07.csv"))  # fmt: skip
    aliases = {entity.id: entity.names for entity in old}
    new = ofac_csv.parse(_file("ofac_sdn_2024-05-03.csv"))
    ofac = tuple(replace(one, names=_unique(one.names + aliases.get(one.id, ()))) for one in new)
    cons = ofac_csv.parse(_file("ofac_cons_prim.csv"), _file("ofac_cons_alt.csv"), source="OFAC-CONS")
    uk = uk_csv.parse(_file("uk_fcdo_sanctions_list_2025-08-11.csv"))
    return Lists(ofac, cons, uk, un_xml.parse(_file("un_consolidated_2026-02-27.xml")))


def latin_only(entity: Entity) -> Entity:
    names = tuple(name for name in entity.names if script_of(name.text) is Script.LATIN)
    return replace(entity, names=names)


def enlarged(entities: tuple[Entity, ...], names: int) -> tuple[Entity, ...]:
    """At least so many names: entities in turn are given the next one's first name as a further alias."""
    short = names - sum(len(entity.names) for entity in entities)
    extra: dict[tuple[str, str], list[Name]] = {}
    for entity, other in islice(cycle(zip(entities, entities[7:] + entities[:7], strict=True)), max(0, short)):
        given = extra.setdefault(entity.key, [])
        source = other if not given else entities[(len(given) * 7919 + len(entity.id)) % len(entities)]
        given += [Name(f"{name.text} {len(given)}", NameKind.ALIAS) for name in source.names[:1]]
    return tuple(replace(entity, names=entity.names + tuple(extra.get(entity.key, ()))) for entity in entities)


@dataclass(frozen=True)
class LabelledPair:
    id: str
    kind: EntityKind
    query: str
    listed: str
    matches: bool
    source: str

    @property
    def cross_script(self) -> bool:
        return self.source.startswith("UN") and "latin" not in self.source


_KINDS = {"person": EntityKind.PERSON, "org": EntityKind.ORGANISATION, "vessel": EntityKind.VESSEL}


def read_pairs() -> list[LabelledPair]:
    with (SHARED / "screening" / "pairs_dev.csv").open(encoding="utf-8", newline="") as file:
        return [
            LabelledPair(
                row["id"],
                _KINDS[row["kind"]],
                row["query_name"],
                row["list_name"],
                row["expected"] == "match",
                row["source"],
            )
            for row in csv.DictReader(file)
        ]


def _file(name: str) -> bytes:
    return (SHARED / "lists" / name).read_bytes()


def _unique(names: Iterable[Name]) -> tuple[Name, ...]:
    return tuple(dict.fromkeys(names))
