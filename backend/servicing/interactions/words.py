"""What stands against contact, in words for people; translated like every other text."""

from typing import Final

from backend.core.i18n import translate
from backend.servicing.interactions.answers import Reason

REASONS: Final[dict[Reason, str]] = {
    Reason.ERASED: "The person was erased, or is not on record",
    Reason.MERGED: "The record was merged into another one",
    Reason.DECEASED: "The customer has died",
    Reason.NO_CONTACT: "The customer wants no contact",
    Reason.EXITED: "The relationship has ended",
    Reason.CHANNEL_UNFIT: "This channel is not for this purpose",
    Reason.NO_ADDRESS: "There is no address for this channel",
    Reason.ADDRESS_CLOSED: "Messages to the address came back",
    Reason.ADDRESS_UNCONFIRMED: "The address is not confirmed",
    Reason.CONSENT_MISSING: "The customer has not agreed to it",
    Reason.CONSENT_WITHDRAWN: "The customer withdrew the consent",
    Reason.CONSENT_EXPIRED: "The consent has expired",
    Reason.OBJECTED: "The customer objected to it",
    Reason.RESTRICTED: "The processing of the data is restricted",
    Reason.COMPLAINT: "A complaint waits for its answer",
    Reason.CAP: "The customer has been contacted often enough",
    Reason.QUIET: "It is a quiet hour where the customer lives",
    Reason.HOLIDAY: "It is a holiday where the customer lives",
}


def said(reason: str, locale: str) -> str:
    """In the reader's language; a code of an earlier version stands for itself."""
    known = REASONS.get(Reason(reason)) if reason in set(Reason) else None
    return reason.replace("_", " ") if known is None else translate(locale, known)
