from collections.abc import Callable
from pathlib import Path

import pytest

from backend.access.errors import PolicyLineInvalid
from backend.access.policy import AccessPolicy

MakePolicy = Callable[..., AccessPolicy]
GOOD = "p, auditor, *, customer, view, tenant, allow"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("p, clerk, *, customer, view, tenant, allow", "there is no role “clerk”"),
        ("p, auditor, *, costumer, view, tenant, allow", "there is no object “costumer”"),
        ("p, auditor, *, customer, read, tenant, allow", "there is no action “read” on customer"),
        ("p, auditor, *, customer, view, mine, allow", "there is no scope “mine”"),
        ("p, auditor, *, customer, view, tenant, permit", "the effect is allow or deny"),
        ("p, auditor, bank, customer, view, tenant, allow", "“bank” is neither"),
        ("p, auditor, *, customer, view, tenant", "six values"),
        ("p, auditor, *, customer, view, tenant, allow, allow", "six values"),
        ("q, auditor, *, customer, view, tenant, allow", "begins with p, g, role or incompatible"),
        (GOOD, "said already in written.csv, line 1"),
        ("p, auditor, *, customer, view, clear@tenant, allow", "is not a field"),
        ("p, auditor, *, customer.name, view, tenant, allow", "begins with clear@ or mask@"),
        ("p, auditor, *, customer.note, view, mask@tenant, allow", "has no mask"),
        ("p, auditor, *, customer.name, view, clear@tenant, deny", "write it with mask@"),
        ("p, compliance_officer, *, onboarding_case, approve, tenant, allow", "must carry not_maker"),
        ("p, administrator, *, role_grant, approve, tenant&not_maker, allow", "must carry not_self"),
        ('p, auditor, *, customer, edit, "tenant", allow', 'there is no scope “"tenant"”'),
        ("p, auditor, *, customer(x, view), edit, tenant, allow", "brackets are not allowed"),
        ("g, auditor, clerk", "two declared roles"),
        ("g, employee, auditor", "inherit itself"),
        ("g, employee, employee", "inherit itself"),
        ("g, auditor, partner", "different kinds of actor"),
        ("role, auditor, staff, grantable, again", "declared twice"),
        ("role, clerk, staff, grantable", "four values"),
        ("role, clerk, staff, sometimes, works", "grantable, sensitive or built_in"),
        ("incompatible, auditor, clerk, no", "two declared roles and a reason"),
        ("incompatible, auditor, auditor, no", "two declared roles and a reason"),
        ("incompatible, team_lead, relationship_manager, no", "team_lead inherits both"),
    ],
)
def test_a_wrong_line_is_refused_with_its_file_and_number(write_policy: MakePolicy, line: str, problem: str) -> None:
    with pytest.raises(PolicyLineInvalid) as refusal:
        write_policy(GOOD, "# a comment", line)
    assert problem in refusal.value.params["problem"]
    assert (refusal.value.params["file"], refusal.value.params["line"]) == ("written.csv", 3)


def test_a_denial_of_a_four_eyes_right_needs_no_restriction(write_policy: MakePolicy) -> None:
    assert len(write_policy("p, auditor, *, onboarding_case, approve, tenant, deny").lines) == 1


@pytest.mark.parametrize(
    ("written", "instead"),
    [("&& !some(where (p.eft == deny))", ""), ("keyMatch(r.dom, p.dom)", "true"), ("p = sub, dom", "p = dom, sub")],
)
def test_a_model_the_index_does_not_implement_is_refused(
    policy_directory: Path, tmp_path: Path, written: str, instead: str
) -> None:
    for path in policy_directory.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    model = (tmp_path / "model.conf").read_text("utf-8")
    assert written in model
    (tmp_path / "model.conf").write_text(model.replace(written, instead), "utf-8")
    with pytest.raises(PolicyLineInvalid, match=r"model\.conf, line \d+"):
        AccessPolicy.load(tmp_path)
