"""The loader: what a questionnaire must say before anybody is asked by it."""

from datetime import date
from pathlib import Path

import pytest

from backend.core.rulesets import Policies, RuleSetBroken, load
from backend.core.settings import Settings
from backend.products.suitability.questionnaire import DIRECTORY, Kind, Questionnaire, fitting

FOLDER = Settings().policies / DIRECTORY
FILES = sorted(FOLDER.glob("*.yaml"))
EU = FOLDER / "suitability-eu-2026.yaml"
DAY = date(2026, 11, 22)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_score_that_answers_can_have_falls_into_exactly_one_band(file: Path) -> None:
    rules = load(file, Questionnaire).rules
    least, most = rules.span
    for score in range(least, most + 1):
        bands = [band for band in rules.bands if band.least <= score <= band.most]
        assert len(bands) == (1 if rules.kind is Kind.SUITABILITY else 0)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("{grade: C2, from: 21, to: 42", "{grade: C2, from: 22, to: 42", r"bands\.1 \(line \d+\): .*leaves out"),
        ("{grade: C2, from: 21, to: 42", "{grade: C2, from: 20, to: 42", r"bands\.1 \(line \d+\): .*claims twice"),
        ("{grade: C5, from: 87, to: 105", "{grade: C5, from: 87, to: 104", "the highest score is 105"),
        ("{grade: C1, from: 0, to: 20", "{grade: C1, from: 1, to: 20", "the lowest score is 0"),
        ("level: basic, from: 3, to: 9", "level: basic, from: 4, to: 9", r"dimensions\.knowledge\.levels\.1"),
        ("second: {question: bearable, any: [nothing", "second: {question: berable, any: [nothing", "no question"),
        ("any: [growth, speculation]}", "any: [growth, gambling]}", "has no option gambling"),
        (
            "when: [{dimension: knowledge, any: [none]}]",
            "when: [{dimension: knowledge, any: [nil]}]",
            "has no level nil",
        ),
        ("{fact: horizon_months, below: 12}", "{fact: horizon, below: 12}", "“horizon” is no fact"),
        ("gives: {horizon_months: 84}", "gives: {horizon_months: long}", "takes int here"),
        ("gives: {objective: growth}", "gives: {aim: growth}", "“aim” is no fact"),
        ("      - code: trades\n", "      - code: years\n", "stands here a second time"),
        ("        dimension: horizon\n", "        dimension: patience\n", "is no dimension"),
        ("validity_months: 12", "validity_month: 12", "Extra inputs"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_nothing_is_loaded(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    source = EU.read_text(encoding="utf-8")
    assert old in source
    broken = tmp_path / "broken.yaml"
    broken.write_text(source.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleSetBroken, match=problem):
        load(broken, Questionnaire)


def test_the_line_that_is_named_is_the_one_that_is_wrong(tmp_path: Path) -> None:
    source = EU.read_text(encoding="utf-8").replace("{grade: C3, from: 43,", "{grade: C3, from: 45,")
    line = next(number for number, text in enumerate(source.splitlines(), start=1) if "{grade: C3" in text)
    broken = tmp_path / "broken.yaml"
    broken.write_text(source, encoding="utf-8")
    with pytest.raises(RuleSetBroken, match=rf"\(line {line}\)"):
        load(broken, Questionnaire)


@pytest.mark.parametrize(
    ("jurisdiction", "party", "name"),
    [("CZ", "person", "suitability-eu"), ("CN", "person", "suitability-cn"), ("CN", "organisation", "suitability-eu")],
)
def test_a_questionnaire_that_names_the_jurisdiction_comes_before_the_one_for_all(
    jurisdiction: str, party: str, name: str
) -> None:
    found = fitting(Policies(Settings().policies), DAY, Kind.SUITABILITY, jurisdiction, party)
    assert found is not None
    assert found.rules.id == name


def test_before_its_first_day_a_questionnaire_is_not_put_to_anybody() -> None:
    found = fitting(Policies(Settings().policies), date(2026, 1, 31), Kind.SUITABILITY, "CN", "person")
    assert found is not None
    assert found.rules.id == "suitability-eu"
