"""A rule-set that contradicts itself is refused, and the refusal names the line."""

from __future__ import annotations

from datetime import date

import pytest

from risk_models.crr_book import RatingBook, Version, rules_version, table_version
from risk_models.crr_problems import NoVersionError, Problem, RuleSetRefusedError
from risk_models.crr_rules import CodeTable
from tests.risk_models.crr_portfolio import POLICIES, book

PERSONS = (POLICIES / "cn" / "persons-2026.yaml").read_text(encoding="utf-8")
COUNTRIES = (POLICIES / "tables" / "countries-2026-07.yaml").read_text(encoding="utf-8")
TABLES = book().tables


def load(text: str, *, signed: bool = False) -> None:
    rules_version(text.encode(), "persons.yaml", TABLES, signed=signed)


def changed(old: str, new: str, text: str = PERSONS) -> str:
    assert text.count(old) >= 1
    return text.replace(old, new, 1)


def refusal(text: str, *, signed: bool = False) -> tuple[Problem, ...]:
    with pytest.raises(RuleSetRefusedError) as refused:
        load(text, signed=signed)
    return refused.value.problems


def line_of(part: str, text: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("weight: 9", "weight: 10", "items:", "sum to 101"),
        ("{from: 16, to: 18, score: 4}", "{from: 17, to: 18, score: 4}", "{from: 17", "leaves a gap"),
        ("{from: 16, to: 18, score: 4}", "{from: 15, to: 18, score: 4}", "{from: 15", "overlaps"),
        ("{from: 16, to: 18, score: 4}", "{from: 16, to: 16, score: 4}", "{from: 16, to: 16", "is empty"),
        ("{from: 80, score: 3}", "{from: 80, to: 99, score: 3}", "bands:\n      - {to: 16", "have no score"),
        ("    closed: lower\n    bands:\n      - {to: 16", "    bands:\n      - {to: 16", "- code: age", "which side"),
        ("from: 40, to: 60, rev", "from: 45, to: 60, rev", "{code: medium,", "leaves a gap"),
        ("from: 40, to: 60, rev", "from: 35, to: 60, rev", "{code: medium,", "overlaps"),
        ("to: 100, review", "to: 99, review", "{code: high,", "ends at 100"),
        ("from: 20, to: 30", "from: 21, to: 30", "{code: low,", "have no level"),
        ("review_months: 6,", "review_months: 7,", "{code: high,", "at most 6"),
        ("review_months: 12,", "review_months: 13,", "{code: medium_high,", "between 6 and 12"),
        ("review_months: 36,", "review_months: 23,", "{code: medium_low,", "between 24 and 48"),
        ("least_levels: 3", "least_levels: 6", "levels:\n  - {code: low", "at least 6"),
        ("partner: 4, agent: 5", "partner: 4, pigeon: 5", "scores: {branch: 1, app", "pigeon is no code"),
        ("partner: 4, agent: 5", "partner: 4", "scores: {branch: 1, app", "agent of fact channel has no"),
        ("hong_kong_macao_taiwan: 2, f", "atlantis: 2, f", "scores: {mainland_china: 1, atla", "no list of table"),
        ("any_of: [sanctions]", "any_of: [sanction]", "when: [{fact: list_hit, any_of: [sanction]", "no code"),
        ("fact: channel", "fact: canal", "fact: canal", "not declared"),
        ("element: customer", "element: costumer", "element: costumer", "not declared"),
        ("source: G2\n    wording: {en: Ch", "source: G3\n    wording: {en: Ch", "source: G3", "not declared"),
        ("level: medium_high\n", "level: upper\n", "level: upper", "not declared"),
        ("app: 2, online: 3, partner", "app: 6, online: 3, partner", "scores: {branch: 1, app: 6", "above the highest"),
        ("at_least: 2}", "any_of: [two]}", "when: [{fact: suspicious_reports, any", "is a number"),
        ("tables: [countries, industries]", "tables: [countries]", "scores: {gambling: 5, pr", "not declared, or"),
        ("code: repeated_reports", "code: on_a_list", "code: on_a_list\n    when: [{fact: susp", "declared twice"),
        ("  - code: id_document", "  - code: channel", "- code: channel\n    element: customer\n    fact: i", "twice"),
        ("  low_risk_candidate:", "  idle: {kind: flag}\n  low_risk_candidate:", "idle:", "moves nothing"),
        ("    weight: 9", "    weight: 9\n    weight: 9", "weight: 9\n    weight: 9", "written twice"),
        ("to: 18, score: 4}", "to: 18, score: &s 4}\n      - *s", "- *s", "Alias"),
        ("2026-02-14\nwording", "2026-02-30\nwording", "# Customer risk", "not YAML"),
        ("weight: 9", "weight: 9.5", "weight: 9.5", "valid integer"),
        ("weight: 9", "wieght: 9", "wieght: 9", "Extra inputs"),
        ("highest_score: 5", "highest_score: yes", "highest_score: yes", "valid integer"),
        ("elements:\n", "elements: [\n", "geography: {en: Geo", "not YAML"),
    ],
)  # fmt: skip
def test_a_broken_rule_set_is_refused_at_its_line(old: str, new: str, at: str, says: str) -> None:
    text = changed(old, new)
    found = [problem for problem in refusal(text) if says in problem.text]
    offset = 1 if says == "written twice" else 0
    assert found
    assert line_of(at, text) + offset in {problem.line for problem in found}


def test_all_problems_come_at_once_in_the_order_of_the_lines() -> None:
    problems = refusal(changed("fact: channel", "fact: canal", changed("review_months: 6,", "review_months: 7,")))
    assert len(problems) >= 2
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)


def test_a_changed_figure_takes_the_signatures_away() -> None:
    text = changed("{to: 1, score: 1}", "{to: 1, score: 2}")
    problems = refusal(text, signed=True)
    assert [problem.line for problem in problems] == [
        line_of("- {by: model_owner", text),
        line_of("- {by: head_of", text),
    ]
    assert all("another content" in problem.text for problem in problems)


def test_a_changed_comment_keeps_the_signatures() -> None:
    load("# Read again in November.\n" + PERSONS, signed=True)


def test_one_person_cannot_sign_twice() -> None:
    text = changed("by: head_of_compliance", "by: model_owner")
    assert ["2 different people" in problem.text for problem in refusal(text, signed=True)] == [True]


def test_nobody_signs_after_the_fact() -> None:
    text = changed("by: model_owner, signed_on: 2026-02-14", "by: model_owner, signed_on: 2026-02-15")
    assert ["after the version came into force" in problem.text for problem in refusal(text, signed=True)] == [True]


def test_an_unsigned_proposal_loads_for_simulation_only() -> None:
    unsigned = PERSONS[: PERSONS.index("signatures:")] + "signatures: []\n"
    load(unsigned)
    assert refusal(unsigned, signed=True)[0].line == line_of("signatures:", unsigned)


def _table(text: str) -> Version[CodeTable]:
    return table_version(text.encode(), "countries.yaml", signed=False)


def test_a_list_names_only_codes_of_its_table() -> None:
    text = changed("members: [IR, KP, MM]", "members: [IR, XX]", COUNTRIES)
    with pytest.raises(RuleSetRefusedError, match=r"countries\.yaml:\d+: XX is no code of table countries"):
        _table(text)


def test_norway_needs_its_quotes() -> None:
    with pytest.raises(RuleSetRefusedError, match="valid string") as refused:
        _table(changed('"NO"', "NO", COUNTRIES))
    assert refused.value.problems[0].line == line_of('"NO"', COUNTRIES)


def test_overlapping_versions_are_refused_at_the_later_one() -> None:
    earlier = changed("effective_from: 2026-07-01", "effective_from: 2026-05-01", COUNTRIES)
    with pytest.raises(RuleSetRefusedError, match="is still in force") as refused:
        RatingBook([], [_table(earlier), _table(COUNTRIES)])
    assert refused.value.problems[0].line == line_of("effective_from", COUNTRIES)


def test_a_day_without_a_version_has_no_rating() -> None:
    with pytest.raises(NoVersionError, match="cn-persons is effective on 2026-01-01"):
        book().effective("cn-persons", date(2026, 1, 1))


def test_another_table_makes_another_digest_and_each_is_found_again() -> None:
    opened = book()
    june, july = (opened.effective("cn-persons", day) for day in (date(2026, 6, 30), date(2026, 7, 1)))
    assert june.rules_sha256 == july.rules_sha256
    assert june.digest != july.digest
    assert opened.by_digest(june.digest).tables["countries"].effective_from == date(2026, 2, 14)


def test_an_unknown_digest_is_refused() -> None:
    with pytest.raises(NoVersionError, match="no such"):
        book().by_digest("no such")


def test_recalled_lists_say_that_they_are_not_confirmed() -> None:
    by_name = {table.rules.effective_from: table.rules for table in TABLES if table.rules.id == "countries"}
    assert not by_name[date(2026, 7, 1)].lists["eu_high_risk"].confirmed
    assert by_name[date(2026, 7, 1)].lists["fatf_call_for_action"].confirmed
