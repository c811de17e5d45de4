"""Why something is allowed, masked, hidden or refused: in words, with the line of the policy that decided."""

from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from backend.access.actions import FIELDS, Right
from backend.access.fields import Visibility
from backend.access.index import Decision, Index
from backend.access.lines import Line
from backend.access.roles import Roles
from backend.access.scopes import Facts, Scope
from backend.core.actor import Actor
from backend.core.i18n import translate

Reason = Literal["granted", "masked", "denied", "out_of_scope", "no_grant"]

TEXTS: Final[dict[Reason, str]] = {
    "granted": "{right}: allowed to the role {role}, because {scopes} ({file}, line {line}).",
    "masked": "{right}: shown masked to the role {role}, because {scopes} ({file}, line {line}).",
    "denied": "{right}: forbidden to the role {role}, whatever other roles allow ({file}, line {line}).",
    "out_of_scope": "{right}: your roles allow it only under conditions that this record does not meet.",
    "no_grant": "{right}: none of your roles allows it.",
}
MISSING: Final = "Not met for the role {role}: {scopes} ({file}, line {line})."
UNKNOWN: Final = "Not known for the role {role}: {scopes} ({file}, line {line})."
COULD: Final = "Roles that could: {roles}."
NOBODY: Final = "No role could do this to this record."


@dataclass(frozen=True, slots=True)
class Missing:
    """A grant that did not open: the scopes that failed, `known` when a fact contradicts them."""

    line: Line
    scopes: tuple[Scope, ...]
    known: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """`roles` are those that, held by the same person, would allow it on this record (in clear, for a field)."""

    right: Right
    reason: Reason
    line: Line | None
    missing: tuple[Missing, ...]
    roles: tuple[str, ...]

    @property
    def allowed(self) -> bool:
        return self.reason in {"granted", "masked"}

    @property
    def visibility(self) -> Visibility | None:
        """None for a right that is not a field's."""
        if self.right.object not in FIELDS:
            return None
        return {"granted": Visibility.CLEAR, "masked": Visibility.MASK}.get(self.reason, Visibility.HIDDEN)

    @property
    def params(self) -> dict[str, Any]:
        """Codes only, for the log, the audit and the client."""
        return {
            "action": self.right.action,
            "object": self.right.object,
            "reason": self.reason,
            "file": None if self.line is None else self.line.file,
            "line": None if self.line is None else self.line.number,
            "policy": None if self.line is None else self.line.text,
            "missing": sorted({scope.name for missing in self.missing for scope in missing.scopes}),
            "roles": list(self.roles),
        }

    def words(self, locale: str) -> str:
        scopes = () if self.line is None else self.line.expression.scopes
        right = translate(locale, self.right.meaning)
        sentences = [translate(locale, TEXTS[self.reason], right=right, **_place(locale, self.line, scopes))]
        for missing in self.missing:
            template = MISSING if missing.known else UNKNOWN
            sentences.append(translate(locale, template, **_place(locale, missing.line, missing.scopes)))
        if self.reason != "granted":
            sentences.append(self._who(locale))
        return " ".join(sentences)

    def _who(self, locale: str) -> str:
        if not self.roles:
            return translate(locale, NOBODY)
        return translate(locale, COULD, roles=", ".join(translate(locale, _title(role)) for role in self.roles))


def explain(index: Index, roles: Roles, actor: Actor, right: Right, facts: Facts) -> Explanation:
    rights = index.rights(actor, right.action, right.object)
    decision = rights.decide(actor, facts)
    reason = _reason(decision, granted=bool(rights.allow))
    missing: tuple[Missing, ...] = ()
    if reason in {"out_of_scope", "masked"}:
        better = (line for line, _ in rights.allow if reason != "masked" or line.expression.degree == "clear")
        missing = tuple(_missing(line, actor, facts) for line in better)
    could = () if reason == "granted" else _could(index, roles, actor, right, facts)
    return Explanation(right, reason, decision.line, missing, could)


def _reason(decision: Decision, *, granted: bool) -> Reason:
    if decision.line is None:
        return "out_of_scope" if granted else "no_grant"
    if not decision.allowed:
        return "denied"
    return "masked" if decision.line.expression.degree == "mask" else "granted"


def _missing(line: Line, actor: Actor, facts: Facts) -> Missing:
    """Contradicted scopes, or, where none is, those whose facts are unknown."""
    truths = [(scope, scope.truth(actor, facts)) for scope in line.expression.scopes]
    contradicted = tuple(scope for scope, truth in truths if truth is False)
    return Missing(line, contradicted or tuple(s for s, truth in truths if truth is None), bool(contradicted))


def _could(index: Index, roles: Roles, actor: Actor, right: Right, facts: Facts) -> tuple[str, ...]:
    able = []
    for role in roles.known.values():
        if role.grantable and role.actor_type == actor.type:
            alone = replace(actor, roles=frozenset({role.name}))
            decision = index.rights(alone, right.action, right.object).decide(alone, facts)
            if decision.allowed and decision.line is not None and decision.line.expression.degree != "mask":
                able.append(role.name)
    return tuple(able)


def _place(locale: str, line: Line | None, scopes: tuple[Scope, ...]) -> dict[str, Any]:
    if line is None:
        return {}
    joined = translate(locale, " and ").join(translate(locale, scope.meaning) for scope in scopes)
    return {
        "role": translate(locale, _title(line.role)),
        "scopes": joined,
        "file": line.file,
        "line": line.number,
    }


def _title(role: str) -> str:
    return role.replace("_", " ").capitalize()
