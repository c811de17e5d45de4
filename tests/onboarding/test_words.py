"""Every word that onboarding and casework say exists in both languages."""

from dataclasses import fields

from backend.casework import errors as casework_errors
from backend.core.errors import TenureError
from backend.core.i18n import catalog
from backend.onboarding import errors as onboarding_errors
from backend.onboarding.facts import FACTS, CaseFacts
from backend.onboarding.view import NEGATED, SIGNATURES_WORDING, TESTS


def test_every_error_is_translated() -> None:
    named = [
        error
        for module in (casework_errors, onboarding_errors)
        for error in vars(module).values()
        if isinstance(error, type) and issubclass(error, TenureError) and error.__module__ == module.__name__
    ]
    assert {error.text for error in named} - catalog("zh_CN").keys() == set()


def test_every_fact_and_ground_is_translated() -> None:
    said = {fact.meaning for fact in FACTS.values()} | {*TESTS.values(), *NEGATED.values(), SIGNATURES_WORDING}
    assert said - catalog("zh_CN").keys() == set()


def test_facts_that_rules_may_name_are_the_facts_that_cases_have() -> None:
    given = {name for name, fact in FACTS.items() if not fact.derived}
    assert given == {field.name for field in fields(CaseFacts)}
