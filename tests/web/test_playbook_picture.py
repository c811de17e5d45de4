"""A playbook as a picture."""

from typing import Any

from backend.web.playbook_picture import graph


def _step(name: str, *cases: tuple[str, str], follows: str | None = None) -> dict[str, Any]:
    told = [{"outcome": words, "words": words, "step": target} for words, target in cases]
    return {"id": name, "words": name, "next": follows, "cases": told}


def test_answers_that_lead_to_one_step_are_one_way_with_the_words_of_both() -> None:
    steps = [
        _step("fork", ("Not reached", "note"), ("No wish", "note"), ("Talked", "end")),
        _step("note"),
        _step("end"),
    ]
    assert [way["words"] for way in graph(steps)["ways"]] == ["Not reached / No wish", "Talked"]


def test_a_case_and_the_way_on_to_one_step_are_drawn_once() -> None:
    steps = [_step("fork", ("Not reached", "note"), follows="note"), _step("note")]
    assert [way["words"] for way in graph(steps)["ways"]] == ["Not reached"]
