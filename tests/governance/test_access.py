"""The access policy as a governed kind: read, compared in words, tried on people."""

from pathlib import Path
from uuid import UUID

import pytest

from backend.access.policy import AccessPolicy
from backend.core.ids import new_id
from backend.governance.access import bundle, effect
from backend.governance.access.difference import differences
from backend.governance.access.effective import gained, grants
from backend.governance.documents import Document
from backend.governance.errors import ContentRefused

FILES = bundle.of_directory(Path(__file__).resolve().parents[2] / "policies" / "access").decode()
TENANT = UUID("01900000-0000-7000-8000-00000000000a")
NATIONAL_ID = "p, relationship_manager, *, customer.national_id, view, clear@own_book, allow\n"


def policy(text: str = FILES) -> AccessPolicy:
    return bundle.policy(text.encode())


def changed(old: str, new: str = "") -> AccessPolicy:
    assert old in FILES
    return policy(FILES.replace(old, new))


def told(after: AccessPolicy, locale: str = "en") -> list[str]:
    return [change.words.said(locale) for change in differences(policy(), after)]


def test_the_files_as_one_text_are_the_same_policy() -> None:
    directory = Path(__file__).resolve().parents[2] / "policies" / "access"
    assert {line.rule for line in policy().lines} == {line.rule for line in AccessPolicy.load(directory).lines}


def test_a_bundle_is_taken_apart_and_put_together_without_a_difference() -> None:
    files = {name: section.text for name, section in bundle.sections(FILES.encode()).items()}
    assert bundle.joined(files).decode() == FILES


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("role, a, staff, grantable, x\n", 1),
        ("#> ../secrets\n", 1),
        ("#> a.csv\n#> a.csv\n", 2),
        ("#> policy.csv\n", 0),
    ],
)
def test_a_bundle_that_cannot_be_taken_apart_is_refused(text: str, line: int) -> None:
    with pytest.raises(ContentRefused) as refused:
        bundle.policy(text.encode())
    assert refused.value.params["line"] == line


def test_a_model_that_the_program_does_not_implement_is_refused_with_its_line() -> None:
    wrong = FILES.replace(
        "e = some(where (p.eft == allow)) && !some(where (p.eft == deny))", "e = some(where (p.eft == allow))"
    )
    with pytest.raises(ContentRefused, match="must be") as refused:
        bundle.policy(wrong.encode())
    assert wrong.splitlines()[refused.value.params["line"] - 1] == "e = some(where (p.eft == allow))"


def test_a_lost_field_is_told_with_the_role_and_who_inherits() -> None:
    """Team leads see it masked for the whole team; of their own book they lose it in clear all the same."""
    assert told(changed(NATIONAL_ID)) == [
        "Relationship manager loses (so do, by inheritance: Team lead): National identity number, in clear:"
        " for customers of the own book"
    ]


def test_the_same_is_told_in_chinese() -> None:
    (sentence,) = told(changed(NATIONAL_ID), "zh_CN")
    assert "Relationship" not in sentence
    assert "own book" not in sentence


def test_words_that_change_nothing_are_no_difference() -> None:
    assert told(policy(FILES.replace("# All staff", "# Everybody who works here"))) == []


def test_a_grant_that_a_wider_one_covers_is_no_gain() -> None:
    line = "p, compliance_officer, *, customer, view, tenant, allow\n"
    assert told(changed(line, line + "p, compliance_officer, *, customer, view, team, allow\n")) == []


def test_a_denial_takes_away_what_it_covers() -> None:
    line = "p, auditor, *, work_item, claim, tenant, deny\n"
    sentences = told(changed(line, line + "p, auditor, *, holding, view, tenant, deny\n"))
    assert any(sentence.startswith("Auditor loses") and "accounts" in sentence for sentence in sentences)


def test_a_new_role_and_roles_kept_apart_are_told() -> None:
    after = changed(
        "g, relationship_manager, employee\n",
        "g, relationship_manager, employee\nrole, trainee, staff, grantable, Learns\n",
    )
    assert told(after) == ["The role Trainee is new"]


def test_a_pair_that_may_be_held_together_is_told() -> None:
    line = next(
        line for line in FILES.splitlines() if line.startswith("incompatible, relationship_manager, risk_analyst")
    )
    assert told(changed(line + "\n")) == ["One person may hold Relationship manager and Risk analyst together"]


def test_a_sensitive_role_that_one_person_may_give_is_told() -> None:
    assert told(changed("role, auditor,              staff,   sensitive,", "role, auditor, staff, grantable,")) == [
        "Auditor is given by one person alone"
    ]


def test_grants_of_two_roles_are_taken_together() -> None:
    both = grants(policy(), ["relationship_manager", "team_lead"], "staff", TENANT)
    assert gained(both, grants(policy(), ["team_lead"], "staff", TENANT)) == frozenset()


def people(*roles: frozenset[str]) -> effect.Directory:
    return effect.Directory(TENANT, {new_id(): held for held in roles}, {})


RM, HEAD, ADMIN = frozenset({"relationship_manager"}), frozenset({"head_of_compliance"}), frozenset({"administrator"})


def tables(document: Document) -> dict[str, int]:
    return {table.title.text: len(table.rows) for table in document.tables}


def test_who_loses_something_is_named_and_who_does_not_is_not() -> None:
    found = effect.document(policy(), changed(NATIONAL_ID), people(RM, RM, HEAD))
    assert tables(found) == {"Who loses what": 2}
    assert "3" in found.statements[0].words.said("en")


def test_people_whose_only_role_is_taken_out_are_named() -> None:
    gone = "\n".join(line for line in FILES.splitlines() if "product_manager" not in line) + "\n"
    found = effect.document(policy(), policy(gone), people(frozenset({"product_manager"}), RM))
    assert tables(found)["People whose every role would be gone"] == 1


def test_people_who_would_hold_roles_that_are_kept_apart_are_named() -> None:
    line = "incompatible, service_agent,        compliance_officer,"
    after = changed(line, "incompatible, service_agent, team_lead, No more\n" + line)
    found = effect.document(policy(), after, people(frozenset({"service_agent", "team_lead"})))
    assert tables(found)["People who would hold roles that are kept apart"] == 1


def test_rights_of_a_second_person_without_a_second_person_are_named() -> None:
    found = effect.document(
        policy(),
        changed("p, compliance_officer, *, document, verify, tenant&not_maker, allow\n"),
        people(frozenset({"compliance_officer"}), HEAD, ADMIN, ADMIN),
    )
    assert tables(found)["Rights of a second person that hardly anybody would be left with"] == 1


def test_a_policy_under_which_nobody_approves_policies_may_not_be_approved() -> None:
    text = FILES
    for role in ("administrator", "head_of_compliance"):
        text = text.replace(f"p, {role}, *, access_policy, approve, tenant&not_maker, allow\n", "")
    found = effect.document(policy(), policy(text), people(ADMIN, ADMIN, HEAD))
    assert [refusal.said("en") for refusal in found.refusals] == [
        "Nobody would be left who could change the access policy with a second person."
    ]


def test_an_institution_that_has_one_administrator_alone_may_change_its_policy() -> None:
    assert effect.document(policy(), changed(NATIONAL_ID), people(ADMIN)).refusals == ()


def test_a_document_is_read_as_it_was_written() -> None:
    found = effect.document(policy(), changed(NATIONAL_ID), people(RM, HEAD))
    assert Document.of_json(found.as_json()).as_json() == found.as_json()
