"""Casbin's own enforcer, reading the files with its own reader, is the oracle of the compiled index."""

import random
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from uuid import UUID

import casbin
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from backend.access.actions import OBJECTS, RIGHTS
from backend.access.policy import AccessPolicy
from backend.core.actor import Actor

TENANTS = (UUID("01900000-0000-7000-8000-00000000000a"), UUID("02900000-0000-7000-8000-00000000000a"))
DOMAINS = ("*", "0190*", "02*", str(TENANTS[0]))


def enforcer(directory: Path, file: Path, obj: str | None = None) -> casbin.Enforcer:
    """With `obj`, without the rules of other objects: the model's matcher asks for equality first."""
    texts = [path.read_text("utf-8") for path in sorted(directory.glob("*.csv"))]
    lines = [line for text in texts for line in text.splitlines()]
    kept = (line for line in lines if obj is None or not line.startswith("p,") or line.split(",")[3].strip() == obj)
    file.write_text("\n".join(kept), "utf-8")
    return casbin.Enforcer(str(directory / "model.conf"), str(file))


def actor(policy: AccessPolicy, role: str, tenant_id: UUID = TENANTS[0]) -> Actor:
    return Actor(TENANTS[1], tenant_id, policy.roles.known[role].actor_type, frozenset({role}), "web", "r")


def casbin_says(oracle: casbin.Enforcer, tenant: UUID, cell: tuple[str, str, str, str]) -> str:
    role, *what = cell
    context = oracle.new_enforce_context("2")
    context.ptype, context.etype = "p", "e"
    allowed, rule = oracle.enforce_ex(context, role, str(tenant), *what)
    return "allow" if allowed else "deny" if rule else "nothing"


def index_says(policy: AccessPolicy, who: Actor, obj: str, action: str, scope: str) -> str:
    rights = policy._index.rights(who, action, obj)
    if any(line.expression.text == scope for line, _ in rights.deny):
        return "deny"
    return "allow" if scope in policy.scopes(who, action, obj) else "nothing"


def differences(
    policy: AccessPolicy, oracle: casbin.Enforcer, cells: Iterable[tuple[str, str, str, str]], tenant: UUID
) -> list[tuple[str, ...]]:
    found = []
    for cell in cells:
        role, obj, action, scope = cell
        expected = casbin_says(oracle, tenant, cell)
        actual = index_says(policy, actor(policy, role, tenant), obj, action, scope)
        if expected != actual:
            found.append((*cell, expected, actual))
    return found


@pytest.mark.parametrize("obj", sorted(OBJECTS))
def test_index_equals_casbin_for_every_role_action_and_scope(
    policy: AccessPolicy, policy_directory: Path, tmp_path: Path, obj: str
) -> None:
    oracle = enforcer(policy_directory, tmp_path / "all.csv", obj)
    scopes = sorted({line.expression.text for line in policy.lines})
    cells = [(r, o, a, s) for r, (o, a), s in product(policy.roles.known, RIGHTS, scopes) if o == obj]
    assert cells
    assert differences(policy, oracle, cells, TENANTS[0]) == []


def test_index_equals_casbin_with_all_rules_loaded(
    policy: AccessPolicy, policy_directory: Path, tmp_path: Path
) -> None:
    oracle = enforcer(policy_directory, tmp_path / "all.csv")
    scopes = sorted({line.expression.text for line in policy.lines})
    table = [(r, o, a, s) for r, (o, a), s in product(policy.roles.known, RIGHTS, scopes)]
    written = [(line.role, *line.rule[2:5]) for line in policy.lines]
    cells = random.Random(20261122).sample(table, 300) + written
    assert differences(policy, oracle, cells, TENANTS[0]) == []


def test_casbin_grants_a_right_exactly_when_the_index_has_grants_and_no_denial(
    policy: AccessPolicy, policy_directory: Path, tmp_path: Path
) -> None:
    for obj in sorted(OBJECTS):
        oracle = enforcer(policy_directory, tmp_path / "all.csv", obj)
        for role, (_, action) in product(policy.roles.known, [key for key in RIGHTS if key[0] == obj]):
            rights = policy._index.rights(actor(policy, role), action, obj)
            assert oracle.enforce(role, str(TENANTS[0]), obj, action) == (bool(rights.allow) and not rights.deny)


ROLES = ("employee", "relationship_manager", "team_lead", "auditor", "forensic_auditor", "partner")
CELLS = (("customer", "view"), ("customer", "edit"), ("holding", "view"))
SCOPES = ("tenant", "own_book", "team", "own_book&not_maker")
rules = st.tuples(
    st.sampled_from(ROLES),
    st.sampled_from(DOMAINS),
    st.sampled_from(CELLS),
    st.sampled_from(SCOPES),
    st.sampled_from(("allow", "deny")),
)


@seed(20261122)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=st.lists(rules, max_size=12, unique=True), tenant=st.sampled_from(TENANTS))
def test_index_equals_casbin_for_generated_policies(
    policy_directory: Path, tmp_path: Path, written: list[tuple[str, str, tuple[str, str], str, str]], tenant: UUID
) -> None:
    (tmp_path / "model.conf").write_bytes((policy_directory / "model.conf").read_bytes())
    (tmp_path / "roles.csv").write_bytes((policy_directory / "roles.csv").read_bytes())
    lines = [f"p, {role}, {dom}, {o}, {a}, {scope}, {eft}" for role, dom, (o, a), scope, eft in written]
    (tmp_path / "policy.csv").write_text("\n".join(lines), "utf-8")
    policy = AccessPolicy.load(tmp_path)
    oracle = enforcer(tmp_path, tmp_path / "all.txt")
    cells = [(role, *cell, scope) for role, cell, scope in product(ROLES, CELLS, SCOPES)]
    assert differences(policy, oracle, cells, tenant) == []
