"""What governance refuses."""

from backend.core.errors import Conflict, Invalid, NotFound, Refused


class UnknownKind(NotFound):
    code = "governance.unknown_kind"
    text = "There is no kind of rule-set “{kind}”."


class UnknownRuleSet(NotFound):
    code = "governance.unknown_ruleset"
    text = "There is no rule-set “{name}” of the kind {kind}."


class UnknownText(NotFound):
    code = "governance.unknown_text"
    text = "No rule-set with the SHA-256 {sha256} is kept here."


class UnknownProposal(NotFound):
    code = "governance.unknown_proposal"
    text = "There is no such proposal, or you may not see it."


class ContentRefused(Invalid):
    """`line` counts from 1 in the content as given; 0 when the trouble is not in one line. `field` is the content's."""

    code = "governance.content_refused"
    text = "Line {line}: {problem}"


class NothingChanges(Invalid):
    code = "governance.nothing_changes"
    text = "The content is what is in force already, byte for byte; there is nothing to propose."


class ReasonMissing(Invalid):
    code = "governance.reason_missing"
    text = "Say why the rules shall change; who approves will want to know, and so will an auditor."


class DateInvalid(Invalid):
    code = "governance.date_invalid"
    text = "Rules take effect today or later, not on {day}."


class WrongState(Conflict):
    code = "governance.wrong_state"
    text = "A proposal that is {state} cannot be changed in this way."


class BaseMoved(Conflict):
    code = "governance.base_moved"
    text = (
        "The rules in force have changed since this proposal was made. Put it on the present rules, look at the "
        "difference and simulate again."
    )


class ChangeScheduled(Conflict):
    code = "governance.change_scheduled"
    text = "Another version takes effect on {day}. Choose that day or a later one, or withdraw that version first."


class SimulationMissing(Conflict):
    code = "governance.simulation_missing"
    text = "Simulate the proposal first: nobody approves rules whose effect nobody has looked at."


class SimulationOutdated(Conflict):
    code = "governance.simulation_outdated"
    text = "The simulation is older than the rules, the text or the records it is about. Simulate again."


class SimulationRefuses(Refused):
    code = "governance.simulation_refuses"
    text = "The simulation shows why this may not come into force: {reason}"


class NobodyLeft(Refused):
    code = "governance.nobody_left"
    text = "With this, nobody would be left who could {duty}. Give somebody else the right first."


class NotProposer(Refused):
    code = "governance.not_proposer"
    text = "Only who made the proposal may change it or put it forward."


class UnknownSimulation(NotFound):
    code = "governance.unknown_simulation"
    text = "There is no such simulation, or you may not see it."


class NotApprover(Refused):
    """Said beside a proposal; who tries nevertheless is told by the policy itself (NotAllowed)."""

    code = "governance.not_approver"
    text = "Another person has to sign, never the one who made the proposal."
