from collections.abc import Callable
from itertools import product
from uuid import UUID

import pytest

from backend.access import explain as texts
from backend.access.actions import RIGHTS
from backend.access.fields import Visibility
from backend.access.policy import AccessPolicy
from backend.access.roles import _ONE_KIND
from backend.access.scopes import SCOPES, Facts
from backend.core.actor import Actor
from backend.core.i18n import catalog

MakeActor = Callable[..., Actor]
SOMEBODY = UUID("01900000-0000-7000-8000-0000000000ff")


def test_a_grant_names_role_scope_and_line(policy: AccessPolicy, actor: MakeActor) -> None:
    who = actor("team_lead")
    said = policy.explain(who, "edit", "customer", Facts(tenant_id=who.tenant_id, manager_id=who.id))
    assert said.line is not None
    assert said.words("en") == (
        "Change a customer's data: allowed to the role Relationship manager, because you are the customer's "
        f"relationship manager (policy.csv, line {said.line.number})."
    )


def test_a_failed_scope_is_named_with_the_roles_that_could(policy: AccessPolicy, actor: MakeActor) -> None:
    who = actor("compliance_officer")
    mine = Facts(tenant_id=who.tenant_id, maker_id=who.id, deciders=frozenset())
    said = policy.explain(who, "decide", "onboarding_case", mine)
    assert (said.reason, said.roles) == ("out_of_scope", ())
    assert [(m.known, [s.name for s in m.scopes]) for m in said.missing] == [(True, ["not_maker"])]
    assert said.words("en").endswith("No role could do this to this record.")


def test_an_unknown_fact_is_told_apart_from_a_contradicted_one(policy: AccessPolicy, actor: MakeActor) -> None:
    who = actor("relationship_manager")
    said = policy.explain(who, "edit", "customer", Facts(tenant_id=who.tenant_id))
    assert [missing.known for missing in said.missing] == [False]
    assert "Not known for the role Relationship manager" in said.words("en")


def test_no_grant_names_the_roles_that_could(policy: AccessPolicy, actor: MakeActor) -> None:
    who = actor("relationship_manager")
    facts = Facts(tenant_id=who.tenant_id, maker_id=SOMEBODY, deciders=frozenset())
    said = policy.explain(who, "decide", "onboarding_case", facts)
    assert (said.reason, said.roles) == ("no_grant", ("compliance_officer", "head_of_compliance"))


def test_a_denial_names_its_line(policy: AccessPolicy, actor: MakeActor) -> None:
    who = actor("administrator", "compliance_officer")
    said = policy.explain(who, "view", "customer", Facts(tenant_id=who.tenant_id))
    assert said.line is not None
    assert (said.reason, said.line.role, said.line.effect) == ("denied", "administrator", "deny")


def test_a_masked_field_says_when_it_would_be_clear(policy: AccessPolicy, actor: MakeActor) -> None:
    who = actor("team_lead")
    said = policy.explain(
        who, "view", "customer.national_id", Facts(tenant_id=who.tenant_id, team_id=who.team_id, manager_id=SOMEBODY)
    )
    assert (said.reason, said.visibility, said.allowed) == ("masked", Visibility.MASK, True)
    assert [scope.name for missing in said.missing for scope in missing.scopes] == ["own_book"]
    assert said.roles == ("compliance_officer", "head_of_compliance", "data_protection_officer", "forensic_auditor")


def test_a_hidden_field_says_so(policy: AccessPolicy, actor: MakeActor) -> None:
    who = actor("product_manager")
    assert policy.explain(who, "view", "customer.name", Facts(tenant_id=who.tenant_id)).visibility is Visibility.HIDDEN


def test_explanation_and_decision_agree_for_every_role_and_right(policy: AccessPolicy, actor: MakeActor) -> None:
    for role, (obj, action) in product(policy.roles.known, RIGHTS):
        who = actor(role)
        for manager in (who.id, SOMEBODY, None):
            facts = Facts(tenant_id=who.tenant_id, manager_id=manager, team_id=who.team_id, maker_id=SOMEBODY)
            decision, said = policy.decide(who, action, obj, facts), policy.explain(who, action, obj, facts)
            assert (said.allowed, said.line) == (decision.allowed, decision.line)


def test_words_in_chinese_hold_no_english(policy: AccessPolicy, actor: MakeActor) -> None:
    who = actor("team_lead")
    words = policy.explain(who, "edit", "customer", Facts(tenant_id=who.tenant_id, team_id=SOMEBODY)).words("zh_CN")
    assert "policy.csv" in words
    assert not any(sign.isascii() and sign.isalpha() for sign in words.replace("policy.csv", ""))


def messages(policy: AccessPolicy) -> set[str]:
    return (
        {right.meaning for right in RIGHTS.values()}
        | {scope.meaning for scope in SCOPES.values()}
        | {text for role in policy.roles.known.values() for text in (role.title, role.meaning)}
        | set(policy.roles.incompatible.values())
        | set(texts.TEXTS.values())
        | {texts.MISSING, texts.UNKNOWN, texts.COULD, texts.NOBODY, _ONE_KIND}
    )


def test_every_word_of_the_access_floor_is_translated(policy: AccessPolicy) -> None:
    assert sorted(messages(policy) - catalog("zh_CN").keys()) == []


@pytest.mark.parametrize("text", [*texts.TEXTS.values(), texts.MISSING, texts.UNKNOWN, texts.COULD])
def test_a_translation_keeps_every_parameter(text: str) -> None:
    parameters = {part.split("}")[0] for part in text.split("{")[1:]}
    translated = {part.split("}")[0] for part in catalog("zh_CN")[text].split("{")[1:]}
    assert translated == parameters
