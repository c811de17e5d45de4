"""What the shipped rule-set must keep on the labelled pairs, where they are on the machine (../shared/data)."""

import csv
from pathlib import Path

import pytest

from backend.screening.lists.entity import EntityKind
from backend.screening.matching.rules import ScreeningRules
from tests.screening.matching.subjects import judged

KINDS = {"person": EntityKind.PERSON, "org": EntityKind.ORGANISATION, "vessel": EntityKind.VESSEL}
Verdict = tuple[str, bool, bool]


@pytest.fixture(scope="module")
def verdicts(shared_data: Path, rules: ScreeningRules) -> list[Verdict]:
    with (shared_data / "screening" / "pairs_dev.csv").open(encoding="utf-8", newline="") as file:
        return [
            (
                row["source"],
                judged(row["query_name"], row["list_name"], rules, KINDS[row["kind"]]).alert,
                row["expected"] == "match",
            )
            for row in csv.DictReader(file)
        ]


def f1(verdicts: list[Verdict]) -> float:
    right = sum(alert and match for _, alert, match in verdicts)
    return 2 * right / (sum(alert for _, alert, _ in verdicts) + sum(match for _, _, match in verdicts))


def test_labelled_pairs_are_told_apart(verdicts: list[Verdict]) -> None:
    assert f1(verdicts) >= 0.88


def test_original_script_names_are_told_apart(verdicts: list[Verdict]) -> None:
    assert f1([one for one in verdicts if one[0].startswith("UN") and "latin" not in one[0]]) >= 0.92
