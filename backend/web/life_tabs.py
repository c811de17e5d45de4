"""The pages of the customers' life and the right that opens each; the navigation offers what a person may open."""

from typing import Final

from backend.access.policy import AccessPolicy
from backend.core.actor import Actor

TABS: Final = {
    "/life": ("view", "stage"),
    "/life/prospects": ("view", "prospect"),
    "/life/watch": ("view", "warning"),
    "/life/segments": ("view", "segment"),
    "/life/playbooks": ("view", "playbook"),
    "/life/offers": ("view", "offer"),
    "/life/models": ("view", "model"),
    "/life/targets": ("view", "target"),
}
"""Path → (action, object)."""


def open_to(policy: AccessPolicy, actor: Actor) -> frozenset[str]:
    return frozenset(path for path, right in TABS.items() if policy.ever(actor, *right))
