"""Values of facts in the reader's words: codes, countries and units of every delivered rule-set."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from backend.core.i18n import translate
from backend.web.rating_words import RATING_LABELS, fact_value, unit
from tests.screening.conftest import REPOSITORY

_RULE_SETS = sorted(
    path for path in (REPOSITORY / "policies" / "risk").glob("*/*.yaml") if path.parent.name != "tables"
)
_FACTS: dict[str, dict[str, Any]] = {
    "cash_share_bp": {"kind": "number", "unit": "basis points of turnover"},
    "nationalities": {"kind": "table", "unit": None},
    "products": {"kind": "codes", "unit": None},
}


def _facts(path: Path) -> dict[str, dict[str, Any]]:
    facts: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))["facts"]
    return facts


@pytest.mark.parametrize("path", _RULE_SETS, ids=lambda path: path.stem)
def test_every_code_of_a_delivered_rule_set_has_words(path: Path) -> None:
    codes = {code for fact in _facts(path).values() for code in fact.get("codes", ())}
    assert codes - RATING_LABELS["rating_code"].keys() == set()


@pytest.mark.parametrize("path", _RULE_SETS, ids=lambda path: path.stem)
def test_every_unit_of_a_delivered_rule_set_is_said_in_chinese(path: Path) -> None:
    units = {fact["unit"] for fact in _facts(path).values() if "unit" in fact}
    assert {words for words in units if translate("zh_CN", words) == words} == set()


@pytest.mark.parametrize(
    ("locale", "name", "value", "written"),
    [
        ("en", "products", "current_account|cards", "Current account, Cards"),
        ("zh_CN", "products", "current_account|own_thing", "活期账户, own thing"),
        ("en", "nationalities", "CZ|DE", "Czechia, Germany"),
        ("en", "cash_share_bp", "3500", "3500 (basis points of turnover)"),
        ("en", "fact_of_another_rule_set", "9", "9"),
    ],
)
def test_a_value_is_written_as_its_fact_is_read(locale: str, name: str, value: str, written: str) -> None:
    assert fact_value(locale, _FACTS, name, value) == written


def test_a_unit_of_the_institutions_own_stays_as_it_wrote_it() -> None:
    assert unit("zh_CN", "camels") == "camels"
