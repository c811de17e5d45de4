from pathlib import Path

import pytest

from backend.screening.lists.formats import FORMATS, UnknownFormat, WrongFiles, digest, read

EXAMPLES = {
    "ofac_csv": "ofac_prim.csv",
    "ofac_xml": "ofac_advanced.xml",
    "un_xml": "un.xml",
    "uk_csv": "uk.csv",
    "eu_xml": "eu.xml",
    "ftm_json": "entities.ftm.json",
    "own_csv": "own.csv",
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_reads_its_example_under_the_given_source(name: str, files: Path) -> None:
    entities = read(name, {"main": (files / EXAMPLES[name]).read_bytes()}, "MINE")
    assert {entity.source for entity in entities} == {"MINE"}
    assert any(
        name.text.casefold().startswith(("morvane", "teodor", "tarek")) for one in entities for name in one.names
    )


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownFormat, match="ofac_csv, ofac_xml"):
        read("pdf", {"main": b""}, "MINE")


def test_a_file_that_does_not_belong_is_refused() -> None:
    with pytest.raises(WrongFiles):
        read("un_xml", {"main": b"", "alt": b""}, "MINE")


def test_the_digest_does_not_depend_on_the_order_of_files() -> None:
    assert digest({"main": b"1", "alt": b"2"}) == digest({"alt": b"2", "main": b"1"})
    assert digest({"main": b"1", "alt": b"2"}) != digest({"main": b"2", "alt": b"1"})
