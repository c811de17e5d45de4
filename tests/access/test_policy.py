"""What the institution's policy promises, whatever its lines are."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from shutil import copytree
from uuid import UUID

import pytest

from backend.access.actions import FIELDS, RIGHTS
from backend.access.errors import NotAllowed, UnknownRightError
from backend.access.fields import Visibility
from backend.access.policy import AccessPolicy
from backend.access.scopes import Facts, ScopeColumns
from backend.core.actor import Actor

MakeActor = Callable[..., Actor]
SOMEBODY = UUID("01900000-0000-7000-8000-0000000000ff")


def all_mine(actor: Actor) -> Facts:
    """A record on which every placing scope holds for the actor, and nothing was made by the actor."""
    return Facts(
        tenant_id=actor.tenant_id,
        manager_id=actor.id,
        team_id=actor.team_id,
        referred_by=actor.id,
        owner_id=actor.id,
        maker_id=SOMEBODY,
        deciders=frozenset(),
        subject_id=SOMEBODY,
        queue_role=min(actor.roles, default=None),
    )


def test_every_right_is_granted_to_some_role(policy: AccessPolicy) -> None:
    granted = {(line.right.object, line.right.action) for line in policy.lines if line.effect == "allow"}
    assert granted == set(RIGHTS)


@pytest.mark.parametrize(("obj", "action"), [key for key, right in RIGHTS.items() if "not_maker" in right.requires])
def test_maker_never_checks_with_all_roles_together(
    policy: AccessPolicy, actor: MakeActor, obj: str, action: str
) -> None:
    staff = [name for name, role in policy.roles.known.items() if role.actor_type == "staff"]
    who = actor(*staff)
    by_others = all_mine(who)
    made = replace(by_others, maker_id=who.id)
    decided = replace(by_others, deciders=frozenset({who.id}))
    allowed = [policy.decide(who, action, obj, facts).allowed for facts in (by_others, made, decided)]
    assert allowed == [True, False, False]


def test_first_line_decides_no_case(policy: AccessPolicy, actor: MakeActor) -> None:
    for role, action in product(("relationship_manager", "team_lead", "partner"), ("review", "decide", "approve")):
        assert policy.scopes(actor(role), action, "onboarding_case") == ()


def test_platform_approves_nothing_as_second_person(policy: AccessPolicy, actor: MakeActor) -> None:
    system = actor("system")
    assert [key for key, r in RIGHTS.items() if r.requires and policy.scopes(system, key[1], key[0])] == []


def test_administrator_sees_no_personal_data_whatever_else_is_held(policy: AccessPolicy, actor: MakeActor) -> None:
    everything = actor("administrator", *(n for n, r in policy.roles.known.items() if r.actor_type == "staff"))
    facts = all_mine(everything)
    assert {policy.visibility(everything, name, facts) for name in FIELDS} == {Visibility.HIDDEN}
    assert not policy.decide(everything, "view", "customer", facts).allowed


@pytest.mark.parametrize("role", ["auditor", "forensic_auditor"])
def test_auditor_changes_nothing(policy: AccessPolicy, actor: MakeActor, role: str) -> None:
    who = actor(role)
    allowed = [
        key for key, r in RIGHTS.items() if r.changes and policy.decide(who, key[1], key[0], all_mine(who)).allowed
    ]
    assert allowed == []


def test_auditor_views_every_kind_of_record(policy: AccessPolicy, actor: MakeActor) -> None:
    who = actor("auditor")
    views = [key for key in RIGHTS if key[1] == "view" and key[0] not in FIELDS]
    assert [key for key in views if not policy.decide(who, "view", key[0], all_mine(who)).allowed] == []


@pytest.mark.parametrize("name", ["national_id", "tax_id", "document_number", "account_number"])
def test_identifiers_are_masked_for_the_auditor_unless_an_inquiry_is_granted(
    policy: AccessPolicy, actor: MakeActor, name: str
) -> None:
    seen = [
        policy.visibility(who, f"customer.{name}", all_mine(who))
        for who in (actor("auditor"), actor("auditor", "forensic_auditor"))
    ]
    assert seen == [Visibility.MASK, Visibility.CLEAR]


def test_product_manager_sees_no_personal_field(policy: AccessPolicy, actor: MakeActor) -> None:
    who = actor("product_manager")
    assert policy.plan(who, "customer", [name.removeprefix("customer.") for name in FIELDS]).selected == frozenset()


def test_risk_analyst_sees_no_name_contact_or_identifier_in_clear(policy: AccessPolicy, actor: MakeActor) -> None:
    plan = policy.plan(actor("risk_analyst"), "customer", [name.removeprefix("customer.") for name in FIELDS])
    assert plan.clear == {"nationality", "occupation", "source_of_funds", "city", "ownership", "compliance_fact"}


def test_service_agent_sees_identifiers_masked_across_the_institution(policy: AccessPolicy, actor: MakeActor) -> None:
    who = actor("service_agent")
    assert policy.visibility(who, "customer.national_id", Facts(tenant_id=who.tenant_id)) is Visibility.MASK


def test_partner_sees_only_own_referrals(policy: AccessPolicy, actor: MakeActor) -> None:
    who = actor("partner")
    own, foreign = (Facts(tenant_id=who.tenant_id, referred_by=by) for by in (who.id, SOMEBODY))
    assert policy.decide(who, "view", "customer", own).allowed
    assert not policy.decide(who, "view", "customer", foreign).allowed


def test_partner_reaches_records_only_through_referrals(policy: AccessPolicy, actor: MakeActor) -> None:
    who = actor("partner_developer")
    of_nobody = {("graphql", "trusted_document"), ("graphql", "ad_hoc_query"), ("product", "view_offers")}
    scopes = {s for obj, action in RIGHTS.keys() - of_nobody for s in policy.scopes(who, action, obj)}
    assert {s.rpartition("@")[2] for s in scopes} == {"own_referral"}


def test_operator_reaches_no_customer(policy: AccessPolicy, actor: MakeActor) -> None:
    reached = {obj for obj, action in RIGHTS if policy.scopes(actor("operator"), action, obj)}
    assert reached == {
        *("staff", "team", "role_grant", "partner_client", "audit", "ruleset", "access_policy", "encryption_key")
    }


def test_suspicions_stay_within_compliance_and_audit(policy: AccessPolicy) -> None:
    seen = {
        line.role for line in policy.lines if line.right.object == "customer.compliance_note" and line.effect == "allow"
    }
    assert seen == {"compliance_officer", "auditor"}


def test_nobody_gives_a_role_to_themselves(policy: AccessPolicy, actor: MakeActor) -> None:
    who = actor("administrator", "head_of_compliance")
    mine = Facts(tenant_id=who.tenant_id, subject_id=who.id, maker_id=SOMEBODY, deciders=frozenset())
    for action in ("grant", "approve", "revoke"):
        assert not policy.decide(who, action, "role_grant", mine).allowed


def test_role_of_another_kind_of_actor_gives_nothing(policy: AccessPolicy, actor: MakeActor) -> None:
    partner = actor("partner")
    impostor = Actor(partner.id, partner.tenant_id, "partner", frozenset({"head_of_compliance"}), "graphql", "r")
    assert not policy.decide(impostor, "view", "customer", all_mine(impostor)).allowed


def test_role_that_nobody_declared_gives_nothing(policy: AccessPolicy, actor: MakeActor) -> None:
    who = actor("relationship_manager")
    stale = Actor(who.id, who.tenant_id, "staff", frozenset({"branch_manager"}), "web", "r")
    assert not policy.decide(stale, "trusted_document", "graphql", all_mine(stale)).allowed


def test_two_roles_give_what_either_gives(policy: AccessPolicy, actor: MakeActor) -> None:
    who = actor("product_manager", "service_agent")
    assert policy.scopes(who, "view", "customer") == ("tenant",)
    assert policy.scopes(who, "view", "ruleset") == ("tenant",)


def test_heir_has_every_scope_of_what_it_inherits(policy: AccessPolicy, actor: MakeActor) -> None:
    for heir, base in (("team_lead", "relationship_manager"), ("head_of_compliance", "compliance_officer")):
        for obj, action in RIGHTS:
            assert set(policy.scopes(actor(heir), action, obj)) >= set(policy.scopes(actor(base), action, obj))


def test_right_nobody_listed_is_an_error_and_no_refusal(policy: AccessPolicy, actor: MakeActor) -> None:
    for ask in (policy.decide, policy.explain):
        with pytest.raises(UnknownRightError):
            ask(actor("auditor"), "customer", "view", Facts())


def test_no_grant_selects_no_row(policy: AccessPolicy, actor: MakeActor) -> None:
    clause = policy.clause(actor("product_manager"), "view", "customer", ScopeColumns())
    assert str(clause) == "false"


def test_require_returns_the_decision_with_its_line(policy: AccessPolicy, actor: MakeActor) -> None:
    who = actor("relationship_manager")
    decision = policy.require(who, "edit", "customer", all_mine(who))
    assert decision.line is not None
    assert (decision.scope, decision.line.file, decision.line.role) == (
        "own_book",
        "policy.csv",
        "relationship_manager",
    )
    text = (Path(__file__).parents[2] / "policies" / "access" / "policy.csv").read_text("utf-8").splitlines()
    assert text[decision.line.number - 1] == decision.line.text


def test_require_refuses_with_codes_only(policy: AccessPolicy, actor: MakeActor) -> None:
    who = actor("relationship_manager")
    with pytest.raises(NotAllowed) as refusal:
        policy.require(who, "edit", "customer", Facts(tenant_id=who.tenant_id, manager_id=SOMEBODY))
    assert refusal.value.params["missing"] == ["own_book"]
    assert (refusal.value.params["action"], refusal.value.params["object"]) == ("edit", "customer")
    assert str(SOMEBODY) not in repr(refusal.value.params)


def test_same_files_have_the_same_hash_and_a_changed_byte_another(
    policy: AccessPolicy, policy_directory: Path, tmp_path: Path
) -> None:
    copy = copytree(policy_directory, tmp_path / "copy")
    assert AccessPolicy.load(copy).sha256 == policy.sha256
    (copy / "policy.csv").write_text((copy / "policy.csv").read_text("utf-8") + "\n# a word\n", "utf-8")
    assert AccessPolicy.load(copy).sha256 != policy.sha256


def test_line_for_one_tenant_says_nothing_to_another(
    write_policy: Callable[..., AccessPolicy], actor: MakeActor
) -> None:
    mine, theirs = actor("auditor"), actor("auditor", tenant_id=SOMEBODY)
    policy = write_policy(f"p, auditor, {mine.tenant_id}, customer, view, tenant, allow")
    assert policy.decide(mine, "view", "customer", all_mine(mine)).allowed
    assert not policy.decide(theirs, "view", "customer", all_mine(theirs)).allowed


def test_denial_whose_fact_is_unknown_refuses(write_policy: Callable[..., AccessPolicy], actor: MakeActor) -> None:
    policy = write_policy(
        "p, auditor, *, customer, view, tenant, allow", "p, auditor, *, customer, view, own_book, deny"
    )
    who = actor("auditor")
    managers = (None, who.id, SOMEBODY)
    allowed = [
        policy.decide(who, "view", "customer", Facts(tenant_id=who.tenant_id, manager_id=m)).allowed for m in managers
    ]
    assert allowed == [False, False, True]
