"""What a rule-set is told of a customer who comes with a file."""

from datetime import date
from typing import Any

import pytest

from backend.onboarding.facts import CaseFacts
from backend.onboarding.migration.migrant import Identifier, Migrant, Name, facts_of

DAY = date(1999, 1, 1)


def _facts(as_of: date = DAY, **given: Any) -> CaseFacts:
    migrant = Migrant(ref="r", number="1", kind="person", names=(Name("legal", "Latn", "Jana"),), **given)
    return facts_of(migrant, "CZ", as_of)


@pytest.mark.parametrize(("as_of", "age"), [(date(1998, 12, 31), 17), (date(1999, 1, 1), 18), (date(2026, 11, 22), 45)])
def test_age_is_counted_on_the_day_the_files_speak_of(as_of: date, age: int) -> None:
    assert _facts(as_of, birth_date=date(1981, 1, 1)).age == age


def test_what_is_not_known_is_none_and_never_a_guess() -> None:
    facts = _facts()
    assert (facts.age, facts.nationalities, facts.tax_residencies, facts.national_id) == (None, None, None, None)
    known = (facts.birth_date_known, facts.address_known, facts.contact_known, facts.tax_number_known)
    assert known == (False,) * 4


@pytest.mark.parametrize("known", [{"email": "jana@bank.cz"}, {"phone": "+420601123456"}])
def test_one_way_to_reach_a_customer_is_enough(known: dict[str, str]) -> None:
    assert _facts(**known).contact_known


def test_a_tax_number_is_known_when_every_residency_has_one() -> None:
    assert _facts(tax_residencies=(("CZ", "1"),)).tax_number_known
    assert not _facts(tax_residencies=(("CZ", "1"), ("DE", None))).tax_number_known


@pytest.mark.parametrize("verdict", ["incomplete", "no_rule"])
def test_an_identifier_that_no_rule_could_check_is_incomplete(verdict: str) -> None:
    assert _facts(identifiers=(Identifier("national_id", "1", verdict),)).national_id == "incomplete"


def test_of_two_identifiers_the_valid_one_counts() -> None:
    both = (Identifier("cz_birth_number", "1", "valid"), Identifier("national_id", "1", "no_rule"))
    assert _facts(identifiers=both).national_id == _facts(identifiers=both[::-1]).national_id == "valid"


@pytest.mark.parametrize(
    ("type_", "fact"),
    [("cz_birth_number", "national_id"), ("cz_company_number", "registration_number"), ("lei", "lei")],
)
def test_an_identifier_of_a_country_counts_as_its_kind(type_: str, fact: str) -> None:
    assert getattr(_facts(identifiers=(Identifier(type_, "1", "valid", "CZ"),)), fact) == "valid"
