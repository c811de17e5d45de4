from datetime import date
from pathlib import Path

import pytest

from backend.screening.lists import ofac_csv
from backend.screening.lists.entity import BirthDate, Entity, EntityKind, Gender, Identifier, Name, NameKind
from backend.screening.lists.errors import DuplicateEntry, ListEmpty, ListTruncated, OrphanRow, WrongColumns


@pytest.fixture
def entries(files: Path) -> dict[str, Entity]:
    parts = [(files / f"ofac_{part}.csv").read_bytes() for part in ("prim", "alt", "add", "comments")]
    return {entity.id: entity for entity in ofac_csv.parse(*parts)}


def test_kinds_are_told_apart(entries: dict[str, Entity]) -> None:
    kinds = [entries[id_].kind for id_ in ("101", "102", "103", "104")]
    assert kinds == [EntityKind.PERSON, EntityKind.ORGANISATION, EntityKind.VESSEL, EntityKind.AIRCRAFT]


def test_names_come_from_prim_alt_and_remarks(entries: dict[str, Entity]) -> None:
    assert entries["101"].names == (
        Name("MORVANE, Teodor Ilyich", NameKind.PRIMARY, family_first=True),
        Name("MORVAN, Fedor", NameKind.ALIAS, family_first=True),
        Name("MORVANOV, Teodor", NameKind.WEAK, family_first=True),
        Name("ABU QALAM, Teo", NameKind.WEAK, family_first=True),
        Name("THE CLERK", NameKind.WEAK),
    )


def test_a_comma_in_a_company_name_is_no_family_name(entries: dict[str, Entity]) -> None:
    assert entries["102"].names[0] == Name("ZELVANIA TRADE, S.A.")


def test_remarks_hold_birth_nationality_gender_and_documents(entries: dict[str, Entity]) -> None:
    person = entries["101"]
    assert person.birth_dates == (
        BirthDate(date(1974, 2, 4), date(1974, 2, 4)),
        BirthDate(date(1975, 1, 1), date(1975, 12, 31), approximate=True),
    )
    assert person.birth_places == ("Karvel, Ruvania",)
    assert person.countries == ("IR", "SY")
    assert person.genders == (Gender.MALE,)
    assert person.identifiers == (
        Identifier("passport", "A1234567", "IR"),
        Identifier("passport", "B7654321", "SY"),
        Identifier("national_id", "1290992118", "IR"),
    )


def test_a_range_of_birth_years_is_kept(entries: dict[str, Entity]) -> None:
    assert entries["105"].birth_dates == (BirthDate(date(1960, 1, 1), date(1965, 12, 31)),)


def test_the_file_is_latin_1(entries: dict[str, Entity]) -> None:
    assert entries["105"].names[0].text == "PEÑA ROLDAN, Luz"


def test_comments_continue_the_remarks(entries: dict[str, Entity]) -> None:
    assert entries["102"].remarks.endswith("begins here and ends here.")


def test_null_is_no_value(entries: dict[str, Entity]) -> None:
    assert entries["104"].countries == ()
    assert "-0-" not in entries["102"].addresses[0].text


def test_a_vessel_keeps_flag_call_sign_and_imo(entries: dict[str, Entity]) -> None:
    vessel = entries["103"]
    assert vessel.countries == ("PA",)
    assert set(vessel.identifiers) == {Identifier("imo", "7406784"), Identifier("call_sign", "CL2192", "PA")}


def test_programmes_are_split_at_brackets(entries: dict[str, Entity]) -> None:
    assert entries["101"].programmes == ("ALPHA", "BETA")


def test_a_file_cut_off_in_a_line_is_refused_with_the_line(files: Path) -> None:
    whole = (files / "ofac_prim.csv").read_bytes()
    with pytest.raises(ListTruncated) as refusal:
        ofac_csv.parse(whole[: whole.index(b"MAR NEGRO")])
    assert refusal.value.params["line"] == 3


def test_an_open_quotation_is_refused_with_the_line_it_begins_on() -> None:
    row = b'1,"A",-0- ,"X",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n'
    with pytest.raises(ListTruncated) as refusal:
        ofac_csv.parse(row + b'2,"B\n3,"C\n')
    assert refusal.value.params["line"] == 2


def test_a_row_of_another_width_is_refused() -> None:
    with pytest.raises(WrongColumns) as refusal:
        ofac_csv.parse(b'1,"A",-0- \n')
    assert (refusal.value.params["found"], refusal.value.params["expected"]) == (3, 12)


def test_an_alias_of_no_entry_is_refused(files: Path) -> None:
    with pytest.raises(OrphanRow):
        ofac_csv.parse((files / "ofac_prim.csv").read_bytes(), b'999,1,"aka","X",-0- \n')


def test_a_number_given_twice_is_refused(files: Path) -> None:
    first = (files / "ofac_prim.csv").read_bytes().split(b"\n")[0] + b"\n"
    with pytest.raises(DuplicateEntry) as refusal:
        ofac_csv.parse(first + first)
    assert (refusal.value.params["first"], refusal.value.params["line"]) == (1, 2)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(ListEmpty):
        ofac_csv.parse(b"\x1a")
