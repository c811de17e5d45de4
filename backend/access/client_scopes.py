"""Scopes of partners' tokens: names that a partner asks for, each a part of the rights that its roles give.

A scope never adds a right. What no scope names is closed to a token that has scopes, also what later versions add.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from backend.access.actions import FIELDS, RIGHTS
from backend.access.sign_in_errors import ScopeUnknown

_KEPT: Final = 1024
_ALWAYS: Final = frozenset({("graphql", "trusted_document")})
_OBJECTS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "customers": frozenset({"customer", "relationship", "ownership"}) | {name.split(".")[0] for name in FIELDS},
        "documents": frozenset({"document"}),
        "cases": frozenset({"onboarding_case", "requirement", "check", "condition"}),
        "holdings": frozenset({"holding"}),
        "products": frozenset({"product"}),
        "sales": frozenset({"sale"}),
        "complaints": frozenset({"complaint"}),
        "contact": frozenset({"interaction"}),
        "loyalty": frozenset({"loyalty"}),
        "prospects": frozenset({"prospect"}),
        "consents": frozenset({"consent"}),
    }
)
QUERIES: Final = "queries"
"""The scope under which a partner developer may send GraphQL of its own."""


def _rights() -> Mapping[str, frozenset[tuple[str, str]]]:
    found: dict[str, frozenset[tuple[str, str]]] = {QUERIES: frozenset({("graphql", "ad_hoc_query")})}
    for name, objects in _OBJECTS.items():
        keys = {key: right for key, right in RIGHTS.items() if key[0] in objects or key[0].split(".")[0] in objects}
        found[f"{name}:read"] = frozenset(key for key, right in keys.items() if not right.changes)
        found[f"{name}:write"] = frozenset(key for key, right in keys.items() if right.changes)
    return MappingProxyType(found)


SCOPES: Final = _rights()


@lru_cache(maxsize=_KEPT)
def _opened(scope: frozenset[str]) -> frozenset[tuple[str, str]]:
    return _ALWAYS.union(*(SCOPES.get(name, frozenset()) for name in scope))


def covers(scope: frozenset[str], action: str, obj: str) -> bool:
    return (obj, action) in _opened(scope)


def narrowed(wanted: Iterable[str], allowed: Iterable[str] | None) -> list[str] | None:
    """What a token gets: what was asked for, or all that is allowed when nothing was; None without any limit.

    Raises ScopeUnknown for a scope that does not exist or is not allowed.
    """
    names = list(dict.fromkeys(wanted))
    limits = None if allowed is None else set(allowed)
    for name in names:
        if name not in SCOPES or (limits is not None and name not in limits):
            raise ScopeUnknown(scope=name[:40])
    return names or (None if limits is None else sorted(limits))
