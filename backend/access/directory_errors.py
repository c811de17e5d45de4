"""What the directory and the sign-in refuse."""

from backend.core.errors import Conflict, Invalid, NotFound, Refused


class AddressInvalid(Invalid):
    code = "staff.address_invalid"
    text = "This is no e-mail address."


class LoginTaken(Conflict):
    code = "staff.login_taken"
    text = "A colleague has this login already. Choose another."


class ClientNameTaken(Conflict):
    code = "client.name_taken"
    text = "A partner client has this name already. Choose another."


class WeakPassword(Invalid):
    code = "staff.weak_password"
    text = "A password needs at least {shortest} characters."


class UnknownRole(Invalid):
    code = "role.unknown"
    text = "“{role}” is not a role that can be granted."


class RoleNotHeld(NotFound):
    code = "role.not_held"
    text = "The role {role} is not held, so it cannot be taken away."


class RolesIncompatible(Refused):
    code = "role.incompatible"
    text = "Nobody may hold the roles {role} and {other} together: {reason}"


class SignInRefused(Refused):
    """The same words for every cause, so that nobody learns which logins exist."""

    code = "session.refused"
    text = "Institution, user name or password is wrong, or the account is locked for a while."


class NotSignedIn(Refused):
    code = "session.none"
    text = "You are not signed in, or your session has ended. Sign in again."
