from collections.abc import Callable
from itertools import combinations

from backend.access.policy import AccessPolicy
from backend.core.actor import Actor


def test_seller_and_decider_are_incompatible_and_the_reason_is_told(policy: AccessPolicy) -> None:
    (conflict,) = policy.conflicts(["relationship_manager", "compliance_officer"])
    assert (conflict.role, conflict.other) == ("compliance_officer", "relationship_manager")
    assert conflict.reason.startswith("Whoever sells")


def test_incompatibility_is_inherited(policy: AccessPolicy) -> None:
    assert [(c.role, c.other) for c in policy.conflicts(["team_lead", "head_of_compliance"])] == [
        ("head_of_compliance", "team_lead")
    ]


def test_every_conflicting_pair_is_named(policy: AccessPolicy) -> None:
    assert len(policy.conflicts(["administrator", "auditor", "relationship_manager"])) == 3


def test_staff_and_partner_roles_never_meet(policy: AccessPolicy) -> None:
    assert len(policy.conflicts(["service_agent", "partner"])) == 1


def test_role_that_is_no_longer_declared_conflicts_with_nothing(policy: AccessPolicy) -> None:
    assert policy.conflicts(["auditor", "branch_manager"]) == ()


def test_compatible_roles_have_no_conflict(policy: AccessPolicy) -> None:
    assert policy.conflicts(["relationship_manager", "team_lead", "service_agent"]) == ()


def test_administrator_is_incompatible_with_every_role_that_sees_customers(
    policy: AccessPolicy, actor: Callable[..., Actor]
) -> None:
    seeing = [
        name
        for name, role in policy.roles.known.items()
        if role.grantable and role.actor_type == "staff" and policy.scopes(actor(name), "view", "customer")
    ]
    assert len(seeing) == 9
    assert all(policy.conflicts(["administrator", name]) for name in seeing)


def test_auditor_is_incompatible_with_every_role_that_changes_anything(policy: AccessPolicy) -> None:
    working = {
        line.role for line in policy.lines if line.right.changes and line.effect == "allow"
    } - {"employee", "system", "operator"}  # fmt: skip
    assert working
    assert all(policy.conflicts(["auditor", name]) for name in working)


def test_whoever_makes_a_case_holds_no_role_that_decides_it(policy: AccessPolicy, actor: Callable[..., Actor]) -> None:
    grantable = [name for name, role in policy.roles.known.items() if role.grantable]
    for one, other in combinations(grantable, 2):
        makes = any(policy.scopes(actor(name), "submit", "onboarding_case") for name in (one, other))
        decides = any(policy.scopes(actor(name), "decide", "onboarding_case") for name in (one, other))
        assert not (makes and decides) or policy.conflicts([one, other])
