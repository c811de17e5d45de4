"""Household and companies drawn: a line a tie, and nothing for whoever has none."""

from backend.web.ties_picture import ties


def fact(group: str, value: str) -> dict[str, object]:
    return {"group": group, "code": "has_director", "value": value, "reasons": []}


def test_every_tie_has_a_line_of_its_own() -> None:
    found = ties([fact("ties", "Jan"), fact("value", "12"), fact("ties", "Eva")])
    assert found is not None
    assert [line["value"] for line in found["lines"]] == ["Jan", "Eva"]
    assert found["lines"][0]["y"] < found["middle"] < found["lines"][1]["y"] < found["height"]


def test_whoever_has_no_ties_has_no_picture() -> None:
    assert ties([fact("value", "12")]) is None
