"""The publishers' own files, read in place where they are on the machine."""

import gzip
from pathlib import Path

import pytest

from backend.screening.lists import ofac_csv, uk_csv, un_xml
from backend.screening.lists.difference import difference
from backend.screening.lists.entity import EntityKind, NameKind


@pytest.fixture(scope="module")
def lists(shared_data: Path) -> Path:
    return shared_data / "lists"


def test_ofac_of_2021_is_read_whole(lists: Path) -> None:
    parts = ("ofac_sdn_2021-07.csv", "ofac_alt_2021-07.csv", "ofac_add_2021-07.csv", "ofac_sdn_comments_2021-07.csv")
    entities = ofac_csv.parse(*((lists / part).read_bytes() for part in parts))
    assert len(entities) == 8976
    assert sum(name.kind is NameKind.ALIAS for entity in entities for name in entity.names) > 11_500
    persons = [entity for entity in entities if entity.kind is EntityKind.PERSON]
    assert sum(bool(person.birth_dates) for person in persons) / len(persons) > 0.9
    assert sum(bool(person.countries) for person in persons) / len(persons) > 0.5


def test_one_days_change_of_the_sdn_list_is_small_and_named(lists: Path) -> None:
    days = ("2024-04-18", "2024-04-19")
    before, after = (ofac_csv.parse(gzip.decompress((lists / f"ofac_sdn_{day}.csv.gz").read_bytes())) for day in days)
    found = difference(before, after)
    assert not found.is_empty
    assert len(found.to_screen) + len(found.removed) < 100
    assert all(change.changes for change in found.changed)


def test_the_un_list_holds_original_script_names(lists: Path) -> None:
    entities = un_xml.parse((lists / "un_consolidated_2026-02-27.xml").read_bytes())
    assert len(entities) == 1003
    assert sum(any(name.kind is NameKind.ORIGINAL_SCRIPT for name in one.names) for one in entities) == 378


def test_the_un_list_of_2018_is_read_by_the_same_parser(lists: Path) -> None:
    assert len(un_xml.parse(gzip.decompress((lists / "un_consolidated_2020.xml.gz").read_bytes()))) > 900


def test_the_uk_list_is_read_with_its_two_nameless_entries(lists: Path) -> None:
    entities = uk_csv.parse((lists / "uk_fcdo_sanctions_list_2025-08-11.csv").read_bytes())
    assert sum(not entity.names for entity in entities) == 2
