"""Scopes of partners' tokens."""

from backend.access.client_scopes import SCOPES
from backend.access.policy import AccessPolicy


def test_whatever_partners_may_do_a_scoped_token_can_ask_for(policy: AccessPolicy) -> None:
    granted = {(each.right.object, each.right.action) for each in policy.lines if each.role == "partner"}
    covered = frozenset[tuple[str, str]]().union(*SCOPES.values())
    assert granted - covered == {("graphql", "trusted_document")}
