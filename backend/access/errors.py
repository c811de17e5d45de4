"""What the access floor refuses: an act of a person, a line of a policy file, a name nobody declared."""

from typing import TYPE_CHECKING, Any

from backend.core.errors import Invalid, Refused, TenureError

if TYPE_CHECKING:
    from backend.access.explain import Explanation


class NotAllowed(Refused):
    """The policy said no. `explanation` says why in words and names the line of the policy.

    `params` holds codes only (action, object, reason, roles that could, scopes missing, file and line), so it may be
    logged, audited and sent to a client.
    """

    code = "access.not_allowed"
    text = "You are not allowed to do this ({action} on {object})."

    def __init__(self, explanation: "Explanation", **params: Any) -> None:
        self.explanation = explanation
        super().__init__(**explanation.params, **params)


class PolicyLineInvalid(Invalid):
    """A policy file cannot be loaded; nothing of the directory takes effect."""

    code = "access.policy_line_invalid"
    text = "{file}, line {line}: {problem}"


class UnknownRightError(TenureError):
    """The code asked for an action on an object that `backend.access.actions` does not list (a programming error)."""

    code = "access.unknown_right"
    text = "There is no right to {action} on {object}."
