"""What stands between a person, or a partner's program, and the doors."""

from backend.access.directory_errors import NotSignedIn
from backend.core.errors import Conflict, Invalid, NotFound, Refused


class StepUpNeeded(Refused):
    """The right is there; what is missing is that the person was there a moment ago."""

    code = "session.step_up"
    text = "Confirm that it is you: this needs a confirmation of the last {minutes} minutes."


class NotConfirmed(Refused):
    """The same words for a wrong, a used and an expired code, and while the next try has to wait."""

    code = "session.not_confirmed"
    text = "That is not right, or it was used already, or you have to wait a while. Nothing was done."


class PasswordToChange(NotSignedIn):
    code = "session.password_to_change"
    text = "Your password is a temporary one. Choose your own before anything else."


class SecondFactorToEnrol(NotSignedIn):
    code = "session.second_factor_to_enrol"
    text = "Your role needs a second factor. Set it up before anything else."


class PasswordTooLong(Invalid):
    code = "staff.password_too_long"
    text = "A password may have at most {longest} characters."


class PasswordCommon(Invalid):
    code = "staff.password_common"
    text = "This password is made of words that everybody tries first, or of your user name. Choose another."


class PasswordSame(Invalid):
    code = "staff.password_same"
    text = "The new password is the old one. Choose another."


class AlreadyEnrolled(Conflict):
    code = "second_factor.enrolled"
    text = "A second factor is set up already. An administrator can take it away."


class NotEnrolled(NotFound):
    code = "second_factor.none"
    text = "There is no second factor to do this with. Start setting one up first."


class SecondFactorRequired(Conflict):
    code = "second_factor.required"
    text = "Your role needs a second factor, so it cannot be taken away."


class SessionUnknown(NotFound):
    code = "session.unknown"
    text = "There is no such session, or it has ended."


class ColleagueUnknown(NotFound):
    code = "staff.unknown"
    text = "There is no such colleague."


class EmergencyNotOffered(Refused):
    code = "emergency.not_offered"
    text = "Your roles do not open this emergency access."


class EmergencyReasonUnknown(Invalid):
    code = "emergency.reason"
    text = "Choose one of the reasons that the rule-set knows."


class EmergencyWordsMissing(Invalid):
    code = "emergency.words"
    text = "Say in 10 to 500 characters why the access is needed now."


class EmergencyTicketMalformed(Invalid):
    code = "emergency.ticket"
    text = "A ticket number has up to 40 letters, digits, dots, dashes and slashes."


class EmergencyTooLong(Invalid):
    code = "emergency.minutes"
    text = "This emergency access lasts 1 to {longest} minutes."


class EmergencyOpen(Conflict):
    code = "emergency.open"
    text = "Your emergency access is open already."


class EmergencyNotOpen(Conflict):
    code = "emergency.not_open"
    text = "This emergency access has ended already."


class EmergencyNotReviewable(Conflict):
    code = "emergency.not_reviewable"
    text = "Emergency access is reviewed once, after it has ended."


class EmergencyUnknown(NotFound):
    code = "emergency.unknown"
    text = "There is no such emergency access."


class ResetReason(Invalid):
    code = "factor_reset.reason_missing"
    text = "Say why the second factor of this colleague has to go."


class ResetOpen(Conflict):
    code = "factor_reset.open"
    text = "Somebody has proposed this already; it waits for a second person."


class ResetClosed(Conflict):
    code = "factor_reset.closed"
    text = "This proposal has been decided already."


class ResetUnknown(NotFound):
    code = "factor_reset.unknown"
    text = "There is no such proposal to take a second factor away, or you may not see it."


class ProviderUnreachable(Refused):
    code = "oidc.unreachable"
    text = "The identity provider does not answer as it should. Try again in a moment."


class ProviderAnswerRefused(Refused):
    """`problem` is a code of ours, never words of the provider."""

    code = "oidc.refused"
    text = "The answer of the identity provider cannot be trusted ({problem}). Begin again."


class IdentityUnknown(Refused):
    code = "oidc.unknown_colleague"
    text = "The identity provider knows you, but no colleague here has this name. Ask the administrator."


class ClientKeyMalformed(Invalid):
    code = "client.key_malformed"
    text = "This is no public key that can be used: {problem}."


class ClientKeyTaken(Conflict):
    code = "client.key_taken"
    text = "The client has a key “{kid}” already."


class ClientKeyUnknown(NotFound):
    code = "client.key_unknown"
    text = "The client has no key “{kid}” that is still good."


class ClientUnknown(NotFound):
    code = "client.unknown"
    text = "There is no partner client “{name}”."


class ScopeUnknown(Invalid):
    code = "client.scope_unknown"
    text = "There is no scope “{scope}” that this client may have."


class ClientRefused(Refused):
    """RFC 6749 section 5.2, invalid_client; `problem` is for the log and is not told to the caller."""

    code = "client.refused"
    text = "The client could not be authenticated."
